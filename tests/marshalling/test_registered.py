"""Types that an application registers, wherever they occur."""

from decimal import Decimal
from fractions import Fraction
from typing import Any, NewType

import pytest
from attrs import frozen

from dynamorm_async.errors import (
    InvalidValueError,
    ItemShapeError,
    UnsupportedTypeError,
)
from dynamorm_async.marshalling.codecs import Codecs
from dynamorm_async.marshalling.options import FieldOptions
from tests.marshalling.samples import Money, Opaque, SubOpaque

Seconds = NewType("Seconds", int)


def fraction_to_db(value: Fraction) -> str:
    return str(value)


def opaque_to_db(value: Opaque) -> Decimal:
    return Decimal(value.inside)


def money_to_db(value: Money) -> Any:
    return {"amount": value.amount, "currency": value.currency}


def money_from_db(stored: Any) -> Money:
    return Money(stored["amount"], stored["currency"])


@pytest.fixture
def codecs() -> Codecs:
    made = Codecs()
    made.register(Fraction, fraction_to_db, Fraction)
    made.register(Opaque, opaque_to_db, Opaque)
    made.register(Money, money_to_db, money_from_db)
    return made


HALF, ONE = Fraction(1, 2), Opaque(Decimal("1.5"))
EURO = Money(Decimal("1.5"), "EUR")
EURO_STORED = {"M": {"amount": {"N": "1.5"}, "currency": {"S": "EUR"}}}


@frozen
class Order:
    price: Money
    rate: Fraction | None = None


@pytest.mark.parametrize(
    ("hint", "value", "wire"),
    [
        (Fraction, HALF, {"S": "1/2"}),
        (Opaque, ONE, {"N": "1.5"}),
        (Money, EURO, EURO_STORED),
        (Fraction | None, HALF, {"S": "1/2"}),
        (Fraction | None, None, {"NULL": True}),
        (Fraction | int, HALF, {"S": "1/2"}),
        (Fraction | int, 3, {"N": "3"}),
        (list[Fraction], [HALF], {"L": [{"S": "1/2"}]}),
        (set[Fraction], {HALF}, {"SS": ["1/2"]}),
        (set[Opaque], {ONE}, {"NS": ["1.5"]}),
        (dict[str, Money], {"a": EURO}, {"M": {"a": EURO_STORED}}),
        (dict[Fraction, int], {HALF: 1}, {"M": {"1/2": {"N": "1"}}}),
        (tuple[Fraction, int], (HALF, 1), {"L": [{"S": "1/2"}, {"N": "1"}]}),
        (Order, Order(EURO), {"M": {"price": EURO_STORED, "rate": {"NULL": True}}}),
    ],
)
def test_a_registered_type_is_stored_wherever_it_occurs(
    codecs: Codecs, hint: object, value: object, wire: dict[str, Any]
) -> None:
    assert codecs.encoder(hint)(value) == wire
    assert codecs.decoder(hint)(wire) == value


def test_any_stores_a_registered_type_by_its_class(codecs: Codecs) -> None:
    assert codecs.encoder(Any)([HALF, {"a": ONE}, {HALF}]) == {
        "L": [{"S": "1/2"}, {"M": {"a": {"N": "1.5"}}}, {"SS": ["1/2"]}]
    }


def test_derived_classes_are_stored_as_the_registered_one(codecs: Codecs) -> None:
    assert codecs.encoder(SubOpaque)(SubOpaque(Decimal(2))) == {"N": "2"}
    assert codecs.encoder(Opaque)(SubOpaque(Decimal(2))) == {"N": "2"}
    assert codecs.encoder(Any)(SubOpaque(Decimal(2))) == {"N": "2"}
    assert codecs.decoder(SubOpaque)({"N": "2"}) == Opaque(Decimal(2))


@pytest.mark.parametrize(
    ("hint", "tag"),
    [
        (Fraction, "S"),
        (Opaque, "N"),
        (SubOpaque, "N"),
        (Money, "S"),
        (set[Opaque], "NS"),
    ],
)
def test_the_tag_is_that_of_what_to_db_says_it_returns(
    codecs: Codecs, hint: object, tag: str
) -> None:
    assert codecs.tag(hint) == tag


def test_a_class_serves_as_to_db() -> None:
    codecs = Codecs()
    codecs.register(Opaque, str, Opaque)
    assert codecs.tag(Opaque) == "S"


def test_a_known_type_can_be_registered_anew() -> None:
    codecs = Codecs()
    assert codecs.encoder(list[bool])([True]) == {"L": [{"BOOL": True}]}
    codecs.register(bool, int, bool)
    assert codecs.encoder(list[bool])([True]) == {"L": [{"N": "1"}]}
    assert codecs.decoder(list[bool])({"L": [{"N": "1"}]}) == [True]
    assert codecs.encoder(Any)(True) == {"N": "1"}


def test_a_new_type_can_be_registered() -> None:
    codecs = Codecs()
    codecs.register(Seconds, str, int)
    assert codecs.encoder(list[Seconds])([5]) == {"L": [{"S": "5"}]}
    assert codecs.decoder(Seconds)({"S": "5"}) == 5
    assert codecs.encoder(int)(5) == {"N": "5"}


def test_registering_one_database_leaves_others_alone(codecs: Codecs) -> None:
    with pytest.raises(
        UnsupportedTypeError, match=r"^DynamoDB has no type for Fraction"
    ):
        Codecs().encoder(Fraction)


def test_listeners_hear_of_a_registration() -> None:
    codecs, heard = Codecs(), []
    codecs.on_register(lambda: heard.append(repr(codecs)))
    codecs.register(Fraction, fraction_to_db, Fraction)
    assert heard == ["<Codecs 0 types, 1 registered>"]


def fail(value: object) -> str:
    raise ValueError(value)


def test_a_failing_to_db_is_an_invalid_value() -> None:
    codecs = Codecs()
    codecs.register(Opaque, fail, fail)
    with pytest.raises(InvalidValueError, match=r"^\$\[0\]: to_db of Opaque failed$"):
        codecs.encoder(list[Opaque])([Opaque(1)])
    with pytest.raises(ItemShapeError, match=r"^\$\[0\]: from_db of Opaque failed$"):
        codecs.decoder(list[Opaque])({"L": [{"S": "a"}]})


def test_a_to_db_that_returns_its_own_type_is_refused() -> None:
    codecs = Codecs()
    codecs.register(Opaque, lambda value: value, Opaque)
    with pytest.raises(InvalidValueError, match=r"^to_db of Opaque returned no plain"):
        codecs.encoder(Opaque)(Opaque(1))


def test_a_value_of_another_type_never_reaches_to_db(codecs: Codecs) -> None:
    with pytest.raises(InvalidValueError, match=r"^expected Fraction, got int$"):
        codecs.encoder(Fraction)(1)


def test_json_fields_know_registered_types(codecs: Codecs) -> None:
    codec = codecs.field(dict[str, list[Fraction]], FieldOptions(json=True))
    assert codec.encode({"a": [HALF]}) == {"S": '{"a":["1/2"]}'}
    assert codec.decode({"S": '{"a":["1/2"]}'}) == {"a": [HALF]}


def test_hooks_on_the_converter_are_honoured_as_well() -> None:
    codecs = Codecs()
    codecs.converter.register_unstructure_hook(
        Opaque, lambda value: {"S": f"<{value.inside}>"}
    )
    codecs.converter.register_structure_hook(
        Opaque, lambda stored, cls: cls(stored["S"][1:-1])
    )
    value = {"a": [Opaque("x")]}
    wire = {"M": {"a": {"L": [{"S": "<x>"}]}}}
    assert codecs.encoder(dict[str, list[Opaque]])(value) == wire
    assert codecs.decoder(dict[str, list[Opaque]])(wire) == value
    assert codecs.encoder(Any)(value) == wire
    assert codecs.tag(Opaque) is None


def test_the_converter_works_on_its_own() -> None:
    converter = Codecs().converter
    wire = converter.unstructure([HALF.numerator], unstructure_as=list[int])
    assert wire == {"L": [{"N": "1"}]}
    assert converter.structure(wire, list[int]) == [1]
