"""DynamoDB engines on this machine: started by name, reached by URL, closed once.

Plain and synchronous, so that a session-wide fixture can hold one.  In a coroutine use
`local_dynamodb`, which starts and stops them in a thread.
"""

import atexit
from collections.abc import Callable
from types import TracebackType
from typing import Self

from ..errors import ConfigurationError
from .processes import DYNALITE, DYNOXIDE, start_program


class Engine:
    """A running engine: `url` is its endpoint, `name` what it was started as.

    Use it in a `with` block or call `close`.  One that is never closed ends with the
    process.
    """

    def __init__(
        self, name: str, url: str, stop: Callable[[], None] = lambda: None
    ) -> None:
        self.name = name
        self.url = url
        self._stop = stop
        self._running = True
        atexit.register(self.close)

    @property
    def is_shared(self) -> bool:
        """Whether it was running before, and may hold the tables of others."""
        return self.name == self.url

    def close(self) -> None:
        """Stop the engine and wait until it has stopped.  Closing twice does nothing.

        One that was given by its URL goes on: it belongs to somebody else.
        """
        if not self._running:
            return
        self._running = False
        atexit.unregister(self.close)
        self._stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        state = "running" if self._running else "closed"
        return f"<Engine {self.name} at {self.url}, {state}>"


def start_engine(engine: str = "moto") -> Engine:
    """Start an empty engine on a free port of 127.0.0.1; it is ready when this returns.

    `engine` is `"moto"` (in a thread of this process), `"dynoxide"`, `"dynalite"` (each
    in a process of its own), or the URL of one that runs already.  Raises
    `ConfigurationError` for an unknown engine and for one that is not installed, and
    `TransportError` for one that does not start.
    """
    if engine.startswith(("http://", "https://")):
        return Engine(engine, engine)
    if engine not in STARTERS:
        known = ", ".join(STARTERS)
        raise ConfigurationError(
            f"engine={engine!r} is not known; take one of {known}, or the URL "
            "(http://...) of an engine that is running"
        )
    url, stop = STARTERS[engine]()
    return Engine(engine, url, stop)


def _start_moto() -> tuple[str, Callable[[], None]]:
    try:
        # Moto comes with an extra, and takes over a second to import.
        from .moto_server import start_moto
    except ImportError as error:
        raise ConfigurationError(
            "engine='moto' needs moto's server: pip install 'dynamorm_async[local]'"
        ) from error
    return start_moto()


STARTERS: dict[str, Callable[[], tuple[str, Callable[[], None]]]] = {
    "moto": _start_moto,
    "dynoxide": lambda: start_program(DYNOXIDE),
    "dynalite": lambda: start_program(DYNALITE),
}
"""How each engine starts: what it returns is its URL and what stops it."""
