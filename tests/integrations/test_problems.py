"""What an error is to who sent the request, and that nothing leaks."""

from http import HTTPStatus
from typing import Any

import pytest

from dynamorm_async.errors import (
    AccessDeniedError,
    BatchError,
    BatchTimeoutError,
    CancellationReason,
    ConditionFailedError,
    ConfigurationError,
    CredentialsError,
    DeadlineExceededError,
    DynamORMError,
    EmptyValueError,
    Fault,
    IndexNotFoundError,
    InvalidCursorError,
    InvalidValueError,
    ItemNotFoundError,
    ItemShapeError,
    ItemTooLargeError,
    LambdaTimeoutError,
    MultipleItemsError,
    ServiceError,
    TableNotFoundError,
    ThrottledError,
    TransactionCanceledError,
    TransportError,
    UnknownFieldError,
    VersionConflictError,
)
from dynamorm_async.integrations.problems import problem_of

SECRET = "secret-table: secret-value"


def fault(status: int = 400) -> Fault:
    return Fault(
        code="SecretCode",
        message=SECRET,
        operation="SecretOperation",
        status=status,
        request_id="SECRET1",
        table="secret-table",
    )


def cancelled(*codes: str) -> TransactionCanceledError:
    reasons = [CancellationReason(code=code, message=SECRET) for code in codes]
    return TransactionCanceledError(fault(), reasons)


CASES = [
    (ItemNotFoundError(SECRET), 404, "not_found", {}),
    (ConditionFailedError(fault(), {"secret": 1}), 409, "conflict", {}),
    (VersionConflictError(fault()), 409, "conflict", {}),
    (cancelled("None", "ConditionalCheckFailed"), 409, "conflict", {}),
    (cancelled("TransactionConflict"), 409, "conflict", {}),
    (cancelled("ThrottlingError", "None"), 503, "throttled", {"Retry-After": "3"}),
    (
        cancelled("ProvisionedThroughputExceeded", "ConditionalCheckFailed"),
        409,
        "conflict",
        {},
    ),
    (cancelled("ValidationError"), 500, "internal_error", {}),
    (cancelled(), 500, "internal_error", {}),
    (InvalidCursorError(SECRET), 400, "invalid_cursor", {}),
    (InvalidValueError(SECRET), 422, "invalid_input", {}),
    (EmptyValueError(SECRET), 422, "invalid_input", {}),
    (ItemTooLargeError(SECRET), 422, "invalid_input", {}),
    (ThrottledError(fault()), 503, "throttled", {"Retry-After": "3"}),
    (TransportError(SECRET), 503, "unavailable", {"Retry-After": "3"}),
    (BatchError(SECRET), 503, "unavailable", {"Retry-After": "3"}),
    (ServiceError(fault(500)), 503, "unavailable", {"Retry-After": "3"}),
    (DeadlineExceededError(SECRET), 504, "timeout", {}),
    (LambdaTimeoutError(SECRET), 504, "timeout", {}),
    (BatchTimeoutError(SECRET), 504, "timeout", {}),
    (CredentialsError(SECRET), 500, "internal_error", {}),
    (AccessDeniedError(fault()), 500, "internal_error", {}),
    (TableNotFoundError(fault()), 500, "internal_error", {}),
    (ServiceError(fault(400)), 500, "internal_error", {}),
    (UnknownFieldError(SECRET), 500, "internal_error", {}),
    (IndexNotFoundError(SECRET), 500, "internal_error", {}),
    (MultipleItemsError(SECRET), 500, "internal_error", {}),
    (ItemShapeError(SECRET, key={"id": SECRET}), 500, "internal_error", {}),
    (ConfigurationError(SECRET), 500, "internal_error", {}),
]


@pytest.mark.parametrize(("error", "status", "code", "headers"), CASES)
def test_an_error_is_a_problem(
    error: DynamORMError, status: int, code: str, headers: dict[str, str]
) -> None:
    problem = problem_of(error, retry_after=3)
    assert problem.body == {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": problem.detail,
    }
    assert problem.headers == headers


@pytest.mark.parametrize("error", [case[0] for case in CASES])
def test_a_problem_repeats_nothing_of_the_error(error: DynamORMError) -> None:
    assert "secret" not in str(problem_of(error)).lower()


@pytest.mark.parametrize(
    "error",
    [
        ConditionFailedError(fault()),
        VersionConflictError(fault()),
        cancelled("ConditionalCheckFailed"),
    ],
)
def test_a_failed_condition_answers_the_preconditions_of_a_request(
    error: DynamORMError,
) -> None:
    problem: Any = problem_of(error, is_conditional=True)
    assert (problem.status, problem.code) == (412, "precondition_failed")


def test_a_missing_item_stays_one_whatever_the_preconditions_are() -> None:
    assert problem_of(ItemNotFoundError(""), is_conditional=True).status == 404
