"""What the tests of writes share: instances, and how they are stored."""

from datetime import datetime, timedelta

from dynamorm_async import (
    Attr,
    Model,
    created_at,
    partition_key,
    ttl,
    updated_at,
)
from tests.models import NOON, NOON_TEXT, Account, Note

EARLIER = NOON - timedelta(days=1)
EARLIER_TEXT = "2026-11-21T12:00:00.000000Z"
USER_KEY = {"id": {"S": "1"}, "joined": {"S": NOON_TEXT}}
USER_ITEM = {
    "id": {"S": "1"},
    "joined": {"S": NOON_TEXT},
    "email": {"S": "a@b.c"},
    "status": {"S": "active"},
    "rank": {"N": "0"},
    "display_name": {"S": "Ann"},
    "profile": {"S": '{"city":"Ulm","langs":[]}'},
}
STAMPED = {
    **USER_ITEM,
    "rev": {"N": "0"},
    "made": {"S": NOON_TEXT},
    "changed": {"S": NOON_TEXT},
}
OLD = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}


class Tag(Model, table="tags"):
    """Nothing but a key."""

    name: Attr[str] = partition_key()


class Draft(Model, table="drafts"):
    """Timestamps, one of them as a number, and no version."""

    id: Attr[str] = partition_key()
    made: Attr[datetime] = created_at(format="unix")
    changed: Attr[datetime] = updated_at()
    expires: Attr[datetime | None] = ttl(default=None)


class Lease(Model, table="leases"):
    """A time to live that is a number in memory too."""

    id: Attr[str] = partition_key()
    until: Attr[int] = ttl()


def an_account(rev: int) -> Account:
    account = Account(number=0)
    account.rev = rev
    return account


def a_note() -> Note:
    return Note(owner="ann", day="1", text="x", stars=2)


NOTE_ITEM = {
    "owner": {"S": "ann"},
    "day": {"S": "1"},
    "text": {"S": "x"},
    "stars": {"N": "2"},
}
NOTE_KEY = {"owner": {"S": "ann"}, "day": {"S": "1"}}
