"""Values of every type, through the engine and back, and seen by another client."""

import asyncio
from collections.abc import Iterator
from types import new_class
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dynamorm_async import Database, Model, partition_key
from tests.marshalling.strategies import CASES
from tests.reference.values import item_of

PARTS = 6
NAMES = sorted(CASES)


def model_of(part: int) -> type[Model]:
    """A model with every sixth type: one field of each."""

    def body(namespace: dict[str, Any]) -> None:
        namespace["__annotations__"] = {"id": str, **hints}
        namespace["id"] = partition_key()

    hints = {
        f"field_{place}": CASES[name].hint
        for place, name in enumerate(NAMES)
        if place % PARTS == part
    }
    return new_class(f"Kinds{part}", (Model,), {"table": f"kinds-{part}"}, body)


def values_for(part: int) -> st.SearchStrategy[dict[str, Any]]:
    """Values for all fields of that model."""
    return st.fixed_dictionaries(
        {
            f"field_{place}": CASES[name].values
            for place, name in enumerate(NAMES)
            if place % PARTS == part
        }
    )


MODELS = [model_of(part) for part in range(PARTS)]
VALUES = [values_for(part) for part in range(PARTS)]


@pytest.fixture
def loop() -> Iterator[asyncio.Runner]:
    """The event loop: Hypothesis draws outside of it, as it reads files."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture
def database(
    loop: asyncio.Runner, settings_of_db: dict[str, Any]
) -> Iterator[Database]:
    """A database for calls on `loop`."""
    made = Database(**settings_of_db)
    yield made
    loop.run(made.aclose())


@pytest.fixture
def witness(boto_client: Any) -> Iterator[Any]:
    """The witness, for a test that is a plain function."""
    yield boto_client
    boto_client.close()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(PARTS))
@settings(
    max_examples=max(10, settings().max_examples // 8),
    # The table is made once for all examples, each of which replaces its item.
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
    phases=[each for each in Phase if each is not Phase.explain],
)
@given(data=st.data())
def test_every_value_is_stored_and_read_as_it_was(
    loop: asyncio.Runner,
    database: Database,
    prefix: str,
    witness: Any,
    part: int,
    data: st.DataObject,
) -> None:
    model: Any = MODELS[part]
    values = data.draw(VALUES[part])
    instance: Any = model(id="1", **values)
    query = database.model(instance)

    async def there_and_back() -> list[Any]:
        await database.ensure_table(model)
        await query.put()
        put = await database.get(model, "1")
        await query.update()
        updated = await database.get(model, "1")
        found = await database.model(model).where("id", "=", "1").all()
        return [put, updated, *found]

    assert loop.run(there_and_back()) == [instance] * 3
    stored = witness.get_item(
        TableName=f"{prefix}kinds-{part}", Key={"id": {"S": "1"}}, ConsistentRead=True
    )
    assert item_of(stored["Item"]) == item_of(query.compile("put").body["Item"])
