"""Jobs of one deployment that reach every end, with every fault of their events, on a clock that the story moves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bedrock_batch_local.embedded import EmbeddedAws
from cdk_bedrock_batch import Outcome, PartialRun
from e2e.cloud import ACCOUNT, REGION, Cloud
from e2e.outcome_app import RECORDS, Declared, synthesize_told
from e2e.prompts import many, write_prompts

STACK = "Told"
# A job waits for 25 hours, and then takes a minute a record: those with less time expire, or end in part.
PACING = {"scheduled": 25 * 3600.0, "per_record": 60.0}
# The jobs with all their time end five minutes apart, in this order.
JOBS = {
    "Refused": Declared(lacks="s3:ListBucket"),
    "Expired": Declared(hours=24),
    "Partial": Declared(hours=26),
    "Enough": Declared(hours=26, outcome=Outcome(max_missing=60, partial=PartialRun.BY_LIMITS)),
    "Stopped": Declared(),
    "Good": Declared(),
    "OnlyErrors": Declared(records=105, errors=105),
    "Above": Declared(records=110, errors=11, outcome=Outcome(max_error_rate=0.05)),
    "Within": Declared(records=115, errors=1, outcome=Outcome(max_error_rate=0.05)),
    "Dropped": Declared(records=120),
    "Doubled": Declared(records=125),
    "Late": Declared(records=130),
    "Held": Declared(hold=True),
}
# Simulated seconds after the start.
_DAY_OLD, _AFTER = 18 * 3600.0, 92_000.0
_DROPPED, _DOUBLED, _LATE, _END = 97_500.0, 97_800.0, 98_100.0, 101_000.0


@dataclass
class Story:
    """A stack whose jobs have started. Its schedule sleeps until it is woken, since a day has 96 looks."""

    cloud: Cloud
    outputs: dict[str, str]
    alarms: dict[str, set[str]] = field(default_factory=dict)
    """The states that each alarm has had, by its name."""
    _passed: float = 0.0

    def run(self) -> None:
        """Let all jobs end."""
        self._until(_DAY_OLD - 900)
        with self._awake():
            self._until(_DAY_OLD + 1800)
        self._until(_AFTER)
        self.cloud.client("bedrock").stop_model_invocation_job(jobIdentifier=self.outputs["StoppedArn"])
        with self._awake():
            self._until(_DROPPED - 300)
            for moment, faults in ((_DROPPED, {"dropped": 1}), (_DOUBLED, {"doubled": 1}), (_LATE, {"lag_seconds": 1800})):
                self.cloud.aws.set_event_faults(**faults)
                self._until(moment)
            self.cloud.aws.set_event_faults(lag_seconds=0)
            self._until(_END)

    def _until(self, moment: float) -> None:
        self.cloud.aws.advance(moment - self._passed)
        self._passed = moment

    @contextmanager
    def _awake(self) -> Iterator[None]:
        set_schedule(self.cloud, enabled=True)
        yield
        set_schedule(self.cloud, enabled=False)


@contextmanager
def story(folder: Path) -> Iterator[Story]:
    """Deploy the jobs into a server of their own."""
    with EmbeddedAws.start(manual_clock=True, pacing=PACING, log=Path("/tmp/h/ends.log")) as aws:
        cloud = Cloud(aws, folder)
        cloud.cli(folder / "bootstrap").bootstrap(ACCOUNT, REGION)
        upload_records(cloud, JOBS)
        outputs = cloud.deploy(synthesize_told(folder / "told", STACK, JOBS))
        set_schedule(cloud, enabled=False)
        yield Story(cloud, outputs)


def upload_records(cloud: Cloud, jobs: dict[str, Declared]) -> None:
    """Put the records of each job where its declaration says."""
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=RECORDS)
    for name, declared in jobs.items():
        file = write_prompts(cloud.folder / f"{name}.jsonl", many(declared.records, name))
        lines = [json.loads(line) for line in file.read_text().splitlines()]
        for line in lines[: declared.errors]:
            # Batch inference takes no tools with Converse.
            line["modelInput"]["toolConfig"] = {"tools": []}
        s3.put_object(Bucket=RECORDS, Key=file.name, Body="\n".join(map(json.dumps, lines)))


def set_schedule(cloud: Cloud, *, enabled: bool) -> None:
    """Wake the schedule of the stack, or let it sleep."""
    events = cloud.client("events")
    (rule,) = (each for each in events.list_rules()["Rules"] if "ScheduleExpression" in each)
    (events.enable_rule if enabled else events.disable_rule)(Name=rule["Name"])
