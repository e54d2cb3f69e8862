"""Entry point of the Lambda function."""

from typing import Any

from model_invocation_job.clients import AwsClients
from model_invocation_job.invocation import Invocation
from model_invocation_job.own_stack import OwnStack


def handler(event: dict[str, Any], context: Any) -> None:
    """Answer one CloudFormation event; raises only when CloudFormation could not be told."""
    Invocation(AwsClients(), OwnStack.of_environment()).run(event, context)
