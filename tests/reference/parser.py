"""Tokens to syntax, by recursive descent, with the precedence of DynamoDB.

The grammar and the precedence are those of "Comparison operator and function reference"
and "Update expressions" in the DynamoDB developer guide: comparisons, IN, BETWEEN,
functions, parentheses, NOT, AND, OR.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from dynamorm_async.wire import AttributeValue, Body
from tests.reference.syntax import (
    Between,
    Both,
    Call,
    Compared,
    Either,
    In,
    Literally,
    Negated,
    Operand,
    Path,
    Placeholders,
    Step,
    Sum,
    Term,
    Update,
)
from tests.reference.tokens import SyntaxRejectedError, Token, tokens

T = TypeVar("T")

_SIGNS = frozenset({"=", "<>", "<", "<=", ">", ">="})
_TESTS = frozenset(
    {
        "attribute_exists",
        "attribute_not_exists",
        "attribute_type",
        "begins_with",
        "contains",
    }
)
_END = Token("end", "")


def parse_condition(text: str, placeholders: Placeholders) -> Term:
    """A condition or filter expression."""
    return _Parser(text, placeholders).whole(lambda parser: parser.alternatives())


def parse_update(text: str, placeholders: Placeholders) -> Update:
    """An update expression."""
    return _Parser(text, placeholders).whole(lambda parser: parser.clauses())


def placeholders_of(body: Body) -> Placeholders:
    """What the placeholders of a request body stand for."""
    return Placeholders(
        body.get("ExpressionAttributeNames", {}),
        body.get("ExpressionAttributeValues", {}),
    )


class _Parser:
    def __init__(self, text: str, placeholders: Placeholders) -> None:
        self._tokens = tokens(text)
        self._at = 0
        self._names: Mapping[str, str] = placeholders.names
        self._values: Mapping[str, AttributeValue] = placeholders.values

    def whole(self, parse: Callable[["_Parser"], T]) -> T:
        found = parse(self)
        if self._peek() is not _END:
            raise SyntaxRejectedError(f"{self._peek().text!r} is left over")
        return found

    def alternatives(self) -> Term:
        terms = [self._conjunction()]
        while self._accept_word("OR"):
            terms.append(self._conjunction())
        return terms[0] if len(terms) == 1 else Either(tuple(terms))

    def _conjunction(self) -> Term:
        terms = [self._negation()]
        while self._accept_word("AND"):
            terms.append(self._negation())
        return terms[0] if len(terms) == 1 else Both(tuple(terms))

    def _negation(self) -> Term:
        if self._accept_word("NOT"):
            return Negated(self._negation())
        return self._test()

    def _test(self) -> Term:
        if self._accept_sign("("):
            inner = self.alternatives()
            self._expect_sign(")")
            return inner
        if self._peek().text in _TESTS and self._peek(1).text == "(":
            return self._call()
        left = self._operand()
        if self._accept_word("BETWEEN"):
            low = self._operand()
            self._expect_word("AND")
            return Between(left, low, self._operand())
        if self._accept_word("IN"):
            return In(left, self._listed())
        sign = self._next()
        if sign.text not in _SIGNS:
            raise SyntaxRejectedError(f"{sign.text!r} compares nothing")
        return Compared(sign.text, left, self._operand())

    def _operand(self) -> Operand:
        token = self._peek()
        if token.kind == "value":
            return Literally(self._value())
        if token.kind == "word" and self._peek(1).text == "(":
            return self._call()
        return self._path()

    def _call(self) -> Call:
        return Call(self._next().text, self._listed())

    def _listed(self) -> tuple[Operand, ...]:
        self._expect_sign("(")
        listed = self._separated(self._operand)
        self._expect_sign(")")
        return listed

    def clauses(self) -> Update:
        found: dict[str, tuple[object, ...]] = {}
        parsers: dict[str, Callable[[], object]] = {
            "SET": self._assignment,
            "REMOVE": self._path,
            "ADD": self._path_and_value,
            "DELETE": self._path_and_value,
        }
        while self._peek() is not _END:
            word = self._next().text.upper()
            if word in found or word not in parsers:
                raise SyntaxRejectedError(
                    f"{word!r} begins no clause, or the second one"
                )
            found[word] = self._separated(parsers[word])
        if not found:
            raise SyntaxRejectedError("nothing is changed")
        fields = {f"{word.lower()}s": clause for word, clause in found.items()}
        return Update(**fields)  # type: ignore[arg-type] # one type for each clause

    def _assignment(self) -> tuple[Path, Operand]:
        path = self._path()
        self._expect_sign("=")
        left = self._operand()
        if self._accept_sign("+"):
            return path, Sum("+", left, self._operand())
        if self._accept_sign("-"):
            return path, Sum("-", left, self._operand())
        return path, left

    def _path_and_value(self) -> tuple[Path, AttributeValue]:
        return self._path(), self._value()

    def _path(self) -> Path:
        steps: list[Step] = [self._name()]
        while True:
            if self._accept_sign("."):
                steps.append(self._name())
            elif self._accept_sign("["):
                steps.append(int(self._next().text))
                self._expect_sign("]")
            else:
                return Path(tuple(steps))

    def _name(self) -> str:
        token = self._next()
        if token.kind == "name":
            return self._names[token.text]
        if token.kind == "word":
            return token.text
        raise SyntaxRejectedError(f"{token.text!r} is no name")

    def _value(self) -> AttributeValue:
        token = self._next()
        if token.kind != "value":
            raise SyntaxRejectedError(f"{token.text!r} is no value")
        return self._values[token.text]

    def _separated(self, parse: Callable[[], T]) -> tuple[T, ...]:
        found = [parse()]
        while self._accept_sign(","):
            found.append(parse())
        return tuple(found)

    def _peek(self, ahead: int = 0) -> Token:
        place = self._at + ahead
        return self._tokens[place] if place < len(self._tokens) else _END

    def _next(self) -> Token:
        token = self._peek()
        self._at += 1
        return token

    def _accept_word(self, word: str) -> bool:
        return self._accept(self._peek().kind == "word", word)

    def _accept_sign(self, sign: str) -> bool:
        return self._accept(self._peek().kind == "sign", sign)

    def _accept(self, fits: bool, text: str) -> bool:
        if fits and self._peek().text.upper() == text:
            self._at += 1
            return True
        return False

    def _expect_word(self, word: str) -> None:
        if not self._accept_word(word):
            raise SyntaxRejectedError(f"{word} was expected, not {self._peek().text!r}")

    def _expect_sign(self, sign: str) -> None:
        if not self._accept_sign(sign):
            raise SyntaxRejectedError(f"{sign} was expected, not {self._peek().text!r}")
