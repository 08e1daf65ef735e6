"""dynamorm_async with its other transport, for who needs botocore's hooks."""

from . import dynamorm

told = dynamorm.told


class Driver(dynamorm.Driver):
    """The same over aiobotocore."""

    transport = "aiobotocore"
