"""The arguments of a call, and those that are expected, in a form to compare."""

from collections.abc import Iterator
from inspect import Parameter, Signature
from typing import Any

from attrs import frozen

from .comparing import ANY, condition_from, shown
from .differing import NOTHING, told
from .filter_steps import FilterSteps

REST = ...
"""As the last argument of `on(...)`: whatever other arguments there are."""

CONDITION = "parts"
"""The parameter of the methods that take a condition, as one or in three parts."""

GROUP = "build"
"""The parameter of the methods that take a function which makes filters."""


@frozen
class Arguments:
    """The arguments of a call, or those that are expected."""

    named: dict[str, Any]
    """By the name of the parameter, conditions brought into one form."""

    text: str
    """As they were written."""

    is_open: bool = False
    """Whether others than these don't matter."""

    @classmethod
    def given(
        cls, signature: Signature, positional: tuple[Any, ...], keywords: dict[str, Any]
    ) -> "Arguments":
        """Those of a call; raises `TypeError` as the real method would."""
        bound = signature.bind(None, *positional, **keywords)
        bound.apply_defaults()
        named = _spread(signature, bound.arguments)
        if GROUP in named:  # a function does not show what it says
            positional = (named[GROUP],)
        return cls(named, _written(positional, keywords))

    @classmethod
    def expected(
        cls, signature: Signature, positional: tuple[Any, ...], keywords: dict[str, Any]
    ) -> "Arguments":
        """Those of an expectation.

        `...` at the end stands for all that may follow; nothing, for a method that
        needs arguments, does so too.
        """
        if not positional and not keywords and _needs_some(signature):
            positional = (REST,)
        if not positional or positional[-1] is not REST:
            return cls.given(signature, positional, keywords)
        text = _written(positional, keywords)
        positional = positional[:-1]
        if positional and CONDITION in signature.parameters:
            positional = (*positional, ANY, ANY)[:3]
        bound = signature.bind_partial(None, *positional, **keywords)
        return cls(_spread(signature, bound.arguments), text, is_open=True)

    def differences(self, given: "Arguments") -> Iterator[str]:
        """What is not as expected, argument by argument."""
        for name in self.named if self.is_open else self.named | given.named:
            wanted, got = self.named.get(name, NOTHING), given.named.get(name, NOTHING)
            yield from told(name, wanted, got)

    def admit(self, given: "Arguments") -> bool:
        """Whether these expected arguments are the given ones."""
        return next(self.differences(given), None) is None

    def __str__(self) -> str:
        return self.text


def _written(positional: tuple[Any, ...], keywords: dict[str, Any]) -> str:
    said = ["..." if each is REST else shown(each) for each in positional]
    return ", ".join([*said, *(f"{name}={shown(keywords[name])}" for name in keywords)])


def _needs_some(signature: Signature) -> bool:
    own = list(signature.parameters.values())[1:]
    return CONDITION in signature.parameters or any(
        each.default is Parameter.empty
        for each in own
        if each.kind is not Parameter.VAR_POSITIONAL
    )


def _spread(signature: Signature, arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments by name, without `self`; those of `*fields` one by one."""
    spread: dict[str, Any] = {}
    for name, value in list(arguments.items())[1:]:
        if name == CONDITION:
            spread |= {"condition": condition_from(value)} if value else {}
        elif name == GROUP and callable(value):
            spread[name] = FilterSteps.of(value)
        elif signature.parameters[name].kind is Parameter.VAR_POSITIONAL:
            spread |= {f"{name}[{place}]": each for place, each in enumerate(value)}
        else:
            spread[name] = value
    return spread
