"""How often one more job crosses to the jsii kernel, callbacks at synthesis included: hundreds of jobs pay for it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from kernel_calls import counted

from cdk_bedrock_batch import BatchModel, JobInput, ModelInvocationJob

MOST_CALLS = 30
Input = Callable[[Stack, Path, int], JobInput]


def from_file(_stack: Stack, prompts: Path, number: int) -> JobInput:
    path = prompts.with_name(f"{number}.jsonl")
    path.write_bytes(prompts.read_bytes().replace(b'"modelInput"', b'"n": %d, "modelInput"' % number))
    return JobInput.from_file(path)


def from_bucket(stack: Stack, _prompts: Path, number: int) -> JobInput:
    bucket = s3.Bucket.from_bucket_name(stack, f"Theirs{number}", f"theirs-{number}")
    return JobInput.from_bucket(bucket, key="records.jsonl")


def calls(make: Input, prompts: Path, jobs: int, *, notifies: bool) -> int:
    """Calls of an app with some jobs, each with an input of its own, which are made before."""
    stack = Stack(app := App(), "Stack")
    topic = sns.Topic(stack, "Topic") if notifies else None
    inputs = [make(stack, prompts, number) for number in range(jobs)]
    with counted() as found:
        for number, each in enumerate(inputs):
            ModelInvocationJob(
                stack,
                f"Job{number}",
                model=BatchModel.from_model_id("us.amazon.nova-lite-v1:0"),
                input=each,
                notify=topic,
            )
        app.synth()
    return found.total()


@pytest.mark.parametrize("make", [from_file, from_bucket])
@pytest.mark.parametrize("notifies", [False, True])
def test_one_more_job_takes_at_most_30_calls(make: Input, prompts: Path, *, notifies: bool) -> None:
    one, many = (calls(make, prompts, jobs, notifies=notifies) for jobs in (1, 11))

    assert 5 < (many - one) / 10 <= MOST_CALLS
