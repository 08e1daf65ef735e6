"""Ready-made transforms: tables of item and changed item."""

from collections.abc import Awaitable
from typing import Any

import pytest

from dynamorm_async import InvalidOperatorError, InvalidValueError, ItemTransform
from dynamorm_async import transforms as t

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


async def test_a_name_that_is_taken_is_an_error() -> None:
    with pytest.raises(InvalidValueError, match=r"rename\('name', 'id'\): the"):
        await result(t.rename("name", "id"), {**ITEM})


def test_a_step_is_a_function() -> None:
    with pytest.raises(InvalidOperatorError, match="a step is a function of an item's"):
        t.chain("rename")  # type: ignore[arg-type]
