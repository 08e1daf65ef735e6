"""One request until it has its answer: sent, and sent again while that may help."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from ..config import RetryPolicy
from ..errors import (
    CredentialsError,
    DynamORMError,
    EncryptionError,
    ServiceError,
    TransportError,
)
from ..lazily import lazy
from ..wire import Body, CompiledQuery, ReadingTransport, Reply, Transport
from ..wire.ready import ReadBytes
from ..wire.sealed import Sealed
from .deadline import Clock, Deadline
from .retry import Rand, RetryQuota, full_jitter, unforeseen

if TYPE_CHECKING:
    from ..transport import preparing
    from . import awaited, faults, request_log
    from .vault import Vault
else:
    awaited = lazy(".awaited", __package__)
    faults = lazy(".faults", __package__)
    preparing = lazy("..transport.preparing", __package__)
    request_log = lazy(".request_log", __package__)

logger = logging.getLogger("dynamorm_async")

is_logged = logging.getLogger("dynamorm_async.requests").isEnabledFor
"""Whether anybody wants lines of a level; asked before every request."""

NEW_VALUES = frozenset({"ALL_NEW", "UPDATED_NEW"})
"""The `ReturnValues` that ask for what a write leaves behind."""

Sleep = Callable[[float], Awaitable[None]]


class Failure(Struct, frozen=True):
    """What one attempt came to when it did not succeed."""

    error: DynamORMError
    is_transient: bool
    may_have_acted: bool
    """Whether the service may have done what was asked, although it did not say so."""

    timed_out: bool = False

    @classmethod
    def to_connect(cls, error: TransportError) -> "Failure":
        """No answer came."""
        return cls(
            error,
            is_transient=not isinstance(error, CredentialsError),
            may_have_acted=error.sent,
            timed_out=isinstance(error.__cause__, TimeoutError),
        )

    @classmethod
    def of_service(cls, error: ServiceError) -> "Failure":
        """The answer was an error."""
        return cls(error, faults.is_transient(error), faults.is_server_error(error))


class Sender:
    """Sends requests over a transport; all calls of a `Database` share its quota."""

    def __init__(
        self,
        transport: Transport,
        policy: RetryPolicy | None = None,
        *,
        sleep: Sleep = asyncio.sleep,
        rand: Rand = unforeseen,
        clock: Clock = time.monotonic,
        vault: "Vault | None" = None,
    ) -> None:
        self.transport = transport
        self._reading = transport if isinstance(transport, ReadingTransport) else None
        self.vault = vault
        self.policy = policy or RetryPolicy()
        self.quota = RetryQuota(self.policy.quota)
        self.sleep = sleep
        self.rand = rand
        self.clock = clock

    async def send(
        self,
        compiled: CompiledQuery[Any],
        body: Body,
        deadline: Deadline | None,
        read: ReadBytes | None = None,
    ) -> Body:
        """The reply to `body`, which is that of `compiled` or of a later page of it.

        Where the transport lets it, `read` makes the body of a success.

        A conditional write of which an earlier attempt may have been carried out, and
        which then fails its condition on what it itself left behind, has succeeded: see
        `reply_of_lost`.  Raises what the last attempt met, or the deadline's error
        where the next attempt would come too late.
        """
        waits, vault = compiled.awaited, None
        if waits is not None and waits.sealed is not None:
            vault = self.vault_for(waits.sealed, compiled.model or doing(compiled))
            body = await vault.sealed(body)
        failures = paid = 0
        may_have_acted = False
        while True:
            try:
                reply = await self._send(compiled.operation, body, read)
            except TransportError as error:
                failure = Failure.to_connect(error)
            else:
                asked = compiled
                if waits is not None:
                    asked = await awaited.made_ready(compiled, body, reply, vault)
                if reply.status < 300:
                    self.quota.give(paid or self.policy.gain)
                    return reply.body
                failure = Failure.of_service(faults.error_of(asked, reply))
                if may_have_acted and has_acted(compiled, failure.error, reply):
                    logger.debug("%s had succeeded before", doing(compiled))
                    return reply_of_lost(compiled, reply)
            failures += 1
            may_have_acted = may_have_acted or failure.may_have_acted
            paid = self._cost(failure)
            pause = self._pause(compiled, failure, failures, deadline)
            await self._wait(pause, failure)

    def _send(
        self, operation: str, body: Body, read: ReadBytes | None
    ) -> Awaitable[Reply]:
        sending: Awaitable[Reply]
        reading = self._reading
        # A transport that was put in its place, to look on, is not passed by.
        if read is None or reading is None or reading is not self.transport:
            sending = self.transport.send(operation, body)
        else:
            sending = reading.send_and_read(operation, body, read)
        if is_logged(logging.DEBUG):
            return request_log.logged(operation, body, sending)
        return sending

    async def _wait(self, seconds: float, _failure: Failure) -> None:
        """Wait for the next attempt."""
        await self.sleep(seconds)

    def vault_for(self, sealed: Sealed, what: str) -> "Vault":
        """What encrypts; raises `EncryptionError` where nothing does."""
        if self.vault is None:
            raise EncryptionError(
                f"{what}: {', '.join(sealed.attributes)} must be encrypted, and no "
                "encryption is configured: give kms_key; nothing was sent"
            )
        return self.vault

    def prepare(self) -> None:
        """Do ahead of the first request what needs no network; it may block."""
        preparing.prepare(self.transport)
        if self.vault is not None:
            preparing.prepare(self.vault)

    async def aclose(self) -> None:
        """Close what encrypts; the transport belongs to somebody else."""
        if self.vault is not None:
            await self.vault.aclose()

    def _cost(self, failure: Failure) -> int:
        return self.policy.timeout_cost if failure.timed_out else self.policy.retry_cost

    def _pause(
        self,
        compiled: CompiledQuery[Any],
        failure: Failure,
        failures: int,
        deadline: Deadline | None,
    ) -> float:
        """Seconds until the next attempt; raises where there is none."""
        if not failure.is_transient:
            raise failure.error
        code = code_of(failure.error)
        if failures >= self.policy.attempts:
            logger.debug("%s: %s, the last attempt", doing(compiled), code)
            raise failure.error
        pause = full_jitter(self.policy, failures, self.rand)
        if deadline is not None and self.clock() + pause >= deadline.at:
            logger.debug("%s: %s, no time for another attempt", doing(compiled), code)
            raise deadline.error(doing(compiled)) from failure.error
        if not self.quota.take(self._cost(failure)):
            logger.debug("%s: %s, the retry quota is used up", doing(compiled), code)
            raise failure.error
        logger.debug("%s: %s, again in %.3f s", doing(compiled), code, pause)
        return pause

    def __repr__(self) -> str:
        return f"<Sender over {self.transport!r}, {self.quota!r}>"


def has_acted(compiled: CompiledQuery[Any], error: DynamORMError, reply: Reply) -> bool:
    """Whether a failed condition only shows that this write was carried out before."""
    return (
        isinstance(error, ServiceError)
        and error.code == faults.CONDITION_FAILED
        and compiled.check is not None
        # Else a reply without an item would not mean that there is none.
        and compiled.body.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
        and compiled.check.applied(faults.stored_item(reply.body), compiled.body)
    )


def reply_of_lost(compiled: CompiledQuery[Any], reply: Reply) -> Body:
    """What the lost reply said, as far as the stored item tells.

    That item is what the write left behind; old values are gone.
    """
    if compiled.return_values in NEW_VALUES:
        return {"Attributes": faults.stored_item(reply.body) or {}}
    return {}


def doing(compiled: CompiledQuery[Any]) -> str:
    """The operation and its table, for messages."""
    if compiled.table_name is None:
        return compiled.operation
    return f"{compiled.operation} on {compiled.table_name}"


def code_of(error: DynamORMError) -> str:
    """What went wrong, in one word."""
    return error.code if isinstance(error, ServiceError) else type(error).__name__
