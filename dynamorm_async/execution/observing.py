"""Which hooks a configuration asks for."""

import logging
import os
from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ..config import Config
from ..errors import DynamORMError
from ..transport.endpoint import Endpoint, decide, names_profile, region_in
from ..wire.capacity import Capacity
from .capacity import CapacityMeter
from .executor import Executor
from .hooks import Call, ObservedSender, Server

logger = logging.getLogger("dynamorm_async")


class SlowCalls(Struct, frozen=True):
    """A hook that logs a warning about each call that takes longer than this."""

    limit: float
    """Seconds."""

    def after_response(self, call: Call) -> None:
        """Say so, if it was slow."""
        if call.seconds is not None and call.seconds > self.limit:
            logger.warning(
                "slow: %s on %s took %.3f s (attempts: %d, request %s)",
                call.operation,
                ", ".join(call.tables) or "no table",
                call.seconds,
                call.attempts,
                call.request_id,
            )


def observed(
    executor: Executor, config: Config
) -> tuple[Executor, Mapping[str, Capacity]]:
    """The executor, with the hooks that the settings ask for around each call.

    Beside it what will be consumed, by model.
    """
    meter = CapacityMeter()
    level = config.return_consumed_capacity
    hooks: Sequence[object] = config.hooks
    if level is not None:
        hooks = (meter, *hooks)
    if config.slow_call is not None:
        hooks = (*hooks, SlowCalls(config.slow_call))
    sender = ObservedSender.of(
        executor.sender, hooks, level=level, server=server_of(config)
    )
    return replace(executor, sender=sender), meter.by_model


def server_of(config: Config) -> Server | None:
    """Where DynamoDB is, as far as settings and environment say it.  Reads no file."""
    if config.profile or names_profile(os.environ):
        return None
    try:
        region = config.region or region_in(os.environ)
        found = decide(config, os.environ, region) if region else None
    except DynamORMError:
        return None  # the first request says what is wrong
    if not isinstance(found, Endpoint):
        return None
    return Server(found.host, found.port, found.region)
