"""botocore's errors as ours: what is said, and whether a request may have arrived."""

from typing import Any

import pytest
from aiohttp import ClientConnectorError, ClientOSError
from aiohttp.client_reqrep import ConnectionKey
from botocore import exceptions as botocore

from dynamorm_async.errors import (
    ConfigurationError,
    CredentialsError,
    DynamORMError,
    TransportError,
)
from dynamorm_async.transport.failures import failure_of
from dynamorm_async.transport.troubles import origin

URL = "http://ann:hush@db.local:8000/?token=hush"
TARGET = ConnectionKey("db.local", 8000, False, True, None, None, None)
REFUSED = ClientConnectorError(TARGET, ConnectionRefusedError(111, "refused"))


@pytest.mark.parametrize(
    ("error", "kind", "sent", "message"),
    [
        (
            botocore.EndpointConnectionError(endpoint_url=URL, error=REFUSED),
            TransportError,
            False,
            "GetItem: no connection to http://db.local:8000 ([Errno 111] refused); "
            "check endpoint_url, region and the network",
        ),
        (
            botocore.EndpointConnectionError(endpoint_url=URL, error=ClientOSError()),
            TransportError,
            True,
            "GetItem: the connection to http://db.local:8000 broke before the reply "
            "came (ClientOSError)",
        ),
        (
            botocore.ConnectTimeoutError(endpoint_url=URL, error=TimeoutError()),
            TransportError,
            False,
            "GetItem: no connection to http://db.local:8000 within connect_timeout; "
            "check endpoint_url, region and the network",
        ),
        (
            botocore.ReadTimeoutError(endpoint_url=URL, error=TimeoutError()),
            TransportError,
            True,
            "GetItem: http://db.local:8000 was silent for longer than read_timeout",
        ),
        (
            botocore.ConnectionClosedError(endpoint_url=URL, error=OSError()),
            TransportError,
            True,
            "GetItem: the connection to http://db.local:8000 broke before the reply "
            "came (OSError)",
        ),
        (
            botocore.HTTPClientError(error=RuntimeError("Session is closed")),
            TransportError,
            True,
            "GetItem: the connection broke before the reply came (RuntimeError)",
        ),
        (
            botocore.ProxyConnectionError(proxy_url=URL, error=OSError()),
            TransportError,
            False,
            "GetItem: no connection to the proxy http://db.local:8000; check "
            "HTTP_PROXY, HTTPS_PROXY and NO_PROXY",
        ),
        (
            botocore.SSLError(endpoint_url=URL, error=OSError("self-signed")),
            ConfigurationError,
            None,
            "GetItem: no secure connection to http://db.local:8000 (self-signed); "
            "check endpoint_url, and AWS_CA_BUNDLE for certificates of your own",
        ),
        (
            botocore.NoCredentialsError(),
            CredentialsError,
            False,
            "GetItem: no AWS credentials found; give credentials=Credentials(...) or "
            "profile=..., set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run in a "
            "role",
        ),
        (
            botocore.PartialCredentialsError(provider="env", cred_var="secret_key"),
            CredentialsError,
            False,
            "GetItem: the credentials from env lack secret_key",
        ),
        (
            botocore.CredentialRetrievalError(
                provider="custom-process", error_msg="hush"
            ),
            CredentialsError,
            False,
            "GetItem: AWS credentials from custom-process could not be had "
            "(CredentialRetrievalError); check credentials, profile, AWS_PROFILE, or "
            "the role this runs in",
        ),
        (
            botocore.SSOTokenLoadError(error_msg="hush"),
            CredentialsError,
            False,
            "GetItem: AWS credentials could not be had (SSOTokenLoadError); check "
            "credentials, profile, AWS_PROFILE, or the role this runs in",
        ),
        (
            botocore.ProfileNotFound(profile="dev"),
            ConfigurationError,
            None,
            "profile='dev': the AWS config files have no such profile; check profile "
            "and AWS_PROFILE",
        ),
        (
            botocore.NoRegionError(),
            ConfigurationError,
            None,
            "region: none is set, or none that AWS could have; give "
            "region='eu-west-1', or set AWS_REGION",
        ),
        (
            botocore.ConfigParseError(path="/etc/aws"),
            ConfigurationError,
            None,
            "profile: the AWS settings in /etc/aws cannot be used (ConfigParseError)",
        ),
    ],
)
def test_each_failure_says_what_to_look_at(
    error: Any, kind: type[DynamORMError], sent: bool | None, message: str
) -> None:
    failure = failure_of(error, "GetItem")
    assert type(failure) is kind
    assert str(failure) == message
    assert getattr(failure, "sent", None) is sent


@pytest.mark.parametrize(
    "kind", [botocore.ConnectTimeoutError, botocore.ReadTimeoutError]
)
def test_a_timeout_is_caused_by_one(kind: type[botocore.BotoCoreError]) -> None:
    below = TimeoutError()
    error = kind(endpoint_url=URL, error=below)
    assert failure_of(error, "GetItem").__cause__ is below


def test_any_other_failure_is_caused_by_botocores() -> None:
    error = botocore.NoCredentialsError()
    assert failure_of(error, "GetItem").__cause__ is error


def test_an_origin_is_without_passwords() -> None:
    assert origin(URL) == "http://db.local:8000"
