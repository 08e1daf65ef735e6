"""What is there: the requests that a description of a table takes."""

from msgspec.structs import replace

from ..compiler.tables import requests
from ..compiler.tables.descriptions import (
    TableDescription,
    describe,
    recovery,
    tags_of,
    ttl_attribute,
)
from ..compiler.tables.options import TableOptions
from ..errors import AccessDeniedError, ServiceError, TableNotFoundError
from ..wire.runner import Runner

_NOT_KNOWN = frozenset({"UnknownOperationException", "HTTP 501"})
"""What an engine answers that has no such operation."""


async def look(runner: Runner, name: str) -> TableDescription | None:
    """The table without time to live, backups and tags; None where there is none."""
    try:
        reply = await runner.run(requests.describe_table(name))
    except TableNotFoundError:
        return None
    return describe(reply["Table"])


async def look_for(
    runner: Runner, found: TableDescription, options: TableOptions
) -> TableDescription | None:
    """The table, with what these options are compared to; None if it is gone by now.

    Raises `AccessDeniedError` where the credentials may not ask for what is named.
    """
    try:
        found = await _with_ttl(runner, found)
        if "point_in_time_recovery" in options:
            found = await _with_recovery(runner, found)
        if "tags" in options:
            found = await _with_tags(runner, found)
    except TableNotFoundError:
        return None
    return found


async def look_closely(runner: Runner, name: str) -> TableDescription:
    """The table with all that can be known of it; raises `TableNotFoundError`.

    What the credentials may not ask, or an engine does not know, is None.
    """
    reply = await runner.run(requests.describe_table(name))
    found = await _with_ttl(runner, describe(reply["Table"]))
    for ask in (_with_recovery, _with_tags):
        try:
            found = await ask(runner, found)
        except AccessDeniedError:
            continue
        except ServiceError as error:
            if error.code not in _NOT_KNOWN:
                raise
    return found


async def _with_ttl(runner: Runner, found: TableDescription) -> TableDescription:
    reply = await runner.run(requests.describe_ttl(found.name))
    return replace(found, ttl_attribute=ttl_attribute(reply))


async def _with_recovery(runner: Runner, found: TableDescription) -> TableDescription:
    on, days = recovery(await runner.run(requests.describe_backups(found.name)))
    return replace(found, point_in_time_recovery=on, recovery_period_days=days)


async def _with_tags(runner: Runner, found: TableDescription) -> TableDescription:
    tags: dict[str, str] = {}
    after: str | None = None
    while found.arn is not None:
        reply = await runner.run(requests.list_tags(found.arn, after))
        tags |= tags_of(reply)
        after = reply.get("NextToken")
        if after is None:
            break
    return replace(found, tags=tags)
