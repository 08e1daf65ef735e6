from .engines import Engine as Engine
from .engines import start_engine as start_engine
from .local import local_dynamodb as local_dynamodb

__all__ = [
    "Engine",
    "local_dynamodb",
    "start_engine",
]
