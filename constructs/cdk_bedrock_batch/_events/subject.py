"""Whose events a rule matches: those of a job by its ARN, or of all runs of a declared job by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from aws_cdk import Annotations

from cdk_bedrock_batch._checks import has_token
from cdk_bedrock_batch._events.order import put_before
from cdk_bedrock_batch._function import end_of, name_part
from cdk_bedrock_batch._template import StackView, pseudo

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_cdk import CfnResource
    from constructs import Construct

    from cdk_bedrock_batch._events.job_rule import JobRule


class Subject(Protocol):
    """Whose events a rule matches."""

    def detail(self, scope: Construct) -> dict[str, Any]:
        """The members of the event's detail by which a rule in `scope` knows them."""

    def is_followed_by(self, rule: JobRule) -> None:
        """Put the rule and the job into order."""


class ByArn:
    """One job that something else has started. It may have ended before the rule exists."""

    def __init__(self, job_arn: str) -> None:
        """Follow the job of an ARN."""
        self._job_arn = job_arn

    def detail(self, _scope: Construct) -> dict[str, Any]:
        """The ARN of the job."""
        return {"batchJobArn": [self._job_arn]}

    def is_followed_by(self, rule: JobRule) -> None:
        """There is no order: the job is there already."""


class ByName:
    """All runs of a declared job, before the first one has started."""

    def __init__(self, resource: CfnResource, asked_prefix: str | None, take_room: Callable[[], None]) -> None:
        """Follow the runs of a resource.

        :param asked_prefix: `job_name_prefix`, if the user gave one.
        :param take_room: counts one more rule in the stack of the job.
        """
        self._resource = resource
        self._take_room = take_room
        self._prefix = asked_prefix

    def detail(self, scope: Construct) -> dict[str, Any]:
        """A wildcard for the names of all runs.

        :raises ValueError: another stack knows no part of the name.
        """
        view = StackView.around(self._resource)
        if view.holds(scope):
            return {"batchJobName": [{"wildcard": f"*-{name_part(self._resource)}-*"}]}
        check_environment(view, StackView.around(scope))
        if self._prefix is None or has_token(self._prefix):
            raise ValueError(
                f"a rule in another stack needs a job with job_name_prefix, and without tokens: the id of the stack "
                f"{view.path} is not known in {StackView.around(scope).path}; give the job a job_name_prefix that no "
                "other stack of the account uses, or leave cross_stack_scope out"
            )
        return {"batchJobName": [{"wildcard": f"{self._prefix}-*{end_of(self._resource)}-*"}]}

    def outcome_detail(self, scope: Construct) -> dict[str, Any]:
        """The members of an outcome's detail by which a rule in `scope` knows it.

        :raises ValueError: another stack does not know the stack of the job.
        """
        view = StackView.around(self._resource)
        logical_id = [self._resource.logical_id]
        if view.holds(scope):
            return {"stackId": [pseudo.STACK_ID], "logicalResourceId": logical_id}
        check_environment(view, StackView.around(scope))
        if has_token(view.name):
            raise ValueError(
                f"a rule in another stack needs a job in a stack whose name is known at synthesis, and {view.path} is "
                "nested; leave cross_stack_scope out"
            )
        return {"stackName": [view.name], "logicalResourceId": logical_id}

    def comes_after(self, rule: JobRule, *, by_name: bool = False) -> None:
        """Deploy the rule before the job: an event that no rule waits for is lost.

        :param by_name: whether the rule knows the job by the end of its logical id.
        """
        if StackView.around(self._resource).holds(rule):
            self._take_room()
        put_before(self._resource, rule, by_name=by_name)

    def is_followed_by(self, rule: JobRule) -> None:
        """Put the rule before the job, and tell what a rule of another stack matches."""
        self.comes_after(rule, by_name=True)
        if StackView.around(self._resource).holds(rule):
            return
        Annotations.of(rule).add_info_v2(
            "cdk-bedrock-batch:rule-in-another-stack",
            f"this rule matches all jobs of the account and Region with names {self._prefix}-*<end>-*, where <end> is "
            "the end of the job's logical id: also those of another stack in which the job has the same id and the "
            "same job_name_prefix, and no run that was started with another job_name_prefix",
        )


def check_environment(job: StackView, rule: StackView) -> None:
    """Refuse a rule on an event bus that the job's events never reach.

    :raises ValueError: the stacks are known to be in different accounts or Regions.
    """
    for name, word in (("AWS::AccountId", "account"), ("AWS::Region", "Region")):
        ours, theirs = job.known(name), rule.known(name)
        if ours is not None and theirs is not None and ours != theirs:
            raise ValueError(
                f"a rule must be in the {word} of its job, whose events are on the event bus there: the stack "
                f"{job.path} is in {ours}, {rule.path} in {theirs}"
            )
