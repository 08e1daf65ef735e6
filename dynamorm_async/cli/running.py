"""Runs a command: its errors become one line and an exit code."""

import os
import sys
import traceback
import warnings
from collections.abc import Callable
from typing import Any

import msgspec
import typer

from ..errors import DynamORMError, ScanWarning, TableNotFoundError
from .codes import MISTAKES, Code, DeclinedError
from .shell import Shell

Body = Callable[[Shell], Code | None]


def run(shell: Shell, body: Body) -> Code:
    """The exit code that a command comes to; it never raises."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always", ScanWarning)
            warnings.showwarning = _warner(shell)
            try:
                return body(shell) or Code.DONE
            finally:
                shell.close()
    except (KeyboardInterrupt, typer.Abort):
        shell.output.complaint(f"interrupted{_continuation(shell)}")
        return Code.INTERRUPTED
    except BrokenPipeError:
        # What is left in its buffer has nowhere to go when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Code.NO_READER
    except Exception as error:
        return _failed(shell, error)


def _failed(shell: Shell, error: Exception) -> Code:
    # A mistake in a file may come to light when half of it is written.
    is_mistake = isinstance(error, MISTAKES) and shell.go_on is None
    code = Code.USAGE if is_mistake else Code.FAILED
    if shell.settings.debug:
        traceback.print_exception(error, file=sys.stderr)
    message = shell.in_its_words(_message(error))
    if shell.settings.as_json:
        said = {"type": type(error).__name__, "message": message, "code": int(code)}
        shell.output.complaint(msgspec.json.encode({"error": said}).decode())
        return code
    shell.output.complaint(f"error: {message}")
    if code is Code.FAILED and not isinstance(error, DeclinedError):
        going_on = _continuation(shell)
        if going_on:
            shell.output.complaint(going_on.removeprefix("; "))
    return code


def _message(error: Exception) -> str:
    if isinstance(error, TableNotFoundError) and error.fault.table:
        return (
            f"there is no table {error.fault.table}: dynamorm tables lists those that "
            "are; check its name, --table-prefix, --region and --endpoint-url, or make "
            "it with dynamorm apply"
        )
    notes: list[str] = getattr(error, "__notes__", [])
    if isinstance(error, (DynamORMError, DeclinedError, *MISTAKES)):
        return "; ".join([str(error), *notes])
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror}"
    return f"{type(error).__name__}: {error} (--debug shows where)"


def _continuation(shell: Shell) -> str:
    return f"; {shell.go_on}" if shell.go_on else ""


def _warner(shell: Shell) -> Callable[..., Any]:
    def show(message: Warning | str, *_: object, **__: object) -> None:
        text = str(message)
        if isinstance(message, ScanWarning):
            # The rest of it tells what to write in Python.
            text = f"{text.partition('. ')[0]}; say --scan if that is meant"
        shell.output.complaint(f"warning: {text}")

    return show
