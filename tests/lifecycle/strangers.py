"""Jobs that somebody else has started, and what a stack may declare to adopt."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from bedrock_batch_local.engine.client import InProcessClient
from handler.world import ACCOUNT, REGION
from lifecycle.allowances import Allowances
from lifecycle.stack import Stack
from lifecycle.universe import Universe
from model_invocation_job.spec import JobSpec

_VISIBLE_SECONDS = 60.0


class Adoption(StrEnum):
    """What `AdoptJobArn` names."""

    MATCHING = "a job like the declared one"
    DIFFERENT = "a job with other output"
    EARLIER = "what was left running"
    MISSING = "no job at all"
    FOREIGN = "a job of another account"


class Strangers:
    """The other users of the account."""

    def __init__(self, universe: Universe) -> None:
        self._universe = universe
        self._client = InProcessClient(universe.engine, account=ACCOUNT, region=REGION)

    def adopt(self, adoption: Adoption | None, properties: Mapping[str, Any], stacks: list[Stack]) -> dict[str, str]:
        """The property that adopts, none without something to adopt."""
        arn = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:model-invocation-job/"
        match adoption:
            case None:
                return {}
            case Adoption.MISSING:
                return {"AdoptJobArn": f"{arn}nojobatall00"}
            case Adoption.FOREIGN:
                return {"AdoptJobArn": arn.replace(ACCOUNT, "999999999999") + "job000000001"}
            case Adoption.EARLIER:
                earlier = self._left_by(stacks)
                return {"AdoptJobArn": earlier[-1]} if earlier else {}
            case _:
                return {"AdoptJobArn": self._start(properties, same=adoption is Adoption.MATCHING)}

    def _start(self, properties: Mapping[str, Any], *, same: bool) -> str:
        number = len(self._universe.record.strangers) + 1
        request = JobSpec.parse(properties).request(f"theirs{number}-1", f"theirs{number}")
        if not same:
            request["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"] = "s3://theirs/"
        job_arn = str(self._client.create_model_invocation_job(**request)["jobArn"])
        self._universe.agenda.run(seconds=_VISIBLE_SECONDS)
        return job_arn

    def _left_by(self, stacks: list[Stack]) -> list[str]:
        on_record = {recorded.physical_id for stack in stacks for recorded in stack.recorded.values()}
        left = set(Allowances(self._universe, stacks).left())
        return sorted(self._universe.record.live() & left - on_record)
