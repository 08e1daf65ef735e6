"""Members to test with."""

from points import Member

from dynamorm_async.testing import ModelFactory


class MemberFactory(ModelFactory[Member]):
    """Members of one city, each with more points than the one before."""

    city = "Ulm"

    @classmethod
    def name(cls) -> str:
        """A name that looks like one."""
        return cls.__faker__.first_name()
