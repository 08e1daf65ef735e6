from .comparing import ANY as ANY
from .comparing import matching as matching
from .db_factories import ConfigurableMockDBFactory as ConfigurableMockDBFactory
from .db_factories import DBFactory as DBFactory
from .db_factories import DefaultDBFactory as DefaultDBFactory
from .db_factories import MockDBFactory as MockDBFactory
from .db_factories import SimpleMockFactory as SimpleMockFactory
from .db_factories import TestDBFactory as TestDBFactory
from .engines import Engine as Engine
from .engines import start_engine as start_engine
from .expectations import Expectation as Expectation
from .expectations import UnexpectedCallError as UnexpectedCallError
from .expectations import UnknownMethodError as UnknownMethodError
from .expectations import UnmetExpectationsError as UnmetExpectationsError
from .expected import QueryChain as QueryChain
from .expected import TestDB as TestDB
from .factories import ModelFactory as ModelFactory
from .factories import model_factory as model_factory
from .local import local_dynamodb as local_dynamodb
from .mock_blocks import MockBatchWriter as MockBatchWriter
from .mock_blocks import MockTransaction as MockTransaction
from .mock_database import MockDB as MockDB
from .mock_database import MockExtendedDB as MockExtendedDB
from .mocks import MockQuery as MockQuery
from .mocks import MockUpdateBuilder as MockUpdateBuilder
from .recording import RecordingTransport as RecordingTransport
from .recording import record as record
from .requests import Request as Request
from .requests import Requests as Requests
from .scenarios import CommonScenarios as CommonScenarios
from .scripted import ScriptedTransport as ScriptedTransport
from .scripted import ok as ok
from .scripted import refusal as refusal

__all__ = [
    "ANY",
    "CommonScenarios",
    "ConfigurableMockDBFactory",
    "DBFactory",
    "DefaultDBFactory",
    "Engine",
    "Expectation",
    "MockBatchWriter",
    "MockDB",
    "MockDBFactory",
    "MockExtendedDB",
    "MockQuery",
    "MockTransaction",
    "MockUpdateBuilder",
    "ModelFactory",
    "QueryChain",
    "RecordingTransport",
    "Request",
    "Requests",
    "ScriptedTransport",
    "SimpleMockFactory",
    "TestDB",
    "TestDBFactory",
    "UnexpectedCallError",
    "UnknownMethodError",
    "UnmetExpectationsError",
    "local_dynamodb",
    "matching",
    "model_factory",
    "ok",
    "record",
    "refusal",
    "start_engine",
]
