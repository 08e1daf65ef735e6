"""Queries that are compiled and never sent."""

import re
from typing import Any, NoReturn, Self, TypeVar, cast

from dynamorm_async import Model
from dynamorm_async.compiler.compiler import Compiler
from dynamorm_async.marshalling.codecs import Codecs
from dynamorm_async.query.parsing import Named
from dynamorm_async.query.query import Query
from dynamorm_async.wire import Body
from dynamorm_async.wire.runner import Runner
from tests.models import NOON

M = TypeVar("M", bound=Model)


class Refusing:
    """A runner that runs nothing."""

    def bounded(self, _seconds: float, /) -> Self:
        return self

    def __getattr__(self, name: str) -> NoReturn:
        raise AssertionError(f"nothing is sent here, but {name}() was called")


RUNNER = cast("Runner", Refusing())
COMPILER = Compiler(Codecs(), lambda: NOON)


def ask(subject: type[M] | M, table: str | None = None) -> Query[M]:
    """What `db.model(subject)` is, its clock standing at `NOON`."""
    return Query(COMPILER, RUNNER, COMPILER.question(subject, table))


def body(query: Query[Any], verb: Any = "all", *fields: Named) -> Body:
    """The body that a query would send first."""
    return query.compile(verb, *fields).body


def exactly(message: str) -> str:
    """The pattern of this message and no other."""
    return f"^{re.escape(message)}$"
