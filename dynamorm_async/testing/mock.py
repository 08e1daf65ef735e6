"""`Mock`: expectations, calls that are held against them, and what was missed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from difflib import get_close_matches
from functools import wraps
from inspect import isfunction, signature
from typing import Any, ClassVar, Generic, TypeVar

from ..errors import DynamORMError
from .arguments import Arguments
from .doubles import Promise, double_of, is_step, returns_builder
from .expectations import (
    Call,
    Expectation,
    Outcome,
    UnexpectedCallError,
    UnknownMethodError,
    UnmetExpectationsError,
    times,
)

N = TypeVar("N", bound=str)
DoubledT = TypeVar("DoubledT", bound="Mock[Any]")

_NEAREST = 3
"""Expectations that the message about an unexpected call shows."""

in_transaction: ContextVar[bool] = ContextVar("in_transaction", default=False)
"""Whether calls are recorded for a transaction, and so need no `await`."""


class Mock(Generic[N]):
    """What all mocks share: they do what `on` has said, and refuse everything else.

    `strict=False` lets every step that nothing was said about return the mock itself.
    `name` is how messages call it.
    """

    real: ClassVar[type]
    """The class that it stands for."""

    played: ClassVar[Mapping[str, Callable[..., Any]]]
    """The methods of that class which are expected or refused."""

    def __init__(self, *, strict: bool = True, name: str = "") -> None:
        self.is_strict = strict
        self.calls: list[Call] = []
        """The calls so far, in order, those that were not expected included."""

        self._name = name
        self._expectations: list[Expectation] = []
        self._unexpected: list[str] = []
        self._promises: list[Promise] = []
        self._made: list[Mock[Any]] = []
        """The mocks that it handed out without being told which."""

        self._free: dict[str, Callable[[Call], Any]] = {}
        """What methods return about which nothing was said, where that is no fault."""

    def on(self, method: N, /, *arguments: Any, **keywords: Any) -> Expectation:
        """Expect a call of a method with these arguments.

        >>> query.on("where", "id", "=", "1").returns(query)
        >>> query.on("where", User.id == "1")

        Both of these stand for the same: a condition is compared by what it says, an
        instance by its value.  `ANY` stands for any one argument, `matching(...)` for
        those of which a function is true, and `...` at the end for all that may follow.
        A step returns the mock itself where nothing else is said.  Raises
        `UnknownMethodError` for a method that the real class lacks, and `TypeError`
        for arguments that it does not take.
        """
        return self.on_one_of((method,), *arguments, **keywords)

    def on_one_of(
        self, methods: tuple[N, ...], /, *arguments: Any, **keywords: Any
    ) -> Expectation:
        """Expect a call of any one of several methods; see `on`."""
        for each in methods:
            if each not in self.played:
                raise UnknownMethodError(self._unknown(each))
        form = signature(self.played[methods[0]])
        try:
            expected = Arguments.expected(form, arguments, keywords)
        except DynamORMError:
            raise
        except TypeError as error:
            raise TypeError(
                f"{self._label}.on({methods[0]!r}): {error}; the method is called as "
                f"{methods[0]}{_without_self(str(form))}"
            ) from error
        self._expectations.append(Expectation(tuple(methods), expected))
        return self._expectations[-1]

    def assert_expectations(self) -> None:
        """Raise `UnmetExpectationsError` if anything was missed.

        That is: an expected call that did not come, a call that was not expected even
        where the code under test swallowed its error, or a request that was never
        awaited.  Mocks that were returned by this one are asked too.
        """
        __tracebackhide__ = True
        missed = [line for each in _family(self) for line in each._missed()]
        if missed:
            raise UnmetExpectationsError("\n  ".join(["not as expected:", *missed]))

    def reset(self) -> None:
        """Forget all that was expected of this mock, and all that was called."""
        for each in (
            *(self._expectations, self._unexpected, self._promises),
            *(self._made, self.calls),
        ):
            each.clear()

    def _missed(self) -> Iterator[str]:
        for each in self._expectations:
            if not each.is_met:
                wanted = "" if each.least == 1 else f", expected {times(each.least)}"
                yield f"{self._label}.{each} was called {times(each.calls)}{wanted}"
        yield from self._unexpected
        for promise in self._promises:
            if not promise.is_used:
                yield f"{self._label}.{promise.text} was called and never awaited"

    def _play(
        self, method: str, positional: tuple[Any, ...], keywords: dict[str, Any]
    ) -> Any:
        """What a call comes to: an expectation's answer, or what is usual."""
        __tracebackhide__ = True
        form = signature(self.played[method])
        positional = tuple(map(_kept, positional))
        given = Arguments.given(form, positional, keywords)
        call = Call(method, positional, keywords, given)
        self.calls.append(call)
        double = self._answer(call)
        if isinstance(double, Promise) and not in_transaction.get():
            self._promises.append(double)
        return double

    def _answer(self, call: Call) -> Any:
        __tracebackhide__ = True
        found = next((e for e in self._expectations if _can_take(e, call)), None)
        if found is not None:
            return self._double(call, found.outcome_of(call) or self._usual(call))
        if self._is_free(call):
            return self._unasked(call)
        self._unexpected.append(f"{self._label}.{call} was not expected")
        raise UnexpectedCallError(self._refusal(call))

    def _double(self, call: Call, outcome: Outcome) -> Any:
        """What the method returns, of what the call comes to."""
        return double_of(self.played[call.method])(str(call), outcome)

    def _usual(self, call: Call) -> Outcome:
        """What a call comes to of which an expectation says nothing more."""
        if self._is_step(call.method):
            return lambda: self
        if returns_builder(self.played[call.method]):
            # Else the code under test would fail on a None, and nobody know why.
            raise UnexpectedCallError(
                f"{self._label}.{call}: the test does not say what it returns; add "
                f".returns(...) to .on({call.method!r})"
            )
        return lambda: None

    def _is_step(self, method: str) -> bool:
        return is_step(self.played[method], self.real)

    def _is_free(self, call: Call) -> bool:
        """Whether a call may come although nothing was said about its method."""
        if any(call.method in each.methods for each in self._expectations):
            return False
        return call.method in self._free or (
            not self.is_strict and self._is_step(call.method)
        )

    def _unasked(self, call: Call) -> Any:
        """What a free call returns."""
        answer = self._free.get(call.method)
        return self if answer is None else answer(call)

    @property
    def _label(self) -> str:
        return self._name or type(self).__name__

    def _unknown(self, method: str) -> str:
        near = get_close_matches(str(method), self.played, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "."
        return (
            f"{self._label}.on({method!r}): there is no such method{hint} "
            f"There are: {', '.join(self.played)}"
        )

    def _refusal(self, call: Call) -> str:
        lines = [f"{self._label}.{call} was not expected."]
        alike = [each for each in self._expectations if call.method in each.methods]
        if not alike:
            others = ", ".join(map(str, self._expectations)) or "nothing at all"
            return "\n  ".join([*lines, f"expected was: {others}"])
        ranked = sorted(alike, key=lambda each: _distance(each, call))
        for each in ranked[:_NEAREST]:
            lines.append(f"nearest: {each}, called {times(each.calls)}")
            lines += [f"    {line}" for line in _why_not(each, call)]
        return "\n  ".join(lines)

    def __repr__(self) -> str:
        return (
            f"<{self._label}: {len(self._expectations)} expectations, "
            f"{len(self.calls)} calls>"
        )


def _kept(argument: Any) -> Any:
    """An argument that can be looked at more than once."""
    return list(argument) if isinstance(argument, Iterator) else argument


def _can_take(expectation: Expectation, call: Call) -> bool:
    return not expectation.is_spent and expectation.admits(call)


def _distance(expectation: Expectation, call: Call) -> int:
    return len(list(expectation.arguments.differences(call.arguments)))


def _why_not(expectation: Expectation, call: Call) -> list[str]:
    found = list(expectation.arguments.differences(call.arguments))
    if found:
        return found
    # Only one that is spent refuses what it admits.
    most = expectation.most
    return [f"expected no more than {times(most)}" if most else "the test forbids it"]


def _without_self(form: str) -> str:
    return form.replace("(self, ", "(").replace("(self)", "()").replace("(/, ", "(")


def _family(mock: Mock[Any]) -> list[Mock[Any]]:
    """A mock, and those that it was told to return, or made."""
    found = [mock]
    for each in found:
        returned = [expectation.result for expectation in each._expectations]
        for given in (*returned, *each._made):
            if isinstance(given, Mock) and not any(given is known for known in found):
                found.append(given)
    return found


def plays(
    real: type, *, as_real: Iterable[str] = ()
) -> Callable[[type[DoubledT]], type[DoubledT]]:
    """Give a mock every public method of the class that it stands for.

    `as_real` names those that do what they do in the real class.
    """

    def give(mock: type[DoubledT]) -> type[DoubledT]:
        mock.real = real
        mock.played = {
            name: method
            for name in dir(real)
            if not name.startswith("_")
            and isfunction(method := getattr(real, name))
            and name not in as_real
        }
        for name, method in mock.played.items():
            if name not in vars(mock):
                setattr(mock, name, _played(name, method))
        return mock

    return give


def _played(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def play(self: Mock[Any], /, *positional: Any, **keywords: Any) -> Any:
        __tracebackhide__ = True
        return self._play(name, positional, keywords)

    return play
