"""Jobs of one deployment that reach every end, with every fault of their events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cdk_bedrock_batch import Outcome, PartialRun
from e2e.outcome_app import RECORDS, Declared, synthesize_told
from e2e.outcome_cloud import OutcomeCloud
from e2e.prompts import many, write_prompts

_LENIENT = Outcome(max_error_rate=0.05)
# The jobs with all their time end five minutes apart, in this order.
JOBS = {
    "Refused": Declared(lacks="s3:ListBucket"),
    "Expired": Declared(hours=24),
    "Partial": Declared(hours=26),
    "Enough": Declared(hours=26, outcome=Outcome(max_missing=60, partial=PartialRun.BY_LIMITS)),
    "Stopped": Declared(),
    "Good": Declared(watched=True),
    "OnlyErrors": Declared(records=105, errors=105),
    "Above": Declared(records=110, errors=11, outcome=_LENIENT),
    "Within": Declared(records=115, errors=1, outcome=_LENIENT),
    "Dropped": Declared(records=120),
    "Doubled": Declared(records=125),
    "Late": Declared(records=130),
    "Held": Declared(hold=True),
}
# Bedrock's status, the outcome, and success, error and missing records, if they are counted.
ENDS: Mapping[str, tuple[str, str, tuple[int, int, int] | None]] = {
    "Refused": ("Failed", "failed", None),
    "Expired": ("Expired", "expired", None),
    "Partial": ("PartiallyCompleted", "degraded", (55, 0, 45)),
    "Enough": ("PartiallyCompleted", "good", (55, 0, 45)),
    "Stopped": ("Stopped", "stopped", (25, 0, 75)),
    "Good": ("Completed", "good", (100, 0, 0)),
    "OnlyErrors": ("Completed", "failed", (0, 105, 0)),
    "Above": ("Completed", "degraded", (99, 11, 0)),
    "Within": ("Completed", "good", (114, 1, 0)),
    "Dropped": ("Completed", "good", (120, 0, 0)),
    "Doubled": ("Completed", "good", (125, 0, 0)),
    "Late": ("Completed", "good", (130, 0, 0)),
}
_HOUR = 3600.0
_FAULTS = ({"dropped": 1}, {"doubled": 1}, {"lag_seconds": 1800.0})


@dataclass(frozen=True)
class Story:
    """What the targets got of all jobs, and the stack's outputs."""

    cloud: OutcomeCloud
    outputs: Mapping[str, str]
    texts: list[str]
    """Of the topic that the jobs notify."""
    events: Mapping[str, list[dict[str, Any]]]
    """By the kind of the target."""

    def job_arn(self, name: str) -> str:
        """ARN of a job by its id."""
        return self.outputs[f"{name}Arn"]


def run(cloud: OutcomeCloud, folder: Path) -> Story:
    """Deploy the jobs and let all of them end."""
    outputs = cloud.deploy(synthesize_told(folder, "Told", JOBS))
    cloud.advance(17.75 * _HOUR)
    # The job with the shortest timeout is late, and then it expires.
    with cloud.awake():
        cloud.advance(0.75 * _HOUR)
    cloud.advance(7 * _HOUR)
    cloud.client("bedrock").stop_model_invocation_job(jobIdentifier=outputs["StoppedArn"])
    # Until five minutes before the first job with a fault ends.
    cloud.advance(27 * _HOUR - 91_800)
    with cloud.awake():
        for faults in _FAULTS:
            cloud.aws.set_event_faults(**faults)
            cloud.advance(300)
        cloud.aws.set_event_faults(lag_seconds=0)
        cloud.advance(_HOUR)
    kinds = {kind: cloud.events(outputs[f"{kind}Url"]) for kind in ("Topic", "Queue", "Function")}
    events = {**kinds, "Machine": cloud.inputs(outputs["MachineArn"])}
    return Story(cloud, outputs, cloud.messages(outputs["NotifiedUrl"]), events)


def upload_records(cloud: OutcomeCloud, jobs: Mapping[str, Declared]) -> None:
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
