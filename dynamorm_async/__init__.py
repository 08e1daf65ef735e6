"""An async-first DynamoDB ORM: typed models and an awaitable query builder.

Names load on first use, so that describing models starts no event loop and no TLS.
`__init__.pyi` is the typed view of this table; a test keeps the two equal.
"""

from importlib import import_module

_EXPORTS = {
    "accounts": ("AccountConfig", "MultiAccountDB"),
    "aws_lambda.benchmark": ("ColdStart", "benchmark_cold_start"),
    "aws_lambda.database": ("LambdaDB", "lambda_init"),
    "aws_lambda.environment": (
        "MemoryStats",
        "get_memory_stats",
        "get_remaining_time_millis",
        "is_lambda",
        "lambda_memory_mb",
        "xray_enabled",
    ),
    "compiler.tables.descriptions": (
        "IndexDescription",
        "KeyDescription",
        "TableDescription",
    ),
    "compiler.tables.options": ("IndexOptions", "TableOptions"),
    "compiler.tables.steps": ("TableDrift", "TableStep"),
    "config": (
        "Config",
        "Credentials",
        "CredentialsSource",
        "RetryPolicy",
    ),
    "database": ("Database",),
    "errors": (
        "AccessDeniedError",
        "BatchError",
        "BatchTimeoutError",
        "CancellationReason",
        "ConditionFailedError",
        "ConfigurationError",
        "CredentialsError",
        "DeadlineExceededError",
        "DuplicatePrimaryKeyError",
        "DynamORMError",
        "EmptyValueError",
        "EncryptionError",
        "FieldNotLoadedError",
        "IndexNotFoundError",
        "InvalidCursorError",
        "InvalidFieldError",
        "InvalidModelError",
        "InvalidOperatorError",
        "InvalidPrimaryKeyError",
        "InvalidValueError",
        "ItemNotFoundError",
        "ItemShapeError",
        "ItemTooLargeError",
        "LambdaBatchTimeoutError",
        "LambdaTimeoutError",
        "MissingPrimaryKeyError",
        "MultipleItemsError",
        "NotAConditionError",
        "QueryError",
        "RequestRejectedError",
        "ScanWarning",
        "ServiceError",
        "TableInUseError",
        "TableNotFoundError",
        "TaskLeakError",
        "ThrottledError",
        "TransactionCanceledError",
        "TransportError",
        "UnknownAccountError",
        "UnknownFieldError",
        "UnsupportedTypeError",
        "VersionConflictError",
    ),
    "errors.upkeep": (
        "ImportRowError",
        "MigrationError",
        "StalePlanError",
        "TableDriftError",
    ),
    "execution.capacity": ("measured_capacity",),
    "execution.hooks": ("Call", "Hooks"),
    "exports.exporting": ("export_items",),
    "exports.importing": ("import_items",),
    "exports.progress": (
        "ExportReport",
        "ImportReport",
        "TransferProgress",
    ),
    "expressions.conditions": ("Condition",),
    "expressions.paths": ("Path",),
    "migrations": ("transforms",),
    "migrations.options": ("MigrationOptions",),
    "migrations.report": ("MigrationProgress", "MigrationReport", "Verification"),
    "migrations.transforms": ("ItemTransform",),
    "protocols.databases": ("DB", "ExtendedDB"),
    "protocols.queries": ("QueryLike",),
    "protocols.updates": ("UpdateBuilderLike",),
    "query.grouping": ("GroupBy",),
    "query.groups": ("GroupResult",),
    "query.query": ("Query",),
    "query.updating": ("UpdateBuilder",),
    "schema.fields": (
        "created_at",
        "field",
        "gsi",
        "lsi",
        "partition_key",
        "sort_key",
        "ttl",
        "updated_at",
        "version",
    ),
    "schema.hooks": (
        "after_create",
        "after_delete",
        "after_load",
        "after_save",
        "after_update",
        "before_create",
        "before_delete",
        "before_load",
        "before_save",
        "before_update",
    ),
    "schema.model": ("Attr", "Model"),
    "streams": ("StreamChange", "parse_stream", "process_stream"),
    "tables.plan": ("TablePlan",),
    "tables.progress": ("AppliedPlan", "StepProgress"),
    "transactions": ("Transaction",),
    "transport.choice": ("transport_of",),
    "wire": ("CompiledQuery", "PaginatedResult", "Reply", "Transport"),
    "wire.capacity": ("Capacity",),
    "wire.data_keys": ("DataKey", "KeyService"),
    "wire.segments": ("SegmentedRows",),
}
_HOME = {name: module for module, names in _EXPORTS.items() for name in names}

__all__ = sorted(_HOME)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value  # from now on an ordinary global
    return value


def __dir__() -> list[str]:
    return __all__
