"""A job that a file declares."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from aws_cdk import Duration, RemovalPolicy, Stack

from bedrock_batch.cost import Ceilings, Price
from bedrock_batch.plan.told import DECLARED_AT
from bedrock_batch.texts import shown
from cdk_bedrock_batch._checks import checked, model_name
from cdk_bedrock_batch.files.imports import Imports
from cdk_bedrock_batch.files.monitoring import declare_alarms, monitoring_options
from cdk_bedrock_batch.files.storage_options import storage_options
from cdk_bedrock_batch.job import ModelInvocationJob
from cdk_bedrock_batch.model import BatchModel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from constructs import Construct

    from cdk_bedrock_batch.files.table_reader import Given
    from cdk_bedrock_batch.input import JobInput
    from cdk_bedrock_batch.storage import BatchStorage

_T = TypeVar("_T")
# Options of a file that are those of the construct, value for value.
_AS_THEY_ARE: Final = ("invocation_type", "output_prefix", "gate", "on_removal", "hold")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFile:
    """A job that a file declares, with what the defaults of its folder and an environment say of it.

    Example::

        for file in read_job_files("jobs"):
            file.declare(stack)
    """

    path: Path
    """The file."""
    line: int
    """The line at which the job begins in it, from 1."""
    folder: str
    """The folder below that of all jobs, such as `support/`. Empty for the top one."""
    name: str
    """1 to 22 letters, digits and hyphens, a letter first. The construct id is made of it."""
    model: str
    """A model id or ARN."""
    environment: str | None = None
    """The environment, if there is one."""
    _given: Mapping[str, Given] = field(repr=False)
    _input: Callable[[Imports], JobInput] = field(repr=False)
    _told: Mapping[str, Any] = field(repr=False)

    @property
    def options(self) -> dict[str, Any]:
        """The options by their names in a job file, and their values. Those that nobody gives are left out."""
        return {name: each.plain for name, each in self._given.items()}

    @property
    def construct_id(self) -> str:
        """The id of the construct. No name in a job file can be the id of another construct in the stack."""
        return f"{self.name}-job"

    @checked
    def declare(self, scope: Construct, *, storage: BatchStorage | None = None) -> ModelInvocationJob:
        """Declare the job. File and line come into the metadata of the assembly.

        :param scope: a stack, or a construct in one.
        :param storage: as the option of `ModelInvocationJob`. Default: if the files have `storage`, one for the jobs of
            the folder; otherwise one that the jobs of the stack share.
        :raises ValueError: as `ModelInvocationJob` and `BatchStorage`.
        """
        stack = scope if isinstance(scope, Stack) else Stack.of(scope)
        imports = Imports.of(stack)
        if storage is None and "storage" in self._given:
            options = storage_options(stack, self._given["storage"].value, RemovalPolicy.RETAIN)
            storage = imports.storage(self.folder, options)
        job = ModelInvocationJob(
            scope,
            self.construct_id,
            model=batch_model(self._given),
            input=self._input(imports),
            storage=storage,
            timeout=self._duration("timeout_hours", Duration.hours),
            run_id=self._of("run_id") or "1",
            tags=self._of("tags") or {},
            job_name_prefix=self._of("job_name_prefix") or self.name,
            gate_timeout=self._duration("gate_timeout_seconds", Duration.seconds),
            **{option: self._of(option) for option in _AS_THEY_ARE if option in self._given},
            ceilings=self._made("ceilings", Ceilings),
            price=self._made("price", Price),
            **self._role(imports),
            **imports.network(self._of("vpc")),
            **monitoring_options(self._given, imports),
        )
        declare_alarms(self._given, job, imports)
        job._resource.node.add_metadata(DECLARED_AT, dict(self._told))
        return job

    def _names_input(self, reason: str) -> bool:
        """Whether an error text tells of the records, or of what they may take at most."""
        if reason.startswith(("max_records", "max_tokens", "max_usd")):
            return True
        source = self._given["input"].plain
        paths = source.values() if isinstance(source, dict) else [source]
        near = [str(self.path.parent / each) for each in paths if isinstance(each, str) and "\n" not in each]
        return reason.startswith(("texts:", *near))

    def _of(self, option: str) -> Any:
        return self._given[option].plain if option in self._given else None

    def _duration(self, option: str, made: Callable[[int], Duration]) -> Duration | None:
        value = self._of(option)
        return None if value is None else made(value)

    def _made(self, option: str, kind: Callable[..., _T]) -> _T | None:
        value = self._of(option)
        return kind(**value) if isinstance(value, dict) else None

    def _role(self, imports: Imports) -> dict[str, Any]:
        path, boundary = self._of("role_path"), self._of("permissions_boundary")
        if self._of("service_role") == "shared":
            return {"service_role": imports.shared_role(path, boundary)}
        role = self._of("service_role")
        return {
            "service_role": None if role is None else imports.role(role),
            "role_path": path,
            "permissions_boundary": imports.policy(boundary),
        }


def batch_model(given: Mapping[str, Given]) -> BatchModel:
    """The model of a job.

    :raises ValueError: as the methods of `BatchModel`.
    """
    model, models = given["model"].plain, given.get("foundation_models")
    restrict = given["restrict_to_profile"].plain if "restrict_to_profile" in given else True
    if models is not None:
        return BatchModel.from_application_inference_profile(
            model, foundation_models=models.plain, restrict_to_profile=restrict
        )
    if model_name.parse(model).kind is model_name.ModelKind.APPLICATION_INFERENCE_PROFILE:
        raise ValueError(f"an application inference profile needs foundation_models, got {shown(model)}")
    regions = given["destination_regions"].plain if "destination_regions" in given else None
    return BatchModel.from_model_id(model, destination_regions=regions, restrict_to_profile=restrict)
