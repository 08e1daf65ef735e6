"""Which DynamoDB type a Python type is stored as: what a key of a table has to know."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from dynamorm_async.marshalling.codecs import Codecs
from tests.marshalling.samples import Address, Color, Level, Mood, UserId


@pytest.mark.parametrize(
    ("hint", "tag"),
    [
        (str, "S"),
        (int, "N"),
        (bytes, "B"),
        (bool, "BOOL"),
        (None, "NULL"),
        (set[str], "SS"),
        (set[float], "NS"),
        (frozenset[bytes], "BS"),
        (set[Color], "SS"),
        (list[int], "L"),
        (tuple[int, str], "L"),
        (dict[str, int], "M"),
        (Address, "M"),
        (Color, "S"),
        (Level, "N"),
        (Mood, "S"),
        (UserId, "S"),
        (datetime, "S"),
        (timedelta, "N"),
        (str | None, "S"),
        (UUID | str, "S"),
        (int | str, None),
        (Any, None),
        (set, None),
    ],
)
def test_the_tag_of_a_type_is_that_of_its_values(hint: object, tag: str | None) -> None:
    assert Codecs().tag(hint) == tag
