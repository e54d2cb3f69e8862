"""Entry point of the Lambda function."""

from typing import Any

from model_invocation_job.clients import AwsClients
from model_invocation_job.invocation import Invocation


def handler(event: dict[str, Any], context: Any) -> None:
    """Answer one CloudFormation event; raises only when CloudFormation could not be told."""
    Invocation(AwsClients()).run(event, context)
