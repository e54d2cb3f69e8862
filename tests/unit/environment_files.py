"""A folder of jobs in several environments, what is read of it, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App

from cdk_bedrock_batch import JobFile, declare_job_files, read_job_files
from unit.test_job_folders import job

DEV_AND_PROD = """
environments:
  dev:
    account: "111122223333"
    region: eu-west-1
    model: amazon.nova-micro-v1:0
    storage: {removal_policy: destroy}
    tags: {stage: dev}
    overrides:
      support/: {timeout_hours: 48, tags: {team: support}}
      support/deep/: {timeout_hours: 72}
      support/deep/c: {model: amazon.nova-pro-v1:0, tags: {team: deep}}
  prod:
    account: "111122223333"
    region: eu-west-1
    stack_suffix: Live
"""
FILES = {
    "environments.yaml": DEV_AND_PROD,
    "a.yaml": job("a", "tags: {own: x}\n"),
    "support/b.yaml": job("b"),
    "support/deep/c.yaml": job("c"),
}


def read(folder: Path, **options: Any) -> dict[str, JobFile]:
    return {each.name: each for each in read_job_files(folder, **options)}


def refused(folder: Path, **options: Any) -> list[str]:
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the text is compared
        declare_job_files(App(), folder, **options)
    return str(error.value).replace(f"{folder}/", "").split("\n")
