"""Signature version 4 of a request to DynamoDB, as AWS documents it.  Pure."""

from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from hmac import digest

CONTENT_TYPE = "application/x-amz-json-1.0"
SERVICE = "dynamodb"

_BLOCK = 64
"""The block size of SHA-256, in bytes."""

_INNER = bytes(byte ^ 0x36 for byte in range(256))
_OUTER = bytes(byte ^ 0x5C for byte in range(256))
"""The paddings of HMAC (RFC 2104), as tables for `bytes.translate`."""


def authorization(
    payload: bytes,
    *,
    access_key_id: str,
    secret_access_key: str,
    session_token: str | None,
    region: str,
    host: str,
    target: str,
    date: str,
) -> str:
    """The `Authorization` header of `POST /` with these headers and this payload.

    `date` is the `X-Amz-Date`, such as "20261122T090000Z"; `target` the `X-Amz-Target`.
    Step by step the "Create a signed AWS API request" of the IAM User Guide.
    """
    # 1. The canonical request.
    if session_token is None:
        token = ""
        signed = "content-type;host;x-amz-date;x-amz-target"
    else:
        token = f"x-amz-security-token:{session_token}\n"
        signed = "content-type;host;x-amz-date;x-amz-security-token;x-amz-target"
    canonical = (
        f"POST\n/\n\ncontent-type:{CONTENT_TYPE}\nhost:{host}\nx-amz-date:{date}\n"
        f"{token}x-amz-target:{target}\n\n{signed}\n{sha256(payload).hexdigest()}"
    )

    # 2. and 3. Its hash, in the string to sign.
    day = date[:8]
    scope = f"{day}/{region}/{SERVICE}/aws4_request"
    hashed = sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{date}\n{scope}\n{hashed}"

    # 4. The signature, with the key of the day.
    signature = signer_of_day(secret_access_key, day, region)(text.encode())

    # 5. The header.
    return (
        f"AWS4-HMAC-SHA256 Credential={access_key_id}/{scope}, "
        f"SignedHeaders={signed}, Signature={signature}"
    )


@lru_cache(maxsize=64)
def signer_of_day(
    secret_access_key: str, day: str, region: str
) -> Callable[[bytes], str]:
    """Signs for one day, region and key: text to a signature in hexadecimal."""
    key = f"AWS4{secret_access_key}".encode()
    for part in (day, region, SERVICE, "aws4_request"):
        key = digest(key, part.encode(), "sha256")
    return keyed_hash(key)


def keyed_hash(key: bytes) -> Callable[[bytes], str]:
    """HMAC-SHA256 with this key of at most 64 bytes, in hexadecimal.

    The state after the padded key is kept, which halves the cost of `hmac.digest`.
    """
    padded = key.ljust(_BLOCK, b"\0")
    inner, outer = sha256(padded.translate(_INNER)), sha256(padded.translate(_OUTER))

    def sign(text: bytes) -> str:
        within = inner.copy()
        within.update(text)
        around = outer.copy()
        around.update(within.digest())
        return around.hexdigest()

    return sign
