"""Every setting, checked when it is made.  Light: starts no loop and loads no SDK."""

import math
import re
import string
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, runtime_checkable

from attrs import evolve, field, fields_dict, frozen
from msgspec import Struct

from .errors import ConfigurationError
from .lazily import lazy, pattern
from .urls import taken_apart
from .wire import Transport

if TYPE_CHECKING:
    from .wire import data_keys
    from .wire.data_keys import KeyService
else:
    data_keys = lazy(".wire.data_keys", __package__)

TransportName = Literal["aiobotocore", "direct"]
"""The transports that come with this library, by name."""

TRANSPORT_NAMES: tuple[TransportName, ...] = ("aiobotocore", "direct")

_REGION = pattern(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_IN_PREFIX = frozenset(string.ascii_letters + string.digits + "_.-")

Rule = Callable[[str, object], None]
"""Looks at the value of a setting with this name."""


def _must(holds: Callable[[Any], bool], wanted: str, *, shown: bool = True) -> Rule:
    """A rule whose error names the setting and what would be right."""

    def check(name: str, value: object) -> None:
        if not holds(value):
            got = f"={value!r}" if shown else ""
            raise ConfigurationError(f"{name}{got}: must be {wanted}")

    return check


def _keep(rules: Mapping[str, Rule], settings: object) -> None:
    for name, check in rules.items():
        check(name, getattr(settings, name))


def _is_number(value: Any, *, least: float, above: bool = False) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and (value > least if above else value >= least)


def _is_whole(value: Any, *, least: int) -> bool:
    return isinstance(value, int) and _is_number(value, least=least)


def _optional(holds: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or holds(value)


def _matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and bool(pattern.fullmatch(value))


def _is_prefix(value: Any) -> bool:
    return isinstance(value, str) and _IN_PREFIX.issuperset(value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_endpoint(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        url = taken_apart(value)
    except ValueError:
        return False
    return (
        url.scheme in {"http", "https"}
        and bool(url.host)
        and url.port != 0
        and "@" not in url.netloc
    )


def _is_context(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(each, str) for pair in value.items() for each in pair
    )


def _is_key(value: Any) -> bool:
    return _is_text(value) or isinstance(value, data_keys.KeyService)


def _is_transport(value: Any) -> bool:
    if isinstance(value, str):
        return value in TRANSPORT_NAMES
    return hasattr(value, "send") and hasattr(value, "aclose")


HOOK_METHODS = ("before_request", "after_response", "on_retry")


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _are_hooks(value: Any) -> bool:
    return isinstance(value, tuple) and all(
        not isinstance(each, type)  # its parentheses were forgotten
        and any(callable(getattr(each, name, None)) for name in HOOK_METHODS)
        for each in value
    )


_positive = partial(_is_number, least=0, above=True)
_seconds = _must(_positive, "a positive number of seconds")
_optional_seconds = _must(_optional(_positive), "a positive number of seconds, or None")
_pause = _must(partial(_is_number, least=0), "a number of seconds, 0 or more")
_units = _must(partial(_is_whole, least=0), "a whole number, 0 or more")
_at_least_one = _must(partial(_is_whole, least=1), "a whole number, 1 or more")


def _end_of(access_key_id: str) -> str:
    return f"'...{access_key_id[-4:]}'" if len(access_key_id) > 8 else "'...'"


# A struct, as the retry policy: an attrs class takes half a millisecond to define.
class Credentials(Struct, frozen=True, kw_only=True):
    """A key to AWS.  Its `repr` shows the end of the key id, and nothing secret."""

    access_key_id: str
    secret_access_key: str
    session_token: str | None = None
    """What comes with temporary credentials."""

    def __post_init__(self) -> None:
        """Refuse what is no key."""
        _keep(_RULES_OF_KEYS, self)

    def __repr__(self) -> str:
        return f"Credentials(access_key_id={_end_of(self.access_key_id)})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        # Else rich would ask the struct, which tells all it holds.
        return [("access_key_id", _end_of(self.access_key_id))]


_RULES_OF_KEYS = {
    "access_key_id": _must(_is_text, "the id of a key", shown=False),
    "secret_access_key": _must(_is_text, "the secret of a key", shown=False),
    "session_token": _must(_optional(_is_text), "a token, or None", shown=False),
}


@runtime_checkable
class CredentialsSource(Protocol):
    """Hands out keys that change, such as those of a role."""

    async def credentials(self) -> Credentials:
        """The key to sign the next request with.

        Asked before every request, and for many at once: keep the key while it is
        valid, and let one caller fetch the next.  Raise `CredentialsError` where there
        is none.
        """
        ...


def _said_of(credentials: object) -> str:
    is_known = credentials is None or isinstance(credentials, Credentials)
    return repr(credentials) if is_known else f"<{type(credentials).__name__}>"


class RetryPolicy(Struct, frozen=True, kw_only=True):
    """How often and how patiently a failed request is sent again.

    >>> patient = Database(retry=RetryPolicy(attempts=20, longest=20.0))

    The n-th pause is random between 0 and `base * 2 ** (n - 1)`, at most `longest`.
    All calls of a `Database` share the quota: when the service is down, it ends the
    retries of everybody soon after they have stopped helping anybody.
    """

    attempts: int = 10
    """Requests in all, the first included; 1 never retries."""

    base: float = 0.025
    """Seconds: the longest that the first pause may be."""

    longest: float = 5.0
    """Seconds: the longest that any pause may be."""

    quota: int = 500
    """Units that retries may spend; the defaults are those of AWS's standard mode."""

    retry_cost: int = 5
    """Units that a retry costs; they come back when it succeeds."""

    timeout_cost: int = 10
    """Units that the retry of a request which timed out costs."""

    gain: int = 1
    """Units that come back with each request that succeeds at once."""

    def __post_init__(self) -> None:
        """Refuse figures that make no sense."""
        _keep(_RULES_OF_RETRIES, self)


_RULES_OF_RETRIES = {
    "attempts": _at_least_one,
    "base": _pause,
    "longest": _pause,
    "quota": _units,
    "retry_cost": _units,
    "timeout_cost": _units,
    "gain": _units,
}


def now() -> datetime:
    """The time, as an aware datetime in UTC."""
    return datetime.now(UTC)


@frozen(kw_only=True)
class Config:
    """Every setting of a `Database`.

    A wrong one raises `ConfigurationError`, which names it, when it is given.
    """

    region: str | None = None
    """The AWS region; None: `AWS_REGION`, `AWS_DEFAULT_REGION`, or the profile's."""

    endpoint_url: str | None = None
    """Where DynamoDB is; None: `AWS_ENDPOINT_URL_DYNAMODB`, `AWS_ENDPOINT_URL`, or AWS.

    The variables are ignored where `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` is true.
    """

    profile: str | None = None
    """The profile of the AWS config and credentials files; None: `AWS_PROFILE`."""

    credentials: Credentials | CredentialsSource | None = field(
        default=None, repr=_said_of
    )
    """A key to AWS, or what hands out keys; None: what AWS tools would find here."""

    transport: TransportName | Transport | None = None
    """How requests travel: a name, an object of yours, or None for the default."""

    table_prefix: str = ""
    """What stands before every table's name."""

    use_proxies: bool = True
    """Whether `HTTPS_PROXY` and `HTTP_PROXY` are heeded; False for an engine nearby."""

    max_connections: int = 50
    """Connections open at a time, in each event loop; further calls wait for one."""

    connect_timeout: float = 5.0
    """Seconds that opening a connection may take."""

    read_timeout: float = 30.0
    """Seconds that the service may be silent before a request counts as lost."""

    timeout: float | None = None
    """Seconds for each call with all its requests and pauses; None: no limit."""

    retry: RetryPolicy = field(factory=RetryPolicy)
    """When a failed request is sent again."""

    cursor_secret: bytes | str | None = field(default=None, repr=False)
    """Signs cursors and binds them to their query; None: cursors are plain."""

    kms_key: "str | KeyService | None" = None
    """What encrypts fields declared with `encrypted=True`; None: items with one can be
    neither written nor read.  Needs the extra `encryption`.
    """

    encryption_context: Mapping[str, str] = field(factory=dict)
    """What KMS binds data keys to, and shows in its log; reading needs the same one."""

    read_unencrypted: bool = False
    """Whether an encrypted field may still be stored as it was before; a write encrypts
    it.
    """

    hooks: Sequence[object] = field(default=(), converter=_as_tuple)
    """What is told of every call, in this order; see `Hooks`."""

    slow_call: float | None = None
    """Seconds from which on a call is logged as a WARNING; None: never."""

    return_consumed_capacity: Literal["TOTAL", "INDEXES"] | None = None
    """Whether replies say what they consumed: see `Database.consumed_capacity`,
    `PaginatedResult.consumed_capacity` and `measured_capacity`.
    """

    clock: Callable[[], datetime] = now
    """The time for `created_at` and `updated_at`, as an aware datetime."""

    def __attrs_post_init__(self) -> None:
        _keep(_RULES, self)

    @classmethod
    def of(cls, config: Self | None = None, **overrides: Any) -> Self:
        """`config`, or the defaults, with these settings instead.

        Raises `ConfigurationError` for a setting that does not exist.
        """
        known = fields_dict(cls)
        for name in overrides:
            if name not in known:
                raise ConfigurationError(_unknown(name, list(known)))
        return cls(**overrides) if config is None else evolve(config, **overrides)


_RULES: dict[str, Rule] = {
    "region": _must(_optional(_matches(_REGION)), "a region such as 'eu-west-1'"),
    "endpoint_url": _must(
        _optional(_is_endpoint),
        "a URL such as 'http://localhost:8000', without user name or password",
        shown=False,
    ),
    "profile": _must(_optional(_is_text), "the name of a profile"),
    "credentials": _must(
        _optional(lambda value: isinstance(value, Credentials | CredentialsSource)),
        "Credentials(access_key_id=..., secret_access_key=...), a source of them, "
        "or None",
        shown=False,
    ),
    "transport": _must(
        _optional(_is_transport),
        f"one of {TRANSPORT_NAMES}, or have the methods send() and aclose()",
    ),
    "table_prefix": _must(_is_prefix, "text of letters, digits, '_', '.' and '-'"),
    "use_proxies": _must(lambda value: isinstance(value, bool), "True or False"),
    "max_connections": _at_least_one,
    "connect_timeout": _seconds,
    "read_timeout": _seconds,
    "timeout": _optional_seconds,
    "retry": _must(lambda value: isinstance(value, RetryPolicy), "a RetryPolicy(...)"),
    "cursor_secret": _must(
        _optional(lambda value: isinstance(value, bytes | str) and bool(value)),
        "bytes or text, not empty, or None",
        shown=False,
    ),
    "kms_key": _must(
        _optional(_is_key),
        "the id, ARN or alias of a KMS key, a KeyService, or None",
        shown=False,
    ),
    "encryption_context": _must(_is_context, "a dict of text to text"),
    "read_unencrypted": _must(lambda value: isinstance(value, bool), "True or False"),
    "hooks": _must(
        _are_hooks,
        "a list of objects (no classes) with some of the methods before_request, "
        "after_response and on_retry",
        shown=False,
    ),
    "slow_call": _optional_seconds,
    "return_consumed_capacity": _must(
        lambda value: value in (None, "TOTAL", "INDEXES"),
        '"TOTAL", "INDEXES" or None',
    ),
    "clock": _must(callable, "a function that returns the time"),
}


def _unknown(name: str, known: list[str]) -> str:
    # Only a mistake needs it.
    from difflib import get_close_matches

    close = get_close_matches(name, known, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else "."
    return f"there is no setting {name!r}{hint} The settings are {', '.join(known)}"
