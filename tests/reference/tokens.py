"""Expression text to tokens: names, placeholders, numbers, signs."""

import re

from attrs import frozen

_TOKEN = re.compile(
    r"\s*(?:"
    r"(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<name>#[A-Za-z0-9_]+)"
    r"|(?P<value>:[A-Za-z0-9_]+)"
    r"|(?P<number>[0-9]+)"
    r"|(?P<sign><>|<=|>=|[=<>(),.\[\]+-])"
    r")"
)


class SyntaxRejectedError(Exception):
    """The text is no expression."""


@frozen
class Token:
    """One token: what it is, and its text."""

    kind: str
    text: str


def tokens(text: str) -> list[Token]:
    """The tokens of an expression, in order."""
    found: list[Token] = []
    place = 0
    text = text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise SyntaxRejectedError(f"no token at {text[place:]!r}")
        found.append(Token(match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return found
