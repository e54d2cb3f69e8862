"""The function that tells outcomes: how it is set up, what it may do, what invokes it, and that a stack has one."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, CfnResource, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Annotations, Match, Template

from cdk_bedrock_batch import BatchStorage, ModelInvocationJob, Outcome, PolicyKind
from cdk_bedrock_batch._template.stack_view import StackView
from cdk_bedrock_batch.handler import BatchHandler
from unit.templates import as_text

Declare = Callable[..., ModelInvocationJob]
OWN = {"StringEquals": {"aws:ResourceAccount": "${AWS::AccountId}"}}
LISTED = ["run/*.json", "*/manifest.json.out", "*/outcome.json"]


def resources(stack: Stack, kind: str) -> dict[str, dict[str, Any]]:
    """Those that are there to tell outcomes."""
    found = Template.from_stack(stack).find_resources(kind)
    return {name: dict(each) for name, each in found.items() if name.startswith("BedrockBatchOutcomes")}


def only(stack: Stack, kind: str) -> dict[str, Any]:
    (found,) = resources(stack, kind).values()
    properties: dict[str, Any] = as_text(found["Properties"])
    return properties


def policy(stack: Stack) -> list[dict[str, Any]]:
    (document,) = only(stack, "AWS::IAM::Role")["Policies"]
    found: list[dict[str, Any]] = document["PolicyDocument"]["Statement"]
    return found


def test_outcome_function(stack: Stack, declare: Declare, matches_snapshot: Callable[[Stack], None]) -> None:
    declare(outcome=Outcome())
    matches_snapshot(stack)


def test_it_is_small_and_is_invoked_again_when_it_fails(stack: Stack, declare: Declare) -> None:
    declare(outcome=Outcome())
    found = only(stack, "AWS::Lambda::Function")

    assert found["Handler"] == "batch_outcome.index.handler"
    assert (found["Architectures"], found["MemorySize"], found["Timeout"]) == (["arm64"], 256, 300)
    assert found["TracingConfig"] == {"Mode": "Active"}
    assert found["Environment"] == {"Variables": {"STACK_ID": "${AWS::StackId}"}}
    assert only(stack, "AWS::Lambda::EventInvokeConfig")["MaximumRetryAttempts"] == 2
    assert only(stack, "AWS::Logs::LogGroup") == {"RetentionInDays": 365}


def test_a_stack_has_one_for_all_its_jobs(stack: Stack, declare: Declare) -> None:
    jobs = [declare(f"Job{number}", outcome=Outcome(max_missing=number)) for number in range(3)]

    assert len(resources(stack, "AWS::Lambda::Function")) == 1
    assert len(resources(stack, "AWS::Events::Rule")) == 2
    groups = {StackView.of(stack).written(job._outcome_log_group.log_group_arn) for job in jobs}  # type: ignore[union-attr]  # it has one
    assert len(groups) == 1


def test_the_end_of_any_job_of_the_stack_invokes_it(stack: Stack, declare: Declare) -> None:
    declare(outcome=Outcome())
    (rule,) = (each for name, each in resources(stack, "AWS::Events::Rule").items() if "EndRule" in name)
    part = {"Fn::Select": [0, {"Fn::Split": ["-", {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}]}]}

    assert rule["Properties"]["EventPattern"] == {
        "source": ["aws.bedrock"],
        "detail-type": ["Batch Inference Job State Change"],
        "detail": {
            "status": ["Completed", "Expired", "Failed", "PartiallyCompleted", "Stopped"],
            "batchJobName": [{"wildcard": {"Fn::Join": ["", ["*-", part, "*"]]}}],
        },
    }


def test_every_15_minutes_it_looks_for_what_was_lost(stack: Stack, declare: Declare) -> None:
    declare(outcome=Outcome())
    (rule,) = (each for name, each in resources(stack, "AWS::Events::Rule").items() if "Schedule" in name)

    assert rule["Properties"]["ScheduleExpression"] == "rate(15 minutes)"
    assert "EventPattern" not in rule["Properties"]


def test_only_these_two_rules_may_invoke_it(stack: Stack, declare: Declare) -> None:
    declare(outcome=Outcome())
    (function,) = resources(stack, "AWS::Lambda::Function")
    permissions = [as_text(each["Properties"]) for each in resources(stack, "AWS::Lambda::Permission").values()]

    assert {each["SourceArn"] for each in permissions} == {
        f"${{{name}.Arn}}" for name in resources(stack, "AWS::Events::Rule")
    }
    assert {each["Principal"] for each in permissions} == {"events.amazonaws.com"}
    assert {each["FunctionName"] for each in permissions} == {f"${{{function}.Arn}}"}


def test_a_job_waits_for_both_rules_and_goes_before_them(stack: Stack, declare: Declare) -> None:
    declare("Told", outcome=Outcome())
    declare("Plain")
    found = Template.from_stack(stack).to_json()["Resources"]
    jobs = {name[:4]: job for name, job in found.items() if job["Type"] == "Custom::BedrockModelInvocationJob"}

    def needs(resource: dict[str, Any]) -> set[str]:
        """All that it names or waits for, and what that does."""
        text = json.dumps([resource.get("Properties"), resource.get("DependsOn")])
        direct = {name for name in found if f'"{name}"' in text}
        return direct.union(*(needs(found[name]) for name in direct))

    rules = set(resources(stack, "AWS::Events::Rule"))
    assert len(rules) == 2
    assert rules | set(resources(stack, "AWS::Lambda::Permission")) < needs(jobs["Told"])
    assert not any(name.startswith("BedrockBatchOutcomes") for name in needs(jobs["Plai"]))


def test_it_may_do_this_and_nothing_else(stack: Stack, declare: Declare) -> None:
    declare(outcome=Outcome())
    template = Template.from_stack(stack)
    (bucket,) = (name for name in template.find_resources("AWS::S3::Bucket") if "OutputBucket" in name)
    (key,) = template.find_resources("AWS::KMS::Key")
    (log_group,) = resources(stack, "AWS::Logs::LogGroup")
    folder = f"${{{bucket}.Arn}}/Stack/*"
    here = "${AWS::Region}:${AWS::AccountId}"

    def allow(actions: str | list[str], resource: Any, **condition: Any) -> dict[str, Any]:
        return {
            "Effect": "Allow",
            "Action": actions,
            "Resource": resource,
            **({"Condition": condition} if condition else {}),
        }

    assert policy(stack) == [
        allow("bedrock:GetModelInvocationJob", f"arn:${{AWS::Partition}}:bedrock:{here}:model-invocation-job/*"),
        allow(["bedrock:ListModelInvocationJobs", "xray:PutTelemetryRecords", "xray:PutTraceSegments"], "*"),
        allow("cloudwatch:PutMetricData", "*", StringEquals={"cloudwatch:namespace": "BedrockBatch"}),
        allow(
            "events:PutEvents",
            f"arn:${{AWS::Partition}}:events:{here}:event-bus/default",
            StringEquals={
                "events:source": "cdk-bedrock-batch",
                "events:detail-type": "Batch Inference Job Outcome",
            },
        ),
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], f"${{{log_group}.Arn}}"),
        allow("s3:GetObject", [f"{folder}/run/*.json", f"{folder}/*/manifest.json.out"], **OWN),
        allow(["s3:GetObject", "s3:PutObject"], f"{folder}/*/outcome.json", **OWN),
        allow(
            "s3:ListBucket",
            f"${{{bucket}.Arn}}",
            **OWN,
            StringLike={"s3:prefix": [f"{folder.partition('.Arn}/')[2]}/{each}" for each in LISTED]},
        ),
        allow(
            ["kms:Decrypt", "kms:GenerateDataKey"],
            f"${{{key}.Arn}}",
            StringEquals={"kms:ViaService": "s3.${AWS::Region}.${AWS::URLSuffix}"},
        ),
    ]


def test_a_further_job_adds_nothing_to_its_policy(app: App, declare: Declare) -> None:
    one, two = Stack(app, "One"), Stack(app, "Two")
    declare("First", scope=one, outcome=Outcome())
    for construct_id in ("First", "Second"):
        declare(construct_id, scope=two, outcome=Outcome(max_missing=2))

    assert json.dumps(policy(one)) == json.dumps(policy(two)).replace("/Two/", "/One/").replace('"Two', '"One')


def test_a_place_of_its_own_adds_only_what_runs_leave_there(stack: Stack, declare: Declare) -> None:
    declare("One", outcome=Outcome(), output_prefix="reports")
    declare("Two", outcome=Outcome(), output_prefix="answers")
    reading, marking, *listing = (each for each in policy(stack) if "s3:" in json.dumps(each["Action"]))

    assert [each.partition(".Arn}/")[2] for each in reading["Resource"]] == [
        "reports/run/*.json",
        "reports/*/manifest.json.out",
        "answers/run/*.json",
        "answers/*/manifest.json.out",
    ]
    assert [each.partition(".Arn}/")[2] for each in marking["Resource"]] == [
        "reports/*/outcome.json",
        "answers/*/outcome.json",
    ]
    assert [each["Condition"]["StringLike"]["s3:prefix"] for each in listing] == [
        [f"{folder}/{each}" for each in LISTED] for folder in ("reports", "answers")
    ]


def test_a_place_of_a_job_without_outcome_is_neither_read_nor_listed(stack: Stack, declare: Declare) -> None:
    """So the function can tell it from a place whose policy is wrong."""
    storage = BatchStorage(stack, "Storage")
    declare("One", outcome=Outcome(), storage=storage)
    declare("Two", storage=storage, output_prefix="silent")

    assert "silent" not in json.dumps(policy(stack))
    (listing,) = (each for each in policy(stack) if each["Action"] == "s3:ListBucket")
    assert all(each.startswith("Stack/*/") for each in listing["Condition"]["StringLike"]["s3:prefix"])


def test_fails_on_more_places_than_its_policy_holds(stack: Stack, declare: Declare) -> None:
    storage, role = BatchStorage(stack, "Storage"), iam.Role.from_role_name(stack, "Role", "role")

    with pytest.raises(  # noqa: PT012 - how far it came does not matter
        ValueError,
        match=r"^the policy of the function that tells the outcomes of a stack may have 10240 characters, and would "
        r"have up to 1[01]\d{3}; put some of the jobs into another stack, or leave output_prefix out$",
    ):
        for number in range(20):
            declare(
                f"Job{number}",
                storage=storage,
                service_role=role,
                output_prefix=f"{number:0200}",
                outcome=Outcome(),
            )


def test_an_output_of_another_account_needs_a_bucket_policy_there(stack: Stack, declare: Declare) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "Theirs", "their-answers")
    storage = BatchStorage(stack, "Storage", output_bucket=bucket, output_bucket_owner="222222222222")
    job = declare(storage=storage, output_prefix="out", outcome=Outcome())

    *_, required = job.required_policies
    assert (required.kind, required.resource) == (PolicyKind.BUCKET_POLICY, "arn:${AWS::Partition}:s3:::their-answers")
    assert [each["Action"] for each in required.statements] == [
        "s3:GetObject",
        ["s3:GetObject", "s3:PutObject"],
        "s3:ListBucket",
    ]
    assert all(
        "/cdk-bedrock-batch-outcomes/" in each["Condition"]["ArnLike"]["aws:PrincipalArn"]
        for each in required.statements
    )
    Annotations.from_stack(stack).has_warning(
        "/Stack/Job",
        Match.string_like_regexp(
            r"the bucket policy of .*their-answers cannot be written from this stack; the outcome of this job is not "
            r"told unless it holds these statements, or wider ones: \["
        ),
    )


def test_a_key_that_does_not_leave_it_to_iam_lets_it_in(stack: Stack, declare: Declare) -> None:
    administration = iam.PolicyStatement(
        principals=[iam.AccountRootPrincipal()], actions=["kms:PutKeyPolicy"], resources=["*"]
    )
    key = kms.Key(stack, "Closed", policy=iam.PolicyDocument(statements=[administration]))
    job = declare(storage=BatchStorage(stack, "Storage", key=key), outcome=Outcome())
    document = Template.from_stack(stack).find_resources("AWS::KMS::Key").values()
    text = json.dumps(as_text(list(document)))

    assert "/cdk-bedrock-batch-outcomes/${AWS::Region}/Stack/*" in text
    assert job.required_policies == ()


def test_it_may_stand_in_for_no_role_of_a_job(stack: Stack, declare: Declare) -> None:
    """The handler passes all roles below its own path to Bedrock."""
    declare(outcome=Outcome())

    path = only(stack, "AWS::IAM::Role")["Path"]
    assert path == "/cdk-bedrock-batch-outcomes/${AWS::Region}/${AWS::StackName}/"
    assert not path.startswith(("/cdk-bedrock-batch/", "/cdk-bedrock-batch-handler/"))


def test_an_administrator_may_make_its_role(declare: Declare) -> None:
    app = App()
    stack = Stack(app, "Stack")
    iam.Role.customize_roles(
        stack,
        use_precreated_roles={
            "Stack/BedrockBatchHandler/Role": "handler",
            "Stack/BedrockBatchOutcomes/Role": "outcomes",
        },
    )
    role = iam.Role.from_role_name(stack, "Theirs", "theirs")
    declare(scope=stack, outcome=Outcome(), service_role=role)

    assert "outcomes" in json.dumps(as_text(only(stack, "AWS::Lambda::Function")["Role"]))
    assert resources(stack, "AWS::IAM::Role") == {}


def test_it_is_counted_as_what_it_takes_of_the_template(stack: Stack, declare: Declare) -> None:
    declare("Plain")
    room = BatchHandler._of_stack(StackView.of(stack))._room
    before = (room._resources, room.taken_bytes)
    declare("Told", outcome=Outcome())
    found = {
        name: each
        for name, each in Template.from_stack(stack).to_json()["Resources"].items()
        if name.startswith("BedrockBatchOutcomes")
    }
    taken = len(json.dumps(found, separators=(",", ":")))
    paths = sum(len(f"{each.node.path}") for each in _of(stack))

    assert room._resources - before[0] == len(found) + 2
    # A job takes under 5,000 of it.
    assert taken + 2 * paths <= room.taken_bytes - before[1] <= taken + 2 * paths + 5_000 + 3_000


def _of(stack: Stack) -> list[CfnResource]:
    return [
        each for each in stack.node.find_child("BedrockBatchOutcomes").node.find_all() if isinstance(each, CfnResource)
    ]


def test_its_ids_name_no_stack(app: App, declare: Declare) -> None:
    stacks = [Stack(app, name) for name in ("One", "Two")]
    for stack in stacks:
        declare(scope=stack, outcome=Outcome())

    one, two = (set(resources(stack, kind)) for stack in stacks for kind in ("AWS::Lambda::Permission",))
    assert one == two
