"""Instances for tests, made by polyfactory, that fit their keys and roles.

Loads polyfactory, and with it faker: `pip install 'dynamorm_async[testing]'`.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Generic,
    NewType,
    TypeGuard,
    TypeVar,
    Union,
    get_args,
    get_origin,
)
from uuid import UUID

from ..errors import ConfigurationError
from ..schema.fields import Role
from ..schema.model import Model, table_of
from ..schema.table import FieldInfo, TableInfo

try:
    from faker import Faker
    from polyfactory.factories.attrs_factory import AttrsFactory
    from polyfactory.field_meta import FieldMeta, Null
except ImportError as error:
    raise ConfigurationError(
        "factories need polyfactory: pip install 'dynamorm_async[testing]'"
    ) from error

M = TypeVar("M", bound=Model)

FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""When the first instance of a factory has its sort key, and the dates begin."""

EXPIRY = datetime(2100, 1, 1, tzinfo=UTC)
"""A time that is still to come: what a TTL begins at."""

_UNTOUCHED = frozenset({Role.VERSION, Role.CREATED_AT, Role.UPDATED_AT})
"""The roles that a write fills in; the factory leaves them at their defaults."""


class ModelFactory(AttrsFactory[M], Generic[M]):
    """Makes instances of a model; a subclass is a polyfactory like any other.

    >>> class UserFactory(ModelFactory[User]):
    ...     status = "active"
    >>> user = UserFactory.build(name="Ann")
    >>> users = UserFactory.batch(25)

    Keys are unique within a factory; a sort key, of the table or an index, is greater
    in each instance than in the one before.  Versions are 0 and timestamps unset, as
    `create` expects them; a TTL is in the future; every datetime is aware.  The same
    `__random_seed__` makes the same instances in every process.
    """

    __is_base_factory__ = True
    __random_seed__: ClassVar[int] = 0
    __min_collection_length__ = 1

    _made: ClassVar[int]

    def __init_subclass__(cls, *args: Any, **keywords: Any) -> None:
        # Those of the base are shared by all factories there are.
        cls.__faker__ = Faker()
        cls.__random__ = Random()
        cls._made = 0
        super().__init_subclass__(*args, **keywords)

    @classmethod
    def is_supported_type(cls, value: Any) -> TypeGuard[type[M]]:
        """Whether this makes instances of a type: of models, whatever they hold."""
        return isinstance(value, type) and issubclass(value, Model)

    @classmethod
    def seed_random(cls, seed: int) -> None:
        """Begin anew: from now on the instances are those of this seed."""
        super().seed_random(seed)
        cls._made = 0

    @classmethod
    def get_model_fields(cls) -> list[FieldMeta]:
        """The fields with the types that the model resolved."""
        return [
            FieldMeta.from_type(annotation=each.hint, name=each.name)
            for each in table_of(cls.__model__).fields
        ]

    @classmethod
    def process_kwargs(cls, **keywords: Any) -> dict[str, Any]:
        """The values of the next instance, by field."""
        cls._made += 1
        return super().process_kwargs(**keywords)

    @classmethod
    def get_field_value(
        cls, field_meta: FieldMeta, *arguments: Any, **keywords: Any
    ) -> Any:
        """A value that suits the field's role, or any of its type."""
        table = table_of(cls.__model__)
        info = table.names.get(field_meta.name)
        if info is None:  # of something within a field
            return super().get_field_value(field_meta, *arguments, **keywords)
        if info.role in _UNTOUCHED:
            return Null
        hint = plain(info.hint)
        if info.role is Role.TTL:
            return _expiry(hint, cls._made)
        if _has_to_grow(table, info) and hint in _NTH:
            return _NTH[hint](info.name, cls._made, cls.__random__)
        if info.key_of or info in table.key:
            field_meta = FieldMeta.from_type(annotation=hint, name=info.name)
        return super().get_field_value(field_meta, *arguments, **keywords)

    @classmethod
    def get_provider_map(cls) -> dict[Any, Callable[[], Any]]:
        """Values that can be stored: aware, finite, not empty, the same for a seed."""
        rand = cls.__random__

        def text() -> str:
            return cls.__faker__.pystr(min_chars=1, max_chars=12)

        return {
            **super().get_provider_map(),
            Any: text,
            str: text,
            int: lambda: rand.randint(0, 10_000),
            float: lambda: rand.randint(0, 1_000_000) / 1000,
            Decimal: lambda: Decimal(rand.randint(0, 1_000_000)) / 100,
            datetime: lambda: FIRST_DAY + timedelta(seconds=rand.randint(0, _A_YEAR)),
            date: lambda: (FIRST_DAY + timedelta(days=rand.randint(0, 365))).date(),
            time: lambda: time(rand.randint(0, 23), rand.randint(0, 59)),
            timedelta: lambda: timedelta(seconds=rand.randint(1, 86_400)),
            dict: lambda: {text(): text()},
            list: lambda: [text()],
            tuple: lambda: (text(),),
            set: lambda: {text()},
            frozenset: lambda: frozenset({text()}),
        }


_A_YEAR = 365 * 86_400  # seconds

Nth = Callable[[str, int, Random], Any]
"""The value of a key: of the field's name, the number of the instance, and chance."""

_NTH: dict[Any, Nth] = {
    str: lambda name, number, _: f"{name}-{number:06}",
    int: lambda _, number, __: number,
    float: lambda _, number, __: float(number),
    Decimal: lambda _, number, __: Decimal(number),
    bytes: lambda _, number, __: number.to_bytes(8, "big"),
    datetime: lambda _, number, __: FIRST_DAY + timedelta(minutes=number),
    date: lambda _, number, __: (FIRST_DAY + timedelta(days=number)).date(),
    UUID: lambda _, __, rand: UUID(int=rand.getrandbits(128), version=4),
}
"""Keys by type, each greater than the one before where the type has an order."""


def _has_to_grow(table: TableInfo, info: FieldInfo) -> bool:
    sorts = (table.indexes[name].sort_key is info for name in info.key_of)
    return info in table.key or any(sorts)


def _expiry(hint: Any, number: int) -> Any:
    moment = EXPIRY + timedelta(hours=number)
    return moment if hint is datetime else int(moment.timestamp())


def plain(hint: Any) -> Any:
    """The type itself, of one that is annotated, optional or has a name of its own."""
    if isinstance(hint, NewType):
        return plain(hint.__supertype__)
    if get_origin(hint) is Annotated:
        return plain(get_args(hint)[0])
    if get_origin(hint) in (Union, UnionType):
        others = [each for each in get_args(hint) if each is not NoneType]
        return plain(others[0]) if len(others) == 1 else hint
    return hint


def model_factory(
    model: type[M], /, *, seed: int = 0, **values: Any
) -> type[ModelFactory[M]]:
    """A factory for a model, with these values for some of its fields.

    >>> users = model_factory(User, status="active").batch(25)

    A name that begins with `__` is a setting of polyfactory's.  Raises
    `UnknownFieldError` for one that is no field.
    """
    table = table_of(model)
    named = {
        name if name.startswith("__") else table.field(name).name: value
        for name, value in values.items()
    }
    made: Any = ModelFactory.create_factory(model, __random_seed__=seed, **named)
    factory: type[ModelFactory[M]] = made
    return factory
