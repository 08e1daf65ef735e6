"""What error replies become: codes, exceptions, and whether to send again."""

from typing import Any

import pytest

from dynamorm_async.errors import (
    AccessDeniedError,
    CancellationReason,
    ConditionFailedError,
    Fault,
    ItemShapeError,
    RequestRejectedError,
    ServiceError,
    TableNotFoundError,
    ThrottledError,
    TransactionCanceledError,
    VersionConflictError,
)
from dynamorm_async.execution.faults import (
    error_of,
    fault_of,
    is_transient,
    presentable,
)
from dynamorm_async.wire import Body, CompiledQuery, Item, Reply, WriteCheck
from tests.scripted import refusal

STORED: Item = {"id": {"S": "1"}, "rev": {"N": "7"}}


def put(body: Body | None = None, **facts: Any) -> CompiledQuery[None]:
    return CompiledQuery.of(
        "PutItem", {"TableName": "t", **(body or {})}, lambda _: None, **facts
    )


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"__type": "com.amazonaws.dynamodb.v20120810#A", "message": "m"}, "A", "m"),
        ({"__type": "com.amazon.coral.service#A", "Message": "m"}, "A", "m"),
        ({"__type": "A:http://internal.amazon.com/", "message": "m"}, "A", "m"),
        ({"code": "A"}, "A", ""),
        ({"Code": "A", "message": None}, "A", ""),
        ({}, "HTTP 400", "not an answer of DynamoDB; check endpoint_url"),
        ({"__type": 5}, "HTTP 400", "not an answer of DynamoDB; check endpoint_url"),
    ],
)
def test_code_and_message_are_read_however_they_come(
    body: Body, code: str, message: str
) -> None:
    reply = Reply(status=400, body=body, request_id="R")
    assert fault_of("GetItem", reply) == Fault(
        code=code, message=message, operation="GetItem", status=400, request_id="R"
    )


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        (
            "The request signature we calculated does not match.\n\nThe Canonical "
            "String for this request should have been\n'POST\nsecurity-token:HUSH'",
            "The request signature we calculated does not match.",
        ),
        (
            "Authorization header requires 'Credential'. Authorization=AWS4-HMAC HUSH",
            "Authorization header requires 'Credential'.",
        ),
        (
            "1 validation error detected: Value '[HUSH' at 'x]' at 'transactItems' "
            "failed to satisfy constraint: Member must have length at most 100",
            "1 validation error detected: Value at 'transactItems' failed to satisfy "
            "constraint: Member must have length at most 100",
        ),
        (
            "The parameter cannot be converted to a numeric value: HUSH",
            "The parameter cannot be converted to a numeric value",
        ),
        ("Requested resource not found", "Requested resource not found"),
    ],
)
def test_a_message_loses_what_must_not_be_repeated(sent: str, shown: str) -> None:
    assert presentable(sent) == shown


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ConditionalCheckFailedException", ConditionFailedError),
        ("TransactionCanceledException", TransactionCanceledError),
        ("ProvisionedThroughputExceededException", ThrottledError),
        ("UnrecognizedClientException", AccessDeniedError),
        ("ValidationException", RequestRejectedError),
        ("SomethingNewException", ServiceError),
    ],
)
def test_each_code_has_its_exception(code: str, kind: type[ServiceError]) -> None:
    error = error_of(put(), refusal(code, "why"))
    assert type(error) is kind
    assert str(error) == f"PutItem on t: {code}: why (request REQ1)"
    assert (error.code, error.status, error.request_id) == (code, 400, "REQ1")


def test_a_table_that_is_not_there_comes_with_advice() -> None:
    error = error_of(put(), refusal("ResourceNotFoundException", "why"))
    assert type(error) is TableNotFoundError
    assert str(error) == (
        "PutItem on t: ResourceNotFoundException: why; check its name, table_prefix, "
        "region and endpoint_url, or make it with ensure_table (request REQ1)"
    )


def condition_failed(compiled: CompiledQuery[Any], **body: Any) -> ServiceError:
    return error_of(compiled, refusal("ConditionalCheckFailedException", **body))


def check(*, outdated: bool) -> WriteCheck:
    return WriteCheck(applied=lambda *_: False, outdated=lambda _: outdated)


def test_a_failed_condition_brings_the_stored_item_decoded() -> None:
    error = condition_failed(put(decode_item=lambda item: item["rev"]), Item=STORED)
    assert isinstance(error, ConditionFailedError)
    assert error.item == {"N": "7"}


@pytest.mark.parametrize("body", [{}, {"Item": {}}, {"Item": None}])
def test_a_failed_condition_without_an_item_has_none(body: Body) -> None:
    error = condition_failed(put(decode_item=lambda item: item["rev"]), **body)
    assert isinstance(error, ConditionFailedError)
    assert error.item is None


def test_an_item_of_another_shape_does_not_hide_the_failed_condition() -> None:
    def decode(_item: Item) -> object:
        raise ItemShapeError("User: no rev")

    error = condition_failed(put(decode_item=decode), Item=STORED)
    assert isinstance(error, ConditionFailedError)
    assert error.item is None


@pytest.mark.parametrize(
    ("is_outdated", "kind"),
    [(True, VersionConflictError), (False, ConditionFailedError)],
)
def test_another_stored_version_is_a_lost_race(
    is_outdated: bool, kind: type[ServiceError]
) -> None:
    compiled = put(check=check(outdated=is_outdated))
    assert type(condition_failed(compiled, Item=STORED)) is kind


def cancelled(*reasons: dict[str, Any], message: str = "") -> TransactionCanceledError:
    items: Body = {"TransactItems": [{"Put": {}}, {"ConditionCheck": {}}]}
    compiled = CompiledQuery.of("TransactWriteItems", items, lambda _: None)
    code = "TransactionCanceledException"
    error = error_of(
        compiled, refusal(code, message, CancellationReasons=list(reasons))
    )
    assert isinstance(error, TransactionCanceledError)
    return error


def test_a_cancelled_transaction_has_one_reason_per_operation() -> None:
    error = cancelled(
        {"Code": "None"},
        {"Code": "ConditionalCheckFailed", "Message": "it failed", "Item": STORED},
    )
    assert error.reasons == (
        CancellationReason(code="None", operation="Put"),
        CancellationReason(
            code="ConditionalCheckFailed",
            message="it failed",
            operation="ConditionCheck",
            item=STORED,
        ),
    )


def test_reasons_are_read_from_the_message_where_they_come_no_other_way() -> None:
    error = cancelled(message="Transaction cancelled [None, TransactionConflict]")
    assert [each.code for each in error.reasons] == ["None", "TransactionConflict"]


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (["TransactionConflict", "None"], True),
        (["ThrottlingError", "ProvisionedThroughputExceeded"], True),
        (["TransactionConflict", "ConditionalCheckFailed"], False),
        (["ValidationError", "None"], False),
        (["None", "None"], False),
        ([], False),
    ],
)
def test_a_transaction_is_sent_again_for_conflicts_and_throttling_only(
    codes: list[str], expected: bool
) -> None:
    assert is_transient(cancelled(*({"Code": code} for code in codes))) is expected


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("ProvisionedThroughputExceededException", 400, True),
        ("RequestLimitExceeded", 400, True),
        ("ThrottlingException", 400, True),
        ("TransactionInProgressException", 400, True),
        ("TransactionConflictException", 400, True),
        ("InternalServerError", 500, True),
        ("SomethingNewException", 503, True),
        ("ValidationException", 400, False),
        ("ConditionalCheckFailedException", 400, False),
        ("ResourceNotFoundException", 400, False),
        ("ResourceInUseException", 400, False),
        ("UnrecognizedClientException", 400, False),
        ("SomethingNewException", 404, False),
    ],
)
def test_what_passes_by_itself_is_sent_again(
    code: str, status: int, expected: bool
) -> None:
    assert is_transient(error_of(put(), refusal(code, status=status))) is expected


@pytest.mark.parametrize(
    ("error", "message", "code"),
    [
        (
            ConditionFailedError("taken"),
            "ConditionalCheckFailedException: taken",
            "ConditionalCheckFailedException",
        ),
        (
            ThrottledError(),
            "ProvisionedThroughputExceededException",
            "ProvisionedThroughputExceededException",
        ),
        (
            VersionConflictError("lost"),
            "ConditionalCheckFailedException: lost: there is no item of this key, or "
            "another version of it",
            "ConditionalCheckFailedException",
        ),
        (ServiceError("broken"), "ServiceError: broken", "ServiceError"),
    ],
)
def test_a_service_error_is_made_of_a_text_in_tests(
    error: ServiceError, message: str, code: str
) -> None:
    assert (str(error), error.code, error.operation) == (message, code, "")
