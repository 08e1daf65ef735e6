"""Commands on an engine: what they print, and the code they end with."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ran, Run

NOTES: list[dict[str, Any]] = [
    {"owner": {"S": "ann"}, "day": {"S": "2026-01-01"}, "stars": {"N": "3"}},
    {"owner": {"S": "ann"}, "day": {"S": "2026-01-02"}, "text": {"S": "milk"}},
    {"owner": {"S": "bob"}, "day": {"S": "2026-01-01"}, "odd": {"S": "\x1b[2J"}},
]
NOTE = "tests.models:Note"


@pytest.fixture
def notes(boto_client: Any, prefix: str, run: Run) -> str:
    """A table of notes, written by somebody else."""
    assert run("apply", NOTE, "--yes").code == 0
    for each in NOTES:
        boto_client.put_item(TableName=f"{prefix}notes", Item=each)
    boto_client.close()
    return f"{prefix}notes"


def test_tables_are_listed(run: Run, notes: str) -> None:
    assert run("tables", "--names") == Ran(0, f"{notes}\n")
    assert run("tables", "--names", "--json") == Ran(0, f'{{"tables":["{notes}"]}}\n')
    (listed,) = json.loads(run("tables", "--json").out)["tables"]
    assert (listed["name"], listed["status"]) == (notes, "ACTIVE")
    _, _, row = run("tables").out.splitlines()
    assert row.split()[:2] == [notes, "ACTIVE"]


@pytest.mark.parametrize("target", [NOTE, "notes"])
def test_a_table_is_described(run: Run, notes: str, target: str) -> None:
    lines = run("describe", target).out.splitlines()
    facts = [tuple(re.split("  +", line, maxsplit=1)) for line in lines]
    assert facts[:5] == [
        ("name", notes),
        ("status", "ACTIVE"),
        ("partition key", "owner (S)"),
        ("sort key", "day (S)"),
        ("billing mode", "PAY_PER_REQUEST"),
    ]
    found = json.loads(run("describe", target, "--json").out)["table"]
    assert (found["name"], found["partition_key"], found["sort_key"]) == (
        notes,
        {"attribute": "owner", "type": "S"},
        {"attribute": "day", "type": "S"},
    )


def test_a_query_shows_what_is_stored(run: Run, notes: str) -> None:
    assert run("query", NOTE, "owner = ann") == Ran(
        0,
        "owner   day          text   stars\n"
        "─────────────────────────────────\n"
        "ann     2026-01-01          3\n"
        "ann     2026-01-02   milk\n",
    )


def test_what_would_steer_a_terminal_is_shown_as_text(run: Run, notes: str) -> None:
    shown = run("query", NOTE, "owner = bob").out.splitlines()[-1]
    assert shown == r"bob     2026-01-01   \x1b[2J"


ANN = [
    {"owner": "ann", "day": "2026-01-01", "stars": 3},
    {"owner": "ann", "day": "2026-01-02", "text": "milk"},
]
ANN_1, ANN_2 = ANN
BOB = {"owner": "bob", "day": "2026-01-01", "odd": "\x1b[2J"}


@pytest.mark.parametrize(
    ("arguments", "rows"),
    [
        (["owner = ann"], ANN),
        (["owner = ann", "day > 2026-01-01"], [ANN_2]),
        (["owner = ann AND day > 2026-01-01"], [ANN_2]),
        (["owner = ann", "--order", "day:desc"], [ANN_2, ANN_1]),
        (["owner = ann", "--order", "day:desc", "--limit", "1"], [ANN_2]),
        (["owner = ann", "--filter", "stars > 2"], [ANN_1]),
        (["owner = ann", "--filter", "stars > 2 OR text = milk"], ANN),
        (["owner = ann", "--filter", "stars > 2", "--filter", "text = milk"], []),
        (["owner = bob"], [BOB]),
        (["owner = ann", "--select", "stars", "--limit", "1"], [ANN_1]),
        (["owner = ann", "--consistent", "--all"], ANN),
        (["--scan", "--filter", "stars EXISTS"], [ANN_1]),
    ],
)
def test_a_query_answers(
    run: Run, notes: str, arguments: list[str], rows: list[Any]
) -> None:
    ran = run("query", NOTE, *arguments, "--output", "jsonl")
    assert [json.loads(line) for line in ran.out.splitlines()] == rows
    answer = json.loads(run("query", NOTE, *arguments, "--json").out)
    assert (answer["items"], answer["count"]) == (rows, len(rows))
    assert ran.code == 0


def test_a_count(run: Run, notes: str) -> None:
    assert run("query", NOTE, "owner = ann", "--count") == Ran(0, "2\n")
    assert run("query", NOTE, "owner = ann", "--count", "--json") == Ran(
        0, '{"count":2}\n'
    )


def test_pages_follow_one_another(run: Run, notes: str) -> None:
    first = json.loads(run("query", NOTE, "owner = ann", "--limit", "1", "--json").out)
    assert first["items"] == [ANN_1]
    arguments = ["--limit", "1", "--json", "--cursor", first["next_cursor"]]
    second = json.loads(run("query", NOTE, "owner = ann", *arguments).out)
    assert second["items"] == [ANN_2]


def test_a_page_says_how_to_go_on(run: Run, notes: str) -> None:
    ran = run("query", NOTE, "owner = ann", "--limit", "1")
    assert ran.err.startswith("1 row, and there are more: dynamorm ")
    assert " --cursor " in ran.err


def test_a_query_is_explained_without_an_engine(run: Run, prefix: str) -> None:
    arguments = ["query", NOTE, "owner = ann", "--filter", "stars > 2", "--explain"]
    text = (
        f"Query on {prefix}notes: equality on the table's partition key\n"
        "  key: owner = :v0\n"
        "  filter: stars > :v1\n"
        "  cost: every row read is billed, also those the filter drops"
    )
    assert run(*arguments) == Ran(0, f"{text}\n")
    assert json.loads(run(*arguments, "--json").out) == {
        "operation": "Query",
        "explain": text,
        "body": {
            "TableName": f"{prefix}notes",
            "KeyConditionExpression": "#n0 = :v0",
            "FilterExpression": "#n1 > :v1",
            "ExpressionAttributeNames": {"#n0": "owner", "#n1": "stars"},
            "ExpressionAttributeValues": {":v0": {"S": "ann"}, ":v1": {"N": "2"}},
        },
    }


def test_a_scan_nobody_asked_for_is_warned_of(run: Run, notes: str) -> None:
    ran = run("query", NOTE, "stars > 2")
    assert ran.code == 0
    assert ran.err == (
        "warning: Note: no condition fits a key, so the whole table is read and billed"
        "; say --scan if that is meant\n"
    )
    assert run("query", NOTE, "stars > 2", "--scan").err == ""
    assert run("query", NOTE, "stars > 2", "--scan", "--count") == Ran(0, "1\n")


def test_a_plan_becomes_nothing_to_do(run: Run, prefix: str) -> None:
    made = f"{prefix}notes: create table on owner (S), day (S), PAY_PER_REQUEST"
    assert run("plan", NOTE) == Ran(0, f"{made}\n")
    assert run("plan", NOTE, "--detailed-exitcode").code == 3
    assert run("apply", NOTE) == Ran(
        2,
        f"{made}\n",
        "error: Apply 1 step? There is no terminal to ask on: say --yes to do it\n",
    )
    ran = run("apply", NOTE, "--yes")
    assert (ran.code, ran.out) == (0, f"{made}\n")
    assert ran.err.startswith(f"[1/1] {made}: done, ")
    assert run("plan", NOTE, "--detailed-exitcode") == Ran(0, "nothing to do\n")
    assert run("apply", NOTE) == Ran(0, "nothing to do\n")


def test_options_of_a_table_are_planned(run: Run, notes: str) -> None:
    said = ["--set", "deletion_protection=true"]
    step = {"table": notes, "text": "switch on deletion protection", "deletes": False}
    assert json.loads(run("plan", NOTE, *said, "--json").out) == {
        "steps": [step],
        "held_back": [],
        "drift": [],
    }
    assert json.loads(run("apply", NOTE, *said, "--json", "--yes").out) == {
        "applied": [step],
        "skipped": [],
        "held_back": [],
        "drift": [],
    }


def test_what_deletes_is_held_back(run: Run, boto_client: Any, prefix: str) -> None:
    boto_client.create_table(
        TableName=f"{prefix}notes",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "owner", "KeyType": "HASH"},
            {"AttributeName": "day", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"}
            for name in ("owner", "day", "text")
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "old",
                "KeySchema": [{"AttributeName": "text", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    boto_client.close()
    held = f"held back (needs --allow-delete): {prefix}notes: delete index old"
    ran = run("plan", NOTE, "--detailed-exitcode")
    assert (ran.code, ran.out.splitlines()[0][: len(held)]) == (4, held)
    assert run("apply", NOTE, "--yes").code == 4
    assert run("apply", NOTE, "--yes", "--allow-delete").code == 0
    assert run("plan", NOTE, "--detailed-exitcode").code == 0


MODELS = "tests.migrations.models"
MOVE = (
    *("migrate", f"{MODELS}:UserV1", "--to", f"{MODELS}:UserV2"),
    *("--transform", f"{MODELS}:upgrade"),
)


def test_items_move_to_another_model(
    run: Run,
    boto_client: Any,
    prefix: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    old, new = f"{prefix}users-v1", f"{prefix}users-v2"
    assert run("apply", f"{MODELS}:UserV1", "--yes").code == 0
    for number in (6, 7, 8):
        user = {"id": {"S": str(number)}, "name": {"S": "ann"}}
        boto_client.put_item(TableName=old, Item=user)
    counts = f"{old} -> {new}: 3 items read, 2 would be copied, 1 would be dropped\n"
    ran = run(*MOVE, "--dry-run")
    assert (ran.code, ran.out[: len(counts)], ran.err) == (0, counts, "")
    assert run(*MOVE) == Ran(
        2,
        "",
        f"error: Copy the items of {old} into {new}? There is no terminal to ask on: "
        "say --yes to do it\n",
    )
    report = json.loads(run(*MOVE, "--yes", "--verify", "--json").out)
    counted = [report[name] for name in ("source", "target", "read", "copied")]
    assert counted == [old, new, 3, 2]
    titles = [each["title"] for each in boto_client.scan(TableName=new)["Items"]]
    assert titles == [{"S": "ANN"}] * 2
    assert list(tmp_path.iterdir()) == []
    boto_client.close()


def test_a_backup_may_be_a_table(
    run: Run,
    boto_client: Any,
    prefix: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("apply", f"{MODELS}:UserV1", "--yes").code == 0
    user = {"id": {"S": "6"}, "name": {"S": "ann"}}
    boto_client.put_item(TableName=f"{prefix}users-v1", Item=user)
    assert run(*MOVE, "--backup-table", "kept", "--yes").code == 0
    assert boto_client.scan(TableName=f"{prefix}kept")["Items"] == [user]
    boto_client.close()


def test_errors_name_the_options_of_a_shell(
    run: Run, prefix: str, notes: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("export", NOTE, "n.jsonl").code == 0
    assert run("export", NOTE, "n.jsonl").err == (
        "error: n.jsonl exists; it is overwritten only with --force\n"
    )
    (tmp_path / "n.jsonl.import").write_text("{}")
    assert run("import", NOTE, "n.jsonl", "--yes").err == (
        "error: an import of n.jsonl is unfinished; go on with --resume, or begin anew "
        "with --restart\n"
    )
    assert run("apply", f"{MODELS}:UserV1", "--yes").code == 0
    ran = run(*MOVE, "--target-table", notes.removeprefix(prefix), "--yes")
    end = "Mend the model, or name its table with --source-table or --target-table.\n"
    assert (ran.code, ran.err[-len(end) :]) == (1, end)


def test_a_mistake_that_shows_in_the_middle_of_a_file_says_what_is_done(
    run: Run, notes: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = "".join(
        f'{{"owner":"eve","day":"2026-01-{number}"}}\n' for number in range(600)
    )
    damaged = gzip.compress(lines.encode()) + b"and more"
    (tmp_path / "n.jsonl.gz").write_bytes(damaged)
    ran = run("import", NOTE, "n.jsonl.gz", "--yes")
    error, done = ran.err.splitlines()
    assert (ran.code, error) == (1, "error: the file is no gzip, or is damaged")
    assert done.startswith("500 items imported; go on with: dynamorm ")
    # Nothing is changed by one that shows at the start.
    (tmp_path / "n.jsonl.gz").write_bytes(b"no gzip at all")
    assert run("import", NOTE, "n.jsonl.gz", "--restart", "--yes") == Ran(
        2, err="error: the file is no gzip, or is damaged\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (["query", "nowhere:User"], 2, "there is no module 'nowhere' here"),
        (["query", "tests.models:Usr"], 2, "tests.models has no Usr; its models are"),
        (["query", "tests.models:NOON"], 2, "is no model, but a datetime"),
        (["query", "tests.models"], 2, "a model is named as module:name"),
        (["query", NOTE, "owner = ann", "--index", "x"], 2, "has no index 'x'"),
        (["query", NOTE, "--order", "stars"], 2, "stars"),
        (["query", NOTE, "--cursor", "x"], 2, "cursor"),
        (["query", NOTE, "--all", "--limit", "1"], 2, "--all reads everything"),
        (["query", NOTE, "owner = ann"], 1, "there is no table "),
        (["describe", "nowhere", "--table", "x"], 2, "--table is the table of a model"),
        (["migrate", NOTE], 2, "is both source and target: name another model"),
        (["migrate", NOTE, "--transform", "tests.models:NOON"], 2, "is no function"),
        (["migrate", NOTE, "--to", "tests.models:Usr"], 2, "has no Usr"),
        (["migrate", NOTE, "--backup", "x", "--backup-on-demand"], 2, "exclude each"),
        (["plan", NOTE, "--set", "x"], 2, "write it as OPTION=VALUE"),
        (["plan", NOTE, "--set", "x=1"], 2, "x"),
        (["tables", "--region", "a b"], 2, "region='a b'"),
        (["tables", "--db", "tests.models:Note"], 2, "is no Database"),
        (["export", NOTE, "notes.txt"], 2, "says no format"),
        (["import", NOTE, "notes.txt", "--yes"], 2, "says no format"),
        (["import", NOTE, "no.jsonl", "--yes"], 2, "no.jsonl cannot be opened"),
        (["import", NOTE, "no.jsonl", "--rejects", "x", "--yes"], 2, "--on-error skip"),
    ],
)
def test_what_goes_wrong_is_one_line_and_a_code(
    run: Run, arguments: list[str], code: int, complaint: str
) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (code, "")
    (line,) = ran.err.splitlines()
    assert line.startswith("error: ")
    assert complaint in line
    said = json.loads(run(*arguments, "--json").err)["error"]
    assert (said["code"], complaint in said["message"]) == (code, True)


@pytest.mark.parametrize("target", ["notes", NOTE])
def test_a_table_that_is_not_there_is_said_with_what_to_do(
    run: Run, prefix: str, target: str
) -> None:
    assert run("describe", target) == Ran(
        1,
        err=f"error: there is no table {prefix}notes: dynamorm tables lists those that "
        "are; check its name, --table-prefix, --region and --endpoint-url, or make it "
        "with dynamorm apply\n",
    )
    assert run("tables") == Ran(0, err=f"no tables named {prefix}...\n")
    assert run("tables", "--names") == Ran(0, err=f"no tables named {prefix}...\n")


def test_a_table_of_other_keys_is_no_success(
    run: Run, boto_client: Any, prefix: str
) -> None:
    boto_client.create_table(
        TableName=f"{prefix}notes",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )
    boto_client.close()
    said = (
        f"cannot be changed: {prefix}notes: its key is id (S), and that of Note is "
        "owner (S), day (S); keys cannot be changed: give the model another table "
        "name, and move the items there\n"
    )
    assert run("plan", NOTE) == Ran(0, said)
    assert run("plan", NOTE, "--detailed-exitcode") == Ran(4, said)
    assert run("apply", NOTE, "--yes") == Ran(4, said)


def test_a_plan_that_is_not_done_in_time_says_how_to_go_on(
    run: Run, prefix: str
) -> None:
    ran = run("apply", NOTE, "--yes", "--wait", "0")
    assert ran.code == 1
    error, more = ran.err.splitlines()
    assert error.startswith("error: waited 0 s for ")
    assert error.endswith(
        "it may still happen; applied before that: 0 of 1 steps; plan again to go on"
    )
    assert more.startswith("go on with: dynamorm ")


def test_debug_shows_where_an_error_came_from(run: Run) -> None:
    assert "Traceback" not in run("query", "nowhere:User").err
    assert "Traceback" in run("query", "nowhere:User", "--debug").err


def test_items_and_the_report_do_not_mix(run: Run) -> None:
    ran = run("export", NOTE, "-", "--json")
    assert (ran.code, ran.out) == (2, "")
    assert "would both go to standard output" in ran.err


def test_an_unknown_option_is_a_mistake(run: Run) -> None:
    ran = run("query", NOTE, "--nope")
    assert ran.code == 2
    assert "No such option" in ran.err
