"""Conditions to expression text."""

import base64
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from ..errors import InvalidOperatorError, InvalidValueError
from ..expressions.conditions import (
    Comparison,
    Condition,
    Group,
    Joiner,
    Not,
    RawCondition,
    joined,
)
from ..expressions.operators import BETWEEN, EQ, EXISTS, NE, NOT_EXISTS
from ..expressions.subjects import Subject
from ..lazily import pattern
from ..marshalling.items import ItemCodec
from ..wire import AttributeValue
from .placeholders import Placeholders
from .slots import stored

_RAW_PLACEHOLDER = pattern(r"[#:][A-Za-z0-9_]+")
_NULL: AttributeValue = {"NULL": True}

_ORDERED: Mapping[str, Callable[[str], Any]] = {
    "S": str.encode,
    "N": Decimal,
    "B": base64.b64decode,
}
"""What DynamoDB orders, and by what: text by its UTF-8."""


class ConditionWriter:
    """Writes the conditions of one request, its values encoded as the fields are."""

    def __init__(
        self,
        codec: ItemCodec[Any],
        placeholders: Placeholders,
        encode_any: Callable[[Any], AttributeValue],
    ) -> None:
        self._codec = codec
        self._placeholders = placeholders
        self._encode_any = encode_any

    def all_of(self, terms: Iterable[Condition]) -> str | None:
        """The text that requires all of them; None if there are none."""
        listed = tuple(terms)
        return self.text(joined("AND", listed)) if listed else None

    def text(self, term: Condition, within: Joiner | None = None) -> str:
        """The text of a condition; `within`: what joins it with its neighbours.

        Parentheses stand only where words mix: DynamoDB rejects redundant ones.
        """
        if isinstance(term, Comparison):
            return self._comparison(term)
        if isinstance(term, Not):
            inner = self.text(term.term)
            if not isinstance(term.term, Comparison):
                return f"NOT ({inner})"
            twice = inner.startswith("NOT ")  # the opposite of NOT_CONTAINS
            return inner.removeprefix("NOT ") if twice else f"NOT {inner}"
        if isinstance(term, Group):
            words = f" {term.joiner} "
            text = words.join(self.text(each, term.joiner) for each in term.terms)
            return f"({text})" if within is not None else text
        if isinstance(term, RawCondition):
            text = self._raw(term)
            return text if within is None or _is_enclosed(text) else f"({text})"
        raise InvalidOperatorError(f"a {type(term).__name__} is no condition to write")

    def _comparison(self, term: Comparison) -> str:
        operator, subject = term.operator, term.subject
        self._check_readable(term)
        if operator in (EQ, NE) and term.operands[0] is None and not subject.sized:
            return self._none(subject, wanted=operator is EQ)
        place = self._placeholders.place(subject)
        operands = [self._operand(term, each) for each in term.operands]
        if operator is BETWEEN:
            low, high = operands
            self._placeholders.require(partial(_check_range, subject, low, high))
        if operator.values == -1:
            return operator.template.format(place, ", ".join(operands))
        return operator.template.format(place, *operands)

    def _check_readable(self, term: Comparison) -> None:
        if term.operator in (EXISTS, NOT_EXISTS):
            return
        for each in (term.subject, *term.operands):
            if isinstance(each, Subject):
                field = self._codec.fields.get(each.attribute)
                if field is not None and field.info.encrypted:
                    raise InvalidOperatorError(
                        f"{each.label} is encrypted: DynamoDB can't compare it"
                    )

    def _operand(self, term: Comparison, operand: object) -> str:
        if isinstance(operand, Subject):
            return self._placeholders.place(operand)
        if operand is None:
            raise InvalidValueError(
                f"{term.subject.label}: {term.operator.name} can't compare with None; "
                "ask with exists() or not_exists()"
            )
        encode = self._codec.operand_encoder(term.subject, term.operator)
        return self._placeholders.value(stored(operand, encode))

    def _none(self, subject: Subject, *, wanted: bool) -> str:
        # None is stored as no attribute, or as NULL where the field says null=True.
        field = self._codec.fields.get(subject.attribute)
        place = self._placeholders.place(subject)
        stored_as_null = subject.steps or (
            field is not None and field.info.null and not field.info.key_of
        )
        if not stored_as_null:
            return (NOT_EXISTS if wanted else EXISTS).template.format(place)
        value = self._placeholders.value(_NULL)
        return (EQ if wanted else NE).template.format(place, value)

    def _raw(self, term: RawCondition) -> str:
        names = {_prefixed("#", key): name for key, name in term.names.items()}
        values = {_prefixed(":", key): value for key, value in term.values.items()}
        used = set(_RAW_PLACEHOLDER.findall(term.text))
        _check_placeholders(used, names.keys() | values.keys())
        renamed: dict[str, str] = {}

        def own(match: re.Match[str]) -> str:
            theirs = match.group()
            if theirs not in renamed:
                renamed[theirs] = (
                    self._placeholders.name(names[theirs])
                    if theirs in names
                    else self._placeholders.value(self._encode_any(values[theirs]))
                )
            return renamed[theirs]

        return _RAW_PLACEHOLDER.sub(own, term.text)


def _check_range(
    subject: Subject, low: str, high: str, values: Mapping[str, AttributeValue]
) -> None:
    # DynamoDB refuses a range from a higher to a lower value, filters included.
    if low in values and high in values and _is_above(values[low], values[high]):
        raise InvalidValueError(
            f"{subject.label}: BETWEEN needs the lower value first; nothing is at "
            "least its first and at most its second"
        )


def _is_above(one: AttributeValue, other: AttributeValue) -> bool:
    ((tag, first),) = one.items()
    ((other_tag, second),) = other.items()
    order = _ORDERED.get(tag)
    return order is not None and tag == other_tag and order(first) > order(second)


def _is_enclosed(text: str) -> bool:
    """Whether one pair of parentheses holds the whole text."""
    text, depth = text.strip(), 0
    for place, sign in enumerate(text, 1):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return place == len(text) and text.startswith("(")
    return False


def _prefixed(sign: str, key: str) -> str:
    return key if key.startswith(sign) else sign + key


def _check_placeholders(used: set[str], given: Mapping[str, Any] | set[str]) -> None:
    missing = sorted(used - set(given))
    if missing:
        raise InvalidOperatorError(
            f"the condition uses {', '.join(missing)}, for which no value or name is "
            "given"
        )
    unused = sorted(set(given) - used)
    if unused:
        raise InvalidOperatorError(
            f"the condition does not use {', '.join(unused)}; DynamoDB would refuse it"
        )
