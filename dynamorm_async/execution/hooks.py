"""Hooks: told of every call of a database, before it, at each retry, and after it.

A call is one logical request with all its attempts.  A `Database` without hooks has a
plain `Sender`; with them it has one of these.
"""

import logging
import re
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from typing import Any, Literal, Self

import anyio
import msgspec
from msgspec import Struct

from ..transport.tracing import tables_in
from ..wire import ITEM_OPERATIONS, Body, CompiledQuery, Reply
from ..wire.ready import ReadBytes, ReadyRows
from .deadline import Deadline
from .sending import Failure, Sender, doing

logger = logging.getLogger("dynamorm_async")

AFTER_CANCELLATION = 1.0
"""Seconds that hooks may take after a call that was cancelled."""

Event = Literal["before_request", "after_response", "on_retry"]

CapacityLevel = Literal["TOTAL", "INDEXES"]


class Server(Struct, frozen=True):
    """Where DynamoDB is."""

    address: str
    port: int
    region: str


class Call(Struct, kw_only=True, eq=False):
    """One call, as hooks see it: what is asked, and later what came of it.

    It holds no item, no key and no value of an expression.
    """

    operation: str
    """As `GetItem`."""

    model: str
    """The name of the model; "" where there are several, or none."""

    tables: tuple[str, ...]
    """The names of the tables, with their prefix."""

    models: dict[str, str]
    """The model of each table, where it is one and known."""

    parts: tuple[tuple[str, str], ...] = ()
    """Table and model of each operation of a transaction, or of each model of a batch.
    """

    index: str | None = None
    size: int | None = None
    """How many items a batch or a transaction is about."""

    options: dict[str, str | int | bool] = msgspec.field(default_factory=dict)
    """How a request reads, by the names that DynamoDB has: `Limit`, `ConsistentRead`,
    `ScanIndexForward`, `Select`, `Segment` and `TotalSegments`, where it says them.
    """

    projection: tuple[str, ...] = ()
    """The attributes that are asked for, as stored; () for all of them."""

    server: Server | None = None
    """Where the requests go, as far as the settings say it."""

    attempts: int = 0
    """How often the request was sent so far."""

    seconds: float | None = None
    """How long the call took, pauses included; None before its end."""

    status: int | None = None
    """The HTTP status of the last reply."""

    request_id: str | None = None
    """By which AWS support finds the last request."""

    error: BaseException | None = None
    """What the call raises, or, in `on_retry`, what the last attempt met."""

    pause: float | None = None
    """Seconds until the next attempt, in `on_retry`."""

    rows: int | None = None
    """Items in the reply to a Query or Scan, or how many it counted."""

    scanned: int | None = None
    """Items that a Query or Scan read, before its filter."""

    consumed: tuple[dict[str, Any], ...] = ()
    """What the reply says of consumed capacity, by table, as DynamoDB has it."""

    notes: dict[object, Any] = msgspec.field(default_factory=dict)
    """For hooks: what one keeps from before the call for after it."""


Told = Callable[[Call], object]
"""A hook; what it returns is awaited if it can be."""


class Hooks(Struct, frozen=True, kw_only=True):
    """Functions as hooks: `Database(hooks=[Hooks(before_request=check)])`.

    Any object with some of these methods is as good.  Each is plain or async, and gets
    the `Call`.  `before_request` may raise: then nothing is sent.  What the other two
    raise is logged.  `after_response` is called once for each call, whatever came of
    it.  Requests that a hook itself sends are not told to hooks.
    """

    before_request: Told | None = None
    after_response: Told | None = None
    on_retry: Told | None = None


class ObservedSender(Sender):
    """A sender that tells hooks; see `Hooks`."""

    _before: tuple[Told, ...]
    _after: tuple[Told, ...]
    _on_retry: tuple[Told, ...]
    _level: CapacityLevel | None

    _server: Server | None

    @classmethod
    def of(
        cls,
        sender: Sender,
        hooks: Iterable[object],
        *,
        level: CapacityLevel | None = None,
        server: Server | None = None,
    ) -> Self:
        """A sender that sends as the other does, with its transport and its quota.

        `level` is what the service is asked to say of consumed capacity; `server` is
        what hooks are told of where it is.
        """
        observed = object.__new__(cls)
        vars(observed).update(vars(sender))
        hooks = tuple(hooks)
        observed._before = _told_of(hooks, "before_request")
        # The other way round: who came first sees all that the others do.
        observed._after = _told_of(hooks, "after_response")[::-1]
        observed._on_retry = _told_of(hooks, "on_retry")
        observed._level, observed._server = level, server
        return observed

    async def send(
        self,
        compiled: CompiledQuery[Any],
        body: Body,
        deadline: Deadline | None,
        read: ReadBytes | None = None,
    ) -> Body:
        """Do as `Sender.send` does, and tell the hooks."""
        if _current.get() is _QUIET:
            return await super().send(compiled, body, deadline, read)
        if self._level is not None and compiled.operation in ITEM_OPERATIONS:
            body = {**body, "ReturnConsumedCapacity": self._level}
            read = None  # it leaves out what is no row
        call = call_of(compiled, body, self._server)
        started = self.clock()
        is_cancelled = False
        token = _current.set(call)
        try:
            await self._tell(self._before, call)
            return await super().send(compiled, body, deadline, read)
        except Exception as error:
            call.error = error
            raise
        except BaseException as error:
            call.error, is_cancelled = error, True
            if deadline is not None and self.clock() >= deadline.at:
                call.error = deadline.error(doing(compiled))  # as the caller sees it
            raise
        finally:
            _current.reset(token)
            call.seconds = self.clock() - started
            with _time_for_hooks(is_cancelled=is_cancelled):
                await self._tell_safely(self._after, call)

    async def _tell(self, hooks: Iterable[Told], call: Call) -> None:
        for told in hooks:
            token = _current.set(_QUIET)
            try:
                result = told(call)
                if isinstance(result, Awaitable):
                    await result
            finally:
                _current.reset(token)

    async def _tell_safely(self, hooks: Iterable[Told], call: Call) -> None:
        for told in hooks:
            try:
                await self._tell((told,), call)
            except Exception:
                logger.exception("a hook failed after %s", call.operation)

    def _send(
        self, operation: str, body: Body, read: ReadBytes | None
    ) -> Awaitable[Reply]:
        sending = super()._send(operation, body, read)
        call = _current.get()
        return sending if call is None or call is _QUIET else _noted(call, sending)

    async def _wait(self, seconds: float, failure: Failure) -> None:
        call = _current.get()
        if call is not None and call is not _QUIET:
            call.error, call.pause = failure.error, seconds
            await self._tell_safely(self._on_retry, call)
            call.error = call.pause = None
        await super()._wait(seconds, failure)


def _told_of(hooks: Iterable[object], event: Event) -> tuple[Told, ...]:
    found = (getattr(each, event, None) for each in hooks)
    return tuple(each for each in found if each is not None)


def _time_for_hooks(*, is_cancelled: bool) -> AbstractContextManager[object]:
    if not is_cancelled:
        return nullcontext()
    # A cancelled task may not wait, unless it is shielded.
    return anyio.move_on_after(AFTER_CANCELLATION, shield=True)


async def _noted(call: Call, sending: Awaitable[Reply]) -> Reply:
    call.attempts += 1
    call.status = call.request_id = None
    reply = await sending
    call.status, call.request_id = reply.status, reply.request_id
    call.rows, call.scanned = _counts_in(reply.body)
    call.consumed = consumed_in(reply.body)
    return reply


def _counts_in(body: Body) -> tuple[int | None, int | None]:
    rows = body.get("Items")
    if isinstance(rows, ReadyRows):
        return len(rows), rows.scanned()
    count = body.get("Count") if rows is None else len(rows)
    return count, body.get("ScannedCount")


def consumed_in(body: Body) -> tuple[dict[str, Any], ...]:
    """What a reply says of consumed capacity, one entry for each table."""
    said = body.get("ConsumedCapacity")
    if said is None:
        return ()
    return tuple(said) if isinstance(said, list) else (said,)


def call_of(
    compiled: CompiledQuery[Any], body: Body, server: Server | None = None
) -> Call:
    """The call that sends this body."""
    parts = [each for each in compiled.parts if each.table_name is not None]
    named = tuple((str(each.table_name), each.model) for each in parts if each.model)
    models = _models_of(named)
    tables = tuple(tables_in(body))
    if compiled.model and len(tables) == 1:
        models[tables[0]] = compiled.model
    return Call(
        operation=compiled.operation,
        model=compiled.model,
        tables=tables,
        models=models,
        index=compiled.index_name,
        parts=named,
        size=_size(body),
        options={name: body[name] for name in _OPTIONS if name in body},
        projection=_projection(body),
        server=server,
    )


_OPTIONS = (
    "ConsistentRead",
    "Limit",
    "ScanIndexForward",
    "Segment",
    "Select",
    "TotalSegments",
)
"""What may be told of a request: none of it is a value of an item."""


def _models_of(parts: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for table, model in parts:
        found.setdefault(table, set()).add(model)
    return {table: min(models) for table, models in found.items() if len(models) == 1}


def _projection(body: Body) -> tuple[str, ...]:
    expression: str = body.get("ProjectionExpression", "")
    if not expression:
        return ()
    names: dict[str, str] = body.get("ExpressionAttributeNames", {})
    # Only the attribute of a path: further steps may be keys that an item has.
    steps = (re.split(r"[.\[]", each.strip())[0] for each in expression.split(","))
    return tuple(dict.fromkeys(names.get(each, each) for each in steps))


def _size(body: Body) -> int | None:
    if "TransactItems" in body:
        return len(body["TransactItems"])
    if "RequestItems" not in body:
        return None
    parts = body["RequestItems"].values()
    return sum(len(each["Keys"] if isinstance(each, dict) else each) for each in parts)


_QUIET = Call(operation="", model="", tables=(), models={})
"""Stands for all calls that hooks make."""

_current: ContextVar[Call | None] = ContextVar("call", default=None)
