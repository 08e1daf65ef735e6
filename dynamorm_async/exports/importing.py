"""A file to a table: rows are checked, written in batches, and counted."""

import os
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from anyio import CancelScope, to_thread

from ..errors import ConfigurationError, InvalidOperatorError
from ..query.batching import AT_ONCE
from ..query.query import Query
from .files import Input, StateFile
from .formats import FormatName, name_of
from .import_job import Import, ImportState, OnError
from .progress import ImportReport, OnTransfer
from .rejects import Rejects


async def import_items(
    query: Query[Any],
    source: str | os.PathLike[str] | BinaryIO,
    /,
    *,
    format: FormatName | None = None,
    on_error: OnError = "stop",
    rejects: str | os.PathLike[str] | None = None,
    max_concurrency: int = AT_ONCE,
    checkpoint: str | os.PathLike[str] | None = None,
    resume: bool = False,
    restart: bool = False,
    on_progress: OnTransfer | None = None,
) -> ImportReport:
    """Put the items of a file into the table of a query's model.

    >>> await import_items(db.model(User), "users.jsonl.gz")

    Each row is checked against the model before it is sent.  One that does not fit is
    an `ImportRowError` with its line and the reason, after the rows before it were
    written; or, with `on_error="skip"`, it is left out, and copied to the file
    `rejects`.  An item of the same key is overwritten.

    `NAME.import` beside the file, or `checkpoint`, says how far it has come until all
    is done.  After an error, a crash or a cancellation, `resume=True` goes on there,
    and `restart=True` begins anew.  A stream can't be resumed, and has no checkpoint.
    """
    job = Import(query, _format(source, format), on_error, max_concurrency)
    if not isinstance(source, (str, os.PathLike)):
        if resume or checkpoint is not None:
            raise InvalidOperatorError("a stream cannot be resumed; name a file")
        opened = await to_thread.run_sync(Rejects.to, rejects)
        return await job.run(Input.stream(source), opened, None, None, on_progress)
    path = Path(source)
    state = StateFile(Path(checkpoint or f"{path}.import"))
    begin = partial(_begin, path, state, rejects, resume=resume, restart=restart)
    file, opened, before = await to_thread.run_sync(begin)
    try:
        report = await job.run(file, opened, state, before, on_progress)
        await to_thread.run_sync(state.remove)
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(file.close)
    return report


def _format(
    source: str | os.PathLike[str] | BinaryIO, name: FormatName | None
) -> FormatName:
    if name is not None:
        return name
    return name_of(source) if isinstance(source, (str, os.PathLike)) else "jsonl"


def _begin(
    path: Path,
    state: StateFile,
    rejects: str | os.PathLike[str] | None,
    *,
    resume: bool,
    restart: bool,
) -> tuple[Input, Rejects, ImportState | None]:
    before: ImportState | None = state.read(ImportState) if resume else None
    if not resume and not restart and state.exists():
        raise ConfigurationError(
            f"an import of {path} is unfinished; go on with resume, or begin anew with "
            "restart"
        )
    return Input.opened(path), Rejects.to(rejects, append=resume), before
