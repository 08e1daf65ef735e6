"""Modules that load when they are first used."""

import re
import subprocess
import sys

import pytest

from dynamorm_async.lazily import lazy, pattern

WATCHED = """
import sys
from dynamorm_async.lazily import lazy, pattern
json = lazy("json")
before = "json" in sys.modules
print(before, json.loads("[1]"), "loads" in vars(json), json)
"""


def test_a_module_loads_when_something_of_it_is_wanted() -> None:
    printed = subprocess.check_output([sys.executable, "-c", WATCHED], text=True)
    assert printed == "False [1] True <Lazy json>\n"


def test_a_name_may_be_relative() -> None:
    assert lazy(".errors", "dynamorm_async").DynamORMError.__name__ == "DynamORMError"


def test_what_a_module_has_not_is_missing() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = lazy("json").nothing


def test_a_pattern_is_compiled_when_it_is_looked_for() -> None:
    word = pattern(r"(a)b", re.IGNORECASE)
    assert repr(word) == "<LazyPattern '(a)b'>"
    assert vars(word).keys() == {"_text", "_flags"}
    assert [bool(word.fullmatch(each)) for each in ("ab", "AB", "b")] == [
        True,
        True,
        False,
    ]
    assert word.sub(r"\1c", "ab") == "ac"
    assert vars(word).keys() == {"_text", "_flags", "fullmatch", "sub"}
