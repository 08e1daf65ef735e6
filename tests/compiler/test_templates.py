"""A question of a known shape is compiled as if there were no templates."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynamorm_async import (
    DynamORMError,
    ItemTooLargeError,
    Query,
    ScanWarning,
    UpdateBuilder,
)
from dynamorm_async.compiler.compiler import Compiler
from dynamorm_async.compiler.slots import Open, Slot
from dynamorm_async.compiler.templates import MOST_TEMPLATES, Templates
from dynamorm_async.marshalling.codecs import Codecs
from dynamorm_async.wire import CompiledQuery
from tests.asking import RUNNER
from tests.models import NOON, Account, Note, Place, User
from tests.reference.changes import Change
from tests.reference.rows import KEY, ROWS, Row
from tests.reference.strategies import Asked, conditions
from tests.reference.update_strategies import updates


class NoTemplates(Templates):
    """Compiles every question as it is."""

    def filled(
        self, _shape: object, make: Callable[..., CompiledQuery[Any]], *asked: Any
    ) -> CompiledQuery[Any]:
        return make(*asked)


def compiler(templates: Templates) -> Compiler:
    made = Compiler(Codecs(), lambda: NOON)
    made._templates = templates
    return made


FILLING = compiler(Templates())
WHOLE = compiler(NoTemplates())

Asking = Callable[[Compiler], CompiledQuery[Any]]


def outcome(compiler: Compiler, asking: Asking) -> object:
    """What comes of it: what would be sent, or the error's class and text."""
    try:
        compiled = asking(compiler)
    except DynamORMError as error:
        return type(error), str(error)
    return compiled, compiled.warning, compiled.decode_item is not None


def check(asking: Asking) -> None:
    """First seen, and seen again: both as if it were the only one."""
    wanted = outcome(WHOLE, asking)
    assert [outcome(FILLING, asking) for _ in range(2)] == [wanted, wanted]


def about(compiler: Compiler, subject: Any) -> Query[Any]:
    return Query(compiler, RUNNER, compiler.question(subject, None))


VALUES = [1, 0, -1, 2.5, True, "", "a", "b", b"", b"a", None, UUID(int=7), [], [1], {}]


@pytest.mark.parametrize("verb", ["all", "first", "scan", "count", "exists", "delete"])
@pytest.mark.parametrize("sign", ["=", "!=", "<", "BETWEEN", "IN", "BEGINS_WITH"])
@pytest.mark.parametrize(
    ("model", "field"),
    [(Account, "number"), (Note, "owner"), (Note, "stars"), (Place, "id")],
)
@pytest.mark.filterwarnings("ignore::dynamorm_async.ScanWarning")
def test_any_value_meets_the_same_answer(
    model: Any, field: str, sign: str, verb: Any
) -> None:
    operands: list[Any] = [*VALUES, *([a, b] for a in VALUES for b in VALUES[::4])]
    for value in operands:
        check(
            lambda compiler, value=value: (
                about(compiler, model).where(field, sign, value).compile(verb)
            )
        )


@given(asked=conditions(), verb=st.sampled_from(["all", "first", "count", "check"]))
def test_any_condition_is_compiled_as_if_it_were_the_only_one(
    asked: Asked, verb: Any
) -> None:
    check(
        lambda compiler: (
            about(compiler, Row)
            .where(Row.id == KEY)
            .with_condition(asked.term)
            .compile(verb)
            if verb == "check"
            else about(compiler, Row)
            .where(Row.id == KEY)
            .filter(asked.term)
            .compile(verb)
        )
    )


@given(changes=updates(ROWS[0]), asked=conditions(), with_result=st.booleans())
def test_any_update_is_compiled_as_if_it_were_the_only_one(
    changes: list[Change], asked: Asked, with_result: bool
) -> None:
    def asking(compiler: Compiler) -> CompiledQuery[Any]:
        builder: UpdateBuilder[Any, Any] = (
            about(compiler, Row).where(Row.id == KEY).update_builder()
        )
        for each in changes:
            builder = each.on(builder)
        builder = builder.condition(asked.term)
        return compiler.update(
            builder._question, builder._plan, with_result=with_result
        )

    check(asking)


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("field", ["number", "holder", "balance", "rev"])
@pytest.mark.parametrize("step", ["set", "add", "delete", "append_to_list"])
def test_any_change_meets_the_same_answer(step: str, field: str, value: Any) -> None:
    check(
        lambda compiler: getattr(
            about(compiler, Account).where(Account.number == 1).update_builder(), step
        )(field, value).compile()
    )


@pytest.mark.parametrize(
    "key", [1, "a", 0, "", None, (), (1,), ("a", "b"), ("a", ""), ("a", None), {}, []]
)
@pytest.mark.parametrize("model", [Account, Note, User])
def test_any_key_meets_the_same_answer(model: Any, key: Any) -> None:
    check(lambda compiler: compiler.get(compiler.question(model, None), key))


@pytest.mark.parametrize(
    "step",
    [
        lambda q: q.index("gsi-status").where(User.status == "x"),
        lambda q: q.where(User.status == "x").select(User.name).limit(3),
        lambda q: q.where(User.status == "x").order_by("rank", "desc").offset(2),
        lambda q: q.where(User.id == "1").consistent_read().page_size(7),
        lambda q: q.where(User.id == "1").parallel_scan(1, 3),
        lambda q: q.where("id", "=", "1").filter("nick", "=", None),
        lambda q: (
            q.where(User.status == "x")
            .where(
                User.rank >= 1,
            )
            .where(User.rank <= 4)
        ),
        lambda q: (
            q.where(User.status == "x").where(User.rank >= 4).where(User.rank <= 1)
        ),
    ],
)
@pytest.mark.parametrize("verb", ["all", "first", "count"])
def test_what_else_is_said_is_part_of_the_shape(
    step: Callable[[Query[Any]], Query[Any]], verb: Any
) -> None:
    check(lambda compiler: step(about(compiler, User)).compile(verb))


def test_two_questions_of_one_shape_share_a_template() -> None:
    known = Templates()
    one = compiler(known)
    bodies = [
        about(one, Account).where(Account.number == number).compile("first").body
        for number in (1, 2)
    ]
    assert (repr(known), [each["Key"] for each in bodies]) == (
        "<Templates of 1 shapes>",
        [{"number": {"N": "1"}}, {"number": {"N": "2"}}],
    )


def test_a_request_may_be_changed_and_the_next_one_is_not() -> None:
    def asked() -> CompiledQuery[Any]:
        query = about(FILLING, Note).where(Note.owner == "a")
        return query.filter(Note.stars > 1).compile()

    wanted = asked().body
    spoilt = asked().body
    for part in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        spoilt[part].clear()
    spoilt.clear()
    assert asked().body == wanted


def test_a_registered_type_is_heeded_by_known_shapes() -> None:
    codecs = Codecs()
    one = Compiler(codecs, lambda: NOON)

    def asked() -> object:
        query = about(one, Place).where(Place.id == UUID(int=7))
        return query.compile("first").body["Key"]

    before = asked()
    codecs.register(UUID, lambda value: value.hex, UUID)
    assert (before, asked()) == (
        {"id": {"S": str(UUID(int=7))}},
        {"id": {"S": UUID(int=7).hex}},
    )


def test_a_scan_of_a_known_shape_is_warned_of_each_time() -> None:
    query = about(FILLING, Note)
    for stars in (1, 2):
        with pytest.warns(ScanWarning, match="the whole table is read"):
            query.where(Note.stars == stars).compile()


def test_an_update_that_is_too_large_is_refused_with_its_size() -> None:
    def update(text: str) -> CompiledQuery[Any]:
        query = about(FILLING, Note).where(Note.owner == "a").where(Note.day == "1")
        return query.update_builder().set(Note.text, text).compile()

    update("x")
    with pytest.raises(ItemTooLargeError, match="Note: the item has 500,0"):
        update("x" * 500_000)


def test_the_templates_are_forgotten_before_they_are_too_many() -> None:
    known = Templates()
    one = compiler(known)
    for rows in range(MOST_TEMPLATES + 1):
        about(one, Account).where(Account.number == 1).limit(rows + 1).compile()
    assert repr(known) == "<Templates of 1 shapes>"


def test_no_slot_is_left_in_what_is_sent() -> None:
    query = about(FILLING, Note).where(Note.owner == "a").where(Note.day > "1")
    sent = str(query.compile().body)
    assert (Slot.__name__ in sent, Open.__name__ in sent) == (False, False)
