"""Batches: keys and instances to the parts of one.

Everything is encoded and checked here, so that a mistake in one of them is an error
before anything is sent.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from ..errors import (
    DynamORMError,
    InvalidModelError,
    InvalidOperatorError,
    InvalidValueError,
)
from ..expressions.conditions import Comparison
from ..marshalling.items import ItemCodec
from ..schema.model import Model
from ..schema.table import TableInfo
from ..wire import CompiledBatch, CompiledQuery
from ..wire.batches import Batch, BatchPace, BatchPart, BatchTarget
from .batch_requests import WRITES, gets, updates
from .compiler import Compiler
from .keys import identifier, key_encoder
from .question import Question
from .writes import stamps_of_new, stamps_of_put, whole_item

_STEPS = {
    "filters": "filter",
    "order": "order_by",
    "conditions": "with_condition",
    "segment": "parallel_scan",
    "total_segments": "parallel_scan",
}
"""The step of a query that says what a field of the question holds; else its name."""

_SUBJECT = frozenset({"table", "table_name", "instance"})


def batch_get(
    compiler: Compiler, question: Question, keys: Iterable[object], pace: BatchPace
) -> CompiledBatch:
    """Reads of these keys; a key that comes twice is read once."""
    _check_steps(question, "batch_get", {"select", "consistent_read"})
    codec = compiler.codec(question.table)
    target = target_of(question, codec)
    encode, identify = key_encoder(codec), target.identify

    def get(key: object) -> BatchPart:
        stored = encode(key)
        return BatchPart(target, identify(stored), stored, key, nothing)

    parts = _each(get, keys, "keys")
    first: dict[Hashable, BatchPart] = {}
    for each in parts:
        first.setdefault(each.identity, each)
    kind = gets(question, codec, target)
    return Batch(kind=kind, pace=pace, parts=[*first.values()], total=len(parts))


def batch_create(
    compiler: Compiler, question: Question, items: Iterable[Any], pace: BatchPace
) -> CompiledBatch:
    """Puts of new items, without looking whether they are new."""
    _check_steps(question, "batch_create", ())
    put = put_writer(compiler, question, new=True)
    return written(_each(put, items, "instances"), pace)


def batch_delete(
    compiler: Compiler, question: Question, keys: Iterable[object], pace: BatchPace
) -> CompiledBatch:
    """Deletes of the items of these keys."""
    _check_steps(question, "batch_delete", ())
    return written(_each(delete_writer(compiler, question), keys, "keys"), pace)


def batch_write(
    compiler: Compiler,
    question: Question,
    puts: Iterable[Any],
    deletes: Iterable[object],
    pace: BatchPace,
) -> CompiledBatch:
    """Puts, then deletes."""
    _check_steps(question, "batch_write", ())
    parts = _each(put_writer(compiler, question), puts, "instances")
    parts += _each(delete_writer(compiler, question), deletes, "keys")
    return written(parts, pace)


def batch_update(
    compiler: Compiler,
    question: Question,
    items: Iterable[Any],
    fields: Sequence[str],
    pace: BatchPace,
) -> CompiledBatch:
    """One UpdateItem for each instance, with the conditions of the question."""
    _check_steps(question, "batch_update_with_options", {"where", "conditions"})
    _check_no_key(question)
    target = target_of(question, compiler.codec(question.table))
    compiled: dict[Hashable, CompiledQuery[Any]] = {}

    def update(instance: Any) -> BatchPart:
        _check_instance(question.table, instance)
        one = compiler.write(question.revised(instance=instance), "update", fields)
        same = target.identify(one.key or {})
        if same in compiled:
            raise InvalidOperatorError(
                f"{target.model}: two of the instances have the same key; updates of "
                "one item can't be sent at the same time"
            )
        compiled[same] = one
        return BatchPart(target, same, one.body, instance, nothing)

    parts = _each(update, items, "instances")
    return Batch(kind=updates(compiled), pace=pace, parts=parts, total=len(parts))


def batch_stream(pace: BatchPace) -> CompiledBatch:
    """Puts and deletes that come later, of any tables."""
    return Batch(kind=WRITES, pace=pace)


def put_writer(
    compiler: Compiler, question: Question, *, new: bool = False
) -> Callable[[Any], BatchPart]:
    """Makes puts of instances; `new` ones get version 0 and a creation time."""
    codec = compiler.codec(question.table)
    table, target = question.table, target_of(question, codec)
    now = compiler.clock()
    of_new = stamps_of_new(table, None, now)

    def put(instance: Any) -> BatchPart:
        _check_instance(table, instance)
        stamps = {**of_new} if new else stamps_of_put(table, instance, now)
        item = whole_item(codec, instance, stamps)
        same = target.identify(item)
        # Past the validators and converters of the class: these are values it stored.
        settle = partial(vars(instance).update, stamps) if stamps else nothing
        return BatchPart(target, same, {"PutRequest": {"Item": item}}, instance, settle)

    return put


def delete_writer(
    compiler: Compiler, question: Question
) -> Callable[[object], BatchPart]:
    """Makes deletes of the items of keys."""
    codec = compiler.codec(question.table)
    target = target_of(question, codec, sends_items=False)
    encode, identify = key_encoder(codec), target.identify

    def delete(key: object) -> BatchPart:
        stored = encode(key)
        request = {"DeleteRequest": {"Key": stored}}
        return BatchPart(target, identify(stored), request, key, nothing)

    return delete


def _each(
    part: Callable[[Any], BatchPart], given: Iterable[Any], what: str
) -> list[BatchPart]:
    # Each of the first can be iterated, or nearly, and is one key or instance.
    is_single = isinstance(given, (str, bytes, Mapping, Model))
    if is_single or not isinstance(given, Iterable):
        raise InvalidValueError(
            f"a batch takes a list of {what}; got one {type(given).__name__}"
        )
    parts: list[BatchPart] = []
    for place, each in enumerate(given):
        try:
            parts.append(part(each))
        except DynamORMError as error:
            error.add_note(f"It is number {place} of the {what}, counted from 0.")
            raise
    return parts


def written(parts: Sequence[BatchPart], pace: BatchPace) -> CompiledBatch:
    """The parts; of two for one item only the later is left."""
    last: dict[Hashable, BatchPart] = {}
    for each in parts:
        last.pop(each.identity, None)
        last[each.identity] = each
    return Batch(kind=WRITES, pace=pace, parts=[*last.values()], total=len(parts))


def target_of(
    question: Question, codec: ItemCodec[Any], *, sends_items: bool = True
) -> BatchTarget:
    """What the parts of a batch of this question are for."""
    return BatchTarget(
        table_name=question.table_name,
        identify=identifier(codec, question.table_name),
        model=question.table.model_name,
        # A key is never encrypted.
        sealed=codec.sealed if sends_items else None,
    )


def nothing() -> None:
    """What there is to settle for a part that changes no instance."""


def _check_steps(question: Question, verb: str, answered: Iterable[str]) -> None:
    """Refuse what was said of a query and would have no effect here."""
    ignored = _SUBJECT.union(answered)
    said = [
        f"{_STEPS.get(name, name)}()"
        for name, value in vars(question).items()
        if name not in ignored and not (value is None or value is False or value == ())
    ]
    if said:
        hint = (
            "it reads items by their keys alone"
            if verb == "batch_get"
            else "DynamoDB's batches know no conditions; transactions and "
            "batch_update_with_options() do"
        )
        raise InvalidOperatorError(
            f"{question.table.model_name}: {verb}() can't honour {said[0]}: {hint}"
        )


def _check_no_key(question: Question) -> None:
    key = {each.attribute for each in question.table.key}
    for term in question.where_terms():
        if isinstance(term, Comparison) and term.subject.attribute in key:
            raise InvalidOperatorError(
                f"{term.subject.label}: the instances have their own keys; where() can "
                "only hold conditions here"
            )


def _check_instance(table: TableInfo, instance: object) -> None:
    # A subclass may have fields that this model's codec would leave out.
    if type(instance) is not table.model:
        got = type(instance).__name__
        if isinstance(instance, type):
            got = f"the class {instance.__name__}"
        raise InvalidModelError(
            f"expected an instance of {table.model_name}, got {got}"
        )
