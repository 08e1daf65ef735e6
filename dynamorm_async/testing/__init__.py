"""What tests need: engines on this machine, mocks, factories, a recorder.

Names load on first use, as those of `dynamorm_async` do; `__init__.pyi` is their typed
view.
"""

from importlib import import_module

_EXPORTS = {
    "comparing": ("ANY", "matching"),
    "db_factories": (
        "ConfigurableMockDBFactory",
        "DBFactory",
        "DefaultDBFactory",
        "MockDBFactory",
        "SimpleMockFactory",
        "TestDBFactory",
    ),
    "engines": ("Engine", "start_engine"),
    "expectations": (
        "Expectation",
        "UnexpectedCallError",
        "UnknownMethodError",
        "UnmetExpectationsError",
    ),
    "expected": ("QueryChain", "TestDB"),
    "factories": ("ModelFactory", "model_factory"),
    "local": ("local_dynamodb",),
    "mock_blocks": ("MockBatchWriter", "MockTransaction"),
    "mock_database": ("MockDB", "MockExtendedDB"),
    "recording": ("RecordingTransport", "record"),
    "requests": ("Request", "Requests"),
    "scenarios": ("CommonScenarios",),
    "scripted": ("ScriptedTransport", "ok", "refusal"),
    "mocks": ("MockQuery", "MockUpdateBuilder"),
}
_HOME = {name: module for module, names in _EXPORTS.items() for name in names}

__all__ = sorted(_HOME)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
