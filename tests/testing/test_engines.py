"""Engines start empty on a free port, say why if they do not, and leave nothing."""

import sys
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import boto3
import pytest

from dynamorm_async.errors import ConfigurationError, TransportError
from dynamorm_async.testing import start_engine
from dynamorm_async.testing.moto_server import LIST_TABLES
from dynamorm_async.testing.processes import Program, answers, start_program


def client_of(url: str) -> Any:
    return boto3.client(
        "dynamodb",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


def python_program(*arguments: str) -> Program:
    return Program(
        name="snake",
        variable="DYNAMORM_SNAKE",
        pattern="snake/bin",
        arguments=arguments,
        package="snake",
    )


def test_two_moto_engines_share_no_tables() -> None:
    with start_engine("moto") as first, start_engine("moto") as second:
        clients = client_of(first.url), client_of(second.url)
        clients[0].create_table(
            TableName="notes",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        assert [each.list_tables()["TableNames"] for each in clients] == [["notes"], []]
        for each in clients:
            each.close()


def test_moto_says_its_name_once_as_development_mode_demands() -> None:
    with start_engine("moto") as engine:
        connection = HTTPConnection(engine.url.removeprefix("http://"))
        connection.request("POST", "/", body="{}", headers=LIST_TABLES)
        names = [name.lower() for name, _ in connection.getresponse().getheaders()]
        connection.close()
    assert sorted(names) == sorted(set(names))


def test_moto_writes_nothing_to_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with start_engine("moto") as engine:
        client = client_of(engine.url)
        client.list_tables()
        client.close()
    assert capfd.readouterr() == ("", "")


def test_a_closed_engine_no_longer_answers() -> None:
    engine = start_engine("moto")
    assert answers(port_of(engine.url))
    engine.close()
    engine.close()
    assert not answers(port_of(engine.url))
    assert repr(engine) == f"<Engine moto at {engine.url}, closed>"


def test_an_engine_given_by_its_url_goes_on_when_it_is_closed() -> None:
    with start_engine("moto") as running:
        with start_engine(running.url) as same:
            assert (same.url, same.is_shared) == (running.url, True)
        assert answers(port_of(running.url))


def test_an_unknown_engine_is_answered_with_those_there_are() -> None:
    with pytest.raises(
        ConfigurationError, match="moto, dynoxide, dynalite, or the URL"
    ):
        start_engine("dynamo")


@pytest.mark.parametrize("name", ["dynoxide", "dynalite"])
def test_an_engine_that_is_not_installed_says_how_to_install_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(f"DYNAMORM_{name.upper()}", raising=False)
    with pytest.raises(ConfigurationError, match=f"npm install .*{name}|@dynoxide"):
        start_engine(name)


def test_a_program_is_ready_when_its_start_returns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DYNAMORM_SNAKE", sys.executable)
    program = python_program("-m", "http.server", "--bind", "127.0.0.1", "{port}")
    url, stop = start_program(program)
    assert answers(port_of(url))
    stop()
    assert not answers(port_of(url))


def test_a_program_that_ends_instead_of_starting_is_quoted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DYNAMORM_SNAKE", sys.executable)
    program = python_program("-c", "raise SystemExit('no room on {port}')")
    with pytest.raises(TransportError, match=r"exit code 1 .*: no room on \d+$"):
        start_program(program)


def test_a_path_to_nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DYNAMORM_SNAKE", "/nowhere/snake")
    with pytest.raises(ConfigurationError, match="/nowhere/snake: No such file"):
        start_program(python_program())


def test_a_script_is_run_by_its_runner_or_says_that_it_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DYNAMORM_DYNALITE", "cli.js")
    with pytest.raises(ConfigurationError, match="runs on node, which is not on"):
        start_engine("dynalite")
