"""Models of a module whose annotations are all texts."""

from __future__ import annotations

from typing import ClassVar, Literal

from dynamorm_async import Attr, Model, field, partition_key


class Later(Model):
    id: Attr[str] = partition_key()
    parts: Attr[list[Part]] = field(factory=list)
    kind: Attr[Literal["a", "b"]] = field(default="a")
    LIMIT: ClassVar[int] = 3


class Part: ...


def make_local() -> type[Model]:
    """A model whose annotations name what only this function knows."""
    Kind = Literal["a", "b"]  # noqa: N806 # a type

    class Local(Model):
        id: Attr[str] = partition_key()
        parts: Attr[list[Part]] = field(factory=list)
        kind: Attr[Kind] = field(default="a")

    return Local
