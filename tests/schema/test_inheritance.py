"""Mixins: their fields, keys, indexes and class keywords are inherited."""

from datetime import datetime
from typing import Any, ClassVar

import attrs
import pytest

from dynamorm_async import (
    Attr,
    Model,
    created_at,
    field,
    gsi,
    lsi,
    partition_key,
    sort_key,
    updated_at,
    version,
)
from dynamorm_async.errors import InvalidFieldError, InvalidModelError
from dynamorm_async.schema.model import table_of
from tests.asking import ask, body, exactly
from tests.models import NOON, NOON_TEXT


class Keyed(
    Model,
    abstract=True,
    naming="camelCase",
    omitempty=True,
    projections={"by-owner": "KEYS_ONLY"},
):
    tenant_id: Attr[str] = partition_key()
    item_id: Attr[str] = sort_key()
    owned_by: Attr[str] = field(index="by-owner")


class Stamped(Model, abstract=True, null=True):
    made_at: Attr[datetime] = created_at()
    changed_at: Attr[datetime] = updated_at()
    rev_no: Attr[int] = version()


class Document(Keyed, Stamped, table="documents", projections={"by-title": ["rev_no"]}):
    main_title: Attr[str] = field(
        default="", index=[gsi("by-title"), gsi("by-owner", sort=True), lsi("local")]
    )
    kind: ClassVar[str] = "document"


def test_fields_come_from_all_bases() -> None:
    assert [(each.name, each.attribute) for each in table_of(Document).fields] == [
        ("made_at", "madeAt"),
        ("changed_at", "changedAt"),
        ("rev_no", "revNo"),
        ("tenant_id", "tenantId"),
        ("item_id", "itemId"),
        ("owned_by", "ownedBy"),
        ("main_title", "mainTitle"),
    ]


def test_roles_come_from_all_bases() -> None:
    table = table_of(Document)
    found = [*table.key, table.version, table.created_at, table.updated_at]
    assert [each and each.name for each in found] == [
        "tenant_id",
        "item_id",
        "rev_no",
        "made_at",
        "changed_at",
    ]


def test_indexes_come_from_all_bases() -> None:
    assert [
        (
            each.name,
            each.kind,
            each.partition_key.name,
            each.sort_key and each.sort_key.name,
            each.projection,
        )
        for each in table_of(Document).indexes.values()
    ] == [
        ("by-owner", "GSI", "owned_by", "main_title", "KEYS_ONLY"),
        ("by-title", "GSI", "main_title", None, ("revNo",)),
        ("local", "LSI", "tenant_id", "main_title", "ALL"),
    ]


def test_class_keywords_come_from_all_bases() -> None:
    title = table_of(Document).field("main_title")
    assert (title.attribute, title.omitempty, title.null) == ("mainTitle", True, True)


def test_inherited_fields_are_written() -> None:
    document = Document(tenant_id="t", item_id="i", owned_by="ann")
    assert body(ask(document), "create")["Item"] == {
        "madeAt": {"S": NOON_TEXT},
        "changedAt": {"S": NOON_TEXT},
        "revNo": {"N": "0"},
        "tenantId": {"S": "t"},
        "itemId": {"S": "i"},
        "ownedBy": {"S": "ann"},
    }


def test_inherited_fields_are_asked_for() -> None:
    asked = ask(Document).where(Document.tenant_id == "t").filter(Document.rev_no > 1)
    assert body(asked) == {
        "TableName": "documents",
        "KeyConditionExpression": "#n0 = :v0",
        "FilterExpression": "#n1 > :v1",
        "ExpressionAttributeNames": {"#n0": "tenantId", "#n1": "revNo"},
        "ExpressionAttributeValues": {":v0": {"S": "t"}, ":v1": {"N": "1"}},
    }


def test_a_class_variable_is_no_field() -> None:
    assert Document.kind == "document"


def test_a_table_name_is_not_inherited() -> None:
    class Report(Document): ...

    assert table_of(Report).table_name == "Reports"


def test_a_subclass_of_a_model_adds_to_it() -> None:
    class Report(Document):
        pages: Attr[int] = field(default=1)

    assert [each.name for each in table_of(Report).fields] == [
        *(each.name for each in table_of(Document).fields),
        "pages",
    ]


def test_a_subclass_says_anew_what_a_field_is() -> None:
    class Report(Document):
        main_title: Attr[str] = field(attribute="heading", index="by-title")

    table = table_of(Report)
    assert (table.field("main_title").attribute, list(table.indexes)) == (
        "heading",
        ["by-owner", "by-title"],
    )


def test_a_keyword_said_anew_holds_for_the_heirs_too() -> None:
    class Plain(Keyed, abstract=True, naming=None, omitempty=False): ...

    class Leaf(Plain): ...

    tenant, owner = map(table_of(Leaf).field, ("tenant_id", "owned_by"))
    assert (tenant.attribute, owner.omitempty) == ("tenant_id", False)


def test_the_first_base_wins() -> None:
    class Snake(Model, abstract=True, naming="snake_case"):
        UserID: Attr[str] = partition_key()

    class Camel(Model, abstract=True, naming="camelCase"): ...

    class One(Snake, Camel): ...

    class Other(Camel, Snake): ...

    assert [table_of(each).partition_key.attribute for each in (One, Other)] == [
        "user_id",
        "userID",
    ]


def test_a_mixin_serves_many_models() -> None:
    class Letter(Keyed): ...

    class Parcel(Keyed): ...

    fields = [table_of(each).field("item_id") for each in (Letter, Parcel)]
    assert list(map(str, fields)) == ["Letter.item_id", "Parcel.item_id"]


def test_a_plain_attrs_class_is_a_mixin_too() -> None:
    @attrs.define(slots=False, kw_only=True)
    class Named:
        first: str
        last: str = "?"

    class Person(Named, Model):  # type: ignore[misc] # both have a hash
        id: Attr[str] = partition_key()

    make: Any = Person  # mypy does not know the fields of a base that is no model
    person = make(id="1", first="Ann")
    assert body(ask(person), "put")["Item"] == {
        "first": {"S": "Ann"},
        "last": {"S": "?"},
        "id": {"S": "1"},
    }


def test_a_mixin_without_fields_brings_its_methods() -> None:
    class Shouting:
        name: Attr[str]

        def shout(self) -> str:
            return self.name.upper()

    class Person(Shouting, Model):
        id: Attr[str] = partition_key()
        name: Attr[str] = field()

    assert Person(id="1", name="ann").shout() == "ANN"


def test_an_abstract_model_has_no_table() -> None:
    message = "Keyed is abstract: it has no table; use a subclass"
    with pytest.raises(InvalidModelError, match=exactly(message)):
        table_of(Keyed)


def test_an_abstract_model_has_nothing_to_compare() -> None:
    message = (
        "Keyed.item_id: Keyed is abstract, so there is nothing to compare; use a "
        "subclass"
    )
    with pytest.raises(AttributeError, match=exactly(message)):
        _ = Keyed.item_id


def test_an_abstract_model_may_be_asked_what_it_has() -> None:
    assert not hasattr(Keyed, "nothing_of_that_name")


def test_an_instance_of_an_abstract_model_is_a_value() -> None:
    one, other = Stamped(), Stamped()
    one.made_at = other.made_at = NOON
    assert (one, repr(one)) == (
        other,
        f"Stamped(made_at={NOON!r}, changed_at=None, rev_no=0)",
    )


def test_a_mistake_of_a_mixin_is_named_by_the_class_it_breaks() -> None:
    class Wrong(Model, abstract=True):
        rev: Attr[str] = version()

    with pytest.raises(InvalidFieldError, match=r"^Heir\.rev: a version is an int"):

        class Heir(Wrong):
            id: Attr[str] = partition_key()
