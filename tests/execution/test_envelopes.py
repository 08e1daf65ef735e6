"""Envelopes: their form, what they are bound to, and those of the Go library."""

import base64
import json
from decimal import Context, Inexact, localcontext
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dynamorm_async.errors import EncryptionError
from dynamorm_async.execution.envelopes import (
    Envelope,
    filled,
    has_plain,
    opened,
    read,
    sealed,
    written,
)
from dynamorm_async.wire import AttributeValue, Item
from dynamorm_async.wire.sealed import SEALED, Plain

SECRET = bytes(range(32))
NONCE = bytes(12)
KEY = ("id",)
ROW: Item = {"id": {"S": "1"}}


def made(attribute: str = "ssn", around: Item = ROW) -> Envelope:
    stored = sealed(
        Plain(attribute, {"S": "123"}, KEY), around, SECRET, b"wrapped", NONCE
    )
    found = Envelope.found_in(stored)
    assert found is not None
    return found


def test_an_envelope_is_a_map_of_four() -> None:
    stored = sealed(Plain("ssn", {"S": "123"}, KEY), ROW, SECRET, b"wrapped", NONCE)
    bond = json.dumps(
        ["dynamorm:encrypted:v2", "ssn", [["id", ["S", "1"]]]], separators=(",", ":")
    )
    content = AESGCM(SECRET).encrypt(NONCE, b'{"t":"S","s":"123"}', bond.encode())
    assert stored == {
        "M": {
            "v": {"N": "2"},
            "edk": {"B": base64.b64encode(b"wrapped").decode()},
            "nonce": {"B": base64.b64encode(NONCE).decode()},
            "ct": {"B": base64.b64encode(content).decode()},
        }
    }


def test_an_envelope_of_the_go_library_is_read() -> None:
    bond = b"dynamorm:encrypted:v1|attr=ssn"
    content = AESGCM(SECRET).encrypt(NONCE, b'{"t":"S","s":"123"}', bond)
    envelope = Envelope("1", b"wrapped", NONCE, content)
    assert opened(envelope, "ssn", KEY, {}, SECRET) == {"S": "123"}


@pytest.mark.parametrize(
    ("envelope", "attribute", "around", "secret"),
    [
        (made(), "other", ROW, SECRET),
        (made(), "ssn", {"id": {"S": "2"}}, SECRET),
        (made(), "ssn", {"id": {"B": "1"}}, SECRET),
        (made(), "ssn", ROW, bytes(32)),
        (Envelope("2", b"", NONCE, b"x" * 40), "ssn", ROW, SECRET),
        (Envelope("2", b"", b"", b"x" * 40), "ssn", ROW, SECRET),
    ],
)
def test_a_value_is_good_in_its_place_alone(
    envelope: Envelope, attribute: str, around: Item, secret: bytes
) -> None:
    with pytest.raises(EncryptionError, match=r"cannot be decrypted: it was changed"):
        opened(envelope, attribute, KEY, around, secret)


def test_a_number_in_the_key_may_be_written_otherwise() -> None:
    envelope = made(around={"id": {"N": "1E+2"}})
    assert opened(envelope, "ssn", KEY, {"id": {"N": "100"}}, SECRET) == {"S": "123"}


def test_a_number_in_the_key_counts_to_its_last_digit() -> None:
    digits = "12345678901234567890123456789012345678"
    envelope = made(around={"id": {"N": digits}})
    with localcontext(Context(prec=3, traps=[Inexact])):
        assert opened(envelope, "ssn", KEY, {"id": {"N": digits}}, SECRET) == {
            "S": "123"
        }
    with pytest.raises(EncryptionError, match="cannot be decrypted"):
        opened(envelope, "ssn", KEY, {"id": {"N": digits[:-1] + "9"}}, SECRET)


@pytest.mark.parametrize(
    ("envelope", "message"),
    [
        (made(), "bound to the key of its item, which was not read"),
        (Envelope("9", b"", NONCE, b""), r"later version of this library \(format '9'"),
    ],
)
def test_what_cannot_be_opened_says_why(envelope: Envelope, message: str) -> None:
    with pytest.raises(EncryptionError, match=message):
        opened(envelope, "ssn", KEY, {}, SECRET)


VALUES: list[tuple[AttributeValue, dict[str, Any]]] = [
    ({"S": "é"}, {"t": "S", "s": "é"}),
    ({"N": "1.5"}, {"t": "N", "n": "1.5"}),
    ({"B": "AQI="}, {"t": "B", "b": "AQI="}),
    ({"BOOL": True}, {"t": "BOOL", "bool": True}),
    ({"NULL": True}, {"t": "NULL", "null": True}),
    ({"SS": ["a"]}, {"t": "SS", "ss": ["a"]}),
    ({"NS": ["1"]}, {"t": "NS", "ns": ["1"]}),
    ({"BS": ["AQI="]}, {"t": "BS", "bs": ["AQI="]}),
    ({"L": [{"S": "a"}]}, {"t": "L", "l": [{"t": "S", "s": "a"}]}),
    ({"M": {"L": {"N": "1"}}}, {"t": "M", "m": {"L": {"t": "N", "n": "1"}}}),
]


@pytest.mark.parametrize(("value", "told"), VALUES)
def test_every_type_has_a_form_inside(
    value: AttributeValue, told: dict[str, Any]
) -> None:
    assert json.loads(written(value)) == told
    assert read(told) == value


@pytest.mark.parametrize(
    "stored",
    [
        {"S": "x"},
        {"M": {}},
        {"M": {"v": {"N": "2"}, "edk": {"B": ""}, "nonce": {"B": ""}}},
        {"M": {**made().stored()["M"], "more": {"S": ""}}},
        {"M": {**made().stored()["M"], "v": {"S": "2"}}},
    ],
)
def test_another_map_is_no_envelope(stored: AttributeValue) -> None:
    assert Envelope.found_in(stored) is None


def a_plain() -> AttributeValue:
    return {SEALED: Plain("ssn", {"S": "123"}, KEY)}


@pytest.mark.parametrize(
    ("body", "around"),
    [
        ({"Item": {**ROW, "ssn": a_plain()}}, {**ROW, "ssn": a_plain()}),
        ({"Key": ROW, "ExpressionAttributeValues": {":v0": a_plain()}}, ROW),
        (
            {
                "TransactItems": [
                    {"Put": {"Item": {"id": {"S": "0"}}}},
                    {
                        "Update": {
                            "Key": ROW,
                            "ExpressionAttributeValues": {":v": a_plain()},
                        }
                    },
                ]
            },
            ROW,
        ),
        (
            {"Item": {"Key": {"S": "k"}, "Item": {"S": "i"}, **ROW, "ssn": a_plain()}},
            ROW,
        ),
        (
            {
                "RequestItems": {
                    "Key": [{"PutRequest": {"Item": {**ROW, "ssn": a_plain()}}}]
                }
            },
            ROW,
        ),
    ],
)
def test_each_value_is_encrypted_for_the_item_around_it(
    body: dict[str, Any], around: Item
) -> None:
    seen: list[tuple[str, AttributeValue]] = []

    def seal(plain: Plain, around: Item) -> AttributeValue:
        seen.append((plain.attribute, around["id"]))
        return {"S": "sealed"}

    whole = filled(body, seal, {})
    assert seen == [("ssn", around["id"])]
    assert has_plain(body)
    assert not has_plain(whole)
    assert "123" not in repr(body)
