"""Values that are set once: light, for a dataclass takes a millisecond to define."""

from typing import NoReturn


class Frozen:
    """A value; what it holds is in `vars()` of it, or else what its class says."""

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is frozen: {name} stays as it is")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is frozen: {name} stays as it is")
