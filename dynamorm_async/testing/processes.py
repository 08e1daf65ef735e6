"""Engines that are programs of their own: found, started, waited for, ended."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ..errors import ConfigurationError, TransportError

FOLDERS = (Path(".cache/engines/node_modules"), Path("node_modules"))
"""Where packages of npm are looked for, seen from the working directory."""

START_SECONDS = 20.0
STOP_SECONDS = 5.0


@dataclass(frozen=True, kw_only=True)
class Program:
    """How one engine is found and called."""

    name: str
    variable: str
    """The environment variable that may hold its path."""

    pattern: str
    """Where the file is inside a folder of npm packages."""

    arguments: tuple[str, ...]
    """Its arguments; `{port}` stands for the port."""

    package: str
    runner: str | None = None
    """The program that runs the file, where the file is a script."""


DYNOXIDE = Program(
    name="dynoxide",
    variable="DYNAMORM_DYNOXIDE",
    pattern="@dynoxide/*/dynoxide",
    arguments=("--host", "127.0.0.1", "--port", "{port}"),
    package="@dynoxide/linux-x64",
)
DYNALITE = Program(
    name="dynalite",
    variable="DYNAMORM_DYNALITE",
    pattern="dynalite/cli.js",
    arguments=(
        *("--host", "127.0.0.1", "--port", "{port}"),
        *("--createTableMs", "0", "--deleteTableMs", "0", "--updateTableMs", "0"),
    ),
    package="dynalite",
    runner="node",
)


def start_program(program: Program) -> tuple[str, Callable[[], None]]:
    """Start it on a free port; return its URL and what ends it, once it is ready."""
    command = find_command(program)
    port = free_port()
    # A file and not a pipe: nobody reads along, and a full pipe would stop the engine.
    output = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the engine runs
    try:
        child = subprocess.Popen(
            [*command, *(each.format(port=port) for each in program.arguments)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    except OSError as error:
        output.close()
        raise ConfigurationError(
            f"{program.name} cannot be run: {command[0]}: {error.strerror}"
        ) from error

    def stop() -> None:
        end_child(child)
        output.close()

    try:
        wait_until_ready(program.name, child, port, output)
    except BaseException:
        stop()
        raise
    return f"http://127.0.0.1:{port}", stop


def find_command(program: Program) -> list[str]:
    """What to run: the variable's path, else a package of npm, else the search path."""
    found = next(candidates(program), None)
    if found is None:
        folders = " or ".join(map(str, FOLDERS))
        raise ConfigurationError(
            f"{program.name} was not found in {program.variable}, in {folders}, nor "
            f"on the PATH: npm install --no-save --prefix .cache/engines "
            f"{program.package}"
        )
    if program.runner is None or found.suffix != ".js":
        return [str(found)]
    runner = shutil.which(program.runner)
    if runner is None:
        raise ConfigurationError(
            f"{program.name} runs on {program.runner}, which is not on the PATH"
        )
    return [runner, str(found)]


def candidates(program: Program) -> Iterator[Path]:
    """Where the program is, best first."""
    if named := os.environ.get(program.variable):
        yield Path(named)
    for folder in FOLDERS:
        yield from sorted(folder.glob(program.pattern))
    if on_path := shutil.which(program.name):
        yield Path(on_path)


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_ready(
    name: str, child: "subprocess.Popen[bytes]", port: int, output: IO[bytes]
) -> None:
    """Return when the port answers; raise with the program's last words if it won't."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if child.poll() is not None:
            raise TransportError(
                f"{name} ended with exit code {child.returncode} instead of "
                f"starting: {last_words(output)}"
            )
        if answers(port):
            return
        time.sleep(0.02)
    raise TransportError(
        f"{name} did not answer within {START_SECONDS:.0f} s: {last_words(output)}"
    )


def answers(port: int) -> bool:
    """Whether something accepts connections on this port of 127.0.0.1."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def last_words(output: IO[bytes]) -> str:
    """The end of what the program wrote."""
    output.seek(0)
    return output.read().decode(errors="replace").strip()[-1000:] or "it said nothing"


def end_child(child: "subprocess.Popen[bytes]") -> None:
    """Ask the child to end, insist after a while, and collect it."""
    child.terminate()
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
