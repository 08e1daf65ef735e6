"""Whatever a type's values are, they read back as they were."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynamorm_async.marshalling.codecs import Codecs
from tests.marshalling.strategies import CASES

CODECS = Codecs()


@pytest.mark.parametrize("name", CASES)
@given(draw=st.data())
def test_values_read_back_as_they_were(name: str, draw: st.DataObject) -> None:
    case = CASES[name]
    value = draw.draw(case.values)
    wire = CODECS.encoder(case.hint)(value)
    sent = json.loads(json.dumps(wire))
    assert sent == wire
    read = CODECS.decoder(case.hint)(sent)
    assert (read, type(read)) == (value, type(value))


@given(CASES["Any"].values)
def test_what_any_reads_it_stores_as_before(value: Any) -> None:
    wire = CODECS.encoder(Any)(value)
    assert CODECS.encoder(Any)(CODECS.decoder(Any)(wire)) == wire
