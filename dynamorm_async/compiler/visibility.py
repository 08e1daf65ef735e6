"""Whether a written item can be seen through an index, which lags behind the table."""

from typing import Any

from ..errors import EmptyValueError
from ..expressions.conditions import Comparison
from ..expressions.operators import EQ
from ..marshalling.items import ItemCodec
from ..schema.table import FieldInfo
from ..wire import CompiledQuery
from .question import Question


def seen_in(
    question: Question,
    codec: ItemCodec[Any],
    written: CompiledQuery[Any],
    name: str,
) -> Question:
    """The question whose answer holds the written item once the index has it.

    Raises `IndexNotFoundError` for an unknown index, `EmptyValueError` for an item that
    the index will never hold.
    """
    table = question.table
    index = table.index(name)
    item = written.item or {}
    own = [each for each in (index.partition_key, index.sort_key) if each is not None]
    for each in own:
        if each.attribute not in item:
            raise EmptyValueError(
                f"{each} is not stored, so index {name!r} will never show this item"
            )
    fields = {each.attribute: each for each in (*own, *table.key)}
    # As they are stored: the clock's timestamps are not in the instance yet.
    values = {
        attribute: codec.fields[attribute].decode(item[attribute])
        for attribute in fields
    }
    return Question.about(table, question.table_name).revised(
        where=tuple(_equal(each, values[name]) for name, each in fields.items()),
        index=name,
        select=(),
    )


def _equal(field: FieldInfo, value: object) -> Comparison:
    return Comparison(EQ, field.subject, (value,))
