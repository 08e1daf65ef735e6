"""The URL of an endpoint, taken apart.

The usual one, of a scheme, a name and a port, needs no more than is here; any other is
left to the standard library, which takes as long to load as all of the signing.
"""

from msgspec import Struct

_IN_NAMES = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-.")
_DIGITS = frozenset("0123456789")
_MOST_DIGITS = 5
_LAST_PORT = 65535


class Url(Struct, frozen=True):
    """The parts of a URL."""

    scheme: str
    netloc: str
    host: str
    port: int | None
    more: str = ""
    """Path and query, where there is more than the root."""


def taken_apart(url: str) -> Url:
    """The parts of a URL.  Raises ValueError for a port or an address that is none."""
    return _usual(url) or _any(url)


def _usual(url: str) -> Url | None:
    scheme, _, rest = url.partition("://")
    netloc = rest.removesuffix("/")
    host, colon, digits = netloc.partition(":")
    if scheme not in ("http", "https") or not host or not _IN_NAMES.issuperset(host):
        return None
    if not colon:
        return Url(scheme, netloc, host, None)
    if not 0 < len(digits) <= _MOST_DIGITS or not _DIGITS.issuperset(digits):
        return None
    port = int(digits)
    return Url(scheme, netloc, host, port) if port <= _LAST_PORT else None


def _any(url: str) -> Url:
    # What this module is there to avoid.
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    path = "" if parts.path == "/" else parts.path
    host = parts.hostname or ""
    return Url(parts.scheme, parts.netloc, host, parts.port, path + parts.query)
