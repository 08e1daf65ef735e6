"""`BatchWriter`: puts and deletes of any models that are sent as they come."""

from contextlib import AsyncExitStack
from types import TracebackType
from typing import Any, Self, overload

from .compiler.batches import batch_stream, delete_writer, put_writer
from .compiler.compiler import Compiler
from .errors import InvalidOperatorError
from .query.telling import tell
from .schema.model import Model
from .wire.batches import BatchPace, BatchStream
from .wire.runner import Runner


class BatchWriter:
    """Writes of any models and tables, in requests of 25.

    >>> async with db.batch_writer() as writer:
    ...     async for user in users:
    ...         await writer.put(user)
    ...     await writer.delete(Session, token)

    Takes any number of writes in the same memory: `put` and `delete` wait while
    `max_concurrency` requests are under way and the next one is full.  All is written
    when the block ends; if it raises, what was not sent by then is not.  Of two writes
    of one item the later wins.  There are no conditions.  Of the hooks of a model those
    before a save or a delete run, and none after it.

    What is left over is in the `unprocessed` of a `BatchError`, which the next write or
    the end of the block raises.
    """

    def __init__(self, compiler: Compiler, runner: Runner, pace: BatchPace) -> None:
        self._compiler = compiler
        self._runner = runner
        self._pace = pace
        self._block = AsyncExitStack()
        self._stream: BatchStream | None = None
        self._is_open = False

    async def __aenter__(self) -> Self:
        if self._stream is not None:
            raise InvalidOperatorError("a batch writer is used once; make a new one")
        block = self._runner.batch_stream(batch_stream(self._pace))
        self._stream = await self._block.enter_async_context(block)
        self._is_open = True
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_open = False
        await self._block.__aexit__(kind, error, trace)

    @property
    def unprocessed(self) -> list[Any]:
        """What was handed in and is not known to be written, also after an error."""
        return [] if self._stream is None else list(self._stream.unprocessed)

    async def put(self, instance: Model, /, *, table: str | None = None) -> None:
        """Write an instance over whatever is there, as `put()` of a query does.

        It gets its timestamps when it is written.  `table` names another table than the
        model's.
        """
        stream = self._opened()
        question = self._compiler.question(instance, table)
        if question.table.hooks:
            await tell(instance, "before_save")
        await stream.add(put_writer(self._compiler, question)(instance))

    @overload
    async def delete(self, instance: Model, /, *, table: str | None = None) -> None: ...
    @overload
    async def delete(
        self, model: type[Model], key: object, /, *, table: str | None = None
    ) -> None: ...
    async def delete(
        self, subject: Any, /, *key: object, table: str | None = None
    ) -> None:
        """Delete an instance, whatever its version, or the item of a key.

        >>> await writer.delete(User, ("1", joined))
        """
        stream = self._opened()
        question = self._compiler.question(subject, table)
        given = [question.instance] if question.instance is not None else []
        if len(keys := [*given, *key]) != 1:
            raise InvalidOperatorError(
                "delete() takes an instance, or a model and one key"
            )
        if question.table.hooks and question.instance is not None:
            await tell(question.instance, "before_delete")
        await stream.add(delete_writer(self._compiler, question)(keys[0]))

    async def flush(self) -> None:
        """Write all that was handed in so far; returns when it is written."""
        await self._opened().flush()

    def _opened(self) -> BatchStream:
        if self._stream is None or not self._is_open:
            raise InvalidOperatorError(
                "the batch writer is not open: use it in its `async with` block"
            )
        return self._stream

    def __repr__(self) -> str:
        return f"<BatchWriter {'open' if self._is_open else 'closed'}>"
