"""Primary keys, in every form a caller may give one."""

from typing import Any

import pytest

from dynamorm_async.errors import (
    EmptyValueError,
    InvalidPrimaryKeyError,
    InvalidValueError,
)
from tests.asking import COMPILER, exactly
from tests.models import NOON, NOON_TEXT, Account, User, a_user

KEY = {"id": {"S": "1"}, "joined": {"S": NOON_TEXT}}
KEYS = COMPILER.question(User, None)


@pytest.mark.parametrize(
    "key",
    [
        a_user(rank=7),
        ("1", NOON),
        {"id": "1", "joined": NOON},
        {"joined": NOON, "id": "1"},
    ],
)
def test_a_key_is_an_instance_a_tuple_or_a_dict(key: Any) -> None:
    assert COMPILER.get(KEYS, key).body == {"TableName": "users", "Key": KEY}


@pytest.mark.parametrize("key", [7, (7,), {"number": 7}, Account(number=7)])
def test_a_key_of_one_part_may_be_bare(key: Any) -> None:
    sent = COMPILER.get(COMPILER.question(Account, None), key).body
    assert sent == {"TableName": "accounts", "Key": {"number": {"N": "7"}}}


@pytest.mark.parametrize("key", [0, (0,), Account(number=0)])
def test_zero_is_a_key_like_any_other(key: Any) -> None:
    sent = COMPILER.get(COMPILER.question(Account, None), key).body
    assert sent["Key"] == {"number": {"N": "0"}}


@pytest.mark.parametrize(
    ("key", "error", "message"),
    [
        (
            "1",
            InvalidPrimaryKeyError,
            "User: the key needs id and joined; joined is missing",
        ),
        (
            ("1", NOON, 3),
            InvalidPrimaryKeyError,
            "User: the key has id and joined; got 3 parts",
        ),
        (
            {},
            InvalidPrimaryKeyError,
            "User: the key needs id and joined; id and joined are missing",
        ),
        (
            None,
            InvalidPrimaryKeyError,
            "User: the key needs id and joined; id and joined are missing",
        ),
        (
            {"id": "1", "rank": 1},
            InvalidPrimaryKeyError,
            "User.rank is not part of the key, which has id and joined",
        ),
        (
            ("", NOON),
            EmptyValueError,
            "User.id: DynamoDB takes no empty text or bytes for a key of the table",
        ),
        ((1, NOON), InvalidValueError, "User.id: expected str, got int"),
        (("1", "noon"), InvalidValueError, "User.joined: expected datetime, got str"),
    ],
)
def test_another_key_is_refused(key: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=exactly(message)):
        COMPILER.get(KEYS, key)


def test_an_unknown_part_of_a_key_is_an_error_with_a_guess() -> None:
    with pytest.raises(InvalidPrimaryKeyError, match="no field 'jioned'; did you"):
        COMPILER.get(KEYS, {"id": "1", "jioned": NOON})
