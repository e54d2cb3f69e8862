"""A folder of job files that a person edits by chance, and the assembly of its app."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

import aws_cdk as cdk
import yaml

from cdk_bedrock_batch import ModelInvocationJob, declare_job_files
from e2e.cloud import ACCOUNT, REGION
from e2e.prompts import many, write_prompts

# Enough for a job to outlive its story.
_RECORDS: Final = 5000
_NAMES: Final = ("one", "two", "three")
_OPTIONS: Final[dict[str, tuple[Any, ...]]] = {
    "model": ("us.amazon.nova-lite-v1:0", "us.anthropic.claude-haiku-4-5-20251001-v1:0"),
    "run_id": ("1", "2"),
    "output_prefix": ("first", "second"),
    "timeout_hours": (24, 48),
    "tags": ({}, {"team": "support"}, {"team": "sales"}),
    "job_name_prefix": ("reports", "others"),
    "on_removal": ("STOP", "LEAVE_RUNNING"),
    "hold": (False, True),
    "gate": ("SUBMITTED", "VALIDATED"),
}
_ENVIRONMENTS: Final = {"dev": {"account": ACCOUNT, "region": REGION}, "prod": {"account": ACCOUNT, "region": REGION}}


@dataclass
class PlannedFolder:
    """Job files by their path below `jobs`. `topics` are those of their records."""

    folder: Path
    stack_name: str
    chance: Random
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=dict)
    has_environments: bool = False
    syntheses: int = 0

    def edit(self) -> str:
        """Change something. What it was."""
        name = self.chance.choice([*EDITS, *_EDITS])
        if name in _EDITS:
            _EDITS[name](self)
        elif self.files:
            file = self.files[self.chance.choice(list(self.files))]
            file[name] = self.chance.choice([each for each in _OPTIONS[name] if each != file.get(name)])
        return name

    def synthesize(self, *, fails: bool) -> Path:
        """Write the files and the assembly. `fails`: a resource of each stack fails after its jobs."""
        jobs = self.folder / f"jobs-{self.syntheses}"
        jobs.mkdir()
        (jobs / "defaults.yaml").write_text(
            "model: us.amazon.nova-lite-v1:0\ninvocation_type: Converse\nstorage: {removal_policy: destroy}\n"
        )
        if self.has_environments:
            (jobs / "environments.yaml").write_text(yaml.safe_dump({"environments": _ENVIRONMENTS}))
        for path, members in self.files.items():
            target = jobs / path
            write_prompts(target.with_suffix(".jsonl"), many(_RECORDS, self.topics[path]))
            whole = {"name": target.stem, "input": f"{target.stem}.jsonl", **members}
            target.write_text(yaml.safe_dump(whole))
        self.syntheses += 1
        context = {"aws:cdk:enable-path-metadata": True}
        app = cdk.App(outdir=str(self.folder / f"out-{self.syntheses}"), analytics_reporting=False, context=context)
        for environment in _ENVIRONMENTS if self.has_environments else [None]:
            for stack in declare_job_files(app, jobs, environment=environment, stack_name=self.stack_name):
                if fails:
                    _add_failure(stack)
        return Path(app.synth().directory)

    def add(self) -> None:
        """Add a job, or a second one to a sub folder."""
        free = [name for name in _NAMES if all(Path(path).stem != name for path in self.files)]
        if free:
            path = f"{self.chance.choice(free)}.yaml"
            self.files[path] = {}
            self.topics[path] = "rivers"

    def _remove(self) -> None:
        if len(self.files) > 1:
            del self.files[self.chance.choice(list(self.files))]

    def _rename(self) -> None:
        self._put(lambda path, free: path.with_stem(free))

    def _move(self) -> None:
        self._put(lambda path, _free: Path(path.name) if len(path.parts) > 1 else Path("sub") / path)

    def _put(self, elsewhere: Callable[[Path, str], Path]) -> None:
        free = [name for name in _NAMES if all(Path(path).stem != name for path in self.files)]
        path = self.chance.choice(list(self.files))
        target = str(elsewhere(Path(path), self.chance.choice(free or [Path(path).stem])))
        self.files[target], self.topics[target] = self.files.pop(path), self.topics.pop(path)

    def _other_records(self) -> None:
        path = self.chance.choice(list(self.files))
        self.topics[path] = "bridges" if self.topics[path] == "rivers" else "rivers"

    def _environments(self) -> None:
        self.has_environments = not self.has_environments


_EDITS: Final[dict[str, Callable[[PlannedFolder], None]]] = {
    "nothing": lambda _folder: None,
    "add": PlannedFolder.add,
    "remove": PlannedFolder._remove,
    "rename": PlannedFolder._rename,
    "move": PlannedFolder._move,
    "records": PlannedFolder._other_records,
    "environments": PlannedFolder._environments,
}


EDITS: Final = (*_OPTIONS, *_EDITS)
"""What an edit may change."""


def _add_failure(stack: cdk.Stack) -> None:
    token = f"arn:{cdk.Aws.PARTITION}:lambda:{cdk.Aws.REGION}:{cdk.Aws.ACCOUNT_ID}:function:no"
    failing = cdk.CfnResource(stack, "Fails", type="Custom::Fails", properties={"ServiceToken": token})
    for each in stack.node.find_all():
        if isinstance(each, ModelInvocationJob):
            failing.node.add_dependency(each)
