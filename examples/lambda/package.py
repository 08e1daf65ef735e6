"""Build the bundle of the function: install, strip, compile, and measure.

    python package.py bundle
    python package.py bundle --without-botocore
    python package.py bundle -- --platform manylinux2014_aarch64 --only-binary :all:

What stands after `--` goes to pip; the last line is for Lambda on arm64.  Run it with
the Python version of the function: the bytecode is for that.  `DYNAMORM_SOURCE` says
what pip installs.

Without botocore there are requests for items, with the key that Lambda puts into the
environment.  There are no tables to create, no accounts of others, no SnapStart, no
fields under keys of KMS, no profiles and no proxies.
"""

import argparse
import compileall
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path
from py_compile import PycInvalidationMode

HERE = Path(__file__).parent
SOURCE = os.environ.get("DYNAMORM_SOURCE", "dynamorm_async")

SERVICES = {"dynamodb", "signin", "sso", "sso-oidc", "sts"}
"""The services of AWS that are called: the table, and whoever hands out credentials."""

NEEDLESS = (
    *("**/__pycache__", "**/tests", "bin", "*-stubs"),
    *("**/*.pyi", "**/*.pyx", "**/*.pxd", "**/*.pxi", "**/*.c", "**/*.h"),
)
"""Bytecode that is made anew, tests, scripts, stubs, sources of what is compiled."""

OURS, BOTOCORE = "dynamorm-async", "aiobotocore"


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
    """Delete it, and what debuggers want of compiled modules."""
    for each in list(needless(bundle)):
        delete(each)
    stripper = shutil.which("strip")
    for module in bundle.glob("**/*.so") if stripper else ():
        # That of another processor it cannot read, and leaves as it is.
        command = [str(stripper), "--strip-debug", str(module)]
        subprocess.run(command, check=False, stderr=subprocess.DEVNULL)


def delete(path: Path) -> None:
    """A file, or a folder with all that is in it."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def leave_out_botocore(bundle: Path) -> None:
    """Delete what nothing but botocore needs."""
    found = {plain(each.name): each for each in distributions(path=[str(bundle)])}
    kept: set[str] = set()
    waiting = [OURS]
    while waiting:
        name = waiting.pop()
        if name in found and name not in kept | {BOTOCORE}:
            kept.add(name)
            waiting += needed_by(found[name])
    for name in found.keys() - kept:
        parts = {each.parts[0] for each in found[name].files or ()}
        for part in parts - {"..", "bin", "__pycache__"}:
            delete(bundle / part)


def needed_by(package: Distribution) -> Iterator[str]:
    """The names of what it requires whatever extras are asked for."""
    for each in package.requires or ():
        if "extra ==" not in each:
            yield plain(re.split(r"[^\w.-]", each, maxsplit=1)[0])


def plain(name: str) -> str:
    """A name of a distribution as all spell it alike."""
    return re.sub(r"[-_.]+", "-", name).lower()


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
    parser.add_argument("--without-botocore", action="store_true")
    given = parser.parse_args()
    print(f"{'':10}{'unzipped':>12}{'zipped':>12}")
    install(given.target, given.pip)
    show("installed", given.target)
    strip(given.target)
    show("stripped", given.target)
    if given.without_botocore:
        leave_out_botocore(given.target)
        show("small", given.target)
    compile_all(given.target)
    show("compiled", given.target)


if __name__ == "__main__":
    main()
