"""Annotations: forward references, wrappers, models made in functions."""

from typing import Annotated, Any, ClassVar, Literal, NewType, Optional

import pytest

from dynamorm_async import Attr, Model, field, partition_key
from dynamorm_async.errors import InvalidModelError
from dynamorm_async.schema.model import table_of
from tests.asking import ask, body, exactly
from tests.schema import postponed


class Tree(Model, table="trees"):
    id: Attr[str] = partition_key()
    root: "Attr[Leaf | None]" = field(default=None)
    leaves: Attr["list[Leaf]"] = field(factory=list)
    seen: "Attr[Literal['yes', 'no']]" = field(default="no")


class Grown(Tree, table="grown"):
    height: "Attr[int]" = field(default=0)


class Leaf(dict[str, int]): ...


Id = NewType("Id", str)


def hints(model: type[Model]) -> dict[str, Any]:
    return {each.name: each.hint for each in table_of(model).fields}


def test_a_forward_reference_is_looked_up_at_first_use() -> None:
    assert hints(Tree) == {
        "id": str,
        "root": Leaf | None,
        "leaves": list[Leaf],
        "seen": Literal["yes", "no"],
    }


def test_the_forward_references_of_a_base_are_looked_up_too() -> None:
    assert hints(Grown) == {**hints(Tree), "height": int}


def test_a_model_that_waits_for_a_name_has_its_expressions() -> None:
    class Waiting(Model):
        id: Attr[str] = partition_key()
        later: "Attr[Later]" = field(default=None)

    class Later: ...

    def ask_for_it() -> None:
        _ = Waiting.later

    message = (
        "Waiting: an annotation names something that is defined nowhere; import it, or "
        "define it before the first use of the model"
    )
    with pytest.raises(InvalidModelError, match=exactly(message)):
        ask_for_it()


def test_a_model_that_waits_for_a_name_may_be_asked_what_it_has() -> None:
    class Waiting(Model):
        id: Attr[str] = partition_key()
        later: "Attr[Nowhere]" = field(default=None)  # type: ignore[name-defined] # noqa: F821

    assert not hasattr(Waiting, "nothing_of_that_name")


def test_a_model_may_hold_its_own_kind() -> None:
    class Node(Model):
        id: Attr[str] = partition_key()
        next: "Attr[Node | None]" = field(default=None)

    assert hints(Node) == {"id": str, "next": Node | None}


def test_a_model_in_a_function_sees_the_names_there() -> None:
    class Inner: ...

    class Outer(Model):
        id: Attr[str] = partition_key()
        inner: "Attr[Inner | None]" = field(default=None)

    assert hints(Outer)["inner"] == Inner | None


def test_plain_and_wrapped_annotations_say_the_same() -> None:
    class Plain(Model):
        id: str = partition_key()
        rank: int = field(default=0)
        note: Annotated[str, "short"] = ""
        kin: Optional["int"] = None
        code: Id = Id("")
        anything: Attr = field(default=None)  # type: ignore[type-arg]
        LIMIT: ClassVar[int] = 3

    assert hints(Plain) == {
        "id": str,
        "rank": int,
        "note": Annotated[str, "short"],
        "kin": int | None,
        "code": Id,
        "anything": Any,
    }


def test_a_plain_annotation_makes_an_expression() -> None:
    class Plain(Model, table="plain"):
        id: str = partition_key()
        rank: int = 0

    rank: Any = Plain.rank  # to a type checker an int
    assert body(ask(Plain).where(rank > 1), "scan") == {
        "TableName": "plain",
        "FilterExpression": "#n0 > :v0",
        "ExpressionAttributeNames": {"#n0": "rank"},
        "ExpressionAttributeValues": {":v0": {"N": "1"}},
    }


@pytest.mark.parametrize("make", [lambda: postponed.Later, postponed.make_local])
def test_postponed_annotations_are_looked_up(make: Any) -> None:
    model = make()
    assert {name: str(hint) for name, hint in hints(model).items()} == {
        "id": "<class 'str'>",
        "parts": "list[tests.schema.postponed.Part]",
        "kind": "typing.Literal['a', 'b']",
    }


def test_postponed_class_variables_are_no_fields() -> None:
    assert postponed.Later.LIMIT == 3
