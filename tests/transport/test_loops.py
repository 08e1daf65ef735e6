"""What each event loop has of its own, and what there is without one."""

import pytest

from dynamorm_async.errors import ConfigurationError
from dynamorm_async.transport.loops import PerLoop


async def test_a_loop_has_one_of_its_own() -> None:
    things: PerLoop[object] = PerLoop(object)
    assert things.seen_here() is None
    assert things.here() is things.here() is things.seen_here()
    assert len(things) == 1


def test_without_a_loop_of_asyncio_it_says_so() -> None:
    things: PerLoop[object] = PerLoop(object)
    with pytest.raises(ConfigurationError, match="an event loop of asyncio, and none"):
        things.here()
    with pytest.raises(ConfigurationError, match="under trio there is none"):
        things.seen_here()
