"""Reads: which rows, in which order, how many, and how much of them."""

from collections.abc import Callable
from typing import Any

import pytest

from dynamorm_async import (
    Database,
    FieldNotLoadedError,
    IndexNotFoundError,
    InvalidOperatorError,
    InvalidValueError,
    ItemNotFoundError,
    ItemShapeError,
    MultipleItemsError,
    ScanWarning,
)
from tests.integration.conftest import Stored
from tests.models import NOON, Account, Listing, Note, Place, User, a_user


@pytest.fixture
async def notes(db: Database, stored: Stored) -> list[Note]:
    """Thirty notes of Ann, every tenth with a star, and one of Bob."""
    await db.ensure_table(Note)
    made = [
        Note(owner="ann", day=f"{day:02}", text=f"t{day}", stars=int(day % 10 == 9))
        for day in range(30)
    ]
    items = [
        {
            "owner": {"S": each.owner},
            "day": {"S": each.day},
            "text": {"S": each.text},
            "stars": {"N": str(each.stars)},
        }
        for each in (*made, Note(owner="bob", day="00"))
    ]
    await stored.fill("notes", items)
    return made


ANN = Note.owner == "ann"


def days(rows: Any) -> list[str]:
    return [each.day for each in rows]


async def test_awaiting_a_query_gives_all_rows_in_key_order(
    db: Database, notes: list[Note]
) -> None:
    query = db.model(Note).where(ANN)
    assert await query == notes
    assert await query.all() == notes
    assert [each async for each in query] == notes
    assert await query.order_by("day", "DESC") == notes[::-1]
    assert await query.order_by(Note.day).page_size(7) == notes


@pytest.mark.parametrize("size", [1, 7, 29, 30, 31])
async def test_a_filter_finds_every_row_whatever_the_page_size(
    db: Database, notes: list[Note], size: int
) -> None:
    query = db.model(Note).where(ANN).filter(Note.stars == 1).page_size(size)
    assert await query == [notes[9], notes[19], notes[29]]
    assert await query.limit(2) == [notes[9], notes[19]]
    assert await query.first() == notes[9]
    assert await query.count() == 3
    assert await query.exists()
    assert await query.order_by("day", "desc").first() == notes[29]


async def test_the_first_row_is_found_wherever_it_is(
    db: Database, notes: list[Note]
) -> None:
    query = db.model(Note).where(ANN)
    for note in (notes[0], notes[24], notes[25], notes[29]):
        found = query.filter(Note.text == note.text)
        assert await found.first() == await found.one() == note
        assert await found.exists()
    nothing = query.filter(Note.text == "nothing")
    assert await nothing.first_or_none() is None
    assert not await nothing.exists()


async def test_a_filtered_query_with_empty_pages_goes_on_to_the_last(
    db: Database, notes: list[Note]
) -> None:
    query = db.model(Note).where(ANN).filter(Note.text.is_in("t28", "t29"))
    pages = [each async for each in query.page_size(5).pages()]
    assert [days(each.items) for each in pages[:6]] == [[]] * 5 + [["28", "29"]]
    assert [each.scanned_count for each in pages[:6]] == [5] * 6
    assert sum(len(each) for each in pages) == 2
    assert not pages[-1].has_more


@pytest.mark.parametrize(("limit", "size"), [(4, 3), (4, 4), (4, 7), (10, 25), (31, 5)])
@pytest.mark.parametrize("order", ["ASC", "DESC"])
@pytest.mark.parametrize("filtered", [False, True])
async def test_pages_by_cursor_are_the_rows_without_gap_or_repeat(
    db: Database, notes: list[Note], limit: int, size: int, order: str, filtered: bool
) -> None:
    query = db.model(Note).where(ANN).order_by("day", order)
    query = query.limit(limit).page_size(size)
    query = {False: query, True: query.filter(Note.stars == 0)}[filtered]
    wanted = [each for each in notes if not (filtered and each.stars)]
    cursor: str | None = None
    found: list[Note] = []
    for _ in range(9):
        page = await query.cursor(cursor).all_paginated()
        found += page.items
        cursor = page.next_cursor
        assert len(page) == min(limit, len(wanted) - len(found) + len(page))
        if cursor is None:
            break
    assert found == {"ASC": wanted, "DESC": wanted[::-1]}[order]


async def test_a_cursor_points_after_the_last_row_returned_in_mid_page(
    db: Database, notes: list[Note]
) -> None:
    query = db.model(Note).where(ANN).filter(Note.stars == 0)
    page = await query.limit(10).page_size(25).all_paginated()
    assert days(page.items)[-1] == "10"
    assert page.last_evaluated_key == {"owner": {"S": "ann"}, "day": {"S": "10"}}
    following = await query.set_cursor(page.next_cursor).first()
    assert following == notes[11]


async def test_offset_skips_rows_after_the_filter(
    db: Database, notes: list[Note]
) -> None:
    query = db.model(Note).where(ANN)
    assert await query.offset(28) == notes[28:]
    assert await query.offset(3).limit(2) == notes[3:5]
    assert await query.offset(3).limit(2).page_size(1) == notes[3:5]
    assert await query.filter("stars", "=", 1).offset(1).limit(1) == [notes[19]]
    assert await query.offset(30) == []
    assert await query.offset(28).count() == 2
    assert await query.offset(28).limit(1).count() == 1
    assert await query.offset(29).exists()
    assert not await query.offset(30).exists()


async def test_breaking_out_of_a_stream_is_free(
    db: Database, notes: list[Note]
) -> None:
    found = []
    async for each in db.model(Note).where(ANN).page_size(4):
        found.append(each)
        if len(found) == 6:
            break
    assert found == notes[:6]


async def test_first_one_and_exists_say_what_there_is(
    db: Database, notes: list[Note]
) -> None:
    model = db.model(Note)
    ann, nobody = model.where(ANN), model.where(Note.owner == "eve")
    only = model.where(Note.owner == "bob")
    assert await ann.first() == notes[0]
    assert (await only.one()).owner == "bob"
    assert await ann.where(Note.day == "03").first() == notes[3]
    assert await ann.where(Note.day == "03").one() == notes[3]
    assert await nobody.first_or_none() is None
    assert await ann.where(Note.day == "x").first_or_none() is None
    assert [await ann.exists(), await nobody.exists()] == [True, False]
    assert await ann.where(Note.day == "03").exists()
    assert not await ann.where(Note.day == "x").exists()
    assert await ann.where(Note.day == "03").count() == 1
    assert await nobody.count() == 0
    for missing in (nobody, ann.where(Note.day == "x")):
        with pytest.raises(ItemNotFoundError, match="no Note found"):
            await missing.first()
        with pytest.raises(ItemNotFoundError, match="no Note found"):
            await missing.one()
    with pytest.raises(MultipleItemsError, match="more than one Note"):
        await ann.one()


RANGES: list[tuple[Callable[[Any], Any], list[int]]] = [
    (lambda q: q.where(Note.day >= "03").where(Note.day <= "05"), [3, 4, 5]),
    (lambda q: q.where("day", "<=", "05").where("day", ">=", "03"), [3, 4, 5]),
    (lambda q: q.where(Note.day.between("03", "04")), [3, 4]),
    (lambda q: q.where((Note.day >= "27") & (Note.stars == 1)), [29]),
    (lambda q: q.filter(Note.day >= "28"), [28, 29]),
    (lambda q: q.where(Note.day.begins_with("2")).limit(3), [20, 21, 22]),
    (lambda q: q.where(Note.day > "28"), [29]),
    (lambda q: q.where(Note.day < "02").order_by("day", "DESC"), [1, 0]),
]


@pytest.mark.parametrize(("build", "wanted"), RANGES)
async def test_conditions_on_the_sort_key_select_a_range(
    db: Database, notes: list[Note], build: Callable[[Any], Any], wanted: list[int]
) -> None:
    assert await build(db.model(Note).where(ANN)) == [notes[each] for each in wanted]


@pytest.mark.parametrize(
    "build",
    [
        lambda q: q.where(Note.day >= "05").where(Note.day <= "03"),
        lambda q: q.where(Note.day.between("05", "03")),
        lambda q: q.filter("text", "BETWEEN", ["t9", "t1"]),
        lambda q: q.filter(~Note.stars.between(10, 9)),
        lambda q: q.filter(Note.text.size().between(10, 9)),
    ],
)
async def test_a_range_that_ends_before_it_begins_is_refused(
    db: Database, build: Callable[[Any], Any]
) -> None:
    with pytest.raises(InvalidValueError, match="BETWEEN needs the lower value first"):
        await build(db.model(Note).where(ANN))


async def test_select_reads_the_key_and_what_is_named(
    db: Database, notes: list[Note]
) -> None:
    query = db.model(Note).where(ANN).select("text")
    part = await query.first()
    assert (part.owner, part.day, part.text) == ("ann", "00", "t0")
    with pytest.raises(FieldNotLoadedError, match=r"Note\.stars"):
        _ = part.stars
    by_key = await query.where(Note.day == "03").first()
    assert by_key.text == "t3"
    page = await query.limit(3).all_paginated()
    assert await query.cursor(page.next_cursor).limit(1) == [
        await query.offset(3).first()
    ]


async def test_an_item_that_has_nothing_of_the_projection_is_found_all_the_same(
    db: Database, stored: Stored
) -> None:
    await db.ensure_table(Place)
    place = await db.create(Place(country="DE"))
    found = await db.model(Place).where(Place.id == place.id).select("city").first()
    assert (found.id, found.city) == (place.id, None)


async def test_consistent_reads_read_the_table_and_local_indexes(
    db: Database, notes: list[Note]
) -> None:
    await db.ensure_table(User)
    user = await db.create(a_user(rank=3))
    users = db.model(User).consistent_read()
    assert await users.where(User.id == "1").all() == [user]
    assert await users.where(User.id == "1").where(User.joined == NOON).first() == user
    assert await users.index("lsi-rank").where("id", "=", "1").all() == [user]
    assert await users.scan() == [user]
    with pytest.raises(IndexNotFoundError, match="consistent_read is not to be had"):
        await users.where(User.email == "a@b.c").all()


async def test_global_and_local_indexes_answer_in_their_own_order(
    db: Database, stored: Stored
) -> None:
    await db.ensure_table(User)
    users = [
        await db.create(a_user(id=str(each % 2), joined=at, rank=10 - each))
        for each in range(6)
        for at in [NOON.replace(hour=each)]
    ]
    active = db.model(User).index("gsi-status").where(User.status == "active")
    assert await active == users[::-1]
    assert await active.order_by("rank", "DESC") == users
    assert await active.where(User.rank > 8) == users[1::-1]
    assert await db.model(User).where(User.email == "a@b.c").count() == 6
    local = db.model(User).index("lsi-rank").where(User.id == "1")
    assert await local == users[5::-2]
    # The rank of an order alone is enough to choose the index.
    assert (
        await db.model(User).where("status", "=", "active").order_by("rank")
        == (users[::-1])
    )
    page = await active.limit(2).all_paginated()
    assert await active.cursor(page.next_cursor) == users[3::-1]


async def test_indexes_that_hold_a_part_are_read_for_that_part(
    db: Database, stored: Stored
) -> None:
    await db.ensure_table(Listing)
    for each in ("1", "2"):
        await db.create(Listing(id=each, kind="k", shop=f"s{each}", price=5, title="t"))
    by_kind = db.model(Listing).index("by-kind").where(Listing.kind == "k")
    part = await by_kind.select("shop").order_by("shop", "DESC").first()
    assert (part.id, part.shop) == ("2", "s2")
    by_shop = db.model(Listing).index("by-shop").where(Listing.shop == "s1")
    assert [each.price for each in await by_shop.select("price")] == [5]
    assert await by_kind.count() == 2
    with pytest.raises(IndexNotFoundError, match="does not hold price, title"):
        await by_kind.all()
    with pytest.raises(IndexNotFoundError, match="does not hold title"):
        await by_shop.filter(Listing.title == "t").select("price")
    # Unnamed, an index that lacks a field is passed over, and the table scanned.
    with pytest.warns(ScanWarning, match="index 'by-kind' does not hold"):
        assert len(await db.model(Listing).where(Listing.kind == "k")) == 2


async def test_the_segments_of_a_parallel_scan_are_the_whole_table_once(
    db: Database, notes: list[Note]
) -> None:
    await db.ensure_table(Account)
    for number in range(20):
        await db.create(Account(number=number))
    found = [
        each.number
        for segment in range(4)
        async for each in db.model(Account).parallel_scan(segment, 4).page_size(2)
    ]
    assert sorted(found) == list(range(20))
    counts = [await db.model(Account).parallel_scan(each, 4).count() for each in [0, 3]]
    assert all(0 <= each <= 20 for each in counts)


async def test_scans_filter_page_and_warn_unless_they_are_meant(
    db: Database, notes: list[Note]
) -> None:
    starred = db.model(Note).where(Note.stars == 1)
    assert sorted(days(await starred.scan())) == ["09", "19", "29"]
    with pytest.warns(ScanWarning, match="the whole table is read"):
        assert len(await starred) == 3
    assert len(await db.model(Note)) == 31
    assert await db.model(Note).page_size(4).limit(9).count() == 9
    with pytest.raises(InvalidOperatorError, match="needs a Query"):
        await db.model(Note).order_by("day")


async def test_groups_of_filters_read_as_they_are_chained(
    db: Database, notes: list[Note]
) -> None:
    query = db.model(Note).where(ANN)
    chain = query.filter("text", "=", "t1").or_filter("text", "=", "t2")
    assert days(await chain) == ["01", "02"]
    assert days(await chain.filter("stars", "=", 1)) == []
    grouped = query.filter("stars", "=", 1).or_filter_group(
        lambda q: q.filter(Note.text.begins_with("t1")).filter_group(
            lambda g: g.filter(Note.text.size() == 2).or_filter("text", "=", "t17")
        )
    )
    assert days(await grouped) == ["01", "09", "17", "19", "29"]
    assert days(await query.filter(~(Note.text > "t1"))) == ["00", "01"]


async def test_a_stored_item_of_another_shape_names_model_key_and_field(
    db: Database, notes: list[Note], stored: Stored
) -> None:
    await stored.put(
        "notes", {"owner": {"S": "eve"}, "day": {"S": "1"}, "stars": {"S": "many"}}
    )
    with pytest.raises(ItemShapeError, match=r"Note\.stars: .*key owner, day") as found:
        await db.get(Note, "eve", "1")
    assert found.value.key == {"owner": {"S": "eve"}, "day": {"S": "1"}}
    assert "many" not in str(found.value)


async def test_a_compiled_query_can_be_executed_by_itself(
    db: Database, notes: list[Note]
) -> None:
    compiled = db.model(Note).where(ANN).page_size(3).compile()
    assert await db.execute(compiled) == notes[:3]
    count = db.model(Note).where(ANN).compile("count")
    assert await db.execute(count) == 30


async def test_another_table_name_is_another_table(db: Database) -> None:
    await db.ensure_table(Note, table="archive")
    note = Note(owner="ann", day="1")
    await db.model(note, table="archive").create()
    assert await db.model(Note, table="archive").where(ANN) == [note]
