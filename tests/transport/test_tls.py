"""Secure connections: whom the direct transport trusts."""

import ssl
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dynamorm_async.config import Config, Credentials
from dynamorm_async.errors import ConfigurationError
from dynamorm_async.transport import tls
from dynamorm_async.transport.direct import DirectTransport

from .fault_server import Act, FaultServers, checked

KEY = Credentials(access_key_id="local", secret_access_key="local")
OK = Act([checked(b"{}")])
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of this machine, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(NAME)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(alternative, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def secure(certificate: Path) -> ssl.SSLContext:
    """How a server shows that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
async def make() -> AsyncIterator[Callable[[str], DirectTransport]]:
    """Makes transports, and closes them."""
    made: list[DirectTransport] = []

    def make(url: str) -> DirectTransport:
        url = url.replace("http:", "https:")
        config = Config(endpoint_url=url, region="us-east-1", credentials=KEY)
        made.append(DirectTransport(config))
        return made[-1]

    yield make
    for each in made:
        await each.aclose()


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
async def test_a_bundle_of_ones_own_is_trusted(
    make: Callable[[str], DirectTransport],
    serving: FaultServers,
    secure: ssl.SSLContext,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
) -> None:
    monkeypatch.setenv(variable, str(certificate))
    big = Act([checked(b'{"x": "%b"}' % (b"y" * 500_000))])
    server = serving([OK, big, Act(end="close")], [OK], tls=secure)
    transport = make(server.url)
    sizes = [len(str((await transport.send("GetItem", {})).body)) for _ in range(3)]
    assert sizes == [2, 500_009, 2]
    assert server.connections == 2


async def test_a_stranger_is_not_trusted(
    make: Callable[[str], DirectTransport],
    serving: FaultServers,
    secure: ssl.SSLContext,
) -> None:
    server = serving([OK], tls=secure)
    with pytest.raises(ConfigurationError, match=r"no secure connection .*AWS_CA_BUND"):
        await make(server.url).send("GetItem", {})
    assert server.requests == []


async def test_the_right_certificate_of_another_host_is_not_trusted(
    make: Callable[[str], DirectTransport],
    serving: FaultServers,
    secure: ssl.SSLContext,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate))
    server = serving([OK], tls=secure)
    with pytest.raises(ConfigurationError, match="no secure connection to https://loc"):
        await make(server.url.replace("127.0.0.1", "localhost")).send("GetItem", {})


async def test_a_server_without_tls_is_no_secure_connection(
    make: Callable[[str], DirectTransport], serving: FaultServers
) -> None:
    server = serving([Act([b"HTTP/1.1 400 Bad Request\r\n\r\n"], end="close")])
    with pytest.raises(Exception, match=r"no (secure )?connection to https://127"):
        await make(server.url).send("GetItem", {})


def test_a_bundle_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.pem")
    with pytest.raises(ConfigurationError, match="AWS_CA_BUNDLE: no certificates can"):
        tls.context_of({"AWS_CA_BUNDLE": missing})


def test_a_bundle_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("nothing")
    with pytest.raises(ConfigurationError, match="REQUESTS_CA_BUNDLE: no certificates"):
        tls.context_of({"REQUESTS_CA_BUNDLE": str(tmp_path / "empty.pem")})


def test_a_context_is_made_once_and_verifies() -> None:
    context = tls.context_of({})
    assert tls.context_of({}) is context
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_without_certificates_of_the_system_those_of_botocore_are_trusted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paths: Any = ssl.get_default_verify_paths()
    monkeypatch.setattr(
        ssl,
        "get_default_verify_paths",
        lambda: paths._replace(cafile=None, capath=None),
    )
    tls._context.cache_clear()
    context = tls.context_of({})
    tls._context.cache_clear()
    assert context.cert_store_stats()["x509_ca"] > 100


def test_a_directory_of_certificates_is_a_bundle(tmp_path: Path) -> None:
    assert tls.context_of({"AWS_CA_BUNDLE": str(tmp_path)}).verify_mode
