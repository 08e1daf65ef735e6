"""The scripted transport, under the name that the tests know."""

from dynamorm_async.testing import ScriptedTransport, ok, refusal
from dynamorm_async.testing.scripted import Answer

__all__ = ["Answer", "ScriptedTransport", "ok", "refusal"]
