"""What calls consumed, as the service counts it."""

from msgspec import Struct

_READS = frozenset({"BatchGetItem", "GetItem", "Query", "Scan", "TransactGetItems"})


class Capacity(Struct):
    """Capacity units that calls consumed, as the service reports them."""

    read: float = 0.0
    write: float = 0.0
    calls: int = 0
    """Calls that said what they consumed."""

    @property
    def total(self) -> float:
        """Read and write units together."""
        return self.read + self.write

    def add(self, operation: str, units: float) -> None:
        """Count one call, or its part on one table."""
        if operation in _READS:
            self.read += units
        else:
            self.write += units
        self.calls += 1
