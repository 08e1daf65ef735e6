"""Plain JSON and plain text to stored values, as far as a model tells their types."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from msgspec import Struct

from ..errors import ItemShapeError
from ..marshalling.codecs import Codecs
from ..marshalling.fields import FieldCodec
from ..marshalling.hints import classes_of, plain, without_none
from ..marshalling.items import ItemCodec
from ..marshalling.nested import element_hint, member_hint
from ..wire import AttributeValue, Item
from .plain import JSON_NUMBER, NumberText, read_json

NULL: AttributeValue = {"NULL": True}

_SETS = ("SS", "NS", "BS")
_WRITTEN_ONE_WAY: tuple[object, ...] = (datetime, date, time, UUID)
"""Types whose values can be read in several forms, of which the model writes one."""

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6,}Z")
"""A time as it is stored; one with nanoseconds is kept to the digit."""


class Place(Struct, frozen=True):
    """Somewhere in an item: what its values may be stored as."""

    hint: Any  # a type, or one of typing's forms that have no common class
    tag: str | None
    reads: frozenset[str]
    field: FieldCodec | None = None
    """The field that the place is all of, if it is."""

    def takes(self, tag: str) -> bool:
        """Whether the type has values that are stored as this."""
        return tag in self.reads or self.tag == tag


class Typing:
    """How the plain values of one model's items are stored."""

    def __init__(self, codec: ItemCodec[Any], codecs: Codecs) -> None:
        self.codec = codec
        self._codecs = codecs
        self._fields = {
            name: self._field_place(field) for name, field in codec.fields.items()
        }
        self._unknown = self.place(Any)

    def field(self, attribute: str) -> Place:
        """The place that a stored attribute is."""
        return self._fields.get(attribute, self._unknown)

    def ordered(self, item: Item) -> Item:
        """The item with its attributes as the model names them, then all others."""
        known = {name: item[name] for name in self._fields if name in item}
        if len(known) == len(item):
            return known
        return known | {name: item[name] for name in sorted(item.keys() - known.keys())}

    def place(self, hint: Any) -> Place:
        """A place of values of this type."""
        inner = without_none(hint)
        return Place(inner, self._codecs.tag(inner), self._codecs.resolve(inner).reads)

    def item(self, values: object) -> Item:
        """An object of JSON, by stored or by Python names, as an item.

        Raises `ItemShapeError`.
        """
        if not isinstance(values, Mapping):
            raise ItemShapeError("an item is an object of JSON")
        names = self.codec.table.names
        item: Item = {}
        for name, value in values.items():
            attribute = names[name].attribute if name in names else name
            item |= self.attribute(attribute, self.field(attribute), value)
        return item

    def attribute(self, attribute: str, place: Place, value: object) -> Item:
        """One attribute of an item, or none: an empty set is stored as nothing."""
        try:
            stored = self.stored(value, place)
        except ItemShapeError as error:
            raise ItemShapeError(f"attribute {attribute!r}: {error}") from None
        is_empty_set = value == [] and stored == NULL
        return {} if is_empty_set else {attribute: stored}

    def stored(self, value: Any, place: Place) -> AttributeValue:
        """A plain value of `read_json` as it is stored in a place."""
        if value is None:
            return NULL
        if isinstance(value, bool):
            return {"BOOL": value}
        if isinstance(value, NumberText):
            return {"N": str(value)}
        if isinstance(value, str):
            return self._text(value, place)
        if isinstance(value, list):
            return self._many(value, place)
        return {
            "M": {
                name: self.stored(each, self.place(element_hint(place.hint, name)))
                for name, each in value.items()
            }
        }

    def of_text(self, text: str, place: Place) -> AttributeValue:
        """A text that stands for a value of any type: a number's digits, true or false,
        base64, or JSON for what has parts.

        Raises `ItemShapeError`.
        """
        if place.tag == "S":
            return self._text(text, place)
        if place.tag == "N" and not JSON_NUMBER.fullmatch(text):
            return self._text_for_number(text, place)
        if place.tag == "BOOL":
            return _truth(text)
        if place.tag == "B":
            return {"B": text}
        try:
            value = read_json(text)
        except ValueError as error:
            if place.tag is None and place.takes("S"):
                return self._text(text, place)
            wanted = _WRITTEN.get(place.tag or "", "JSON")
            raise ItemShapeError(f"expected {wanted}") from error
        is_number = isinstance(value, NumberText)
        if place.tag is None and is_number and not place.takes("N"):
            return self._text(text, place)
        return self.stored(value, place)

    def _field_place(self, field: FieldCodec) -> Place:
        if field.info.encrypted:
            # As it is stored: its parts are bytes.
            return Place(dict[str, bytes], "M", frozenset({"M"}), field)
        # The text of a JSON field is what it is, whatever it tells.
        of_type = self.place(str if field.info.json else field.info.hint)
        if field.tag is None:
            return Place(of_type.hint, None, of_type.reads, field)
        return Place(of_type.hint, field.tag, frozenset({field.tag}), field)

    def _text(self, text: str, place: Place) -> AttributeValue:
        if place.tag == "N":
            return self._text_for_number(text, place)
        if place.takes("B") and not place.takes("S"):
            return {"B": text}
        if place.tag == "S":
            return {"S": self._as_written(text, place.hint)}
        return {"S": text}

    def _text_for_number(self, text: str, place: Place) -> AttributeValue:
        """A moment for a field that is stored as epoch seconds."""
        if place.field is None or datetime not in classes_of(place.hint):
            raise ItemShapeError("expected a number, found a text")
        moment = self._codecs.decoder(datetime)({"S": _with_time(text)})
        return place.field.encode_value(moment)

    def _as_written(self, text: str, hint: Any) -> str:
        """The text in the form in which the model writes such a value."""
        cls = plain(hint)
        if cls not in _WRITTEN_ONE_WAY or _MOMENT.fullmatch(text):
            return text
        if cls is datetime:
            text = _with_time(text)
        codec = self._codecs.resolve(cls)
        written: str = codec.encode(codec.decode({"S": text}))["S"]
        return written

    def _many(self, values: list[Any], place: Place) -> AttributeValue:
        if place.tag in _SETS or (place.tag is None and not place.takes("L")):
            return self._set(values, place)
        if isinstance(plain(place.hint), type):
            # Without arguments, the type says nothing of its elements.
            return {"L": [self.stored(each, self._unknown) for each in values]}
        return {
            "L": [
                self.stored(each, self.place(element_hint(place.hint, index)))
                for index, each in enumerate(values)
            ]
        }

    def _set(self, values: list[Any], place: Place) -> AttributeValue:
        if not values:
            return NULL
        if all(isinstance(each, NumberText) for each in values):
            return {"NS": list(map(str, values))}
        is_text = all(type(each) is str for each in values)
        if not is_text:
            raise ItemShapeError("expected a set: a list of texts, or one of numbers")
        if place.tag == "BS":
            return {"BS": values}
        hint = member_hint(place.hint)
        return {"SS": [self._as_written(each, hint) for each in values]}


def _with_time(text: str) -> str:
    """A date alone stands for its first moment, in UTC."""
    return f"{text}T00:00:00Z" if re.fullmatch(r"\d{4}-\d\d-\d\d", text) else text


def _truth(text: str) -> AttributeValue:
    if text.lower() not in ("true", "false"):
        raise ItemShapeError("expected true or false")
    return {"BOOL": text.lower() == "true"}


_WRITTEN = {
    "N": "a number",
    "M": 'an object of JSON, such as {"a": 1}',
    **dict.fromkeys(("SS", "BS"), 'a list of JSON, such as ["a", "b"]'),
    **dict.fromkeys(("NS", "L"), "a list of JSON, such as [1, 2]"),
}
"""What a text has to be, by the type; where not said, JSON."""
