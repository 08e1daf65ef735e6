"""The two tables of a migration: what they are, and whether they fit their models."""

import hashlib
import json

from msgspec import Struct

from ..compiler.compiler import Compiler
from ..compiler.question import Question
from ..compiler.tables.descriptions import KeyDescription, TableDescription
from ..errors import InvalidModelError


class Side(Struct, frozen=True):
    """A table at one moment, and the shape of its model: equal as long as both are the
    same.
    """

    table: str
    arn: str | None
    created: str | None
    """When it was made: another table may get its name later."""

    model: str
    shape: str
    """A digest of the model's stored names and types."""


def side_of(compiler: Compiler, question: Question, found: TableDescription) -> Side:
    """The side that a table is."""
    return Side(
        table=question.table_name,
        arn=found.arn,
        created=found.created.isoformat() if found.created else None,
        model=question.table.model_name,
        shape=shape_of(compiler, question),
    )


def shape_of(compiler: Compiler, question: Question) -> str:
    """A digest of how the model's items are stored, the same in every process."""
    fields = compiler.codec(question.table).fields
    content = [[name, each.tag, each.info.role] for name, each in fields.items()]
    return hashlib.sha256(json.dumps(content, default=str).encode()).hexdigest()[:16]


def check_keys(compiler: Compiler, question: Question, found: TableDescription) -> None:
    """Refuse a model whose keys are not those of the table."""
    fields = compiler.codec(question.table).fields
    own = [
        KeyDescription(each.attribute, fields[each.attribute].tag or "?")
        for each in question.table.key
    ]
    has = [each for each in (found.partition_key, found.sort_key) if each is not None]
    if own != has:
        raise InvalidModelError(
            f"the key of {question.table.model_name} is {_shown(own)}, and that of the "
            f"table {question.table_name!r} is {_shown(has)}"
        )


def _shown(key: list[KeyDescription]) -> str:
    return " and ".join(f"{each.attribute} ({each.type})" for each in key)
