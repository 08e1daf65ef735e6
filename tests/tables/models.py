"""Models of one table in several versions, and what else may share it."""

from dynamorm_async import (
    Attr,
    Model,
    field,
    gsi,
    lsi,
    partition_key,
    sort_key,
    ttl,
)


class Airport(Model, table="airports"):
    """The first version."""

    code: Attr[str] = partition_key()
    country: Attr[str] = field(index="by-country")


class AirportNow(Model, table="airports", projections={"by-height": "KEYS_ONLY"}):
    """The second version: two more indexes and a time to live."""

    code: Attr[str] = partition_key()
    country: Attr[str] = field(index="by-country")
    zone: Attr[str] = field(index=gsi("by-zone"))
    height: Attr[int] = field(index=[gsi("by-zone", sort=True), gsi("by-height")])
    closes: Attr[int | None] = ttl(default=None)


class AirportNumbered(Model, table="airports"):
    """A version that stores the key of an index as another type."""

    code: Attr[str] = partition_key()
    country: Attr[int] = field(index="by-number")


class AirportElsewhere(Model, table="airports"):
    """Another key."""

    code: Attr[str] = partition_key()
    day: Attr[str] = sort_key()


class AirportLocal(Model, table="flights"):
    """A table with a local index."""

    code: Attr[str] = partition_key()
    day: Attr[str] = sort_key()
    gate: Attr[str] = field(index=lsi("by-gate"))


class AirportPlain(Model, table="flights"):
    """The same without the local index."""

    code: Attr[str] = partition_key()
    day: Attr[str] = sort_key()
