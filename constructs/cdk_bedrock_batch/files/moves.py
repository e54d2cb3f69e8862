"""Jobs that have another folder than when the app was synthesized last. To CloudFormation they are other jobs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import Stage, Validations

from cdk_bedrock_batch.files.job_file import DECLARED_AT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aws_cdk import Stack
    from constructs import Construct

    from cdk_bedrock_batch.files.job_file import JobFile

_MOST_BYTES: Final = 64 * 1024 * 1024
_SUFFIX: Final = ".metadata.json"


def warn_of_moves(scope: Construct, declared: Mapping[Stack, list[JobFile]]) -> None:
    """Warn at each job whose folder was another one at the last synthesis, if its assembly is still there."""
    stage = scope if isinstance(scope, Stage) else Stage.of(scope)
    before = dict(_last(Path(stage.outdir))) if stage is not None else {}
    for stack, jobs in declared.items():
        for job in jobs:
            old = before.get((job.environment, job.name))
            if old is None or old["stack"] == stack.stack_name or old["folder"] == job.folder:
                continue
            Validations.of(stack.node.find_child(job.construct_id)).add_warning(
                "cdk-bedrock-batch:moved",
                f"the job {job.name} moved from {old['folder'] or 'the top folder'} to "
                f"{job.folder or 'the top folder'}: the stack {stack.stack_name} starts it anew, and it is paid again; "
                f"deploy {old['stack']}, too, which stops the old one (if no job is left in it, destroy it)",
            )


def _last(assembly: Path) -> Iterator[tuple[tuple[str | None, str], dict[str, Any]]]:
    """The jobs of an assembly: environment and name, and what its metadata says of them."""
    for path in sorted(assembly.glob(f"*{_SUFFIX}")) if assembly.is_dir() else ():
        try:
            metadata = json.loads(path.read_bytes()) if path.stat().st_size < _MOST_BYTES else {}
            told = [entry["data"] for each in metadata.values() for entry in each if entry["type"] == DECLARED_AT]
        except (OSError, ValueError, AttributeError, TypeError, KeyError):
            # An assembly that is half written, or of another program, warns of nothing.
            continue
        for data in told:
            yield (data.get("environment"), data["name"]), {**data, "stack": path.name.removesuffix(_SUFFIX)}
