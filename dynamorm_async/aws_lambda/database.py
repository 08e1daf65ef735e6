"""`LambdaDB`: a `Database` that is made once and serves invocation after invocation."""

from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager, nullcontext
from functools import partial, wraps
from inspect import isasyncgenfunction, iscoroutinefunction, unwrap
from typing import Any, Self, TypeVar

from ..database import Database
from ..errors import ConfigurationError
from ..execution.deadline import deadline_for_block
from ..execution.invocation import InvocationContext, lambda_deadline
from ..schema.model import Model
from . import environment
from .preloading import preload

E = TypeVar("E")
C = TypeVar("C")
R = TypeVar("R")


def lambda_init(*models: type[Model], **config: Any) -> "LambdaDB":
    """The database of a function; call it at module scope, where time is cheap.

    >>> db = lambda_init(User, Post, region="eu-west-1")

    All that needs no network is done here: the codecs of the models, the modules and
    certificates of the transport.  The first invocation pays for its requests alone.
    Settings are those of `Config`.
    """
    return LambdaDB(**config).prepared(*models)


class LambdaDB(Database):
    """A `Database` for AWS Lambda: handlers, deadlines, and figures about the function.

    >>> db = lambda_init(Shop)
    >>> @db.handler
    ... async def handler(event, context):
    ...     shop = await db.model(Shop).where(Shop.id == event["id"]).first()
    ...     return {"open": shop.open}
    """

    def prepared(self, *models: type[Model]) -> Self:
        """This database, ready for requests about these models; does no request."""
        self.register_models(*models)
        self._runner.sender.prepare()
        preload()
        if environment.is_snap_start():
            # Needed there alone.
            from .snapshots import prepare_anew

            prepare_anew(self)
        return self

    def handler(
        self, function: Callable[[E, C], Coroutine[Any, Any, R]], /
    ) -> Callable[[E, C], R]:
        """Make an async handler the plain function that Lambda calls.

        All invocations run in one event loop and so share the connections.  Each call
        of this library in it ends a little before the invocation has to, as with
        `with_lambda_timeout`.  What the function raises gets through unchanged.  Tasks
        that it leaves running are cancelled, and raise `TaskLeakError`.

        The async function is `handler.__wrapped__`, for tests in an event loop.
        """
        if not iscoroutinefunction(function):
            raise ConfigurationError(_not_async(function))
        # Loads asyncio, which is not yet needed where a database is only described.
        from .invocations import INVOCATIONS, refuse_running_loop

        name = _name_of(function)

        async def invoke(event: E, context: Any) -> R:
            async with self.lambda_timeout(context):
                return await function(event, context)

        @wraps(function)
        def enter(event: E, context: C) -> R:
            refuse_running_loop(name)
            return INVOCATIONS.run(name, partial(invoke, event, context))

        return enter

    @asynccontextmanager
    async def lambda_timeout(
        self, context: InvocationContext | None, /
    ) -> AsyncGenerator[Self]:
        """A block in which every call ends a little before the invocation does.

        >>> async with db.lambda_timeout(context):
        ...     await db.get(Shop, "7")

        So do calls of other databases, and in tasks that are started in it.
        """
        deadline = lambda_deadline(context, self._lambda_buffer)
        with nullcontext() if deadline is None else deadline_for_block(deadline):
            yield self

    def close(self) -> None:
        """Close the event loop of `handler` with all its connections.

        The end of the process does it too; the next invocation makes a new loop.
        """
        # Loads asyncio; see `handler`.
        from .invocations import INVOCATIONS

        INVOCATIONS.close()

    @property
    def is_lambda(self) -> bool:
        """Whether this process runs in AWS Lambda."""
        return environment.is_lambda()

    @property
    def lambda_memory_mb(self) -> int | None:
        """The memory of the function in MB; None outside Lambda."""
        return environment.lambda_memory_mb()

    @property
    def xray_enabled(self) -> bool:
        """Whether X-Ray records the invocation that is running now."""
        return environment.xray_enabled()

    def get_memory_stats(self) -> environment.MemoryStats:
        """How much memory this process holds, and how much it may."""
        return environment.get_memory_stats()

    def get_remaining_time_millis(
        self, context: InvocationContext | None, /
    ) -> int | None:
        """Milliseconds until Lambda stops the invocation; None without a context."""
        return environment.get_remaining_time_millis(context)


def _name_of(function: Callable[..., object]) -> str:
    """Its qualified name, also within a `partial`."""
    within = getattr(function, "func", function)
    return getattr(within, "__qualname__", type(within).__name__)


def _not_async(function: Callable[..., object]) -> str:
    """Why something is no handler, and what to do."""
    expected = "handler: expected an `async def` function"
    got = f"{expected}, got {_name_of(function)}"
    if isasyncgenfunction(function):
        return f"{got}, which yields; a handler returns what it answers"
    if iscoroutinefunction(unwrap(function)):
        return f"{got} in a decorator for plain functions; put it above the handler's"
    return got
