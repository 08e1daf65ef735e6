"""A condition's text, word by word."""

import json
import re
from collections.abc import Sequence
from typing import NoReturn

from attrs import define, frozen

from ..errors import InvalidOperatorError

_PATH = re.compile(r"[^\s()<>=!,'\"]+")
_WORD = re.compile(r"[A-Za-z_]+(?![^\s()'\"\[{,])")
_SYMBOL = re.compile(r"==|!=|<>|<=|>=|=|<|>")
_BARE = re.compile(r"[^\s(),=<>!][^\s(),]*")
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", re.DOTALL)


@frozen
class Value:
    """A value as it was written."""

    text: str
    is_quoted: bool = False


@define
class Tokens:
    """What is left of a text.  Errors say what was expected, and where."""

    text: str
    at: int = 0

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        self._skip_blanks()
        found = pattern.match(self.text, self.at)
        if found is not None:
            self.at = found.end()
        return found

    def _skip_blanks(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1

    @property
    def is_at_end(self) -> bool:
        """Whether nothing is left."""
        self._skip_blanks()
        return self.at == len(self.text)

    def take(self, *words: str) -> bool:
        """Whether one of these words, in any case, comes next; then it is taken."""
        before = self.at
        found = self._match(_WORD)
        if found is not None and found.group().upper() in words:
            return True
        self.at = before
        return False

    def take_sign(self, sign: str) -> bool:
        """Whether this sign comes next; then it is taken."""
        return self._match(re.compile(re.escape(sign))) is not None

    def path(self) -> str:
        """The name of a field, or a path into one."""
        found = self._match(_PATH)
        return found.group() if found else self.fail("the name of a field")

    def operator(self) -> str:
        """The text of an operator: a sign, a word, or `SIZE` or `NOT` and another."""
        sign = self._match(_SYMBOL)
        if sign is not None:
            return sign.group()
        word = self._match(_WORD)
        if word is None:
            self.fail("an operator such as = or BEGINS_WITH")
        text = word.group().upper()
        if text == "SIZE":
            return f"SIZE {self.operator()}"
        return f"NOT_{self.operator()}" if text == "NOT" else text

    def value(self) -> Value:
        """A value: quoted, JSON in brackets, or a word."""
        quoted = self._match(_QUOTED)
        if quoted is not None:
            inner = quoted.group(1) if quoted.group(1) is not None else quoted.group(2)
            return Value(re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL), True)
        if self.at < len(self.text) and self.text[self.at] in "[{":
            return Value(self._json())
        bare = self._match(_BARE)
        return Value(bare.group()) if bare else self.fail("a value")

    def values(self) -> Sequence[Value]:
        """Values in parentheses, with commas between them."""
        if not self.take_sign("("):
            self.fail("a list in parentheses, such as (a, b)")
        found = [self.value()]
        while self.take_sign(","):
            found.append(self.value())
        if not self.take_sign(")"):
            self.fail(") at the end of the list")
        return found

    def _json(self) -> str:
        start = self.at
        try:
            _, self.at = json.JSONDecoder().raw_decode(self.text, start)
        except ValueError:
            self.fail("a whole value of JSON")
        return self.text[start : self.at]

    def fail(self, expected: str) -> NoReturn:
        """Raise `InvalidOperatorError`."""
        where = f"at character {self.at + 1}" if not self.is_at_end else "at the end"
        raise InvalidOperatorError(
            f"the condition {self.text!r} lacks {expected} {where}; write it like "
            "rank > 18, name = 'Ann Lee' or status IN (a, b)"
        )
