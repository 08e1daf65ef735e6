"""Ways to make an item of an instance, and an instance of an item."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from operator import eq
from typing import Any

from benchmarks import work

Ways = Mapping[str, Callable[[], object]]

WRITE, READ = "instance to item", "item to instance"


def dynamorm() -> Ways:
    """The codec of a model."""
    from benchmarks.drivers.dynamorm import Person
    from dynamorm_async.marshalling.codecs import Codecs
    from dynamorm_async.marshalling.items import ItemCodec
    from dynamorm_async.schema.model import table_of

    codec: ItemCodec[Person] = ItemCodec(table_of(Person), Codecs())
    person, item = Person(**work.values(1)), work.stored(1)
    return {WRITE: lambda: codec.encode(person, {}), READ: lambda: codec.decode(item)}


def by_hand() -> Ways:
    """What one would write for this very class, with nothing checked."""
    from benchmarks.drivers.floor_to_models import person

    item = work.stored(1)
    return {READ: lambda: person(item)}


def cattrs() -> Ways:
    """A cattrs converter with a hook for each type of attribute."""
    from cattrs import Converter

    from benchmarks.drivers.floor_to_models import Person, person

    converter = Converter(detailed_validation=False)
    hooks: dict[Any, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
        str: (lambda it: {"S": it}, lambda it: it["S"]),
        int: (lambda it: {"N": str(it)}, lambda it: int(it["N"])),
        Decimal: (lambda it: {"N": str(it)}, lambda it: Decimal(it["N"])),
        bool: (lambda it: {"BOOL": it}, lambda it: it["BOOL"]),
        datetime: (
            lambda it: {"S": it.isoformat()},
            lambda it: datetime.fromisoformat(it["S"]),
        ),
        set[str]: (lambda it: {"SS": sorted(it)}, lambda it: set(it["SS"])),
        list[int]: (
            lambda it: {"L": [{"N": str(each)} for each in it]},
            lambda it: [int(each["N"]) for each in it["L"]],
        ),
        dict[str, str]: (
            lambda it: {"M": {key: {"S": text} for key, text in it.items()}},
            lambda it: {key: each["S"] for key, each in it["M"].items()},
        ),
    }
    for kind, (write, read) in hooks.items():
        structure = partial(_without_hint, read)
        if isinstance(kind, type):
            converter.register_unstructure_hook(kind, write)
            converter.register_structure_hook(kind, structure)
        else:
            is_kind = partial(eq, kind)
            converter.register_unstructure_hook_func(is_kind, write)
            converter.register_structure_hook_func(is_kind, structure)
    item = work.stored(1)
    whole = person(item)
    return {
        WRITE: lambda: converter.unstructure(whole),
        READ: lambda: converter.structure(item, Person),
    }


def _without_hint(read: Callable[[Any], Any], stored: Any, _hint: object) -> Any:
    return read(stored)


def boto3() -> Ways:
    """boto3's serializer: dictionaries, no instances."""
    from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

    write, read = TypeSerializer().serialize, TypeDeserializer().deserialize
    values, item = {**work.values(1), "made": work.MADE_TEXT}, work.stored(1)
    return {
        WRITE: lambda: {name: write(value) for name, value in values.items()},
        READ: lambda: {name: read(value) for name, value in item.items()},
    }
