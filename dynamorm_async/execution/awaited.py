"""What is awaited between a reply and its decoding: decryption, and hooks of models."""

from typing import TYPE_CHECKING, Any

from ..wire import Body, CompiledQuery, Item, Reply
from ..wire.reshaped import Reshape, ReshapedItem
from .places import places_in

if TYPE_CHECKING:
    from .vault import Vault


async def made_ready(
    compiled: CompiledQuery[Any], body: Body, reply: Reply, vault: "Vault | None"
) -> CompiledQuery[Any]:
    """Make a reply, in itself, what can be decoded; return what its errors are read by.

    An error whose item can't be decrypted, or for which a hook raises, has no item:
    that must not hide what went wrong.
    """
    try:
        if vault is not None:
            await vault.opened(compiled, body, reply.body)
        await _reshape(compiled, reply.body)
    except Exception:
        if reply.status < 300:
            raise
        return _blind(compiled)
    return compiled


def _blind(compiled: CompiledQuery[Any]) -> CompiledQuery[Any]:
    parts = tuple(each.but(decode_item=_unread) for each in compiled.parts)
    return compiled.but(decode_item=_unread, parts=parts)


def _unread(_item: Item) -> None:
    return None


async def _reshape(compiled: CompiledQuery[Any], reply: Body) -> None:
    for place in places_in(compiled, reply):
        awaited = place.awaited
        is_decoded = place.name != "Attributes" or awaited.reshapes_results
        if awaited.reshape is not None and is_decoded:
            place.holder[place.name] = await reshaped(place.item, awaited.reshape)


async def reshaped(item: Item, reshape: Reshape) -> ReshapedItem:
    """An item as it is stored, together with what the hooks of its model make of it."""
    steps = reshape(item)
    given: object = None
    while True:
        try:
            waits = steps.send(given)
        except StopIteration as end:
            return ReshapedItem(item, end.value)
        given = await waits
