"""Migrations through an engine; what they leave is looked at by another client."""

import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import pytest

from dynamorm_async import (
    Attr,
    Database,
    MigrationError,
    MigrationProgress,
    Model,
    TableDriftError,
    before_load,
    field,
    partition_key,
    transforms,
)
from dynamorm_async.errors import InvalidOperatorError, TableNotFoundError
from dynamorm_async.wire import Item
from tests.conftest import Witness
from tests.execution.keys import LocalKeys
from tests.integration.conftest import Stored
from tests.integration.conftest import stored as stored
from tests.migrations.models import Clone, UserV1, UserV2, as_v2, upgrade

MADE = "2026-11-22T09:00:00.000000Z"


def old(number: int) -> Item:
    """A stored user of the first version."""
    return {
        "id": {"S": str(number)},
        "name": {"S": f"n{number}"},
        "zone": {"S": "Europe/Berlin"},
        "made": {"S": MADE},
        "rev": {"N": "3"},
        "unknown": {"S": "kept"},
    }


def by_text(items: list[Item]) -> list[str]:
    return sorted(json.dumps(each, sort_keys=True) for each in items)


OLD = [old(number) for number in range(60)]
NEW = [new for each in OLD if (new := as_v2(each))]


@pytest.fixture
async def users(db: Database, stored: Stored) -> list[Item]:
    """Sixty stored users of the first version."""
    await db.ensure_table(UserV1)
    await stored.fill("users-v1", OLD)
    return OLD


async def test_a_model_moves_to_another_one(
    db: Database, users: list[Item], stored: Stored
) -> None:
    told: list[MigrationProgress] = []
    report = await db.auto_migrate_with_options(
        UserV1,
        target=UserV2,
        copy_data=True,
        transform=upgrade,
        batch_size=25,
        verify=True,
        on_progress=told.append,
    )
    assert by_text(await stored("users-v2")) == by_text(NEW)
    assert by_text(await stored("users-v1")) == by_text(users)
    assert (report.read, report.copied, report.dropped) == (60, 54, 6)
    assert report.verification is not None
    assert report.verification.is_good
    copying = [each for each in told if each.stage == "copy"]
    assert [each.read for each in copying] == [25, 50, 60]
    assert {each.stage for each in told} == {"copy", "verify"}
    assert str(report).splitlines()[0].endswith("60 items read, 54 copied, 6 dropped")


async def test_an_async_transform_and_listener_are_awaited(
    db: Database, users: list[Item], stored: Stored
) -> None:
    seen: list[int] = []

    async def transform(before: UserV1) -> UserV2 | None:
        await anyio.lowlevel.checkpoint()
        return upgrade(before)

    async def listener(progress: MigrationProgress) -> None:
        await anyio.lowlevel.checkpoint()
        seen.append(progress.read)

    await db.auto_migrate_with_options(
        UserV1,
        target=UserV2,
        copy_data=True,
        transform=transform,
        on_progress=listener,
    )
    assert by_text(await stored("users-v2")) == by_text(NEW)
    assert seen[-1] == 60


async def test_without_a_transform_items_are_copied_as_they_are(
    db: Database, users: list[Item], stored: Stored
) -> None:
    await db.auto_migrate_with_options(UserV1, target=Clone, copy_data=True)
    assert by_text(await stored("users-clone")) == by_text(users)


class Older(Model, table="users-v1"):
    """The users, of whom another system has to be asked."""

    id: Attr[str] = partition_key()
    title: Attr[str]
    zone: Attr[str] = field(default="")

    @before_load
    @classmethod
    async def renamed(cls, item: dict[str, Any]) -> dict[str, Any]:
        await anyio.lowlevel.checkpoint()
        return {**item, "title": item["name"].upper()}


class Other(Older, table="users-other"):
    """The same elsewhere."""


async def test_async_hooks_of_the_source_are_awaited(
    db: Database, users: list[Item], stored: Stored
) -> None:
    await db.auto_migrate_with_options(
        Older,
        target=UserV2,
        copy_data=True,
        transform=lambda old: UserV2(country=old.zone, id=old.id, title=old.title),
    )
    found = {(each["id"]["S"], each["title"]["S"]) for each in await stored("users-v2")}
    assert found == {(each["id"]["S"], each["name"]["S"].upper()) for each in users}


async def test_async_hooks_of_the_target_are_awaited_to_see_what_fits(
    db: Database, users: list[Item], stored: Stored
) -> None:
    await db.auto_migrate_with_options(UserV1, target=Other, copy_data=True)
    assert by_text(await stored("users-other")) == by_text(users)


async def test_a_transform_of_items_sees_what_no_model_knows(
    db: Database, users: list[Item], stored: Stored
) -> None:
    await db.auto_migrate_with_options(
        UserV1,
        target=Clone,
        copy_data=True,
        transform=transforms.chain(
            transforms.rename("unknown", "known"),
            transforms.remove("zone"),
            transforms.add("rank", lambda item: len(item["name"])),
        ),
    )
    kept = ("id", "name", "made", "rev")
    assert by_text(await stored("users-clone")) == by_text(
        [
            {
                **{name: each[name] for name in kept},
                "known": each["unknown"],
                "rank": {"N": str(len(each["name"]["S"]))},
            }
            for each in users
        ]
    )


async def test_without_copy_only_the_table_is_made(
    db: Database, users: list[Item], stored: Stored
) -> None:
    report = await db.auto_migrate_with_options(UserV1, target=UserV2)
    assert await stored("users-v2") == []
    assert report.copied == 0


async def test_a_dry_run_writes_nothing(
    db: Database, users: list[Item], boto: Witness
) -> None:
    def fails_for_some(before: UserV1) -> UserV2:
        if before.id == "8":
            raise RuntimeError(before.name)
        return UserV2(country="x", id=before.id)

    report = await db.auto_migrate_with_options(
        UserV1, target=UserV2, copy_data=True, transform=fails_for_some, dry_run=True
    )
    assert (report.copied, report.failed) == (59, 1)
    assert report.failures == (("the transform raised RuntimeError", 1),)
    assert "59 would be copied" in str(report)
    with pytest.raises(TableNotFoundError, match="users-v2"):
        await db.describe_table(UserV2)


@pytest.mark.parametrize("name", ["backup.jsonl", "backup.jsonl.gz"])
async def test_a_backup_is_a_file_of_items(
    db: Database, users: list[Item], tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    report = await db.auto_migrate_with_options(
        UserV1, target=UserV2, copy_data=True, transform=upgrade, backup=path
    )
    assert report.backup == str(path)
    content = await anyio.Path(path).read_bytes()
    text = gzip.decompress(content) if name.endswith(".gz") else content
    lines = [json.loads(line) for line in text.splitlines()]
    assert by_text([line["Item"] for line in lines]) == by_text(users)


async def test_a_backup_overwrites_nothing(
    db: Database, users: list[Item], tmp_path: Path
) -> None:
    path = anyio.Path(tmp_path / "backup.jsonl")
    await path.write_text("precious")
    with pytest.raises(MigrationError, match="is there already, and is not overwritte"):
        await db.auto_migrate_with_options(
            UserV1, target=UserV2, copy_data=True, transform=upgrade, backup=str(path)
        )
    assert await path.read_text() == "precious"
    with pytest.raises(TableNotFoundError, match="users-v2"):
        await db.describe_table(UserV2)


class StopError(Exception):
    """Ends a migration where a test wants it."""


async def test_what_stopped_goes_on_from_its_checkpoint(
    db: Database, users: list[Item], stored: Stored, tmp_path: Path
) -> None:
    path = tmp_path / "job"

    def stop(progress: MigrationProgress) -> None:
        if progress.read == 40:
            raise StopError

    async def migrate(listener: Any) -> Any:
        return await db.auto_migrate_with_options(
            UserV1,
            target=UserV2,
            copy_data=True,
            transform=upgrade,
            batch_size=10,
            checkpoint=path,
            verify=True,
            on_progress=listener,
        )

    with pytest.raises(MigrationError, match="goes on from the checkpoint") as raised:
        await migrate(stop)
    assert (raised.value.read, raised.value.checkpoint) == (40, str(path))
    report = await migrate(None)
    assert (report.read, report.copied) == (60, 54)
    assert report.copied_before == raised.value.copied
    assert by_text(await stored("users-v2")) == by_text(NEW)
    assert not await anyio.Path(path).exists()


async def test_cancelling_leaves_a_state_to_go_on_from(
    db: Database, users: list[Item], stored: Stored, tmp_path: Path
) -> None:
    path = tmp_path / "job"
    with anyio.CancelScope() as scope:
        await db.auto_migrate_with_options(
            UserV1,
            target=UserV2,
            copy_data=True,
            transform=upgrade,
            batch_size=10,
            checkpoint=path,
            on_progress=lambda progress: progress.read == 20 and scope.cancel(),
        )
    assert scope.cancelled_caught
    report = await db.auto_migrate_with_options(
        UserV1, target=UserV2, copy_data=True, transform=upgrade, checkpoint=path
    )
    assert report.read == 60
    assert by_text(await stored("users-v2")) == by_text(NEW)


async def test_the_checkpoint_of_another_job_is_refused(
    db: Database, users: list[Item], tmp_path: Path
) -> None:
    path = tmp_path / "job"

    def stop(_: MigrationProgress) -> None:
        raise StopError

    with pytest.raises(MigrationError, match="StopError was raised"):
        await db.auto_migrate_with_options(
            UserV1,
            target=UserV2,
            copy_data=True,
            transform=upgrade,
            batch_size=10,
            checkpoint=path,
            on_progress=stop,
        )
    with pytest.raises(MigrationError, match=r"its target is .*users-v2'"):
        await db.auto_migrate_with_options(
            UserV1, target=Clone, copy_data=True, checkpoint=path
        )
    with pytest.raises(MigrationError, match="its scan has 4 segments, this one 2"):
        await db.auto_migrate_with_options(
            UserV1,
            target=UserV2,
            copy_data=True,
            transform=upgrade,
            checkpoint=path,
            segments=2,
        )


@pytest.mark.parametrize(
    ("transform", "message"),
    [
        (lambda old: old, "the transform returns UserV2 or None; it returned one Use"),
        (lambda _: UserV2, "it returned the class UserV2"),
        (lambda _: {}, r"it returned one dict; for a transform of items as they a"),
        (lambda _: 1 / 0, "the transform raised ZeroDivisionError"),
        (lambda _: UserV2(country="", id="1"), "DynamoDB takes no empty text"),
        (transforms.remove("zone"), "an item's key needs 'country' of type S"),
        (transforms.add("country", 5), "an item's key needs 'country' of type S"),
        (transforms.on_items(lambda _: []), "returns a dict of an item's values"),
    ],
)
async def test_a_transform_that_is_wrong_ends_in_one_error(
    db: Database, users: list[Item], stored: Stored, transform: Any, message: str
) -> None:
    with pytest.raises(MigrationError, match=message) as raised:
        await db.auto_migrate_with_options(
            UserV1, target=UserV2, copy_data=True, transform=transform
        )
    assert raised.value.key.keys() == {"id"}
    assert "0 items are copied" in str(raised.value)
    assert "Mend the transform" in str(raised.value)
    assert await stored("users-v2") == []


async def test_without_a_transform_the_target_must_be_able_to_read_items(
    db: Database, users: list[Item]
) -> None:
    with pytest.raises(MigrationError, match="has no attribute 'country'"):
        await db.auto_migrate_with_options(UserV1, target=UserV2, copy_data=True)


async def test_a_table_with_other_keys_is_refused(
    db: Database, users: list[Item]
) -> None:
    class Other(Model, table="users-v1"):
        number: Attr[int] = partition_key()

    with pytest.raises(MigrationError, match=r"of Other is number \(N\)") as raised:
        await db.auto_migrate_with_options(
            Other, target=UserV2, copy_data=True, transform=lambda _: None
        )
    assert isinstance(raised.value.__cause__, TableDriftError)


async def test_a_source_that_is_not_there_is_an_error(db: Database) -> None:
    with pytest.raises(MigrationError, match="users-v1") as raised:
        await db.auto_migrate_with_options(UserV1, target=Clone, copy_data=True)
    assert isinstance(raised.value.__cause__, TableNotFoundError)


async def test_a_source_that_is_gone_when_it_goes_on_is_an_error_with_what_is_copied(
    db: Database, users: list[Item], tmp_path: Path
) -> None:
    async def delete(progress: MigrationProgress) -> None:
        if progress.read == 20:
            await db.delete_table(UserV1)

    job: dict[str, Any] = {
        "target": UserV2,
        "copy_data": True,
        "transform": upgrade,
        "batch_size": 10,
        "checkpoint": tmp_path / "job",
        "on_progress": delete,
    }
    with pytest.raises(MigrationError, match="Make the table again") as stopped:
        await db.auto_migrate_with_options(UserV1, **job)
    with pytest.raises(MigrationError, match="Make the table again") as again:
        await db.auto_migrate_with_options(UserV1, **job)
    before, after = stopped.value, again.value
    assert after.read >= 20
    assert (after.read, after.copied, after.dropped) == (
        before.read,
        before.copied,
        before.dropped,
    )


async def test_a_table_deleted_under_the_job_is_an_error(
    db: Database, users: list[Item]
) -> None:
    async def delete(progress: MigrationProgress) -> None:
        if progress.read == 20:
            await db.delete_table(UserV2)

    with pytest.raises(MigrationError, match="Make the table again") as raised:
        await db.auto_migrate_with_options(
            UserV1,
            target=UserV2,
            copy_data=True,
            transform=upgrade,
            batch_size=10,
            on_progress=delete,
        )
    assert raised.value.read == 20


async def test_several_items_under_one_key_do_not_pass_the_verification(
    db: Database, users: list[Item]
) -> None:
    with pytest.raises(MigrationError, match="several got one key") as raised:
        await db.auto_migrate_with_options(
            UserV1,
            target=UserV2,
            copy_data=True,
            transform=lambda old: UserV2(country="x", id=old.id[0]),
            verify=True,
        )
    assert not raised.value.verification.is_good


async def test_writes_to_the_source_meanwhile_are_noticed(
    db: Database, users: list[Item], stored: Stored
) -> None:
    async def write(progress: MigrationProgress) -> None:
        if progress.stage == "copy" and progress.read == 60:
            await stored.put("users-v1", old(1000))

    with pytest.raises(MigrationError, match="it was written to meanwhile"):
        await db.auto_migrate_with_options(
            UserV1,
            target=UserV2,
            copy_data=True,
            transform=upgrade,
            verify=True,
            on_progress=write,
        )


async def test_a_checkpoint_that_cannot_be_written_stops_before_anything_is_made(
    db: Database, users: list[Item], tmp_path: Path
) -> None:
    with pytest.raises(MigrationError, match="No such file or directory"):
        await db.auto_migrate_with_options(
            UserV1,
            target=UserV2,
            copy_data=True,
            transform=upgrade,
            checkpoint=tmp_path / "no" / "folder",
        )
    with pytest.raises(TableNotFoundError, match="users-v2"):
        await db.describe_table(UserV2)


async def test_a_checkpoint_that_cannot_be_replaced_says_what_is_copied(
    db: Database, users: list[Item], tmp_path: Path
) -> None:
    folder = anyio.Path(tmp_path / "there")
    await folder.mkdir()

    async def forbid(progress: MigrationProgress) -> None:
        if progress.read == 20:
            await folder.rename(tmp_path / "elsewhere")

    message = (
        r"No such file or directory: .*; \d+ items are copied and \d dropped, and some "
        r"of the next \d+ may be as well\. Make room, or see to who may write there\. "
        r"The same call goes on from the checkpoint\."
    )
    job: dict[str, Any] = {"target": UserV2, "transform": upgrade, "copy_data": True}
    with pytest.raises(MigrationError, match=message) as raised:
        await db.auto_migrate_with_options(
            UserV1,
            **job,
            batch_size=10,
            checkpoint=folder / "job",
            on_progress=forbid,
        )
    assert isinstance(raised.value.__cause__, FileNotFoundError)
    assert raised.value.read == 20
    report = await db.auto_migrate_with_options(
        UserV1, **job, checkpoint=tmp_path / "elsewhere" / "job"
    )
    assert (report.read, report.copied) == (60, 54)
    assert report.copied_before == raised.value.copied


async def test_a_target_that_is_there_gets_the_indexes_it_lacks(
    db: Database, users: list[Item]
) -> None:
    class Indexed(Model, table="users-clone"):
        id: Attr[str] = partition_key()
        name: Attr[str] = field(index="by-name")

    await db.ensure_table(Clone)
    await db.auto_migrate_with_options(UserV1, target=Indexed, copy_data=True)
    found = db.model(Indexed).where(Indexed.name == "n5")
    assert [each.id for each in await found] == ["5"]


@pytest.mark.engine_lacks(dynoxide="ARNs as names", dynalite="ARNs as names")
async def test_a_table_is_not_copied_into_itself_by_another_name(
    db: Database, users: list[Item], boto: Witness, prefix: str
) -> None:
    found = await boto.describe_table(TableName=f"{prefix}users-v1")
    async with Database(db.config, table_prefix="") as plain:
        with pytest.raises(MigrationError, match="is both source and target"):
            await plain.auto_migrate_with_options(
                UserV1,
                target=UserV1,
                source_table=f"{prefix}users-v1",
                target_table=found["Table"]["TableArn"],
                copy_data=True,
            )


async def test_a_function_of_a_dict_takes_items(
    db: Database, users: list[Item], stored: Stored
) -> None:
    async def shortened(item: dict[str, Any]) -> dict[str, Any] | None:
        if item["id"] == "7":
            return None
        return {"id": item["id"], "name": item["unknown"]}

    report = await db.auto_migrate_with_options(
        UserV1, target=Clone, copy_data=True, transform=shortened
    )
    assert (report.copied, report.dropped) == (59, 1)
    assert by_text(await stored("users-clone")) == by_text(
        [
            {"id": each["id"], "name": {"S": "kept"}}
            for each in users
            if each["id"]["S"] != "7"
        ]
    )


async def test_a_backup_into_a_table_has_every_item(
    db: Database, users: list[Item], stored: Stored
) -> None:
    report = await db.auto_migrate_with_options(
        UserV1, target=UserV2, copy_data=True, transform=upgrade, backup_table="copy"
    )
    assert str(report.backup).endswith("copy")
    assert "the backup is no snapshot" in str(report)
    assert by_text(await stored("copy")) == by_text(users)
    assert by_text(await stored("users-v2")) == by_text(NEW)


async def test_a_backup_into_a_table_overwrites_none(
    db: Database, users: list[Item], stored: Stored
) -> None:
    await db.ensure_table(Clone, table="copy")
    await stored.put("copy", old(1000))
    message = "copy' is there already, and a backup overwrites nothing; name another"
    with pytest.raises(MigrationError, match=message):
        await db.auto_migrate_with_options(
            UserV1,
            target=UserV2,
            copy_data=True,
            transform=upgrade,
            backup_table="copy",
        )
    assert await stored("copy") == [old(1000)]
    with pytest.raises(TableNotFoundError, match="users-v2"):
        await db.describe_table(UserV2)


async def test_a_backup_into_a_table_goes_on_from_the_checkpoint(
    db: Database, users: list[Item], stored: Stored, tmp_path: Path
) -> None:
    def stop(progress: MigrationProgress) -> None:
        if progress.read == 20:
            raise StopError

    job: dict[str, Any] = {
        "target": UserV2,
        "transform": upgrade,
        "copy_data": True,
        "batch_size": 10,
        "backup_table": "copy",
        "checkpoint": tmp_path / "job",
    }
    with pytest.raises(MigrationError, match="0 items are copied"):
        await db.auto_migrate_with_options(UserV1, **job, on_progress=stop)
    assert len(await stored("copy")) == 20
    await db.auto_migrate_with_options(UserV1, **job)
    assert by_text(await stored("copy")) == by_text(users)
    assert by_text(await stored("users-v2")) == by_text(NEW)


@pytest.mark.engine_lacks(dynoxide="backups", dynalite="backups")
async def test_an_on_demand_backup_is_made_and_named(
    db: Database, users: list[Item], boto: Witness, prefix: str
) -> None:
    report = await db.auto_migrate_with_options(
        UserV1, target=UserV2, copy_data=True, transform=upgrade, backup=True
    )
    made = (await boto.describe_backup(BackupArn=report.backup))["BackupDescription"]
    assert made["SourceTableDetails"]["TableName"] == f"{prefix}users-v1"
    assert made["BackupDetails"]["BackupName"].startswith(f"{prefix}users-v1-2")
    assert "snapshot" not in str(report)


class Secret(Model, table="secrets"):
    id: Attr[str] = partition_key()
    iban: Attr[str] = field(encrypted=True)


async def test_what_must_be_encrypted_is_not_moved_without_a_key(
    db: Database, stored: Stored
) -> None:
    await db.ensure_table(Secret)
    await stored.put("secrets", {"id": {"S": "1"}, "iban": {"S": "DE"}})
    with pytest.raises(MigrationError, match="iban must be encrypted"):
        await db.auto_migrate_with_options(
            Secret, target=Secret, target_table="other", copy_data=True
        )


async def test_what_was_plain_is_encrypted_on_its_way(
    db: Database, stored: Stored
) -> None:
    await db.ensure_table(Secret)
    await stored.put("secrets", {"id": {"S": "1"}, "iban": {"S": "DE"}})
    async with Database(db.config, kms_key=LocalKeys(), read_unencrypted=True) as vault:
        await vault.auto_migrate_with_options(
            Secret, target=Secret, target_table="other", copy_data=True, verify=True
        )
        (item,) = await stored("other")
        assert item["iban"].keys() == {"M"}
        found = await vault.model(Secret, table="other").where(Secret.id == "1").first()
        assert found == Secret(id="1", iban="DE")


class Bare(Model, table="other"):
    """Stored like a `Secret`, in the clear."""

    id: Attr[str] = partition_key()
    iban: Attr[str] = field(default="")


class Renamed(Model, table="other"):
    id: Attr[str] = partition_key()
    account: Attr[str] = field(encrypted=True)


@pytest.fixture
async def vault(db: Database) -> AsyncIterator[Database]:
    """A database that encrypts, with one secret."""
    async with Database(db.config, kms_key=LocalKeys()) as made:
        await made.ensure_table(Secret)
        await made.model(Secret(id="1", iban="DE")).put()
        yield made


@pytest.mark.parametrize(
    ("transform", "message"),
    [
        (None, "iban: encrypted in Secret and not in Bare; declare it encrypted there"),
        (transforms.copy(), "'iban' is encrypted in the source, and 'iban' is not in"),
        (transforms.rename("iban", "x"), "returns as 'x' is encrypted in the source"),
        (
            transforms.on_items(lambda item: {"id": "1", "x": [item["iban"]]}),
            "Secret cannot be stored",
        ),
    ],
)
async def test_what_is_encrypted_is_never_stored_in_the_clear(
    vault: Database, stored: Stored, transform: Any, message: str
) -> None:
    await vault.ensure_table(Bare)
    with pytest.raises(MigrationError, match=message):
        await vault.auto_migrate_with_options(
            Secret, target=Bare, copy_data=True, transform=transform
        )
    assert await stored("other") == []


async def test_what_is_encrypted_is_encrypted_for_its_new_place(
    vault: Database, stored: Stored
) -> None:
    await vault.auto_migrate_with_options(
        Secret,
        target=Renamed,
        copy_data=True,
        transform=transforms.rename("iban", "account"),
        verify=True,
    )
    (item,) = await stored("other")
    assert item["account"].keys() == {"M"}
    assert await vault.get(Renamed, "1") == Renamed(id="1", account="DE")


async def test_a_transform_of_instances_may_decrypt(
    vault: Database, stored: Stored
) -> None:
    await vault.auto_migrate_with_options(
        Secret,
        target=Bare,
        copy_data=True,
        transform=lambda secret: Bare(id=secret.id, iban=secret.iban),
    )
    assert await stored("other") == [{"id": {"S": "1"}, "iban": {"S": "DE"}}]


async def test_a_backup_keeps_encrypted_what_is(
    vault: Database, stored: Stored, tmp_path: Path
) -> None:
    job: dict[str, Any] = {"target": Secret, "copy_data": True}
    await vault.auto_migrate_with_options(
        Secret, **job, target_table="first", backup_table="copy"
    )
    assert await stored("copy") == await stored("secrets")
    path = tmp_path / "backup.jsonl"
    await vault.auto_migrate_with_options(
        Secret, **job, target_table="second", backup=path
    )
    line = json.loads(await anyio.Path(path).read_text())
    assert line["Item"]["iban"].keys() == {"M"}


async def test_an_unknown_option_is_refused(db: Database) -> None:
    with pytest.raises(InvalidOperatorError, match="no option 'sgments'"):
        await db.auto_migrate_with_options(UserV1, target=UserV2, sgments=5)  # type: ignore[call-arg]
