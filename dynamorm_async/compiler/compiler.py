"""`Compiler`: one database's way from a question to a `CompiledQuery`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from ..errors import EmptyValueError, InvalidModelError, InvalidOperatorError
from ..lazily import lazy
from ..marshalling.codecs import Codecs
from ..marshalling.items import ItemCodec
from ..schema.model import Model, table_of
from ..schema.table import FieldInfo, TableInfo
from ..wire import CompiledQuery
from . import reads
from .keys import key_values
from .planner import Plan, asks_more, full_key, plan, warn_of_scan
from .question import Question, Verb, WriteVerb
from .shapes import Shape
from .templates import MOST_TEMPLATES, Templates

if TYPE_CHECKING:
    from . import changes, conditions, segments, signing, values, visibility, writes
    from .signing import WriterOf
    from .update_plan import UpdatePlan
    from .writes import PutVerb
else:
    changes = lazy(".changes", __package__)
    conditions = lazy(".conditions", __package__)
    segments = lazy(".segments", __package__)
    signing = lazy(".signing", __package__)
    values = lazy(".values", __package__)
    visibility = lazy(".visibility", __package__)
    writes = lazy(".writes", __package__)

M = TypeVar("M")


class Compiler:
    """Compiles the questions of one database; keeps one codec per model.

    `clock` gives the time of `created_at` and `updated_at`; `table_prefix` stands
    before every table name; `cursor_secret` signs cursors and resume tokens.  `known`
    holds the models that it was told of, in order.
    """

    def __init__(
        self,
        codecs: Codecs,
        clock: Callable[[], datetime],
        table_prefix: str = "",
        cursor_secret: bytes | str | None = None,
    ) -> None:
        self.codecs = codecs
        self.clock = clock
        self.table_prefix = table_prefix
        given = cursor_secret
        self._secret = given.encode() if isinstance(given, str) else given
        self._items: dict[type, ItemCodec[Any]] = {}
        self._blank: dict[object, Question] = {}
        self.known: dict[type[Model], None] = {}
        self._templates = Templates(signs=self._secret is not None)
        self._frames: dict[tuple[type, str, str], CompiledQuery[Any]] = {}
        codecs.on_register(self._items.clear)
        codecs.on_register(self._frames.clear)
        codecs.on_register(self._templates.clear)

    def question(self, subject: object, table_name: str | None) -> Question:
        """The empty question about a model class or an instance of one."""
        model = subject if isinstance(subject, type) else type(subject)
        if table_name is None and (blank := self._blank.get(model)) is not None:
            return blank if model is subject else blank.revised(instance=subject)
        if not issubclass(model, Model):
            raise InvalidModelError(
                f"expected a model or an instance of one, got {model.__name__}"
            )
        table = table_of(model)
        name = self.table_prefix + (table_name or table.table_name)
        blank = Question.about(table, name)
        if table_name is None and isinstance(table.declared_name, str):
            self._blank[model] = blank
        return blank if model is subject else blank.revised(instance=subject)

    def learn(self, model: type[Model]) -> None:
        """Know a model before it is asked about; makes its codec."""
        self.codec(table_of(model))
        self.known[model] = None

    def codec(self, table: TableInfo) -> ItemCodec[Any]:
        """The codec of a model's items, made at its first use."""
        found = self._items.get(table.model)
        if found is None:
            found = self._items[table.model] = ItemCodec(table, self.codecs)
        return found

    def plan(self, question: Question, verb: Verb) -> Plan:
        """How a read would be answered."""
        return plan(question, verb)

    def rows(self, question: Question, verb: Verb) -> CompiledQuery[Sequence[Any]]:
        """A read of many rows."""
        question.check_reads()
        return self._compiled(self._rows, question, verb)

    def _rows(self, question: Question, verb: Verb) -> CompiledQuery[Sequence[Any]]:
        found = plan(question, verb)
        codec = self.codec(question.table)
        writer_of = self._writer_of(codec)
        return reads.rows(question, found, codec, writer_of, self._secret)

    def first(self, question: Question, limit: int = 1) -> CompiledQuery[Any]:
        """A read of the first row: a GetItem where the full key is known."""
        question.check_reads()
        return self._compiled(self._first, question, limit)

    def _first(self, question: Question, limit: int) -> CompiledQuery[Any]:
        values = self._known_key(question)
        if values is not None:
            return reads.get_item(question, self.codec(question.table), values)
        few = question.revised(limit=limit)
        return reads.in_growing_pages(self._rows(few, "first"))

    def get(self, question: Question, key: object) -> CompiledQuery[Any]:
        """A GetItem by a key in any form."""
        parts = key if isinstance(key, tuple) else (key,)
        shape = Shape("get", len(parts))
        if (
            isinstance(key, _BARE_KEYS)
            and shape.takes(question)
            and shape.takes_values(parts)
        ):
            return self._templates.filled(shape, self._get, question, parts)
        return self._get(question, key)

    def _get(self, question: Question, key: object) -> CompiledQuery[Any]:
        values = key_values(question.table, key)
        return reads.get_item(question, self.codec(question.table), values)

    def count(self, question: Question, verb: Verb) -> CompiledQuery[int]:
        """The number of rows, or with "exists" whether there is one."""
        question.check_reads()
        return self._compiled(self._count, question, verb)

    def _count(self, question: Question, verb: Verb) -> CompiledQuery[int]:
        codec = self.codec(question.table)
        values = self._known_key(question) if verb == "exists" else None
        if values is not None:
            return reads.item_exists(question, codec, values)
        found = plan(question, verb)
        writer_of = self._writer_of(codec)
        compiled = reads.count(question, found, verb, writer_of, self._secret)
        return reads.in_growing_pages(compiled) if verb == "exists" else compiled

    def values(
        self, question: Question, fields: Sequence[FieldInfo]
    ) -> CompiledQuery[Sequence[tuple[Any, ...]]]:
        """A read of rows of which only the values of these fields are wanted."""
        compiled = self.rows(question.revised(select=tuple(fields)), "all")
        decode = values.values_of(self.codec(question.table), fields)
        return compiled.but(decode=decode)

    def segments(
        self, question: Question, total: int
    ) -> "tuple[CompiledQuery[Sequence[Any]], segments.ResumeTokens]":
        """The first segment's request of a scan in segments, and its tokens."""
        segments.check_segmentable(question)
        writer_of = self._writer_of(self.codec(question.table))
        whole = question.revised(total_segments=total)
        compiled = self.rows(whole.revised(segment=0), "scan")
        found = plan(whole, "scan")
        seal = signing.seal_of("resume token", self._secret, whole, found, writer_of)
        start_key = reads.start_key(question.table, found.index)
        return compiled, segments.ResumeTokens(seal, total, start_key)

    def seen_in(
        self, question: Question, written: CompiledQuery[Any], index: str
    ) -> CompiledQuery[Sequence[Any]]:
        """A query that finds, through an index, the item that a create writes."""
        codec = self.codec(question.table)
        return self.rows(visibility.seen_in(question, codec, written, index), "all")

    def write(
        self, question: Question, verb: WriteVerb, fields: Sequence[str] = ()
    ) -> CompiledQuery[Any]:
        """A write of one item."""
        if question.instance is None and verb in ("delete", "check"):
            return self._compiled(self._write, question, verb)
        if verb in ("create", "put") and question.instance is not None:
            return self._put(question, verb)
        return self._write(question, verb, fields)

    def _put(self, question: Question, verb: "PutVerb") -> CompiledQuery[Any]:
        codec = self.codec(question.table)
        if question.where or question.filters is not None:
            # They have to name the instance's own key.
            return self._write(question, verb)
        frame = self._frame_of(question, verb)
        try:
            return writes.put_into(frame, question, codec, verb, self.clock())
        except EmptyValueError:
            # The whole way looks at the key before anything else.
            return self._write(question, verb)

    def _frame_of(self, question: Question, verb: "PutVerb") -> CompiledQuery[Any]:
        if len(vars(question)) > len(_INSTANCE):
            return self._compiled(self._frame, question.revised(instance=None), verb)
        # Nothing but the instance was said, as of most puts.
        name = (question.table.model, question.table_name, verb)
        frame = self._frames.get(name)
        if frame is None:
            if len(self._frames) >= MOST_TEMPLATES:
                self._frames.clear()
            frame = self._frames[name] = self._frame(question, verb)
        return frame

    def _frame(self, question: Question, verb: "PutVerb") -> CompiledQuery[Any]:
        question.check_writes()
        codec = self.codec(question.table)
        desk = writes.WriteDesk(codec, self.clock, self._writer_of(codec))
        return writes.frame_of_put(question, desk, verb)

    def _write(
        self, question: Question, verb: WriteVerb, fields: Sequence[str] = ()
    ) -> CompiledQuery[Any]:
        question.check_writes()
        codec = self.codec(question.table)
        desk = writes.WriteDesk(codec, self.clock, self._writer_of(codec))
        if verb == "update":
            return writes.update(question, desk, fields)
        write = writes.WRITES.get(verb)
        if write is None:
            raise InvalidOperatorError(f"there is no read or write named {verb!r}")
        return write(question, desk)

    def update(
        self, question: Question, plan: "UpdatePlan", *, with_result: bool
    ) -> CompiledQuery[Any]:
        """The UpdateItem of an update builder."""
        touches = changes.touches_of(question.table, plan, self.clock)
        plan = plan.revised(touches=touches) if touches else plan
        shape = Shape("builder", with_result, plan.returned, len(touches))
        if (
            plan.version is None
            and shape.takes(question)
            and shape.takes_changes(plan.changes)
            and shape.takes_changes(touches)
            and (plan.condition is None or shape.takes_term(plan.condition))
        ):
            return self._templates.filled(
                shape, self._update, question, plan, with_result
            )
        return self._update(question, plan, with_result)

    def _update(
        self, question: Question, plan: "UpdatePlan", with_result: bool
    ) -> CompiledQuery[Any]:
        question.check_writes()
        codec = self.codec(question.table)
        desk = writes.WriteDesk(codec, self.clock, self._writer_of(codec))
        return changes.update_with(question, desk, plan, with_result=with_result)

    def _compiled(
        self, make: Callable[..., CompiledQuery[Any]], question: Question, *facts: Any
    ) -> CompiledQuery[Any]:
        """What `make` makes of the question; of a known shape, its template filled."""
        shape = Shape(make.__name__, *facts)
        if shape.takes(question):
            compiled = self._templates.filled(shape, make, question, *facts)
        else:
            compiled = make(question, *facts)
        if compiled.warning is not None:
            warn_of_scan(compiled.warning)
        return compiled

    def _known_key(self, question: Question) -> Mapping[str, Any] | None:
        equal = full_key(question)
        if equal is not None:
            return {
                each.name: equal[each.attribute].operands[0]
                for each in question.table.key
            }
        plain = not question.where and not asks_more(question)
        if question.instance is not None and plain:
            return key_values(question.table, question.instance)
        return None

    def _writer_of(self, codec: ItemCodec[Any]) -> "WriterOf":
        encode_any = self.codecs.encoder(Any)
        return lambda placeholders: conditions.ConditionWriter(
            codec, placeholders, encode_any
        )


_INSTANCE = ("table", "table_name", "instance")
"""What a question says about nothing but an instance."""

_BARE_KEYS = (tuple, str, bytes, int)
"""Keys that are just their values."""
