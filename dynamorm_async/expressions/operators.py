"""The operators of DynamoDB's condition language, one row each.

The forms are those of "Comparison operator and function reference" in the DynamoDB
developer guide; the aliases are what the string form `where("rank", "GE", 18)` accepts.
"""

from enum import Enum

from msgspec import Struct

from ..errors import InvalidOperatorError


class Operand(Enum):
    """What an operator compares with, and so how its value is encoded."""

    SAME = "a value of the field's type"
    PREFIX = "the beginning of a text or of bytes"
    MEMBER = "a part of a text, or an element of a set or list"
    TYPE = "a DynamoDB type: S, N, B, SS, NS, BS, BOOL, NULL, L or M"


class Operator(Struct, frozen=True, eq=False):
    """One comparison: its text, how many values it takes, and where it may stand."""

    name: str
    template: str
    """`{0}` is the attribute, `{1}` and `{2}` the values; of many values `{1}` is the
    list.
    """

    values: int = 1
    """How many values it takes; -1 stands for a list of 1 to 100."""

    operand: Operand = Operand.SAME
    in_sort_key: bool = False
    """Whether a key condition on a sort key may use it."""

    aliases: tuple[str, ...] = ()


EQ = Operator("=", "{0} = {1}", in_sort_key=True, aliases=("EQ", "=="))
NE = Operator("!=", "{0} <> {1}", aliases=("<>", "NE"))
LT = Operator("<", "{0} < {1}", in_sort_key=True, aliases=("LT",))
LE = Operator("<=", "{0} <= {1}", in_sort_key=True, aliases=("LE",))
GT = Operator(">", "{0} > {1}", in_sort_key=True, aliases=("GT",))
GE = Operator(">=", "{0} >= {1}", in_sort_key=True, aliases=("GE",))
BETWEEN = Operator("BETWEEN", "{0} BETWEEN {1} AND {2}", values=2, in_sort_key=True)
IN = Operator("IN", "{0} IN ({1})", values=-1)
BEGINS_WITH = Operator(
    "BEGINS_WITH", "begins_with({0}, {1})", operand=Operand.PREFIX, in_sort_key=True
)
CONTAINS = Operator("CONTAINS", "contains({0}, {1})", operand=Operand.MEMBER)
NOT_CONTAINS = Operator(
    "NOT_CONTAINS", "NOT contains({0}, {1})", operand=Operand.MEMBER
)
EXISTS = Operator(
    "EXISTS", "attribute_exists({0})", values=0, aliases=("ATTRIBUTE_EXISTS",)
)
NOT_EXISTS = Operator(
    "NOT_EXISTS",
    "attribute_not_exists({0})",
    values=0,
    aliases=("ATTRIBUTE_NOT_EXISTS",),
)
ATTRIBUTE_TYPE = Operator(
    "ATTRIBUTE_TYPE", "attribute_type({0}, {1})", operand=Operand.TYPE
)

COMPARISONS = (EQ, NE, LT, LE, GT, GE)
OPERATORS = (
    *COMPARISONS,
    BETWEEN,
    IN,
    BEGINS_WITH,
    CONTAINS,
    NOT_CONTAINS,
    EXISTS,
    NOT_EXISTS,
    ATTRIBUTE_TYPE,
)
ATTRIBUTE_TYPES = frozenset({"S", "N", "B", "SS", "NS", "BS", "BOOL", "NULL", "L", "M"})

_BY_TEXT = {text: each for each in OPERATORS for text in (each.name, *each.aliases)}
_SIZED = (*COMPARISONS, BETWEEN, IN)
_BY_SIZE_TEXT = {text: each for each in _SIZED for text in (each.name, *each.aliases)}
_KNOWN = (*_BY_TEXT, *(f"SIZE {text}" for text in _BY_SIZE_TEXT))


def parse_operator(text: str) -> tuple[Operator, bool]:
    """The operator a text means, and whether it applies to the attribute's size.

    Case and surrounding blanks don't matter.  Raises `InvalidOperatorError`.
    """
    if not isinstance(text, str):
        raise InvalidOperatorError(
            f"an operator is a text such as '=', not a {type(text).__name__}"
        )
    words = text.upper().split()
    if len(words) == 2 and words[0] == "SIZE" and words[1] in _BY_SIZE_TEXT:
        return _BY_SIZE_TEXT[words[1]], True
    if len(words) == 1 and words[0] in _BY_TEXT:
        return _BY_TEXT[words[0]], False
    # Only a mistake needs it.
    from difflib import get_close_matches

    near = get_close_matches(" ".join(words), _KNOWN, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    raise InvalidOperatorError(
        f"{text!r} is no operator{hint} Known are: {', '.join(_KNOWN)}"
    )
