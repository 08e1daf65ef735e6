"""Each step of a call by itself: no socket, no event loop."""

import gc
import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from benchmarks import work
from benchmarks.drivers.dynamorm import Person
from benchmarks.harness.options import Options
from benchmarks.harness.results import Row, kept, table
from benchmarks.harness.rounds import told
from benchmarks.harness.server import framed, replies
from dynamorm_async import Database
from dynamorm_async.config import Credentials
from dynamorm_async.transport.parsing import ReplyParser
from dynamorm_async.transport.reading import read_body
from dynamorm_async.transport.writing import encode_body, write_request

KEY = Credentials(access_key_id=work.KEY_ID, secret_access_key=work.SECRET)
CALLS = {"GetItem": 5000, "Query": 200}

Steps = Mapping[str, Callable[[], object]]


def steps(operation: str) -> Steps:
    """The steps of one call, in their order."""
    db = Database(region=work.REGION)
    owner = db.model(Person).where(Person.id == "person-1")
    verb: Any = "all"
    if operation == "GetItem":
        owner, verb = owner.where(Person.day == "2026-11-22"), "first"
    compiled = owner.compile(verb)
    payload = encode_body(compiled.body)
    raw = replies(work.ROWS, 0)[operation.encode()]
    reply, parser = memoryview(framed(raw)), ReplyParser()
    read = compiled.read if operation == "Query" else None
    found = read_body(200, None, raw, read)

    def chain() -> object:
        query = db.model(Person).where(Person.id == "person-1")
        if operation == "GetItem":
            query = query.where(Person.day == "2026-11-22")
        return query.compile(verb)

    def parse() -> None:
        parser.begin()
        parser.feed(reply)

    return {
        "chain to body": chain,
        "body to JSON": lambda: encode_body(compiled.body),
        "signature and head": lambda: write_request(
            payload,
            operation=operation,
            host="dynamodb.us-east-1.amazonaws.com",
            region=work.REGION,
            key=KEY,
            at=int(time.time()),
        ),
        "HTTP parsed": parse,
        "JSON read": lambda: read_body(200, None, raw, read),
        "instances made": lambda: compiled.decode(found),
        "JSON read to dicts": lambda: msgspec.json.decode(raw),
    }


def main(options: Options) -> None:
    """Measure, print and keep."""
    rows: list[Row] = []
    for operation, calls in CALLS.items():
        taken: dict[str, list[float]] = {}
        for turn in range(options.rounds + 1):
            told(f"{operation}: round {turn} of {options.rounds}")
            for what, step in steps(operation).items():
                figure = microseconds(step, options.scaled(calls))
                if turn:
                    taken.setdefault(what, []).append(figure)
        rows += [
            Row(operation, what, "us", tuple(each)) for what, each in taken.items()
        ]
    print("Microseconds of each step.\n")
    print(table(rows), end="\n\n")
    if options.keeps:
        kept("steps", rows)


def microseconds(step: Callable[[], object], calls: int) -> float:
    """What one call takes."""
    gc.collect()
    start = time.process_time()
    for _ in range(calls):
        step()
    return (time.process_time() - start) / calls * 1e6
