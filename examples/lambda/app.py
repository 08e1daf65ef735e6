"""A function behind an HTTP API: `GET /notes/{owner}`, `PUT /notes/{owner}/{day}`."""

import json
import os
from typing import Any

from dynamorm_async import (
    Attr,
    LambdaTimeoutError,
    Model,
    VersionConflictError,
    field,
    lambda_init,
    partition_key,
    sort_key,
    version,
)

Response = dict[str, Any]


class Note(Model, table=lambda: os.environ["NOTES_TABLE"]):
    owner: Attr[str] = partition_key()
    day: Attr[str] = sort_key()
    text: Attr[str] = field(default="")
    rev: Attr[int] = version()


# At module scope, where Lambda gives a function more CPU and bills no request for it.
db = lambda_init(Note)


@db.handler
async def handler(event: dict[str, Any], _context: Any) -> Response:
    """Answer a request of API Gateway (payload format 2.0)."""
    method = event["requestContext"]["http"]["method"]
    try:
        return await METHODS[method](event["pathParameters"], event.get("body"))
    except VersionConflictError:
        return response(409, {"message": "somebody else wrote it; please try again"})
    except LambdaTimeoutError:
        return response(503, {"message": "too slow; please try again"})


async def list_notes(path: dict[str, str], _body: str | None) -> Response:
    """The notes of an owner, the newest first."""
    query = db.model(Note).where(Note.owner == path["owner"])
    notes = await query.order_by("day", "DESC").limit(20)
    return response(200, [{"day": each.day, "text": each.text} for each in notes])


async def put_note(path: dict[str, str], body: str | None) -> Response:
    """Write a note, whether it was there or not."""
    old = await db.get(Note, path["owner"], path["day"])
    note = old or Note(owner=path["owner"], day=path["day"])
    note.text = json.loads(body or "{}")["text"]
    await db.save(note)
    return response(200 if old else 201, {"rev": note.rev})


METHODS = {"GET": list_notes, "PUT": put_note}


def response(status: int, body: object) -> Response:
    """A response as API Gateway wants it."""
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json"},
        "body": json.dumps(body),
    }
