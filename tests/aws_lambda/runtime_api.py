"""Lambda's Runtime API, and a function that runs against it in a process of its own.

The endpoints are those of "Using the Lambda runtime API" in AWS's developer guide.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from queue import Queue
from threading import Event, Thread
from typing import Any

import pytest
from attrs import frozen

from tests.aws_lambda.line import QuietServer

needs_runtime = pytest.mark.skipif(
    find_spec("awslambdaric") is None, reason="awslambdaric comes for Linux only"
)

ROOT = Path(__file__).parents[2]
PATH = "/2018-06-01/runtime/"
WHOLE = ("init/error", "restore/error")
PATIENCE = 15.0
"""Seconds that a function may take for anything."""


@frozen
class Outcome:
    """What a function posted: to which endpoint, and what."""

    endpoint: str
    body: Any
    seconds: float = 0.0

    @property
    def result(self) -> Any:
        """What the handler returned."""
        assert self.endpoint == "response", self.body
        return self.body

    @property
    def error(self) -> tuple[str, str]:
        """The type and the message of what it raised."""
        assert self.endpoint == "error", self.body
        return self.body["errorType"], self.body["errorMessage"]


class RuntimeApi:
    """Hands out one invocation at a time, and takes what becomes of it."""

    def __init__(self) -> None:
        self.invocations: Queue[tuple[dict[str, str], bytes] | None] = Queue()
        self.outcomes: Queue[Outcome] = Queue()
        self.is_snapshot_taken = Event()
        self.is_restored = Event()
        self._numbers = count(1)
        self._server = QuietServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._server.server_port}"

    def invoke(self, event: Any, *, seconds: float, trace: str | None) -> Outcome:
        """Have an event handled, by a function with a timeout of so many seconds."""
        now = time.time()
        headers = {
            "Lambda-Runtime-Aws-Request-Id": f"request-{next(self._numbers)}",
            "Lambda-Runtime-Deadline-Ms": str(int((now + seconds) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:x:1:function:notes",
            **({"Lambda-Runtime-Trace-Id": trace} if trace else {}),
        }
        self.invocations.put((headers, json.dumps(event).encode()))
        found = self.outcomes.get(timeout=PATIENCE)
        return Outcome(found.endpoint, found.body, time.time() - now)

    def close(self) -> None:
        """Stop serving; who waits for an invocation gets none."""
        self.invocations.put(None)
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # a reply in two packets waits 40 ms for the second

            def do_GET(self) -> None:
                if self.path == f"{PATH}restore/next":
                    api.is_snapshot_taken.set()
                    api.is_restored.wait(PATIENCE)
                    self._answer(200, {}, b"")
                    return
                found = api.invocations.get()
                if found is None:
                    self.close_connection = True
                    return
                self._answer(200, *found)

            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                where = self.path.removeprefix(PATH)
                endpoint = where if where in WHOLE else where.split("/")[-1]
                self._answer(202, {}, b"")
                api.outcomes.put(Outcome(endpoint, json.loads(raw)))

            def _answer(self, status: int, headers: dict[str, str], raw: bytes) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)
                self.wfile.flush()

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        return Handler


class Function:
    """A handler under the runtime that Lambda uses, `awslambdaric`."""

    def __init__(
        self,
        handler: str,
        environment: Mapping[str, str],
        cwd: Path = ROOT,
        *flags: str,
    ) -> None:
        self.api = RuntimeApi()
        self._process = subprocess.Popen(
            [sys.executable, *flags, "-m", "awslambdaric", handler],
            cwd=cwd,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={
                "PATH": os.environ.get("PATH", ""),
                "PYTHONPATH": str(ROOT),
                "LAMBDA_TASK_ROOT": str(cwd),
                "AWS_LAMBDA_RUNTIME_API": self.api.address,
                "AWS_LAMBDA_FUNCTION_NAME": "notes",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
                "AWS_REGION": "us-east-1",
                "AWS_ACCESS_KEY_ID": "local",
                "AWS_SECRET_ACCESS_KEY": "local",
                "AWS_CONFIG_FILE": os.devnull,
                "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
                **environment,
            },
        )

    def invoke(
        self, event: Any, *, seconds: float = PATIENCE, trace: str | None = None
    ) -> Outcome:
        """Have an event handled; returns when the function has posted what came of it.

        The request that posts it may still be on its way out.
        """
        return self.api.invoke(event, seconds=seconds, trace=trace)

    def freeze(self) -> None:
        """Stop the process, as Lambda does between invocations."""
        self._process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED)

    def thaw(self) -> None:
        """Let it go on."""
        self._process.send_signal(signal.SIGCONT)

    def begins_snapshot(self) -> None:
        """Returns when the process is as SnapStart stores it."""
        assert self.api.is_snapshot_taken.wait(PATIENCE)

    def restore(self) -> None:
        """Let it go on from its snapshot."""
        self.api.is_restored.set()

    def wait(self) -> tuple[int, str]:
        """The exit code, and all that was printed, once it has ended by itself."""
        printed, _ = self._process.communicate(timeout=PATIENCE)
        return self._process.returncode, printed

    def close(self) -> str:
        """End it.  Returns all that it has printed."""
        self._process.kill()
        printed, _ = self._process.communicate()
        self.api.close()
        return printed
