"""Conditions as a shell writes them: `rank > 18 AND (status = active OR nick EXISTS)`.

What a value is depends on its field: `18` is a number for one and a text for another.
"""

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from ..errors import (
    InvalidValueError,
    ItemShapeError,
    UnsupportedTypeError,
)
from ..exports.typed import Place, Typing
from ..expressions.conditions import Condition
from ..expressions.operators import Operand, Operator, parse_operator
from ..expressions.paths import compare
from ..expressions.subjects import Subject
from ..marshalling.codecs import Codecs
from ..marshalling.hints import accepts_none
from ..marshalling.items import ItemCodec
from ..marshalling.nested import member_hint
from ..query.parsing import parse_subject
from .tokens import Tokens, Value

_NULL = Value("null")


@frozen
class Conditions:
    """Reads the conditions of one model."""

    codec: ItemCodec[Any]
    codecs: Codecs
    typing: Typing

    @classmethod
    def of(cls, codec: ItemCodec[Any], codecs: Codecs) -> "Conditions":
        """The reader for a model with this codec."""
        return cls(codec, codecs, Typing(codec, codecs))

    def parse(self, text: str) -> Condition:
        """The condition of a text; `AND` binds closer than `OR`.

        Raises `QueryError` and its kin.
        """
        tokens = Tokens(text)
        found = self._either(tokens)
        if not tokens.is_at_end:
            tokens.fail("AND or OR")
        return found

    def _either(self, tokens: Tokens) -> Condition:
        found = self._both(tokens)
        while tokens.take("OR"):
            found |= self._both(tokens)
        return found

    def _both(self, tokens: Tokens) -> Condition:
        found = self._one(tokens)
        while tokens.take("AND"):
            found &= self._one(tokens)
        return found

    def _one(self, tokens: Tokens) -> Condition:
        if tokens.take("NOT"):
            return ~self._one(tokens)
        if not tokens.take_sign("("):
            return self._comparison(tokens)
        found = self._either(tokens)
        if not tokens.take_sign(")"):
            tokens.fail(") to close a group")
        return found

    def _comparison(self, tokens: Tokens) -> Condition:
        path = parse_subject(self.codec.table, tokens.path())
        operator, is_sized = parse_operator(tokens.operator())
        subject = path.size() if is_sized else path
        operands = [
            self._value(each, subject, operator)
            for each in _written_values(tokens, operator)
        ]
        return compare(subject, operator, tuple(operands))

    def _value(self, value: Value, subject: Subject, operator: Operator) -> Any:
        if operator.operand is Operand.TYPE:
            return value.text.upper()
        try:
            return self._typed(value, subject, operator)
        except (ItemShapeError, InvalidValueError, UnsupportedTypeError) as error:
            said = str(error).removeprefix(f"{subject.label}: ")
            raise InvalidValueError(f"{subject.label}: {said}") from error

    def _typed(self, value: Value, subject: Subject, operator: Operator) -> Any:
        place, decode = self._place(subject, operator)
        if value == _NULL and self._takes_none(subject, place):
            return None
        if value.is_quoted and place.tag is None:
            return decode({"S": value.text})
        return decode(self.typing.of_text(value.text, place))

    def _takes_none(self, subject: Subject, place: Place) -> bool:
        """Whether null is None here, and not the text of a field that is never None."""
        return place.tag != "S" or accepts_none(self.codec.hint_at(subject))

    def _place(self, subject: Subject, operator: Operator) -> tuple[Place, Any]:
        hint: Any = int if subject.sized else self.codec.hint_at(subject)
        if operator.operand is Operand.MEMBER:
            hint = member_hint(hint)
        elif operator.operand is Operand.PREFIX:
            hint = bytes if self.codec.tag_at(subject) == "B" else str
        elif subject.is_whole:
            field = self.codec.fields[subject.attribute]
            return self.typing.field(subject.attribute), field.decode
        return self.typing.place(hint), self.codecs.decoder(hint)


def _written_values(tokens: Tokens, operator: Operator) -> Sequence[Value]:
    if operator.values == 0:
        return ()
    if operator.values == 1:
        return (tokens.value(),)
    if operator.values < 0:
        return tokens.values()
    low = tokens.value()
    if not tokens.take("AND"):
        tokens.fail("AND and the upper end")
    return (low, tokens.value())
