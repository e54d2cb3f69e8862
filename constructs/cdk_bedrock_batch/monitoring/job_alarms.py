"""The alarms of one job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Unpack, cast

from aws_cdk import Duration

from bedrock_batch import limits
from bedrock_batch.outcome.names import PERCENT_DIGITS
from cdk_bedrock_batch._checks import checked
from cdk_bedrock_batch._template import StackView, template_bytes
from cdk_bedrock_batch.handler import BatchHandler
from cdk_bedrock_batch.monitoring.alarms import LATE_PERCENT, LATE_PERIOD_MINUTES, AlarmOptions, NewAlarm, stuck
from cdk_bedrock_batch.monitoring.metrics import JobMetrics

if TYPE_CHECKING:
    from aws_cdk import aws_cloudwatch as cloudwatch
    from constructs import Construct

# Of a template, around the texts of an alarm: type, metadata, metrics, dimensions. The longest is a stuck model's.
_FRAME_BYTES: Final = 1_300


class JobAlarms(JobMetrics):
    """The alarms of a declared job. Each is one more resource of its stack. Give it an action by `add_alarm_action`.

    For other periods or statistics, create one from a metric: `job.metric_error_rate().create_alarm(...)`.
    """

    @checked
    def alarm_on_failure(self, construct_id: str, **options: Unpack[AlarmOptions]) -> cloudwatch.Alarm:
        """Alarm when the outcome of a run is failed or expired.

        Only the end of a run has data, and missing data is ignored. So the alarm shows how the last run ended: it stays
        until a later run ends otherwise.

        :raises ValueError: the job has no `outcome`, or its stack has no room for another resource.
        """
        return self._alarm(
            construct_id,
            options,
            NewAlarm(
                metric=self.metric_failed_jobs(),
                keeps_state=True,
                description=f"A run of {self._path} failed or expired. See why: {self._command('status')}",
            ),
        )

    @checked
    def alarm_on_error_rate(
        self, construct_id: str, *, threshold: float | None = None, **options: Unpack[AlarmOptions]
    ) -> cloudwatch.Alarm:
        """Alarm when more of the records of a run have an error than allowed.

        Only the end of a run has data, and missing data is ignored. So the alarm shows how the last run ended: it stays
        until a later run ends with fewer errors.

        :param threshold: the part of the records that may have an error, 0 to 1. Default: `max_error_rate` of the job's
            outcome.
        :raises ValueError: `threshold` is out of range, the job has no `outcome`, or its stack has no room for another
            resource.
        """
        metric = self.metric_error_rate()
        if threshold is None:
            threshold = 0 if self._outcome is None else self._outcome.max_error_rate
        if not 0 <= threshold <= 1:
            raise ValueError(f"threshold must be a part of the records, 0 to 1, got {threshold:g}")
        percent = round(100 * threshold, PERCENT_DIGITS)
        return self._alarm(
            construct_id,
            options,
            NewAlarm(
                metric=metric,
                threshold=percent,
                breaches_at_threshold=False,
                keeps_state=True,
                description=f"More than {percent:g} % of the records of a run of {self._path} have an error. See "
                f"which: {self._command('errors')}",
            ),
        )

    @checked
    def alarm_when_stuck(
        self,
        construct_id: str,
        *,
        after: Duration | None = None,
        model_dimension: str | None = None,
        **options: Unpack[AlarmOptions],
    ) -> cloudwatch.Alarm:
        """Alarm when records of the job's model are pending and none of their tokens are processed.

        Amazon Bedrock has these metrics for a model, not for a job: all jobs of the account with the model count. A
        period without data of tokens counts as one in which none were processed. Without data of pending records the
        alarm does not breach: where nothing waits, nothing is stuck.

        :param after: how long, 15 minutes to 24 hours in steps of 15 minutes. Default: 6 hours, a quarter of the
            shortest timeout.
        :param model_dimension: the value of the metrics' dimension `ModelId`. Default: the id of the model, or the part
            of its ARN that is the id. AWS does not say which it is.
        :raises ValueError: an option is out of range, or the job's stack has no room for another resource.
        """
        return self._alarm(construct_id, options, stuck(self._scope, self._model, after, model_dimension))

    @checked
    def alarm_when_late(
        self, construct_id: str, *, after: Duration | None = None, **options: Unpack[AlarmOptions]
    ) -> cloudwatch.Alarm:
        """Alarm when a run does not end.

        Missing data does not breach: no run is live.

        :param after: the time since the run was submitted, above zero and up to 168 hours. Default: three quarters of
            its timeout.
        :raises ValueError: `after` is out of range, the job has no `outcome`, or its stack has no room for another
            resource.
        """
        period = Duration.minutes(LATE_PERIOD_MINUTES)
        if after is None:
            metric, threshold = self.metric_timeout_used(period=period), float(LATE_PERCENT)
            what = f"has used {LATE_PERCENT} % of its timeout"
        else:
            metric, threshold = self.metric_hours_since_submission(period=period), _hours(after)
            hours = "1 hour" if threshold == 1 else f"{threshold:g} hours"
            what = f"was submitted {hours} ago and has not ended"
        return self._alarm(
            construct_id,
            options,
            NewAlarm(
                metric=metric,
                threshold=threshold,
                description=f"A run of {self._path} {what}. See how far it is: {self._command('status')}",
            ),
        )

    @property
    def _scope(self) -> Construct:
        return cast("Construct", self)

    @property
    def _path(self) -> str:
        return self._scope.node.path

    def _command(self, name: str) -> str:
        """What shows the runs of the job in a shell."""
        return f"bedrock-batch {name} {StackView.around(self._scope).name} {self._scope.node.id}"

    def _alarm(self, construct_id: str, options: AlarmOptions, alarm: NewAlarm) -> cloudwatch.Alarm:
        view = StackView.around(self._scope)
        texts = [alarm.description, *(each for each in options.values() if isinstance(each, str))]
        # The path is in the logical id, too.
        size = _FRAME_BYTES + template_bytes(view, texts) + 2 * len(self._path + construct_id)
        BatchHandler._of_stack(view)._take_room(resources=1, size=size, more="this alarm")
        return alarm.make(self._scope, construct_id, options)


def _hours(after: Duration) -> float:
    if after.is_unresolved():
        raise ValueError("after must not be a token")
    hours = after.to_milliseconds() / Duration.hours(1).to_milliseconds()
    most = limits.TIMEOUT_HOURS[1]
    if not 0 < hours <= most:
        raise ValueError(f"after must be above zero and up to {most} hours, got {after.to_human_string()}")
    return hours
