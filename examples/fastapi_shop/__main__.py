"""Serve the shop on this machine, on a DynamoDB that starts empty and ends with it."""

import argparse
import secrets
from functools import partial

import uvicorn

from dynamorm_async.testing import local_dynamodb

from .app import create_app


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m examples.fastapi_shop")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--engine", default="moto", help="moto, dynoxide or dynalite")
    said = parser.parse_args()
    opens = partial(
        local_dynamodb, engine=said.engine, cursor_secret=secrets.token_bytes(32)
    )
    uvicorn.run(create_app(opens), port=said.port)


if __name__ == "__main__":
    main()
