"""A handler inside the decorators of Powertools, which are plain functions."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

from tests.aws_lambda.functions import ACTIONS, db

logger = Logger()
metrics = Metrics()
tracer = Tracer()


@logger.inject_lambda_context
@metrics.log_metrics(capture_cold_start_metric=True)
@tracer.capture_lambda_handler
@db.handler
async def handler(event: dict[str, Any], _context: Any) -> Any:
    """Do what the event says, log it and count it."""
    result = await ACTIONS[event["do"]](event)
    metrics.add_metric(name="Reads", unit=MetricUnit.Count, value=1)
    logger.info("handled")
    return result
