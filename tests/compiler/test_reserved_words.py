"""Every reserved word is an attribute name like any other, in every expression."""

from keyword import iskeyword
from pathlib import Path
from types import new_class
from typing import Any

import pytest

from dynamorm_async import Attr, Model, field, partition_key, sort_key
from tests.asking import ask, body

WORDS = [
    word
    for word in Path(__file__).with_name("reserved_words.txt").read_text().splitlines()
    if not word.startswith("#")
]


def model_of(word: str) -> Any:
    """A model that stores its sort key and a field under this word."""

    class Worded(Model, table="worded"):
        pk: Attr[str] = partition_key()
        sk: Attr[str] = sort_key(attribute=f"{word}_")
        value: Attr[int] = field(default=1, attribute=word)

    return Worded


MODELS = {word: model_of(word) for word in WORDS}
OLD = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
VALUES: dict[str, Any] = {":v0": {"S": "p"}, ":v1": {"N": "1"}}


def test_the_list_is_whole() -> None:
    assert (len(WORDS), len(set(WORDS))) == (573, 573)


def test_each_may_be_the_name_of_a_field_where_python_allows_it() -> None:
    names = [word.lower() for word in WORDS if not iskeyword(word.lower())]
    names.remove("self")
    space: dict[str, Any] = {name: field(default=0) for name in names}
    space["__annotations__"] = dict.fromkeys(names, int)
    made: Any = new_class("Made", (WithKey,), {}, lambda own: own.update(space))
    paths = [getattr(made, name) for name in names]
    assert [path.subject.attribute for path in paths] == names


class WithKey(Model, abstract=True):
    pk: Attr[str] = partition_key()


def test_in_a_filter() -> None:
    assert {
        word: body(ask(model).where(model.pk == "p").filter(model.value > 1))
        for word, model in MODELS.items()
    } == {
        word: {
            "TableName": "worded",
            "KeyConditionExpression": "#n0 = :v0",
            "FilterExpression": "#n1 > :v1",
            "ExpressionAttributeNames": {"#n0": "pk", "#n1": word},
            "ExpressionAttributeValues": VALUES,
        }
        for word in WORDS
    }


def key_model_of(word: str) -> Any:
    """A model whose partition key is stored under this word."""

    class Keyed(Model, table="keyed"):
        pk: Attr[str] = partition_key(attribute=word)

    return Keyed


def test_in_a_key_condition() -> None:
    models = {word: key_model_of(word) for word in WORDS}
    assert {
        word: body(ask(model).where(model.pk == "p")) for word, model in models.items()
    } == {
        word: {
            "TableName": "keyed",
            "KeyConditionExpression": "#n0 = :v0",
            "ExpressionAttributeNames": {"#n0": word},
            "ExpressionAttributeValues": {":v0": {"S": "p"}},
        }
        for word in WORDS
    }


def test_in_a_projection() -> None:
    assert {word: body(ask(model).select(word)) for word, model in MODELS.items()} == {
        word: {
            "TableName": "worded",
            "ProjectionExpression": "#n0, #n1, #n2",
            "ExpressionAttributeNames": {"#n0": "pk", "#n1": f"{word}_", "#n2": word},
        }
        for word in WORDS
    }


def test_in_an_update_and_its_condition() -> None:
    assert {
        word: body(
            ask(model(pk="p", sk="s")).with_condition(word, "<", 1), "update", word
        )
        for word, model in MODELS.items()
    } == {
        word: {
            "TableName": "worded",
            "Key": {"pk": {"S": "p"}, f"{word}_": {"S": "s"}},
            "UpdateExpression": "SET #n0 = :v0",
            "ConditionExpression": "attribute_exists(#n1) AND #n0 < :v1",
            **OLD,
            "ExpressionAttributeNames": {"#n0": word, "#n1": "pk"},
            "ExpressionAttributeValues": {":v0": {"N": "1"}, ":v1": {"N": "1"}},
        }
        for word in WORDS
    }


@pytest.mark.parametrize("case", [str.upper, str.lower, str.title])
def test_as_a_key_of_a_map(case: Any) -> None:
    class Mapped(Model, table="mapped"):
        pk: Attr[str] = partition_key()
        held: Attr[dict[str, int]] = field(factory=dict)

    assert [
        body(ask(Mapped).filter(f"held.{case(word)}", "=", 1), "scan") for word in WORDS
    ] == [
        {
            "TableName": "mapped",
            "FilterExpression": "#n0.#n1 = :v0",
            "ExpressionAttributeNames": {"#n0": "held", "#n1": case(word)},
            "ExpressionAttributeValues": {":v0": {"N": "1"}},
        }
        for word in WORDS
    ]


@pytest.mark.parametrize(
    "name", ["with-hyphen", "with.dot", "with:colon", "Größe", "0", "#n0", ":v0", "a b"]
)
def test_any_other_name_is_a_name_too(name: str) -> None:
    model = model_of(name)
    assert body(ask(model).filter(name, ">", 1).filter(model.value < 9), "scan") == {
        "TableName": "worded",
        "FilterExpression": "#n0 > :v0 AND #n0 < :v1",
        "ExpressionAttributeNames": {"#n0": name},
        "ExpressionAttributeValues": {":v0": {"N": "1"}, ":v1": {"N": "9"}},
    }
