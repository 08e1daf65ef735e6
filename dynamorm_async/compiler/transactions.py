"""Transactions: single-item requests joined to one TransactWriteItems."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..errors import InvalidOperatorError, InvalidValueError
from ..wire import Body, CompiledQuery
from ..wire.sealed import joined
from .sizes import check_transaction

MOST = 100
"""Operations of one transaction; "TransactWriteItems" in the API reference."""

_VERBS = {
    "PutItem": "Put",
    "UpdateItem": "Update",
    "DeleteItem": "Delete",
    "ConditionCheck": "ConditionCheck",
}

# A transaction returns nothing but old items, and those only when it is cancelled.
_NOT_IN_PARTS = frozenset({"ReturnValues"})


def can_be_part(compiled: CompiledQuery[Any]) -> bool:
    """Whether a request can be an operation of a writing transaction."""
    return compiled.operation in _VERBS


def transact_write(
    parts: Sequence[CompiledQuery[Any]], token: str
) -> CompiledQuery[None]:
    """All of these writes, or none.

    `token` makes the service recognise a request that is sent again.  The reply settles
    every part: instances get their versions and timestamps.
    """
    _check_number(parts)
    _check_distinct(parts)
    _check_changes(parts)
    check_transaction(each.item for each in parts if each.item)
    items = [{_VERBS[each.operation]: _part(each.body)} for each in parts]

    def decode(_reply: Body) -> None:
        for each in parts:
            each.decode({})

    return CompiledQuery.of(
        "TransactWriteItems",
        {"TransactItems": items, "ClientRequestToken": token},
        decode,
        parts=tuple(parts),
        awaited=joined(each.awaited for each in parts),
    )


def pairs_of(keys: Iterable[Any]) -> Iterator[tuple[Any, object]]:
    """The model and key of each, as `transact_get` takes them."""
    pairs = list(keys) if isinstance(keys, Iterable) else [keys]
    for each in pairs:
        if not isinstance(each, tuple) or len(each) != 2:
            raise InvalidValueError(
                "transact_get() takes a list of pairs of a model and a key, such as "
                f"[(User, key), ...]; got a {type(each).__name__} in it"
            )
        yield each


def transact_get(
    parts: Sequence[CompiledQuery[Any]],
) -> CompiledQuery[list[Any]]:
    """All of these items as they are at one moment; None for a missing one."""
    _check_number(parts)
    items = [{"Get": _part(each.body)} for each in parts]

    def decode(reply: Body) -> list[Any]:
        replies: Sequence[Mapping[str, Any]] = reply.get("Responses", ())
        return [
            part.decode({**each}) for part, each in zip(parts, replies, strict=True)
        ]

    return CompiledQuery.of(
        "TransactGetItems",
        {"TransactItems": items},
        decode,
        parts=tuple(parts),
        awaited=joined(each.awaited for each in parts),
    )


def _part(body: Body) -> Body:
    return {name: value for name, value in body.items() if name not in _NOT_IN_PARTS}


def _check_number(parts: Sequence[CompiledQuery[Any]]) -> None:
    if len(parts) > MOST:
        raise InvalidOperatorError(
            f"a transaction takes at most {MOST} operations; this one has {len(parts)}"
        )


def _check_distinct(parts: Sequence[CompiledQuery[Any]]) -> None:
    seen: dict[tuple[object, ...], int] = {}
    for place, each in enumerate(parts):
        first = seen.setdefault(_identity(each), place)
        if first != place:
            raise InvalidOperatorError(
                f"operations {first + 1} and {place + 1} of the transaction are for "
                f"the same item of {each.table_name}; DynamoDB takes one per item"
            )


def _check_changes(parts: Sequence[CompiledQuery[Any]]) -> None:
    for place, each in enumerate(parts):
        if each.operation == "UpdateItem" and each.update_expression is None:
            raise InvalidOperatorError(
                f"operation {place + 1} of the transaction updates nothing but the key "
                f"of an item of {each.table_name}, which DynamoDB takes only outside "
                "of transactions; use put() or create()"
            )


def _identity(compiled: CompiledQuery[Any]) -> tuple[object, ...]:
    key = compiled.key or {}
    return (compiled.table_name, *sorted((name, str(key[name])) for name in key))
