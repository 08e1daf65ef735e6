"""Repositories say how things are stored, services what may happen to them.

The service knows no table and no condition, so it can be tested with a repository in
memory; the repository has no rules, so it needs no test but one against an engine.
"""

from copy import copy
from typing import Protocol

from attrs import field as attribute
from attrs import frozen

from dynamorm_async import (
    Attr,
    Database,
    Model,
    VersionConflictError,
    field,
    partition_key,
    version,
)

MOST_TRIES = 5


class Account(Model, table="ledger"):
    number: Attr[int] = partition_key()
    cents: Attr[int] = field(default=0)
    rev: Attr[int] = version()


class Accounts(Protocol):
    """Where accounts are kept."""

    async def find(self, number: int) -> Account | None: ...
    async def save(self, account: Account) -> None: ...


@frozen
class StoredAccounts:
    """Accounts in DynamoDB."""

    db: Database

    async def find(self, number: int) -> Account | None:
        found = self.db.model(Account).where(Account.number == number)
        # Who lost a race would else read again what it has lost with.
        return await found.consistent_read().first_or_none()

    async def save(self, account: Account) -> None:
        await self.db.update(account, "cents")


@frozen
class AccountsInMemory:
    """Accounts for tests."""

    kept: dict[int, Account] = attribute(factory=dict)

    async def find(self, number: int) -> Account | None:
        return self.kept.get(number)

    async def save(self, account: Account) -> None:
        self.kept[account.number] = account


class OverdrawnError(Exception):
    """There is not so much in the account."""


@frozen
class Bank:
    """The rules."""

    accounts: Accounts

    async def withdraw(self, number: int, cents: int) -> Account:
        """Take money out of an account; again, if somebody else was faster.

        Raises `VersionConflictError` where somebody always is.
        """
        tries = 0
        while True:
            account = await self.accounts.find(number)
            if account is None or account.cents < cents:
                raise OverdrawnError
            less = copy(account)
            less.cents -= cents
            try:
                await self.accounts.save(less)
            except VersionConflictError:
                tries += 1
                if tries == MOST_TRIES:
                    raise
                continue
            return less


async def main(db: Database) -> None:
    await db.ensure_table(Account)
    await db.create(Account(number=1, cents=500))
    in_memory = AccountsInMemory({1: Account(number=1, cents=500)})
    for accounts in (StoredAccounts(db), in_memory):
        bank = Bank(accounts)
        print((await bank.withdraw(1, 300)).cents)
        try:
            await bank.withdraw(1, 300)
        except OverdrawnError:
            print("overdrawn")
