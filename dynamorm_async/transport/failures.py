"""What botocore raises when no answer came, as errors of this library."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientConnectorError
from botocore import exceptions as botocore

from ..errors import (
    ConfigurationError,
    CredentialsError,
    DynamORMError,
    TransportError,
)

Explain = Callable[[str, Any], DynamORMError]


def failure_of(error: botocore.BotoCoreError, doing: str) -> DynamORMError:
    """The error to raise, chained to what caused it, while `doing` an operation."""
    fitting = (explain for kinds, explain in _EXPLAINED if isinstance(error, kinds))
    failure = next(fitting, _no_reply)(doing, error)
    # A timeout must be seen as one; botocore's timeouts are no TimeoutErrors.
    below = error.kwargs.get("error")
    failure.__cause__ = below if isinstance(below, TimeoutError) else error
    return failure


def origin(url: object) -> str:
    """The scheme, host and port of a URL, without what else may stand in it."""
    parts = urlsplit(str(url))
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _no_connection(doing: str, error: Any) -> DynamORMError:
    below = error.kwargs.get("error")
    if isinstance(error, botocore.EndpointConnectionError) and not isinstance(
        below, ClientConnectorError
    ):
        return _no_reply(doing, error)  # the connection was there, and broke
    return TransportError(
        f"{doing}: no connection to {origin(error.kwargs.get('endpoint_url'))}"
        f"{_reason(below)}; check endpoint_url, region and the network"
    )


def _reason(below: object) -> str:
    # aiohttp's errors of connecting wrap one that says why.
    cause = getattr(below, "os_error", below)
    return f" ({cause})" if isinstance(cause, Exception) else ""


def _slow_connection(doing: str, error: Any) -> DynamORMError:
    return TransportError(
        f"{doing}: no connection to {origin(error.kwargs.get('endpoint_url'))} within "
        "connect_timeout; check endpoint_url, region and the network"
    )


def _no_tls(doing: str, error: Any) -> DynamORMError:
    return ConfigurationError(
        f"{doing}: no secure connection to {origin(error.kwargs.get('endpoint_url'))}"
        f"{_reason(error.kwargs.get('error'))}; check endpoint_url, and AWS_CA_BUNDLE "
        "for certificates of your own"
    )


def _no_proxy(doing: str, error: Any) -> DynamORMError:
    return TransportError(
        f"{doing}: no connection to the proxy {origin(error.kwargs.get('proxy_url'))}; "
        "check HTTP_PROXY, HTTPS_PROXY and NO_PROXY"
    )


def _silence(doing: str, error: Any) -> DynamORMError:
    return TransportError(
        f"{doing}: {origin(error.kwargs.get('endpoint_url'))} was silent for longer "
        "than read_timeout",
        sent=True,
    )


def _no_reply(doing: str, error: Any) -> DynamORMError:
    where = error.kwargs.get("endpoint_url")
    below = error.kwargs.get("error")
    what = type(below if isinstance(below, Exception) else error).__name__
    at = f" to {origin(where)}" if where else ""
    return TransportError(
        f"{doing}: the connection{at} broke before the reply came ({what})", sent=True
    )


def _no_credentials(doing: str, _error: Any) -> DynamORMError:
    return CredentialsError(
        f"{doing}: no AWS credentials found; give credentials=Credentials(...) or "
        "profile=..., set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run in a role"
    )


def _half_credentials(doing: str, error: Any) -> DynamORMError:
    return CredentialsError(
        f"{doing}: the credentials from {error.kwargs.get('provider')} lack "
        f"{error.kwargs.get('cred_var')}"
    )


def _lost_credentials(doing: str, error: Any) -> DynamORMError:
    source = error.kwargs.get("provider")
    at = f" from {source}" if source else ""
    return CredentialsError(
        f"{doing}: AWS credentials{at} could not be had ({type(error).__name__}); "
        "check credentials, profile, AWS_PROFILE, or the role this runs in"
    )


def _no_profile(_doing: str, error: Any) -> DynamORMError:
    return ConfigurationError(
        f"profile={error.kwargs.get('profile')!r}: the AWS config files have no such "
        "profile; check profile and AWS_PROFILE"
    )


def _no_region(_doing: str, _error: Any) -> DynamORMError:
    return ConfigurationError(
        "region: none is set, or none that AWS could have; give region='eu-west-1', or "
        "set AWS_REGION"
    )


def _bad_files(_doing: str, error: Any) -> DynamORMError:
    path = error.kwargs.get("path")
    at = f" in {path}" if path else ""
    return ConfigurationError(
        f"profile: the AWS settings{at} cannot be used ({type(error).__name__})"
    )


_EXPLAINED: tuple[tuple[tuple[type[Exception], ...], Explain], ...] = (
    ((botocore.ConnectTimeoutError,), _slow_connection),
    ((botocore.SSLError,), _no_tls),
    ((botocore.ProxyConnectionError,), _no_proxy),
    ((botocore.EndpointConnectionError,), _no_connection),
    ((botocore.ReadTimeoutError,), _silence),
    ((botocore.NoCredentialsError,), _no_credentials),
    ((botocore.PartialCredentialsError,), _half_credentials),
    (
        (
            botocore.CredentialRetrievalError,
            botocore.MetadataRetrievalError,
            botocore.NoAuthTokenError,
            botocore.RefreshWithMFAUnsupportedError,
            botocore.SSOError,
            botocore.TokenRetrievalError,
        ),
        _lost_credentials,
    ),
    ((botocore.ProfileNotFound,), _no_profile),
    ((botocore.NoRegionError, botocore.InvalidRegionError), _no_region),
    (
        (
            botocore.ConfigNotFound,
            botocore.ConfigParseError,
            botocore.InvalidConfigError,
            botocore.InvalidDefaultsMode,
            botocore.InvalidProxiesConfigError,
        ),
        _bad_files,
    ),
)
