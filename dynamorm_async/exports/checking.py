"""Whether the service would take a stored value that somebody else wrote."""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from anyio import from_thread

from ..errors import InvalidValueError, ItemShapeError
from ..execution.awaited import reshaped
from ..marshalling.fields import FieldCodec
from ..marshalling.items import ItemCodec
from ..marshalling.numbers import DECIMAL
from ..marshalling.values import MAX_DEPTH
from ..wire import Item


def check_item(codec: ItemCodec[Any], item: Item) -> None:
    """Refuse an item that DynamoDB would not take, or that does not fit the model.

    Raises `ItemShapeError` or `InvalidValueError`; neither shows a value.
    """
    if not isinstance(item, dict):
        raise ItemShapeError("an item is an object of JSON")
    for name, value in item.items():
        _check_text(name)
        try:
            check_stored(value)
        except (ItemShapeError, InvalidValueError) as error:
            raise type(error)(f"attribute {name!r}: {error}") from None
    for name, field in codec.fields.items():
        if field.is_key and name in item:
            _check_key(field, item[name])
    try:
        _check_fit(codec, item)
    except ItemShapeError as error:
        # Where the item is, the line of its file says better than its key.
        raise ItemShapeError(str(error).partition(" (key ")[0]) from None


def _check_fit(codec: ItemCodec[Any], item: Item) -> None:
    if codec.sealed is None:
        if codec.table.awaits_load:
            # Rows are checked in a thread of their own.
            item = from_thread.run(reshaped, item, codec.reshape)
        codec.decode(item)
        return
    _check_sealed(codec, item)
    hidden = codec.sealed.attributes
    codec.decode_part(item, [name for name in codec.fields if name not in hidden])


def check_stored(value: Any, depth: int = 0) -> None:
    """Refuse what is no attribute value, such as `{"N": "x"}`."""
    if not isinstance(value, dict) or len(value) != 1:
        raise ItemShapeError('expected one typed value such as {"S": "text"}')
    ((tag, content),) = value.items()
    check = _CHECKS.get(tag)
    if check is None:
        raise ItemShapeError(
            f"DynamoDB has no type {tag!r}; it has {', '.join(_KNOWN)}"
        )
    if depth > MAX_DEPTH:
        raise InvalidValueError(f"nested more than {MAX_DEPTH} levels deep")
    check(content, depth)


def _check_key(field: FieldCodec, value: dict[str, Any]) -> None:
    (tag,) = value
    if tag != field.tag or not value[tag]:
        where = f"index {field.info.key_of[0]!r}" if field.info.key_of else "the table"
        raise ItemShapeError(
            f"{field.info}: a key of {where} is of type {field.tag} and not empty; "
            f"found {tag if value[tag] and tag != 'NULL' else f'an empty {tag}'}"
        )


def _check_sealed(codec: ItemCodec[Any], item: Item) -> None:
    """Refuse what is encrypted in the table, and is not in the file."""
    for name in codec.sealed.attributes if codec.sealed else ():
        if name in item and not item[name].keys() & {"M", "NULL"}:
            raise ItemShapeError(
                f"{codec.fields[name].info}: an encrypted field stands in a file as it "
                "is stored; write values in the clear through the model"
            )


def _check_text(content: Any, _depth: int = 0) -> None:
    if not isinstance(content, str):
        raise ItemShapeError("S holds a text")
    try:
        content.encode()
    except UnicodeEncodeError:
        raise InvalidValueError("a text that UTF-8 cannot hold") from None


def _check_number(content: Any, _depth: int = 0) -> None:
    if not isinstance(content, str):
        raise ItemShapeError('N holds a number as text, as in {"N": "1.5"}')
    try:
        DECIMAL.encode(Decimal(content))
    except InvalidOperation:
        raise ItemShapeError("N holds something that is no number") from None


def _check_bytes(content: Any, _depth: int = 0) -> None:
    try:
        if not isinstance(content, str):
            raise Base64Error
        b64decode(content, validate=True)
    except (Base64Error, ValueError):
        raise ItemShapeError("B holds bytes as base64") from None


def _check_bool(content: Any, _depth: int) -> None:
    if not isinstance(content, bool):
        raise ItemShapeError("BOOL holds true or false")


def _check_null(content: Any, _depth: int) -> None:
    if content is not True:
        raise ItemShapeError("NULL holds true")


def _set_of(check: Callable[[Any], None]) -> Callable[[Any, int], None]:
    def check_set(content: Any, _depth: int) -> None:
        if not isinstance(content, list) or not content:
            raise ItemShapeError("a set holds a list of at least one element")
        for each in content:
            check(each)
        if len(set(content)) != len(content):
            raise ItemShapeError("a set holds no element twice")

    return check_set


def _check_list(content: Any, depth: int) -> None:
    if not isinstance(content, list):
        raise ItemShapeError("L holds a list")
    for each in content:
        check_stored(each, depth + 1)


def _check_map(content: Any, depth: int) -> None:
    if not isinstance(content, dict):
        raise ItemShapeError("M holds an object")
    for name, each in content.items():
        _check_text(name)
        check_stored(each, depth + 1)


_CHECKS: dict[str, Callable[[Any, int], None]] = {
    "S": _check_text,
    "N": _check_number,
    "B": _check_bytes,
    "BOOL": _check_bool,
    "NULL": _check_null,
    "SS": _set_of(_check_text),
    "NS": _set_of(_check_number),
    "BS": _set_of(_check_bytes),
    "L": _check_list,
    "M": _check_map,
}
_KNOWN = tuple(_CHECKS)
