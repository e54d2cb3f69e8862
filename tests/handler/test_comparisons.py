"""What is compared with what: a declaration with a job that is there, a request's age with its service timeout."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bedrock_batch.decisions.direction import Direction
from bedrock_batch.decisions.job_matches import differences
from bedrock_batch.decisions.start_or_adopt import Adopt, decide
from bedrock_batch.job import Job
from bedrock_batch.run.declaration import JobSpec
from bedrock_batch.run.identity import ResourceIdentity, RunIdentity
from handler.test_answer import an_event
from handler.world import STACK_ID, World, properties
from model_invocation_job.io.shown_job import job_of

KEYED = {"s3OutputDataConfig": {"s3Uri": "s3://answers/tickets/", "s3EncryptionKeyId": "arn:aws:kms:x:1:key/a"}}
RUN = RunIdentity(ResourceIdentity(STACK_ID, "TicketsE1"), {"runId": "1"})


def compared(spec: JobSpec, shown: dict[str, Any]) -> list[str]:
    """How a declaration differs from a job that is shown so."""
    return differences(spec, job_of("GetModelInvocationJob", {"jobArn": "arn"} | shown))


@pytest.mark.parametrize("job", [{}, {"inputDataConfig": {}, "outputDataConfig": {}}])
def test_members_that_the_service_leaves_out_differ_in_nothing(job: dict[str, Any]) -> None:
    assert compared(JobSpec.parse(properties()), job) == []


def test_another_key_is_a_difference_that_is_named() -> None:
    other = {"s3OutputDataConfig": KEYED["s3OutputDataConfig"] | {"s3EncryptionKeyId": "arn:aws:kms:x:1:key/b"}}
    spec = JobSpec.parse(properties(Job={"outputDataConfig": KEYED}))

    assert compared(spec, {"outputDataConfig": other}) == ["outputDataConfig.s3EncryptionKeyId"]
    assert compared(spec, {"outputDataConfig": KEYED}) == []


@pytest.mark.parametrize(("digest", "counts"), [("a" * 64, False), (None, True)])
def test_the_address_of_an_uploaded_file_is_not_compared(digest: str | None, *, counts: bool) -> None:
    job = {"inputDataConfig": {"s3InputDataConfig": {"s3Uri": "s3://elsewhere/x.jsonl"}}}
    found = compared(JobSpec.parse(properties(InputDigest=digest)), job)

    assert (found == ["inputDataConfig.s3Uri"]) is counts


@pytest.mark.parametrize("address", ["s3://answers/tickets", "s3://answers/tickets/"])
def test_a_folder_is_the_same_with_and_without_its_final_slash(address: str) -> None:
    job = {"outputDataConfig": {"s3OutputDataConfig": {"s3Uri": address}}}

    assert compared(JobSpec.parse(properties()), job) == []


def test_a_type_of_invocation_that_differs_is_named() -> None:
    assert compared(JobSpec.parse(properties()), {"modelInvocationType": "InvokeModel"}) == ["modelInvocationType"]


def test_a_model_of_ones_own_is_the_same_by_its_arn_of_several_parts() -> None:
    own = "arn:aws:bedrock:x:111122223333:custom-model/amazon.nova-lite-v1:0/abcdefghijkl"

    assert compared(JobSpec.parse(properties(Job={"modelId": own})), {"modelId": own}) == []


@pytest.mark.parametrize("model_id", ["a.b-v1:0", "arn:aws:bedrock:x::foundation-model/a.b-v1:0"])
def test_a_model_is_the_same_by_its_id_and_by_its_arn(model_id: str) -> None:
    spec = JobSpec.parse(properties(Job={"modelId": model_id}))

    assert compared(spec, {"modelId": "arn:aws:bedrock:x::foundation-model/a.b-v1:0"}) == []
    assert compared(spec, {"modelId": "arn:aws:bedrock:x::foundation-model/other"}) == ["modelId"]


def test_the_members_that_define_a_run_never_change_their_names() -> None:
    """Pinned: another name would start a second paid job for every user who upgrades."""
    uploaded = JobSpec.parse(properties(Job={"outputDataConfig": KEYED})).defining()
    in_a_bucket = JobSpec.parse(properties(InputDigest=None, InputRevision="c" * 64)).defining()

    names = {"model", "invocationType", "outputUri", "runId"}
    assert set(uploaded) == names | {"inputDigest", "inputBucket", "inputKey", "outputKey"}
    assert set(in_a_bucket) == names | {"inputUri", "inputRevision"}


@pytest.mark.parametrize(
    ("timeout", "minutes", "is_late"),
    [
        ("960", 30, False),
        ("960", 31, False),
        ("960", 32, True),
        ("", 32, False),
        ("", 76, True),
        ("٩٦٠", 32, False),
        ("1e3", 32, False),
        (None, 76, True),
    ],
)
def test_a_request_is_too_late_a_quarter_of_an_hour_after_its_service_timeout(
    world: World, timeout: str | None, minutes: int, *, is_late: bool
) -> None:
    """A timeout that is no plain number counts as CloudFormation's default of an hour."""
    event = world.event("Create", issued_ago=minutes * 60, ResourceProperties=properties(ServiceTimeout=timeout))

    assert (world.deliver(event)["Status"] == "FAILED") is is_late
    assert world.started == (0 if is_late else 1)


def test_the_newest_attempt_that_delivered_is_taken_and_an_empty_token_hides_nothing() -> None:
    jobs = [Job(str(number), RUN.name("x", number), status="Completed") for number in (1, 3, 2)]
    decision = decide(RUN, jobs, Direction.FORWARD, datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=1))

    assert isinstance(decision, Adopt)
    assert decision.job.arn == "3"


def test_an_event_knows_its_age_only_if_its_address_tells() -> None:
    assert an_event().age(datetime(2026, 1, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize("uri", ["s3://answers/ticketsX", "s3://answers/tickets/X"])
def test_only_a_final_slash_is_left_out_of_the_comparison(uri: str) -> None:
    spec = JobSpec.parse(properties())

    assert compared(spec, {"outputDataConfig": {"s3OutputDataConfig": {"s3Uri": uri}}}) == ["outputDataConfig.s3Uri"]
    declared = JobSpec.parse(properties(Job={"outputDataConfig": {"s3OutputDataConfig": {"s3Uri": uri}}}))
    assert compared(declared, {"outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://answers/tickets"}}}) == [
        "outputDataConfig.s3Uri"
    ]


@pytest.mark.parametrize("job", [{}, {"inputDataConfig": {}}, {"inputDataConfig": {}, "outputDataConfig": {}}])
def test_a_configuration_that_is_not_shown_differs_in_nothing(job: dict[str, Any]) -> None:
    assert compared(JobSpec.parse(properties(InputDigest=None, InputRevision="c" * 64)), job) == []
