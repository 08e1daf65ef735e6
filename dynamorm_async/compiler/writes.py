"""Writes of one item: PutItem, UpdateItem and DeleteItem, with what each requires."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Generic, Literal, TypeVar

from msgspec import Struct

from ..errors import (
    InvalidModelError,
    InvalidOperatorError,
    InvalidPrimaryKeyError,
)
from ..expressions.conditions import Comparison, Condition, joined
from ..expressions.operators import EQ, EXISTS, NOT_EXISTS
from ..marshalling.items import ItemCodec
from ..schema.fields import Role
from ..schema.table import FieldInfo, TableInfo
from ..wire import (
    Body,
    CompiledQuery,
    Item,
    WriteCheck,
    decode_nothing,
)
from .conditions import ConditionWriter
from .keys import key_of
from .placeholders import Placeholders
from .question import Question
from .recognition import (
    Outcome,
    holds_item,
    is_gone,
    never,
    version_differs,
)
from .sizes import check_size
from .updates import UpdateWriter, add_condition, compiled_write

M = TypeVar("M")

PutVerb = Literal["create", "put"]

_AUTOMATIC = (Role.VERSION, Role.UPDATED_AT)


class WriteDesk(Struct, Generic[M], frozen=True):
    """What every write of a model needs: codec, clock, and a writer of conditions."""

    codec: ItemCodec[M]
    clock: Callable[[], datetime]
    writer_of: Callable[[Placeholders], ConditionWriter]


def put(question: Question, desk: WriteDesk[M], verb: PutVerb) -> CompiledQuery[M]:
    """A put of the instance that replaces whatever is there, or, to create it, requires
    that nothing is.
    """
    _instance_of(question, verb)
    key, rest = key_of(question, desk.codec)
    frame = frame_of_put(question, desk, verb, rest)
    return put_into(frame, question, desk.codec, verb, desk.clock()).but(key=key)


def frame_of_put(
    question: Question,
    desk: WriteDesk[M],
    verb: PutVerb,
    rest: Sequence[Condition] = (),
) -> CompiledQuery[Any]:
    """A PutItem that has its conditions, and no item yet."""
    body: Body = {"TableName": question.table_name}
    required = [_presence(question.table, NOT_EXISTS)] if verb == "create" else []
    placeholders = Placeholders()
    terms = [*required, *question.conditions, *rest]
    text = desk.writer_of(placeholders).all_of(terms)
    add_condition(body, text, placeholders)
    check = WriteCheck(applied=holds_item, outdated=never) if text else None
    return compiled_write("PutItem", body, decode_nothing, desk.codec, check)


def put_into(
    frame: CompiledQuery[Any],
    question: Question,
    codec: ItemCodec[M],
    verb: PutVerb,
    now: datetime,
) -> CompiledQuery[M]:
    """The PutItem of the question's instance."""
    instance: M = question.instance
    stamps = _STAMPS[verb](question.table, instance, now)
    item = whole_item(codec, instance, stamps)
    key = {each.attribute: item[each.attribute] for each in question.table.key}
    body = {**frame.body, "Item": item}
    names = frame.expression_attribute_names
    if names is not None:  # each request has its own
        names = body["ExpressionAttributeNames"] = {**names}
    return frame.but(
        body=body,
        expression_attribute_names=names,
        item=item,
        key=key,
        decode=_settle(instance, stamps),
    )


def create_or_update(question: Question, desk: WriteDesk[M]) -> CompiledQuery[M]:
    """An upsert that keeps a stored creation time, and attributes the model does not
    know.
    """
    table, codec = question.table, desk.codec
    instance: M = _instance_of(question, "create_or_update")
    now = desk.clock()
    stamps = _stamps(table, updated=now) | _whole_seconds(table, instance)
    required: list[Condition] = []
    change = UpdateWriter(codec, desk.writer_of)
    if table.version is not None:
        current = getattr(instance, table.version.name)
        stamps[table.version.name] = current + 1
        absent = Comparison(NOT_EXISTS, table.version.subject)
        required.append(joined("OR", (absent, _equal(table.version, current))))
    for each in _without(table.fields, table.key):
        if each is table.created_at:
            change.set_if_absent(each, now)
        else:
            value = stamps.get(each.name, _UNSET)
            change.store(
                each, getattr(instance, each.name) if value is _UNSET else value
            )
    key, rest = key_of(question, codec)
    returned = "ALL_NEW" if table.created_at is not None else None
    body = change.body(
        question, key, [*required, *question.conditions, *rest], returned
    )
    settle = _settle(instance, stamps, codec if returned else None, now)
    return _updated(body, settle, desk, change, instance)


def update(
    question: Question, desk: WriteDesk[M], names: Sequence[str]
) -> CompiledQuery[M]:
    """Writes the named fields, or all but keys and lifecycle fields; the item must
    exist.
    """
    table, codec = question.table, desk.codec
    instance: M = _instance_of(question, "update")
    stamps = _stamps(table, updated=desk.clock())
    change = UpdateWriter(codec, desk.writer_of)
    for each in _updatable(table, names):
        change.store(each, getattr(instance, each.name), named=bool(names))
        if each is table.ttl:
            stamps.update(_whole_seconds(table, instance))
    required: list[Condition] = [_presence(table, EXISTS)]
    if table.version is not None:
        current = getattr(instance, table.version.name)
        stamps[table.version.name] = current + 1
        required = [at_version(table, table.version, current)]
    for stamped in (table.updated_at, table.version):
        if stamped is not None:
            change.store(stamped, stamps[stamped.name])
    if change.is_empty:
        raise InvalidOperatorError(f"{table.model_name}: there is no field to update")
    key, rest = key_of(question, codec)
    body = change.body(question, key, [*required, *question.conditions, *rest])
    return _updated(body, _settle(instance, stamps), desk, change, instance)


def delete(question: Question, desk: WriteDesk[M]) -> CompiledQuery[None]:
    """Deletes an item; of a versioned instance only the version in memory."""
    table, codec = question.table, desk.codec
    key, rest = key_of(question, codec)
    body: Body = {"TableName": question.table_name, "Key": key}
    required: list[Condition] = []
    outdated: Outcome = never
    if table.version is not None and question.instance is not None:
        current = getattr(question.instance, table.version.name)
        required.append(at_version(table, table.version, current))
        outdated = version_differs(table.version, current)
    placeholders = Placeholders()
    terms = [*required, *question.conditions, *rest]
    text = desk.writer_of(placeholders).all_of(terms)
    add_condition(body, text, placeholders)
    check = WriteCheck(applied=is_gone, outdated=outdated) if text else None
    return compiled_write("DeleteItem", body, decode_nothing, codec, check)


def condition_check(question: Question, desk: WriteDesk[M]) -> CompiledQuery[None]:
    """An operation of a transaction that writes nothing and only requires."""
    key, rest = key_of(question, desk.codec)
    body: Body = {"TableName": question.table_name, "Key": key}
    placeholders = Placeholders()
    text = desk.writer_of(placeholders).all_of([*question.conditions, *rest])
    add_condition(body, text, placeholders)
    return compiled_write("ConditionCheck", body, decode_nothing, desk.codec, None)


def _updated(
    body: Body,
    settle: Callable[[Body], M],
    desk: WriteDesk[M],
    change: UpdateWriter,
    instance: M,
) -> CompiledQuery[M]:
    outdated: Outcome = never
    version = desk.codec.table.version
    if version is not None:
        outdated = version_differs(version, getattr(instance, version.name))
    check = WriteCheck(applied=change.applied, outdated=outdated)
    conditional = "ConditionExpression" in body
    return compiled_write(
        "UpdateItem", body, settle, desk.codec, check if conditional else None
    )


def stamps_of_new(table: TableInfo, _instance: object, now: datetime) -> dict[str, Any]:
    """What `create` stores, and later sets, in the lifecycle fields."""
    return _stamps(table, created=now, updated=now, version=0)


def stamps_of_put(table: TableInfo, instance: object, now: datetime) -> dict[str, Any]:
    """What `put` stores in them: it keeps the version and the creation time."""
    stamps = _stamps(table, updated=now)
    if table.created_at is not None:
        stamps[table.created_at.name] = getattr(instance, table.created_at.name) or now
    return stamps


_STAMPS: dict[PutVerb, Callable[[TableInfo, object, datetime], dict[str, Any]]] = {
    "create": stamps_of_new,
    "put": stamps_of_put,
}


def whole_item(codec: ItemCodec[M], instance: M, stamps: dict[str, Any]) -> Item:
    """The item of a put; adds to `stamps` what else it stores otherwise than it is."""
    if codec.table.ttl is not None:
        stamps.update(_whole_seconds(codec.table, instance))
    item = codec.encode(instance, stamps)
    check_size(codec.table.model_name, item)
    return item


_UNSET = object()


def _stamps(
    table: TableInfo,
    *,
    created: datetime | None = None,
    updated: datetime | None = None,
    version: int | None = None,
) -> dict[str, Any]:
    stamps: dict[str, Any] = {}
    if table.created_at is not None and created is not None:
        stamps[table.created_at.name] = created
    if table.updated_at is not None and updated is not None:
        stamps[table.updated_at.name] = updated
    if table.version is not None and version is not None:
        stamps[table.version.name] = version
    return stamps


def _whole_seconds(table: TableInfo, instance: object) -> dict[str, Any]:
    """The time to live as it will be read back: DynamoDB wants whole seconds."""
    if table.ttl is None:
        return {}
    value = getattr(instance, table.ttl.name)
    if not isinstance(value, datetime):
        return {}
    return {table.ttl.name: value.replace(microsecond=0)}


def _updatable(table: TableInfo, names: Sequence[str]) -> list[FieldInfo]:
    if not names:
        return [
            each
            for each in _without(table.fields, table.key)
            if not _is_lifecycle(each)
        ]
    fields = [table.field(name) for name in dict.fromkeys(names)]
    for each in fields:
        if each in table.key:
            raise InvalidPrimaryKeyError(
                f"{each} is part of the key and can't be changed; "
                "create the item under its new key and delete the old one"
            )
        if each.role is Role.CREATED_AT:
            raise InvalidOperatorError(f"{each} is set once, by create()")
    return [each for each in fields if each.role not in _AUTOMATIC]


def _is_lifecycle(field: FieldInfo) -> bool:
    return field.role in (*_AUTOMATIC, Role.CREATED_AT)


def _without(
    fields: Sequence[FieldInfo], others: Sequence[FieldInfo]
) -> list[FieldInfo]:
    left_out = {each.name for each in others}
    return [each for each in fields if each.name not in left_out]


def _instance_of(question: Question, verb: str) -> Any:
    if question.instance is None:
        name = question.table.model_name
        raise InvalidModelError(
            f"{verb}() writes an instance, and this query has none: "
            f"start it with db.model({name.lower()}) instead of db.model({name})"
        )
    return question.instance


def _presence(table: TableInfo, operator: Any) -> Condition:
    return Comparison(operator, table.partition_key.subject)


def at_version(table: TableInfo, version: FieldInfo, number: int) -> Condition:
    """That this version is stored.

    An item without one, from before its model had versions, is of the version that the
    model reads it as.
    """
    same = _equal(version, number)
    if number != version.default:
        return same
    unversioned = Comparison(NOT_EXISTS, version.subject)
    return joined("AND", (_presence(table, EXISTS), joined("OR", (unversioned, same))))


def _equal(field: FieldInfo, value: Any) -> Condition:
    return Comparison(EQ, field.subject, (value,))


def _settle(
    instance: M,
    stamps: Mapping[str, Any],
    codec: ItemCodec[M] | None = None,
    now: datetime | None = None,
) -> Callable[[Body], M]:
    """Give the instance what the table holds now; runs only after a success."""

    def decode(reply: Body) -> M:
        """The instance, which knows now what was stored, and when it was created."""
        # Past the validators and converters of the class: these are values it stored.
        vars(instance).update(stamps)
        created = codec.table.created_at if codec is not None else None
        stored = reply.get("Attributes", {})
        if codec is not None and created is not None and created.attribute in stored:
            read = codec.fields[created.attribute].decode(stored[created.attribute])
            vars(instance)[created.name] = read
        elif created is not None and vars(instance).get(created.name) is None:
            # A transaction returns nothing: of a new item this is the time, of an old
            # one only the next read can tell.
            vars(instance)[created.name] = now
        return instance

    return decode


WRITES: Mapping[str, Callable[[Question, WriteDesk[Any]], CompiledQuery[Any]]] = {
    "create": partial(put, verb="create"),
    "put": partial(put, verb="put"),
    "create_or_update": create_or_update,
    "delete": delete,
    "check": condition_check,
}
"""The writes that need nothing but the question."""
