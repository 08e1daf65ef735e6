"""The keys of a role, from AWS's Security Token Service.  Loads aiobotocore."""

from collections.abc import Mapping
from typing import Any

import anyio
from botocore.exceptions import BotoCoreError, ClientError

from ..config import Config, Credentials
from ..errors import CredentialsError, TransportError
from .failures import failure_of
from .roles import TemporaryKey
from .session import create_client, create_session, prepare_client
from .unlogged import unlogged


def prepare(config: Config) -> None:
    """Read what assuming a role will need; it may block, and asks nobody yet."""
    prepare_client(config, "sts")


async def assume_role(
    config: Config, request: Mapping[str, Any], doing: str
) -> TemporaryKey:
    """A key of the role that `request` names, asked for with the key of `config`.

    Raises `CredentialsError`, whatever the reason; it names `doing`, and no role.
    """
    try:
        return _key_in(await _ask(config, request))
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code")
        raise CredentialsError(
            f"{doing}: {error.operation_name} was refused ({code}); check role_arn and "
            "external_id, the trust policy of the role, and sts:AssumeRole of the base "
            "account"
        ) from error
    except BotoCoreError as error:
        failure = failure_of(error, doing)
        if not isinstance(failure, TransportError):
            raise failure from failure.__cause__
        raise CredentialsError(str(failure)) from failure
    except KeyError as error:  # botocore too takes an answer for one of STS
        raise CredentialsError(
            f"{doing}: the answer holds no credentials; check AWS_ENDPOINT_URL_STS"
        ) from error


async def _ask(config: Config, request: Mapping[str, Any]) -> Any:
    session = await create_session(config)
    # Made for one call, so that nothing is open in the hour until the next.
    client = await create_client(session, "sts", config)
    try:
        with unlogged():
            return await client.assume_role(**request)
    finally:
        with anyio.CancelScope(shield=True):
            await client.close()


def _key_in(answer: Any) -> TemporaryKey:
    found = answer["Credentials"]
    key = Credentials(
        access_key_id=found["AccessKeyId"],
        secret_access_key=found["SecretAccessKey"],
        session_token=found["SessionToken"],
    )
    return TemporaryKey(key, found["Expiration"])
