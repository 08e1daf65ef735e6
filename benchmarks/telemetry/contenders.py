"""Databases that differ in what is told of their calls."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

from msgspec.structs import replace

from benchmarks import work
from dynamorm_async import Call, Credentials, Database, Hooks
from dynamorm_async.execution.sending import Sender
from dynamorm_async.wire import Body, Reply
from dynamorm_async.wire.ready import ReadBytes

Make = Callable[[str], Database]


class Untold(Sender):
    """A sender out of which the question for the DEBUG line was cut."""

    def _send(
        self, operation: str, body: Body, read: ReadBytes | None
    ) -> Awaitable[Reply]:
        reading = self._reading
        if read is None or reading is None:
            return self.transport.send(operation, body)
        return reading.send_and_read(operation, body, read)


def _database(endpoint: str, **settings: Any) -> Database:
    key = Credentials(access_key_id=work.KEY_ID, secret_access_key=work.SECRET)
    return Database(
        region=work.REGION, endpoint_url=endpoint, credentials=key, **settings
    )


def off(endpoint: str) -> Database:
    """A database as it is made without a word about telemetry."""
    return _database(endpoint)


def without(endpoint: str) -> Database:
    """The same without the code that could tell anybody anything."""
    db = off(endpoint)
    sender = object.__new__(Untold)
    vars(sender).update(vars(db._runner.sender))
    db._runner = replace(db._runner, sender=sender)
    return db


def one_hook(endpoint: str) -> Database:
    """One plain hook, which does nothing."""

    def after(call: Call) -> None:
        del call

    hooks = [Hooks(after_response=after)]
    return _database(endpoint, hooks=hooks)


def one_async_hook(endpoint: str) -> Database:
    """One async hook, which does nothing."""

    async def after(call: Call) -> None:
        del call

    hooks = [Hooks(after_response=after)]
    return _database(endpoint, hooks=hooks)


def slow_calls(endpoint: str) -> Database:
    """Warnings of slow calls, of which there are none."""
    return _database(endpoint, slow_call=60.0)


def otel_api(endpoint: str) -> Database:
    """OpenTelemetry in a program that has its API, but no SDK at work."""
    from opentelemetry.metrics import NoOpMeterProvider
    from opentelemetry.trace import NoOpTracerProvider

    from dynamorm_async.integrations.opentelemetry import OpenTelemetryHooks

    hooks = OpenTelemetryHooks(
        tracer_provider=NoOpTracerProvider(), meter_provider=NoOpMeterProvider()
    )
    return _database(endpoint, hooks=[hooks])


def otel_sdk(endpoint: str) -> Database:
    """OpenTelemetry's SDK: every call is a span and a duration; nothing is exported."""
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider

    from dynamorm_async.integrations.opentelemetry import OpenTelemetryHooks

    tracers = TracerProvider(shutdown_on_exit=False)
    tracers.add_span_processor(SpanProcessor())
    meters = MeterProvider([InMemoryMetricReader()], shutdown_on_exit=False)
    hooks = OpenTelemetryHooks(tracer_provider=tracers, meter_provider=meters)
    return _database(endpoint, hooks=[hooks])


CONTENDERS: dict[str, Make] = {
    "off": off,
    "off, once more": off,
    "cut out of the code": without,
    "slow_call": slow_calls,
    "one hook": one_hook,
    "one async hook": one_async_hook,
    "OpenTelemetry, API": otel_api,
    "OpenTelemetry, SDK": otel_sdk,
}


def made(endpoint: str) -> Sequence[tuple[str, Database]]:
    """All whose packages are installed."""
    found = []
    for name, make in CONTENDERS.items():
        with suppress(ImportError):
            found.append((name, make(endpoint)))
    return found
