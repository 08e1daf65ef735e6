"""The program: its commands, in the order in which help shows them."""

import typer

from .command import command
from .commands.exporting import export_table
from .commands.importing import import_table
from .commands.looking import describe, tables
from .commands.migrating import migrate
from .commands.planning import apply, plan
from .commands.querying import query

app = typer.Typer(
    name="dynamorm",
    help="Look at DynamoDB tables through your models, and change them.",
    epilog="\b\n"
    "Exit codes:\n"
    "    0  done\n"
    "    1  an error of DynamoDB, the connection or a file; or the answer was no\n"
    "    2  a mistake in what was asked; nothing was changed\n"
    "    3  plan --detailed-exitcode: there is something to apply\n"
    "    4  done, but for what was left out\n"
    "  130  interrupted; the last line says how to go on",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

command(
    app,
    examples="""
    dynamorm tables
    dynamorm tables --names --endpoint-url http://localhost:8000
    """,
)(tables)
command(
    app,
    examples="""
    dynamorm describe app:User
    dynamorm describe users --json
    """,
)(describe)
command(
    app,
    examples="""
    dynamorm plan app:User app:Post
    dynamorm plan app --set point_in_time_recovery=true --detailed-exitcode
    """,
)(plan)
command(
    app,
    examples="""
    dynamorm apply app:User
    dynamorm apply app --set billing_mode=PAY_PER_REQUEST --yes
    """,
)(apply)
command(
    app,
    examples="""
    dynamorm migrate app:User --to app:UserV2 --transform app:upgrade --dry-run
    dynamorm migrate app:User --to app:UserV2 --transform app:upgrade --verify
    dynamorm migrate app:User --target-table users-copy --items-per-second 500 --yes
    """,
)(migrate)
command(
    app,
    examples="""
    dynamorm query app:User "id = 1"
    dynamorm query app:User "id = 1" "joined > 2026-01-01" --order joined:desc
    dynamorm query app:User "status = active" --filter "rank > 18 OR nick EXISTS"
    dynamorm query app:User --scan --all --output jsonl
    """,
)(query)
command(
    app,
    name="export",
    examples="""
    dynamorm export app:User users.jsonl.gz
    dynamorm export app:User adults.csv --filter "rank >= 18"
    dynamorm export app:User - --format dynamodb-json | gzip > users.json.gz
    """,
)(export_table)
command(
    app,
    name="import",
    examples="""
    dynamorm import app:User users.jsonl.gz --yes
    dynamorm import app:User users.csv --on-error skip --rejects bad.csv
    """,
)(import_table)
