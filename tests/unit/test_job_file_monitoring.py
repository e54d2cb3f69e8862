"""What a job file says of the time after the start: outcome, notify, alarms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from unit.environment_files import read
from unit.test_job_folders import job, synthesized, written

TOPIC = "arn:aws:sns:us-east-1:111122223333:batch-jobs"
WATCHED = f"""notify: {TOPIC}
outcome: {{max_error_rate: 0.02, max_missing: 5, partial: by_limits}}
alarms: {{on_failure: true, on_error_rate: 0.05, when_stuck_hours: 2, when_late_hours: 12}}
"""


def resources(template: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [each["Properties"] for each in template["Resources"].values() if each["Type"] == kind]


def template(tmp_path: Path, files: dict[str, str], **options: Any) -> dict[str, Any]:
    (found,) = synthesized(tmp_path / "out", written(tmp_path / "jobs", files), **options).values()
    return dict(json.loads(found))


def test_a_file_says_when_a_run_is_good_whom_to_tell_and_which_alarms_there_are(tmp_path: Path) -> None:
    found = template(tmp_path, {"a.yaml": job("a", WATCHED), "b.yaml": job("b", f"notify: {TOPIC}\n")})

    outcomes = [each["Outcome"] for each in resources(found, "Custom::BedrockModelInvocationJob")]
    alarms = resources(found, "AWS::CloudWatch::Alarm")
    # Of job a alone four; of the stack one for each kind that no outcome tells: late, errors, stuck.
    own = [each for each in alarms if {"Name": "LogicalId"}.items() <= _last_dimension(each).items()]

    assert outcomes == [
        {"MaxErrorRate": "0.02", "MaxMissing": "5", "Partial": "by_limits", "Notify": [TOPIC]},
        {"MaxErrorRate": "0", "Notify": [TOPIC]},
    ]
    assert len(alarms) == 4 + 3
    assert len(own) == 3
    assert all(each["AlarmActions"] == [TOPIC] for each in alarms)


def _last_dimension(alarm: dict[str, Any]) -> dict[str, Any]:
    return dict((alarm.get("Dimensions") or [{}])[0])


def test_an_environment_changes_them_and_lifts_them(tmp_path: Path) -> None:
    other = "arn:aws:sns:eu-west-1:111122223333:pager"
    environments = f"""
environments:
  dev: {{notify: none, outcome: none, alarms: none}}
  prod: {{notify: "{other}", outcome: {{max_missing: 0}}}}
"""
    files = {"a.yaml": job("a", WATCHED), "environments.yaml": environments}
    dev = template(tmp_path / "dev", files, environment="dev")
    prod = read(written(tmp_path / "jobs", files), environment="prod")["a"].options

    assert "Outcome" not in resources(dev, "Custom::BedrockModelInvocationJob")[0]
    assert resources(dev, "AWS::Events::Rule") == []
    assert resources(dev, "AWS::CloudWatch::Alarm") == []
    assert prod["notify"] == other
    assert prod["outcome"] == {"max_error_rate": 0.02, "max_missing": 0, "partial": "by_limits"}


def test_no_alarm_needs_no_topic(tmp_path: Path) -> None:
    found = template(tmp_path, {"a.yaml": job("a", "outcome: {}\nalarms: {on_failure: false}\n")})

    assert resources(found, "AWS::CloudWatch::Alarm") == []
    assert len(resources(found, "AWS::Events::Rule")) == 2
