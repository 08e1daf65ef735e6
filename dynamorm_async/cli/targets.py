"""`module:Model`: what a text names in the caller's own code."""

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from ..database import Database
from ..errors import DynamORMError, InvalidModelError
from ..schema.model import Model, table_of
from .codes import UsageError


def model_of(target: str) -> type[Model]:
    """The model that `module:Model` names.  Raises `UsageError`."""
    found = _object(target, "a model", "app:User")
    if not isinstance(found, type) or not issubclass(found, Model):
        raise UsageError(f"{target} is no model, but a {_kind(found)}")
    table_of(found)
    return found


def models_of(targets: Sequence[str]) -> list[type[Model]]:
    """The models that each `module:Model` names; of a `module` alone, all it defines.

    Raises `UsageError`.
    """
    found: list[type[Model]] = []
    for target in targets:
        found += [model_of(target)] if ":" in target else _all_of(target)
    return list(dict.fromkeys(found))


def function_of(target: str) -> Callable[..., Any]:
    """The function that `module:function` names.  Raises `UsageError`."""
    found = _object(target, "a function", "app:upgrade")
    if not callable(found):
        raise UsageError(f"{target} is no function, but a {_kind(found)}")
    called: Callable[..., Any] = found
    return called


def database_of(target: str) -> Database:
    """The database that `module:db` names.  Raises `UsageError`."""
    found = _object(target, "a database", "app:db")
    if not isinstance(found, Database):
        raise UsageError(f"{target} is no Database, but a {_kind(found)}")
    return found


def _object(target: str, what: str, example: str) -> object:
    module, colon, path = target.partition(":")
    if not (module and colon and path):
        raise UsageError(f"{what} is named as module:name, such as {example}")
    found: object = _module(module)
    for name in path.split("."):
        if not hasattr(found, name):
            raise UsageError(f"{module} has no {path}{_known(found, what)}")
        found = getattr(found, name)
    return found


def _module(name: str) -> ModuleType:
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise UsageError(f"{name} needs {error.name}, which is missing") from error
        raise UsageError(
            f"there is no module {error.name!r} here or among the installed ones"
        ) from error
    except (DynamORMError, SyntaxError) as error:
        raise UsageError(f"{name} cannot be imported: {error}") from error
    except Exception as error:
        raise UsageError(
            f"{name} cannot be imported: {type(error).__name__}: {error}"
        ) from error


def _all_of(module: str) -> list[type[Model]]:
    found = [
        each
        for each in vars(_module(module)).values()
        if isinstance(each, type)
        and issubclass(each, Model)
        and each.__module__ == module
        and _has_table(each)
    ]
    if not found:
        raise UsageError(f"{module} defines no models")
    return found


def _has_table(model: type[Model]) -> bool:
    try:
        table_of(model)
    except InvalidModelError:
        return False
    return True


def _known(owner: object, what: str) -> str:
    if what != "a model":
        return ""
    names = [
        name
        for name, each in vars(owner).items()
        if isinstance(each, type) and issubclass(each, Model) and each is not Model
    ]
    return f"; its models are {', '.join(names)}" if names else ""


def _kind(found: object) -> str:
    return "class" if isinstance(found, type) else type(found).__name__
