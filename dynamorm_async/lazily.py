"""Modules that load when they are first used.

A function pays for a module in its first call, and a program that never calls it does
not pay: that is most of a cold start.  Type checkers are shown the ordinary import.
"""

from importlib import import_module
from types import ModuleType


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
