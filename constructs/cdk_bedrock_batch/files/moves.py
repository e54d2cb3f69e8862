"""Jobs that have another stack than when the app was synthesized last. To CloudFormation they are other jobs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import Stage, Validations

from bedrock_batch.plan.told import DECLARED_AT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from aws_cdk import Stack
    from constructs import Construct

    from cdk_bedrock_batch.files.job_file import JobFile
    from cdk_bedrock_batch.files.tree import JobTree

_MOST_BYTES: Final = 64 * 1024 * 1024
_FILE: Final = "additionalMetadataFile"


def warn_of_moves(scope: Construct, declared: Mapping[Stack, list[JobFile]], tree: JobTree) -> None:
    """Warn at each job that was in another stack at the last synthesis, if its assembly is still there.

    The same job in another environment is another job.
    """
    stage = scope if isinstance(scope, Stage) else Stage.of(scope)
    before = dict(_last(Path(stage.outdir))) if stage is not None else {}
    for stack, jobs in declared.items():
        for job in jobs:
            old = before.get(job.name)
            if old is None or old["stack"] == stack.stack_name or _is_of_another(old, job, tree):
                continue
            Validations.of(stack.node.find_child(job.construct_id)).add_warning(
                "cdk-bedrock-batch:moved",
                f"the job {job.name} was in the stack {old['stack']} at the last synthesis: the stack "
                f"{stack.stack_name} starts it anew, and it is paid again; nothing but {old['stack']} stops the old "
                "one, when it is deployed without the job, or destroyed",
            )


def _is_of_another(old: Mapping[str, Any], job: JobFile, tree: JobTree) -> bool:
    """Whether a job of the last synthesis is one of another environment that is still there."""
    environment = tree.known.get(old.get("environment") or "")
    if environment is None or environment.name == job.environment:
        return False
    return f"-{environment.stack_suffix}" in old["stack"]


def _last(assembly: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The jobs of an assembly by their names: what its metadata says of them, and their stack."""
    try:
        artifacts = json.loads((assembly / "manifest.json").read_bytes())["artifacts"]
        files = {_stack(name, each): assembly / each[_FILE] for name, each in artifacts.items() if _FILE in each}
        for stack, path in files.items():
            metadata = json.loads(path.read_bytes()) if path.stat().st_size < _MOST_BYTES else {}
            for entries in metadata.values():
                for entry in entries:
                    if entry["type"] == DECLARED_AT:
                        yield entry["data"]["name"], {**entry["data"], "stack": stack}
    except (OSError, ValueError, AttributeError, TypeError, KeyError):
        # An assembly that is half written, or of another program, warns of nothing.
        return


def _stack(artifact: str, content: Mapping[str, Any]) -> str:
    """The name of a stack, which in a stage is not that of its artifact."""
    return str(content.get("properties", {}).get("stackName", artifact))
