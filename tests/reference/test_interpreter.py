"""The reference interpreter itself, on what the developer guide says."""

from typing import Any

import pytest

from dynamorm_async.wire import AttributeValue, Item
from tests.reference.conditions import condition_holds
from tests.reference.tokens import SyntaxRejectedError
from tests.reference.updates import UpdateRejectedError, updated
from tests.reference.values import item_of

ITEM: Item = {
    "n": {"N": "5"},
    "s": {"S": "abc"},
    "b": {"B": "YWI="},
    "t": {"BOOL": True},
    "z": {"NULL": True},
    "l": {"L": [{"N": "1"}, {"S": "x"}]},
    "m": {"M": {"x": {"N": "1"}}},
    "ss": {"SS": ["a", "b"]},
    "ns": {"NS": ["1", "2"]},
}
VALUES: dict[str, AttributeValue] = {
    ":one": {"N": "1.0"},
    ":five": {"N": "5.00"},
    ":text": {"S": "5"},
    ":a": {"S": "a"},
    ":bytes": {"B": "YQ=="},
    ":set": {"SS": ["b", "a"]},
    ":numbers": {"NS": ["2.0", "1"]},
    ":list": {"L": [{"N": "1.0"}, {"S": "x"}]},
    ":null": {"NULL": True},
    ":kind": {"S": "N"},
    ":elements": {"SS": ["a", "c"]},
    ":n9": {"N": "9"},
    ":end": {"L": [{"N": "3"}]},
}
BODY = {"ExpressionAttributeNames": {"#n": "n"}, "ExpressionAttributeValues": VALUES}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("n = :five", True),
        ("#n = :five AND s <> :a", True),
        ("n = :text", False),
        ("n <> :text", True),
        ("n < :text", False),
        ("NOT n < :text", True),
        ("gone = :one", False),
        ("gone <> :one", True),
        ("gone < :one", False),
        ("gone = gone", False),
        ("n BETWEEN :one AND :five", True),
        ("n BETWEEN :five AND :one OR t = t", True),
        ("n IN (:a, :five)", True),
        ("n IN (:a)", False),
        ("t < t", False),
        ("ss = :set AND ns = :numbers AND l = :list", True),
        ("z = :null", True),
        ("attribute_exists(z) AND attribute_not_exists(l[2])", True),
        ("attribute_exists(l[1]) AND attribute_exists(m.x)", True),
        ("attribute_not_exists(m[0]) AND attribute_not_exists(l.x)", True),
        ("attribute_type(n, :kind)", True),
        ("attribute_type(gone, :kind)", False),
        ("begins_with(s, :a) AND begins_with(b, :bytes)", True),
        ("begins_with(s, :bytes)", False),
        ("contains(s, :a) AND contains(ss, :a) AND contains(b, :bytes)", True),
        ("contains(l, :one) AND contains(ns, :one)", True),
        ("contains(ss, :one) OR contains(s, :one) OR contains(n, :five)", False),
        ("size(s) = :one", False),
        ("size(l) > :one AND size(m) = :one AND size(ss) <= :five", True),
        ("size(n) > :one OR size(gone) > :one", False),
        # NOT binds more tightly than AND, AND more tightly than OR.
        ("NOT n = :five OR s <> :a", True),
        ("NOT (n = :five OR s <> :a)", False),
        ("n = :one AND n = :one OR n = :five", True),
        ("n = :one AND (n = :one OR n = :five)", False),
        ("n = :five OR n = :one AND n = :one", True),
        ("NOT NOT n = :five", True),
    ],
)
def test_a_condition_holds_as_the_guide_says(text: str, wanted: bool) -> None:
    assert condition_holds(text, BODY, [ITEM]) == [wanted]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no name"),
        ("n", "compares nothing"),
        ("n =", "is no name"),
        ("n = :five AND", "is no name"),
        ("(n = :five", "was expected"),
        ("n = :five s = :a", "is left over"),
        ("n ! s", "no token at"),
    ],
)
def test_a_text_that_is_no_condition_is_refused(text: str, message: str) -> None:
    with pytest.raises(SyntaxRejectedError, match=message):
        condition_holds(text, BODY, [ITEM])


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("SET n = :n9, s = n", {"n": {"N": "9"}, "s": {"N": "5"}}),
        ("SET n = s, s = n", {"n": {"S": "abc"}, "s": {"N": "5"}}),
        ("SET n = n + :one, q = n - :one", {"n": {"N": "6"}, "q": {"N": "4"}}),
        ("SET q = if_not_exists(q, :a)", {"q": {"S": "a"}}),
        ("SET n = if_not_exists(n, :a)", {}),
        (
            "SET m.y = :a, l[0] = :a",
            {
                "m": {"M": {"x": {"N": "1"}, "y": {"S": "a"}}},
                "l": {"L": [{"S": "a"}, {"S": "x"}]},
            },
        ),
        (
            "SET l[9] = :a, l[4] = :one",
            {"l": {"L": [{"N": "1"}, {"S": "x"}, {"N": "1"}, {"S": "a"}]}},
        ),
        ("SET l[9] = :a REMOVE l[0]", {"l": {"L": [{"S": "x"}, {"S": "a"}]}}),
        (
            "SET l = list_append(if_not_exists(l, :list), :end)",
            {"l": {"L": [{"N": "1"}, {"S": "x"}, {"N": "3"}]}},
        ),
        ("REMOVE l[0], l[1], m.x, s", {"l": {"L": []}, "m": {"M": {}}, "s": None}),
        ("REMOVE l[7], gone, m.gone", {}),
        ("ADD n :one, q :n9", {"n": {"N": "6"}, "q": {"N": "9"}}),
        (
            "ADD ss :elements, m.q :elements",
            {
                "ss": {"SS": ["a", "b", "c"]},
                "m": {"M": {"x": {"N": "1"}, "q": {"SS": ["a", "c"]}}},
            },
        ),
        ("DELETE ss :elements", {"ss": {"SS": ["b"]}}),
        ("DELETE ss :set, gone :set", {"ss": None}),
    ],
)
def test_an_update_changes_what_the_guide_says(
    text: str, changed: dict[str, Any]
) -> None:
    wanted = {name: each for name, each in {**ITEM, **changed}.items() if each}
    assert updated({**BODY, "UpdateExpression": text}, ITEM) == item_of(wanted)


OVERLAP, MISSING = "paths overlap", "an attribute not there"
NO_PLACE, WRONG_TYPE = "path is invalid", "incorrect data type"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SET n = :a, n = :one", OVERLAP),
        ("SET m.x = :a REMOVE m", OVERLAP),
        ("SET n = gone", MISSING),
        ("SET q = if_not_exists(q, gone)", MISSING),
        ("SET gone.x = :a", NO_PLACE),
        ("SET n.x = :a", NO_PLACE),
        ("SET m[0] = :a", NO_PLACE),
        ("SET n = n + s", WRONG_TYPE),
        ("SET l = list_append(l, n)", WRONG_TYPE),
        ("ADD s :one", WRONG_TYPE),
        ("ADD ss :numbers", WRONG_TYPE),
        ("ADD n :a", "a number or a set"),
        ("DELETE n :one", WRONG_TYPE),
        ("DELETE ns :set", WRONG_TYPE),
    ],
)
def test_an_update_that_cannot_be_is_rejected(text: str, message: str) -> None:
    with pytest.raises(UpdateRejectedError, match=message):
        updated({**BODY, "UpdateExpression": text}, ITEM)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "nothing is changed"),
        ("SET", "is no name"),
        ("SET n", "was expected"),
        ("SET n = :a SET s = :a", "the second one"),
        ("n = :a", "begins no clause"),
    ],
)
def test_a_text_that_is_no_update_is_refused(text: str, message: str) -> None:
    with pytest.raises(SyntaxRejectedError, match=message):
        updated({**BODY, "UpdateExpression": text}, ITEM)
