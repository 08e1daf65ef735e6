"""What a profile says, as botocore reads it.  Loads botocore."""

from asyncio import to_thread
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError

from ..config import Config
from .endpoint import Profile
from .failures import failure_of
from .session import create_session


async def read_profile(config: Config) -> Profile:
    """The profile in use.

    Raises `ConfigurationError` for one that is not there, or where no region is known.
    """
    try:
        session = await create_session(config)
        found: Mapping[str, Any] = await to_thread(session.get_scoped_config)
    except BotoCoreError as error:
        failure = failure_of(error, "connecting")
        raise failure from failure.__cause__
    region: Any = session.get_config_variable("region")
    return Profile(region, frozenset(found))
