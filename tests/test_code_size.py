"""`examples/code_size.md` counts right, and both sides of it do the same."""

import os
import subprocess
import sys

from examples.code_size import PROGRAMS, lines, statements, table
from tests.conftest import ACCESS_KEY, REGION
from tests.pages import ROOT
from tests.test_patterns import SHOWN

SOURCE = '''"""What it does."""

import os


def f(x: int) -> int:
    """The same."""
    if x:

        return (
            x
        )
    return 0
'''


def test_statements_and_lines_are_counted_without_imports_and_docstrings() -> None:
    assert (statements(SOURCE), lines(SOURCE)) == (4, 6)


def test_the_table_is_true_today() -> None:
    page = (ROOT / "examples" / "code_size.md").read_text(encoding="utf-8")
    assert table() in page


def test_the_plain_programs_print_the_same(endpoint: str, prefix: str) -> None:
    # aiobotocore reads files in the event loop, which no test here allows.
    ran = subprocess.run(
        [sys.executable, "-m", "examples.plain", *PROGRAMS, "--prefix", prefix],
        cwd=ROOT,
        env={
            **os.environ,
            "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": ACCESS_KEY,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    wanted = "".join(f"--- {name}\n{SHOWN[name]}" for name in PROGRAMS)
    assert (ran.stdout, ran.stderr) == (wanted, "")
