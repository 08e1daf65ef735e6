"""The request that lists tables."""

from ..wire import Body, CompiledQuery


def list_tables(
    after: str | None = None,
) -> CompiledQuery[tuple[list[str], str | None]]:
    """Names of tables, at most a hundred, and the one after which to go on."""
    body = {} if after is None else {"ExclusiveStartTableName": after}
    return CompiledQuery.of("ListTables", body, _names)


def _names(reply: Body) -> tuple[list[str], str | None]:
    return reply.get("TableNames", []), reply.get("LastEvaluatedTableName")
