"""What botocore raises when no answer came, as errors of this library."""

from collections.abc import Callable
from typing import Any

from aiohttp import ClientConnectorError
from botocore import exceptions as botocore

from ..errors import (
    ConfigurationError,
    CredentialsError,
    DynamORMError,
    TransportError,
)
from . import troubles
from .troubles import origin

Explain = Callable[[str, Any], DynamORMError]


def failure_of(error: botocore.BotoCoreError, doing: str) -> DynamORMError:
    """The error to raise, chained to what caused it, while `doing` an operation."""
    fitting = (explain for kinds, explain in _EXPLAINED if isinstance(error, kinds))
    failure = next(fitting, _no_reply)(doing, error)
    # A timeout must be seen as one; botocore's timeouts are no TimeoutErrors.
    below = error.kwargs.get("error")
    failure.__cause__ = below if isinstance(below, TimeoutError) else error
    return failure


def refused_credentials(doing: str, error: botocore.ClientError) -> CredentialsError:
    """The error for a service that would not hand out credentials."""
    code = error.response.get("Error", {}).get("Code")
    return CredentialsError(
        f"{doing}: AWS credentials could not be had: {error.operation_name} was "
        f"refused ({code}); check profile, AWS_PROFILE, or the role this runs in"
    )


def _no_connection(doing: str, error: Any) -> DynamORMError:
    below = error.kwargs.get("error")
    if isinstance(error, botocore.EndpointConnectionError) and not isinstance(
        below, ClientConnectorError
    ):
        return _no_reply(doing, error)  # the connection was there, and broke
    return troubles.no_connection(doing, _url(error), _cause(below))


def _url(error: Any) -> object:
    return error.kwargs.get("endpoint_url")


def _cause(below: object) -> object:
    # aiohttp's errors of connecting wrap one that says why.
    return getattr(below, "os_error", below)


def _slow_connection(doing: str, error: Any) -> DynamORMError:
    return troubles.slow_connection(doing, _url(error))


def _no_tls(doing: str, error: Any) -> DynamORMError:
    return troubles.no_tls(doing, _url(error), _cause(error.kwargs.get("error")))


def _no_proxy(doing: str, error: Any) -> DynamORMError:
    return TransportError(
        f"{doing}: no connection to the proxy {origin(error.kwargs.get('proxy_url'))}; "
        "check HTTP_PROXY, HTTPS_PROXY and NO_PROXY"
    )


def _silence(doing: str, error: Any) -> DynamORMError:
    return troubles.silence(doing, _url(error))


def _no_reply(doing: str, error: Any) -> DynamORMError:
    below = error.kwargs.get("error")
    what = type(below if isinstance(below, Exception) else error).__name__
    return troubles.no_reply(doing, _url(error), what)


def _no_credentials(doing: str, _error: Any) -> DynamORMError:
    return troubles.no_credentials(doing)


def _half_credentials(doing: str, error: Any) -> DynamORMError:
    facts = error.kwargs
    return troubles.half_credentials(doing, facts["provider"], facts["cred_var"])


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
    return troubles.no_region()


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
