"""Makers of databases, for code that makes its own: real ones, and mocks of them."""

from collections.abc import Callable
from typing import Any, Protocol, Self

from ..config import Config
from ..database import Database
from ..protocols import DB
from .expectations import Failure
from .expected import TestDB
from .mock_database import MockDB

OnCreate = Callable[[Config], object]
"""Told the settings of each database that is made."""


class DBFactory(Protocol):
    """Makes databases: what code asks for that must not make a `Database` itself.

    >>> async def handle(factory: DBFactory, region: str) -> None:
    ...     async with factory.create_db(region=region) as db: ...
    """

    def create_db(self, config: Config | None = None, /, **overrides: Any) -> DB:
        """A database with the settings of a `Config`, or some by keyword."""
        ...


class DefaultDBFactory:
    """Makes real databases."""

    def create_db(self, config: Config | None = None, /, **overrides: Any) -> Database:
        """`Database(config, **overrides)`."""
        return Database(config, **overrides)


class MockDBFactory:
    """Hands out one mock, or raises an error; `configs` are the settings asked for.

    >>> factory = MockDBFactory(mock_db)
    >>> factory = MockDBFactory(error=ConfigurationError("no region"))
    """

    def __init__(
        self,
        db: DB | None = None,
        *,
        error: Failure | None = None,
        on_create: OnCreate | None = None,
    ) -> None:
        self.db: DB = MockDB() if db is None else db
        self.error = error
        self.on_create = on_create
        self.configs: list[Config] = []

    def create_db(self, config: Config | None = None, /, **overrides: Any) -> DB:
        """The mock; raises `ConfigurationError` for settings that are wrong."""
        self.configs.append(Config.of(config, **overrides))
        if self.on_create is not None:
            self.on_create(self.configs[-1])
        if self.error is not None:
            raise self.error
        return self.db


class ConfigurableMockDBFactory(MockDBFactory):
    """A `MockDBFactory` that is told what to do step by step.

    >>> factory = ConfigurableMockDBFactory().with_db(mock_db).with_middleware(Audited)
    """

    def __init__(self) -> None:
        super().__init__()
        self._middleware: list[Callable[[DB], DB]] = []

    def with_db(self, db: DB) -> Self:
        """Hand out this one."""
        self.db = db
        return self

    def with_error(self, error: Failure | None) -> Self:
        """Raise this error instead, or no more if it is None."""
        self.error = error
        return self

    def with_middleware(self, wrap: Callable[[DB], DB]) -> Self:
        """Hand out what a function makes of the database; the last one is outermost."""
        self._middleware.append(wrap)
        return self

    def create_db(self, config: Config | None = None, /, **overrides: Any) -> DB:
        """The database in all its wrappings."""
        db = super().create_db(config, **overrides)
        for wrap in self._middleware:
            db = wrap(db)
        return db


class SimpleMockFactory:
    """Makes a new mock each time, and has it set up by a function.

    >>> factory = SimpleMockFactory(lambda db: db.on("get", User, "1").returns(user))
    """

    def __init__(self, setup: Callable[[MockDB], object]) -> None:
        self._setup = setup

    def create_db(self, config: Config | None = None, /, **overrides: Any) -> MockDB:
        """A new mock, set up."""
        made = MockDB()
        made.config = Config.of(config, **overrides)
        self._setup(made)
        return made


class TestDBFactory:
    """Makes a new `TestDB` each time, and keeps them all in `instances`.

    `setup` is given each before it is handed out.
    """

    __test__ = False  # its name begins as those of test classes do

    def __init__(self, setup: Callable[[TestDB], object] | None = None) -> None:
        self._setup = setup
        self.instances: list[TestDB] = []

    def create_db(self, config: Config | None = None, /, **overrides: Any) -> MockDB:
        """The `mock_db` of a new `TestDB`."""
        made = TestDB()
        made.mock_db.config = Config.of(config, **overrides)
        if self._setup is not None:
            self._setup(made)
        self.instances.append(made)
        return made.mock_db

    def assert_expectations(self) -> None:
        """Raise `UnmetExpectationsError` for the first that misses something."""
        __tracebackhide__ = True
        for each in self.instances:
            each.assert_expectations()

    def reset(self) -> None:
        """Forget the databases that were made."""
        self.instances.clear()
