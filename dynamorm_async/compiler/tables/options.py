"""What can be said of a table beside its model, and what is wrong with what was said.

An option that is not named is left as it is; `None` is a value like any other.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, TypeAlias, TypedDict, get_args

from ...errors import ConfigurationError

BillingMode: TypeAlias = Literal["PAY_PER_REQUEST", "PROVISIONED"]
StreamView: TypeAlias = Literal[
    "KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"
]
Encryption: TypeAlias = Literal["AWS_OWNED", "KMS"]
TableClass: TypeAlias = Literal["STANDARD", "STANDARD_INFREQUENT_ACCESS"]

CAPACITIES = ("read_capacity", "write_capacity")
LIMITS = ("max_read_request_units", "max_write_request_units")


class IndexOptions(TypedDict, total=False):
    """The throughput of one global index; what is not named is left as it is."""

    read_capacity: int
    """Capacity units of an index of a PROVISIONED table; a new one gets its table's."""

    write_capacity: int
    max_read_request_units: int | None
    """A limit on demand, in request units per second; None lifts it."""

    max_write_request_units: int | None


class TableOptions(TypedDict, total=False):
    """Keywords of `create_table`, `ensure_table`, `auto_migrate`, `migrate` and `plan`.

    >>> await db.create_table(User, stream="NEW_IMAGE", deletion_protection=True)

    What is not named is left as it is, and for a new table as AWS has it, but for
    `billing_mode`.
    """

    billing_mode: BillingMode
    """A new table is PAY_PER_REQUEST (on demand) unless told otherwise."""

    read_capacity: int
    """Capacity units of a PROVISIONED table."""

    write_capacity: int
    max_read_request_units: int | None
    """A limit on demand, in request units per second; None lifts it."""

    max_write_request_units: int | None
    indexes: Mapping[str, IndexOptions]
    """The throughput of global indexes, by their names."""

    stream: StreamView | None
    """What the stream tells of each change; None switches it off."""

    encryption: Encryption
    """With a key that AWS owns, or one of KMS in your account."""

    kms_key_id: str
    """The id or ARN of the KMS key; without it, `KMS` takes AWS's key for DynamoDB."""

    ttl: bool
    """False leaves time to live off, or switches it off.  Without it, the `ttl` field
    of the model is switched on, but not in the place of another attribute.
    """

    point_in_time_recovery: bool
    recovery_period_days: int
    """How many days back the table can be restored to: 1 to 35."""

    deletion_protection: bool
    table_class: TableClass
    tags: Mapping[str, str | None]
    """Tags to set; None removes one.  Others are left alone."""


_Check = tuple[Callable[[Any], bool], str]


def _one_of(kind: Any, *more: object) -> _Check:
    known = (*get_args(kind), *more)
    listed = ", ".join(map(repr, known))
    return (lambda value: value in known), f"one of {listed}"


def _is_units(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _are_tags(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        _is_tag(name, text) for name, text in value.items()
    )


def _is_tag(name: object, text: object) -> bool:
    return (
        isinstance(name, str)
        and 1 <= len(name) <= 128
        and not name.startswith("aws:")
        and (text is None or (isinstance(text, str) and len(text) <= 256))
    )


_SWITCH: _Check = (lambda value: isinstance(value, bool)), "True or False"
_UNITS: _Check = _is_units, "a whole number from 1"
_LIMIT: _Check = (lambda it: it is None or _is_units(it)), "a whole number, or None"
_THROUGHPUT: dict[str, _Check] = {
    **dict.fromkeys(CAPACITIES, _UNITS),
    **dict.fromkeys(LIMITS, _LIMIT),
}
_CHECKS: dict[str, _Check] = {
    "billing_mode": _one_of(BillingMode),
    **_THROUGHPUT,
    "indexes": (
        lambda value: (
            isinstance(value, Mapping)
            and all(isinstance(each, Mapping) for each in value.values())
        ),
        "a dict from an index's name to its throughput",
    ),
    "stream": _one_of(StreamView, None),
    "encryption": _one_of(Encryption),
    "kms_key_id": (
        # Which key an alias stands for, a description of the table does not tell.
        lambda value: isinstance(value, str) and value != "" and "alias/" not in value,
        "the id or ARN of a key, and not an alias",
    ),
    "ttl": _SWITCH,
    "point_in_time_recovery": _SWITCH,
    "recovery_period_days": (
        lambda value: _is_units(value) and value <= 35,
        "a whole number from 1 to 35",
    ),
    "deletion_protection": _SWITCH,
    "table_class": _one_of(TableClass),
    "tags": (
        _are_tags,
        "a dict of names (1 to 128 characters, not aws:...) to values (up to 256, or "
        "None to remove the tag)",
    ),
}


def checked(options: Mapping[str, Any]) -> TableOptions:
    """The options, all of them possible, each alone and beside the others.

    Raises `ConfigurationError` for what is not.
    """
    _check(options, _CHECKS, "")
    for index, said in options.get("indexes", {}).items():
        _check(said, _THROUGHPUT, f"indexes[{index!r}]: ")
    _check_together(options)
    chosen: Any = dict(options)
    made: TableOptions = chosen
    return made


def _check(said: Mapping[str, Any], checks: Mapping[str, _Check], where: str) -> None:
    for name, value in said.items():
        if name not in checks:
            raise ConfigurationError(
                f"{where}there is no table option {name!r}; the options are "
                f"{', '.join(checks)}"
            )
        is_good, wanted = checks[name]
        if not is_good(value):
            raise ConfigurationError(f"{where}{name} must be {wanted}, not {value!r}")


def _check_together(options: Mapping[str, Any]) -> None:
    check_billing(options.get("billing_mode"), options, "billing_mode is")
    if "recovery_period_days" in options and not options.get("point_in_time_recovery"):
        raise ConfigurationError(
            "recovery_period_days goes with point_in_time_recovery=True"
        )
    if "kms_key_id" in options and options.get("encryption") != "KMS":
        raise ConfigurationError("kms_key_id goes with encryption='KMS'")


def check_billing(mode: str | None, options: Mapping[str, Any], who: str) -> None:
    """Refuse units of the other billing mode.

    Raises `ConfigurationError`; `who` says whose mode it is.
    """
    if mode is None:
        return
    wrong, right = _OTHER_MODE[mode]
    for name in named_units(options, wrong):
        raise ConfigurationError(
            f"{name} goes with billing_mode={right!r}, and {who} {mode}"
        )


_OTHER_MODE = {
    "PAY_PER_REQUEST": (CAPACITIES, "PROVISIONED"),
    "PROVISIONED": (LIMITS, "PAY_PER_REQUEST"),
}
"""The units that do not go with a mode, and the mode with which they do."""


def named_units(options: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """Where these units are named: for the table or one of its indexes."""
    indexes = options.get("indexes", {})
    return [
        *(name for name in names if name in options),
        *(
            f"indexes[{index!r}]: {name}"
            for index, said in indexes.items()
            for name in names
            if name in said
        ),
    ]
