"""Signed texts: what was handed out comes back unchanged and to its own query, or not
at all.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from ..errors import InvalidCursorError
from ..expressions.conditions import Condition, conjuncts
from ..lazily import lazy, pattern
from .conditions import ConditionWriter
from .placeholders import Placeholders
from .planner import Plan
from .question import Question

if TYPE_CHECKING:
    import json
else:
    json = lazy("json")

WriterOf = Callable[[Placeholders], ConditionWriter]
Kind = Literal["cursor", "resume token"]

_VERSIONS: dict[Kind, str] = {"cursor": "c1", "resume token": "s1"}
"""What a signed text begins with; it says how the rest is made."""

_SIGNED = pattern(r"[a-z][0-9]+\..*", re.DOTALL)


class Seal(Struct, frozen=True):
    """Signs the texts of one query with HMAC-SHA256; without a secret they stay plain.

    A signed text is `version.text.signature`.  The signature covers the version, the
    identity of the query, and the text.
    """

    kind: Kind
    identity: Callable[[], bytes]
    """What the texts are bound to; asked for only where it is needed."""

    secret: bytes | None = None

    def __repr__(self) -> str:
        return f"<Seal of a {self.kind}>"

    def sign(self, text: str) -> str:
        """The text as it is handed out."""
        if self.secret is None:
            return text
        return f"{_VERSIONS[self.kind]}.{text}.{self._signature(self.secret, text)}"

    def verified(self, text: str) -> str:
        """The text as it was before it was signed.

        Raises `InvalidCursorError` for one that was not signed here, for this query.
        """
        is_signed = isinstance(text, str) and bool(_SIGNED.fullmatch(text))
        if self.secret is None:
            if is_signed:
                raise InvalidCursorError(
                    f"the {self.kind} is signed, and this database has no cursor_secret"
                )
            return text
        if not is_signed:
            raise InvalidCursorError(
                f"the {self.kind} is not signed, and this database takes only its own"
            )
        _, _, rest = text.partition(".")
        inner, _, signature = rest.rpartition(".")
        whole = f"{_VERSIONS[self.kind]}.{inner}.{signature}"
        wanted = self._signature(self.secret, inner)
        # One comparison in constant time: how much of a forgery fits stays unknown.
        same = hmac.compare_digest(_bytes(signature), wanted.encode())
        if not same or whole != text:
            raise InvalidCursorError(
                f"the {self.kind} was changed, was signed with another secret, or "
                "belongs to another query"
            )
        return inner

    def _signature(self, secret: bytes, text: str) -> str:
        version = _VERSIONS[self.kind].encode()
        # The identity has a fixed length, so no two messages run into each other.
        message = version + b"\0" + self.identity() + _bytes(text)
        digest = hmac.digest(secret, message, "sha256")
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    # A lone surrogate has no UTF-8 form; no text with one was ever signed.
    return text.encode(errors="backslashreplace")


def seal_of(
    kind: Kind,
    secret: bytes | None,
    question: Question,
    found: Plan,
    writer_of: WriterOf,
) -> Seal:
    """The seal of the texts that belong to this question."""
    return Seal(kind, partial(identity, question, found, writer_of), secret)


def identity(question: Question, found: Plan, writer_of: WriterOf) -> bytes:
    """A digest of what is asked, the same in every process: 32 bytes.

    Model, table, index (the one asked for and the chosen one), order, segment, and all
    conditions with their values.  How much is read, and of which fields, is no part.
    """
    chosen = found.index.name if found.index is not None else None
    filters = conjuncts(found.filter) if found.filter is not None else ()
    content = [
        question.table.model_name,
        question.table_name,
        found.operation,
        [question.index, chosen],
        "DESC" if question.descending else "ASC",
        [question.segment, question.total_segments],
        _written(found.key_conditions, writer_of),
        _written(filters, writer_of),
    ]
    return hashlib.sha256(json.dumps(content).encode()).digest()


def _written(terms: Iterable[Condition], writer_of: WriterOf) -> list[str]:
    """The conditions as texts, in an order that is not that of the calls."""
    return sorted(_text(each, writer_of) for each in terms)


def _text(term: Condition, writer_of: WriterOf) -> str:
    placeholders = Placeholders()
    text = writer_of(placeholders).text(term)
    return json.dumps([text, [*placeholders.names], placeholders.values])
