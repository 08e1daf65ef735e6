"""Parts of a model as bodies: an item without its key, and changes to an item."""

import inspect
from typing import Any, ClassVar, Generic, TypeVar, get_args

import attrs
from attrs import frozen
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from ..errors import InvalidModelError, InvalidValueError
from ..schema.model import Model, table_of
from .pydantic_forms import (
    Form,
    Property,
    Values,
    argument,
    json_schema,
    located,
    refused,
    said_by,
    schema_once,
)
from .pydantic_models import SET_BY_SERVER, properties_of

M = TypeVar("M", bound=Model)


@frozen
class _Part(Generic[M]):
    """Some fields of a model, as a request says them."""

    model: type[M]
    values: Values
    """The fields by name; never shown, as they may be anything."""

    title: ClassVar[str]
    is_partial: ClassVar[bool]
    """Whether every field may be left out, but not all of them."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self.model.__name__}: {[*self.values]}>"

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Read it as an object with the model's fields, less the key."""
        return schema_once(source, handler, cls._form_of)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Show it as such an object."""
        shown = json_schema(schema, handler)
        return {**shown, "minProperties": 1} if cls.is_partial else shown

    @classmethod
    def _form_of(cls, source: Any) -> Form:
        arguments = get_args(source)
        if not arguments:
            raise InvalidModelError(
                f"{cls.__name__}: say of which model, as in {cls.__name__}[Product]"
            )
        model: Any = arguments[0]
        key = {each.name for each in table_of(model).key}
        asked = [
            Property(each.name, each.hint, required=False, default=_UNSAID)
            if cls.is_partial
            else each
            for each in properties_of(model)[0]
            if each.name not in key
        ]

        def make(values: Values) -> Any:
            return cls._checked(model, values)

        title = f"{model.__name__}{cls.title}"
        # A misspelt change would change nothing, and nobody would know.
        extra: core_schema.ExtraBehavior = "forbid" if cls.is_partial else "ignore"
        return Form(title, cls, asked, asked, make, _values_of, extra)

    @classmethod
    def _checked(cls, model: type[Any], values: Values) -> Any:
        if cls.is_partial and not values:
            raise PydanticCustomError("no_changes", "Input should hold a field")
        found = refused(model, _arguments(model, values))
        if found:
            raise located(model, found)
        return cls(model, values)


def _values_of(part: _Part[Any]) -> Values:
    return part.values


_UNSAID: object = attrs.Factory(dict)  # what is left out stays as it is


class Draft(_Part[M]):
    """The body of a request for a new item whose key the path, or the service, says.

    >>> @app.put("/products/{sku}")
    ... async def put(sku: str, draft: Draft[Product], db: DatabaseDep) -> Product:
    ...     return await db.model(draft.build(sku=sku)).put()
    """

    title = "Draft"
    is_partial = False

    def build(self, **rest: Any) -> M:
        """The instance, with what the request does not say.

        Raises `InvalidValueError` for what the model's validators refuse.
        """
        arguments = {**_arguments(self.model, self.values), **rest}
        # A mistake of this call is no mistake of who sent the request.
        inspect.signature(self.model).bind(**arguments)
        try:
            return self.model(**arguments)
        except (ValueError, TypeError) as error:
            raise InvalidValueError(
                f"{self.model.__name__}: {said_by(error)}"
            ) from error

    def replacing(self, stored: M) -> M:
        """The instance that takes the place of a stored one.

        Key, version and timestamps are those of the stored one; what the request left
        out is the default.
        """
        table = table_of(self.model)
        kept = [*table.key, *(e for e in table.fields if e.role in SET_BY_SERVER)]
        held = {each.name: getattr(stored, each.name) for each in kept}
        return self.build(**_arguments(self.model, held))


class Changes(_Part[M]):
    """The body of a request that changes some fields of an item (RFC 7396, one level).

    >>> @app.patch("/products/{sku}")
    ... async def patch(sku: str, new: Changes[Product], db: DatabaseDep) -> Product:
    ...     product = await db.model(Product).where(Product.sku == sku).first()
    ...     return await db.update(product, *new.apply_to(product))

    A field that is null becomes None.  Key, version and timestamps cannot be changed;
    they and unknown fields are refused, as is a body without any field.
    """

    title = "Changes"
    is_partial = True

    def apply_to(self, instance: M) -> tuple[str, ...]:
        """Set the fields of the instance; returns their names, for `update`.

        Raises `InvalidValueError` for what the model's validators refuse; the instance
        is as it was then.
        """
        before = dict(vars(instance))
        try:
            for name, value in self.values.items():
                setattr(instance, name, value)
        except (ValueError, TypeError) as error:
            vars(instance).clear()
            vars(instance).update(before)
            raise InvalidValueError(
                f"{self.model.__name__}: {said_by(error)}"
            ) from error
        return tuple(self.values)


def _arguments(model: type[Model], values: Values) -> Values:
    """Field names as the constructor has them."""
    names = {each.name: argument(each) for each in attrs.fields(model)}
    return {names[name]: value for name, value in values.items()}
