"""The options of what happens after the start of a job: who is told, when a run is good, and its alarms."""

import re
from typing import Final

from bedrock_batch import limits
from bedrock_batch.options.kinds import Either, Members, Option
from bedrock_batch.options.scalars import Flag, Number, Text, WholeNumber, Word
from bedrock_batch.outcome import Partial

_OURS: Final = "this project"
_NONE: Final = Word(("none",))
_MOST_HOURS: Final = 24
# Amazon SNS API Reference, CreateTopic: names. The topic of a rule is no FIFO topic.
_TOPIC_ARN: Final = Text(
    "the ARN of a standard SNS topic",
    re.compile(
        rf"arn:{limits.PARTITION.pattern}:sns:{limits.REGION.pattern}:{limits.ACCOUNT_ID.pattern}:[a-zA-Z0-9_-]{{1,256}}"
    ),
    examples=("arn:aws:sns:eu-central-1:111122223333:batch-jobs",),
)

OUTCOME: Final = Option(
    name="outcome",
    kind=Either(
        _NONE,
        Members(
            options=(
                Option(
                    name="max_error_rate",
                    kind=Number("a number from 0 to 1, such as 0.02", most=1),
                    sentence="The part of the records that may have an error in a good run.",
                    default="0",
                    source=_OURS,
                ),
                Option(
                    name="max_missing",
                    kind=WholeNumber(0, limits.DECLARED_RECORDS[1], "records"),
                    sentence="The records that may have no output in a good run.",
                    default="0",
                    source=_OURS,
                ),
                Option(
                    name="partial",
                    kind=Word(tuple(Partial)),
                    sentence="What a run is at best whose time ran out. by_limits: what the limits say.",
                    default=Partial.DEGRADED,
                    source=_OURS,
                ),
            )
        ),
    ),
    sentence="When a run is good; each end is then told as an event. none: no event of our own.",
    default="none; with notify, each record must have a result",
    source=_OURS,
)
NOTIFY: Final = Option(
    name="notify",
    kind=Word(("none",), _TOPIC_ARN),
    sentence="The topic that is told of each end, of jobs that are late or stuck, and of this job's alarms.",
    default="none",
    source="sns: topic ARNs",
)
ALARMS: Final = Option(
    name="alarms",
    kind=Either(
        _NONE,
        Members(
            options=(
                Option(
                    name="on_failure",
                    kind=Flag(),
                    sentence="Whether an alarm goes off when a run failed or expired.",
                    default="false",
                    source=_OURS,
                ),
                Option(
                    name="on_error_rate",
                    kind=Number("a number from 0 to 1, such as 0.02", most=1),
                    sentence="The part of the records with an error above which an alarm goes off.",
                    default="no such alarm",
                    source=_OURS,
                ),
                Option(
                    name="when_stuck_hours",
                    kind=WholeNumber(1, _MOST_HOURS, "hours"),
                    sentence="The time without any progress, while records wait, after which an alarm goes off.",
                    default="no such alarm",
                    source="cloudwatch: PutMetricAlarm, periods of up to a day",
                ),
                Option(
                    name="when_late_hours",
                    kind=WholeNumber(1, limits.TIMEOUT_HOURS[1], "hours"),
                    sentence="The time since its submission after which an alarm goes off for a job that still runs.",
                    default="no such alarm",
                    source=_OURS,
                ),
            )
        ),
    ),
    sentence="Alarms of this job alone. They need notify, whose topic they tell.",
    default="none",
    source=_OURS,
    sets=("alarm_on_failure", "alarm_on_error_rate", "alarm_when_stuck", "alarm_when_late"),
)
MONITORING: Final = (OUTCOME, NOTIFY, ALARMS)
