"""What functions under the runtime need: a table, and a line to its engine."""

from collections.abc import Iterator
from typing import Any

import pytest

from dynamorm_async.testing import Engine
from tests.aws_lambda.line import Line


@pytest.fixture
def notes_table(boto_client: Any, prefix: str) -> Iterator[str]:
    """The prefix of the table that the handlers use."""
    kinds = {"owner": "HASH", "day": "RANGE"}
    boto_client.create_table(
        TableName=f"{prefix}notes",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": n, "KeyType": k} for n, k in kinds.items()],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in kinds
        ],
    )
    yield prefix
    boto_client.close()


@pytest.fixture
def line(engine: Engine) -> Iterator[Line]:
    """The line between the function and the engine."""
    line = Line(engine.url)
    yield line
    line.close()
