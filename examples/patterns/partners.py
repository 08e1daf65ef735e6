"""One function, many accounts: a partner's items are in the partner's own account."""

from typing import Any

from dynamorm_async import (
    AccountConfig,
    Attr,
    Database,
    Model,
    MultiAccountDB,
    UnknownAccountError,
    field,
    partition_key,
)


class Invoice(Model, table="invoices"):
    id: Attr[str] = partition_key()
    cents: Attr[int] = field()


ROLES = {
    "acme": AccountConfig(
        "arn:aws:iam::222222222222:role/invoices", external_id="tenant-7"
    ),
}


async def handle(accounts: MultiAccountDB, event: dict[str, Any]) -> dict[str, Any]:
    """What the function does; a role is assumed at the first request that needs it."""
    try:
        db = accounts.partner(event["partner"])
    except UnknownAccountError:
        return {"status": 404}
    invoice = await db.get(Invoice, event["id"])
    return {"status": 200, "cents": invoice and invoice.cents}


async def main(db: Database) -> None:
    async with MultiAccountDB(ROLES, db.config) as accounts:
        for name, cents in (("", 1), ("acme", 2)):
            partner = accounts.partner(name)
            await partner.ensure_table(Invoice)
            await partner.model(Invoice(id="i1", cents=cents)).put()
            print(await handle(accounts, {"partner": name, "id": "i1"}))
        print(await handle(accounts, {"partner": "nobody", "id": "i1"}))
