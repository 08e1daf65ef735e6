"""Ready-made transforms: tables of item and changed item."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from dynamorm_async import InvalidOperatorError, InvalidValueError, ItemTransform
from dynamorm_async.migrations import transforms as t
from tests.migrations.models import UserV1, UserV2

ITEM = {"id": "1", "name": "Ann", "n": 2}


async def later(item: dict[str, Any]) -> dict[str, Any]:
    """An async step."""
    return {**item, "later": True}


async def result(transform: ItemTransform, item: dict[str, Any]) -> Any:
    changed = transform(item)
    return await changed if isinstance(changed, Awaitable) else changed


@pytest.mark.parametrize(
    ("transform", "changed"),
    [
        (t.copy(), ITEM),
        (t.rename("name", "title"), {"id": "1", "title": "Ann", "n": 2}),
        (t.rename("gone", "title"), ITEM),
        (t.add("rank", 0), {**ITEM, "rank": 0}),
        (t.add("n", 5), ITEM),
        (t.add("twice", lambda item: item["n"] * 2), {**ITEM, "twice": 4}),
        (t.remove("name", "gone"), {"id": "1", "n": 2}),
        (t.chain(t.rename("name", "x"), t.remove("x")), {"id": "1", "n": 2}),
        (t.chain(), ITEM),
        (t.on_items(later), {**ITEM, "later": True}),
        (t.chain(later, t.rename("later", "x")), {**ITEM, "x": True}),
        (
            t.chain(t.remove("n"), later, later),
            {"id": "1", "name": "Ann", "later": True},
        ),
        (t.chain(lambda _: None, t.add("n", 1)), None),
    ],
)
async def test_what_becomes_of_an_item(
    transform: ItemTransform, changed: dict[str, Any] | None
) -> None:
    given = {**ITEM}
    assert await result(transform, given) == changed
    assert given == ITEM


def of_values(item: dict[str, Any]) -> dict[str, Any]:
    return item


def of_mapping(item: Mapping[str, Any]) -> dict[str, Any]:
    return {**item}


def of_text(item: "dict[str, Any]") -> dict[str, Any]:
    return item


def of_nobody_knows(item: "Unknown") -> Any:  # type: ignore[name-defined] # noqa: F821 # a name that only a type checker would have
    return item


def of_instances(user: UserV1) -> UserV2:
    return UserV2(country="", id=user.id)


@pytest.mark.parametrize(
    ("transform", "is_of_items"),
    [
        (of_values, True),
        (of_mapping, True),
        (of_text, True),
        (t.copy(), True),
        (of_instances, False),
        (of_nobody_knows, False),
        (lambda item: item, False),
        (dict.get, False),
    ],
)
def test_a_function_of_a_dict_takes_items(
    transform: Callable[..., Any], is_of_items: bool
) -> None:
    assert t.takes_items(transform) is is_of_items


async def test_a_name_that_is_taken_is_an_error() -> None:
    with pytest.raises(InvalidValueError, match=r"rename\('name', 'id'\): the"):
        await result(t.rename("name", "id"), {**ITEM})


def test_a_step_is_a_function() -> None:
    with pytest.raises(InvalidOperatorError, match="a step is a function of an item's"):
        t.chain("rename")  # type: ignore[arg-type]
