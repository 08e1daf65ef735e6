"""A list behind an HTTP API, page by page, with a cursor that clients cannot forge."""

from typing import Any

from dynamorm_async import (
    Attr,
    Database,
    InvalidCursorError,
    Model,
    field,
    partition_key,
    sort_key,
)


class Message(Model, table="messages"):
    room: Attr[str] = partition_key()
    number: Attr[int] = sort_key()
    text: Attr[str] = field()


async def list_messages(db: Database, query: dict[str, str]) -> dict[str, Any]:
    """`GET /messages?room=...&size=...&cursor=...`, newest first."""
    size = query.get("size", "20")
    if not size.isdecimal() or not 1 <= int(size) <= 100:
        return {"status": 400}
    messages = (
        db.model(Message)
        .where(Message.room == query["room"])
        .order_by("number", "DESC")
        .limit(int(size))
    )
    try:
        page = await messages.cursor(query.get("cursor")).all_paginated()
    except InvalidCursorError:
        return {"status": 400}
    return {
        "status": 200,
        "items": [each.text for each in page.items],
        "next": page.next_cursor,
    }


async def main(db: Database) -> None:
    signing = Database(db.config, cursor_secret="keep this out of the code")
    await db.ensure_table(Message)
    await db.model(Message).batch_create(
        [Message(room="tea", number=n, text=f"message {n}") for n in range(5)]
    )
    first = await list_messages(signing, {"room": "tea", "size": "2"})
    print(first["items"])
    cursor = first["next"]
    print(await list_messages(signing, {"room": "tea", "size": "9", "cursor": cursor}))
    print(await list_messages(signing, {"room": "other", "cursor": cursor}))
    await signing.aclose()
