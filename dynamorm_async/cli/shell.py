"""What all commands have in common: where DynamoDB is, and how to speak to people and
to scripts.
"""

import asyncio
import os
import shlex
import sys
from collections.abc import Awaitable, Sequence
from functools import cached_property
from typing import Any, TypeVar

import typer
from attrs import frozen

from ..database import Database
from .codes import DeclinedError, UsageError
from .output import Output
from .targets import database_of

DB = "DYNAMORM_DB"
TABLE_PREFIX = "DYNAMORM_TABLE_PREFIX"
"""Variables of the environment; an option says otherwise."""

R = TypeVar("R")


@frozen(kw_only=True)
class Settings:
    """The options that every command takes."""

    endpoint_url: str | None = None
    region: str | None = None
    profile: str | None = None
    db: str | None = None
    """A `Database` of the caller's, as `module:name`."""

    table_prefix: str | None = None
    as_json: bool = False
    debug: bool = False

    def database(self) -> Database:
        """The database that they name.  Raises `UsageError`, `ConfigurationError`."""
        said = {
            "endpoint_url": self.endpoint_url,
            "region": self.region,
            "profile": self.profile,
            "table_prefix": self.table_prefix or os.environ.get(TABLE_PREFIX),
        }
        target = self.db or os.environ.get(DB)
        given: dict[str, Any] = {
            name: value for name, value in said.items() if value is not None
        }
        if not target:
            return Database(**given)
        found = database_of(target)
        return found._with_settings(found.config.of(found.config, **given))


class Shell:
    """One run of a command.

    Commands are plain functions: they read, ask and print while nothing is under way,
    and hand what is to be awaited to `wait`.
    """

    def __init__(
        self, settings: Settings, output: Output, arguments: Sequence[str] | None = None
    ) -> None:
        self.settings = settings
        self.output = output
        self.arguments = sys.argv[1:] if arguments is None else arguments
        self.go_on: str | None = None
        """What to say if the command is interrupted now."""

        self.words: dict[str, str] = {}
        """Words of Python in messages, and what to say for them in a shell."""

        self._runner = asyncio.Runner()

    @cached_property
    def db(self) -> Database:
        """The database of this run."""
        return self.settings.database()

    def wait(self, awaited: Awaitable[R]) -> R:
        """The result of something awaitable; Ctrl-C cancels it."""
        return self._runner.run(_result(awaited))

    def close(self) -> None:
        """Close all connections."""
        with self._runner:
            if "db" in vars(self):
                self.wait(self.db.aclose())

    def again(self, *more: str, without: Sequence[str] = ()) -> str:
        """The command line that goes on with this one."""
        kept = [each for each in self.arguments if each not in (more[0], *without)]
        return shlex.join(["dynamorm", *kept, *more])

    def next_page(self, cursor: str) -> str:
        """The command line that goes on after a page."""
        kept = list(self.arguments)
        if "--cursor" in kept:
            at = kept.index("--cursor")
            del kept[at : at + 2]
        return shlex.join(["dynamorm", *kept, "--cursor", cursor])

    def in_its_words(self, message: str) -> str:
        """A message for callers from Python, as one for a shell."""
        for python, shell in self.words.items():
            message = message.replace(python, shell)
        return message

    def confirm(self, question: str, *, yes: bool) -> None:
        """Ask before anything is changed.

        Raises `DeclinedError` for a no, and `UsageError` where nobody can be asked.
        """
        if yes:
            return
        if not sys.stdin.isatty():
            raise UsageError(
                f"{question} There is no terminal to ask on: say --yes to do it"
            )
        if not typer.confirm(question, err=True):
            raise DeclinedError("nothing was changed")

    def emit(self, answer: Any, text: str) -> None:
        """The answer: JSON for scripts, or the text."""
        if self.settings.as_json:
            self.output.json(answer)
        elif text:
            self.output.text(text)


async def _result(awaited: Awaitable[R]) -> R:
    return await awaited
