"""Transactions that no engine stops on cue: a scripted transport does."""

from typing import Any

import pytest

from dynamorm_async import Credentials, Database, RetryPolicy, TransactionCanceledError
from dynamorm_async.errors import TransportError
from tests.models import Account, Note
from tests.scripted import Answer, ScriptedTransport, ok, refusal

CONFLICT = refusal(
    "TransactionCanceledException",
    "Transaction cancelled",
    CancellationReasons=[
        {"Code": "None"},
        {"Code": "TransactionConflict", "Message": "Transaction is ongoing"},
    ],
)
IN_PROGRESS = refusal("TransactionInProgressException")
FAILED = refusal(
    "TransactionCanceledException",
    "Transaction cancelled",
    CancellationReasons=[
        {"Code": "None", "Message": None},
        {
            "Code": "ConditionalCheckFailed",
            "Message": "The conditional request failed",
            "Item": {"number": {"N": "1"}, "rev": {"N": "4"}},
        },
    ],
)
MIXED = refusal(
    "TransactionCanceledException",
    "Transaction cancelled",
    CancellationReasons=[
        {"Code": "TransactionConflict"},
        {"Code": "ConditionalCheckFailed"},
    ],
)
LOST = TransportError("connection reset", sent=True)


class Scripted:
    """A database whose requests meet these answers."""

    def __init__(self, *answers: Answer, attempts: int = 4) -> None:
        self.transport = ScriptedTransport(*answers)
        self.db = Database(
            transport=self.transport,
            region="us-east-1",
            credentials=Credentials(access_key_id="a", secret_access_key="b"),
            retry=RetryPolicy(attempts=attempts, base=0, longest=0),
        )

    async def transfer(self) -> Account:
        """One transaction of a note and an account."""
        account = Account(number=1, holder="Ann")
        async with self.db.transaction() as tx:
            tx.model(Note(owner="a", day="1")).create()
            tx.model(account).update("holder")
        return account


async def test_the_client_token_is_made_once_and_kept_over_retries() -> None:
    scripted = Scripted(LOST, IN_PROGRESS, CONFLICT, ok())
    account = await scripted.transfer()
    bodies = scripted.transport.bodies
    assert len(bodies) == 4
    assert all(each == bodies[0] for each in bodies)
    assert len(bodies[0]["ClientRequestToken"]) == 36
    assert account.rev == 1


async def test_every_transaction_has_a_token_of_its_own() -> None:
    scripted = Scripted(ok(), ok())
    await scripted.transfer()
    await scripted.transfer()
    first, second = (each["ClientRequestToken"] for each in scripted.transport.bodies)
    assert first != second


async def test_conflicts_are_retried_and_that_is_bounded() -> None:
    scripted = Scripted(*[CONFLICT] * 4, attempts=4)
    with pytest.raises(TransactionCanceledError, match="cancelled") as caught:
        await scripted.transfer()
    assert len(scripted.transport.requests) == 4
    reasons = [(each.code, each.operation) for each in caught.value.reasons]
    assert reasons == [("None", "Put"), ("TransactionConflict", "Update")]


@pytest.mark.parametrize("answer", [FAILED, MIXED])
async def test_a_failed_condition_is_not_retried(answer: Any) -> None:
    scripted = Scripted(answer)
    with pytest.raises(TransactionCanceledError, match="cancelled"):
        await scripted.transfer()
    assert len(scripted.transport.requests) == 1


async def test_reasons_of_none_blame_nobody_and_old_items_are_decoded() -> None:
    scripted = Scripted(FAILED)
    with pytest.raises(TransactionCanceledError, match="cancelled") as caught:
        await scripted.transfer()
    assert [
        (each.code, each.message, each.operation, each.item)
        for each in caught.value.reasons
    ] == [
        ("None", None, "Put", None),
        (
            "ConditionalCheckFailed",
            "The conditional request failed",
            "Update",
            Account(number=1, rev=4),
        ),
    ]


async def test_the_request_is_one_transact_write_items() -> None:
    scripted = Scripted(ok())
    await scripted.transfer()
    assert scripted.transport.operations == ["TransactWriteItems"]
    put, update = scripted.transport.bodies[0]["TransactItems"]
    assert put == {
        "Put": {
            "TableName": "notes",
            "Item": {
                "owner": {"S": "a"},
                "day": {"S": "1"},
                "text": {"S": ""},
                "stars": {"N": "0"},
            },
            "ConditionExpression": "attribute_not_exists(#n0)",
            "ExpressionAttributeNames": {"#n0": "owner"},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }
    assert update == {
        "Update": {
            "TableName": "accounts",
            "Key": {"number": {"N": "1"}},
            "UpdateExpression": "SET #n0 = :v0, #n1 = :v1",
            "ConditionExpression": (
                "attribute_exists(#n2) AND (attribute_not_exists(#n1) OR #n1 = :v2)"
            ),
            "ExpressionAttributeNames": {
                "#n0": "holder",
                "#n1": "rev",
                "#n2": "number",
            },
            "ExpressionAttributeValues": {
                ":v0": {"S": "Ann"},
                ":v1": {"N": "1"},
                ":v2": {"N": "0"},
            },
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }
