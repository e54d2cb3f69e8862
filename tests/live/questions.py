"""What the documentation of AWS leaves open, asked one by one; each function answers with what it saw."""

from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError
from live.jobs import Jobs, error_of

BY_HAND = "by hand"


@dataclass(frozen=True)
class Finding:
    """One line of the table."""

    question: str
    observed: str
    evidence: str


def repeated_token(jobs: Jobs) -> list[Finding]:
    """a) The answer to a token that was used before."""
    names = jobs.names()
    first = jobs.start(**names)
    again = _outcome(lambda: jobs.start(**names))
    other = _outcome(lambda: jobs.start(**names, timeoutDurationInHours=25))
    return [
        Finding("a same token, same parameters", "same ARN" if again == first else "another answer", again),
        Finding("a same token, other parameters", "same ARN" if other == first else "another answer", other),
        Finding(
            "a lifetime of a token", BY_HAND, f"after 1, 12 and 24 hours: create again with token {names['jobName']}"
        ),
    ]


def name_again(jobs: Jobs) -> list[Finding]:
    """b), d), h) and l): a name used again after its job was stopped, how long stopping takes, and tags after it."""
    names = jobs.names()
    arn = jobs.start(**names)
    while_live = _outcome(lambda: jobs.start(**names | {"clientRequestToken": jobs.names()["jobName"]}))
    jobs.stop(arn)
    stopping = jobs.stop(arn)
    seconds = jobs.seconds_until(lambda: jobs.get(arn)["status"] == "Stopped")
    afterwards = _outcome(lambda: jobs.start(**names | {"clientRequestToken": jobs.names()["jobName"]}))
    return [
        Finding("b name of a live job", _accepted(while_live), while_live),
        Finding("b name of a stopped job", _accepted(afterwards), afterwards),
        Finding("b name of a completed job", BY_HAND, "let one job complete, create another with its name"),
        Finding("d stop while stopping", stopping.partition(":")[0], stopping),
        Finding("d stop of a stopped job", *_stop_of(jobs, arn)),
        Finding("h seconds of Stopping", "bound passed" if seconds is None else f"{seconds:.0f}", arn),
        *_tags_of_ended(jobs, arn),
    ]


def _tags_of_ended(jobs: Jobs, arn: str) -> list[Finding]:
    read = _outcome(lambda: str(jobs.bedrock.list_tags_for_resource(resourceARN=arn)["tags"]))
    tags = [{"key": "smoke", "value": "ended"}]
    changed = _outcome(lambda: f"{tags} {jobs.bedrock.tag_resource(resourceARN=arn, tags=tags) and 'set'}")
    return [
        Finding("l tags of a stopped job, read", _answered(read), read),
        Finding("l tags of a stopped job, changed", _answered(changed), changed),
    ]


def refused_role(jobs: Jobs, role_arn: str) -> list[Finding]:
    """c) A role that cannot be assumed."""
    nobody = role_arn.rpartition("/")[0] + f"/{jobs.names()['jobName']}"
    return [Finding("c role that cannot be assumed", *_sync_or_async(jobs, {"roleArn": nobody}))]


def missing_rights(jobs: Jobs) -> list[Finding]:
    """c) and d): an output bucket for which the role has no rights, and the stop of a failed job."""
    nowhere = {"s3OutputDataConfig": {"s3Uri": f"s3://{jobs.names()['jobName']}/out/"}}
    before = len(jobs.started)
    findings = [Finding("c missing rights in S3", *_sync_or_async(jobs, {"outputDataConfig": nowhere}))]
    if len(jobs.started) > before:
        findings.append(Finding("d stop of a failed job", *_stop_of(jobs, jobs.started[-1])))
    completed = Finding("d stop of a completed or expired job", BY_HAND, "stop-model-invocation-job on an old ARN")
    return [*findings, completed]


def listing(jobs: Jobs) -> list[Finding]:
    """e) How late List shows a job, and whether it shows its token."""
    names = jobs.names()
    arn = jobs.start(**names)
    seen: list[str] = []

    def is_listed() -> bool:
        found = jobs.bedrock.list_model_invocation_jobs(nameContains=names["jobName"])["invocationJobSummaries"]
        seen.extend(str(job.get("clientRequestToken")) for job in found)
        return bool(found)

    seconds = jobs.seconds_until(is_listed)
    token = str(jobs.get(arn).get("clientRequestToken"))
    return [
        Finding("e seconds until List shows a job", "bound passed" if seconds is None else f"{seconds:.1f}", arn),
        Finding("e token in List", _filled(seen[-1:] == [names["clientRequestToken"]]), str(seen[-1:])),
        Finding("e token in Get", _filled(token == names["clientRequestToken"]), token),
    ]


def only_by_hand(_: Jobs) -> list[Finding]:
    """What needs CloudFormation, another partition or other rights, with the steps."""
    steps = {
        "f rollback Update after a cancelled Update": "deploy job and a failing resource side by side, change both,"
        " cancel-update-stack; read PhysicalResourceId and OldResourceProperties in a logging copy of the handler",
        "f LastUpdatedTime in a rollback": "let an update fail; compare describe-stacks with the times of"
        " UPDATE_IN_PROGRESS and UPDATE_ROLLBACK_IN_PROGRESS in describe-stack-events",
        "g ResourceProperties in the clean-up Delete": "change run_id, deploy; read RunId in the Delete that follows",
        "i hosts of ResponseURL in cn, gov, iso": "deploy there; the handler logs 'event refused' for an unknown host",
        "j tag condition on Stop": "a role with bedrock:StopModelInvocationJob under aws:ResourceTag; stop a running"
        " and a stopped job",
        "k ResponseURL of a retry with the same RequestId": "disable-rollback, let the Create fail, retry the stack;"
        " compare RequestId and X-Amz-Date of both events",
    }
    return [Finding(question, BY_HAND, step) for question, step in steps.items()]


def _outcome(start: Callable[[], str]) -> str:
    try:
        return start()
    except (ClientError, BotoCoreError) as error:
        return error_of(error)


def _accepted(outcome: str) -> str:
    return "accepted" if outcome.startswith("arn:") else f"refused, {outcome.partition(':')[0]}"


def _answered(outcome: str) -> str:
    return "accepted" if outcome.startswith("[") else f"refused, {outcome.partition(':')[0]}"


def _filled(is_so: bool) -> str:
    return "filled" if is_so else "missing"


def _stop_of(jobs: Jobs, arn: str) -> tuple[str, str]:
    status, said = jobs.get(arn)["status"], jobs.stop(arn)
    return said.partition(":")[0], f"{status}: {said}"


def _sync_or_async(jobs: Jobs, members: dict[str, object]) -> tuple[str, str]:
    outcome = _outcome(lambda: jobs.start(**jobs.names(), **members))
    if not outcome.startswith("arn:"):
        return "at once", outcome
    end = jobs.end_of(outcome)
    return ("by the job" if end.startswith("Failed") else "not refused in time"), end
