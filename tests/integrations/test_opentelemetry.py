"""OpenTelemetry: the spans and durations of calls, as an exporter gets them."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import anyio
import pytest
from opentelemetry import trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from dynamorm_async import (
    Call,
    CompiledQuery,
    ConditionFailedError,
    Credentials,
    Database,
    Hooks,
    RetryPolicy,
)
from dynamorm_async.execution.hooks import call_of
from dynamorm_async.integrations.opentelemetry import BUCKETS, OpenTelemetryHooks
from dynamorm_async.transport.tracing import Sdk, TracedTransport
from dynamorm_async.wire.ready import ReadyRows
from tests.models import NOON, Account, Listing, Note
from tests.scripted import Answer, ScriptedTransport, ok, refusal

COMMON = {
    "db.system.name": "aws.dynamodb",
    "server.address": "dynamodb.eu-west-1.amazonaws.com",
}


class Telescope:
    """What was exported."""

    def __init__(self) -> None:
        self.spans = InMemorySpanExporter()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self.spans))
        self.reader = InMemoryMetricReader()
        self.meters = MeterProvider([self.reader])

    def database(self, *answers: Answer, **settings: Any) -> Database:
        """A database whose calls are seen."""
        hooks = OpenTelemetryHooks(
            tracer_provider=self.tracers, meter_provider=self.meters
        )
        said: dict[str, Any] = {
            "transport": ScriptedTransport(*answers),
            "region": "eu-west-1",
            "credentials": Credentials(access_key_id="a", secret_access_key="b"),
            "retry": RetryPolicy(attempts=3, base=0.0),
            "clock": lambda: NOON,
            "hooks": [hooks],
        }
        return Database(**{**said, **settings})

    @property
    def seen(self) -> tuple[ReadableSpan, ...]:
        """The spans that have ended."""
        return self.spans.get_finished_spans()

    def durations(self) -> list[tuple[Mapping[str, Any], int]]:
        """How many durations were recorded, by their attributes."""
        found = self.reader.get_metrics_data()
        assert found is not None
        (metric,) = found.resource_metrics[0].scope_metrics[0].metrics
        assert (metric.name, metric.unit) == ("db.client.operation.duration", "s")
        points: Any = metric.data.data_points
        assert {tuple(each.explicit_bounds) for each in points} == {BUCKETS}
        return [(dict(each.attributes), each.count) for each in points]


@pytest.fixture
def telescope() -> Telescope:
    return Telescope()


async def test_a_read_is_a_span_and_a_duration(telescope: Telescope) -> None:
    answer = ok(Item={"number": {"N": "1"}})._replace(request_id="R1")
    await telescope.database(answer).get(Account, 1)
    (span,) = telescope.seen
    assert (span.name, span.kind, span.status.status_code) == (
        "GetItem accounts",
        SpanKind.CLIENT,
        StatusCode.UNSET,
    )
    of_call = {
        **COMMON,
        "db.operation.name": "GetItem",
        "db.collection.name": "accounts",
    }
    assert span.attributes == {
        **of_call,
        "aws.dynamodb.table_names": ("accounts",),
        "aws.request_id": "R1",
        "cloud.region": "eu-west-1",
        "http.response.status_code": 200,
    }
    assert span.instrumentation_scope is not None
    assert span.instrumentation_scope.name == "dynamorm_async"
    assert telescope.durations() == [(of_call, 1)]


async def test_a_query_tells_its_index_its_rows_and_what_it_consumed(
    telescope: Telescope,
) -> None:
    row = {"id": {"S": "1"}, "kind": {"S": "k"}, "shop": {"S": "s"}}
    answer = ok(
        Items=[row], ConsumedCapacity={"TableName": "listings", "CapacityUnits": 0.5}
    )
    db = telescope.database(answer, return_consumed_capacity="TOTAL")
    await (
        db.model(Listing)
        .index("by-kind")
        .where(Listing.kind == "k")
        .select("kind", "shop")
    )
    (span,) = telescope.seen
    assert span.attributes is not None
    names = ("index_name", "count", "consumed_capacity")
    assert [span.attributes[f"aws.dynamodb.{name}"] for name in names] == [
        "by-kind",
        1,
        ('{"TableName":"listings","CapacityUnits":0.5}',),
    ]


def of_read(operation: str, table: str, **said: object) -> dict[str, object]:
    """All attributes of a read of one table; `said` is of DynamoDB's own."""
    return {
        **COMMON,
        "db.operation.name": operation,
        "db.collection.name": table,
        "aws.dynamodb.table_names": (table,),
        "cloud.region": "eu-west-1",
        "http.response.status_code": 200,
        **{f"aws.dynamodb.{name}": value for name, value in said.items()},
    }


async def asked_to_get(db: Database) -> None:
    await (
        db.model(Note)
        .where(Note.owner == "zoe")
        .where(Note.day == "1")
        .select("owner", "text")
        .consistent_read()
        .first()
    )


async def asked_to_query(db: Database) -> None:
    query = db.model(Listing).index("by-kind").where(Listing.kind == "zoe")
    await query.select("kind", "shop").order_by("shop", "DESC").limit(3).all()


async def asked_to_scan(db: Database) -> None:
    await db.model(Note).parallel_scan(1, 4).scan()


async def asked_to_count(db: Database) -> None:
    await db.model(Note).where(Note.owner == "zoe").count()


async def asked_for_a_batch(db: Database) -> None:
    await db.model(Note).batch_get([("zoe", "1"), ("zoe", "2")])


ZOE = {"owner": {"S": "zoe"}, "day": {"S": "1"}}
LISTING = {"id": {"S": "1"}, "kind": {"S": "zoe"}, "shop": {"S": "s"}}


@pytest.mark.parametrize(
    ("ask", "answer", "attributes"),
    [
        (
            asked_to_get,
            ok(Item=ZOE),
            of_read(
                "GetItem", "notes", consistent_read=True, projection="owner, day, text"
            ),
        ),
        (
            asked_to_query,
            ok(Items=[LISTING], Count=1, ScannedCount=2),
            of_read(
                "Query",
                "listings",
                index_name="by-kind",
                projection="id, kind, shop",
                scan_forward=False,
                limit=3,
                count=1,
                scanned_count=2,
            ),
        ),
        (
            asked_to_scan,
            ok(Items=[ZOE], Count=1, ScannedCount=5),
            of_read(
                "Scan", "notes", segment=1, total_segments=4, count=1, scanned_count=5
            ),
        ),
        (
            asked_to_count,
            ok(Count=7, ScannedCount=8),
            of_read("Query", "notes", select="COUNT", count=7, scanned_count=8),
        ),
        (
            asked_for_a_batch,
            ok(Responses={"notes": [ZOE]}),
            {**of_read("BatchGetItem", "notes"), "db.operation.batch.size": 2},
        ),
    ],
)
async def test_a_span_says_how_a_call_reads_and_no_value(
    telescope: Telescope,
    ask: Callable[[Database], Awaitable[None]],
    answer: Any,
    attributes: dict[str, object],
) -> None:
    await ask(telescope.database(answer))
    (span,) = telescope.seen
    assert span.attributes == attributes
    assert "zoe" not in span.to_json()


def test_of_a_projection_only_attributes_are_told(telescope: Telescope) -> None:
    body = {
        "ProjectionExpression": "#a.#b, plain[0], #a.#c",
        "ExpressionAttributeNames": {"#a": "by_mail", "#b": "x@y.z", "#c": "c"},
    }
    compiled = CompiledQuery.of("GetItem", {"TableName": "t", **body}, lambda _: None)
    assert call_of(compiled, compiled.body).projection == ("by_mail", "plain")


def test_rows_read_from_bytes_know_how_many_were_scanned() -> None:
    raw = [b'{"Items": [], "ScannedCount": 4}', b'{"Items": []}']
    assert [ReadyRows([], each).scanned() for each in raw] == [4, None]


async def test_retries_are_events_of_one_span(telescope: Telescope) -> None:
    throttled = refusal("ThrottlingException")
    await telescope.database(throttled, throttled, ok()).get(Account, 1)
    (span,) = telescope.seen
    assert [(each.name, dict(each.attributes or {})) for each in span.events] == [
        ("retry", {"error.type": "ThrottlingException", "retry.pause": 0.0})
    ] * 2
    assert span.status.status_code is StatusCode.UNSET


async def test_an_error_of_the_service_is_its_code(telescope: Telescope) -> None:
    db = telescope.database(
        refusal("ConditionalCheckFailedException", Item={"number": {"N": "12345"}})
    )
    with pytest.raises(ConditionFailedError, match="Condit"):
        await db.create(Account(number=12345))
    (span,) = telescope.seen
    assert span.status.status_code is StatusCode.ERROR
    code = "ConditionalCheckFailedException"
    said = {"error.type": code, "db.response.status_code": code}
    assert span.attributes is not None
    assert said.items() <= dict(span.attributes).items()
    ((attributes, count),) = telescope.durations()
    assert (said.items() <= attributes.items(), count) == (True, 1)
    assert "12345" not in span.to_json()


async def test_an_error_of_another_kind_is_its_class(telescope: Telescope) -> None:
    db = telescope.database(anyio.sleep_forever, timeout=0.01)
    with pytest.raises(TimeoutError, match="GetItem"):
        await db.get(Account, 1)
    (span,) = telescope.seen
    assert span.attributes is not None
    assert span.attributes["error.type"] == (
        "dynamorm_async.errors.DeadlineExceededError"
    )


async def test_a_transaction_has_a_size_and_all_its_tables(
    telescope: Telescope,
) -> None:
    async with telescope.database(ok()).transaction() as tx:
        tx.model(Account(number=1)).create()
        tx.model(Note(owner="a", day="b")).create()
    (span,) = telescope.seen
    assert (span.name, span.attributes) == (
        "TransactWriteItems",
        {
            **COMMON,
            "db.operation.name": "TransactWriteItems",
            "db.operation.batch.size": 2,
            "aws.dynamodb.table_names": ("accounts", "notes"),
            "cloud.region": "eu-west-1",
            "http.response.status_code": 200,
        },
    )


async def test_spans_nest_in_the_callers_and_what_happens_inside_nests_in_them(
    telescope: Telescope,
) -> None:
    tracer = telescope.tracers.get_tracer("test")
    inner: list[int] = []

    async def answer() -> Any:
        inner.append(trace.get_current_span().get_span_context().span_id)
        return ok()

    db = telescope.database(answer, ok(), answer)
    with tracer.start_as_current_span("outer") as outer:
        await db.get(Account, 1)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(db.get, Account, 2)
            tasks.start_soon(db.get, Account, 3)
        assert trace.get_current_span() is outer
    *calls, last = telescope.seen
    assert last.name == "outer"
    parents = [each.parent.span_id for each in calls if each.parent is not None]
    assert parents == [outer.get_span_context().span_id] * 3
    assert set(inner) <= {each.context.span_id for each in calls if each.context}
    assert len(set(inner)) == 2


async def test_an_engine_on_this_machine_has_its_port(telescope: Telescope) -> None:
    db = telescope.database(ok(), endpoint_url="http://127.0.0.1:8000")
    await db.get(Account, 1)
    (span,) = telescope.seen
    assert span.attributes is not None
    found = [span.attributes[f"server.{name}"] for name in ("address", "port")]
    assert found == ["127.0.0.1", 8000]


async def test_a_call_that_an_earlier_hook_refuses_is_no_span(
    telescope: Telescope,
) -> None:
    def refuse(_call: Call) -> None:
        raise PermissionError("no")

    db = telescope.database()
    hooks = [Hooks(before_request=refuse), *db.config.hooks]
    with pytest.raises(PermissionError, match="no"):
        await telescope.database(hooks=hooks).get(Account, 1)
    assert telescope.seen == ()


class Recorder:
    """What X-Ray's recorder does for a transport, and the subsegments it was given."""

    def __init__(self) -> None:
        self.aws: dict[str, Any] = {}
        self.added: list[Recorder] = []

    def get_trace_entity(self) -> "Recorder":
        return self

    def add_subsegment(self, segment: "Recorder") -> None:
        self.added.append(segment)

    def set_aws(self, facts: dict[str, Any]) -> None:
        self.aws = facts

    def put_http_meta(self, key: str, value: object) -> None:
        self.aws = {**self.aws, key: value}

    def close(self) -> None:
        """It is over."""

    def stream_subsegments(self) -> None:
        """They may leave."""


async def test_beside_x_ray_each_has_its_own_view_of_a_call(
    telescope: Telescope, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd86;Sampled=1")
    recorder = Recorder()
    transport = TracedTransport(ScriptedTransport(refusal("ThrottlingException"), ok()))
    transport._sdk = Sdk(recorder, lambda *_: Recorder())
    db = telescope.database(transport=transport)
    await db.get(Note, ("ann", "2026"))
    statuses = [each.aws.pop("status") for each in recorder.added]
    assert statuses == [400, 200]
    (span,) = telescope.seen
    assert (span.name, [each.name for each in span.events]) == (
        "GetItem notes",
        ["retry"],
    )
