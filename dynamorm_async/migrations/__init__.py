"""Items that move to another table, and change on the way."""

from . import transforms

__all__ = ["transforms"]
