"""What every driver reads and writes: one table, its items, and six pieces of work.

An item has 13 attributes: texts, numbers, a decimal, a boolean, a time, a set, a list
and a map.  Every library gets them in the types it knows; see the drivers.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

TABLE = "people"
REGION = "us-east-1"
KEY_ID, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
ROWS = 100
WRITES = 25

MADE = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
MADE_TEXT = "2026-11-22T09:00:00.000000Z"


def values(number: int) -> dict[str, Any]:
    """The attributes of an item, in Python's types."""
    return {
        "id": f"person-{number}",
        "day": f"2026-11-{number % 28 + 1:02}",
        "name": "Ada Lovelace",
        "email": "ada@example.org",
        "status": "active",
        "rank": number,
        "score": 1234567,
        "balance": Decimal("1234.56"),
        "active": True,
        "made": MADE,
        "tags": {"first", "second", "third"},
        "marks": [1, 2, 3],
        "address": {"street": "12 Example Street", "city": "London"},
    }


def stored(number: int) -> dict[str, Any]:
    """The same item as DynamoDB's JSON."""
    item = values(number)
    return {
        **{
            name: {"S": item[name]} for name in ("id", "day", "name", "email", "status")
        },
        **{name: {"N": str(item[name])} for name in ("rank", "score", "balance")},
        "active": {"BOOL": item["active"]},
        "made": {"S": MADE_TEXT},
        "tags": {"SS": sorted(item["tags"])},
        "marks": {"L": [{"N": str(each)} for each in item["marks"]]},
        "address": {"M": {key: {"S": text} for key, text in item["address"].items()}},
    }


def key(number: int) -> dict[str, str]:
    """The primary key of an item."""
    item = values(number)
    return {"id": item["id"], "day": item["day"]}
