"""The context of an invocation, as the tests here need it."""


class Remaining:
    """A context with so many milliseconds left."""

    def __init__(self, milliseconds: int = 30_000) -> None:
        self.milliseconds = milliseconds

    def get_remaining_time_in_millis(self) -> int:
        """What is left."""
        return self.milliseconds
