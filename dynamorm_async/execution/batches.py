"""Batches: some requests at a time, until nothing is left over or it can't go on."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from typing import Any

import anyio
from anyio.abc import TaskGroup

from ..wire import CompiledBatch
from ..wire.batches import BatchPart
from .deadline import Deadline, Within
from .ledger import Ledger
from .retry import full_jitter
from .sending import Sender, doing

logger = logging.getLogger("dynamorm_async")


class Flow:
    """The requests of one batch, as they come and go."""

    def __init__(
        self,
        sender: Sender,
        batch: CompiledBatch,
        deadline: Callable[[], Deadline | None],
    ) -> None:
        self.ledger = Ledger(batch)
        self.sender = sender
        self._kind = batch.kind
        self._on_progress = batch.pace.on_progress
        self._deadline = deadline
        self._landing: anyio.Event | None = None

    async def carry_out(self, chunk: Sequence[BatchPart]) -> None:
        """Send a request until nothing of it is left over.

        Errors go to the ledger: those of one request are no reason to tear another one
        off, of which nobody could say then whether it was carried out.
        """
        error: Exception | None = None
        try:
            deadline = self._deadline()
            with self._within(deadline):
                await self._until_done(chunk, deadline)
        except Exception as caught:
            error = caught
        finally:
            self.ledger.end(chunk, error)
            self._land()

    async def feed(self, parts: Sequence[BatchPart], group: TaskGroup) -> None:
        """Send all of these, as far as it goes."""
        for place, each in enumerate(parts):
            if self.ledger.is_stopped:
                self.ledger.give_up_on(parts[place:])
                break
            self.ledger.accept(each)
            await self.make_room(group)
        await self.finish(group)

    async def make_room(self, group: TaskGroup) -> None:
        """Begin requests until what waits fills none."""
        while self.ledger.is_full and await self._launch(group):
            pass

    async def finish(self, group: TaskGroup) -> None:
        """Begin requests for all that waits, and wait for all to end."""
        while self.ledger.is_waiting and await self._launch(group):
            pass
        while self.ledger.flights:
            await self._next_landing()

    async def _launch(self, group: TaskGroup) -> bool:
        """Begin a request, or wait until one ends; False once no more may begin."""
        if self.ledger.is_stopped:
            return False
        chunk = self.ledger.begin()
        if chunk:
            group.start_soon(self.carry_out, chunk)
        else:
            await self._next_landing()
        return True

    async def _next_landing(self) -> None:
        if self._landing is None:
            self._landing = anyio.Event()
        await self._landing.wait()

    def _land(self) -> None:
        if self._landing is not None:
            self._landing.set()
            self._landing = None

    async def _until_done(
        self, chunk: Sequence[BatchPart], deadline: Deadline | None
    ) -> None:
        stuck = 0
        while True:
            compiled = self._kind.compile(chunk)
            body = await self.sender.send(
                compiled, compiled.body, deadline, compiled.read
            )
            reply = compiled.decode(body)
            came_further = self.ledger.take(chunk, reply)
            if came_further:
                await self._report()
            stuck = 0 if came_further else stuck + 1
            chunk = reply.left
            if not chunk or stuck >= self.sender.policy.attempts:
                return
            pause = full_jitter(self.sender.policy, max(1, stuck), self.sender.rand)
            if deadline is not None and self.sender.clock() + pause >= deadline.at:
                raise deadline.error(doing(compiled))
            logger.debug(
                "%s: %d left over, again in %.3f s", doing(compiled), len(chunk), pause
            )
            await self.sender.sleep(pause)

    async def _report(self) -> None:
        if self._on_progress is not None:
            told = self._on_progress(self.ledger.done, self.ledger.total)
            if isinstance(told, Awaitable):
                await told

    def _within(self, deadline: Deadline | None) -> AbstractContextManager[None]:
        if deadline is None:
            return nullcontext()
        return Within(deadline, self._kind.operation, self.sender.clock)


async def run_batch(
    sender: Sender, batch: CompiledBatch, deadline: Deadline | None
) -> dict[Hashable, Any]:
    """Carry out a batch, and return what a read has found by identity.

    Raises `BatchError` if anything is left over.
    """
    for each in batch.parts:
        check_sealable(sender, each)
    flow = Flow(sender, batch, lambda: deadline)
    if len(batch.parts) > batch.kind.size:
        async with anyio.create_task_group() as group:
            await flow.feed(batch.parts, group)
    elif batch.parts:
        flow.ledger.begin_with(batch.parts)
        await flow.carry_out(batch.parts)
    flow.ledger.check()
    return flow.ledger.found


class Stream:
    """A batch whose parts come one by one.

    It holds what is under way and what fills one request more, so it takes the same
    memory for any number of parts.
    """

    def __init__(self, flow: Flow, group: TaskGroup) -> None:
        self._flow = flow
        self._group = group

    @property
    def unprocessed(self) -> Sequence[Any]:
        """What was handed in and is not known to be carried out."""
        return self._flow.ledger.unprocessed()

    async def add(self, part: BatchPart, /) -> None:
        """Take one more part; waits while as much as may be is under way.

        Raises the `BatchError` of parts before it, which then holds this one too.
        """
        check_sealable(self._flow.sender, part)
        self._flow.ledger.accept(part)
        await self._flow.make_room(self._group)
        if self._flow.ledger.is_stopped:
            await self.flush()

    async def flush(self) -> None:
        """Send what waits, and return when all is carried out."""
        await self._flow.finish(self._group)
        self._flow.ledger.check()

    def __repr__(self) -> str:
        return f"<Stream, {self._flow.ledger!r}>"


@asynccontextmanager
async def stream(flow: Flow) -> AsyncGenerator[Stream]:
    """A stream that is flushed when the block ends.

    If the block raises, nothing more is sent, and requests under way are cancelled.
    """
    failed: BaseException | None = None
    async with anyio.create_task_group() as group:
        try:
            yield Stream(flow, group)
            await flow.finish(group)
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            # Raised in here, it would come out in a group of errors.
            failed = error
            group.cancel_scope.cancel()
    if failed is not None:
        raise failed
    flow.ledger.check()


def check_sealable(sender: Sender, part: BatchPart) -> None:
    """Refuse what must be encrypted and cannot be, before anything is sent."""
    target = part.target
    if target.sealed is not None:
        sender.vault_for(target.sealed, target.model)
