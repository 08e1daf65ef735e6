"""The tables of a migration: looked at, checked against their models, and made."""

from collections.abc import Mapping

from ..compiler.question import Question
from ..compiler.tables import requests
from ..compiler.tables.descriptions import TableDescription, describe
from ..compiler.tables.drift import key_drift
from ..compiler.tables.wanted import wanted_table
from ..errors import InvalidOperatorError, TableInUseError
from ..errors.upkeep import TableDriftError
from ..tables.administration import Administration
from ..tables.looking import look
from ..tables.reaching import Work
from .checkpoint import id_of
from .desk import Desk

_WITHOUT_TTL: Mapping[str, bool] = {"ttl": False}
"""Nothing ends in a backup."""


class Tables:
    """The source, the target, and the table of a backup."""

    def __init__(self, desk: Desk, source: Question, target: Question) -> None:
        self._desk = desk
        self._source = source
        self._target = target
        work = Work(desk.runner, desk.sleep, desk.clock)
        self._administration = Administration(desk.compiler, work)

    async def source(self) -> TableDescription:
        """The source as it is."""
        return await self._found(self._source)

    async def check_target(self) -> TableDescription | None:
        """The target, if it is there; refuses one with other keys than its model."""
        found = await look(self._desk.runner, self._target.table_name)
        if found is not None:
            self._check_keys(self._target, found)
        return found

    async def target(self) -> TableDescription:
        """The target, made or brought up to date."""
        options = self._desk.options
        await self._administration.migrate(
            (self._target.table.model,), options.target_table, options.wait, None, {}
        )
        return await self._found(self._target)

    async def backup(
        self, name: str, begun: str | None
    ) -> tuple[Question, TableDescription]:
        """A table for a backup: a new one, or the one that was `begun`."""
        copy = self._desk.compiler.question(self._source.table.model, name)
        found = await look(self._desk.runner, copy.table_name)
        if found is not None and id_of(found) == begun:
            return copy, found
        try:
            return copy, await self._administration.create(
                (copy.table.model,),
                name,
                self._desk.options.wait,
                _WITHOUT_TTL,
            )
        except TableInUseError as error:
            raise InvalidOperatorError(
                f"the table {copy.table_name!r} is there already, and a backup "
                "overwrites nothing; name another one"
            ) from error

    async def _found(self, question: Question) -> TableDescription:
        request = requests.describe_table(question.table_name)
        found = describe((await self._desk.runner.run(request))["Table"])
        self._check_keys(question, found)
        return found

    def _check_keys(self, question: Question, found: TableDescription) -> None:
        codec = self._desk.compiler.codec(question.table)
        drift = key_drift(wanted_table(question.table_name, [codec]), found)
        if drift:
            raise TableDriftError(drift)
