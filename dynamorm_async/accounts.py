"""One program, many AWS accounts: a `Database` for each, in the role it lends."""

import re
from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import partial
from types import TracebackType
from typing import Any, Self

from attrs import Attribute, evolve, field, frozen

from .config import Config
from .database import Database
from .errors import ConfigurationError, UnknownAccountError
from .schema.model import Model, table_of
from .transport.loading import load, load_now
from .transport.roles import RoleCredentials, TemporaryKey

BASE = ""
"""The name of the account that the program itself runs in."""

SHORTEST_SESSION = 900
LONGEST_SESSION = 43200
"""Seconds; the limits of AssumeRole's `DurationSeconds`."""

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]+", re.ASCII)
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
_NOT_IN_SESSION_NAME = re.compile(r"[^\w+=,.@-]", re.ASCII)
_LONGEST_SESSION_NAME = 64


def _must_be_role(_owner: object, _attribute: "Attribute[str]", value: Any) -> None:
    if not (isinstance(value, str) and _ROLE.fullmatch(value)):
        raise ConfigurationError(
            "role_arn: must be the ARN of a role, such as "
            "'arn:aws:iam::123456789012:role/reader'"
        )


def _must_be_external_id(
    _owner: object, _attribute: "Attribute[str | None]", value: Any
) -> None:
    if value is not None and not (
        isinstance(value, str) and _EXTERNAL_ID.fullmatch(value)
    ):
        raise ConfigurationError(
            "external_id: must be text of 2 to 1224 letters, digits and '+=,.@:/-', or "
            "None"
        )


def _must_be_duration(_owner: object, attribute: "Attribute[int]", value: Any) -> None:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if not (is_whole and SHORTEST_SESSION <= value <= LONGEST_SESSION):
        raise ConfigurationError(
            f"{attribute.name}={value!r}: must be a whole number of seconds from "
            f"{SHORTEST_SESSION} to {LONGEST_SESSION}"
        )


@frozen
class AccountConfig:
    """How to get into another account.

    A wrong setting raises `ConfigurationError`, which names it.
    """

    role_arn: str = field(validator=_must_be_role)
    """The role to assume there; it has to trust the base account."""

    external_id: str | None = field(
        default=None, kw_only=True, repr=False, validator=_must_be_external_id
    )
    """What the role's trust policy asks for; None: nothing is sent."""

    region: str | None = field(default=None, kw_only=True)
    """The region of its tables; None: that of the base account."""

    session_duration: int = field(
        default=3600, kw_only=True, validator=_must_be_duration
    )
    """Seconds that credentials are asked for; the role may allow less."""


class MultiAccountDB:
    """Databases in several accounts, which share models, codecs and settings.

    >>> prod = AccountConfig(role_arn="arn:aws:iam::123456789012:role/reader")
    >>> async with MultiAccountDB({"prod": prod}) as multi:
    ...     rows = await multi.partner("prod").model(User).where(User.id == "1")

    Making one does no I/O.  A role is assumed at the first request to its account, and
    again by the request that finds its credentials about to expire; no timer runs.
    Settings are those of `Config`; its credentials are the ones that assume the roles.
    """

    def __init__(
        self,
        accounts: Mapping[str, AccountConfig],
        config: Config | None = None,
        **overrides: Any,
    ) -> None:
        self._base = Database(config, **overrides)
        transport = self._base.config.transport
        if transport is not None and not isinstance(transport, str):
            raise ConfigurationError(
                "transport: an object of yours would sign for one account only; give "
                "the name of a transport, or None"
            )
        self._accounts: dict[str, AccountConfig] = {}
        self._partners: dict[str, Database] = {}
        self._roles: dict[str, RoleCredentials] = {}
        for name, account in accounts.items():
            self.add_partner(name, account)

    def prepared(self, *models: type[Model]) -> Self:
        """These accounts, ready for requests about these models; does no request.

        >>> multi = MultiAccountDB(accounts).prepared(User, Post)

        For the module scope of a Lambda function.  It loads what assumes roles, some
        200 ms, which the first request to a partner would have to wait for.
        """
        for model in models:
            self._base._compiler.codec(table_of(model))
        self._base._runner.sender.prepare()
        load_now("sts").prepare(self._base.config)
        return self

    def partner(self, name: str, /) -> Database:
        """The database in an account; "" is the base account.  Does no I/O.

        The same one each time.  Raises `UnknownAccountError`.
        """
        if name == BASE:
            return self._base
        found = self._partners.get(name)
        if found is None:
            found = self._partners[name] = self._enter(name)
        return found

    def add_partner(self, name: str, account: AccountConfig, /) -> None:
        """Make an account known.  Raises `ConfigurationError` for a name in use."""
        if not isinstance(name, str) or name == BASE:
            raise ConfigurationError("accounts: a name must be text, and not empty")
        if name in self._accounts:
            raise ConfigurationError(
                f"accounts: there is an account {name!r} already; remove it first"
            )
        if not isinstance(account, AccountConfig):
            raise ConfigurationError(
                f"accounts: {name!r} must be an AccountConfig(...)"
            )
        Config.of(self._base.config, region=account.region)  # refuses a bad region
        self._accounts[name] = account

    async def remove_partner(self, name: str, /) -> None:
        """Forget an account, its credentials and its connections.

        A `Database` of it that is still held raises `CredentialsError` from now on.
        Raises `UnknownAccountError`.
        """
        self._account(name)
        del self._accounts[name]
        partner, role = self._partners.pop(name, None), self._roles.pop(name, None)
        if role is not None:
            role.retire()
        if partner is not None:
            await partner.aclose()

    async def aclose(self) -> None:
        """Close all connections.  A later call opens new ones."""
        async with AsyncExitStack() as closing:
            for each in (self._base, *self._partners.values()):
                closing.push_async_callback(each.aclose)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    def _enter(self, name: str) -> Database:
        account = self._account(name)
        base = self._base.config
        fetch = partial(_fetch, base, _request(name, account), _shown(name))
        role = self._roles[name] = RoleCredentials(_shown(name), fetch)
        region = account.region or base.region
        return self._base._with_settings(evolve(base, credentials=role, region=region))

    def _account(self, name: str) -> AccountConfig:
        found = self._accounts.get(name)
        if found is None:
            raise UnknownAccountError(
                f"there is no account {name!r}; add it with add_partner()"
            )
        return found

    def __repr__(self) -> str:
        return (
            f"<MultiAccountDB of {len(self._accounts)} accounts, "
            f"{len(self._partners)} in use, and {self._base!r}>"
        )


def _shown(name: str) -> str:
    return f"account {name!r}"


def _request(name: str, account: AccountConfig) -> dict[str, Any]:
    session_name = _NOT_IN_SESSION_NAME.sub("-", f"dynamorm-{name}")
    request: dict[str, Any] = {
        "RoleArn": account.role_arn,
        "RoleSessionName": session_name[:_LONGEST_SESSION_NAME],
        "DurationSeconds": account.session_duration,
    }
    if account.external_id is not None:
        request["ExternalId"] = account.external_id
    return request


async def _fetch(config: Config, request: dict[str, Any], doing: str) -> TemporaryKey:
    sts = await load("sts")
    key: TemporaryKey = await sts.assume_role(config, request, doing)
    return key
