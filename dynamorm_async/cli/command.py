"""From a function to a command: the options that all take, and its run."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

from .codes import Code
from .output import Output
from .running import run
from .shell import Settings, Shell

EndpointUrl = Annotated[
    str | None,
    typer.Option(
        "--endpoint-url",
        metavar="URL",
        help="Where DynamoDB is, if not at AWS [env: AWS_ENDPOINT_URL_DYNAMODB].",
    ),
]
Region = Annotated[
    str | None,
    typer.Option("--region", metavar="NAME", help="The AWS region [env: AWS_REGION]."),
]
Profile = Annotated[
    str | None,
    typer.Option(
        "--profile", metavar="NAME", help="The profile of AWS tools [env: AWS_PROFILE]."
    ),
]
Db = Annotated[
    str | None,
    typer.Option(
        "--db",
        metavar="MODULE:NAME",
        help="A Database of yours, with its settings and type converters "
        "[env: DYNAMORM_DB].",
    ),
]
TablePrefix = Annotated[
    str | None,
    typer.Option(
        "--table-prefix",
        metavar="TEXT",
        help="What stands before every table's name [env: DYNAMORM_TABLE_PREFIX].",
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Answer in JSON, errors too, without bars.")
]
Debug = Annotated[bool, typer.Option("--debug", help="Show where an error came from.")]

_COMMON: dict[str, tuple[Any, Any]] = {
    "endpoint_url": (EndpointUrl, None),
    "region": (Region, None),
    "profile": (Profile, None),
    "db": (Db, None),
    "table_prefix": (TablePrefix, None),
    "as_json": (AsJson, False),
    "debug": (Debug, False),
}


Command = Callable[..., Code | None]


def command(app: typer.Typer, *, examples: str, name: str | None = None) -> Any:
    """Make a function, which takes a `Shell` first, a command of the app."""

    def register(body: Command) -> Command:
        epilog = "\b\nExamples:\n" + inspect.cleandoc(examples).replace("\n", "\n  ")
        epilog = epilog.replace("Examples:\n", "Examples:\n  ", 1)
        app.command(name, epilog=epilog)(_callable(body))
        return body

    return register


def _callable(body: Command) -> Callable[..., None]:
    own = list(inspect.signature(body, eval_str=True).parameters.values())[1:]

    @wraps(body)
    def call(**given: Any) -> None:
        settings = Settings(**{each: given.pop(each) for each in _COMMON})
        shell = Shell(settings, Output(is_quiet=settings.as_json))
        raise typer.Exit(run(shell, lambda shell: body(shell, **given)))

    common = [
        inspect.Parameter(
            each, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=hint
        )
        for each, (hint, default) in _COMMON.items()
    ]
    parameters = [
        *(each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own),
        *common,
    ]
    del call.__wrapped__  # its signature is another
    vars(call)["__signature__"] = inspect.Signature(parameters)
    call.__annotations__ = {each.name: each.annotation for each in parameters}
    return call
