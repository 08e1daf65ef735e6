"""Whom to trust: the TLS context of this process."""

import os
import ssl
from collections.abc import Mapping
from functools import lru_cache

from ..errors import ConfigurationError

_VARIABLES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE")


def context_of(environment: Mapping[str, str]) -> ssl.SSLContext:
    """The context that verifies with these settings, made once per process.

    Making one reads some hundred certificates, about 20 ms: not on the event loop.
    Raises `ConfigurationError` for a bundle that cannot be read.
    """
    for variable in _VARIABLES:
        bundle = environment.get(variable)
        if bundle:
            try:
                return _context(bundle)
            except OSError as error:  # that of ssl included
                raise ConfigurationError(
                    f"{variable}: no certificates can be read from {bundle!r}"
                ) from error
    return _context(None)


@lru_cache(maxsize=4)
def _context(bundle: str | None) -> ssl.SSLContext:
    if bundle is None:
        bundle = None if _system_has_certificates() else _bundle_of_botocore()
    if bundle is not None and os.path.isdir(bundle):
        return ssl.create_default_context(capath=bundle)
    return ssl.create_default_context(cafile=bundle)


def _system_has_certificates() -> bool:
    paths = ssl.get_default_verify_paths()
    return bool(paths.cafile or paths.capath) or os.name == "nt"


def _bundle_of_botocore() -> str | None:
    """The certificates that come with botocore, which this need not load."""
    # Loads more than all the rest of this module, and is needed on few machines.
    from importlib.util import find_spec

    found = find_spec("botocore")
    if found is None or found.origin is None:
        return None
    return os.path.join(os.path.dirname(found.origin), "cacert.pem")
