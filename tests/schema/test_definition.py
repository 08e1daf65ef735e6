"""Mistakes of a class statement: each is one error that names class and field."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import new_class
from typing import Any, NewType, TypedDict

import attrs
import pytest

from dynamorm_async import (
    Model,
    created_at,
    field,
    gsi,
    lsi,
    partition_key,
    sort_key,
    ttl,
    updated_at,
    version,
)
from dynamorm_async.errors import (
    DuplicatePrimaryKeyError,
    InvalidFieldError,
    InvalidModelError,
    MissingPrimaryKeyError,
)
from dynamorm_async.schema.model import table_of
from tests.asking import exactly


@attrs.frozen
class Point:
    x: int


@dataclass
class Place:
    name: str


class Box(TypedDict):
    size: int


Id = NewType("Id", str)
Many = NewType("Many", list[str])

Fields = Mapping[str, tuple[Any, Any]]
"""The fields of a class: name to type and declaration."""

KEY: Fields = {"id": (str, partition_key())}


def define(fields: Fields, **keywords: Any) -> type[Model]:
    """A model named `Wrong` with these fields, beside nothing."""

    def fill(namespace: dict[str, Any]) -> None:
        namespace["__annotations__"] = {
            name: hint for name, (hint, _) in fields.items()
        }
        namespace.update({name: said for name, (_, said) in fields.items()})

    made = new_class("Wrong", (Model,), keywords, fill)
    assert issubclass(made, Model)
    return made


NOT_A_KEY = "a key is stored as text, number or bytes (S, N, B), which"
UNFIT_KEYS = [
    (bool, "bool"),
    (list[str], "list[str]"),
    (tuple[int, int], "tuple[int, int]"),
    (dict[str, int], "dict[str, int]"),
    (set[str], "set[str]"),
    (frozenset[int], "frozenset[int]"),
    (Mapping[str, int], "collections.abc.Mapping[str, int]"),
    (Point, "Point"),
    (Place, "Place"),
    (Box, "Box"),
    (object, "object"),
    (Many, "tests.schema.test_definition.Many"),
    (str | bool, "str | bool"),
]


@pytest.mark.parametrize(("hint", "shown"), UNFIT_KEYS)
@pytest.mark.parametrize("role", [partition_key, sort_key])
def test_a_key_of_the_table_is_a_text_a_number_or_bytes(
    role: Any, hint: Any, shown: str
) -> None:
    message = f"Wrong.key: {NOT_A_KEY} {shown} is not"
    with pytest.raises(InvalidFieldError, match=exactly(message)):
        define({**KEY, "key": (hint, role())})


@pytest.mark.parametrize(("hint", "shown"), UNFIT_KEYS)
def test_a_key_of_an_index_is_a_text_a_number_or_bytes(hint: Any, shown: str) -> None:
    message = f"Wrong.key: {NOT_A_KEY} {shown} is not"
    with pytest.raises(InvalidFieldError, match=exactly(message)):
        define({**KEY, "key": (hint, field(index="by-key"))})


@pytest.mark.parametrize("hint", [str, int, float, bytes, datetime, timedelta, Id])
def test_these_types_make_a_key(hint: Any) -> None:
    made = define({"id": (hint, partition_key()), "other": (hint, sort_key())})
    assert [each.name for each in table_of(made).key] == ["id", "other"]


def test_a_json_field_may_be_the_key_of_an_index() -> None:
    made = define({**KEY, "tags": (list[str], field(json=True, index="by-tags"))})
    assert table_of(made).index("by-tags").partition_key.name == "tags"


MISTAKES: dict[str, tuple[Fields, str]] = {
    "a key that may be None": (
        {"id": (str | None, partition_key())},
        "Wrong.id: a key of the table can't be None, so its type can't allow it",
    ),
    "a key of any type": (
        {"id": (Any, partition_key())},
        "Wrong.id: a key of the table can't be None, so its type can't allow it",
    ),
    "an unknown keyword": (
        {**KEY, "name": (str, field(indx="x"))},  # type: ignore[call-arg]
        "Wrong.name: field() has no keyword 'indx'; it takes as_set, attribute, "
        "binary, converter, default, encrypted, factory, format, index, json, null, "
        "omitempty, validator",
    ),
    "a keyword of another role": (
        {"id": (str, partition_key(encrypted=True))},  # type: ignore[call-arg]
        "Wrong.id: partition_key() has no keyword 'encrypted'; it takes attribute, "
        "binary, converter, default, factory, format, index, validator",
    ),
    "default and factory": (
        {**KEY, "tags": (set[str], field(default=None, factory=set))},
        "Wrong.tags: default and factory exclude each other",
    ),
    "a list shared by all instances": (
        {**KEY, "tags": (list[str], field(default=[]))},
        "Wrong.tags: all instances would share this mutable default; use factory=list, "
        "or a function that returns it",
    ),
    "a dict shared by all instances, without field": (
        {**KEY, "tags": (dict[str, str], {})},
        "Wrong.tags: all instances would share this mutable default; use factory=dict, "
        "or a function that returns it",
    ),
    "an empty stored name": (
        {**KEY, "name": (str, field(attribute=""))},
        "Wrong.name: attribute needs a name of at least one character",
    ),
    "one stored name for two": (
        {**KEY, "name": (str, field()), "nick": (str, field(attribute="name"))},
        "Wrong.nick and Wrong.name are both stored as 'name'; give one of them another "
        "attribute=",
    ),
    "two versions": (
        {**KEY, "one": (int, version()), "two": (int, version())},
        "Wrong has two version fields: one and two",
    ),
    "two creation times": (
        {**KEY, "one": (datetime, created_at()), "two": (datetime, created_at())},
        "Wrong has two created_at fields: one and two",
    ),
    "two update times": (
        {**KEY, "one": (datetime, updated_at()), "two": (datetime, updated_at())},
        "Wrong has two updated_at fields: one and two",
    ),
    "two times to live": (
        {**KEY, "one": (int, ttl()), "two": (int, ttl())},
        "Wrong has two ttl fields: one and two",
    ),
    "a version of text": (
        {**KEY, "rev": (str, version())},
        "Wrong.rev: a version is an int, not str",
    ),
    "a version that may be None": (
        {**KEY, "rev": (int | None, version())},
        "Wrong.rev: a version is an int, not int | None",
    ),
    "a version that is a bool": (
        {**KEY, "rev": (bool, version())},
        "Wrong.rev: a version is an int, not bool",
    ),
    "a creation time of text": (
        {**KEY, "made": (str, created_at())},
        "Wrong.made: created_at is a datetime, not str",
    ),
    "an update time that is a number": (
        {**KEY, "changed": (float, updated_at())},
        "Wrong.changed: updated_at is a datetime, not float",
    ),
    "a time to live of text": (
        {**KEY, "expires": (str, ttl())},
        "Wrong.expires: a ttl is a datetime or an int of epoch seconds, not str",
    ),
    "a time to live that is one or the other": (
        {**KEY, "expires": (datetime | int, ttl())},
        "Wrong.expires: a ttl is a datetime or an int of epoch seconds, not "
        "datetime.datetime | int",
    ),
    "a format of an int": (
        {**KEY, "at": (int, field(format="unix"))},
        "Wrong.at: format is for datetimes, not int",
    ),
    "an unknown format": (
        {**KEY, "at": (datetime, field(format="rfc"))},  # type: ignore[arg-type]
        "Wrong.at: format is 'iso' or 'unix', not 'rfc'",
    ),
    "as_set of a set": (
        {**KEY, "tags": (set[str], field(as_set=True))},
        "Wrong.tags: as_set is for lists and tuples, not set[str]; a set needs none",
    ),
    "as_set and json": (
        {**KEY, "tags": (list[str], field(as_set=True, json=True))},
        "Wrong.tags: json and as_set exclude each other",
    ),
    "a binary number": (
        {**KEY, "size": (int, field(binary=True))},
        "Wrong.size: binary is for str, UUID, bytes and json fields, not int",
    ),
    "an encrypted key of an index": (
        {**KEY, "mail": (str, field(encrypted=True, index="by-mail"))},
        "Wrong.mail: a key or a field with another role can't be encrypted: DynamoDB "
        "reads it",
    ),
    "an index that is a number": (
        {**KEY, "mail": (str, field(index=7))},  # type: ignore[arg-type]
        "Wrong.mail: index takes a name, gsi(...), lsi(...) or a list of these, not a "
        "int",
    ),
    "an index without a name": (
        {**KEY, "mail": (str, field(index=""))},
        "Wrong.mail: an index needs a name",
    ),
    "a sort key without a partition key": (
        {**KEY, "rank": (int, field(index=gsi("by-rank", sort=True)))},
        "Wrong.rank: index 'by-rank' has this sort key but no partition key; declare "
        "one field with index=gsi('by-rank')",
    ),
    "two partition keys of one index": (
        {**KEY, "one": (str, field(index="i")), "two": (str, field(index="i"))},
        "Wrong: index 'i' has two partition keys: one and two",
    ),
    "two sort keys of one index": (
        {
            **KEY,
            "sort": (str, sort_key()),
            "one": (str, field(index=lsi("i"))),
            "two": (str, field(index=lsi("i"))),
        },
        "Wrong: index 'i' has two sort keys: one and two",
    ),
    "an index both global and local": (
        {
            **KEY,
            "one": (str, field(index=gsi("i"))),
            "two": (str, field(index=lsi("i"))),
        },
        "Wrong: index 'i' is global in one field and local in two",
    ),
    "one field as both keys of an index": (
        {**KEY, "one": (str, field(index=[gsi("i"), gsi("i", sort=True)]))},
        "Wrong.one: index 'i' has this one field as both its partition key and its "
        "sort key",
    ),
    "a local index of a table without a sort key": (
        {**KEY, "rank": (int, field(index=lsi("by-rank")))},
        "Wrong.rank: index 'by-rank' is local, which DynamoDB offers only for a table "
        "with a sort key; use gsi(), or declare a sort_key()",
    ),
}


@pytest.mark.parametrize(("fields", "message"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_a_field_is_named(fields: Fields, message: str) -> None:
    with pytest.raises(InvalidFieldError, match=exactly(message)):
        define(fields)


KEYWORDS: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown keyword": (
        {"tabel": "users"},
        "Wrong: unknown class keyword 'tabel'; known are table, naming, abstract, "
        "omitempty, null, projections",
    ),
    "a projection of no index": (
        {"projections": {"by-mial": "KEYS_ONLY", "by-nothing": "ALL"}},
        "Wrong: projections names no index 'by-mial'",
    ),
    "an unknown projection": (
        {"projections": {"by-mail": "keys_only"}},
        "Wrong: the projection of 'by-mail' is 'ALL', 'KEYS_ONLY' or a list of fields, "
        "not 'keys_only'",
    ),
    "a projection of no field": (
        {"projections": {"by-mail": ["id", "nmae"]}},
        "Wrong: the projection of 'by-mail' names no field 'nmae'",
    ),
}


@pytest.mark.parametrize(("keywords", "message"), KEYWORDS.values(), ids=KEYWORDS)
def test_a_mistake_in_a_class_keyword_is_named(
    keywords: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidModelError, match=exactly(message)):
        define({**KEY, "mail": (str, field(index="by-mail"))}, **keywords)


def test_a_model_needs_a_partition_key() -> None:
    message = (
        "Wrong has no partition key; declare one field with partition_key(), or say "
        "abstract=True if it is a mixin"
    )
    with pytest.raises(MissingPrimaryKeyError, match=exactly(message)):
        define({"name": (str, sort_key())})


@pytest.mark.parametrize(
    ("role", "name"), [(partition_key, "partition_key"), (sort_key, "sort_key")]
)
def test_a_model_has_one_key_of_a_kind(role: Any, name: str) -> None:
    message = f"Wrong has two {name} fields: one and two"
    with pytest.raises(DuplicatePrimaryKeyError, match=exactly(message)):
        define({"one": (str, role()), "two": (str, role())})


def test_a_field_without_a_type_is_named() -> None:
    with pytest.raises(
        InvalidFieldError, match=r"^Wrong: every field needs a type: .*: x\.$"
    ):

        class Wrong(Model):
            id: str = partition_key()
            x = field(default=1)


def test_every_mistake_is_an_invalid_model_error() -> None:
    with pytest.raises(InvalidModelError, match=r"^Wrong\.rev: a version"):
        define({**KEY, "rev": (str, version())})
