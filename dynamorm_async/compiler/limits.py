"""What DynamoDB takes of one expression; more is refused before it is sent.

The limits are those of "Quotas in Amazon DynamoDB" in the developer guide.
"""

import re

from ..errors import InvalidOperatorError
from ..lazily import pattern
from ..wire import Body

LONGEST_EXPRESSION = 4096
"""Bytes."""

MOST_OPERATORS = 300
"""Operators and functions; setting an attribute is none."""

_EXPRESSIONS = (
    "KeyConditionExpression",
    "FilterExpression",
    "ProjectionExpression",
    "ConditionExpression",
    "UpdateExpression",
)
_OPERATOR = pattern(
    r"<>|<=|>=|[<>=+-]"
    r"|(?<![#:\w])(?:AND|OR|NOT|IN|BETWEEN)\b"
    r"|(?<![#:\w])(?:attribute_exists|attribute_not_exists|attribute_type|begins_with"
    r"|contains|size|if_not_exists|list_append)\s*\(",
    re.IGNORECASE,
)
_BETWEEN = pattern(r"(?<![#:\w])BETWEEN\b", re.IGNORECASE)

# An operator and what it is about are two characters at least.
_SURELY_FEW = 2 * MOST_OPERATORS


def check_expressions(body: Body) -> None:
    """Refuse a request with an expression that DynamoDB would not take."""
    for name in _EXPRESSIONS:
        text: str = body.get(name, "")
        if len(text) <= _SURELY_FEW:
            continue
        size, operators = len(text.encode()), operators_in(name, text)
        over = [
            f"{number:,} {what}, and DynamoDB takes at most {most:,}"
            for number, what, most in (
                (size, "bytes", LONGEST_EXPRESSION),
                (operators, "operators", MOST_OPERATORS),
            )
            if number > most
        ]
        if over:
            raise InvalidOperatorError(
                f"{body.get('TableName', 'a batch')}: the {name} has {over[0]}; "
                "ask for less at a time"
            )


def operators_in(name: str, text: str) -> int:
    """The operators and functions of an expression."""
    found = _OPERATOR.findall(text)
    # The AND of a BETWEEN belongs to it; the = of a SET assigns.
    assigned = found.count("=") if name == "UpdateExpression" else 0
    return len(found) - len(_BETWEEN.findall(text)) - assigned
