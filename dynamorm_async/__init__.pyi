from .accounts import AccountConfig as AccountConfig
from .accounts import MultiAccountDB as MultiAccountDB
from .aws_lambda.benchmark import ColdStart as ColdStart
from .aws_lambda.benchmark import benchmark_cold_start as benchmark_cold_start
from .aws_lambda.database import LambdaDB as LambdaDB
from .aws_lambda.database import lambda_init as lambda_init
from .aws_lambda.environment import MemoryStats as MemoryStats
from .aws_lambda.environment import get_memory_stats as get_memory_stats
from .aws_lambda.environment import (
    get_remaining_time_millis as get_remaining_time_millis,
)
from .aws_lambda.environment import is_lambda as is_lambda
from .aws_lambda.environment import lambda_memory_mb as lambda_memory_mb
from .aws_lambda.environment import xray_enabled as xray_enabled
from .compiler.tables.descriptions import IndexDescription as IndexDescription
from .compiler.tables.descriptions import KeyDescription as KeyDescription
from .compiler.tables.descriptions import TableDescription as TableDescription
from .compiler.tables.options import IndexOptions as IndexOptions
from .compiler.tables.options import TableOptions as TableOptions
from .compiler.tables.steps import TableDrift as TableDrift
from .compiler.tables.steps import TableStep as TableStep
from .config import Config as Config
from .config import Credentials as Credentials
from .config import CredentialsSource as CredentialsSource
from .config import RetryPolicy as RetryPolicy
from .database import Database as Database
from .errors import AccessDeniedError as AccessDeniedError
from .errors import BatchError as BatchError
from .errors import BatchTimeoutError as BatchTimeoutError
from .errors import CancellationReason as CancellationReason
from .errors import ConditionFailedError as ConditionFailedError
from .errors import ConfigurationError as ConfigurationError
from .errors import CredentialsError as CredentialsError
from .errors import DeadlineExceededError as DeadlineExceededError
from .errors import DuplicatePrimaryKeyError as DuplicatePrimaryKeyError
from .errors import DynamORMError as DynamORMError
from .errors import EmptyValueError as EmptyValueError
from .errors import EncryptionError as EncryptionError
from .errors import FieldNotLoadedError as FieldNotLoadedError
from .errors import IndexNotFoundError as IndexNotFoundError
from .errors import InvalidCursorError as InvalidCursorError
from .errors import InvalidFieldError as InvalidFieldError
from .errors import InvalidModelError as InvalidModelError
from .errors import InvalidOperatorError as InvalidOperatorError
from .errors import InvalidPrimaryKeyError as InvalidPrimaryKeyError
from .errors import InvalidValueError as InvalidValueError
from .errors import ItemNotFoundError as ItemNotFoundError
from .errors import ItemShapeError as ItemShapeError
from .errors import ItemTooLargeError as ItemTooLargeError
from .errors import LambdaBatchTimeoutError as LambdaBatchTimeoutError
from .errors import LambdaTimeoutError as LambdaTimeoutError
from .errors import MissingPrimaryKeyError as MissingPrimaryKeyError
from .errors import MultipleItemsError as MultipleItemsError
from .errors import NotAConditionError as NotAConditionError
from .errors import QueryError as QueryError
from .errors import RequestRejectedError as RequestRejectedError
from .errors import ScanWarning as ScanWarning
from .errors import ServiceError as ServiceError
from .errors import TableInUseError as TableInUseError
from .errors import TableNotFoundError as TableNotFoundError
from .errors import TaskLeakError as TaskLeakError
from .errors import ThrottledError as ThrottledError
from .errors import TransactionCanceledError as TransactionCanceledError
from .errors import TransportError as TransportError
from .errors import UnknownAccountError as UnknownAccountError
from .errors import UnknownFieldError as UnknownFieldError
from .errors import UnsupportedTypeError as UnsupportedTypeError
from .errors import VersionConflictError as VersionConflictError
from .errors.upkeep import ImportRowError as ImportRowError
from .errors.upkeep import MigrationError as MigrationError
from .errors.upkeep import StalePlanError as StalePlanError
from .errors.upkeep import TableDriftError as TableDriftError
from .execution.capacity import measured_capacity as measured_capacity
from .execution.hooks import Call as Call
from .execution.hooks import Hooks as Hooks
from .exports.exporting import export_items as export_items
from .exports.importing import import_items as import_items
from .exports.progress import ExportReport as ExportReport
from .exports.progress import ImportReport as ImportReport
from .exports.progress import TransferProgress as TransferProgress
from .expressions.conditions import Condition as Condition
from .expressions.paths import Path as Path
from .migrations import transforms as transforms
from .migrations.options import MigrationOptions as MigrationOptions
from .migrations.report import MigrationProgress as MigrationProgress
from .migrations.report import MigrationReport as MigrationReport
from .migrations.report import Verification as Verification
from .migrations.transforms import ItemTransform as ItemTransform
from .protocols.databases import DB as DB
from .protocols.databases import ExtendedDB as ExtendedDB
from .protocols.queries import QueryLike as QueryLike
from .protocols.updates import UpdateBuilderLike as UpdateBuilderLike
from .query.grouping import GroupBy as GroupBy
from .query.groups import GroupResult as GroupResult
from .query.query import Query as Query
from .query.updating import UpdateBuilder as UpdateBuilder
from .schema.fields import created_at as created_at
from .schema.fields import field as field
from .schema.fields import gsi as gsi
from .schema.fields import lsi as lsi
from .schema.fields import partition_key as partition_key
from .schema.fields import sort_key as sort_key
from .schema.fields import ttl as ttl
from .schema.fields import updated_at as updated_at
from .schema.fields import version as version
from .schema.hooks import after_create as after_create
from .schema.hooks import after_delete as after_delete
from .schema.hooks import after_load as after_load
from .schema.hooks import after_save as after_save
from .schema.hooks import after_update as after_update
from .schema.hooks import before_create as before_create
from .schema.hooks import before_delete as before_delete
from .schema.hooks import before_load as before_load
from .schema.hooks import before_save as before_save
from .schema.hooks import before_update as before_update
from .schema.model import Attr as Attr
from .schema.model import Model as Model
from .streams import StreamChange as StreamChange
from .streams import parse_stream as parse_stream
from .streams import process_stream as process_stream
from .tables.plan import TablePlan as TablePlan
from .tables.progress import AppliedPlan as AppliedPlan
from .tables.progress import StepProgress as StepProgress
from .transactions import Transaction as Transaction
from .transport.choice import transport_of as transport_of
from .wire import CompiledQuery as CompiledQuery
from .wire import PaginatedResult as PaginatedResult
from .wire import Reply as Reply
from .wire import Transport as Transport
from .wire.capacity import Capacity as Capacity
from .wire.data_keys import DataKey as DataKey
from .wire.data_keys import KeyService as KeyService
from .wire.segments import SegmentedRows as SegmentedRows

__all__ = [
    "DB",
    "AccessDeniedError",
    "AccountConfig",
    "AppliedPlan",
    "Attr",
    "BatchError",
    "BatchTimeoutError",
    "Call",
    "CancellationReason",
    "Capacity",
    "ColdStart",
    "CompiledQuery",
    "Condition",
    "ConditionFailedError",
    "Config",
    "ConfigurationError",
    "Credentials",
    "CredentialsError",
    "CredentialsSource",
    "DataKey",
    "Database",
    "DeadlineExceededError",
    "DuplicatePrimaryKeyError",
    "DynamORMError",
    "EmptyValueError",
    "EncryptionError",
    "ExportReport",
    "ExtendedDB",
    "FieldNotLoadedError",
    "GroupBy",
    "GroupResult",
    "Hooks",
    "ImportReport",
    "ImportRowError",
    "IndexDescription",
    "IndexNotFoundError",
    "IndexOptions",
    "InvalidCursorError",
    "InvalidFieldError",
    "InvalidModelError",
    "InvalidOperatorError",
    "InvalidPrimaryKeyError",
    "InvalidValueError",
    "ItemNotFoundError",
    "ItemShapeError",
    "ItemTooLargeError",
    "ItemTransform",
    "KeyDescription",
    "KeyService",
    "LambdaBatchTimeoutError",
    "LambdaDB",
    "LambdaTimeoutError",
    "MemoryStats",
    "MigrationError",
    "MigrationOptions",
    "MigrationProgress",
    "MigrationReport",
    "MissingPrimaryKeyError",
    "Model",
    "MultiAccountDB",
    "MultipleItemsError",
    "NotAConditionError",
    "PaginatedResult",
    "Path",
    "Query",
    "QueryError",
    "QueryLike",
    "Reply",
    "RequestRejectedError",
    "RetryPolicy",
    "ScanWarning",
    "SegmentedRows",
    "ServiceError",
    "StalePlanError",
    "StepProgress",
    "StreamChange",
    "TableDescription",
    "TableDrift",
    "TableDriftError",
    "TableInUseError",
    "TableNotFoundError",
    "TableOptions",
    "TablePlan",
    "TableStep",
    "TaskLeakError",
    "ThrottledError",
    "Transaction",
    "TransactionCanceledError",
    "TransferProgress",
    "Transport",
    "TransportError",
    "UnknownAccountError",
    "UnknownFieldError",
    "UnsupportedTypeError",
    "UpdateBuilder",
    "UpdateBuilderLike",
    "Verification",
    "VersionConflictError",
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
    "benchmark_cold_start",
    "created_at",
    "export_items",
    "field",
    "get_memory_stats",
    "get_remaining_time_millis",
    "gsi",
    "import_items",
    "is_lambda",
    "lambda_init",
    "lambda_memory_mb",
    "lsi",
    "measured_capacity",
    "parse_stream",
    "partition_key",
    "process_stream",
    "sort_key",
    "transforms",
    "transport_of",
    "ttl",
    "updated_at",
    "version",
    "xray_enabled",
]
