"""Tables to files and back, on an engine, seen by another client."""

import gzip
import io
import json
import re
from typing import Any

import anyio
import pytest
from anyio import Path

from dynamorm_async import (
    Attr,
    ConfigurationError,
    Database,
    ExportReport,
    ImportReport,
    ImportRowError,
    InvalidOperatorError,
    InvalidValueError,
    Model,
    TableNotFoundError,
    TransferProgress,
    UnknownFieldError,
    before_load,
    export_items,
    field,
    import_items,
    partition_key,
    sort_key,
)
from dynamorm_async.exports.progress import RejectedRow
from tests.conftest import Witness
from tests.exports.conftest import THINGS, Table, Thing, put_all, thing

MANY = [thing(number, text={"S": f"number {number}"}) for number in range(2_500)]


class StopError(Exception):
    """Ends a job in the middle, as a crash would."""


def stop_after(calls: int) -> Any:
    """A listener that ends the job when it has been told so often."""
    told: list[TransferProgress] = []

    def listen(progress: TransferProgress) -> None:
        told.append(progress)
        if len(told) == calls:
            raise StopError

    return listen


async def names_in(folder: Path) -> list[str]:
    """The names of the files of a folder, in order."""
    return sorted([each.name async for each in folder.iterdir()])


@pytest.mark.parametrize(
    "name", ["t.json", "t.jsonl", "t.csv", "t.json.gz", "t.jsonl.gz", "t.csv.gz"]
)
@pytest.mark.usefixtures("things")
async def test_what_is_exported_is_imported_as_it_was(
    db: Database, stored: Table, folder: Path, name: str
) -> None:
    path = folder / name
    report = await export_items(db.model(Thing), path)
    assert report == ExportReport(items=3)
    imported = await import_items(db.model(Thing, table="copies"), path)
    assert imported == ImportReport(items=3)
    assert await stored("copies") == THINGS
    assert await names_in(folder) == [name]


@pytest.mark.usefixtures("things")
async def test_a_file_of_dynamodbs_own_exports(
    db: Database, stored: Table, folder: Path
) -> None:
    path = folder / "7xw.json.gz"
    lines = [json.dumps({"Item": each}) + "\n" for each in MANY]
    await path.write_bytes(gzip.compress("".join(lines).encode()))
    report = await import_items(db.model(Thing, table="copies"), path)
    assert report == ImportReport(items=2_500)
    assert await stored("copies") == MANY


@pytest.mark.usefixtures("things")
async def test_lines_of_an_export_stand_in_the_order_of_the_model(
    db: Database, folder: Path
) -> None:
    await export_items(db.model(Thing).where(Thing.at == 3), folder / "t.jsonl")
    await export_items(db.model(Thing).where(Thing.at == 3), folder / "t.json")
    assert await (folder / "t.jsonl").read_text() == (
        '{"id":"00003","at":3,"text":"","anything":"1"}\n'
    )
    assert await (folder / "t.json").read_text() == (
        '{"Item":{"id":{"S":"00003"},"at":{"N":"3"},"text":{"S":""},'
        '"anything":{"S":"1"}}}\n'
    )


@pytest.mark.usefixtures("things")
async def test_an_empty_table_makes_an_empty_file(db: Database, folder: Path) -> None:
    copies = db.model(Thing, table="copies")
    assert await export_items(copies, folder / "t.csv.gz") == ExportReport(items=0)
    header = ",".join(each.attribute for each in copies._question.table.fields) + "\n"
    assert gzip.decompress(await (folder / "t.csv.gz").read_bytes()) == header.encode()
    assert await import_items(copies, folder / "t.csv.gz") == ImportReport(items=0)


@pytest.mark.usefixtures("things")
async def test_csv_tells_what_it_has_no_column_for(
    db: Database, boto: Witness, prefix: str, folder: Path
) -> None:
    await put_all(boto, f"{prefix}copies", [thing(1, odd={"S": "x"}, old={"S": "y"})])
    report = await export_items(db.model(Thing, table="copies"), folder / "t.csv")
    assert report == ExportReport(items=1, left_out=2)


@pytest.mark.usefixtures("things")
async def test_streams_take_and_give_items(db: Database, stored: Table) -> None:
    stream = io.BytesIO()
    await export_items(db.model(Thing), stream, format="dynamodb-json")
    stream.seek(0)
    copies = db.model(Thing, table="copies")
    await import_items(copies, stream, format="dynamodb-json")
    assert await stored("copies") == THINGS
    with pytest.raises(InvalidOperatorError, match="a stream cannot be resumed"):
        await export_items(copies, stream, resume=True)
    with pytest.raises(InvalidOperatorError, match="a stream cannot be resumed"):
        await import_items(copies, stream, resume=True)


@pytest.mark.parametrize("name", ["t.jsonl", "t.csv.gz"])
@pytest.mark.usefixtures("things")
async def test_an_export_goes_on_where_it_stopped(
    db: Database, boto: Witness, prefix: str, stored: Table, folder: Path, name: str
) -> None:
    await put_all(boto, f"{prefix}things", MANY)
    path = folder / name
    with pytest.raises(StopError, match=r"^$"):
        await export_items(db.model(Thing), path, on_progress=stop_after(1))
    assert await names_in(folder) == [
        f"{name}.export",
        f"{name}.part",
    ]
    # What a crash leaves behind its last checkpoint counts for nothing.
    async with await (folder / f"{name}.part").open("ab") as file:
        await file.write(b"torn")
    with pytest.raises(ConfigurationError, match="unfinished; go on with resume"):
        await export_items(db.model(Thing), path)
    report = await export_items(db.model(Thing), path, resume=True)
    assert report == ExportReport(items=2_500)
    await import_items(db.model(Thing, table="copies"), path)
    assert await stored("copies") == await stored("things")
    assert await names_in(folder) == [name]


@pytest.mark.usefixtures("things")
async def test_nothing_is_overwritten_unless_it_is_forced(
    db: Database, folder: Path
) -> None:
    path = folder / "t.jsonl"
    await path.write_text("mine")
    with pytest.raises(ConfigurationError, match="exists; it is overwritten only"):
        await export_items(db.model(Thing), path)
    assert await path.read_text() == "mine"
    await export_items(db.model(Thing), path, force=True)
    assert len((await path.read_text()).splitlines()) == 3


@pytest.mark.parametrize(
    ("other", "complaint"),
    [
        ({"segments": 3}, "has segments 4, not 3"),
        ({"format": "csv"}, "has format 'jsonl', not 'csv'"),
    ],
)
@pytest.mark.usefixtures("things")
async def test_the_export_of_something_else_is_not_gone_on_with(
    db: Database, folder: Path, other: dict[str, Any], complaint: str
) -> None:
    path = folder / "t.jsonl"
    with pytest.raises(StopError, match=r"^$"):
        await export_items(db.model(Thing), path, on_progress=stop_after(1))
    with pytest.raises(ConfigurationError, match=complaint):
        await export_items(db.model(Thing), path, resume=True, **other)


@pytest.mark.usefixtures("things")
async def test_a_csv_is_not_gone_on_with_in_other_columns(
    db: Database, folder: Path
) -> None:
    class Newer(Model):
        id: Attr[str] = partition_key()
        at: Attr[int] = sort_key()
        added: Attr[int] = field(default=0)

    path = folder / "t.csv"
    with pytest.raises(StopError, match=r"^$"):
        await export_items(db.model(Thing), path, on_progress=stop_after(1))
    newer = db.model(Newer, table="things")
    with pytest.raises(
        ConfigurationError, match=r"has columns '.*', not 'id,at,added'"
    ):
        await export_items(newer, path, resume=True)


async def test_an_export_that_fails_at_once_leaves_nothing(
    db: Database, folder: Path
) -> None:
    with pytest.raises(TableNotFoundError, match="check its name"):
        await export_items(db.model(Thing, table="nowhere"), folder / "t.jsonl")
    assert await names_in(folder) == []


@pytest.mark.parametrize("torn", [b"", b"{", b'{"table":1}'])
@pytest.mark.usefixtures("things")
async def test_a_half_written_checkpoint_is_one_clear_error(
    db: Database, folder: Path, torn: bytes
) -> None:
    path = folder / "t.jsonl"
    await (folder / "t.jsonl.export").write_bytes(torn)
    with pytest.raises(ConfigurationError, match="is no checkpoint; delete it"):
        await export_items(db.model(Thing), path, resume=True)
    await path.write_text("{}")
    await (folder / "t.jsonl.import").write_bytes(torn)
    with pytest.raises(ConfigurationError, match="is no checkpoint; delete it"):
        await import_items(db.model(Thing), path, resume=True)


@pytest.mark.usefixtures("things")
async def test_nothing_to_resume_is_said(db: Database, folder: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is nothing to resume"):
        await export_items(db.model(Thing), folder / "t.csv", resume=True)


@pytest.mark.usefixtures("things")
async def test_an_export_killed_at_its_beginning_begins_anew(
    db: Database, folder: Path
) -> None:
    path = folder / "t.jsonl"
    await (folder / "t.jsonl.part").write_text("half a line")
    with pytest.raises(ConfigurationError, match=r"was killed before .* with force$"):
        await export_items(db.model(Thing), path)
    await export_items(db.model(Thing), path, force=True)
    assert await names_in(folder) == ["t.jsonl"]


@pytest.mark.usefixtures("things")
async def test_a_file_made_meanwhile_is_not_overwritten(
    db: Database, folder: Path
) -> None:
    path = folder / "t.jsonl"

    async def write(_: TransferProgress) -> None:
        await path.write_text("precious")

    with pytest.raises(ConfigurationError, match="it is overwritten only with force"):
        await export_items(db.model(Thing), path, on_progress=write)
    assert await path.read_text() == "precious"


@pytest.mark.usefixtures("things")
async def test_an_import_goes_on_where_it_stopped(
    db: Database, stored: Table, folder: Path
) -> None:
    path = folder / "t.json"
    await path.write_text("".join(json.dumps({"Item": each}) + "\n" for each in MANY))
    copies = db.model(Thing, table="copies")
    with pytest.raises(StopError, match=r"^$"):
        await import_items(copies, path, on_progress=stop_after(2))
    assert len(await stored("copies")) == 1_000
    with pytest.raises(ConfigurationError, match="unfinished; go on with resume"):
        await import_items(copies, path)
    told: list[TransferProgress] = []
    report = await import_items(copies, path, resume=True, on_progress=told.append)
    assert report == ImportReport(items=2_500)
    assert [each.items for each in told] == [1_500, 2_000, 2_500]
    assert told[-1].bytes_done == told[-1].bytes_total == (await path.stat()).st_size
    assert await stored("copies") == MANY
    assert await names_in(folder) == ["t.json"]


@pytest.mark.usefixtures("things")
@pytest.mark.parametrize("left", [json.dumps({"Item": MANY[0]}), ""])
async def test_another_file_is_not_gone_on_with(
    db: Database, folder: Path, left: str
) -> None:
    path = folder / "t.json"
    await path.write_text("".join(json.dumps({"Item": each}) + "\n" for each in MANY))
    with pytest.raises(StopError, match=r"^$"):
        await import_items(db.model(Thing), path, on_progress=stop_after(1))
    await path.write_text(left)
    with pytest.raises(ConfigurationError, match="not the one of which 500 rows"):
        await import_items(db.model(Thing), path, resume=True)
    report = await import_items(db.model(Thing), path, restart=True)
    assert report == ImportReport(items=1 if left else 0)


GOOD = '{"id": "1", "at": 1}\n'
BAD = [
    ("nonsense", "the line is not JSON"),
    ("[]", "an item is an object of JSON"),
    (
        '{"id": "1"}',
        "Thing.at: the stored item has no attribute .at., and the field has no def",
    ),
    ('{"id": "", "at": 1}', "Thing.id: a key of the table is of type S and not empty"),
    ('{"id": "1", "at": "x"}', "attribute 'at': expected a number, found a text"),
    ('{"id": "1", "at": 1, "price": true}', "Thing.price: expected N, found BOOL"),
    ('{"id": "1", "at": 1, "price": 1e999}', "attribute 'price': "),
    ('{"id": "1", "at": 1, "tags": ["a", "a"]}', "a set holds no element twice"),
    ('{"id": "1", "at": 1, "text": "\\ud800"}', "a text that UTF-8 cannot hold"),
    ('{"id": "1", "at": 1, "hidden": "x"}', "an encrypted field stands in a file as"),
    ('{"id": "1", "at": 1, "x": "' + "x" * 500_000 + '"}', "DynamoDB takes 409,600"),
    ("\udcff", "the line is not JSON"),
]


@pytest.mark.parametrize(("row", "reason"), BAD, ids=[row[1] for row in BAD])
@pytest.mark.usefixtures("things")
async def test_a_bad_row_is_named_and_those_before_it_are_written(
    db: Database, stored: Table, folder: Path, row: str, reason: str
) -> None:
    path = folder / "t.jsonl"
    text = f"{GOOD}\n{row}\n" + GOOD.replace('"1"', '"2"')
    await path.write_text(text, errors="surrogateescape")
    copies = db.model(Thing, table="copies")
    with pytest.raises(ImportRowError, match=reason) as caught:
        await import_items(copies, path)
    assert (caught.value.line, len(await stored("copies"))) == (3, 1)
    rejects = folder / "bad.jsonl"
    report = await import_items(
        copies, path, resume=True, on_error="skip", rejects=rejects
    )
    (rejected,) = report.rejections
    assert (report.items, report.rejected, rejected.line) == (2, 1, 3)
    assert re.search(reason, rejected.reason)
    assert await rejects.read_text(errors="surrogateescape") == f"{row}\n"
    assert [each["id"]["S"] for each in await stored("copies")] == ["1", "2"]


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ("{}", r'expected a line of the form \{"Item": \{...\}\}'),
        ('{"Item": {"id": "1"}}', "attribute 'id': expected one typed value"),
        ('{"Item": {"id": {"X": "1"}}}', "attribute 'id': DynamoDB has no type 'X'"),
        ('{"Item": {"id": {"S": 1}}}', "attribute 'id': S holds a text"),
        ('{"Item": {"x": {"N": "x"}}}', "attribute 'x': N holds something that is no"),
        ('{"Item": {"x": {"N": 1}}}', "attribute 'x': N holds a number as text"),
        ('{"Item": {"x": {"B": "x"}}}', "attribute 'x': B holds bytes as base64"),
        ('{"Item": {"x": {"BOOL": 1}}}', "attribute 'x': BOOL holds true or false"),
        ('{"Item": {"x": {"NULL": false}}}', "attribute 'x': NULL holds true"),
        ('{"Item": {"x": {"SS": []}}}', "attribute 'x': a set holds a list of at"),
        ('{"Item": {"x": {"L": {}}}}', "attribute 'x': L holds a list"),
        ('{"Item": {"x": {"M": []}}}', "attribute 'x': M holds an object"),
        ('{"Item": {"x": {"L": [{"N": 1}]}}}', "attribute 'x': N holds a number"),
    ],
)
async def test_what_is_no_item_is_found_before_it_is_sent(
    db: Database, item: str, reason: str
) -> None:
    stream = io.BytesIO(item.encode())
    with pytest.raises(ImportRowError, match=f"^line 1: {reason}"):
        await import_items(db.model(Thing), stream, format="dynamodb-json")


CSV = "at,id,price\n1,a,1.5\n2,b\n3,c,x\n4,d,\n"


@pytest.mark.usefixtures("things")
async def test_bad_rows_of_csv_are_copied_below_a_header(
    db: Database, stored: Table, folder: Path
) -> None:
    await (folder / "t.csv").write_text("\ufeff" + CSV, encoding="utf-8")
    report = await import_items(
        db.model(Thing, table="copies"),
        folder / "t.csv",
        on_error="skip",
        rejects=folder / "bad.csv",
    )
    assert report == ImportReport(
        items=2,
        rejected=2,
        rejections=(
            RejectedRow(3, "2 cells, and the header names 3"),
            RejectedRow(4, "column 'price': expected a number, found a text"),
        ),
    )
    assert await (folder / "bad.csv").read_text() == "at,id,price\n2,b\n3,c,x\n"
    assert await stored("copies") == [
        {"id": {"S": "a"}, "at": {"N": "1"}, "price": {"N": "1.5"}},
        {"id": {"S": "d"}, "at": {"N": "4"}},
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("id,at,nmae\n", "Thing has no field 'nmae'"),
        ("id,at,at\n", "two columns are for the attribute 'at'"),
    ],
)
async def test_a_header_names_fields(
    db: Database, folder: Path, text: str, complaint: str
) -> None:
    await (folder / "t.csv").write_text(text)
    with pytest.raises(UnknownFieldError, match=complaint):
        await import_items(db.model(Thing), folder / "t.csv")


async def test_a_damaged_file_is_one_clear_error(db: Database, folder: Path) -> None:
    path = folder / "t.jsonl.gz"
    for damaged in (b"no gzip", gzip.compress(GOOD.encode() * 500)[:-20]):
        await path.write_bytes(damaged)
        with pytest.raises(InvalidValueError, match="no gzip, or is damaged"):
            await import_items(db.model(Thing), path)


@pytest.mark.usefixtures("things")
async def test_the_later_of_two_rows_of_one_key_counts(
    db: Database, stored: Table
) -> None:
    rows = [thing(1, text={"S": "old"}), thing(2), thing(1, text={"S": "new"})]
    stream = io.BytesIO(
        b"".join(json.dumps({"Item": each}).encode() + b"\n" for each in rows)
    )
    copies = db.model(Thing, table="copies")
    await import_items(copies, stream, format="dynamodb-json")
    assert await stored("copies") == [rows[2], rows[1]]


class Titled(Model, table="copies"):
    """Things of which another system has to be asked."""

    id: Attr[str] = partition_key()
    at: Attr[int] = sort_key()
    title: Attr[str]

    @before_load
    @classmethod
    async def titled(cls, item: dict[str, Any]) -> dict[str, Any]:
        await anyio.lowlevel.checkpoint()
        return {"title": item["text"], **item} if "text" in item else item


@pytest.mark.usefixtures("things")
async def test_async_hooks_are_awaited_to_see_what_fits(
    db: Database, stored: Table
) -> None:
    rows = [thing(1, text={"S": "old"}), thing(2)]
    stream = io.BytesIO(
        b"".join(json.dumps({"Item": each}).encode() + b"\n" for each in rows)
    )
    query = db.model(Titled)
    with pytest.raises(ImportRowError, match=r"line 2: .* no attribute 'title'"):
        await import_items(query, stream, format="dynamodb-json")
    assert await stored("copies") == rows[:1]


async def test_an_import_takes_a_model_and_no_conditions(db: Database) -> None:
    with pytest.raises(InvalidOperatorError, match="the query can only name a model"):
        await import_items(db.model(Thing).where(Thing.id == "1"), "t.csv")
