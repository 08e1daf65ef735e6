"""Options: each is checked before anything is sent."""

from typing import Any

import pytest

from dynamorm_async import InvalidOperatorError, InvalidValueError, MigrationError
from dynamorm_async.migrations.options import options_of
from tests.migrations.models import Clone, UserV1, UserV2, upgrade
from tests.scripted import refusal, scripted_database

TO_ITS_BACKUP = {"backup_table": "copy", "target_table": "copy"}


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"batch_size": 0}, InvalidValueError, "batch_size"),
        ({"segments": 0}, InvalidValueError, "segments"),
        ({"segments": True}, InvalidValueError, "segments"),
        ({"checkpoint": 5}, InvalidValueError, "checkpoint is the path of a file"),
        ({"checkpoint": ""}, InvalidValueError, "checkpoint is the path of a file"),
        ({"backup": 5}, InvalidValueError, "backup is the path of a file"),
        ({"items_per_second": 0}, InvalidValueError, "items_per_second"),
        ({"read_units_per_second": -1}, InvalidValueError, "read_units_per_second"),
        ({"wait": 0}, InvalidValueError, "wait"),
        ({"dry_run": "no"}, InvalidValueError, "dry_run is True or False, not one st"),
        ({"verify": 1}, InvalidValueError, "verify is True or False, not one int"),
        ({"on_progress": 1}, InvalidValueError, "on_progress is a function, not one i"),
        ({"target_table": ""}, InvalidValueError, "target_table is the name of a tabl"),
        ({"backup_table": 5}, InvalidValueError, "backup_table is the name of a table"),
        (
            {"backup": True, "backup_table": "copy"},
            InvalidOperatorError,
            "backup and backup_table exclude each other",
        ),
        ({"batchsize": 5}, InvalidOperatorError, "no option 'batchsize'; it has"),
    ],
)
def test_an_option_that_makes_no_sense_is_refused(
    given: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        options_of(given)


@pytest.mark.parametrize(
    ("rates", "at_once"),
    [
        ({}, 250),
        ({"items_per_second": 20.0}, 20),
        ({"items_per_second": 0.5}, 1),
        ({"write_units_per_second": 100.0, "items_per_second": 400.0}, 100),
    ],
)
def test_a_batch_is_never_more_than_a_second_is_worth(rates: Any, at_once: int) -> None:
    assert options_of(rates).at_once == at_once


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"transform": upgrade}, "transform has no effect without copy_data=True"),
        ({"verify": True}, "verify has no effect without copy_data=True"),
        ({"dry_run": True}, "dry_run has no effect without copy_data=True"),
        ({"checkpoint": "x"}, "checkpoint has no effect without copy_data=True"),
        (
            {"copy_data": True, "transform": UserV2},
            "transform is a function, not the class UserV2",
        ),
        ({"copy_data": True, "transform": 5}, "transform is a function, not one int"),
    ],
)
async def test_what_would_have_no_effect_is_refused(said: Any, message: str) -> None:
    db, transport = scripted_database()
    with pytest.raises(InvalidOperatorError, match=message):
        await db.auto_migrate_with_options(UserV1, target=UserV2, **said)
    assert transport.requests == []


@pytest.mark.parametrize("said", [{"backup_table": "users-v2"}, TO_ITS_BACKUP])
async def test_a_backup_is_not_made_where_the_migration_writes(said: Any) -> None:
    db, transport = scripted_database()
    with pytest.raises(InvalidOperatorError, match="would overwrite its backup"):
        await db.auto_migrate_with_options(
            UserV1, target=UserV2, copy_data=True, transform=upgrade, **said
        )
    assert transport.requests == []


@pytest.mark.parametrize(
    "said",
    [{}, {"target": UserV1}, {"target": Clone, "target_table": "users-v1"}],
)
async def test_a_table_is_not_copied_into_itself(said: Any) -> None:
    db, transport = scripted_database()
    with pytest.raises(MigrationError, match="'users-v1' is both source and target"):
        await db.auto_migrate_with_options(UserV1, copy_data=True, **said)
    assert transport.requests == []


async def test_a_name_that_dynamodb_refuses_is_not_blamed_on_an_item() -> None:
    db, _ = scripted_database(refusal("ValidationException", "it is too short"))
    said = (
        r"ValidationException: it is too short( \(request \S+\))?; "
        "0 items are copied and 0 dropped.$"
    )
    with pytest.raises(MigrationError, match=said):
        await db.auto_migrate_with_options(
            UserV1, target=UserV2, target_table="x", copy_data=True, transform=upgrade
        )
