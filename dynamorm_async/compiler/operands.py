"""How the operands of an update are stored: values, numbers, sets and lists."""

from functools import partial
from typing import Any

from msgspec import Struct

from ..errors import (
    EmptyValueError,
    InvalidOperatorError,
    InvalidValueError,
    UnsupportedTypeError,
)
from ..expressions.subjects import Subject
from ..marshalling.fields import FieldCodec
from ..marshalling.items import ItemCodec
from ..wire import AttributeValue
from .slots import Encode

_SETS = ("SS", "NS", "BS")
_MANY = (set, frozenset, list, tuple)


class Operands(Struct, frozen=True):
    """The encoders of what an update gives to a place of a model's items.

    What the place's type forbids is refused at once, what a value lacks by the encoder.
    """

    codec: ItemCodec[Any]

    def value(self, subject: Subject) -> Encode:
        """A value of the place's type."""
        field = self.codec.fields.get(subject.attribute)
        if field is not None and not subject.steps:
            return partial(_present, field)
        return _labelled(subject, self.codec.encoder_at(subject))

    def list(self, subject: Subject) -> Encode:
        """Elements for a list."""
        self._check_tag(subject, ("L",), "a list")
        return _tagged(
            self.value(subject), ("L",), f"{subject.label} is not stored as a list"
        )

    def amount(self, subject: Subject, kind: type) -> Encode:
        """What is added: a number, or elements for a set; `kind` is its class."""
        tag = self.codec.tag_at(subject)
        if issubclass(kind, _MANY) or tag in _SETS:
            return self.elements(subject)
        refusal = (
            f"{subject.label}: add is for numbers and sets, and this is stored as "
            "neither"
        )
        if tag not in ("N", None):
            raise InvalidOperatorError(refusal)
        return _tagged(self.value(subject), ("N",), refusal)

    def elements(self, subject: Subject) -> Encode:
        """One element for a set, or many."""
        self._check_tag(subject, _SETS, "a set")
        encode = _tagged(
            self.value(subject), _SETS, f"{subject.label} is not stored as a set"
        )

        def encode_many(value: Any) -> AttributeValue:
            many = value if isinstance(value, _MANY) else [value]
            if not many:
                raise EmptyValueError(f"{subject.label}: there is nothing in this set")
            return encode(self.codec.as_set(subject, many))

        return encode_many

    def _check_tag(self, subject: Subject, wanted: tuple[str, ...], what: str) -> None:
        tag = self.codec.tag_at(subject)
        if tag is not None and tag not in wanted:
            raise InvalidOperatorError(
                f"{subject.label} is not stored as {what} but as {tag}"
            )


def _present(field: FieldCodec, value: Any) -> AttributeValue:
    stored = field.encode(value, named=True)
    if stored is None:
        raise EmptyValueError(
            f"{field.info}: this value is stored as no attribute at all"
        )
    return stored


def _labelled(subject: Subject, encode: Encode) -> Encode:
    def encode_labelled(value: Any) -> AttributeValue:
        try:
            return encode(value)
        except (InvalidValueError, UnsupportedTypeError) as error:
            raise type(error)(f"{subject.label}: {error}") from error

    return encode_labelled


def _tagged(encode: Encode, tags: tuple[str, ...], refusal: str) -> Encode:
    def encode_tagged(value: Any) -> AttributeValue:
        stored = encode(value)
        if stored.keys().isdisjoint(tags):
            raise InvalidOperatorError(refusal)
        return stored

    return encode_tagged
