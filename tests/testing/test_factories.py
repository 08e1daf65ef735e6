"""A factory makes instances that can be created, told apart, ordered and repeated."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Literal
from uuid import UUID

import attrs
import pytest

from dynamorm_async import (
    Attr,
    Database,
    Model,
    UnknownFieldError,
    field,
    gsi,
    partition_key,
    sort_key,
    ttl,
    version,
)
from dynamorm_async.testing import ModelFactory, model_factory
from tests.models import Account, Listing, Note, Place, User


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@attrs.define
class Label:
    text: str
    at: datetime


class Everything(Model, table="everything"):
    """One field of each kind of type."""

    id: Attr[UUID] = partition_key()
    at: Attr[datetime] = sort_key()
    colour: Attr[Colour] = field()
    kind: Attr[Literal["a", "b"]] = field()
    price: Attr[Decimal] = field()
    weight: Attr[float] = field()
    blob: Attr[bytes] = field()
    took: Attr[timedelta] = field()
    tags: Attr[frozenset[str]] = field()
    numbers: Attr[list[int]] = field()
    unique: Attr[list[int]] = field(as_set=True)
    anything: Attr[Any] = field()
    mapping: Attr[dict[str, Any]] = field()
    bare: Attr[dict] = field()  # type: ignore[type-arg] # as some models have it
    label: Attr[Label] = field()
    labels: Attr[list[Label]] = field(json=True)
    maybe: Attr[str | None] = field(default=None)
    by: Attr[str | None] = field(default=None, index=gsi("by-who"))
    rank: Attr[int] = field(default=0, index=gsi("by-who", sort=True))
    rev: Attr[int] = version()
    expires: Attr[int | None] = ttl(default=None)


MODELS: list[type[Model]] = [User, Note, Account, Place, Listing, Everything]


@pytest.mark.parametrize("model", MODELS)
async def test_what_a_factory_makes_is_stored_and_read_as_it_is(
    db: Database, model: type[Model]
) -> None:
    made = model_factory(model).batch(5)
    await db.ensure_table(model)
    for each in made:
        await db.create(each)
    assert await db.model(model).batch_get(made) == made


@pytest.mark.parametrize("model", MODELS)
def test_the_same_seed_makes_the_same_instances(model: type[Model]) -> None:
    first, again, other = (model_factory(model, seed=each) for each in (7, 7, 8))
    made = first.batch(4)
    other.build()
    assert again.batch(4) == made
    first.seed_random(7)
    assert first.batch(4) == made
    assert other.batch(4) != made


def test_it_makes_the_same_in_another_process() -> None:
    program = (
        "from dynamorm_async.testing import model_factory\n"
        "from tests.models import User\n"
        "print(model_factory(User, seed=3).batch(2))"
    )
    printed = subprocess.check_output([sys.executable, "-c", program], text=True)
    assert printed == f"{model_factory(User, seed=3).batch(2)}\n"


def test_keys_are_unique_and_sort_keys_grow() -> None:
    users = model_factory(User).batch(1000)
    assert len({each.id for each in users}) == 1000
    assert [each.joined for each in users] == sorted({each.joined for each in users})
    assert [each.rank for each in users] == list(range(1, 1001))


def test_roles_are_as_create_expects_them() -> None:
    for user in model_factory(User).batch(20):
        assert (user.rev, user.made, user.changed) == (0, None, None)
        assert user.joined.tzinfo is UTC
        assert user.expires is not None
        assert user.expires > datetime.now(UTC)


def test_optional_keys_of_an_index_are_there() -> None:
    assert all(each.by is not None for each in model_factory(Everything).batch(20))


def test_a_factory_takes_values_and_is_subclassed_as_polyfactorys_are() -> None:
    class AnnFactory(ModelFactory[User]):
        name = "Ann"

        @classmethod
        def email(cls) -> str:
            return "ann@example.org"

    assert AnnFactory.build(rank=7).rank == 7
    made = AnnFactory.batch(2, status="active")
    assert [(u.name, u.email, u.status) for u in made] == [
        ("Ann", "ann@example.org", "active")
    ] * 2
    assert model_factory(User, name="Ben").build().name == "Ben"


def test_values_are_of_fields_by_either_of_their_names() -> None:
    assert model_factory(User, display_name="Ann").build().name == "Ann"
    with pytest.raises(UnknownFieldError, match="no field 'nmae'; did you mean 'name'"):
        model_factory(User, nmae="Ann")


def test_polyfactory_is_loaded_when_a_factory_is_named() -> None:
    program = (
        "import sys\n"
        "from dynamorm_async.testing import MockDB, record, start_engine\n"
        "print({'polyfactory', 'faker', 'moto'} & set(sys.modules))\n"
        "from dynamorm_async.testing import model_factory\n"
        "print('polyfactory' in sys.modules)"
    )
    printed = subprocess.check_output([sys.executable, "-c", program], text=True)
    assert printed == "set()\nTrue\n"


@pytest.mark.parametrize("missing", ["faker", "polyfactory"])
def test_without_polyfactory_a_factory_says_what_to_install(missing: str) -> None:
    program = (
        f"import sys; sys.modules['{missing}'] = None\n"
        "from dynamorm_async.testing import model_factory\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert "factories need polyfactory: pip install" in ended.stderr.splitlines()[-1]
