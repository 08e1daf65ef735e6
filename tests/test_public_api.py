"""The public names: what is promised to type checkers is what loads."""

import ast
import inspect
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

PACKAGES = ("dynamorm_async", "dynamorm_async.testing")


def stub_tree(package: str) -> ast.Module:
    """The parsed `__init__.pyi` of a package."""
    stub = Path(str(import_module(package).__file__)).with_suffix(".pyi")
    return ast.parse(stub.read_text(encoding="utf-8"))


def promised(package: str) -> dict[str, str]:
    """Name to module, as the stub's imports have it."""
    return {
        str(alias.asname): f"{package}.{node.module}.{alias.name}"
        for node in stub_tree(package).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def loaded_from(package: str) -> dict[str, str]:
    """Name to module, as the table in `__init__.py` has it."""
    home: dict[str, str] = import_module(package)._HOME
    return {name: f"{package}.{module}.{name}" for name, module in home.items()}


NAMES = [(package, name) for package in PACKAGES for name in loaded_from(package)]


@pytest.mark.parametrize("package", PACKAGES)
def test_the_stub_and_the_table_name_the_same(package: str) -> None:
    assert promised(package) == loaded_from(package)


@pytest.mark.parametrize("package", PACKAGES)
def test_the_list_of_all_names_is_the_same_in_the_stub(package: str) -> None:
    listed = [
        ast.literal_eval(node.value)
        for node in stub_tree(package).body
        if isinstance(node, ast.Assign)
    ]
    assert [sorted(each) for each in listed] == [import_module(package).__all__]


@pytest.mark.parametrize(("package", "name"), NAMES)
def test_every_name_loads_and_says_what_it_is(package: str, name: str) -> None:
    value = getattr(import_module(package), name)
    assert (inspect.getdoc(value) or "").strip()


@pytest.mark.parametrize("package", PACKAGES)
def test_no_name_is_that_of_a_submodule(package: str) -> None:
    submodules = {each.name for each in iter_modules(import_module(package).__path__)}
    assert submodules & set(loaded_from(package)) == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_the_names_are_offered_for_completion(package: str) -> None:
    assert dir(import_module(package)) == sorted(loaded_from(package))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_misspelt_name_is_an_ordinary_attribute_error(package: str) -> None:
    module = import_module(package)
    with pytest.raises(AttributeError, match=f"'{package}' has no attribute 'Modle'"):
        _ = module.Modle


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_the_package_loads_nothing_else_of_it(package: str) -> None:
    program = (
        f"import sys, {package}\n"
        "print(sorted(name for name in sys.modules if 'dynamorm_async' in name))"
    )
    printed = subprocess.check_output([sys.executable, "-c", program], text=True)
    assert ast.literal_eval(printed) == [
        each for each in PACKAGES if package.startswith(each)
    ]
