"""Primary keys, in every form a caller may give one."""

from collections.abc import Callable, Hashable, Mapping
from decimal import Decimal
from typing import Any

from ..errors import (
    InvalidOperatorError,
    InvalidPrimaryKeyError,
    QueryError,
    UnknownFieldError,
    UnsupportedTypeError,
)
from ..expressions.conditions import Comparison, Condition
from ..expressions.operators import EQ
from ..marshalling.items import ItemCodec
from ..schema.table import FieldInfo, TableInfo
from ..wire import AttributeValue, Item
from .question import Question, equal_to
from .slots import stored


def key_values(table: TableInfo, key: object) -> dict[str, Any]:
    """The key's values by Python name.

    `key` is an instance, a tuple, a dict by Python or stored names, or the bare
    partition key.  Raises `InvalidPrimaryKeyError` for an incomplete key, or one with
    other parts.
    """
    if isinstance(key, table.model):
        return {each.name: getattr(key, each.name) for each in table.key}
    if isinstance(key, Mapping):
        given = {_key_field(table, name).name: value for name, value in key.items()}
    else:
        parts = key if isinstance(key, tuple) else (key,)
        if len(parts) > len(table.key):
            raise InvalidPrimaryKeyError(
                f"{table.model_name}: the key has {_shown(table)}; got {len(parts)} "
                "parts"
            )
        given = {
            field.name: part for field, part in zip(table.key, parts, strict=False)
        }
    _check_complete(table, given)
    return given


def encoded_key(codec: ItemCodec[Any], values: Mapping[str, Any]) -> Item:
    """The key as it is sent."""
    key: Item = {}
    for field in codec.table.key:
        encode = codec.key_encoder(field.attribute)
        key[field.attribute] = stored(values[field.name], encode)
    return key


def key_encoder(codec: ItemCodec[Any]) -> Callable[[object], Item]:
    """What turns keys, in any form, into keys as they are sent: for many of them."""
    table = codec.table
    names = [each.attribute for each in table.key]
    first, last, is_pair = names[0], names[-1], len(names) == 2
    encode_one, encode_other = codec.key_encoder(first), codec.key_encoder(last)

    def encode(key: object) -> Item:
        # An empty part may be refused, and whatever goes wrong is told in full below.
        if is_pair and type(key) is tuple and len(key) == 2 and all(key):
            try:
                return {first: encode_one(key[0]), last: encode_other(key[1])}
            except (QueryError, UnsupportedTypeError):
                return encoded_key(codec, key_values(table, key))
        return encoded_key(codec, key_values(table, key))

    return encode


def identifier(codec: ItemCodec[Any], table_name: str) -> Callable[[Item], Hashable]:
    """What tells items, or keys, apart: equal for two of the same item.

    `PageReader` knows, too, what it says of keys of text.
    """
    names = [each.attribute for each in codec.table.key]
    tags = [codec.fields[name].tag or "" for name in names]
    if all(tag in ("S", "B") for tag in tags):
        (first, one), (last, other) = (names[0], tags[0]), (names[-1], tags[-1])
        return lambda item: (table_name, item[first][one], item[last][other])
    return lambda item: (table_name, *[_comparable(item[name]) for name in names])


def _comparable(value: AttributeValue) -> Hashable:
    ((tag, content),) = value.items()
    # The service writes numbers in its own way: 1.0 comes back as 1.
    return Decimal(content) if tag == "N" else str(content)


def key_of(question: Question, codec: ItemCodec[Any]) -> tuple[Item, list[Condition]]:
    """The key a write goes to, and what is left of `where` as conditions.

    Parts that `where` does not name come from the instance; it may not name others.
    """
    table = question.table
    if question.filters is not None:
        raise InvalidOperatorError(
            f"{table.model_name}: filter() drops rows of a read; where() and "
            "with_condition() are conditions of a write"
        )
    terms = question.where_terms()
    equal = equal_to(terms)
    used = [equal[each.attribute] for each in table.key if each.attribute in equal]
    rest = [term for term in terms if not any(term is each for each in used)]
    for term in rest:
        _check_no_key(table, term)
    named = {term.subject.attribute: term.operands[0] for term in used}
    values = {
        field.name: named[field.attribute]
        for field in table.key
        if field.attribute in named
    }
    if question.instance is not None:
        own = key_values(table, question.instance)
        if values != {name: own[name] for name in values}:
            raise InvalidPrimaryKeyError(
                f"{table.model_name}: where() names another key than that of the "
                "instance, whose values would go to the wrong item"
            )
        values = own
    _check_complete(table, values)
    return encoded_key(codec, values), rest


def _key_field(table: TableInfo, name: str) -> FieldInfo:
    try:
        field = table.field(name)
    except UnknownFieldError as error:
        raise InvalidPrimaryKeyError(str(error)) from error
    if field not in table.key:
        raise InvalidPrimaryKeyError(
            f"{field} is not part of the key, which has {_shown(table)}"
        )
    return field


def _check_complete(table: TableInfo, values: Mapping[str, Any]) -> None:
    missing = [each.name for each in table.key if values.get(each.name) is None]
    if missing:
        raise InvalidPrimaryKeyError(
            f"{table.model_name}: the key needs {_shown(table)}; "
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing"
        )


def _check_no_key(table: TableInfo, term: Condition) -> None:
    if not isinstance(term, Comparison):
        return
    field = table.attributes.get(term.subject.attribute)
    if field in table.key and term.operator is not EQ:
        raise InvalidOperatorError(
            f"{field}: a single item is named by = on its key, not by "
            f"{term.operator.name}"
        )


def _shown(table: TableInfo) -> str:
    return " and ".join(each.name for each in table.key)
