"""Every change of the update builder, on every kind of place, as the table shows it."""

from decimal import Decimal
from typing import Any

import pytest

from dynamorm_async import Database
from tests.integration.conftest import Stored
from tests.integration.things import BEFORE, Build, Thing, builder
from tests.models import NOON, NOON_TEXT

CHANGES: dict[str, tuple[Build, dict[str, Any]]] = {
    "set": (
        lambda b: b.set(Thing.count, 7).set("title", "new"),
        {"count": {"N": "7"}, "t": {"S": "new"}},
    ),
    "set of a stored name": (lambda b: b.set("t", "new"), {"t": {"S": "new"}}),
    "set by the type of the field": (
        lambda b: b.set("seen", NOON).set("price", Decimal("1.50")),
        {"seen": {"S": NOON_TEXT}, "price": {"N": "1.5"}},
    ),
    "set to None": (lambda b: b.set("title", None), {"t": None}),
    "set to an empty set": (lambda b: b.set("words", set()), {"words": None}),
    "set to another field": (
        lambda b: b.set("copy", Thing.count),
        {"copy": {"N": "5"}},
    ),
    "set in a map": (
        lambda b: b.set(Thing.tree["a"]["c"], "x").set("tree.n", 9),
        {
            "tree": {
                "M": {
                    "a": {"M": {"b": {"L": [{"N": "1"}, {"N": "2"}]}, "c": {"S": "x"}}},
                    "n": {"N": "9"},
                }
            }
        },
    ),
    "set in a list": (
        lambda b: b.set(Thing.rows[1], {"k": None}).set("rows[2]", "z"),
        {"rows": {"L": [{"N": "0"}, {"M": {"k": {"NULL": True}}}, {"S": "z"}]}},
    ),
    "set if not exists": (
        lambda b: b.set_if_not_exists("count", 1).set_if_not_exists(Thing.price, 2),
        {"price": {"N": "2"}},
    ),
    "set if not exists in a map": (
        lambda b: b.set_if_not_exists("tree.n", 5).set_if_not_exists("tree.m", 6),
        {
            "tree": {
                "M": {**BEFORE["tree"]["M"], "m": {"N": "6"}},
            }
        },
    ),
    "add to a number": (lambda b: b.add("count", -2), {"count": {"N": "3"}}),
    "add to a missing number": (
        lambda b: b.add("price", Decimal("0.1")),
        {"price": {"N": "0.1"}},
    ),
    "increment and decrement": (
        lambda b: b.increment("count").decrement("copy", 3),
        {"count": {"N": "6"}, "copy": {"N": "-3"}},
    ),
    "decrement by one": (lambda b: b.decrement("count"), {"count": {"N": "4"}}),
    "increment by a number": (
        lambda b: b.increment(Thing.tree["n"], 4),
        {"tree": {"M": {**BEFORE["tree"]["M"], "n": {"N": "5"}}}},
    ),
    "add to a set of text": (
        lambda b: b.add("words", {"b", "c"}),
        {"words": {"SS": ["a", "b", "c"]}},
    ),
    "add one element": (
        lambda b: b.add("words", "c"),
        {"words": {"SS": ["a", "b", "c"]}},
    ),
    "add to a set of numbers": (
        lambda b: b.add(Thing.numbers, [2, 3]),
        {"numbers": {"NS": ["1", "2", "3"]}},
    ),
    "add one number": (
        lambda b: b.add("numbers", 3),
        {"numbers": {"NS": ["1", "2", "3"]}},
    ),
    "add to a set of bytes": (
        lambda b: b.add("blobs", {b"c"}),
        {"blobs": {"BS": [b"a", b"b", b"c"]}},
    ),
    "add to a list stored as a set": (
        lambda b: b.add("labels", ["b"]),
        {"labels": {"SS": ["a", "b"]}},
    ),
    "delete from a set of text": (
        lambda b: b.delete("words", "a"),
        {"words": {"SS": ["b"]}},
    ),
    "delete what is not there": (lambda b: b.delete("words", {"x"}), {}),
    "delete the last elements": (
        lambda b: b.delete("words", {"a", "b"}),
        {"words": None},
    ),
    "delete from a set of numbers": (
        lambda b: b.delete("numbers", 1),
        {"numbers": {"NS": ["2"]}},
    ),
    "delete from a set of bytes": (
        lambda b: b.delete(Thing.blobs, b"a"),
        {"blobs": {"BS": [b"b"]}},
    ),
    "delete from a list stored as a set": (
        lambda b: b.delete("labels", ["a"]),
        {"labels": None},
    ),
    "delete from a missing set": (
        lambda b: b.remove("words").add("count", 1),
        {"words": None, "count": {"N": "6"}},
    ),
    "remove": (lambda b: b.remove("title", Thing.rows), {"t": None, "rows": None}),
    "remove in a map": (
        lambda b: b.remove(Thing.tree["a"]),
        {"tree": {"M": {"n": {"N": "1"}}}},
    ),
    "remove from a list": (
        lambda b: b.remove_from_list_at("rows", 0).remove_from_list_at("rows", 2),
        {"rows": {"L": [{"S": "one"}]}},
    ),
    "remove from a list in a map": (
        lambda b: b.remove_from_list_at("tree.a.b", 0),
        {"tree": {"M": {"a": {"M": {"b": {"L": [{"N": "2"}]}}}, "n": {"N": "1"}}}},
    ),
    "append": (
        lambda b: b.append_to_list("rows", [3, [4]]),
        {"rows": {"L": [*BEFORE["rows"]["L"], {"N": "3"}, {"L": [{"N": "4"}]}]}},
    ),
    "prepend": (
        lambda b: b.prepend_to_list(Thing.rows, ["x", "y"]),
        {"rows": {"L": [{"S": "x"}, {"S": "y"}, *BEFORE["rows"]["L"]]}},
    ),
    "append to a list in a map": (
        lambda b: b.append_to_list("tree.a.b", [3]),
        {
            "tree": {
                "M": {
                    "a": {"M": {"b": {"L": [{"N": "1"}, {"N": "2"}, {"N": "3"}]}}},
                    "n": {"N": "1"},
                }
            }
        },
    ),
    "append to a missing list in a map": (
        lambda b: b.append_to_list("tree.new", [3]),
        {"tree": {"M": {**BEFORE["tree"]["M"], "new": {"L": [{"N": "3"}]}}}},
    ),
    "set a list element": (
        lambda b: b.set_list_element("rows", 1, 1),
        {"rows": {"L": [{"N": "0"}, {"N": "1"}, {"N": "2"}]}},
    ),
    "set a list element past the end": (
        lambda b: b.set_list_element(Thing.rows, 9, "end"),
        {"rows": {"L": [*BEFORE["rows"]["L"], {"S": "end"}]}},
    ),
    "all at once": (
        lambda b: (
            b.set("title", "new")
            .add("count", 1)
            .remove("numbers")
            .delete("words", "a")
            .set_if_not_exists("copy", 1)
            .append_to_list("rows", [3])
            .remove("tree.a")
            .set("tree.z", 1)
        ),
        {
            "t": {"S": "new"},
            "count": {"N": "6"},
            "numbers": None,
            "words": {"SS": ["b"]},
            "copy": {"N": "1"},
            "rows": {"L": [*BEFORE["rows"]["L"], {"N": "3"}]},
            "tree": {"M": {"n": {"N": "1"}, "z": {"N": "1"}}},
        },
    ),
}


LACKING = {
    "remove from a list": pytest.mark.engine_lacks(
        dynoxide="removing two list elements by their old places"
    ),
    "set a list element past the end": pytest.mark.engine_lacks(
        dynoxide="appending what is set past the end of a list; it pads with NULLs"
    ),
}


def sorted_sets(item: dict[str, Any]) -> dict[str, Any]:
    """The item, its sets in order; the engine keeps none."""
    return {
        name: {
            tag: sorted(content) if tag in ("SS", "NS", "BS") else content
            for tag, content in value.items()
        }
        for name, value in item.items()
    }


@pytest.mark.parametrize(
    "case", [pytest.param(each, marks=LACKING.get(each, ())) for each in CHANGES]
)
async def test_a_change_is_in_the_table(
    db: Database, things: None, stored: Stored, case: str
) -> None:
    build, changed = CHANGES[case]
    await build(builder(db))
    expected = {
        name: value
        for name, value in {**BEFORE, **changed}.items()
        if value is not None
    }
    assert [sorted_sets(each) for each in await stored("things")] == [expected]


@pytest.mark.parametrize(
    ("build", "item"),
    [
        (lambda b: b.append_to_list("rows", [1]), {"rows": {"L": [{"N": "1"}]}}),
        (lambda b: b.prepend_to_list("rows", [1]), {"rows": {"L": [{"N": "1"}]}}),
        (lambda b: b.add("words", "a"), {"words": {"SS": ["a"]}}),
        (lambda b: b.increment("count"), {"count": {"N": "1"}}),
        (lambda b: b.delete("words", "a").set("copy", 1), {"copy": {"N": "1"}}),
        (lambda b: b.set_if_not_exists("count", 3), {"count": {"N": "3"}}),
        (lambda b: b.remove("rows"), {}),
    ],
)
async def test_an_update_of_a_missing_item_creates_it(
    db: Database, things: None, stored: Stored, build: Build, item: dict[str, Any]
) -> None:
    await stored.delete("things", {"id": {"S": "1"}})
    await build(builder(db, "2"))
    assert await stored("things") == [{"id": {"S": "2"}, **item}]
