"""The update builder's changes to an UpdateItem."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from msgspec.structs import replace

from ..errors import InvalidOperatorError, InvalidPrimaryKeyError
from ..expressions.subjects import Subject
from ..expressions.updates import Action, Change, overlap
from ..marshalling.items import ItemCodec
from ..schema.table import FieldInfo, TableInfo
from ..wire import AttributeValue, Body, CompiledQuery, Item, WriteCheck
from .keys import key_of
from .operands import Operands
from .question import Question
from .recognition import Outcome, never, version_differs
from .slots import Encode, kind_of, stored
from .update_plan import UpdatePlan
from .updates import UpdateWriter, compiled_write
from .writes import WriteDesk

M = TypeVar("M")

_EMPTY_LIST: AttributeValue = {"L": []}


def update_with(
    question: Question, desk: WriteDesk[M], plan: UpdatePlan, *, with_result: bool
) -> CompiledQuery[M | None]:
    """The UpdateItem of a builder: an upsert, unless a condition says otherwise.

    Its reply is decoded to the returned item, if `with_result`, else to None.
    """
    table, codec = question.table, desk.codec
    changes = (*plan.changes, *plan.touches)
    writer = _UpdateBuilding(codec, desk, _foreseen(table, plan))
    if not plan.changes:
        raise InvalidOperatorError(
            f"{table.model_name}: the update builder has nothing to change"
        )
    _check(question, changes)
    for each in changes:
        writer.write(each)
    key, rest = key_of(question, codec)
    chain = [plan.condition] if plan.condition is not None else []
    terms = [*chain, *question.conditions, *rest]
    returned = plan.returned
    if returned is None and question.instance is not None:
        returned = "ALL_NEW"
    sent = None if returned == "NONE" else returned
    body = writer.update.body(question, key, terms, sent)
    outdated: Outcome = never
    if table.version is not None and plan.version is not None:
        outdated = version_differs(table.version, plan.version)
    check = WriteCheck(applied=writer.update.applied, outdated=outdated)
    decode: Callable[[Body], M | None] = _decoder(
        question, codec, changes, returned, with_result=with_result
    )
    required = check if "ConditionExpression" in body else None
    compiled = compiled_write("UpdateItem", body, decode, codec, required)
    if compiled.awaited is not None and with_result and returned in _WHOLE:
        return compiled.but(awaited=replace(compiled.awaited, reshapes_results=True))
    return compiled


class _UpdateBuilding:
    """Writes changes, one clause each."""

    def __init__(
        self, codec: ItemCodec[Any], desk: WriteDesk[Any], foreseen: Item
    ) -> None:
        self._codec = codec
        self._operands = Operands(codec)
        self._foreseen = foreseen
        self.update = UpdateWriter(codec, desk.writer_of)
        self._verbs: dict[Action, Callable[[str, Subject, Any], None]] = {
            Action.SET: self._set,
            Action.SET_IF_ABSENT: self._set_if_absent,
            Action.ADD: self._add,
            Action.REMOVE: self._remove,
            Action.DELETE: self._delete,
            Action.APPEND: self._append,
            Action.PREPEND: self._prepend,
        }

    def write(self, change: Change) -> None:
        """Add the change's clause."""
        subject = change.subject
        field = self._codec.fields.get(subject.attribute)
        whole = not subject.steps and not isinstance(change.value, Subject)
        if change.action is Action.SET and field is not None and whole:
            self.update.store(field.info, change.value, named=True)
            return
        if subject.attribute in self._foreseen:
            self.update.will_hold(self._foreseen)
        elif change.action is not Action.REMOVE:
            self.update.is_exact = False
        place = self.update.placeholders.place(subject)
        self._verbs[change.action](place, subject, change.value)

    def _set(self, place: str, subject: Subject, value: Any) -> None:
        self.update.clauses.sets.append(f"{place} = {self._given(subject, value)}")

    def _set_if_absent(self, place: str, subject: Subject, value: Any) -> None:
        given = self._given(subject, value)
        self.update.clauses.sets.append(f"{place} = if_not_exists({place}, {given})")

    def _add(self, place: str, subject: Subject, value: Any) -> None:
        encode = self._operands.amount(subject, kind_of(value))
        self.update.clauses.adds.append(f"{place} {self._value(value, encode)}")

    def _remove(self, place: str, subject: Subject, _value: Any) -> None:
        self.update.remove(place, None if subject.steps else subject.attribute)

    def _delete(self, place: str, subject: Subject, value: Any) -> None:
        encode = self._operands.elements(subject)
        self.update.clauses.deletes.append(f"{place} {self._value(value, encode)}")

    def _append(self, place: str, subject: Subject, value: Any) -> None:
        before, given = self._two_lists(place, subject, value)
        self.update.clauses.sets.append(f"{place} = list_append({before}, {given})")

    def _prepend(self, place: str, subject: Subject, value: Any) -> None:
        before, given = self._two_lists(place, subject, value)
        self.update.clauses.sets.append(f"{place} = list_append({given}, {before})")

    def _two_lists(self, place: str, subject: Subject, value: Any) -> tuple[str, str]:
        encode = self._operands.list(subject)
        # list_append fails on a missing list.
        empty = self.update.placeholders.value(_EMPTY_LIST)
        return f"if_not_exists({place}, {empty})", self._value(value, encode)

    def _given(self, subject: Subject, value: Any) -> str:
        if isinstance(value, Subject):
            return self.update.placeholders.place(value)
        return self._value(value, self._operands.value(subject))

    def _value(self, value: object, encode: Encode) -> str:
        return self.update.placeholders.value(stored(value, encode))


def touches_of(
    table: TableInfo, plan: UpdatePlan, clock: Callable[[], datetime]
) -> tuple[Change, ...]:
    """What an update changes without being asked: the version, the time of the last
    write.
    """
    stamp, version = table.updated_at, table.version
    if not plan.touch or (stamp is None and version is None):
        return ()
    changed = {each.subject.attribute for each in plan.changes}
    touches: list[Change] = []
    if stamp is not None and stamp.attribute not in changed:
        touches.append(Change(Action.SET, stamp.subject, clock()))
    if version is not None and version.attribute not in changed:
        touches.append(Change(Action.ADD, version.subject, 1))
    return tuple(touches)


def _foreseen(table: TableInfo, plan: UpdatePlan) -> Item:
    """What becomes of the version, where it is required and then raised."""
    is_raised = any(each.action is Action.ADD for each in plan.touches)
    if table.version is None or plan.version is None or not is_raised:
        return {}
    return {table.version.attribute: {"N": str(plan.version + 1)}}


def _check(question: Question, changes: Sequence[Change]) -> None:
    table = question.table
    for each in changes:
        field = table.attributes[each.subject.attribute]
        if field in table.key:
            raise InvalidPrimaryKeyError(
                f"{field} is part of the key and can't be changed"
            )
        if field.encrypted and (each.subject.steps or each.action not in _SEALABLE):
            raise InvalidOperatorError(
                f"{field} is encrypted: it can only be set or removed as a whole"
            )
        _check_copy(table, field, each.value)
    twice = overlap(tuple(changes))
    if twice is not None:
        one, other = twice
        raise InvalidOperatorError(
            f"{one.subject.label} is changed together with {other.subject.label}; "
            "one update changes each place once"
        )


def _check_copy(table: TableInfo, field: FieldInfo, value: object) -> None:
    """Refuse to copy in the table what DynamoDB can't encrypt, decrypt or bind anew."""
    if not isinstance(value, Subject):
        return
    source = table.attributes.get(value.attribute)
    if field.encrypted or (source is not None and source.encrypted):
        raise InvalidOperatorError(
            f"{field}: an encrypted field can't be copied from or to another in the "
            f"table ({value.label}); read the item, and set the value"
        )


_SEALABLE = (Action.SET, Action.SET_IF_ABSENT, Action.REMOVE)


_WHOLE = ("ALL_NEW", "ALL_OLD")
"""The `ReturnValues` that ask for a whole item."""


def _decoder(
    question: Question,
    codec: ItemCodec[Any],
    changes: Sequence[Change],
    returned: str | None,
    *,
    with_result: bool,
) -> Callable[[Body], Any]:
    """The returned item; and into the instance, if there is one, what has changed."""
    instance = question.instance

    def decode(reply: Body) -> Any:
        item: Item | None = reply.get("Attributes")
        if not item:
            return None
        found = _item_of(codec, item, changes, returned) if with_result else None
        if instance is not None and returned in ("ALL_NEW", "UPDATED_NEW"):
            names = _told(codec, item, changes, returned)
            values = vars(codec.decode_part(item, names))
            _refresh(instance, codec.table.version, changes, values)
        return found

    return decode


def _told(
    codec: ItemCodec[Any], item: Item, changes: Sequence[Change], returned: str
) -> Iterable[str]:
    """The changed attributes of which the reply tells what they hold now."""
    if returned == "UPDATED_NEW":
        return _whole(codec, item, changes)
    return [
        name
        for name in dict.fromkeys(each.subject.attribute for each in changes)
        if name in item or codec.fields[name].absent is not None
    ]


def _refresh(
    instance: object,
    version: FieldInfo | None,
    changes: Iterable[Change],
    values: dict[str, Any],
) -> None:
    """Give the instance what has changed.

    Where another writer came between, it keeps its version: its other fields are as old
    as that, and the next write of them has to notice.
    """
    mine = vars(instance)
    if version is not None:
        known, now = mine.get(version.name), values.get(version.name)
        raises = [each.value for each in changes if _raises(version, each)]
        if raises and (known is None or now != known + raises[0]):
            values.pop(version.name, None)
    mine.update(values)


def _raises(version: FieldInfo, change: Change) -> bool:
    return change.action is Action.ADD and change.subject == version.subject


def _item_of(
    codec: ItemCodec[M], item: Item, changes: Sequence[Change], returned: str | None
) -> M:
    if returned in _WHOLE:
        return codec.decode(item)
    return codec.decode_part(item, _whole(codec, item, changes))


def _whole(
    codec: ItemCodec[Any], item: Item, changes: Sequence[Change]
) -> Iterable[str]:
    # Of a nested change only the changed piece comes back, which is no whole value.
    partly = {each.subject.attribute for each in changes if each.subject.steps}
    return [name for name in item if name in codec.fields and name not in partly]
