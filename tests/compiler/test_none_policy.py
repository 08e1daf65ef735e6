"""What None and empty values become, on a put and on an update: each cell."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from dynamorm_async import (
    Attr,
    Model,
    created_at,
    field,
    gsi,
    partition_key,
    ttl,
    updated_at,
    version,
)
from dynamorm_async.errors import EmptyValueError
from tests.asking import ask, body, exactly
from tests.models import NOON_TEXT

NULL = {"NULL": True}
ABSENT = None
EMPTY: dict[str, tuple[Any, Any, Any]] = {
    "text": (str, "", {"S": ""}),
    "integer": (int, 0, {"N": "0"}),
    "real": (float, 0.0, {"N": "0"}),
    "decimal": (Decimal, Decimal(0), {"N": "0"}),
    "boolean": (bool, False, {"BOOL": False}),
    "list": (list[int], [], {"L": []}),
    "tuple": (tuple[int, ...], (), {"L": []}),
    "map": (dict[str, int], {}, {"M": {}}),
    "bytes": (bytes, b"", {"B": ""}),
}
NOTHING: dict[str, tuple[Any, Any]] = {
    "none": (str | None, None),
    "empty set": (set[str], set()),
    "empty frozenset": (frozenset[int], frozenset()),
}


declared: Any = field  # mypy can't check keywords that a test hands on


def holding(hint: Any, **options: Any) -> Any:
    """A model whose field `value` has this type and these options."""

    class Holder(Model, table="holders"):
        id: Attr[str] = partition_key()
        value: Attr[hint] = declared(**options)

    return Holder


def stored(instance: Model) -> list[Any]:
    """What a put, an update, and an update by name make of `value`."""
    return [
        body(ask(instance), "put")["Item"].get("value"),
        *(
            updated_to(body(ask(instance), "update", *names))
            for names in ((), ("value",))
        ),
        updated_to(body(ask(instance), "create_or_update")),
    ]


def updated_to(sent: dict[str, Any]) -> Any:
    """What an update of one field sets it to; ABSENT where it removes it."""
    values = sent.get("ExpressionAttributeValues", {})
    written = {
        "SET #n0 = :v0": values.get(":v0"),
        "REMOVE #n0": ABSENT,
    }
    return written[sent["UpdateExpression"]]


@pytest.mark.parametrize(("hint", "value", "kept"), EMPTY.values(), ids=EMPTY)
@pytest.mark.parametrize("options", [{}, {"null": True}])
def test_a_plain_field_stores_empty_values(
    hint: Any, value: Any, kept: Any, options: dict[str, bool]
) -> None:
    holder = holding(hint, **options)(id="1", value=value)
    assert stored(holder) == [kept, kept, kept, kept]


@pytest.mark.parametrize(("hint", "value", "kept"), EMPTY.values(), ids=EMPTY)
@pytest.mark.parametrize("options", [{}, {"null": True}])
def test_omitempty_leaves_them_out_unless_named(
    hint: Any, value: Any, kept: Any, options: dict[str, bool]
) -> None:
    holder = holding(hint, omitempty=True, **options)(id="1", value=value)
    assert stored(holder) == [ABSENT, ABSENT, kept, ABSENT]


@pytest.mark.parametrize(("hint", "value"), NOTHING.values(), ids=NOTHING)
@pytest.mark.parametrize("options", [{}, {"omitempty": True}])
def test_none_and_the_empty_set_are_absent(
    hint: Any, value: Any, options: dict[str, bool]
) -> None:
    holder = holding(hint, **options)(id="1", value=value)
    assert stored(holder) == [ABSENT, ABSENT, ABSENT, ABSENT]


@pytest.mark.parametrize(("hint", "value"), NOTHING.values(), ids=NOTHING)
@pytest.mark.parametrize("options", [{}, {"omitempty": True}])
def test_null_stores_them(hint: Any, value: Any, options: dict[str, bool]) -> None:
    holder = holding(hint, null=True, **options)(id="1", value=value)
    assert stored(holder) == [NULL, NULL, NULL, NULL]


@pytest.mark.parametrize(
    ("options", "kept"),
    [({}, ABSENT), ({"null": True}, NULL), ({"omitempty": True}, ABSENT)],
)
def test_an_empty_list_stored_as_a_set_is_an_empty_set(
    options: dict[str, Any], kept: Any
) -> None:
    holder = holding(list[str], as_set=True, **options)(id="1", value=[])
    assert stored(holder) == [kept, kept, kept, kept]


@pytest.mark.parametrize("value", [[], {}, "", 0])
def test_empty_json_is_text_like_any_other(value: Any) -> None:
    text = {"S": {"[]": "[]", "{}": "{}", "": '""', "0": "0"}[str(value)]}
    holder = holding(type(value), json=True)(id="1", value=value)
    assert stored(holder) == [text, text, text, text]


@pytest.mark.parametrize("options", [{}, {"null": True}, {"omitempty": True}])
def test_none_in_the_key_of_an_index_is_always_absent(options: dict[str, Any]) -> None:
    holder = holding(str | None, index=gsi("by-value"), **options)(id="1", value=None)
    assert stored(holder) == [ABSENT, ABSENT, ABSENT, ABSENT]


@pytest.mark.parametrize(("hint", "value"), [(str, ""), (bytes, b"")])
@pytest.mark.parametrize(
    ("verb", "names"),
    [("put", ()), ("create", ()), ("create_or_update", ()), ("update", ("value",))],
)
def test_an_empty_key_of_an_index_is_an_error(
    hint: Any, value: Any, verb: str, names: tuple[str, ...]
) -> None:
    holder = holding(hint, index=gsi("by-value"), null=True)(id="1", value=value)
    message = (
        "Holder.value: DynamoDB takes no empty text or bytes for a key of index "
        "'by-value'; omitempty=True would leave such items out"
    )
    with pytest.raises(EmptyValueError, match=exactly(message)):
        body(ask(holder), verb, *names)


@pytest.mark.parametrize(("hint", "value"), [(str, ""), (bytes, b"")])
def test_omitempty_leaves_an_empty_key_out_of_its_index(hint: Any, value: Any) -> None:
    holder = holding(hint, index=gsi("by-value"), omitempty=True)(id="1", value=value)
    assert stored(holder) == [ABSENT, ABSENT, ABSENT, ABSENT]


def test_zero_is_a_key_of_an_index_like_any_other() -> None:
    holder = holding(int, index=gsi("by-value"))(id="1", value=0)
    assert stored(holder) == [{"N": "0"}] * 4


class Sparse(Model, table="sparse", omitempty=True, null=True):
    """The options of the class hold for all fields that may be empty."""

    number: Attr[int] = partition_key()
    rev: Attr[int] = version()
    made: Attr[datetime] = created_at()
    changed: Attr[datetime] = updated_at()
    expires: Attr[int | None] = ttl(default=None)
    text: Attr[str | None] = field(default="")
    kept: Attr[str | None] = field(default="", omitempty=False, null=False)


def test_keys_versions_and_timestamps_are_always_stored() -> None:
    assert body(ask(Sparse(number=0)), "create")["Item"] == {
        "number": {"N": "0"},
        "rev": {"N": "0"},
        "made": {"S": NOON_TEXT},
        "changed": {"S": NOON_TEXT},
        "expires": NULL,
        "kept": {"S": ""},
    }


def test_a_field_says_more_than_its_class() -> None:
    item = body(ask(Sparse(number=0, expires=0, text=None, kept=None)), "create")[
        "Item"
    ]
    assert [item.get(name) for name in ("expires", "text", "kept")] == [
        ABSENT,
        NULL,
        ABSENT,
    ]
