"""Every setting, checked when it is made.  Light: starts no loop and loads no SDK."""

import math
import re
import string
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self, runtime_checkable

from attrs import evolve, field, fields_dict, frozen

from .errors import ConfigurationError
from .lazily import pattern
from .urls import taken_apart
from .wire import Transport

if TYPE_CHECKING:
    from attrs import Attribute

TransportName = Literal["aiobotocore", "direct"]
"""The transports that come with this library, by name."""

TRANSPORT_NAMES: tuple[TransportName, ...] = ("aiobotocore", "direct")

_REGION = pattern(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_IN_PREFIX = frozenset(string.ascii_letters + string.digits + "_.-")

Validator = Callable[[Any, "Attribute[Any]", Any], None]


def _must(
    holds: Callable[[Any], bool], wanted: str, *, shown: bool = True
) -> Validator:
    """A validator whose error names the setting and what would be right."""

    def check(_owner: object, attribute: "Attribute[Any]", value: object) -> None:
        if not holds(value):
            got = f"={value!r}" if shown else ""
            raise ConfigurationError(f"{attribute.name}{got}: must be {wanted}")

    return check


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


@frozen(kw_only=True)
class Credentials:
    """A key to AWS.  Its `repr` shows the end of the key id, and nothing secret."""

    access_key_id: str = field(
        repr=_end_of, validator=_must(_is_text, "the id of a key", shown=False)
    )
    secret_access_key: str = field(
        repr=False, validator=_must(_is_text, "the secret of a key", shown=False)
    )
    session_token: str | None = field(
        default=None,
        repr=False,
        validator=_must(_optional(_is_text), "a token, or None", shown=False),
    )
    """What comes with temporary credentials."""


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


@frozen
class DataKey:
    """A key that encrypts values, and the same key encrypted."""

    plain: bytes = field(repr=False)
    """32 bytes, for AES-256."""

    encrypted: bytes
    """What is stored beside the values, for `KeyService.decrypt`."""


@runtime_checkable
class KeyService(Protocol):
    """Makes data keys and decrypts them, as AWS's Key Management Service does."""

    async def generate(self) -> DataKey:
        """A new data key."""
        ...

    async def decrypt(self, encrypted: bytes, /) -> bytes:
        """The data key itself; raise `EncryptionError` where it can't be had."""
        ...

    async def aclose(self) -> None:
        """Close what is open.  A later call opens it again."""
        ...


def _said_of(credentials: object) -> str:
    is_known = credentials is None or isinstance(credentials, Credentials)
    return repr(credentials) if is_known else f"<{type(credentials).__name__}>"


@frozen(kw_only=True)
class RetryPolicy:
    """How often and how patiently a failed request is sent again.

    >>> patient = Database(retry=RetryPolicy(attempts=20, longest=20.0))

    The n-th pause is random between 0 and `base * 2 ** (n - 1)`, at most `longest`.
    All calls of a `Database` share the quota: when the service is down, it ends the
    retries of everybody soon after they have stopped helping anybody.
    """

    attempts: int = field(default=10, validator=_at_least_one)
    """Requests in all, the first included; 1 never retries."""

    base: float = field(default=0.025, validator=_pause)
    """Seconds: the longest that the first pause may be."""

    longest: float = field(default=5.0, validator=_pause)
    """Seconds: the longest that any pause may be."""

    quota: int = field(default=500, validator=_units)
    """Units that retries may spend; the defaults are those of AWS's standard mode."""

    retry_cost: int = field(default=5, validator=_units)
    """Units that a retry costs; they come back when it succeeds."""

    timeout_cost: int = field(default=10, validator=_units)
    """Units that the retry of a request which timed out costs."""

    gain: int = field(default=1, validator=_units)
    """Units that come back with each request that succeeds at once."""


def now() -> datetime:
    """The time, as an aware datetime in UTC."""
    return datetime.now(UTC)


@frozen(kw_only=True)
class Config:
    """Every setting of a `Database`.

    A wrong one raises `ConfigurationError`, which names it, when it is given.
    """

    region: str | None = field(
        default=None,
        validator=_must(_optional(_matches(_REGION)), "a region such as 'eu-west-1'"),
    )
    """The AWS region; None: `AWS_REGION`, `AWS_DEFAULT_REGION`, or the profile's."""

    endpoint_url: str | None = field(
        default=None,
        validator=_must(
            _optional(_is_endpoint),
            "a URL such as 'http://localhost:8000', without user name or password",
            shown=False,
        ),
    )
    """Where DynamoDB is; None: `AWS_ENDPOINT_URL_DYNAMODB`, `AWS_ENDPOINT_URL`, or AWS.

    The variables are ignored where `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` is true.
    """

    profile: str | None = field(
        default=None, validator=_must(_optional(_is_text), "the name of a profile")
    )
    """The profile of the AWS config and credentials files; None: `AWS_PROFILE`."""

    credentials: Credentials | CredentialsSource | None = field(
        default=None,
        repr=_said_of,
        validator=_must(
            _optional(lambda value: isinstance(value, Credentials | CredentialsSource)),
            "Credentials(access_key_id=..., secret_access_key=...), a source of them, "
            "or None",
            shown=False,
        ),
    )
    """A key to AWS, or what hands out keys; None: what AWS tools would find here."""

    transport: TransportName | Transport | None = field(
        default=None,
        validator=_must(
            _optional(_is_transport),
            f"one of {TRANSPORT_NAMES}, or have the methods send() and aclose()",
        ),
    )
    """How requests travel: a name, an object of yours, or None for the default."""

    table_prefix: str = field(
        default="",
        validator=_must(_is_prefix, "text of letters, digits, '_', '.' and '-'"),
    )
    """What stands before every table's name."""

    use_proxies: bool = field(
        default=True,
        validator=_must(lambda value: isinstance(value, bool), "True or False"),
    )
    """Whether `HTTPS_PROXY` and `HTTP_PROXY` are heeded; False for an engine nearby."""

    max_connections: int = field(default=50, validator=_at_least_one)
    """Connections open at a time, in each event loop; further calls wait for one."""

    connect_timeout: float = field(default=5.0, validator=_seconds)
    """Seconds that opening a connection may take."""

    read_timeout: float = field(default=30.0, validator=_seconds)
    """Seconds that the service may be silent before a request counts as lost."""

    timeout: float | None = field(default=None, validator=_optional_seconds)
    """Seconds for each call with all its requests and pauses; None: no limit."""

    retry: RetryPolicy = field(
        factory=RetryPolicy,
        validator=_must(
            lambda value: isinstance(value, RetryPolicy), "a RetryPolicy(...)"
        ),
    )
    """When a failed request is sent again."""

    cursor_secret: bytes | str | None = field(
        default=None,
        repr=False,
        validator=_must(
            _optional(lambda value: isinstance(value, bytes | str) and bool(value)),
            "bytes or text, not empty, or None",
            shown=False,
        ),
    )
    """Signs cursors and binds them to their query; None: cursors are plain."""

    kms_key: str | KeyService | None = field(
        default=None,
        validator=_must(
            _optional(lambda value: _is_text(value) or isinstance(value, KeyService)),
            "the id, ARN or alias of a KMS key, a KeyService, or None",
            shown=False,
        ),
    )
    """What encrypts fields declared with `encrypted=True`; None: items with one can be
    neither written nor read.  Needs the extra `encryption`.
    """

    encryption_context: Mapping[str, str] = field(
        factory=dict,
        validator=_must(_is_context, "a dict of text to text"),
    )
    """What KMS binds data keys to, and shows in its log; reading needs the same one."""

    read_unencrypted: bool = field(
        default=False,
        validator=_must(lambda value: isinstance(value, bool), "True or False"),
    )
    """Whether an encrypted field may still be stored as it was before; a write encrypts
    it.
    """

    hooks: Sequence[object] = field(
        default=(),
        converter=_as_tuple,
        validator=_must(
            _are_hooks,
            "a list of objects (no classes) with some of the methods before_request, "
            "after_response and on_retry",
            shown=False,
        ),
    )
    """What is told of every call, in this order; see `Hooks`."""

    slow_call: float | None = field(default=None, validator=_optional_seconds)
    """Seconds from which on a call is logged as a WARNING; None: never."""

    return_consumed_capacity: Literal["TOTAL", "INDEXES"] | None = field(
        default=None,
        validator=_must(
            lambda value: value in (None, "TOTAL", "INDEXES"),
            '"TOTAL", "INDEXES" or None',
        ),
    )
    """Whether replies say what they consumed: see `Database.consumed_capacity`,
    `PaginatedResult.consumed_capacity` and `measured_capacity`.
    """

    clock: Callable[[], datetime] = field(
        default=now, validator=_must(callable, "a function that returns the time")
    )
    """The time for `created_at` and `updated_at`, as an aware datetime."""

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


def _unknown(name: str, known: list[str]) -> str:
    # Only a mistake needs it.
    from difflib import get_close_matches

    close = get_close_matches(name, known, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else "."
    return f"there is no setting {name!r}{hint} The settings are {', '.join(known)}"
