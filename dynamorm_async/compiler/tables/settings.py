"""Steps that change one setting of a table each; the service takes no two in one.

Every function yields what is still to be done about one option, and nothing where the
option is not named or the table is that way already.
"""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from . import requests
from .descriptions import TableDescription
from .options import TableOptions
from .steps import TableDrift, TableStep
from .wanted import WantedTable


def stream_steps(found: TableDescription, options: TableOptions) -> Iterator[TableStep]:
    """Another view takes another stream, with a name (ARN) of its own."""
    view = options.get("stream", found.stream)
    if view == found.stream:
        return
    if found.stream is not None:
        text = f"stop the stream of {found.stream}"
        yield _update(found, text, requests.stream_body(None))
    if view is not None:
        text = f"start a stream of {view}"
        yield _update(found, text, requests.stream_body(view))


def encryption_steps(
    found: TableDescription, options: TableOptions
) -> Iterator[TableStep]:
    """A key is compared by its id or ARN."""
    wanted = options.get("encryption", found.encryption)
    key = options.get("kms_key_id")
    if wanted == found.encryption and (key is None or _is_key(found, key)):
        return
    text = f"encrypt with {'the key ' + key if key else _KEYS[wanted]}"
    yield _update(found, text, requests.encryption_body(wanted, key))


_KEYS = {"AWS_OWNED": "a key that AWS owns", "KMS": "AWS's key for DynamoDB in KMS"}


def _is_key(found: TableDescription, key: str) -> bool:
    arn = found.kms_key_arn or ""
    return arn == key or arn.endswith(f"/{key}")


def table_class_steps(
    found: TableDescription, options: TableOptions
) -> Iterator[TableStep]:
    """The service allows two changes in 30 days."""
    wanted = options.get("table_class", found.table_class)
    if wanted != found.table_class:
        text = f"change table class from {found.table_class} to {wanted}"
        yield _update(found, text, {"TableClass": wanted})


def protection_steps(
    found: TableDescription, options: TableOptions
) -> Iterator[TableStep]:
    """A protected table cannot be deleted."""
    wanted = options.get("deletion_protection", found.deletion_protection)
    if wanted != found.deletion_protection:
        text = f"{_switched(wanted)} deletion protection"
        yield _update(found, text, {"DeletionProtectionEnabled": wanted})


def tag_steps(found: TableDescription, options: TableOptions) -> Iterator[TableStep]:
    """Tags that are not named stay."""
    there = found.tags or {}
    said = options.get("tags", {})
    arn = found.arn or ""
    sets = {
        name: value
        for name, value in said.items()
        if value is not None and there.get(name) != value
    }
    removes = [name for name, value in said.items() if value is None and name in there]
    if sets:
        text = f"set tags {', '.join(sets)}"
        yield TableStep(found.name, text, requests.set_tags(arn, sets))
    if removes:
        text = f"remove tags {', '.join(removes)}"
        yield TableStep(found.name, text, requests.remove_tags(arn, removes))


def recovery_of(found: TableDescription, options: TableOptions) -> Iterator[TableStep]:
    """Point-in-time recovery of a table that is there."""
    yield from recovery_steps(found.name, found, options)


def recovery_steps(
    table: str, found: TableDescription | None, options: TableOptions
) -> Iterator[TableStep]:
    """Point-in-time recovery; a new table has none."""
    is_on = bool(found and found.point_in_time_recovery)
    known = found.recovery_period_days if found else None
    on = options.get("point_in_time_recovery", is_on)
    days = options.get("recovery_period_days")
    if on == is_on and days in (None, known):
        return
    change = "change" if on == is_on else _switched(on)
    text = f"{change} point-in-time recovery"
    if days is not None:
        text += f" to {days} days"
    request = requests.set_recovery(table, on=on, days=days)
    yield TableStep(table, text, request)


def ttl_steps(
    wanted: WantedTable, found: TableDescription | None, options: TableOptions
) -> Iterator[TableStep]:
    """Time to live: on for a ttl field, but not in another's place unless told so."""
    said = options.get("ttl")
    there = found.ttl_attribute if found else None
    attribute = None if said is False else wanted.ttl_attribute
    if attribute == there or (attribute is None and said is not False):
        return
    if there is not None and said is None:
        return  # see ttl_drift
    if there is not None:
        yield _ttl(wanted.name, there, on=False)
    if attribute is not None:
        yield _ttl(wanted.name, attribute, on=True)


def ttl_drift(
    wanted: WantedTable, found: TableDescription, options: TableOptions
) -> Iterator[TableDrift]:
    """Time to live of another attribute than the model's."""
    there, mine = found.ttl_attribute, wanted.ttl_attribute
    if "ttl" not in options and there is not None and mine not in (None, there):
        yield TableDrift(
            wanted.name,
            f"time to live goes by {there}, and by {mine} in "
            f"{' and '.join(wanted.models)}; ttl=True changes that (an hour passes "
            "until the service allows the second half)",
            is_breaking=False,
        )


def _ttl(table: str, attribute: str, *, on: bool) -> TableStep:
    text = f"{_switched(on)} time to live by {attribute}"
    return TableStep(table, text, requests.set_ttl(table, attribute, on=on))


def _update(found: TableDescription, text: str, change: dict[str, Any]) -> TableStep:
    return TableStep(found.name, text, requests.update_table(found.name, change))


def _switched(on: bool) -> str:
    return "switch on" if on else "switch off"


Setting: TypeAlias = Callable[[TableDescription, TableOptions], Iterator[TableStep]]

SETTINGS_OF_NEW: tuple[Setting, ...] = (
    stream_steps,
    encryption_steps,
    table_class_steps,
    protection_steps,
    tag_steps,
)
"""What the request that makes a table says as well."""

SETTINGS = (*SETTINGS_OF_NEW, recovery_of)
"""What can be said of a table that is there, in the order in which it is done."""
