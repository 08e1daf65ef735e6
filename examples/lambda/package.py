"""Build the bundle of the function: install, strip, compile, and measure.

    python package.py bundle
    python package.py bundle -- --platform manylinux2014_aarch64 --only-binary :all:

What stands after `--` goes to pip; the second line is for Lambda on arm64.  Run it with
the Python version of the function: the bytecode is for that.  `DYNAMORM_SOURCE` says
what pip installs.
"""

import argparse
import compileall
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from py_compile import PycInvalidationMode

HERE = Path(__file__).parent
SOURCE = os.environ.get("DYNAMORM_SOURCE", "dynamorm_async")

SERVICES = {"dynamodb", "signin", "sso", "sso-oidc", "sts"}
"""The services of AWS that are called: the table, and whoever hands out credentials."""

NEEDLESS = ("**/__pycache__", "**/tests", "bin", "**/*.pyi", "**/*.pyx", "**/*.c")
"""Bytecode that is made anew, tests, scripts, stubs, sources of what is compiled."""


def install(target: Path, arguments: list[str]) -> None:
    """The library with all it depends on, and the handler."""
    shutil.rmtree(target, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile"]
    subprocess.run([*pip, "--target", str(target), *arguments, SOURCE], check=True)
    shutil.copy(HERE / "app.py", target)


def needless(bundle: Path) -> Iterator[Path]:
    """What can go."""
    services = (each for each in bundle.glob("botocore/data/*") if each.is_dir())
    yield from (each for each in services if each.name not in SERVICES)
    for pattern in NEEDLESS:
        yield from bundle.glob(pattern)


def strip(bundle: Path) -> None:
    """Delete it."""
    for each in list(needless(bundle)):
        if each.is_dir():
            shutil.rmtree(each)
        else:
            each.unlink(missing_ok=True)


def compile_all(bundle: Path) -> None:
    """Write the bytecode, which Lambda cannot: there the bundle is read-only.

    It is taken as it is, whatever time the files get when they are unpacked.
    """
    mode = PycInvalidationMode.UNCHECKED_HASH
    # Paths in tracebacks as they will be in Lambda.
    compileall.compile_dir(
        bundle, quiet=2, invalidation_mode=mode, stripdir=bundle, prependdir="/var/task"
    )


def megabytes(bundle: Path) -> float:
    """The size of all files, as Lambda counts it: unzipped."""
    files = (each for each in bundle.rglob("*") if each.is_file())
    return sum(each.stat().st_size for each in files) / 1e6


def zipped(bundle: Path) -> float:
    """The size of the archive that is uploaded."""
    return Path(shutil.make_archive(str(bundle), "zip", bundle)).stat().st_size / 1e6


def show(step: str, bundle: Path) -> None:
    """A row of the table."""
    print(f"{step:10}{megabytes(bundle):>9.1f} MB{zipped(bundle):>9.1f} MB", flush=True)


def main() -> None:
    """Build, strip, compile, and say what each step brought."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("target", type=Path)
    parser.add_argument("pip", nargs="*", help="more arguments for pip, after --")
    given = parser.parse_args()
    print(f"{'':10}{'unzipped':>12}{'zipped':>12}")
    install(given.target, given.pip)
    show("installed", given.target)
    strip(given.target)
    show("stripped", given.target)
    compile_all(given.target)
    show("compiled", given.target)


if __name__ == "__main__":
    main()
