"""AWS Lambda: one database for all invocations, made before the first of them."""

from .benchmark import ColdStart, benchmark_cold_start
from .database import LambdaDB, lambda_init
from .environment import (
    MemoryStats,
    get_memory_stats,
    get_remaining_time_millis,
    is_lambda,
    lambda_memory_mb,
    xray_enabled,
)

__all__ = [
    "ColdStart",
    "LambdaDB",
    "MemoryStats",
    "benchmark_cold_start",
    "get_memory_stats",
    "get_remaining_time_millis",
    "is_lambda",
    "lambda_init",
    "lambda_memory_mb",
    "xray_enabled",
]
