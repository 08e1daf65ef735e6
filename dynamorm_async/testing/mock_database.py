"""`MockDB`: a database that does what it was told, and sends nothing."""

from collections.abc import Callable
from inspect import isawaitable
from typing import Any, ClassVar

from ..aws_lambda.database import LambdaDB
from ..config import Config
from ..protocols import DB
from .doubles import Promise
from .expectations import Call, Outcome
from .method_names import DatabaseMethod
from .mock import Mock, plays
from .mock_blocks import MockBatchWriter, MockTransaction, nothing, promised

SHORTCUTS = ("create", "save", "update", "delete")
"""What goes through `model(...)`, unless something was said about the shortcut."""

COPIES = (
    "prepared",
    "with_timeout",
    "with_lambda_timeout",
    "with_lambda_timeout_buffer",
)
"""What returns a database like this one, and here this one itself."""

REGISTERS = ("register_models", "register_type_converter")


@plays(LambdaDB, as_real=("close", "get_memory_stats", "handler", "lambda_timeout"))
class MockDB(Mock[DatabaseMethod], LambdaDB):
    """A database that does what `on` has told it, and sends nothing.

    >>> mock_db, query = MockDB(), MockQuery()
    >>> mock_db.on("model", User).returns(query)
    >>> query.on("where", "id", "=", "1").returns(query)
    >>> query.on("first").returns(user)
    >>> assert await find_user(mock_db, "1") == user
    >>> mock_db.assert_expectations()

    Stands for a `Database` and a `LambdaDB`.  `create`, `save`, `update` and `delete`
    go through `model(...)` where nothing was said about them, as they do in a real one.
    `handler` makes an ordinary entry point; deadlines are accepted and have no effect.
    Of `transaction`, `transaction_func` and `batch_writer`, `raises(...)` means the end
    of the block.  Every other call that was not expected raises `UnexpectedCallError`.
    """

    def __init__(self, *, strict: bool = True, name: str = "") -> None:
        super().__init__(strict=strict, name=name)
        self.config = Config()
        self._capacity = {}
        self._lambda_buffer = None
        self._free.update(dict.fromkeys(COPIES, lambda _call: self))
        self._free.update(dict.fromkeys(SHORTCUTS, self._shortcut))
        self._free.update(dict.fromkeys(REGISTERS, lambda _call: None))
        self._free["aclose"] = promised

    def _shortcut(self, call: Call) -> Any:
        real: Callable[..., Any] = self.played[call.method]
        return real(self, *call.positional, **call.keywords)

    def _usual(self, call: Call) -> Outcome:
        return unsaid if call.method in self._BLOCKS else super()._usual(call)

    def _double(self, call: Call, outcome: Outcome) -> Any:
        if call.method in self._BLOCKS:
            return self._BLOCKS[call.method](self, call, outcome)
        return super()._double(call, outcome)

    def _transaction(self, _call: Call, outcome: Outcome) -> Any:
        given, at_end = _given_or_raised(outcome)
        return given or self._new_transaction(at_end)

    def _new_transaction(self, at_end: Outcome) -> MockTransaction:
        self._made.append(tx := MockTransaction(model=self._model, at_end=at_end))
        return tx

    def _transaction_func(self, call: Call, outcome: Outcome) -> Any:
        return Promise(str(call), lambda: self._record(call.positional[0], outcome))

    async def _record(self, record: Callable[[Any], Any], outcome: Outcome) -> Any:
        given, at_end = _given_or_raised(outcome)
        is_ours = isinstance(given, MockTransaction)
        opened = given if is_ours else self._new_transaction(at_end)
        async with opened as tx:
            result = record(tx)
            if isawaitable(result):
                result = await result
        return result if outcome is unsaid or is_ours else given

    def _batch_writer(self, _call: Call, outcome: Outcome) -> Any:
        given, at_end = _given_or_raised(outcome)
        if not given:
            given = MockBatchWriter(strict=False, at_end=at_end)
            self._made.append(given)
        return given

    def _model(self, call: Call) -> Any:
        return self._play("model", call.positional, call.keywords)

    _BLOCKS: ClassVar[dict[str, Callable[["MockDB", Call, Outcome], Any]]] = {
        "transaction": _transaction,
        "transaction_func": _transaction_func,
        "batch_writer": _batch_writer,
    }


def _given_or_raised(outcome: Outcome) -> tuple[Any, Outcome]:
    """A block that was given, or what is to be raised at the end of one."""
    try:
        return outcome(), nothing
    except Exception:  # whatever the test wants to see raised
        return None, outcome


def unsaid() -> None:
    """Stands for an outcome of which nothing was said."""


class MockExtendedDB(MockDB):
    """A `MockDB` on which tables, deadlines and transactions need no expectation.

    Unless something was said about them, tables are there and a transaction is one
    that records what `model` was told.  `strict=True` expects nothing by itself.
    """

    def __init__(self, *, strict: bool = False, name: str = "") -> None:
        super().__init__(strict=strict, name=name)
        if strict:
            return
        for method in self.played:
            if method not in vars(DB):
                self._free.setdefault(method, promised)
        self._free.update(dict.fromkeys(self._BLOCKS, self._free_block))

    def _free_block(self, call: Call) -> Any:
        return self._BLOCKS[call.method](self, call, unsaid)
