"""Entry point of the Lambda function."""

import os
from typing import Any

from batch_outcome.core.own_stack import OwnStack
from batch_outcome.invocation import handle
from batch_outcome.io.clients import AwsClients
from batch_outcome.io.time_left import TimeLeft


def handler(event: Any, context: Any) -> None:
    """Handle one event of EventBridge. An error that it raises makes Lambda retry the event."""
    handle(event, AwsClients(), OwnStack.of_environment(os.environ), TimeLeft(context))
