"""The parts of batches and their requests; what is refused before anything is sent."""

from decimal import Decimal
from typing import Any

import pytest

from dynamorm_async import Attr, Model, field, partition_key
from dynamorm_async.compiler import batches
from dynamorm_async.compiler.batch_requests import WRITES
from dynamorm_async.errors import (
    DynamORMError,
    EmptyValueError,
    FieldNotLoadedError,
    InvalidModelError,
    InvalidOperatorError,
    InvalidPrimaryKeyError,
    InvalidValueError,
    ItemTooLargeError,
)
from dynamorm_async.query.query import Query
from dynamorm_async.wire import Body, CompiledBatch
from dynamorm_async.wire.batches import BatchPace
from tests.asking import COMPILER, ask, exactly
from tests.models import NOON, NOON_TEXT, Account, Note, User, a_user

PACE = BatchPace(at_once=4)
JOINED = {"S": NOON_TEXT}


class Weight(Model, table="weights"):
    """A key that can be written in many ways."""

    grams: Attr[Decimal] = partition_key()


class LongNote(Note, table="notes"):
    """A model with one field more."""

    more: Attr[str] = field(default="")


def get(query: Query[Any], keys: Any) -> CompiledBatch:
    return batches.batch_get(COMPILER, query._question, keys, PACE)


def create(query: Query[Any], items: Any) -> CompiledBatch:
    return batches.batch_create(COMPILER, query._question, items, PACE)


def delete(query: Query[Any], keys: Any) -> CompiledBatch:
    return batches.batch_delete(COMPILER, query._question, keys, PACE)


def write(query: Query[Any], puts: Any = (), deletes: Any = ()) -> CompiledBatch:
    return batches.batch_write(COMPILER, query._question, puts, deletes, PACE)


def update(query: Query[Any], items: Any, *fields: str) -> CompiledBatch:
    return batches.batch_update(COMPILER, query._question, items, fields, PACE)


def bodies(batch: CompiledBatch) -> list[Body]:
    """The requests of a batch, one after the other."""
    size = batch.kind.size
    chunks = [batch.parts[at : at + size] for at in range(0, len(batch.parts), size)]
    return [batch.kind.compile(chunk).body for chunk in chunks]


def test_keys_are_an_instance_a_tuple_a_dict_or_the_bare_partition_key() -> None:
    user = a_user(id="1")
    by_name = {"id": "3", "joined": NOON}
    batch = get(ask(User), [user, ("2", NOON), by_name])
    assert bodies(batch) == [
        {
            "RequestItems": {
                "users": {
                    "Keys": [
                        {"id": {"S": "1"}, "joined": JOINED},
                        {"id": {"S": "2"}, "joined": JOINED},
                        {"id": {"S": "3"}, "joined": JOINED},
                    ]
                }
            }
        }
    ]
    assert [each.original for each in batch.parts] == [user, ("2", NOON), by_name]
    bare = get(ask(Account), [1, (2,)])
    assert bodies(bare)[0]["RequestItems"]["accounts"]["Keys"] == [
        {"number": {"N": "1"}},
        {"number": {"N": "2"}},
    ]


def test_key_attributes_are_read_whatever_was_selected() -> None:
    query = ask(Note).select("text").consistent_read()
    assert bodies(get(query, [("a", "1")])) == [
        {
            "RequestItems": {
                "notes": {
                    "Keys": [{"owner": {"S": "a"}, "day": {"S": "1"}}],
                    "ConsistentRead": True,
                    "ProjectionExpression": "#n0, #n1, #n2",
                    "ExpressionAttributeNames": {
                        "#n0": "owner",
                        "#n1": "day",
                        "#n2": "text",
                    },
                }
            }
        }
    ]


def test_a_key_that_comes_twice_is_asked_for_once() -> None:
    batch = get(ask(Account), [1, 2, (1,), Account(number=1), {"number": 1}])
    assert [each.original for each in batch.parts] == [1, 2]
    assert batch.total == 5
    batch = get(ask(Weight), [Decimal("1.0"), Decimal("1.00"), Decimal(1)])
    assert [each.original for each in batch.parts] == [Decimal("1.0")]


def test_a_key_is_known_again_in_whatever_form_its_number_comes_back() -> None:
    request = get(ask(Weight), [Decimal(100), Decimal("0.5")])
    compiled = request.kind.compile(request.parts)
    reply = compiled.decode(
        {
            "Responses": {"weights": [{"grams": {"N": "1E+2"}}]},
            "UnprocessedKeys": {"weights": {"Keys": [{"grams": {"N": "0.50"}}]}},
        }
    )
    assert list(reply.found.values()) == [Weight(grams=Decimal(100))]
    assert [each.original for each in reply.left] == [Decimal("0.5")]


@pytest.mark.parametrize(
    ("number", "sizes"),
    [
        (0, []),
        (1, [1]),
        (99, [99]),
        (100, [100]),
        (101, [100, 1]),
        (201, [100] * 2 + [1]),
    ],
)
def test_a_request_reads_at_most_100_keys(number: int, sizes: list[int]) -> None:
    asked = [
        body["RequestItems"]["accounts"]["Keys"]
        for body in bodies(get(ask(Account), range(number)))
    ]
    assert [len(keys) for keys in asked] == sizes


@pytest.mark.parametrize(
    ("number", "sizes"),
    [(0, []), (24, [24]), (25, [25]), (26, [25, 1]), (51, [25, 25, 1])],
)
def test_a_request_holds_at_most_25_writes(number: int, sizes: list[int]) -> None:
    sent = bodies(delete(ask(Account), range(number)))
    assert [len(body["RequestItems"]["accounts"]) for body in sent] == sizes


def test_new_items_get_version_0_and_both_timestamps() -> None:
    user = a_user(rev=7)
    batch = create(ask(User), [user])
    item = bodies(batch)[0]["RequestItems"]["users"][0]["PutRequest"]["Item"]
    lifecycle = {name: item[name] for name in ("rev", "made", "changed")}
    assert lifecycle == {"rev": {"N": "0"}, "made": JOINED, "changed": JOINED}
    assert user.rev == 7
    batch.kind.compile(batch.parts).decode({})
    assert (user.rev, user.made, user.changed) == (0, NOON, NOON)


def test_what_is_left_unprocessed_is_not_settled() -> None:
    written, left = at_version(9), at_version(9)
    left.number = 2
    batch = create(ask(Account), [written, left])
    open_items = {"accounts": [batch.parts[1].request]}
    reply = batch.kind.compile(batch.parts).decode({"UnprocessedItems": open_items})
    assert [each.original for each in reply.left] == [left]
    assert (written.rev, left.rev) == (0, 9)


def test_a_put_keeps_the_version_and_the_creation_time() -> None:
    long_ago = NOON.replace(year=2020)
    user = a_user(rev=7, made=long_ago)
    batch = write(ask(User), [user])
    item = bodies(batch)[0]["RequestItems"]["users"][0]["PutRequest"]["Item"]
    assert (item["rev"], item["changed"]) == ({"N": "7"}, JOINED)
    batch.kind.compile(batch.parts).decode({})
    assert (user.rev, user.made, user.changed) == (7, long_ago, NOON)


def test_of_two_writes_of_one_item_the_later_is_left() -> None:
    first, second = Note(owner="a", day="1"), Note(owner="a", day="1", stars=5)
    assert bodies(create(ask(Note), [first, second])) == [
        {
            "RequestItems": {
                "notes": [
                    {
                        "PutRequest": {
                            "Item": {
                                "owner": {"S": "a"},
                                "day": {"S": "1"},
                                "text": {"S": ""},
                                "stars": {"N": "5"},
                            }
                        }
                    }
                ]
            }
        }
    ]


def test_what_is_both_put_and_deleted_is_deleted() -> None:
    batch = write(ask(Account), [Account(number=1), Account(number=2)], [1])
    requests = bodies(batch)[0]["RequestItems"]["accounts"]
    assert [next(iter(each)) for each in requests] == ["PutRequest", "DeleteRequest"]
    assert requests[1] == {"DeleteRequest": {"Key": {"number": {"N": "1"}}}}


def test_two_models_of_one_table_share_a_request() -> None:
    note = batches.put_writer(COMPILER, ask(LongNote)._question)
    other = batches.put_writer(COMPILER, ask(Note)._question)
    parts = [
        note(LongNote(owner="a", day="1", more="x")),
        other(Note(owner="a", day="2")),
    ]
    requests = WRITES.compile(parts).body["RequestItems"]
    assert list(requests) == ["notes"]
    assert len(requests["notes"]) == 2
    assert note(LongNote(owner="b", day="1")).identity == (
        other(Note(owner="b", day="1")).identity
    )


def at_version(rev: int) -> Account:
    account = Account(number=1)
    account.rev = rev
    return account


def test_each_update_has_its_version_and_the_conditions_of_the_query() -> None:
    query = ask(Account).with_condition(Account.holder > "a").where("holder", "=", "x")
    batch = update(query, [at_version(3), Account(number=2)], "holder")
    assert [body["Key"] for body in bodies(batch)] == [
        {"number": {"N": "1"}},
        {"number": {"N": "2"}},
    ]
    assert (
        bodies(batch)[0]
        == ask(at_version(3))
        .with_condition(Account.holder > "a")
        .where("holder", "=", "x")
        .compile("update", "holder")
        .body
    )


CONDITIONED = "DynamoDB's batches know no conditions; transactions and "


@pytest.mark.parametrize("verb", [create, delete, write])
@pytest.mark.parametrize(
    ("query", "step"),
    [
        (ask(Note).if_exists(), "with_condition()"),
        (ask(Note).if_not_exists(), "with_condition()"),
        (ask(Note).with_condition(Note.stars > 1), "with_condition()"),
        (ask(Note).where(Note.stars > 1), "where()"),
        (ask(Note).where(Note.owner == "a"), "where()"),
        (ask(Note).filter(Note.stars > 1), "filter()"),
    ],
)
def test_conditions_of_a_batch_are_refused(
    verb: Any, query: Query[Note], step: str
) -> None:
    message = f"^Note: batch_{verb.__name__}"
    with pytest.raises(InvalidOperatorError, match=message) as caught:
        verb(query, [])
    assert f"can't honour {step}: {CONDITIONED}" in str(caught.value)


@pytest.mark.parametrize(
    ("query", "step"),
    [
        (ask(Note).where(Note.owner == "a"), "where()"),
        (ask(Note).filter(Note.stars > 1), "filter()"),
        (ask(Note).limit(3), "limit()"),
        (ask(Note).page_size(3), "page_size()"),
        (ask(Note).offset(3), "offset()"),
        (ask(User).index("gsi-email"), "index()"),
        (ask(Note).order_by("day"), "order_by()"),
        (ask(Note).parallel_scan(0, 2), "parallel_scan()"),
        (ask(Note).if_exists(), "with_condition()"),
    ],
)
def test_a_batch_read_refuses_what_it_would_ignore(
    query: Query[Any], step: str
) -> None:
    name = query._question.table.model_name
    message = exactly(
        f"{name}: batch_get() can't honour {step}: it reads items by their keys alone"
    )
    with pytest.raises(InvalidOperatorError, match=message):
        get(query, [])


@pytest.mark.parametrize(
    ("verb", "query", "given", "error", "message"),
    [
        (get, ask(User), ["1"], InvalidPrimaryKeyError, "joined is missing"),
        (get, ask(User), [("1", NOON, 3)], InvalidPrimaryKeyError, "got 3 parts"),
        (get, ask(User), [{"id": "1", "nick": 2}], InvalidPrimaryKeyError, "not part"),
        (get, ask(User), [("", NOON)], EmptyValueError, "User.id"),
        (get, ask(User), [(1, NOON)], InvalidValueError, "User.id"),
        (get, ask(Account), [None], InvalidPrimaryKeyError, "number is missing"),
        (delete, ask(Account), ["x"], InvalidValueError, "Account.number"),
        (create, ask(Note), [Account(number=1)], InvalidModelError, "got Account"),
        (
            create,
            ask(Note),
            [Note],
            InvalidModelError,
            "instance of Note, got the class Note",
        ),
        (
            create,
            ask(Note),
            [LongNote(owner="a", day="1")],
            InvalidModelError,
            "instance of Note, got LongNote",
        ),
        (create, ask(Note), [Note(owner="", day="1")], EmptyValueError, "Note.owner"),
        (update, ask(Note), [("a", "1")], InvalidModelError, "got tuple"),
    ],
)
def test_one_wrong_entry_is_an_error_that_says_which(
    verb: Any,
    query: Query[Any],
    given: list[Any],
    error: type[DynamORMError],
    message: str,
) -> None:
    with pytest.raises(error, match=message) as caught:
        verb(query, given)
    assert caught.value.__notes__[0].startswith("It is number 0 of the ")


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        (get, "abc"),
        (get, b"abc"),
        (get, {"id": "1"}),
        (get, 7),
        (create, Note(owner="", day="")),
        (create, None),
    ],
)
def test_one_key_is_no_list_of_keys(verb: Any, given: object) -> None:
    with pytest.raises(InvalidValueError, match=r"a batch takes a list of .*; got one"):
        verb(ask(Note), given)


def test_an_item_of_400_kb_fits() -> None:
    assert len(create(ask(Note), [note_of(400 * 1024)]).parts) == 1


def test_an_item_a_byte_larger_is_refused() -> None:
    with pytest.raises(ItemTooLargeError, match="the item has 409,601 bytes") as caught:
        create(ask(Note), [note_of(1000), note_of(400 * 1024 + 1)])
    notes = caught.value.__notes__
    assert notes == ["It is number 1 of the instances, counted from 0."]


def note_of(size: int) -> Note:
    """A note of so many bytes, as DynamoDB counts them."""
    rest = len("owner") + len("day") + len("text") + len("stars") + len("a1") + 1
    return Note(owner="a", day="1", text="x" * (size - rest))


def test_a_partial_instance_is_not_written_as_a_whole() -> None:
    codec = COMPILER.codec(ask(Note)._question.table)
    part = codec.decode_part({"owner": {"S": "a"}, "day": {"S": "1"}}, ["owner", "day"])
    with pytest.raises(FieldNotLoadedError, match=r"Note\.text was not read"):
        create(ask(Note), [part])


def test_two_updates_of_one_item_are_refused() -> None:
    message = "^Account: two of the instances have the same key"
    with pytest.raises(InvalidOperatorError, match=message) as caught:
        update(ask(Account), [Account(number=n) for n in (1, 2, 1)], "holder")
    assert caught.value.__notes__ == [
        "It is number 2 of the instances, counted from 0."
    ]


def test_updates_of_many_instances_name_no_key() -> None:
    message = r"^Account.number: the instances have their own keys"
    with pytest.raises(InvalidOperatorError, match=message):
        update(ask(Account).where(Account.number == 1), [Account(number=2)])


def test_the_time_to_live_is_stored_and_kept_in_whole_seconds() -> None:
    user = a_user(expires=NOON.replace(microsecond=7))
    batch = create(ask(User), [user])
    batch.kind.compile(batch.parts).decode({})
    assert user.expires == NOON
