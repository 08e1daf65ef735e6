"""`examples/testing` passes its own tests, in a session of its own."""

import subprocess
import sys

import pytest

from tests.pages import ROOT
from tests.testing.test_pytest_plugin import IS_INSTALLED, PLUGIN


@pytest.mark.timeout(120)
def test_the_example_passes_its_own_tests() -> None:
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q"),
            *(() if IS_INSTALLED else ("-p", PLUGIN)),
            *("-p", "no:cacheprovider", "-p", "no:pydynox"),
        ],
        cwd=ROOT / "examples" / "testing",
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, "12 passed" in ended.stdout) == (0, True), ended.stdout
