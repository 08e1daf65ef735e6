"""The protocols say of every public method what the real class says of it."""

import inspect
import re
from collections.abc import Callable
from typing import Any, get_overloads

import pytest

from dynamorm_async import Database, Query, UpdateBuilder
from dynamorm_async.protocols import DB, ExtendedDB, QueryLike, UpdateBuilderLike

PAIRS = [
    (Database, ExtendedDB),
    (Query, QueryLike),
    (UpdateBuilder, UpdateBuilderLike),
]
SPECIAL = {"__aenter__", "__aexit__", "__await__", "__aiter__"}
ALIKE = re.compile(r"\b(?:\w+\.)*(Query|UpdateBuilder|Rows)\b")
"""The classes for which a protocol names its own like."""


def methods(cls: type) -> dict[str, Callable[..., Any]]:
    """The public methods of a class, inherited ones included, and the special ones."""
    return {
        name: value
        for name in dir(cls)
        if (not name.startswith("_") or name in SPECIAL)
        and inspect.isfunction(value := getattr(cls, name))
    }


def signature(function: Callable[..., Any]) -> tuple[bool, list[str]]:
    """Whether it is async, and how it may be called, with the protocols' names."""
    forms = get_overloads(function) or [function]
    said = [ALIKE.sub(r"\1Like", as_text(inspect.signature(each))) for each in forms]
    return inspect.iscoroutinefunction(function), said


def as_text(form: inspect.Signature) -> str:
    """A signature; type variables by their name, whatever they vary with."""
    text = re.sub(r"'|dynamorm_async(\.\w+)*\.|typing\.", "", str(form))
    text = re.sub(r"[~+-](?=\w)|_co\b", "", text)
    # pyright can't follow an update builder that returns one of another kind.
    return text.replace("OldValuesLike[M]", "UpdateBuilderLike[M, M | None]")


NAMES = [
    pytest.param(real, protocol, name, id=f"{real.__name__}.{name}")
    for real, protocol in PAIRS
    for name in methods(real)
]


@pytest.mark.parametrize(("real", "protocol"), PAIRS)
def test_a_protocol_has_every_public_method(real: type, protocol: type) -> None:
    assert methods(protocol).keys() == methods(real).keys()


@pytest.mark.parametrize(("real", "protocol", "name"), NAMES)
def test_a_method_is_called_alike(real: type, protocol: type, name: str) -> None:
    assert signature(methods(protocol)[name]) == signature(methods(real)[name])


def test_the_small_one_is_about_items() -> None:
    assert methods(DB).keys() - SPECIAL == {
        *("model", "get", "create", "save", "update", "delete", "execute"),
        *("transaction", "transaction_func", "transact_get", "batch_writer"),
        *("with_timeout", "aclose"),
    }
