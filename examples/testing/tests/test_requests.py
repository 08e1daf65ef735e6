"""What the service sends, to the letter, and how often."""

from points import award, give

from dynamorm_async import Database
from dynamorm_async.testing import ScriptedTransport, ok, record, refusal
from tests.factories import MemberFactory

ATTRIBUTES = {"email": {"S": "ann@example.org"}, "name": {"S": "Ann"}}
ANN = {**ATTRIBUTES, "city": {"S": "Ulm"}, "points": {"N": "13"}, "rev": {"N": "1"}}


async def test_a_gift_is_one_request(members: Database) -> None:
    giver, receiver = [await members.create(each) for each in MemberFactory.batch(2)]
    with record(members) as requests:
        await give(members, giver.email, receiver.email, 1)
    assert requests.operations == ["TransactWriteItems"]


async def test_an_award_that_is_throttled_is_sent_again() -> None:
    transport = ScriptedTransport(refusal("ThrottlingException"), ok(Attributes=ANN))
    db = Database(transport=transport, region="eu-west-1")
    assert await award(db, "ann@example.org", 3) == 13
    assert transport.operations == ["UpdateItem", "UpdateItem"]
    assert transport.bodies[0] == transport.bodies[1]
    assert transport.bodies[0]["ReturnValues"] == "ALL_NEW"
