"""Conditions to text: typed and written, every operator and every type."""

from datetime import UTC, date, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from dynamorm_async import Attr, Model, field, partition_key
from dynamorm_async.expressions.conditions import Condition
from tests.compiler.things import Color, Thing, text_of
from tests.models import NOON, NOON_TEXT, Place, Profile, User

N1, N2, A, B = {"N": "1"}, {"N": "2"}, {"S": "a"}, {"S": "b"}

EVERY_OPERATOR: list[tuple[Condition, tuple[Any, ...], str, list[Any]]] = [
    (User.rank == 1, ("rank", "=", 1), "#n0 = :v0", [N1]),
    (User.rank != 1, ("rank", "!=", 1), "#n0 <> :v0", [N1]),
    (User.rank < 1, ("rank", "<", 1), "#n0 < :v0", [N1]),
    (User.rank <= 1, ("rank", "<=", 1), "#n0 <= :v0", [N1]),
    (User.rank > 1, ("rank", ">", 1), "#n0 > :v0", [N1]),
    (User.rank >= 1, ("rank", ">=", 1), "#n0 >= :v0", [N1]),
    (
        User.rank.between(1, 2),
        ("rank", "BETWEEN", [1, 2]),
        "#n0 BETWEEN :v0 AND :v1",
        [N1, N2],
    ),
    (User.rank.is_in(1, 2), ("rank", "IN", (1, 2)), "#n0 IN (:v0, :v1)", [N1, N2]),
    (User.rank.is_in(1), ("rank", "IN", [1]), "#n0 IN (:v0)", [N1]),
    (
        User.name.begins_with("a"),
        ("name", "BEGINS_WITH", "a"),
        "begins_with(#n0, :v0)",
        [A],
    ),
    (User.name.contains("a"), ("name", "CONTAINS", "a"), "contains(#n0, :v0)", [A]),
    (
        User.tags.not_contains("a"),
        ("tags", "NOT_CONTAINS", "a"),
        "NOT contains(#n0, :v0)",
        [A],
    ),
    (User.nick.exists(), ("nick", "EXISTS"), "attribute_exists(#n0)", []),
    (User.nick.not_exists(), ("nick", "NOT_EXISTS"), "attribute_not_exists(#n0)", []),
    (
        User.rank.attribute_type("N"),
        ("rank", "ATTRIBUTE_TYPE", "N"),
        "attribute_type(#n0, :v0)",
        [{"S": "N"}],
    ),
    (User.tags.size() > 1, ("tags", "SIZE >", 1), "size(#n0) > :v0", [N1]),
    (User.tags.size() == 1, ("tags", "SIZE =", 1), "size(#n0) = :v0", [N1]),
    (User.tags.size() != 1, ("tags", "SIZE <>", 1), "size(#n0) <> :v0", [N1]),
    (
        User.tags.size().between(1, 2),
        ("tags", "size between", (1, 2)),
        "size(#n0) BETWEEN :v0 AND :v1",
        [N1, N2],
    ),
    (
        User.tags.size().is_in(1, 2),
        ("tags", "SIZE IN", [1, 2]),
        "size(#n0) IN (:v0, :v1)",
        [N1, N2],
    ),
]


@pytest.mark.parametrize(("typed", "written", "text", "values"), EVERY_OPERATOR)
def test_typed_and_written_conditions_are_one(
    typed: Condition, written: tuple[Any, ...], text: str, values: list[Any]
) -> None:
    both = [text_of(User, typed), text_of(User, *written)]
    assert [(each[0], each[2]) for each in both] == [(text, values)] * 2
    assert both[0] == both[1]


@pytest.mark.parametrize("operator", ["EXISTS", "NOT_EXISTS"])
def test_the_value_of_a_written_existence_is_ignored(operator: str) -> None:
    assert text_of(User, "nick", operator, 4711) == text_of(User, "nick", operator)


@pytest.mark.parametrize("name", ["name", "display_name", User.name])
def test_a_field_goes_by_its_python_name_its_stored_name_or_itself(name: Any) -> None:
    assert text_of(User, name, "=", "a") == ("#n0 = :v0", ["display_name"], [A])


PLACES = [
    (Place.address["city"] == "a", "address.city", "#n0.#n1", ["address", "city"]),
    (Place.scores[0] == 1, "scores[0]", "#n0[0]", ["scores"]),
    (
        Place.address["rooms"][2]["name"] == "a",
        "address.rooms[2].name",
        "#n0.#n1[2].#n2",
        ["address", "rooms", "name"],
    ),
    (
        Place.address["a"][1][2] == "a",
        "address.a[1][2]",
        "#n0.#n1[1][2]",
        ["address", "a"],
    ),
    (
        Place.address["city"]["city"] == "a",
        "address.city.city",
        "#n0.#n1.#n1",
        ["address", "city"],
    ),
]


@pytest.mark.parametrize(("typed", "path", "text", "names"), PLACES)
def test_a_place_within_a_field(
    typed: Condition, path: str, text: str, names: list[str]
) -> None:
    value = typed.operands[0]  # type: ignore[attr-defined] # a comparison
    assert text_of(Place, typed) == text_of(Place, path, "=", value)
    assert text_of(Place, typed)[:2] == (f"{text} = :v0", names)


def test_the_size_of_a_place() -> None:
    expected = ("size(#n0.#n1) > :v0", ["address", "city"], [N1])
    assert text_of(Place, Place.address["city"].size() > 1) == expected
    assert text_of(Place, "address.city", "SIZE >", 1) == expected


def test_a_map_key_with_a_dot_is_one_step() -> None:
    typed = Place.address["a.b"] == "a"
    assert text_of(Place, typed) == ("#n0.#n1 = :v0", ["address", "a.b"], [A])


def test_a_stored_name_with_a_dot_is_a_whole_field() -> None:
    class Dotted(Model):
        id: Attr[str] = partition_key()
        rate: Attr[int] = field(default=0, attribute="rate.per[0]")

    expected = ("#n0 > :v0", ["rate.per[0]"], [N1])
    assert text_of(Dotted, "rate.per[0]", ">", 1) == expected
    assert text_of(Dotted, Dotted.rate > 1) == expected


@pytest.mark.parametrize(
    ("typed", "written", "text", "names"),
    [
        (
            User.rank > User.rev,
            ("rank", ">", User.rev),
            "#n0 > #n1",
            ["rank", "rev"],
        ),
        (
            User.rank == User.tags.size(),
            ("rank", "=", User.tags.size()),
            "#n0 = size(#n1)",
            ["rank", "tags"],
        ),
        (
            User.tags.size().between(User.rank, User.rev),
            ("tags", "SIZE BETWEEN", [User.rank, User.rev]),
            "size(#n0) BETWEEN #n1 AND #n2",
            ["tags", "rank", "rev"],
        ),
        (
            User.rank.between(User.rev, User.rank),
            ("rank", "BETWEEN", [User.rev, User.rank]),
            "#n0 BETWEEN #n1 AND #n0",
            ["rank", "rev"],
        ),
        (
            User.rank.is_in(User.rev, User.rank),
            ("rank", "IN", [User.rev, User.rank]),
            "#n0 IN (#n1, #n0)",
            ["rank", "rev"],
        ),
        (
            User.name.contains(User.nick),
            ("name", "CONTAINS", User.nick),
            "contains(#n0, #n1)",
            ["display_name", "nick"],
        ),
    ],
)
def test_an_attribute_compares_with_another(
    typed: Condition, written: tuple[Any, ...], text: str, names: list[str]
) -> None:
    assert text_of(User, typed) == text_of(User, *written) == (text, names, [])


@pytest.mark.parametrize(
    ("term", "text", "values"),
    [
        (Thing.when > NOON, "#n0 > :v0", [{"S": NOON_TEXT}]),
        (
            Thing.when > NOON.astimezone(timezone(timedelta(hours=3))),
            "#n0 > :v0",
            [{"S": NOON_TEXT}],
        ),
        (Thing.since > NOON, "#n0 > :v0", [{"N": "1795348800"}]),
        (Thing.day == date(2026, 11, 22), "#n0 = :v0", [{"S": "2026-11-22"}]),
        (Thing.took < timedelta(minutes=1), "#n0 < :v0", [{"N": "60"}]),
        (Thing.price == Decimal("0.10"), "#n0 = :v0", [{"N": "0.1"}]),
        (Thing.share == 0.1, "#n0 = :v0", [{"N": "0.1"}]),
        (Thing.color == Color.RED, "#n0 = :v0", [{"S": "red"}]),
        (Thing.color.is_in(Color), "#n0 IN (:v0)", [{"S": "red"}]),
        (Thing.uid == UUID(int=1), "#n0 = :v0", [{"S": str(UUID(int=1))}]),
        (Thing.blob == b"a", "#n0 = :v0", [{"B": "YQ=="}]),
        (Thing.blob.begins_with(b"a"), "begins_with(#n0, :v0)", [{"B": "YQ=="}]),
        (Thing.done == True, "#n0 = :v0", [{"BOOL": True}]),  # noqa: E712
        (Thing.names == {"b", "a"}, "#n0 = :v0", [{"SS": ["a", "b"]}]),
        (Thing.names.contains("a"), "contains(#n0, :v0)", [A]),
        (Thing.numbers.contains(1), "contains(#n0, :v0)", [N1]),
        (Thing.parts.contains(Color.RED), "contains(#n0, :v0)", [{"S": "red"}]),
        (Thing.parts[0] == Color.RED, "#n0[0] = :v0", [{"S": "red"}]),
        (Thing.labels.contains("a"), "contains(#n0, :v0)", [A]),
        (
            Thing.rooms["x"][0] == date(2026, 1, 2),
            "#n0.#n1[0] = :v0",
            [{"S": "2026-01-02"}],
        ),
        (
            Thing.profile == Profile("Ulm"),
            "#n0 = :v0",
            [{"M": {"city": {"S": "Ulm"}, "langs": {"L": []}}}],
        ),
        (Thing.profile["city"] == "a", "#n0.#n1 = :v0", [A]),
        (Thing.profile["langs"].contains("a"), "contains(#n0.#n1, :v0)", [A]),
        (
            Thing.packed == Profile("Ulm"),
            "#n0 = :v0",
            [{"S": '{"city":"Ulm","langs":[]}'}],
        ),
        (Thing.raw == "a", "#n0 = :v0", [{"B": "YQ=="}]),
        (Thing.anything == [1, "a"], "#n0 = :v0", [{"L": [N1, A]}]),
        (Thing.maybe == "", "#n0 = :v0", [{"S": ""}]),
    ],
)
def test_values_are_stored_as_their_field_is(
    term: Condition, text: str, values: list[Any]
) -> None:
    found = text_of(Thing, term)
    assert (found[0], found[2]) == (text, values)


@pytest.mark.parametrize(
    ("term", "text", "values"),
    [
        (Thing.other == None, "attribute_not_exists(#n0)", []),  # noqa: E711
        (Thing.other != None, "attribute_exists(#n0)", []),  # noqa: E711
        (Thing.other.eq(None), "attribute_not_exists(#n0)", []),
        (Thing.other.ne(None), "attribute_exists(#n0)", []),
        (Thing.maybe == None, "#n0 = :v0", [{"NULL": True}]),  # noqa: E711
        (Thing.maybe != None, "#n0 <> :v0", [{"NULL": True}]),  # noqa: E711
        (Thing.profile["city"] == None, "#n0.#n1 = :v0", [{"NULL": True}]),  # noqa: E711
    ],
)
def test_comparing_with_none_asks_how_none_is_stored(
    term: Condition, text: str, values: list[Any]
) -> None:
    found = text_of(Thing, term)
    assert (found[0], found[2]) == (text, values)


def test_a_written_comparison_with_none_is_the_same() -> None:
    assert text_of(Thing, "other", "=", None) == text_of(Thing, Thing.other.eq(None))


def test_none_in_the_key_of_an_index_is_always_absent() -> None:
    class Sparse(Model):
        id: Attr[str] = partition_key()
        kind: Attr[str | None] = field(default=None, null=True, index="by-kind")

    absent: Any = ("attribute_not_exists(#n0)", ["kind"], [])
    assert text_of(Sparse, Sparse.kind.eq(None)) == absent


def test_the_opposite_of_not_contains_is_contains() -> None:
    assert text_of(User, ~User.tags.not_contains("a")) == text_of(
        User, User.tags.contains("a")
    )


def test_a_moment_of_another_zone_is_the_same_moment() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=-8)))
    assert text_of(User, User.made == there) == text_of(User, User.made == NOON)
    assert there.tzinfo is not UTC
