"""`Transaction`: writes that are recorded, and sent as one when the block ends."""

from collections.abc import Awaitable, Callable, Generator
from contextvars import ContextVar
from types import TracebackType
from typing import Any, NoReturn, Self, TypeVar, cast, overload
from uuid import uuid4

from .compiler.compiler import Compiler
from .compiler.transactions import can_be_part, transact_write
from .compiler.update_plan import UpdatePlan
from .errors import InvalidOperatorError
from .expressions.conditions import Condition
from .query.parsing import Named, parse_condition
from .query.query import Query
from .query.telling import AFTER, BEFORE, TellingQuery, tell, tell_now
from .query.updating import UpdateBuilder
from .schema.hooks import Verb
from .schema.model import Model
from .wire import CompiledQuery
from .wire.runner import Runner

M = TypeVar("M", bound=Model)
R = TypeVar("R")

_NOT_OPEN = "the transaction is not open: use it in its `async with` block"

_open: ContextVar["Transaction | None"] = ContextVar("transaction", default=None)


class Recorded:
    """A write that a transaction will carry out; awaiting it does nothing yet."""

    def __await__(self) -> Generator[Any, None, None]:
        return
        yield  # makes this a generator, as `await` wants one

    def __repr__(self) -> str:
        return "<Recorded for the transaction>"


class Recorder:
    """A `Runner` that keeps the writes instead of sending them."""

    def __init__(self) -> None:
        self.parts: list[CompiledQuery[Any]] = []
        self.begun: list[Begun] = []
        self.told: list[tuple[Verb, Any]] = []
        """Instances whose models have hooks, and what is done to them."""
        self.is_open = True

    def begin(self, model_name: str) -> "Begun":
        """A recorder for one update builder, which may be forgotten."""
        self.begun.append(Begun(self, model_name))
        return self.begun[-1]

    def check_executed(self) -> None:
        """Refuse to leave an update builder behind that records nothing."""
        forgotten = [each.model_name for each in self.begun if not each.is_executed]
        if forgotten:
            raise InvalidOperatorError(
                f"an update builder for {forgotten[0]} was begun in the transaction, "
                "and never executed; call its execute().  Nothing was sent"
            )

    def bounded(self, _seconds: float, /) -> Self:
        """This recorder: nothing of it takes time."""
        return self

    def run(self, compiled: CompiledQuery[Any], /) -> Any:
        """Keep the write."""
        if not can_be_part(compiled):
            self._refuse()
        self.check_open()
        self.parts.append(compiled)
        return Recorded()

    def check_open(self) -> None:
        """Refuse a write that would never be sent."""
        if not self.is_open:
            raise InvalidOperatorError(_NOT_OPEN)

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise InvalidOperatorError(
            "a transaction records single writes; read before it, or with "
            "transact_get()"
        )

    first = need = collect = rows = pages = page = count = exists = _refuse
    fold = segments = run_and_see = _refuse
    batch_get = batch_write = batch_stream = _refuse


class Begun(Recorder):
    """Keeps the write of one update builder, and whether there was one."""

    def __init__(self, recorder: Recorder, model_name: str) -> None:
        super().__init__()
        self._recorder = recorder
        self.parts = recorder.parts
        self.model_name = model_name
        self.is_executed = False

    def run(self, compiled: CompiledQuery[Any], /) -> Any:
        """Keep the write."""
        self.is_executed = True
        return super().run(compiled)

    def check_open(self) -> None:
        """Refuse a write that would never be sent."""
        self._recorder.check_open()


class TransactionUpdateBuilder(UpdateBuilder[M, M]):
    """An update builder of a transaction: `execute()` records it."""

    __slots__ = ()

    def execute_with_result(self) -> NoReturn:
        """Refused: a transaction returns no items."""
        raise InvalidOperatorError(
            "a transaction returns no items: use execute(), and read the item later"
        )


class TransactionQuery(Query[M]):
    """A query of a transaction: its writes are recorded, and need no `await`."""

    __slots__ = ()

    def update_builder(self, *, touch: bool = True) -> TransactionUpdateBuilder[M]:
        """Changes that DynamoDB itself makes to the item; `execute()` records them."""
        begun = cast("Recorder", self._runner).begin(self._question.table.model_name)
        plan = UpdatePlan(touch=touch)
        return TransactionUpdateBuilder(self._compiler, begun, self._question, plan)

    @overload
    def condition_check(self, condition: Condition, /) -> None: ...
    @overload
    def condition_check(
        self, field: Named, operator: str, value: object = ..., /
    ) -> None: ...
    def condition_check(self, *parts: Any) -> None:
        """Require that this holds of an item that the transaction does not write.

        >>> tx.model(Shop).where(Shop.id == "7").condition_check(Shop.open == True)
        """
        term = parse_condition(self._question.table, *parts)
        self._runner.run(self._compiler.write(self._required(term)._question, "check"))


class HookedTransactionQuery(TellingQuery[M], TransactionQuery[M]):
    """A query of a transaction, of a model that has hooks.

    Those before a write run when it is recorded, those after it when all is written.
    """

    __slots__ = ()

    def _telling(self, verb: Verb, write: Callable[[], Awaitable[R]]) -> Awaitable[R]:
        instance = self._question.instance
        if instance is None:
            return write()
        tell_now(instance, BEFORE[verb])
        recorded = write()
        cast("Recorder", self._runner).told.append((verb, instance))
        return recorded


class Transaction:
    """Up to 100 writes of any models that happen all, or not at all.

    >>> async with db.transaction() as tx:
    ...     tx.model(account).update("balance")
    ...     tx.model(transfer).create()

    Sent as one TransactWriteItems when the block ends; nothing is sent if it raises, or
    recorded nothing.  Raises `TransactionCanceledError`, whose `reasons` tell which
    operation stopped it.  Instances get their versions and timestamps afterwards.
    """

    def __init__(
        self,
        compiler: Compiler,
        runner: Runner,
        new_token: Callable[[], object] = uuid4,
    ) -> None:
        self._compiler = compiler
        self._runner = runner
        self._new_token = new_token
        self._token = ""
        self._recorder = Recorder()
        self._is_open = False

    @overload
    def model(
        self, subject: type[M], /, *, table: str | None = None
    ) -> TransactionQuery[M]: ...
    @overload
    def model(
        self, subject: M, /, *, table: str | None = None
    ) -> TransactionQuery[M]: ...
    def model(
        self, subject: Any, /, *, table: str | None = None
    ) -> TransactionQuery[Any]:
        """A query about a model or an instance, whose writes join the transaction."""
        if not self._is_open:
            raise InvalidOperatorError(_NOT_OPEN)
        question = self._compiler.question(subject, table)
        kind = HookedTransactionQuery if question.table.hooks else TransactionQuery
        return kind(self._compiler, self._recorder, question)

    async def __aenter__(self) -> Self:
        outer = _open.get()
        if self._is_open or (outer is not None and outer._is_open):
            raise InvalidOperatorError(
                "transactions don't nest: record all writes in the outer one"
            )
        self._recorder = Recorder()
        self._token = str(self._new_token())
        _open.set(self)
        self._is_open = True
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # No token: a fixture or a dependency may leave the block in another context.
        _open.set(None)
        self._is_open = self._recorder.is_open = False
        if kind is not None:
            return
        self._recorder.check_executed()
        if self._recorder.parts:
            await self._runner.run(self.compile())
            for verb, instance in self._recorder.told:
                await tell(instance, AFTER[verb])

    def compile(self) -> CompiledQuery[None]:
        """The request of what was recorded so far.  No I/O."""
        return transact_write(self._recorder.parts, self._token)

    def __len__(self) -> int:
        return len(self._recorder.parts)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        state = "open" if self._is_open else "closed"
        return f"<Transaction {state}, {len(self)} operations>"
