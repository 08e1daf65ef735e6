"""The scripted transport, under the name that the tests know."""

from dynamorm_async import Database
from dynamorm_async.testing import ScriptedTransport, ok, refusal
from dynamorm_async.testing.scripted import Answer

__all__ = ["Answer", "ScriptedTransport", "ok", "refusal", "scripted_database"]


def scripted_database(*answers: Answer) -> tuple[Database, ScriptedTransport]:
    """A database over a script, and the script."""
    transport = ScriptedTransport(*answers)
    return Database(transport=transport, region="eu-west-1"), transport
