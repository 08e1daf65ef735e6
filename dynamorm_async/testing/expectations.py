"""What a mock is told to expect, and what it does then."""

from collections.abc import Callable
from typing import Any, Self

from attrs import frozen

from ..errors import InvalidValueError
from .arguments import Arguments

Failure = BaseException | type[BaseException]


class UnexpectedCallError(AssertionError):
    """A mock was called in a way that nothing had led it to expect.

    Its message shows the arguments: they are those of a test.
    """


class UnmetExpectationsError(AssertionError):
    """Something was expected of the code under test, and did not happen."""


class UnknownMethodError(AssertionError, AttributeError):
    """`on(...)` named a method that the real class does not have."""


@frozen
class Call:
    """One call of a mock."""

    method: str
    positional: tuple[Any, ...]
    keywords: dict[str, Any]
    arguments: Arguments

    def __str__(self) -> str:
        return f"{self.method}({self.arguments})"


Outcome = Callable[[], Any]
"""Returns what a call comes to, which may have to be awaited; or raises it."""

Decide = Callable[[Call], Outcome | None]
"""What a call comes to; None: nothing was said, so it is whatever is usual."""


class Expectation:
    """A call that is expected, and what it comes to; made by `on(...)`.

    >>> query.on("first").returns(user)
    >>> query.on("create").raises(ConditionFailedError("taken")).once()

    Where nothing else is said it must happen, once or more often.
    """

    def __init__(self, methods: tuple[str, ...], arguments: Arguments) -> None:
        self.methods = methods
        self.arguments = arguments
        self.calls = 0
        self.least = 1
        self.most: int | None = None
        self.result: Any = None
        """What `returns` was given: another mock may be expected things of too."""

        self._decide: Decide = lambda _call: None

    def returns(self, value: Any) -> Self:
        """Return this value, from the `await` where the real method has to be awaited.

        Of a method that returns rows or pages, a list of them.
        """
        self.result = value
        return self._comes_to(lambda _call: lambda: value)

    def returns_each(self, *values: Any) -> Self:
        """Return these values one after the other, one a call; an error is raised.

        >>> query.on("first").returns_each(ThrottledError("slow down"), user)

        There must be as many calls as values.
        """
        steps = [_step(each) for each in values]
        # The call has been counted when its outcome is asked for.
        return self.times(len(values))._comes_to(lambda _call: steps[self.calls - 1])

    def raises(self, error: Failure) -> Self:
        """Raise this error, at the `await` where the real method has to be awaited."""
        if not _is_error(error):
            raise TypeError(
                f"raises() takes an error, or a class of errors, not {error!r}"
            )
        return self._comes_to(lambda _call: _raising(error))

    def answers(self, compute: Callable[..., Any]) -> Self:
        """Return what a plain or async function makes of the arguments of the call."""
        return self._comes_to(
            lambda call: lambda: compute(*call.positional, **call.keywords)
        )

    def answers_by_method(self, **outcomes: Outcome) -> Self:
        """Of an expectation of one of several methods: what each of them comes to."""
        return self._comes_to(lambda call: outcomes.get(call.method))

    def once(self) -> Self:
        """Expect exactly one call.  A further one looks for another expectation."""
        return self.times(1)

    def twice(self) -> Self:
        """Expect exactly two calls."""
        return self.times(2)

    def times(self, number: int) -> Self:
        """Expect exactly this many calls; 0 forbids them."""
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise InvalidValueError("times() takes a number of calls, 0 or more")
        self.least = self.most = number
        return self

    def maybe(self) -> Self:
        """Allow the call, and don't mind if it never comes."""
        self.least = 0
        return self

    @property
    def is_spent(self) -> bool:
        """Whether no further call is expected."""
        return self.most is not None and self.calls >= self.most

    @property
    def is_met(self) -> bool:
        """Whether there were as many calls as there must be."""
        return self.calls >= self.least

    def admits(self, call: Call) -> bool:
        """Whether this is the call that is expected, however often it came."""
        return call.method in self.methods and self.arguments.admit(call.arguments)

    def outcome_of(self, call: Call) -> Outcome | None:
        """Count the call, and say what it comes to."""
        self.calls += 1
        return self._decide(call)

    def _comes_to(self, decide: Decide) -> Self:
        self._decide = decide
        return self

    def __str__(self) -> str:
        return f"{' or '.join(self.methods)}({self.arguments})"

    def __repr__(self) -> str:
        return f"<Expectation {self}, called {times(self.calls)}>"


def times(number: int) -> str:
    """A number of calls in words."""
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number} times")


def _is_error(value: Any) -> bool:
    return isinstance(value, BaseException) or (
        isinstance(value, type) and issubclass(value, BaseException)
    )


def _step(value: Any) -> Outcome:
    return _raising(value) if _is_error(value) else lambda: value


def _raising(error: Failure) -> Outcome:
    def fail() -> Any:
        raise error

    return fail
