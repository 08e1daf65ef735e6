"""What attrs offers works on models: they are attrs classes."""

import copy
import pickle
from typing import Any

import attrs
import pytest
from attrs import validators

from dynamorm_async import Attr, Model, field, partition_key, sort_key, version
from dynamorm_async.errors import FieldNotLoadedError, UnknownFieldError
from dynamorm_async.schema.model import table_of
from dynamorm_async.wire.sealed import SEALED, Plain
from tests.asking import ask, body, exactly
from tests.models import NOON, Account, Listing, Note, Profile, User, a_user


class Parcel(Model, table="parcels"):
    """A model that uses what attrs has."""

    code: Attr[str] = partition_key(converter=str.upper)
    _weight: Attr[int] = field(default=1, validator=validators.ge(0))
    label: Attr[str] = attrs.field(
        default=attrs.Factory(lambda self: f"{self.code}!", takes_self=True)
    )
    made_by: Attr[str] = attrs.field(default="", alias="maker", eq=False)
    secret: Attr[str] = field(default="", encrypted=True)


def a_parcel(**said: Any) -> Parcel:
    """A parcel; type checkers don't know the name `weight`."""
    return Parcel(**{"code": "a", **said})


def test_the_constructor_takes_keywords_only() -> None:
    with pytest.raises(TypeError, match="takes 1 positional argument"):
        Note("ann", "1")  # type: ignore[call-arg]


def test_the_constructor_refuses_a_misspelt_keyword() -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'txt'"):
        Note(owner="ann", day="1", txt="")  # type: ignore[call-arg]


def test_the_constructor_wants_what_has_no_default() -> None:
    with pytest.raises(TypeError, match="required keyword-only argument: 'day'"):
        Note(owner="ann")  # type: ignore[call-arg]


def test_validators_run() -> None:
    with pytest.raises(ValueError, match="'_weight' must be >= 0: -1"):
        a_parcel(weight=-1)


def test_validators_run_on_assignment() -> None:
    parcel = Parcel(code="a")
    with pytest.raises(ValueError, match="'_weight' must be >= 0: -1"):
        parcel._weight = -1


def test_converters_run_also_on_assignment() -> None:
    parcel = Parcel(code="a")
    codes = [parcel.code]
    parcel.code = "b"
    assert [*codes, parcel.code] == ["A", "B"]


def test_a_factory_may_take_the_instance() -> None:
    assert Parcel(code="a").label == "A!"


def test_each_instance_has_its_own_default() -> None:
    assert a_user().tags is not a_user().tags


def test_a_private_field_is_private_in_the_constructor_only() -> None:
    parcel = a_parcel(weight=2, maker="ann")
    assert (parcel._weight, parcel.made_by) == (2, "ann")
    assert body(ask(parcel), "put")["Item"] == {
        "code": {"S": "A"},
        "_weight": {"N": "2"},
        "label": {"S": "A!"},
        "made_by": {"S": "ann"},
        "secret": {SEALED: Plain("secret", {"S": ""}, ("code",))},
    }


def test_a_private_field_is_read_by_its_alias() -> None:
    stored = {"code": {"S": "A"}, "_weight": {"N": "2"}, "made_by": {"S": "ann"}}
    read = (
        ask(Parcel).where(Parcel.code == "A").compile("first").decode({"Item": stored})
    )
    assert vars(read) == {
        "code": "A",
        "_weight": 2,
        "label": "A!",
        "made_by": "ann",
        "secret": "",
    }


def test_evolve_makes_a_changed_copy() -> None:
    note = Note(owner="ann", day="1", stars=2)
    assert (attrs.evolve(note, stars=3), note) == (  # type: ignore[misc]
        Note(owner="ann", day="1", stars=3),
        Note(owner="ann", day="1", stars=2),
    )


def test_asdict_takes_nested_values_apart() -> None:
    assert attrs.asdict(a_user())["profile"] == {"city": "Ulm", "langs": []}  # type: ignore[arg-type]


def test_attrs_knows_the_fields_in_order() -> None:
    assert [each.name for each in attrs.fields(Note)] == [  # type: ignore[arg-type]
        "owner",
        "day",
        "text",
        "stars",
    ]


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (a_user(), a_user(), True),
        (a_user(), a_user(rank=1), False),
        (a_user(), a_user(tags={"x"}), False),
        (Note(owner="a", day="1"), Account(number=1), False),
        (Note(owner="a", day="1"), ("a", "1"), False),
        (Parcel(code="a", maker="x"), Parcel(code="a"), True),
    ],
)
def test_instances_are_equal_by_value(one: Any, other: Any, equal: bool) -> None:
    assert (one == other, one != other) == (equal, not equal)


def test_an_instance_of_a_subclass_is_another_value() -> None:
    class Special(Note): ...

    assert Special(owner="a", day="1") != Note(owner="a", day="1")


def test_the_hash_is_that_of_the_primary_key() -> None:
    notes = {Note(owner="a", day="1"): 1}
    changed = Note(owner="a", day="1", stars=5)
    assert hash(changed) == hash(next(iter(notes)))
    assert (changed in notes, Note(owner="a", day="1") in notes) == (False, True)


def test_two_models_with_one_key_hash_apart() -> None:
    class Memo(Model):
        owner: Attr[str] = partition_key()
        day: Attr[str] = sort_key()

    assert hash(Memo(owner="a", day="1")) != hash(Note(owner="a", day="1"))


def test_the_repr_shows_every_field() -> None:
    note = Note(owner="ann", day="1", text="x")
    assert repr(note) == "Note(owner='ann', day='1', text='x', stars=0)"


def test_the_repr_hides_what_is_encrypted() -> None:
    parcel = Parcel(code="a", secret="4711")
    assert repr(parcel) == "Parcel(code='A', _weight=1, label='A!', made_by='')"


@pytest.mark.parametrize(
    "twin", [copy.copy, copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))]
)
@pytest.mark.parametrize(
    "instance",
    [a_user(tags={"x"}, expires=NOON), Note(owner="a", day="1"), Parcel(code="a")],
)
def test_an_instance_can_be_copied_and_pickled(twin: Any, instance: Model) -> None:
    made = twin(instance)
    assert (type(made), vars(made)) == (type(instance), vars(instance))


def test_a_class_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(User)) is User


@pytest.mark.parametrize("model", [User, Note, Parcel])
def test_reading_an_instance_attribute_meets_no_descriptor(model: type[Model]) -> None:
    names = {each.name for each in table_of(model).fields}
    classes = [vars(each) for each in model.__mro__]
    assert [names & each.keys() for each in classes] == [set()] * len(classes)


def test_a_model_has_no_public_name_of_its_own() -> None:
    own = {name for each in User.__mro__[:-1] for name in vars(each)}
    assert [name for name in own if not name.startswith("_")] == []


def test_a_field_may_have_any_name_that_a_model_does_not_need() -> None:
    class Awkward(Model, table="awkward"):
        model: Attr[str] = partition_key()
        table: Attr[str] = field(default="")
        query: Attr[str] = field(default="")
        all: Attr[str] = field(default="")
        mro: Attr[str] = field(default="")

    asked = (
        ask(Awkward).where(Awkward.model == "m").filter(Awkward.all == Awkward.query)
    )
    assert body(asked.filter("mro", "=", "x").filter(Awkward.table == "t")) == {
        "TableName": "awkward",
        "KeyConditionExpression": "#n0 = :v0",
        "FilterExpression": "#n1 = #n2 AND #n3 = :v1 AND #n4 = :v2",
        "ExpressionAttributeNames": {
            "#n0": "model",
            "#n1": "all",
            "#n2": "query",
            "#n3": "mro",
            "#n4": "table",
        },
        "ExpressionAttributeValues": {
            ":v0": {"S": "m"},
            ":v1": {"S": "x"},
            ":v2": {"S": "t"},
        },
    }


def a_partial_listing() -> Listing:
    """A listing read with `select("price")`."""
    item = {"id": {"S": "1"}, "price": {"N": "5"}}
    decode = (
        ask(Listing).where(Listing.id == "1").select("price").compile("first").decode
    )
    read = decode({"Item": item})
    assert isinstance(read, Listing)
    return read


def test_a_partial_instance_has_what_was_read() -> None:
    assert vars(a_partial_listing()) == {"id": "1", "price": 5}
    assert repr(a_partial_listing()) == "Listing(id='1', price=5)"


def test_a_default_that_takes_the_instance_is_not_made_for_a_part_of_one() -> None:
    query = ask(Parcel).where("code", "=", "A").select("label")
    read = query.compile("first").decode({"Item": {"code": {"S": "A"}}})
    assert vars(read) == {"code": "A"}


NOT_READ = (
    "Listing.title was not read: the query's select() left it out.  Add it there, or "
    "read the whole item"
)


def test_a_field_that_was_not_read_says_so() -> None:
    with pytest.raises(FieldNotLoadedError, match=exactly(NOT_READ)) as caught:
        _ = a_partial_listing().title
    assert isinstance(caught.value, AttributeError)


def test_a_partial_instance_is_only_equal_to_one_like_it() -> None:
    whole = Listing(id="1", kind="", shop="", price=5)
    assert a_partial_listing() == a_partial_listing()
    assert a_partial_listing() != whole


def test_a_partial_instance_can_be_pickled() -> None:
    twin = pickle.loads(pickle.dumps(a_partial_listing()))
    assert twin == a_partial_listing()


@pytest.mark.parametrize("verb", ["create", "put", "create_or_update", "update"])
def test_a_partial_instance_is_not_written_as_a_whole(verb: str) -> None:
    with pytest.raises(FieldNotLoadedError, match=r"^Listing\.\w+ was not read"):
        ask(a_partial_listing()).compile(verb)  # type: ignore[arg-type]


def test_a_partial_instance_can_update_what_it_has() -> None:
    assert body(ask(a_partial_listing()), "update", "price") == {
        "TableName": "listings",
        "Key": {"id": {"S": "1"}},
        "UpdateExpression": "SET #n0 = :v0",
        "ConditionExpression": "attribute_exists(#n1)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        "ExpressionAttributeNames": {"#n0": "price", "#n1": "id"},
        "ExpressionAttributeValues": {":v0": {"N": "5"}},
    }


def test_a_misspelt_attribute_is_an_ordinary_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'Note' object has no attribute 'txt'"):
        _ = Note(owner="a", day="1").txt  # type: ignore[attr-defined]


def test_a_misspelt_expression_is_an_ordinary_attribute_error() -> None:
    with pytest.raises(AttributeError, match="Note has no attribute 'txt'"):
        _ = Note.txt  # type: ignore[attr-defined]


def test_a_field_is_found_by_either_name_and_python_comes_first() -> None:
    class Swapped(Model):
        id: Attr[str] = partition_key()
        one: Attr[int] = field(default=0, attribute="other")
        other: Attr[int] = field(default=0, attribute="one")
        last: Attr[int] = version(attribute="final")

    table = table_of(Swapped)
    assert [table.field(name).name for name in ("one", "other", "last", "final")] == [
        "one",
        "other",
        "last",
        "last",
    ]


def test_an_unknown_field_is_an_error_with_a_guess() -> None:
    message = (
        "Note has no field 'star'; did you mean 'stars'? "
        "It has: owner, day, text, stars"
    )
    with pytest.raises(UnknownFieldError, match=exactly(message)):
        table_of(Note).field("star")


def test_a_profile_is_an_ordinary_attrs_class() -> None:
    assert a_user().profile == Profile("Ulm")
