"""What DynamoDB takes at most: one less and just that pass, one more is refused."""

from decimal import Decimal
from typing import Any

import pytest

from dynamorm_async import Attr, Model, field, gsi, lsi, partition_key, sort_key
from dynamorm_async.compiler.limits import operators_in
from dynamorm_async.compiler.transactions import transact_write
from dynamorm_async.errors import (
    InvalidOperatorError,
    InvalidValueError,
    ItemTooLargeError,
)
from dynamorm_async.query.query import Query
from tests.asking import ask, exactly

from .test_batches import get, write


class Crate(Model, table="crates"):
    """Keys of every kind, and places for much of everything."""

    dock: Attr[str] = partition_key()
    code: Attr[bytes] = sort_key()
    owner: Attr[str | None] = field(default=None, index=gsi("by-owner"))
    lot: Attr[str | None] = field(
        default=None, index=[gsi("by-owner", sort=True), lsi("by-lot")]
    )
    weight: Attr[Decimal] = field(default=Decimal(0))
    text: Attr[str] = field(default="")
    tree: Attr[Any] = field(default=None)


def crate(**values: Any) -> Crate:
    return Crate(**{"dock": "a", "code": b"b", **values})


def of(item: Crate) -> Query[Crate]:
    """The query of an item's key."""
    return ask(Crate).where(Crate.dock == item.dock).where(Crate.code == item.code)


KEYS: dict[str, tuple[int, Any]] = {
    "dock": (2048, lambda size: {"dock": "x" * size}),
    "code": (1024, lambda size: {"code": b"x" * size}),
    "owner": (2048, lambda size: {"owner": "x" * size}),
    "lot": (1024, lambda size: {"lot": "x" * size}),
}
WAYS: dict[str, Any] = {
    "create": lambda item: ask(item).compile("create"),
    "put": lambda item: ask(item).compile("put"),
    "create_or_update": lambda item: ask(item).compile("create_or_update"),
    "update": lambda item: ask(item).compile("update"),
    "batch": lambda item: write(ask(Crate), [item]),
    "builder": lambda item: (
        of(item)
        .update_builder()
        .set("owner", item.owner)
        .set("lot", item.lot)
        .compile()
    ),
    "where": lambda item: (
        ask(Crate)
        .where(Crate.owner == (item.owner or "x"))
        .where(Crate.lot == (item.lot or "x"))
        .filter(Crate.dock == item.dock)
        .filter(Crate.code == item.code)
        .compile("scan")
    ),
}
BY_KEY: dict[str, Any] = {
    "first": lambda item: of(item).compile("first"),
    "delete": lambda item: of(item).compile("delete"),
    "batch_get": lambda item: get(ask(Crate), [(item.dock, item.code)]),
    "batch_delete": lambda item: write(ask(Crate), deletes=[item]),
}


@pytest.mark.parametrize("way", [*WAYS, *BY_KEY])
@pytest.mark.parametrize("name", KEYS)
def test_a_key_has_a_longest(way: str, name: str) -> None:
    longest, values = KEYS[name]
    run = WAYS.get(way) or BY_KEY[way]
    for size in (1, longest - 1, longest):
        run(crate(**values(size)))
    if way in BY_KEY and name in ("owner", "lot"):
        run(crate(**values(longest + 1)))
        return
    message = (
        f"Crate.{name}: a key of {longest + 1:,} bytes; DynamoDB takes at most "
        f"{longest:,} here"
    )
    with pytest.raises(InvalidValueError, match=f"^{message}"):
        run(crate(**values(longest + 1)))


@pytest.mark.parametrize("way", ["create", "batch", "first", "batch_get"])
def test_the_length_of_a_key_is_in_bytes(way: str) -> None:
    run = WAYS.get(way) or BY_KEY[way]
    run(crate(dock="é" * 1024))
    with pytest.raises(InvalidValueError, match=r"^Crate\.dock: a key of 2,050 bytes"):
        run(crate(dock="é" * 1025))


def nested(levels: int, kind: type) -> Any:
    """A text in so many lists or dicts."""
    value: Any = "x"
    for _ in range(levels):
        value = [value] if kind is list else {"a": value}
    return value


@pytest.mark.parametrize("way", ["create", "put", "update", "batch"])
@pytest.mark.parametrize("kind", [list, dict])
def test_lists_and_maps_may_be_32_levels_deep(way: str, kind: type) -> None:
    for levels in (31, 32):
        WAYS[way](crate(tree=nested(levels, kind)))
    message = "Crate.tree: nested more than 32 levels deep, which DynamoDB cannot store"
    with pytest.raises(InvalidValueError, match=f"^{message}"):
        WAYS[way](crate(tree=nested(33, kind)))


def test_an_update_builder_heeds_the_levels_too() -> None:
    builder = of(crate()).update_builder()
    for _ in range(2):  # the second is made from a template
        builder.set(Crate.tree["a"], nested(32, list)).compile()
        with pytest.raises(InvalidValueError, match="nested more than 32 levels"):
            builder.set(Crate.tree["a"], nested(33, list)).compile()


@pytest.mark.parametrize("digits", [37, 38])
def test_a_number_may_have_38_digits(digits: int) -> None:
    item = crate(weight=Decimal("1" * digits))
    assert ask(item).compile("put").body["Item"]["weight"] == {"N": "1" * digits}


def test_a_number_of_39_digits_is_refused() -> None:
    with pytest.raises(InvalidValueError, match="39 significant digits"):
        ask(crate(weight=Decimal("1" * 39))).compile("put")


def conditions(length: int) -> str:
    """A condition of few operators and so many bytes."""
    return "attribute_exists(#nn)".ljust(length)


@pytest.mark.parametrize("length", [4095, 4096])
def test_an_expression_may_have_4_kib(length: int) -> None:
    query = ask(crate()).with_condition_expression(
        conditions(length), {}, {"#nn": "owner"}
    )
    assert len(query.compile("put").condition_expression or "") == length


@pytest.mark.parametrize("verb", ["put", "delete", "update"])
def test_an_expression_of_more_is_refused(verb: Any) -> None:
    raw = ask(crate()).with_condition_expression(conditions(4097), {}, {"#nn": "owner"})
    with pytest.raises(
        InvalidOperatorError,
        match=r"^crates: the ConditionExpression has 4,\d+ bytes, and DynamoDB takes",
    ):
        raw.compile(verb)


def either(number: int) -> Query[Crate]:
    """A query with so many conditions and an OR between each two."""
    query = ask(Crate).where(Crate.dock == "a")
    for _ in range(number - 1):
        query = query.or_filter(Crate.weight > 1)
    return query.or_filter(~Crate.text.contains("x"))


@pytest.mark.parametrize(("number", "operators"), [(149, 298), (150, 300)])
def test_an_expression_may_have_300_operators(number: int, operators: int) -> None:
    text = either(number).compile().filter_expression or ""
    assert operators_in("FilterExpression", text) == operators


def test_the_301st_operator_is_refused() -> None:
    query = either(150).filter(Crate.text.exists())
    message = (
        "crates: the FilterExpression has 302 operators, and DynamoDB takes at most "
        "300; ask for less at a time"
    )
    with pytest.raises(InvalidOperatorError, match=exactly(message)):
        query.compile()


@pytest.mark.parametrize(
    ("name", "text", "operators"),
    [
        ("FilterExpression", "#n0 = :v0", 1),
        ("FilterExpression", "#n0 <> :v0 AND #n1 <= :v1 OR NOT #n2 >= :v2", 6),
        ("FilterExpression", "#n0 BETWEEN :v0 AND :v1 and #n1 between :v2 and :v3", 3),
        ("FilterExpression", "#n0 IN (:v0, :v1, :v2)", 1),
        ("FilterExpression", "size (#n0) < :v0", 2),
        ("FilterExpression", "begins_with(#and, :or) AND contains(#not, :in)", 3),
        ("ConditionExpression", "attribute_not_exists(a) OR attribute_type(a, :S)", 3),
        ("UpdateExpression", "SET #n0 = :v0, #n1 = #n1 + :v1 ADD #n2 :v2", 1),
        ("UpdateExpression", "SET a = list_append(if_not_exists(a, :e), :x) - :y", 3),
        ("ProjectionExpression", "#n0, #n1", 0),
    ],
)
def test_operators_and_functions_count(name: str, text: str, operators: int) -> None:
    assert operators_in(name, text) == operators


def puts(sizes: list[int]) -> list[Any]:
    """Puts of items of so many bytes."""
    rest = len("dockxx" + "codeb" + "weight" + "text") + 1
    return [
        ask(crate(dock=f"{place:02}", text="x" * (size - rest))).compile("put")
        for place, size in enumerate(sizes)
    ]


FULL = [400_000] * 10


@pytest.mark.parametrize("less", [0, 1])
def test_the_items_of_a_transaction_may_have_4_mib(less: int) -> None:
    parts = puts([*FULL, 4 * 1024 * 1024 - 4_000_000 - less])
    assert len(transact_write(parts, "token").parts) == 11


def test_a_transaction_of_more_is_refused() -> None:
    message = (
        "the items of the transaction have 4,194,305 bytes together, and DynamoDB "
        "takes 4,194,304"
    )
    with pytest.raises(ItemTooLargeError, match=exactly(message)):
        transact_write(puts([*FULL, 4 * 1024 * 1024 - 4_000_000 + 1]), "token")
