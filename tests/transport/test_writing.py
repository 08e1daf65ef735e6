"""Requests as bytes, and which of them may be sent twice."""

import pytest

from dynamorm_async.config import Credentials
from dynamorm_async.errors import InvalidValueError
from dynamorm_async.transport.writing import encode_body, may_repeat, write_request
from dynamorm_async.wire import Body

KEY = Credentials(
    access_key_id="AKID", secret_access_key="secret", session_token="token"
)


def test_a_request_is_one_post() -> None:
    payload = encode_body({"TableName": "t"})
    sent = write_request(
        payload,
        operation="GetItem",
        host="localhost:8000",
        region="eu-west-1",
        key=KEY,
        at=1_795_338_000,
    )
    head, _, signature = sent.decode().partition("Signature=")
    assert head.split("\r\n") == [
        "POST / HTTP/1.1",
        "Host: localhost:8000",
        "User-Agent: dynamorm_async",
        "Content-Type: application/x-amz-json-1.0",
        "X-Amz-Target: DynamoDB_20120810.GetItem",
        "X-Amz-Date: 20261122T090000Z",
        "X-Amz-Security-Token: token",
        "Authorization: AWS4-HMAC-SHA256 "
        "Credential=AKID/20261122/eu-west-1/dynamodb/aws4_request, "
        "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target,"
        " ",
    ]
    assert signature[64:] == '\r\nContent-Length: 17\r\n\r\n{"TableName":"t"}'


def test_text_that_is_not_unicode_is_refused_and_not_repeated() -> None:
    with pytest.raises(InvalidValueError, match="half of a surrogate pair") as caught:
        encode_body({"Key": {"id": {"S": "hush\ud800"}}})
    assert "hush" not in str(caught.value)
    assert caught.value.__suppress_context__


CONDITION: Body = {"ConditionExpression": "attribute_exists(#n0)"}


@pytest.mark.parametrize(
    ("operation", "body", "may"),
    [
        ("GetItem", {}, True),
        ("Query", {}, True),
        ("TransactGetItems", {"TransactItems": []}, True),
        ("PutItem", {}, True),
        ("BatchWriteItem", {}, True),
        ("PutItem", CONDITION, False),
        ("UpdateItem", CONDITION, False),
        ("TransactWriteItems", {"TransactItems": []}, False),
        ("TransactWriteItems", {"ClientRequestToken": "x"}, True),
    ],
)
def test_what_may_fail_its_own_condition_is_not_repeated_unseen(
    operation: str, body: Body, may: bool
) -> None:
    assert may_repeat(operation, body) is may
