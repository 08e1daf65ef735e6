"""Mocks of what is used in `async with`: transactions and batch writers."""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from ..batching import BatchWriter
from ..errors import InvalidOperatorError
from ..transactions import Recorder, Transaction
from .doubles import Promise
from .expectations import Call, Outcome
from .method_names import BatchWriterMethod, TransactionMethod
from .mock import Mock, in_transaction, plays


def nothing() -> None:
    """What is usual at the end of a block."""


def promised(call: Call) -> Promise:
    """Something to await that comes to nothing."""
    return Promise(str(call), nothing)


@plays(Transaction)
class MockTransaction(Mock[TransactionMethod], Transaction):
    """A transaction whose `model` does what `on` has told it.

    >>> tx = MockTransaction()
    >>> tx.on("model", account).returns(query)
    >>> mock_db.on("transaction").returns(tx)

    What is called in its block need not be awaited, as in a real one.
    """

    def __init__(
        self,
        *,
        strict: bool = True,
        name: str = "",
        model: Callable[[Call], Any] | None = None,
        at_end: Outcome = nothing,
    ) -> None:
        """`model` answers where `on("model", ...)` says nothing; `at_end` is called
        when the block has ended well, and may raise.
        """
        super().__init__(strict=strict, name=name)
        if model is not None:
            self._free["model"] = model
        self._at_end = at_end
        self._is_open = False
        self._recorder = Recorder()

    def _play(
        self, method: str, positional: tuple[Any, ...], keywords: dict[str, Any]
    ) -> Any:
        __tracebackhide__ = True
        if method == "model" and not self._is_open:
            raise InvalidOperatorError(
                "the transaction is not open: use it in its `async with` block"
            )
        return super()._play(method, positional, keywords)

    async def __aenter__(self) -> Self:
        if self._is_open or in_transaction.get():
            raise InvalidOperatorError(
                "transactions don't nest: record all writes in the outer one"
            )
        self._is_open = True
        in_transaction.set(True)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_open = False
        in_transaction.set(False)
        if kind is None:
            self._at_end()


@plays(BatchWriter)
class MockBatchWriter(Mock[BatchWriterMethod], BatchWriter):
    """A batch writer whose writes do what `on` has told it.

    >>> writer = MockBatchWriter()
    >>> writer.on("put", user)
    >>> mock_db.on("batch_writer").returns(writer)

    With `strict=False` it takes every write; `calls` holds them.
    """

    def __init__(
        self, *, strict: bool = True, name: str = "", at_end: Outcome = nothing
    ) -> None:
        """`at_end` is called when the block has ended well, and may raise."""
        super().__init__(strict=strict, name=name)
        if not strict:
            self._free.update(dict.fromkeys(self.played, promised))
        self._at_end = at_end

    @property
    def unprocessed(self) -> list[Any]:
        """Nothing is ever left over."""
        return []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._at_end()
