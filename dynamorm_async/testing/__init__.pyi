from .comparing import ANY as ANY
from .comparing import matching as matching
from .engines import Engine as Engine
from .engines import start_engine as start_engine
from .expectations import Expectation as Expectation
from .expectations import UnexpectedCallError as UnexpectedCallError
from .expectations import UnknownMethodError as UnknownMethodError
from .expectations import UnmetExpectationsError as UnmetExpectationsError
from .local import local_dynamodb as local_dynamodb
from .mock_blocks import MockBatchWriter as MockBatchWriter
from .mock_blocks import MockTransaction as MockTransaction
from .mock_database import MockDB as MockDB
from .mock_database import MockExtendedDB as MockExtendedDB
from .mocks import MockQuery as MockQuery
from .mocks import MockUpdateBuilder as MockUpdateBuilder

__all__ = [
    "ANY",
    "Engine",
    "Expectation",
    "MockBatchWriter",
    "MockDB",
    "MockExtendedDB",
    "MockQuery",
    "MockTransaction",
    "MockUpdateBuilder",
    "UnexpectedCallError",
    "UnknownMethodError",
    "UnmetExpectationsError",
    "local_dynamodb",
    "matching",
    "start_engine",
]
