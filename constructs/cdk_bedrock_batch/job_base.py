"""What every job has, declared or imported: its ARN, its id, its grants and the rules for its events."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Protocol

import jsii
from aws_cdk import Fn
from constructs import Construct

from cdk_bedrock_batch._checks import check_actions, check_job_arn, checked, has_token
from cdk_bedrock_batch._events import ByArn, JobEvents
from cdk_bedrock_batch._iam import actions as iam_actions
from cdk_bedrock_batch._iam import allow, grants

if TYPE_CHECKING:
    from aws_cdk import aws_events as events
    from aws_cdk import aws_iam as iam

    from cdk_bedrock_batch._events import Subject


class IModelInvocationJob(Protocol):
    """A job, declared here or elsewhere.

    Example::

        job = ModelInvocationJob.from_job_arn(
            stack, "Theirs", "arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/a1b2c3d4e5f6"
        )
        job.grant_stop(iam.Role.from_role_name(stack, "Operator", "operator"))
    """

    @property
    def job_arn(self) -> str:
        """ARN of the job."""

    @property
    def job_id(self) -> str:
        """The last 12 characters of the ARN."""

    def grant(self, grantee: iam.IGrantable, *actions: str) -> iam.Grant:
        """Grant a principal actions on the job."""

    def grant_describe(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant the right to read the job's status, counters and tags."""

    def grant_stop(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant the right to stop the job and to read its status."""

    def on_state_change(
        self,
        construct_id: str,
        *,
        target: events.IRuleTarget | None = None,
        description: str | None = None,
        event_pattern: events.EventPattern | None = None,
        rule_name: str | None = None,
        cross_stack_scope: Construct | None = None,
    ) -> events.Rule:
        """Make a rule for each change of the job's status."""

    def on_completed(
        self,
        construct_id: str,
        *,
        target: events.IRuleTarget | None = None,
        description: str | None = None,
        event_pattern: events.EventPattern | None = None,
        rule_name: str | None = None,
        cross_stack_scope: Construct | None = None,
    ) -> events.Rule:
        """Make a rule for `Completed` and `PartiallyCompleted`."""

    def on_failed(
        self,
        construct_id: str,
        *,
        target: events.IRuleTarget | None = None,
        description: str | None = None,
        event_pattern: events.EventPattern | None = None,
        rule_name: str | None = None,
        cross_stack_scope: Construct | None = None,
    ) -> events.Rule:
        """Make a rule for `Failed` and `Expired`."""

    def on_ended(
        self,
        construct_id: str,
        *,
        target: events.IRuleTarget | None = None,
        description: str | None = None,
        event_pattern: events.EventPattern | None = None,
        rule_name: str | None = None,
        cross_stack_scope: Construct | None = None,
    ) -> events.Rule:
        """Make a rule for each end of the job."""


class ModelInvocationJobBase(JobEvents, Construct, metaclass=jsii.JSIIAbstractClass):
    """The grants on a job, which need only its ARN, and the rules for its events."""

    @property
    @abstractmethod
    def job_arn(self) -> str:
        """ARN of the job."""

    @checked
    def grant(self, grantee: iam.IGrantable, *actions: str) -> iam.Grant:
        """Grant a principal actions on the job.

        A new run of a declared job is another job. The grant then applies to the new job.

        :param actions: names of IAM actions with the resource type model-invocation-job.
        :raises ValueError: a text is not the name of an IAM action, or there is none.
        """
        check_actions(actions)
        return grants.to_principal(grantee, allow(actions, [self.job_arn]))

    @checked
    def grant_describe(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant the right to read the job's status, counters and tags. With a new run, it applies to the new job."""
        return self.grant(grantee, *iam_actions.DESCRIBE_JOB)

    @checked
    def grant_stop(self, grantee: iam.IGrantable) -> iam.Grant:
        """Grant the right to stop the job and to read its status."""
        return self.grant(grantee, *iam_actions.STOP_JOB, *iam_actions.DESCRIBE_JOB)


class ImportedJob(ModelInvocationJobBase):
    """A job that something else has started."""

    def __init__(self, scope: Construct, construct_id: str, job_arn: str) -> None:
        """Import the job.

        :raises ValueError: `job_arn` is not the ARN of a job.
        """
        super().__init__(scope, construct_id)
        self._job_arn = check_job_arn(job_arn)

    @property
    def job_arn(self) -> str:
        """ARN of the job."""
        return self._job_arn

    @property
    def job_id(self) -> str:
        """The last 12 characters of the ARN."""
        head, _, job_id = self._job_arn.rpartition("/")
        return job_id if head and not has_token(job_id) else Fn.select(1, Fn.split("/", self._job_arn))

    def _subject(self) -> Subject:
        return ByArn(self._job_arn)
