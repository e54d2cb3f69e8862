"""Entry point of the Lambda function."""

import os
from typing import Any

from model_invocation_job.core.own_stack import OwnStack
from model_invocation_job.invocation import Invocation
from model_invocation_job.io.clients import AwsClients


def handler(event: dict[str, Any], context: Any) -> None:
    """Handle one CloudFormation event. An error that it raises makes Lambda retry the event, see `Invocation.run`."""
    Invocation(AwsClients(), OwnStack.of_environment(os.environ)).run(event, context)
