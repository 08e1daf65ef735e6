"""Numbers as DynamoDB writes them: exact, and with no more digits than they need.

The text is plain (`1200`, `0.5`, never `1.50`) as long as it fits into 40 characters,
and beyond that what is shorter: plain, or digits and exponent (`12E50`, `5E-70`).
DynamoDB keeps 38 significant digits and magnitudes of 1E-130 to 9.99...E+125
(Developer Guide, "Data types").
"""

import math
from decimal import Decimal, InvalidOperation

from ..errors import InvalidValueError, ItemShapeError
from ..wire import AttributeValue
from .values import Rank, ValueCodec, wrong_tag, wrong_type

MAX_DIGITS = 38
_LONGEST_PLAIN = MAX_DIGITS + len("0.")
SMALLEST_EXPONENT = -130
LARGEST_EXPONENT = 125

_PLAIN_BELOW = 10**MAX_DIGITS
_TOO_LARGE = 10 ** (LARGEST_EXPONENT + 1)
_OUT_OF_RANGE = "the number is outside DynamoDB's range, 1E-130 to 9.99E+125"
_NOT_FINITE = "NaN and infinity cannot be stored"


def int_text(value: int) -> str:
    """The text of a whole number.  Raises InvalidValueError."""
    if -_PLAIN_BELOW < value < _PLAIN_BELOW:
        return int.__repr__(value)
    if not -_TOO_LARGE < value < _TOO_LARGE:
        raise InvalidValueError(_OUT_OF_RANGE)
    return decimal_text(Decimal(value))


def float_text(value: float) -> str:
    """The shortest text that reads back as this float.  Raises InvalidValueError."""
    if not math.isfinite(value):
        raise InvalidValueError(_NOT_FINITE)
    text = float.__repr__(value)
    return text if _is_shortest(text) else decimal_text(Decimal(text))


def decimal_text(value: Decimal) -> str:
    """The text of exactly this number.  Raises InvalidValueError."""
    text = str(value)
    if _is_shortest(text):
        return text
    sign, places, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise InvalidValueError(_NOT_FINITE)
    written = "".join(map(str, places)).lstrip("0")
    digits = written.rstrip("0")
    if not digits:
        return "0"
    exponent += len(written) - len(digits)
    _check_range(digits, exponent)
    text = _plain(digits, exponent)
    if len(text) > _LONGEST_PLAIN:
        text = min(text, f"{digits}E{exponent}", key=len)
    return f"-{text}" if sign else text


def _is_shortest(text: str) -> bool:
    """Whether a look is enough: a fraction like 12.5, neither padded nor tiny."""
    return (
        "." in text
        and text[-1] != "0"
        and len(text) <= MAX_DIGITS
        and "E" not in text.upper()
        and not text.startswith(("0.00", "-0.00"))
    )


def _check_range(digits: str, exponent: int) -> None:
    if len(digits) > MAX_DIGITS:
        raise InvalidValueError(
            f"the number has {len(digits)} significant digits;"
            f" DynamoDB keeps {MAX_DIGITS}"
        )
    if not SMALLEST_EXPONENT <= exponent + len(digits) - 1 <= LARGEST_EXPONENT:
        raise InvalidValueError(_OUT_OF_RANGE)


def _plain(digits: str, exponent: int) -> str:
    if exponent >= 0:
        return digits + "0" * exponent
    if -exponent < len(digits):
        return f"{digits[:exponent]}.{digits[exponent:]}"
    return f"0.{'0' * (-exponent - len(digits))}{digits}"


def read_decimal(text: str) -> Decimal:
    """The number, exactly.  Raises ItemShapeError."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ItemShapeError("malformed number") from None
    # Also keeps a forged exponent from becoming an integer of a billion digits.
    if not number.is_finite() or number.adjusted() > LARGEST_EXPONENT:
        raise ItemShapeError("malformed number")
    return number


def read_int(text: str) -> int:
    """The whole number, however spelt (`1E+2` is 100).  Raises ItemShapeError."""
    try:
        return int(text)
    except ValueError:
        pass
    number = read_decimal(text)
    if (whole := int(number)) != number:
        raise ItemShapeError("expected a whole number, found a fraction")
    return whole


def read_number(text: str) -> int | Decimal:
    """An int where the number is whole, else a Decimal.  Raises ItemShapeError."""
    try:
        return int(text)
    except ValueError:
        number = read_decimal(text)
    return whole if (whole := int(number)) == number else number


def payload(value: AttributeValue) -> str:
    """The text of a number.  Raises ItemShapeError for anything else."""
    text: str | None = value.get("N")
    if text is None:
        raise wrong_tag("N", value)
    return text


def encode_int(value: object) -> AttributeValue:
    """N; a bool is no number here."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong_type("int", value)
    return {"N": int_text(value)}


def encode_float(value: object) -> AttributeValue:
    """N; takes an int as well."""
    if isinstance(value, float):
        return {"N": float_text(value)}
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong_type("float", value)
    return {"N": int_text(value)}


def encode_decimal(value: object) -> AttributeValue:
    """N; takes an int as well, but no float: that would not be exact."""
    if isinstance(value, Decimal):
        return {"N": decimal_text(value)}
    if not isinstance(value, int) or isinstance(value, bool):
        raise wrong_type("Decimal", value)
    return {"N": int_text(value)}


def decode_int(value: AttributeValue) -> int:
    """Raises ItemShapeError for a fraction."""
    return read_int(payload(value))


def decode_float(value: AttributeValue) -> float:
    """The nearest float."""
    text = payload(value)
    try:
        number = float(text)
    except ValueError:
        raise ItemShapeError("malformed number") from None
    if not math.isfinite(number):
        raise ItemShapeError("malformed number")
    return number


def decode_decimal(value: AttributeValue) -> Decimal:
    """Exactly what is stored."""
    return read_decimal(payload(value))


INT = ValueCodec(
    encode_int, decode_int, "N", rank=Rank.WHOLE, in_place='int({stored}["N"])'
)
FLOAT = ValueCodec(encode_float, decode_float, "N", rank=Rank.ROUNDED)
DECIMAL = ValueCodec(
    encode_decimal,
    decode_decimal,
    "N",
    rank=Rank.EXACT,
    in_place='read_decimal({stored}["N"])',
)
