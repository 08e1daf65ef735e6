"""What a caller relies on, as protocols: the real classes satisfy them, and so do the
mocks of `dynamorm_async.testing`.

A method means what that of the real class means; a test keeps the signatures equal.
"""

from .databases import DB, ExtendedDB
from .queries import QueryLike, RowsLike
from .updates import OldValuesLike, UpdateBuilderLike

__all__ = [
    "DB",
    "ExtendedDB",
    "OldValuesLike",
    "QueryLike",
    "RowsLike",
    "UpdateBuilderLike",
]
