"""The vault: encrypts what leaves, decrypts what comes, keeps data keys for a while.

A data key encrypts many values, so that KMS is asked now and then and not for each.
"""

import os
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any, TypeVar

import anyio
from msgspec import Struct

from ..errors import EncryptionError
from ..transport.loops import PerLoop
from ..transport.preparing import prepare
from ..wire import Body, CompiledQuery, Item
from ..wire.data_keys import DataKey, KeyService
from ..wire.sealed import Sealed
from .deadline import Clock
from .envelopes import (
    NONCE_BYTES,
    Envelope,
    Seal,
    filled,
    has_plain,
    opened,
)
from .places import places_in

T = TypeVar("T")

MOST_VALUES = 1_000
"""Values that one data key encrypts."""

LONGEST = 300.0
"""Seconds that a data key is kept in memory."""

MOST_KEYS = 1_000
"""Data keys that are kept in memory to decrypt with."""

_AT_ONCE = 10


class Vault:
    """Encrypts and decrypts with the data keys of one `KeyService`."""

    def __init__(
        self,
        service: KeyService,
        *,
        reads_plain: bool = False,
        clock: Clock = time.monotonic,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._service = service
        self._reads_plain = reads_plain
        self._clock = clock
        self._random = random
        self._rings = PerLoop(lambda: _KeyRing(service, clock))

    async def sealed(self, body: Body) -> Body:
        """A request with every value encrypted that has to be."""
        if not has_plain(body):
            return body
        key = await self._rings.here().to_encrypt()
        used = 0

        def nonces() -> Iterator[bytes]:
            nonlocal used
            while True:
                used += 1
                yield self._random(NONCE_BYTES)

        whole: Body = filled(body, Seal(key.plain, key.encrypted, nonces()), {})
        self._rings.here().uses += used
        return whole

    async def opened(
        self, compiled: CompiledQuery[Any], body: Body, reply: Body
    ) -> None:
        """Decrypt, in the reply itself, what is encrypted.

        `body` is the request, which tells the key of an item where the reply does not.
        """
        places = [
            sealed
            for place in places_in(compiled, reply)
            if place.awaited.sealed is not None
            for sealed in self._places(
                place.item, place.awaited.sealed, body.get("Key") or {}
            )
        ]
        await self._open(places)

    async def open_item(self, item: Item, kept: Sealed) -> None:
        """Decrypt, in the item itself, what is encrypted."""
        await self._open([*self._places(item, kept, {})])

    def prepare(self) -> None:
        """Do ahead of the first key what needs no network; it may block."""
        prepare(self._service)

    async def aclose(self) -> None:
        """Close what the service has open, and forget all keys of this event loop."""
        ring = self._rings.seen_here()
        if ring is not None:
            ring.forget()
        await self._service.aclose()

    def _places(self, item: Item, kept: Sealed, key: Item) -> Iterator["_Place"]:
        around = {**key, **item}
        for name in kept.attributes:
            if name not in item or "NULL" in item[name]:
                continue
            envelope = Envelope.found_in(item[name])
            if envelope is not None:
                yield _Place(item, name, envelope, kept.key, around)
            elif not self._reads_plain:
                raise EncryptionError(
                    f"{name}: it is stored unencrypted; Config(read_unencrypted=True) "
                    "reads it all the same, and its next write encrypts it"
                )

    async def _open(self, places: Sequence["_Place"]) -> None:
        if not places:
            return
        wanted = {each.envelope.data_key for each in places}
        secrets = await self._rings.here().to_decrypt(wanted)
        for each in places:
            secret = secrets[each.envelope.data_key]
            each.item[each.name] = opened(
                each.envelope, each.name, each.key, each.around, secret
            )

    def __repr__(self) -> str:
        return f"<Vault of {self._service!r}, {sum(map(len, self._rings))} data keys>"


class _Place(Struct, frozen=True):
    """Where in a reply an envelope is."""

    item: Item
    name: str
    envelope: Envelope
    key: tuple[str, ...]
    around: Item


class _KeyRing:
    """The data keys of one event loop: one to encrypt with, those seen to decrypt."""

    def __init__(self, service: KeyService, clock: Clock) -> None:
        self._service = service
        self._clock = clock
        self._under_way: dict[bytes, anyio.Event] = {}
        self._current: DataKey | None = None
        self._known: OrderedDict[bytes, tuple[bytes, float]] = OrderedDict()
        self._made = 0.0
        self.uses = 0

    async def to_encrypt(self) -> DataKey:
        """The data key for the next values; one caller fetches a new one for all."""
        return await self._fetched_once(b"", self._usable, self._generate)

    async def to_decrypt(self, wanted: Iterable[bytes]) -> dict[bytes, bytes]:
        """These data keys, decrypted; those not at hand are asked for side by side."""
        found: dict[bytes, bytes] = {}
        missing: list[bytes] = []
        for each in wanted:
            plain = self._held(each)
            if plain is None:
                missing.append(each)
            else:
                found[each] = plain
        if missing:
            found.update(await self._fetched(missing))
        return found

    async def _fetched(self, missing: Sequence[bytes]) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        failed: list[Exception] = []
        slots = anyio.CapacityLimiter(_AT_ONCE)

        async def fetch(encrypted: bytes) -> None:
            held, ask = partial(self._held, encrypted), partial(self._ask, encrypted)
            try:
                async with slots:
                    found[encrypted] = await self._fetched_once(encrypted, held, ask)
            except Exception as error:
                # Raised in here, it would come out in a group of errors.
                failed.append(error)
                group.cancel_scope.cancel()

        async with anyio.create_task_group() as group:
            for each in missing:
                group.start_soon(fetch, each)
        if failed:
            raise failed[0]
        return found

    async def _fetched_once(
        self,
        name: bytes,
        held: Callable[[], T | None],
        fetch: Callable[[], Awaitable[T]],
    ) -> T:
        """What is held, or what one caller fetches for all who ask meanwhile.

        Where that one fails, or is cancelled, each of the others asks for itself: one
        after the other they would wait for many failures in a row.
        """
        found = held()
        if found is None and name in self._under_way:
            await self._under_way[name].wait()
            found = held()
        if found is not None:
            return found
        ended = self._under_way[name] = anyio.Event()
        try:
            return await fetch()
        finally:
            ended.set()
            if self._under_way.get(name) is ended:
                del self._under_way[name]

    def _usable(self) -> DataKey | None:
        is_old = self._clock() - self._made >= LONGEST
        return None if is_old or self.uses >= MOST_VALUES else self._current

    async def _generate(self) -> DataKey:
        key = self._current = await self._service.generate()
        self._made, self.uses = self._clock(), 0
        self._keep(key.encrypted, key.plain)
        return key

    def _held(self, encrypted: bytes) -> bytes | None:
        plain, since = self._known.get(encrypted, (None, 0.0))
        return None if self._clock() - since >= LONGEST else plain

    async def _ask(self, encrypted: bytes) -> bytes:
        plain = await self._service.decrypt(encrypted)
        self._keep(encrypted, plain)
        return plain

    def _keep(self, encrypted: bytes, plain: bytes) -> None:
        now = self._clock()
        self._known[encrypted] = (plain, now)
        self._known.move_to_end(encrypted)
        while len(self._known) > MOST_KEYS or self._oldest() <= now - LONGEST:
            self._known.popitem(last=False)

    def _oldest(self) -> float:
        _, since = next(iter(self._known.values()))
        return since

    def forget(self) -> None:
        """Drop all keys."""
        self._current = None
        self._known.clear()

    def __len__(self) -> int:
        return len(self._known)
