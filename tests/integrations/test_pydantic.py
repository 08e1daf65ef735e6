"""Models as Pydantic reads, writes and describes them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, NamedTuple, TypedDict
from uuid import UUID

import attrs
import pytest
from attrs import validators
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from dynamorm_async import (
    Attr,
    InvalidModelError,
    InvalidValueError,
    Model,
    UnsupportedTypeError,
    created_at,
    field,
    gsi,
    partition_key,
    sort_key,
    updated_at,
    version,
)
from dynamorm_async.integrations.pydantic_forms import Reading
from dynamorm_async.integrations.pydantic_models import teach_pydantic
from dynamorm_async.integrations.pydantic_parts import Changes, Draft

ID = UUID("00000000-0000-0000-0000-000000000001")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@attrs.frozen
class Address:
    street: str = attrs.field(validator=validators.max_len(9))
    geo: bytes | None = None

    @street.validator
    def _is_a_street(self, _attribute: object, value: str) -> None:
        if value == "nowhere":
            raise ValueError("there is no such street")


@attrs.define
class Tree:
    name: str
    branches: "list[Tree]" = attrs.field(factory=list)


@dataclass
class Box:
    of: Address
    count: int = 1


class Note(TypedDict, total=False):
    text: str
    where: list[Address]


class Point(NamedTuple):
    x: int
    y: int = 0


class Thing(Model, table="things"):
    """One field of each kind."""

    id: Attr[UUID] = partition_key()
    name: Attr[str] = sort_key()
    kind: Attr[str | None] = field(default=None, index=gsi("by-kind"))
    text: Attr[str] = field(attribute="t")
    number: Attr[int] = field(default=3, validator=validators.ge(0))
    share: Attr[Annotated[float, Field(le=1, description="of the whole")]] = field(
        default=0.5
    )
    price: Attr[Decimal | None] = field(
        default=None, validator=validators.optional(validators.lt(Decimal(100)))
    )
    flag: Attr[bool] = field(default=False)
    raw: Attr[bytes] = field(default=b"\xff\xfe")
    at: Attr[datetime | None] = field(default=None)
    day: Attr[date | None] = field(default=None)
    hour: Attr[time | None] = field(default=None)
    span: Attr[timedelta] = field(default=timedelta(seconds=90))
    colour: Attr[Colour] = field(default=Colour.RED)
    side: Attr[Literal["left", "right"]] = field(default="left")
    tags: Attr[set[str]] = field(factory=set)
    homes: Attr[dict[str, Address]] = field(factory=dict)
    box: Attr[Box | None] = field(default=None)
    note: Attr[Note | None] = field(default=None)
    point: Attr[Point] = field(default=Point(1, 2))
    tree: Attr[Tree | None] = field(default=None)
    free: Attr[Any] = field(default=None)
    rev: Attr[int] = version()
    made: Attr[datetime] = created_at()
    changed: Attr[datetime] = updated_at()


THING = TypeAdapter(Thing)
LEAST: dict[str, Any] = {"id": str(ID), "name": "n", "text": "x"}
WHOLE: dict[str, Any] = {
    **LEAST,
    "kind": "k",
    "number": 7,
    "share": 0.25,
    "price": "9.50",
    "flag": True,
    "raw": "AAE=",
    "at": "2026-11-22T12:00:00Z",
    "day": "2026-11-22",
    "hour": "09:00:00",
    "span": "PT1M30S",
    "colour": "blue",
    "side": "right",
    "tags": ["a"],
    "homes": {"main": {"street": "Lane 1", "geo": "/w=="}},
    "box": {"of": {"street": "Lane 2", "geo": None}, "count": 2},
    "note": {"where": [{"street": "Lane 3", "geo": None}]},
    "point": {"x": 3, "y": 0},
    "tree": {"name": "a", "branches": [{"name": "b", "branches": []}]},
    "free": {"any": [1, "x", None]},
}


def test_a_body_becomes_an_instance_with_all_its_types() -> None:
    assert THING.validate_python(WHOLE) == Thing(
        id=ID,
        name="n",
        text="x",
        kind="k",
        number=7,
        share=0.25,
        price=Decimal("9.50"),
        flag=True,
        raw=b"\x00\x01",
        at=NOON,
        day=date(2026, 11, 22),
        hour=time(9),
        span=timedelta(seconds=90),
        colour=Colour.BLUE,
        side="right",
        tags={"a"},
        homes={"main": Address("Lane 1", b"\xff")},
        box=Box(Address("Lane 2"), 2),
        note={"where": [Address("Lane 3")]},
        point=Point(3, 0),
        tree=Tree("a", [Tree("b")]),
        free={"any": [1, "x", None]},
    )


def test_an_instance_becomes_the_body_and_what_the_service_sets() -> None:
    thing = THING.validate_python(WHOLE)
    vars(thing).update(rev=4, made=NOON, changed=NOON)
    assert THING.dump_python(thing, mode="json") == {
        **WHOLE,
        "rev": 4,
        "made": "2026-11-22T12:00:00Z",
        "changed": "2026-11-22T12:00:00Z",
    }


def test_what_a_body_leaves_out_is_the_default() -> None:
    assert THING.validate_python(LEAST) == Thing(id=ID, name="n", text="x")


def test_a_body_cannot_set_what_the_service_sets() -> None:
    sent = {**LEAST, "rev": 9, "made": "2026-11-22T12:00:00Z", "nonsense": 1}
    assert THING.validate_python(sent) == Thing(id=ID, name="n", text="x")


def test_an_instance_needs_no_reading() -> None:
    thing = Thing(id=ID, name="n", text="x")
    assert THING.validate_python(thing) is thing


def test_values_of_any_type_are_written_by_what_they_are() -> None:
    free = {"b": b"\xff", "d": Decimal("1.5"), "s": (1, {"x": bytearray(b"\x00")})}
    thing = Thing(id=ID, name="n", text="x", free=free)
    assert THING.dump_python(thing, mode="json", include={"free"}) == {
        "free": {"b": "/w==", "d": "1.5", "s": [1, {"x": "AA=="}]}
    }


def test_a_partial_instance_shows_what_was_read() -> None:
    thing = Thing(id=ID, name="n", text="x")
    for name in vars(thing).keys() - {"id", "name"}:
        del vars(thing)[name]
    assert THING.dump_json(thing) == f'{{"id":"{ID}","name":"n"}}'.encode()


def test_fields_can_be_left_out_of_a_response() -> None:
    tree = Tree("a", [Tree("b")])
    shown = TypeAdapter(Annotated[Tree, Reading()]).dump_python(
        tree, exclude={"branches": {"__all__": {"branches"}}}
    )
    assert shown == {"name": "a", "branches": [{"name": "b"}]}


MISTAKES: list[tuple[dict[str, Any], tuple[str | int, ...], str]] = [
    ({"id": "x"}, ("id",), "uuid_parsing"),
    ({"name": ""}, ("name",), "string_too_short"),
    ({"name": "x" * 1025}, ("name",), "string_too_long"),
    ({"kind": ""}, ("kind",), "string_too_short"),
    ({"number": -1}, ("number",), "greater_than_equal"),
    ({"number": "x"}, ("number",), "int_parsing"),
    ({"share": 2}, ("share",), "less_than_equal"),
    ({"price": 100}, ("price",), "less_than"),
    ({"price": "NaN"}, ("price",), "finite_number"),
    ({"raw": "?"}, ("raw",), "base64"),
    ({"raw": 7}, ("raw",), "base64_type"),
    ({"at": "2026-11-22T12:00:00"}, ("at",), "timezone_aware"),
    ({"colour": "green"}, ("colour",), "enum"),
    ({"side": "up"}, ("side",), "literal_error"),
    ({"homes": {"a": {}}}, ("homes", "a", "street"), "missing"),
    (
        {"homes": {"a": {"street": "x" * 10}}},
        ("homes", "a", "street"),
        "string_too_long",
    ),
    (
        {"box": {"of": {"street": "nowhere"}}},
        ("box", "of", "street"),
        "value_error",
    ),
    (
        {"tree": {"name": "a", "branches": [{}]}},
        ("tree", "branches", 0, "name"),
        "missing",
    ),
]


@pytest.mark.parametrize(("said", "place", "kind"), MISTAKES)
def test_a_mistake_is_told_with_its_place(
    said: dict[str, Any], place: tuple[str | int, ...], kind: str
) -> None:
    with pytest.raises(ValidationError, match="1 validation error") as caught:
        THING.validate_python({**LEAST, **said})
    (error,) = caught.value.errors()
    assert (error["loc"], error["type"]) == (place, kind)


def test_a_missing_field_is_told() -> None:
    with pytest.raises(ValidationError, match="3 validation errors") as caught:
        THING.validate_python({})
    places = [(each["loc"], each["type"]) for each in caught.value.errors()]
    assert places == [
        (("id",), "missing"),
        (("name",), "missing"),
        (("text",), "missing"),
    ]


class Parcel(Model, table="parcels"):
    id: Attr[str] = partition_key()
    holds: Attr[Box | Tree | int] = field(default=0)


def test_a_mistake_in_one_of_several_classes_says_in_which() -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Parcel).validate_python({"id": "1", "holds": {"name": 7}})
    assert [each["loc"][:2] for each in caught.value.errors()] == [
        ("holds", "Box"),
        ("holds", "Tree"),
        ("holds", "int"),
    ]


class Span(Model, table="spans"):
    id: Attr[str] = partition_key()
    first: Attr[int] = field(default=0)
    last: Attr[int] = field(default=0)
    code: Attr[str] = field(default="a", converter=str.upper)

    def __attrs_post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("the last comes before the first")


def test_a_mistake_of_no_single_field_is_told_of_the_whole() -> None:
    with pytest.raises(ValidationError, match="the last comes before") as caught:
        TypeAdapter(list[Span]).validate_python([{"id": "1", "first": 1}])
    assert [each["loc"] for each in caught.value.errors()] == [(0,)]


def test_converters_run() -> None:
    assert TypeAdapter(Span).validate_python({"id": "1", "code": "x"}).code == "X"


def test_the_schema_of_requests() -> None:
    schema = THING.json_schema(mode="validation")
    assert schema["required"] == ["id", "name", "text"]
    assert {"rev", "made", "changed"}.isdisjoint(schema["properties"])
    assert schema["title"] == "Thing"
    chosen = ("name", "number", "share", "price", "raw", "at", "tags", "colour", "tree")
    assert {name: schema["properties"][name] for name in chosen} == {
        "name": {
            "maxLength": 1024,
            "minLength": 1,
            "title": "Name",
            "type": "string",
        },
        "number": {"default": 3, "minimum": 0, "title": "Number", "type": "integer"},
        "share": {
            "default": 0.5,
            "description": "of the whole",
            "maximum": 1,
            "title": "Share",
            "type": "number",
        },
        "price": {
            "anyOf": [
                {"exclusiveMaximum": 100.0, "type": "number"},
                {"pattern": r"^-?[0-9]{1,2}(\.[0-9]{1,10})?$", "type": "string"},
                {"type": "null"},
            ],
            "default": None,
            "title": "Price",
        },
        "raw": {
            "contentEncoding": "base64",
            "default": "//4=",
            "format": "byte",
            "title": "Raw",
            "type": "string",
        },
        "at": {
            "anyOf": [{"format": "date-time", "type": "string"}, {"type": "null"}],
            "default": None,
            "title": "At",
        },
        "tags": {"items": {"type": "string"}, "title": "Tags", "type": "array"},
        "colour": {"$ref": "#/$defs/Colour", "default": "red"},
        "tree": {
            "anyOf": [{"$ref": "#/$defs/Tree"}, {"type": "null"}],
            "default": None,
        },
    }
    assert schema["$defs"]["Tree"] == {
        "properties": {
            "name": {"title": "Name", "type": "string"},
            "branches": {
                "items": {"$ref": "#/$defs/Tree"},
                "title": "Branches",
                "type": "array",
            },
        },
        "required": ["name"],
        "title": "Tree",
        "type": "object",
    }


def test_the_schema_of_responses() -> None:
    schema = THING.json_schema(mode="serialization")
    assert schema["required"] == [each.name for each in attrs.fields(Thing)]
    assert schema["title"] == "Thing"
    chosen = ("price", "tags", "rev", "made")
    assert {name: schema["properties"][name] for name in chosen} == {
        "price": {
            "anyOf": [
                {
                    "pattern": r"^-?[0-9]+(\.[0-9]+)?(E[+-]?[0-9]+)?$",
                    "type": "string",
                },
                {"type": "null"},
            ],
            "title": "Price",
        },
        "tags": {
            "items": {"type": "string"},
            "title": "Tags",
            "type": "array",
            "uniqueItems": True,
        },
        "rev": {"readOnly": True, "title": "Rev", "type": "integer"},
        "made": {
            "anyOf": [{"format": "date-time", "type": "string"}, {"type": "null"}],
            "readOnly": True,
            "title": "Made",
        },
    }


def test_models_stand_in_other_classes_of_pydantic() -> None:
    class Shelf(BaseModel):
        spans: list[Span]

    shelf = Shelf.model_validate({"spans": [{"id": "1"}]})
    assert shelf.spans == [Span(id="1")]
    assert shelf.model_dump() == {
        "spans": [{"id": "1", "first": 0, "last": 0, "code": "A"}]
    }


class Opaque:
    """A class that says nothing of itself."""


class Holder(Model):
    id: Attr[str] = partition_key()
    opaque: Attr[Opaque]


def test_a_type_that_pydantic_does_not_know_is_told_when_the_schema_is_made() -> None:
    with pytest.raises(UnsupportedTypeError, match=r"^Holder\.opaque: Pydantic does"):
        TypeAdapter(Holder)


def test_teaching_twice_changes_nothing() -> None:
    teach_pydantic()
    assert THING.validate_python(LEAST) == Thing(id=ID, name="n", text="x")


DRAFT = TypeAdapter(Draft[Span])
CHANGES = TypeAdapter(Changes[Thing])


def test_a_draft_has_no_key() -> None:
    assert "id" not in DRAFT.json_schema()["properties"]
    draft = DRAFT.validate_python({"id": "other", "last": 3})
    assert draft.build(id="1") == Span(id="1", last=3)


def test_a_draft_needs_what_the_model_needs() -> None:
    with pytest.raises(ValidationError, match="text"):
        TypeAdapter(Draft[Thing]).validate_python({"number": 1})


def test_a_draft_that_the_model_refuses_is_bad_input() -> None:
    draft = DRAFT.validate_python({"first": 1})
    with pytest.raises(InvalidValueError, match=r"^Span: the last comes before"):
        draft.build(id="1")


@pytest.mark.parametrize(
    ("said", "message"), [({}, "'id'"), ({"id": "1", "di": 2}, "'di'")]
)
def test_a_wrong_call_of_build_is_a_mistake_of_the_program(
    said: dict[str, Any], message: str
) -> None:
    with pytest.raises(TypeError, match=message):
        DRAFT.validate_python({}).build(**said)


def test_a_draft_takes_the_place_of_a_stored_item() -> None:
    stored = Thing(id=ID, name="n", text="x", number=9)
    vars(stored).update(rev=4, made=NOON, changed=NOON)
    draft = TypeAdapter(Draft[Thing]).validate_python({"text": "y"})
    new = draft.replacing(stored)
    assert (new.id, new.name, new.text, new.number) == (ID, "n", "y", 3)
    assert (new.rev, new.made, new.changed) == (4, NOON, NOON)


def test_changes_set_what_they_name() -> None:
    thing = Thing(id=ID, name="n", text="x", price=Decimal(3), number=8)
    changes = CHANGES.validate_python({"price": None, "text": "y"})
    assert changes.apply_to(thing) == ("text", "price")
    assert thing == Thing(id=ID, name="n", text="y", price=None, number=8)


@pytest.mark.parametrize(
    ("said", "place", "kind"),
    [
        ({}, (), "no_changes"),
        ({"rev": 1}, ("rev",), "extra_forbidden"),
        ({"id": str(ID)}, ("id",), "extra_forbidden"),
        ({"txet": "y"}, ("txet",), "extra_forbidden"),
        ({"number": -1}, ("number",), "greater_than_equal"),
        ({"text": None}, ("text",), "string_type"),
    ],
)
def test_changes_that_are_refused(
    said: dict[str, Any], place: tuple[str, ...], kind: str
) -> None:
    with pytest.raises(ValidationError, match="1 validation error") as caught:
        CHANGES.validate_python(said)
    (error,) = caught.value.errors()
    assert (error["loc"], error["type"]) == (place, kind)


def above_low(range: "Range", _attribute: object, value: int) -> None:
    """A validator that looks at another field."""
    if value < range.low:
        raise ValueError("high must not be below low")


class Range(Model):
    id: Attr[str] = partition_key()
    low: Attr[int] = field(default=0)
    high: Attr[int] = field(default=9, validator=above_low)


def test_changes_that_the_model_refuses_leave_the_instance_as_it_was() -> None:
    instance = Range(id="1", low=5)
    changes = TypeAdapter(Changes[Range]).validate_python({"high": 3})
    with pytest.raises(InvalidValueError, match=r"^Range: high must not be below low$"):
        changes.apply_to(instance)
    assert instance == Range(id="1", low=5)


def test_the_schema_of_changes() -> None:
    schema = TypeAdapter(Changes[Range]).json_schema()
    assert schema == {
        "additionalProperties": False,
        "minProperties": 1,
        "properties": {
            "low": {"title": "Low", "type": "integer"},
            "high": {"title": "High", "type": "integer"},
        },
        "title": "RangeChanges",
        "type": "object",
    }


def test_parts_show_no_values() -> None:
    changes = TypeAdapter(Changes[Range]).validate_python({"high": 12345})
    assert repr(changes) == "<Changes of Range: ['high']>"


def test_a_part_says_of_which_model_it_is() -> None:
    with pytest.raises(InvalidModelError, match=r"Draft\[Product\]"):
        TypeAdapter(Draft)
