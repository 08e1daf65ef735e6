"""What can go wrong on the way, in words: the errors that both transports raise."""

from typing import TYPE_CHECKING

from ..errors import ConfigurationError, CredentialsError, TransportError
from ..lazily import lazy

if TYPE_CHECKING:
    from urllib import parse
else:
    parse = lazy("urllib.parse")


def origin(url: object) -> str:
    """The scheme, host and port of a URL, without what else may stand in it."""
    parts = parse.urlsplit(str(url))
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def because(cause: object) -> str:
    """What the system said, as the end of a message."""
    return f" ({cause})" if isinstance(cause, Exception) else ""


def no_connection(doing: str, url: object, cause: object = None) -> TransportError:
    """The other end could not be reached; nothing was sent."""
    return TransportError(
        f"{doing}: no connection to {origin(url)}{because(cause)}; check endpoint_url, "
        "region and the network"
    )


def slow_connection(doing: str, url: object) -> TransportError:
    """Connecting took longer than it may; nothing was sent."""
    return TransportError(
        f"{doing}: no connection to {origin(url)} within connect_timeout; check "
        "endpoint_url, region and the network"
    )


def no_tls(doing: str, url: object, cause: object = None) -> ConfigurationError:
    """The other end could not show who it is."""
    return ConfigurationError(
        f"{doing}: no secure connection to {origin(url)}{because(cause)}; check "
        "endpoint_url, and AWS_CA_BUNDLE for certificates of your own"
    )


def silence(doing: str, url: object) -> TransportError:
    """The other end said nothing for too long."""
    return TransportError(
        f"{doing}: {origin(url)} was silent for longer than read_timeout", sent=True
    )


def no_reply(doing: str, url: object, what: str) -> TransportError:
    """The connection broke, or what came was no HTTP."""
    at = f" to {origin(url)}" if url else ""
    return TransportError(
        f"{doing}: the connection{at} broke before the reply came ({what})", sent=True
    )


def half_credentials(doing: str, source: object, missing: object) -> CredentialsError:
    """One half of a key was found."""
    return CredentialsError(f"{doing}: the credentials from {source} lack {missing}")


def no_credentials(doing: str) -> CredentialsError:
    """No key was found anywhere."""
    return CredentialsError(
        f"{doing}: no AWS credentials found; give credentials=Credentials(...) or "
        "profile=..., set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run in a role"
    )


def no_region() -> ConfigurationError:
    """There is no region, or what is set is none."""
    return ConfigurationError(
        "region: none is set, or none that AWS could have; give region='eu-west-1', or "
        "set AWS_REGION"
    )


def bad_endpoint() -> ConfigurationError:
    """The environment or a profile holds something else where a URL should be."""
    return ConfigurationError(
        "endpoint_url: that of AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL or of the "
        "profile is no URL such as 'http://localhost:8000'"
    )
