"""Signatures: equal to botocore's, whatever is signed."""

from datetime import UTC, datetime
from hmac import digest
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from dynamorm_async.transport.signing import (
    CONTENT_TYPE,
    authorization,
    keyed_hash,
    signer_of_day,
)
from dynamorm_async.transport.writing import amz_date

KEY_CHARACTERS = st.characters(min_codepoint=0x21, max_codepoint=0x7E)
HOSTS = st.from_regex(r"[a-z][a-z0-9-]{0,20}(\.[a-z0-9]{1,9}){0,3}", fullmatch=True)
NETLOCS = st.one_of(
    HOSTS,
    st.builds("{}:{}".format, HOSTS, st.integers(1024, 65535)),
    st.builds("[::1]:{}".format, st.integers(1024, 65535)),
)


@given(
    payload=st.binary(max_size=300),
    netloc=NETLOCS,
    region=st.from_regex(r"[a-z]{2}-[a-z]{4,9}-[1-9]", fullmatch=True),
    secret=st.text(min_size=1, max_size=60),
    token=st.none() | st.text(KEY_CHARACTERS, min_size=1),
    operation=st.sampled_from(["GetItem", "TransactWriteItems"]),
    when=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)),  # noqa: DTZ001 # made aware below
)
def test_a_signature_is_botocores(
    payload: bytes,
    netloc: str,
    region: str,
    secret: str,
    token: str | None,
    operation: str,
    when: datetime,
) -> None:
    when = when.replace(tzinfo=UTC)
    date = amz_date(int(when.timestamp()))
    target = f"DynamoDB_20120810.{operation}"
    ours = authorization(
        payload,
        access_key_id="AKIDEXAMPLE",
        secret_access_key=secret,
        session_token=token,
        region=region,
        host=netloc,
        target=target,
        date=date,
    )
    headers = {"Content-Type": CONTENT_TYPE, "X-Amz-Target": target}
    request: Any = AWSRequest("POST", f"http://{netloc}/", headers, payload)
    signer = SigV4Auth(Credentials("AKIDEXAMPLE", secret, token), "dynamodb", region)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.auth.get_current_datetime", lambda: when, raising=True)
        signer.add_auth(request)
    assert request.headers["X-Amz-Date"] == date
    assert ours == request.headers["Authorization"]


@given(key=st.binary(max_size=64), text=st.binary())
def test_a_keyed_hash_is_that_of_the_standard_library(key: bytes, text: bytes) -> None:
    assert keyed_hash(key)(text) == digest(key, text, "sha256").hex()


def test_the_key_of_a_day_is_made_once() -> None:
    first = signer_of_day("secret", "20261122", "eu-west-1")
    assert signer_of_day("secret", "20261122", "eu-west-1") is first
    assert signer_of_day("secret", "20261123", "eu-west-1") is not first
