"""Transforms of items for `Database.auto_migrate_with_options`, ready made.

>>> from dynamorm_async import transforms
>>> upgrade = transforms.chain(
...     transforms.rename("fullname", "name"),
...     transforms.add("country", lambda item: item["zone"].partition("/")[0]),
...     transforms.remove("legacy", "legacy2"),
... )

They see an item as a dict of Python values by stored name: str, int or Decimal, bytes,
bool, None, list, dict, set.  Attributes that no model knows are there as well.  What is
encrypted is a `Secret`, which can be moved on and not be looked into.
"""

import inspect
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, get_origin

from msgspec import Struct

from ..errors import InvalidOperatorError, InvalidValueError
from ..wire import AttributeValue

ItemValues = dict[str, Any]
"""The values of an item, by stored name."""

Changed = ItemValues | None
"""The item that is written; None: it is left out."""

Step = Callable[[ItemValues], Changed | Awaitable[Changed]]
"""Takes the values of an item, which it may change, and returns those to write."""

_DICTS = (dict, Mapping, MutableMapping)


class Secret:
    """A value that is encrypted where it comes from, and will be where it goes to."""

    __slots__ = ("stored",)

    def __init__(self, stored: AttributeValue) -> None:
        self.stored = stored

    def __repr__(self) -> str:
        return "<Secret>"


class ItemTransform(Struct, frozen=True):
    """A transform of items as they are stored, whatever their model is."""

    steps: tuple[Step, ...] = ()

    def __call__(self, item: ItemValues) -> Changed | Awaitable[Changed]:
        """What the steps make of an item; to be awaited if one of them is."""
        for done, step in enumerate(self.steps, start=1):
            changed = step(item)
            if isinstance(changed, Awaitable):
                return ItemTransform(self.steps[done:])._after(changed)
            if changed is None:
                return None
            item = changed
        return item

    async def _after(self, awaited: Awaitable[Changed]) -> Changed:
        item = await awaited
        if item is None:
            return None
        changed = self(item)
        return await changed if isinstance(changed, Awaitable) else changed

    def __repr__(self) -> str:
        return f"<ItemTransform of {len(self.steps)} steps>"


def copy() -> ItemTransform:
    """Every item as it is, attributes that no model knows included.

    Unlike a migration without a transform it does not ask whether the target's model
    can read the items: a table that several models share is copied with it.
    """
    return ItemTransform()


def rename(old: str, new: str) -> ItemTransform:
    """The attribute `old` under the name `new`; an item without it stays as it is.

    An item that has both is an error.
    """

    def step(item: ItemValues) -> ItemValues:
        if old not in item:
            return item
        if new in item:
            raise InvalidValueError(f"rename({old!r}, {new!r}): the item has both")
        return {new if name == old else name: value for name, value in item.items()}

    return ItemTransform((step,))


def add(name: str, value: object) -> ItemTransform:
    """One more attribute; an item that has it keeps what it has.

    `value` is a value, or a function that makes one of the item's values.
    """

    def step(item: ItemValues) -> ItemValues:
        if name in item:
            return item
        return {**item, name: value(item) if callable(value) else value}

    return ItemTransform((step,))


def remove(*names: str) -> ItemTransform:
    """The item without these attributes, where it has them."""

    def step(item: ItemValues) -> ItemValues:
        return {name: each for name, each in item.items() if name not in names}

    return ItemTransform((step,))


def on_items(step: Step, /) -> ItemTransform:
    """A function of yours, plain or async, that takes items as they are stored.

    >>> upgrade = transforms.on_items(lambda item: {**item, "rank": 0})

    A function whose argument is annotated as a `dict` needs no such wrapping.
    """
    return chain(step)


def chain(*steps: Step) -> ItemTransform:
    """These transforms, and functions of yours, one after the other.

    The first that returns None ends it: the item is left out.
    """
    for each in steps:
        if not callable(each):
            raise InvalidOperatorError(
                f"a step is a function of an item's values, not {type(each).__name__}"
            )
    return ItemTransform(steps)


def takes_items(transform: Callable[..., Any]) -> bool:
    """Whether a function says of itself that it takes items and not instances."""
    if isinstance(transform, ItemTransform):
        return True
    try:
        signature = inspect.signature(transform, eval_str=True)
    except (NameError, TypeError, ValueError):
        # What it says cannot be read, so it says nothing.
        return False
    first = next(iter(signature.parameters.values()), None)
    hint = None if first is None else first.annotation
    return (get_origin(hint) or hint) in _DICTS
