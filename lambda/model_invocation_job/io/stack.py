"""Reads from CloudFormation what the stack is doing."""

from dataclasses import dataclass

from model_invocation_job.core.errors import AwsError, StackUnknownError, UnreadableAnswerError
from model_invocation_job.core.limits import IAM_PATIENCE_SECONDS
from model_invocation_job.core.progress import Progress
from model_invocation_job.core.stack_state import StackState
from model_invocation_job.io.aws_errors import called
from model_invocation_job.io.clients import Clients
from model_invocation_job.io.deadline import Deadline
from model_invocation_job.io.log import log
from model_invocation_job.io.retries import patiently

_DESCRIBE = "DescribeStacks"


@dataclass(frozen=True)
class StackWatch:
    """Reads the state of a stack. `progress` records each call."""

    clients: Clients
    stack_id: str
    deadline: Deadline
    progress: Progress

    def state(self, seconds: float | None = None) -> StackState:
        """Ask CloudFormation for the stack, with a time limit in seconds. Default: the whole time of the event.

        :raises StackUnknownError: it did not say.
        """
        deadline = self.deadline if seconds is None else self.deadline.within(seconds)
        try:
            return patiently(self._describe, deadline=deadline, iam_seconds=IAM_PATIENCE_SECONDS)
        except AwsError as error:
            log("stack state unknown", stack_id=self.stack_id, error=error.code)
            advice = (
                f"The function's role needs cloudformation:DescribeStacks on {self.stack_id}. "
                if error.is_denied
                else ""
            )
            raise StackUnknownError(
                f"DescribeStacks does not tell whether the stack goes forward or rolls back ({error.code})."
                f" {advice}Deploy again, or continue the rollback"
            ) from error

    def state_if_known(self, seconds: float | None = None) -> StackState | None:
        """As `state`, or `None` if CloudFormation did not say."""
        try:
            return self.state(seconds)
        except StackUnknownError:
            return None

    def _describe(self) -> StackState:
        self.progress.step = _DESCRIBE
        describe = self.clients.cloudformation.describe_stacks
        try:
            stack = called(_DESCRIBE, lambda: describe(StackName=self.stack_id))["Stacks"][0]
            return StackState(str(stack["StackStatus"]), stack.get("LastUpdatedTime"), stack.get("CreationTime"))
        except LookupError:
            # botocore raises KeyError for a page that is XML.
            raise UnreadableAnswerError(_DESCRIBE) from None
