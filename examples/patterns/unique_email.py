"""An e-mail address that only one user has.

DynamoDB keeps keys unique, and nothing else.  So the address becomes the key of an item
of its own, written in one transaction with the user.  A query before the write would
let two requests through at the same time.
"""

from dynamorm_async import (
    Attr,
    Database,
    Model,
    TransactionCanceledError,
    field,
    partition_key,
)


class Member(Model, table="members"):
    id: Attr[str] = partition_key()
    email: Attr[str] = field()


class Address(Model, table="addresses"):
    email: Attr[str] = partition_key()
    member: Attr[str] = field()


class EmailTakenError(Exception):
    """Another member has this address."""


def address_of(member: Member) -> Address:
    """The item that keeps a member's address for it."""
    return Address(email=member.email, member=member.id)


async def sign_up(db: Database, member: Member) -> None:
    """Create a member, unless the address is taken."""
    try:
        async with db.transaction() as tx:
            tx.model(address_of(member)).create()
            tx.model(member).create()
    except TransactionCanceledError as error:
        if error.reasons[0].code == "ConditionalCheckFailed":
            raise EmailTakenError from error
        raise


async def change_email(db: Database, member: Member, email: str) -> None:
    """Give a member another address, and the old one back.

    Not if it is another member's by now: `member` may have been read long ago.
    """
    old = address_of(member)
    changed = Member(id=member.id, email=email)
    try:
        async with db.transaction() as tx:
            tx.model(address_of(changed)).create()
            tx.model(old).with_condition(Address.member == member.id).delete()
            tx.model(changed).update("email")
    except TransactionCanceledError as error:
        if error.reasons[0].code == "ConditionalCheckFailed":
            raise EmailTakenError from error
        raise
    member.email = email


async def main(db: Database) -> None:
    for model in (Member, Address):
        await db.ensure_table(model)
    ann = Member(id="1", email="ann@example.org")
    await sign_up(db, ann)
    try:
        await sign_up(db, Member(id="2", email="ann@example.org"))
    except EmailTakenError:
        print("taken, and nothing was written:", await db.get(Member, "2"))
    await change_email(db, ann, "ann@example.com")
    await sign_up(db, Member(id="2", email="ann@example.org"))
    print([each.email for each in await db.model(Member).batch_get(["1", "2"])])
