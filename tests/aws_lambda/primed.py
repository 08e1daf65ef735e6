"""A function that reads once in its init phase, as is advised for SnapStart."""

from tests.aws_lambda.functions import handler

__all__ = ["handler"]

handler({"do": "read", "owner": "ann"}, None)
