"""What the options `outcome` and `notify` of a job make."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Self

from aws_cdk import Validations

from cdk_bedrock_batch._iam import OutcomeAccess
from cdk_bedrock_batch.monitoring.notified_topic import NotifiedTopic
from cdk_bedrock_batch.monitoring.outcome import Outcome
from cdk_bedrock_batch.monitoring.outcome_function import OutcomeFunction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import CfnResource
    from aws_cdk import aws_logs as logs
    from aws_cdk import aws_sns as sns
    from constructs import Construct

    from cdk_bedrock_batch._template import S3Location, StackView
    from cdk_bedrock_batch.model import BatchModel
    from cdk_bedrock_batch.required_policy import RequiredPolicy

_DEFAULT: Final = Outcome()
_RATE_DIGITS: Final = 18


@dataclass(frozen=True, slots=True)
class Told:
    """Who tells the outcomes of a job, if anybody does."""

    outcome: Outcome | None = None
    topic_arn: str | None = None
    needs: tuple[CfnResource, ...] = ()
    """What must exist before the job starts and until it has ended."""
    required: tuple[RequiredPolicy, ...] = ()
    """The policies that this stack cannot write, and without which nobody is told."""
    log_group: logs.ILogGroup | None = None

    @classmethod
    def of(
        cls,
        job: Construct,
        outcome: Outcome | None,
        topic: sns.ITopic | None,
        *,
        view: StackView,
        output: S3Location,
        folder: str,
        model: BatchModel,
    ) -> Self:
        """Let the function of the stack tell the outcomes of one job, if one of the options is given.

        :param output: where the job writes.
        :param folder: of the stack's jobs.
        :raises ValueError: the stack has no room for it, or the topic can get no events.
        """
        if outcome is None and topic is None:
            return cls()
        function = OutcomeFunction._of_stack(view)
        required = function._allow_objects(OutcomeAccess.of(output, folder))
        if topic is not None:
            required += function._notify(topic, model)
        _warn(job, required)
        topic_arn = None if topic is None else NotifiedTopic.of(topic).arn
        return cls(outcome or Outcome(), topic_arn, (function._invoked,), required, function._log_group)

    @property
    def properties(self) -> dict[str, Any]:
        """What the job's resource says of it. CloudFormation sends every scalar as a string."""
        if self.outcome is None:
            return {}
        # What is left out has its default. A property without members would be none.
        outcome: dict[str, Any] = {"MaxErrorRate": _decimal(self.outcome.max_error_rate)}
        if self.outcome.max_missing != _DEFAULT.max_missing:
            outcome["MaxMissing"] = str(self.outcome.max_missing)
        if self.outcome.partial is not _DEFAULT.partial:
            outcome["Partial"] = self.outcome.partial.value
        if self.topic_arn is not None:
            outcome["Notify"] = [self.topic_arn]
        return {"Outcome": outcome}


def _decimal(rate: float) -> str:
    """A rate without an exponent or a sign. Digits that no number of records can tell apart are left out."""
    return f"{abs(round(Decimal(str(rate)), _RATE_DIGITS)).normalize():f}"


def _warn(job: Construct, policies: Sequence[RequiredPolicy]) -> None:
    for each in policies:
        Validations.of(job).add_warning(
            f"cdk-bedrock-batch:outcome-{each.kind.replace(' ', '-')}",
            f"the {each.kind} of {each.resource} cannot be written from this stack; the outcome of this job is not "
            f"told unless it holds these statements, or wider ones: {each.to_json()}",
        )
