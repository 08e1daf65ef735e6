"""Whole items: a model instance to attribute values, and back."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import attrs
from attrs import NOTHING

from ..errors import (
    InvalidOperatorError,
    InvalidValueError,
    ItemShapeError,
    UnsupportedTypeError,
)
from ..expressions.operators import Operand, Operator
from ..expressions.subjects import Subject
from ..schema.fields import Role
from ..schema.table import TableInfo
from ..wire import AttributeValue, Item
from ..wire.sealed import Awaited, Sealed, awaiting
from .codecs import Codecs
from .compiled import CompiledField, compiled_decoder, compiled_encoder
from .fields import KEY_ROLES, FieldCodec, field_codec
from .hints import accepts_none, without_none
from .nested import element_hint, member_hint
from .scalars import encode_str, quick_text
from .values import Encode

if TYPE_CHECKING:
    from ..wire.reshaped import Reshape
    from .pages import PageReader

M = TypeVar("M")

_STAMPED = (Role.VERSION, Role.CREATED_AT, Role.UPDATED_AT, Role.TTL)


class ItemCodec(Generic[M]):
    """The items of one model, for one set of registered types."""

    def __init__(self, table: TableInfo, codecs: Codecs) -> None:
        self.table = table
        self._codecs = codecs
        self.fields: Mapping[str, FieldCodec] = {
            each.attribute: field_codec(each, table, codecs) for each in table.fields
        }
        self.sealed = _sealed(table)
        """What may not leave as it is; None: nothing."""

        self.awaited_in_part = awaiting(self.sealed)
        """What is awaited for items that are read in part."""

        self.awaited = self.awaited_in_part
        """What is awaited for whole items."""

        if table.awaits_load:
            self.awaited = Awaited(self.sealed, self.reshape)
        self._aliases = {
            each.name: each.alias or each.name for each in attrs.fields(table.model)
        }

    @cached_property
    def encode(self) -> Callable[[M, Mapping[str, Any]], Item]:
        """Makes the whole item of an instance.

        A second argument replaces values of the instance, by Python name: those of the
        version, the timestamps and the time to live.
        """
        return compiled_encoder(self.table.model, self._parts, self.encode_carefully)

    @cached_property
    def decode(self) -> Callable[[Item], M]:
        """Makes the instance of a whole stored item.  Raises `ItemShapeError`."""
        decode: Callable[[Item], M] = self.decode_carefully
        if self.table.plain_load:
            decode = compiled_decoder(self.table.model, self._parts, decode)
        if not self.table.before_load:
            return decode
        # Loaded here: few models have such hooks.
        from .reshaping import decoder_at_once, decoder_of_reshaped

        if self.table.awaits_load:
            return decoder_of_reshaped(self.table, decode)
        return decoder_at_once(self.table, self.reshape, decode)

    @cached_property
    def reshape(self) -> "Reshape":
        """Gives the values of a stored item to the hooks of the model."""
        from .reshaping import reshape_of

        return reshape_of(self.table, self._codecs)

    @cached_property
    def _parts(self) -> list[CompiledField]:
        return [self._compilable(each) for each in self.fields.values()]

    @cached_property
    def page_reader(self) -> "PageReader | None":
        """Reads whole pages from their bytes; None where that can't be done."""
        is_plain = self.table.plain_load and not self.table.before_load
        if not is_plain or self.sealed is not None:
            return None
        # Loaded here: a process that reads single items needs none of it.
        from .pages import PageReader

        key = [each.attribute for each in self.table.key]
        return PageReader(self.table.model, self._parts, key)

    def encode_carefully(self, instance: M, instead: Mapping[str, Any]) -> Item:
        """What `encode` does, field by field."""
        item: Item = {}
        for attribute, codec in self.fields.items():
            name = codec.info.name
            value = instead[name] if name in instead else getattr(instance, name)
            stored = codec.encode(value)
            if stored is not None:
                item[attribute] = stored
        return item

    def decode_carefully(self, item: Item) -> M:
        """What `decode` does, field by field."""
        try:
            values = {
                codec.info.name: self._read(codec, item.get(attribute))
                for attribute, codec in self.fields.items()
            }
            return self._instance(values)
        except ItemShapeError as error:
            raise self._with_key(error, item) from error

    def decode_part(self, item: Item, attributes: Iterable[str]) -> M:
        """A partial instance, of an item read with `select`.

        A missing attribute whose default takes the whole instance stays unread.
        """
        try:
            values = {
                codec.info.name: self._read(codec, item.get(codec.info.attribute))
                for codec in map(self.fields.__getitem__, attributes)
            }
        except ItemShapeError as error:
            raise self._with_key(error, item) from error
        known = {name: each for name, each in values.items() if each is not NOTHING}
        return self._assembled(known)

    def operand_encoder(self, subject: Subject, operator: Operator) -> Encode:
        """Turns a value that `subject` is compared with into one as it is stored."""
        encode = self._operand_encoder(subject, operator)
        codec = self.fields.get(subject.attribute)
        if codec is not None and encode == codec.encode_key:
            # Its errors name the field already.
            return self.key_encoder(subject.attribute)

        def encode_operand(value: Any) -> AttributeValue:
            try:
                return encode(value)
            except (InvalidValueError, UnsupportedTypeError) as error:
                raise type(error)(f"{subject.label}: {error}") from error

        if encode is encode_str:
            return quick_text(encode_operand)
        if codec is not None and codec.is_text and encode is codec.encode_value:
            return quick_text(encode_operand, codec.longest)
        return encode_operand

    def key_encoder(self, attribute: str) -> Encode:
        """Turns a part of the table's key, never an empty one, into what is stored."""
        field = self.fields[attribute]
        if not field.is_text:
            return field.encode_key
        return quick_text(field.encode_key, field.longest)

    def encoder_at(self, subject: Subject) -> Encode:
        """Turns a value that is to be at `subject` into one as it is stored."""
        codec = self.fields.get(subject.attribute)
        if codec is not None and not subject.steps:
            return codec.encode_value
        return self._codecs.encoder(self.hint_at(subject))

    def tag_at(self, subject: Subject) -> str | None:
        """How a place is stored; None where that depends on the value."""
        codec = self.fields.get(subject.attribute)
        if codec is not None and not subject.steps:
            return codec.tag
        return self._codecs.tag(self.hint_at(subject))

    def as_set(self, subject: Subject, values: Iterable[Any]) -> Any:
        """The values as what the place's type takes for a set."""
        codec = self.fields.get(subject.attribute)
        is_list = codec is not None and codec.info.as_set and not subject.steps
        return list(values) if is_list else set(values)

    def hint_at(self, subject: Subject) -> Any:
        """The Python type at a place."""
        hint = subject.hint
        for step in subject.steps:
            hint = element_hint(hint, step)
        return hint

    def _compilable(self, codec: FieldCodec) -> CompiledField:
        info = codec.info
        declared = info.json or info.as_set or info.binary or info.role is Role.TTL
        declared = declared or info.encrypted
        return CompiledField(
            name=info.name,
            attribute=info.attribute,
            codec=self._codecs.resolve(
                Any if declared or info.format == "unix" else without_none(info.hint)
            ),
            decode=codec.decode_value,
            encode=codec.encode,
            encode_value=codec.encode_value,
            absent=codec.absent,
            default=info.default,
            is_stamped=info.role in _STAMPED,
            skips_empty=info.omitempty or codec.is_key,
            may_be_null=not declared and accepts_none(info.hint),
            longest=codec.longest,
        )

    def _operand_encoder(self, subject: Subject, operator: Operator) -> Encode:
        if subject.sized:
            return self._codecs.encoder(int)
        if operator.operand is Operand.TYPE:
            return _type_name
        codec = self.fields.get(subject.attribute)
        if codec is not None and codec.info.encrypted:
            raise InvalidOperatorError(
                f"{subject.label} is encrypted: DynamoDB can't compare it"
            )
        if operator.operand is Operand.PREFIX:
            return self._prefix_encoder(subject)
        if operator.operand is Operand.MEMBER:
            return self._codecs.encoder(member_hint(self.hint_at(subject)))
        if codec is not None and codec.info.role in KEY_ROLES:
            return codec.encode_key
        return self.encoder_at(subject)

    def _prefix_encoder(self, subject: Subject) -> Encode:
        if self.tag_at(subject) not in (None, "S", "B"):
            raise InvalidOperatorError(
                f"{subject.label}: only text and bytes begin with something"
            )
        encode_other, codecs = self.encoder_at(subject), self._codecs

        def encode(value: Any) -> AttributeValue:
            if isinstance(value, (str, bytes)):
                return codecs.encoder(type(value))(value)
            return encode_other(value)

        return encode

    def _read(self, codec: FieldCodec, stored: AttributeValue | None) -> Any:
        if stored is not None:
            return codec.decode(stored)
        if codec.absent is None:
            raise ItemShapeError(
                f"{codec.info}: the stored item has no attribute "
                f"{codec.info.attribute!r}, and the field has no default"
            )
        return codec.absent()

    def _instance(self, values: dict[str, Any]) -> M:
        if self.table.plain_load:
            return self._assembled(values)
        by_alias = {
            self._aliases[name]: value
            for name, value in values.items()
            if value is not NOTHING
        }
        try:
            made: M = self.table.model(**by_alias)
        except (ValueError, TypeError) as error:
            raise ItemShapeError(
                f"{self.table.model_name}: a validator or converter refused the stored "
                f"item ({type(error).__name__})"
                # Not chained: the cause may quote the value.
            ) from None
        return made

    def _assembled(self, values: dict[str, Any]) -> M:
        made: M = object.__new__(self.table.model)
        vars(made).update(values)
        return made

    def _with_key(self, error: ItemShapeError, item: Item) -> ItemShapeError:
        names = ", ".join(each.attribute for each in self.table.key)
        key = {each.attribute: item.get(each.attribute) for each in self.table.key}
        return ItemShapeError(f"{error} (key {names}: see .key)", key=key)


def _type_name(value: Any) -> AttributeValue:
    return {"S": value}


def _sealed(table: TableInfo) -> Sealed | None:
    attributes = tuple(each.attribute for each in table.fields if each.encrypted)
    key = tuple(each.attribute for each in table.key)
    return Sealed(attributes, key) if attributes else None
