"""OpenTelemetry: a span and a duration for each call, by the database conventions.

>>> from dynamorm_async.integrations.opentelemetry import OpenTelemetryHooks
>>> db = Database(hooks=[OpenTelemetryHooks()])
"""

from contextvars import Token
from importlib.metadata import version
from typing import Any

import msgspec
from opentelemetry import context, metrics, trace
from opentelemetry.context import Context
from opentelemetry.metrics import MeterProvider
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, TracerProvider

from ..errors import ServiceError
from ..execution.hooks import Call, Server

SCHEMA = "https://opentelemetry.io/schemas/1.34.0"
BUCKETS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10)
"""The bounds, in seconds, that the conventions ask for."""

_SCOPE = ("dynamorm_async", version("dynamorm_async"))
_USUAL_PORT = 443

_OPTIONS = {
    "ConsistentRead": "aws.dynamodb.consistent_read",
    "Limit": "aws.dynamodb.limit",
    "ScanIndexForward": "aws.dynamodb.scan_forward",
    "Segment": "aws.dynamodb.segment",
    "Select": "aws.dynamodb.select",
    "TotalSegments": "aws.dynamodb.total_segments",
}
"""The attribute of each option of a call."""

Attributes = dict[str, Any]


class OpenTelemetryHooks:
    """Hooks that make a span of each call and record how long it took.

    The span covers all attempts, and is the current one meanwhile; an attempt that is
    followed by another is an event of it.  Without providers the global ones are used.
    Nothing in it is a value of an item.
    """

    def __init__(
        self,
        *,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
    ) -> None:
        self._tracer = trace.get_tracer(*_SCOPE, tracer_provider, schema_url=SCHEMA)
        meter = metrics.get_meter(*_SCOPE, meter_provider, SCHEMA)
        self._duration = meter.create_histogram(
            "db.client.operation.duration",
            unit="s",
            description="Duration of database client operations.",
            explicit_bucket_boundaries_advisory=BUCKETS,
        )

    def before_request(self, call: Call) -> None:
        """Start the span, and make it the current one."""
        span = self._tracer.start_span(
            span_name(call), kind=SpanKind.CLIENT, attributes=attributes_before(call)
        )
        token = context.attach(trace.set_span_in_context(span))
        call.notes[self] = (span, token)

    def on_retry(self, call: Call) -> None:
        """Note what an attempt met, and that another follows."""
        span = call.notes[self][0]
        if call.error is not None:
            said = {"error.type": error_type(call.error), "retry.pause": call.pause}
            span.add_event("retry", said)

    def after_response(self, call: Call) -> None:
        """End the span, and record the duration."""
        found: tuple[Span, Token[Context]] | None = call.notes.pop(self, None)
        if found is None:
            return  # a hook before this one refused the call
        span, token = found
        context.detach(token)
        span.set_attributes(attributes_after(call))
        if call.error is not None:
            span.set_status(Status(StatusCode.ERROR))
        # While the span can be found, so that the value can point to it.
        within = trace.set_span_in_context(span)
        self._duration.record(call.seconds or 0.0, metric_attributes(call), within)
        span.end()

    def __repr__(self) -> str:
        return "<OpenTelemetryHooks>"


def span_name(call: Call) -> str:
    """The operation and, where it is one, its table."""
    table = _only_table(call)
    return call.operation if table is None else f"{call.operation} {table}"


def _only_table(call: Call) -> str | None:
    return call.tables[0] if len(call.tables) == 1 else None


def _common(call: Call) -> Attributes:
    found: Attributes = {
        "db.system.name": "aws.dynamodb",
        "db.operation.name": call.operation,
    }
    table = _only_table(call)
    if table is not None:
        found["db.collection.name"] = table
    if call.server is not None:
        found.update(_of_server(call.server))
    return found


def _of_server(server: Server) -> Attributes:
    found: Attributes = {"server.address": server.address}
    if server.port != _USUAL_PORT:
        found["server.port"] = server.port
    return found


def attributes_before(call: Call) -> Attributes:
    """What is known of a call when it begins."""
    found = _common(call)
    if call.tables:
        found["aws.dynamodb.table_names"] = call.tables
    for name, value in call.options.items():
        found[_OPTIONS[name]] = value
    if call.projection:
        found["aws.dynamodb.projection"] = ", ".join(call.projection)
    if call.index is not None:
        found["aws.dynamodb.index_name"] = call.index
    if call.size is not None and call.size > 1:
        found["db.operation.batch.size"] = call.size
    if call.server is not None:
        found["cloud.region"] = call.server.region
    return found


def attributes_after(call: Call) -> Attributes:
    """What is known of a call when it is over."""
    found = _of_error(call)
    if call.request_id is not None:
        found["aws.request_id"] = call.request_id
    if call.status is not None:
        found["http.response.status_code"] = call.status
    if call.rows is not None:
        found["aws.dynamodb.count"] = call.rows
    if call.scanned is not None:
        found["aws.dynamodb.scanned_count"] = call.scanned
    if call.consumed:
        encoded = [msgspec.json.encode(each).decode() for each in call.consumed]
        found["aws.dynamodb.consumed_capacity"] = encoded
    return found


def metric_attributes(call: Call) -> Attributes:
    """By what durations are told apart."""
    return _common(call) | _of_error(call)


def _of_error(call: Call) -> Attributes:
    if call.error is None:
        return {}
    kind = error_type(call.error)
    if isinstance(call.error, ServiceError):
        return {"error.type": kind, "db.response.status_code": kind}
    return {"error.type": kind}


def error_type(error: BaseException) -> str:
    """The code of an error of the service; of any other, the class."""
    if isinstance(error, ServiceError):
        return error.code
    kind = type(error)
    is_builtin = kind.__module__ == "builtins"
    return kind.__qualname__ if is_builtin else f"{kind.__module__}.{kind.__qualname__}"
