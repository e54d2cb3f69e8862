"""Declares the jobs of a folder: a stack for each folder in it that has jobs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aws_cdk import CfnOutput, Environment, RemovalPolicy, Stack

from bedrock_batch.options import JOB, STORAGE
from bedrock_batch.texts import shown
from cdk_bedrock_batch._checks import checked
from cdk_bedrock_batch.files.faults import Faults
from cdk_bedrock_batch.files.job_input import in_input
from cdk_bedrock_batch.files.moves import warn_of_moves
from cdk_bedrock_batch.files.place import Place
from cdk_bedrock_batch.files.reasons import told_of
from cdk_bedrock_batch.files.storage_options import storage_options
from cdk_bedrock_batch.files.tree import JobTree, StackFolder
from cdk_bedrock_batch.storage import BatchStorage

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct

    from cdk_bedrock_batch.files.job_file import JobFile
    from cdk_bedrock_batch.files.table_reader import Given

# CloudFormation API Reference, CreateStack.
_STACK_NAME: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9-]{0,127}")


@checked
def read_job_files(folder: str | Path, *, environment: str | None = None, run_id: str | None = None) -> list[JobFile]:
    """Read and check all job files in a folder and the folders below, for a stack of your own.

    The content of the files is not trusted: anyone may propose one. A value reaches templates, names and logs only as
    plain text, and no file outside the folder is read.

    :param environment: one of `environments.yaml`. Default: none; a folder with that file needs one.
    :param run_id: of all jobs, for an environment with `run_id: required`.
    :return: the jobs in the order of their files.
    :raises ValueError: the text has a line for each mistake: file, line, column, key, and what is allowed. Also raised
        if there is no job (a mistyped path would otherwise stop every running job), and if a file looks like a job
        file but would not be read as one.
    """
    faults = Faults()
    tree = JobTree(Path(folder), environment, run_id, faults)
    faults.raise_if_any()
    return [job for stack in tree.stacks for job in stack.jobs]


@checked
def declare_job_files(
    scope: Construct,
    folder: str | Path,
    *,
    environment: str | None = None,
    run_id: str | None = None,
    stack_name: str = "BedrockBatchJobs",
    removal_policy: RemovalPolicy = RemovalPolicy.RETAIN,
) -> list[Stack]:
    """Declare all jobs of a folder, each folder in a stack of its own.

    The stack of the top folder has the name `stack_name`, that of `support/` has `<stack_name>-support`. In an
    environment the name of the environment, or its `stack_suffix`, follows `stack_name`.

    :param scope: the app, or a stage.
    :param folder: of the job files.
    :param environment: as in `read_job_files`.
    :param run_id: as in `read_job_files`.
    :param stack_name: 1 to 128 letters, digits and hyphens, a letter first.
    :param removal_policy: of buckets and keys whose `removal_policy` no file says. Default: `RETAIN`.
    :return: the stacks, in the order of their names.
    :raises ValueError: as `read_job_files`, and as `ModelInvocationJob` and `BatchStorage`.

    Example::

        declare_job_files(app, "jobs", environment="prod")
    """
    faults, folder = Faults(), Path(folder)
    if not _STACK_NAME.fullmatch(stack_name):
        raise ValueError(
            f"stack_name must be 1 to 128 letters, digits and hyphens and start with a letter, got {shown(stack_name)}"
        )
    tree = JobTree(folder, environment, run_id, faults)
    env = Environment(account=tree.environment.own("account"), region=tree.environment.own("region"))
    names: dict[str, str] = {}
    stacks: dict[Stack, list[JobFile]] = {}
    for each in tree.stacks:
        name = _name_of(stack_name, tree, each)
        first = names.setdefault(name.casefold(), each.path)
        if first != each.path or not _STACK_NAME.fullmatch(name):
            why = f"that of {folder / first}, too" if first != each.path else "longer than 128 characters"
            faults.add(Place(folder / each.path), f"the name of its stack would be {name}, which is {why}")
            continue
        stack = Stack(scope, name, env=env, description="Amazon Bedrock batch inference jobs")
        _fill(stack, each, removal_policy, faults)
        stacks[stack] = each.jobs
    faults.raise_if_any()
    warn_of_moves(scope, stacks, tree)
    return list(stacks)


def _name_of(base: str, tree: JobTree, folder: StackFolder) -> str:
    return "-".join(filter(None, (base, tree.environment.stack_suffix, *folder.path.split("/"))))


def _fill(stack: Stack, folder: StackFolder, removal_policy: RemovalPolicy, faults: Faults) -> None:
    try:
        storage = BatchStorage(stack, "Storage", **storage_options(stack, folder.storage, removal_policy))
    except (ValueError, RuntimeError) as error:
        faults.add(*_placed_in_storage(folder.storage, str(error)))
        return
    for job in folder.jobs:
        try:
            job.declare(stack, storage=storage)
        except (ValueError, RuntimeError) as error:
            # Checks of CDK itself raise RuntimeError.
            path = f"{stack.node.path}/{job.construct_id}: "
            for line in str(error).split("\n"):
                faults.add(*_placed(job, folder.storage, line.removeprefix(path)))
    CfnOutput(
        stack,
        "Watch",
        value=f"bedrock-batch watch {stack.stack_name}",
        description="Follows the jobs of the stack; bedrock-batch results reads their output",
    )


def _placed_in_storage(storage: Mapping[str, Given], reason: str) -> tuple[Any, ...]:
    wrong, name, rest = told_of(reason, STORAGE, storage) or (next(iter(storage.values())), "", reason)
    return wrong.place, "storage", *filter(None, (name, rest))


def _placed(job: JobFile, storage: Mapping[str, Given], reason: str) -> tuple[Any, ...]:
    """Where the value is of which an error of the library tells."""
    if "the price of the model" in reason or "list of prices" in reason:
        return job._given["model"].place, "model", reason
    found = told_of(reason, JOB, job._given)
    if found is not None:
        wrong, name, rest = found
        return wrong.place, name, rest
    if job._names_input(reason):
        place, *said = in_input(job._given["input"], reason)
        return place, "input", *said
    if told_of(reason, STORAGE, storage) is not None:
        return _placed_in_storage(storage, reason)
    return job._given["name"].place, "name", reason
