"""Modules that load, and patterns that are compiled, when they are first used.

A function pays for them in its first call, and a program that never calls it does not
pay: that is most of a cold start.  Type checkers are shown the ordinary thing.
"""

import re
from importlib import import_module
from types import ModuleType
from typing import cast


class Lazy(ModuleType):
    """Stands for a module until something of it is wanted.

    >>> batches = lazy("..compiler.batches", __package__)
    """

    def __init__(self, name: str, package: str | None) -> None:
        super().__init__(name)
        self.__package__ = package

    def __getattr__(self, name: str) -> object:
        found: object = getattr(import_module(self.__name__, self.__package__), name)
        setattr(self, name, found)  # from now on an ordinary attribute
        return found

    def __repr__(self) -> str:
        return f"<Lazy {self.__name__}>"


def lazy(name: str, package: str | None = None) -> ModuleType:
    """The module of this name; one that begins with dots is relative to `package`."""
    return Lazy(name, package)


class LazyPattern:
    """Stands for a pattern until it is looked for."""

    def __init__(self, text: str, flags: int) -> None:
        self._text = text
        self._flags = flags

    def __getattr__(self, name: str) -> object:
        found: object = getattr(re.compile(self._text, self._flags), name)
        setattr(self, name, found)  # from now on an ordinary attribute
        return found

    def __repr__(self) -> str:
        return f"<LazyPattern {self._text!r}>"


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` makes of it, made when it is first used."""
    return cast("re.Pattern[str]", LazyPattern(text, flags))
