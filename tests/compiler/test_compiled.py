"""`CompiledQuery` itself: a frozen dataclass, equal where the same is sent."""

import dataclasses

import pytest

from dynamorm_async import CompiledQuery
from tests.asking import ask
from tests.models import Note

NAMED = {
    "operation",
    "table_name",
    "index_name",
    "key_condition_expression",
    "filter_expression",
    "projection_expression",
    "update_expression",
    "condition_expression",
    "expression_attribute_names",
    "expression_attribute_values",
    "limit",
    "exclusive_start_key",
    "scan_index_forward",
    "consistent_read",
    "select",
    "offset",
    "return_values",
    "segment",
    "total_segments",
    "key",
    "item",
    "body",
    "decode",
}


def a_query() -> CompiledQuery[object]:
    return ask(Note).where(Note.owner == "ann").limit(3).compile()


def test_it_is_a_dataclass_with_the_fields_of_a_request() -> None:
    assert dataclasses.is_dataclass(CompiledQuery)
    assert {each.name for each in dataclasses.fields(CompiledQuery)} >= NAMED


def test_it_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field"):
        a_query().limit = 5  # type: ignore[misc]


def test_a_copy_differs_in_what_was_said() -> None:
    query = a_query()
    assert query == a_query()
    changed = dataclasses.replace(query, limit=5)
    assert (changed.limit, query.limit, changed == query) == (5, 3, False)
    assert changed.body == query.body


def test_its_repr_has_no_values() -> None:
    assert "ann" not in repr(a_query())
