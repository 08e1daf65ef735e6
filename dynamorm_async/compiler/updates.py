"""Update expressions: what is set, removed, added and deleted, as text."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from msgspec import Struct, field

from ..expressions.conditions import Condition
from ..marshalling.items import ItemCodec
from ..schema.table import FieldInfo
from ..wire import Body, CompiledQuery, Item, WriteCheck
from .conditions import ConditionWriter
from .placeholders import Placeholders
from .question import Question
from .recognition import Applied, holds_changes, unknowable
from .sizes import check_size
from .slots import Open, stored

M = TypeVar("M")


class UpdateClauses(Struct, frozen=True):
    """The clauses of one update expression, in the order they were added."""

    sets: list[str] = field(default_factory=list)
    removes: list[str] = field(default_factory=list)
    adds: list[str] = field(default_factory=list)
    deletes: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The expression; empty clauses are left out."""
        clauses = (
            ("SET", self.sets),
            ("REMOVE", self.removes),
            ("ADD", self.adds),
            ("DELETE", self.deletes),
        )
        return " ".join(f"{word} {', '.join(each)}" for word, each in clauses if each)


class UpdateWriter:
    """An update as it grows: clauses, placeholders, and what will be stored."""

    def __init__(
        self,
        codec: ItemCodec[Any],
        writer_of: Callable[[Placeholders], ConditionWriter],
    ) -> None:
        self._codec = codec
        self._conditions = writer_of
        self.placeholders = Placeholders()
        self.clauses = UpdateClauses()
        self.is_exact = True
        """Whether the stored item shows that the update was applied, once or twice."""

        self._changed: dict[str, str] = {}
        self._foreseen: Item = {}
        self._removed: list[str] = []

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes yet."""
        return not self.clauses.text()

    @property
    def applied(self) -> Applied:
        """Whether a stored item is what this update leaves behind."""
        if not self.is_exact:
            return unknowable
        return holds_changes(self._changed, self._foreseen, self._removed)

    def store(self, field: FieldInfo, value: Any, *, named: bool = False) -> None:
        """Set the field, or remove it where the None policy says so."""
        place = self.placeholders.name(field.attribute)
        encode = partial(self._codec.fields[field.attribute].encode, named=named)
        given = stored(value, encode)
        if given is None:
            self.remove(place, field.attribute)
        else:
            placeholder = self.placeholders.value(given)
            self.clauses.sets.append(f"{place} = {placeholder}")
            self._changed[field.attribute] = placeholder

    def remove(self, place: str, attribute: str | None) -> None:
        """Remove a place; `attribute` names it where it is a whole attribute."""
        self.clauses.removes.append(place)
        if attribute is None:
            self.is_exact = False
        else:
            self._removed.append(attribute)

    def will_hold(self, attributes: Item) -> None:
        """Note what attributes will hold that are not simply set."""
        self._foreseen.update(attributes)

    def set_if_absent(self, field: FieldInfo, value: Any) -> None:
        """Set the field unless the stored item has it."""
        place = self.placeholders.name(field.attribute)
        encoded = self._codec.fields[field.attribute].encode(value)
        if encoded is not None:
            given = self.placeholders.value(encoded)
            self.clauses.sets.append(f"{place} = if_not_exists({place}, {given})")

    def body(
        self,
        question: Question,
        key: Item,
        terms: Sequence[Condition],
        returned: str | None = None,
    ) -> Body:
        """The body of the UpdateItem that requires all of `terms`."""
        self._check_size(question, key)
        body: Body = {"TableName": question.table_name, "Key": key}
        if not self.is_empty:
            body["UpdateExpression"] = self.clauses.text()
        text = self._conditions(self.placeholders).all_of(terms)
        add_condition(body, text, self.placeholders)
        if returned is not None:
            body["ReturnValues"] = returned
        return body

    def _check_size(self, question: Question, key: Item) -> None:
        values = self.placeholders.values
        if any(isinstance(each, Open) for each in (*key.values(), *values.values())):
            return
        known = {name: values[each] for name, each in self._changed.items()}
        check_size(question.table.model_name, {**key, **known})


def add_condition(body: Body, text: str | None, placeholders: Placeholders) -> None:
    if text is not None:
        body["ConditionExpression"] = text
        body["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    placeholders.write_to(body)


def compiled_write(
    operation: str,
    body: Body,
    decode: Callable[[Body], M],
    codec: ItemCodec[Any],
    check: WriteCheck | None,
) -> CompiledQuery[M]:
    """The request of a write; its errors hold the stored item as an instance."""
    return CompiledQuery.of(
        operation,
        body,
        decode,
        model=codec.table.model_name,
        check=check,
        decode_item=codec.decode,
        awaited=codec.awaited,
    )
