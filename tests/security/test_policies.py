"""parliament: every policy document of every template says what IAM understands, and means what it says."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import parliament
import pytest
from parliament import statement

from security.assembly import Assembly
from security.policies import Document, documents
from security.registry import ACCOUNT

_ROLE_POLICY: Final = r"\w*(?:ServiceRole|SharedRole|Theirs)\w+"


@dataclass(frozen=True, slots=True)
class Exempt:
    """A kind of finding that stays; the patterns are for the whole of logical id and detail."""

    issue: str
    resource: str
    detail: str
    reason: str


EXEMPT: Final = [
    Exempt(
        "MISMATCHED_TYPE_BUT_USABLE",
        _ROLE_POLICY,
        r'"Type mismatch: StringEquals requires a value of type String but given Arn"',
        "bedrock:InferenceProfileArn and ec2:Subnet: the user guide compares both by StringEquals, which is narrower "
        "than ArnEquals, since that knows wildcards",
    ),
    Exempt(
        "MISMATCHED_TYPE",
        _ROLE_POLICY,
        r'"Type mismatch: ArnEquals requires a value of type Arn but given String"',
        "the tag BedrockModelInvocationJobArn holds an ARN; the user guide's statement on network interfaces, word for "
        "word",
    ),
    Exempt(
        "RESOURCE_STAR",
        _ROLE_POLICY,
        r'\["ec2:CreateNetworkInterfacePermission", "ec2:DeleteNetworkInterface"\]',
        "the user guide's statement, word for word; its conditions leave the job's own subnets and interfaces",
    ),
    Exempt(
        "RESOURCE_STAR",
        r"\w*Key\w+",
        r'\["kms:.*\]',
        "in the policy of a key * is this key",
    ),
    Exempt(
        "RESOURCE_MISMATCH",
        r"\w*JobServiceRole\w+",
        r'bedrock:InvokeModel on \["arn:aws:bedrock:us-east-1:\d{12}:custom-model/[^"]*"\]',
        "no page of AWS says what a job's role needs for a custom model; the model is the least that can be meant",
    ),
    Exempt(
        "UNKNOWN_CONDITION_FOR_ACTION",
        rf"{_ROLE_POLICY}|BedrockBatchHandlerRole\w+",
        r'"Unknown condition kms:ResourceAliases for action kms:(Decrypt|GenerateDataKey)"',
        "newer than parliament's list: KMS Developer Guide, Use aliases to control access to KMS keys",
    ),
    Exempt(
        "RESOURCE_MISMATCH",
        r"\w*Storage\w+BucketPolicy\w+",
        r"s3:List\w+ on \[\]",
        "CDK's own statement for emptying a bucket: s3:List* matches actions that are not for buckets, too",
    ),
    Exempt(
        "RESOURCE_POLICY_PRIVILEGE_ESCALATION",
        r"\w*Storage\w+BucketPolicy\w+",
        r".*s3:PutBucketPolicy.*",
        "CDK's own function empties the bucket and first forbids new objects by a bucket policy",
    ),
]


def analyze(document: Document) -> list[tuple[str, str]]:
    """Issue and detail of each finding, of every severity."""
    found = []
    for finding in parliament.analyze_policy_string(json.dumps(_as_parliament_reads(document))).findings:
        if finding.issue == "RESOURCE_MISMATCH":
            found += [(finding.issue, text) for text in _mismatches(finding.detail, document.policy)]
        else:
            found.append((finding.issue, json.dumps(finding.detail)))
    return found


def _as_parliament_reads(document: Document) -> dict[str, Any]:
    """Write a trust policy with the resource that it stands for, and model ids without colons.

    parliament takes a colon in an id for the start of a further part of the ARN.
    """
    text = re.sub(
        r"(:(?:foundation-model|inference-profile|custom-model)/)([^\"]*)", _no_colons, json.dumps(document.policy)
    )
    policy: dict[str, Any] = json.loads(text)
    if document.is_trust:
        for each in policy["Statement"]:
            each["Resource"] = f"arn:aws:iam::{ACCOUNT}:role/{document.resource}"
    return policy


def _no_colons(found: re.Match[str]) -> str:
    return found[1] + found[2].replace(":", "-")


def _mismatches(detail: list[dict[str, str]], policy: dict[str, Any]) -> list[str]:
    """The actions for which a statement names no resource of any kind that they have, with what it names instead.

    parliament takes all kinds that an action can have for needed together; in the service authorization reference they
    are alternatives (`InvokeModel` on a foundation model or an inference profile).
    """
    found = []
    for action, missing in Counter(each["action"] for each in detail).items():
        kinds = statement.get_privilege_info(*action.split(":"))["resource_types"]
        if missing >= sum("*" in kind["resource_type"] for kind in kinds):
            resources = [each["Resource"] for each in policy["Statement"] if action in each.get("Action", [])]
            found.append(f"{action} on {json.dumps(resources)}")
    return found


def _exemption(document: Document, issue: str, detail: str) -> Exempt | None:
    for each in EXEMPT:
        if each.issue == issue and re.fullmatch(each.resource, document.resource) and re.fullmatch(each.detail, detail):
            return each
    return None


def checked(document: Document) -> Iterator[tuple[tuple[str, str, str, str], Exempt | None]]:
    """Logical id, path, issue and detail of each finding of a document, and what exempts it."""
    for issue, detail in analyze(document):
        yield (document.resource, document.path, issue, detail), _exemption(document, issue, detail)


def test_parliament_finds_nothing_but_what_is_exempt_and_all_of_that(assembly: Assembly) -> None:
    found = [each for document in documents(assembly.template) for each in checked(document)]
    assert [finding for finding, exempt in found if exempt is None] == []
    assert {exempt for _, exempt in found} == set(EXEMPT)


def test_every_kind_of_policy_document_is_found(assembly: Assembly) -> None:
    """A role's own policies and trust, a policy added to a role, of a bucket, of a key, of a topic."""
    kinds = {
        (assembly.template["Resources"][document.resource]["Type"], re.sub(r"\.\d+", "", document.path))
        for document in documents(assembly.template)
    }
    assert kinds == {
        ("AWS::IAM::Role", "AssumeRolePolicyDocument"),
        ("AWS::IAM::Role", "Policies.PolicyDocument"),
        ("AWS::IAM::Policy", "PolicyDocument"),
        ("AWS::S3::BucketPolicy", "PolicyDocument"),
        ("AWS::KMS::Key", "KeyPolicy"),
        ("AWS::SNS::TopicPolicy", "PolicyDocument"),
    }


def test_no_statement_escapes_the_search_for_documents(assembly: Assembly) -> None:
    text = json.dumps(assembly.template["Resources"])
    assert text.count('"Effect":') == sum(len(each.policy["Statement"]) for each in documents(assembly.template))


_MODEL: Final = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0"


@pytest.mark.parametrize(
    ("change", "issue"),
    [
        ({"Resource": "arn:aws:s3:::prompts/*"}, "RESOURCE_MISMATCH"),
        ({"Action": "bedrock:InvokeModels"}, "UNKNOWN_ACTION"),
        ({"Action": "bedrok:InvokeModel"}, "UNKNOWN_PREFIX"),
        ({"Action": "bedrock:StopModelInvocationJob"}, "RESOURCE_MISMATCH"),
        ({"Action": "bedrock:ListModelInvocationJobs"}, "RESOURCE_MISMATCH"),
        ({"Condition": {"StringEquals": {"bedrock:InferenceProfile": "x"}}}, "UNKNOWN_CONDITION_FOR_ACTION"),
        ({"Resource": "arn:aws:bedrock:us-east-1:foundation-model/amazon.nova-lite-v1"}, "INVALID_ARN"),
        ({"Effect": "Permit"}, "MALFORMED"),
    ],
)
def test_parliament_does_find_what_is_wrong(change: dict[str, Any], issue: str) -> None:
    right = {"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": _MODEL}

    def issues(statement: dict[str, Any]) -> list[str]:
        document = Document("Role", "Policies.0.PolicyDocument", {"Version": "2012-10-17", "Statement": [statement]})
        return [found for found, _ in analyze(document)]

    assert issues(right) == []
    assert issues({**right, **change}) == [issue]


@pytest.mark.parametrize(
    ("condition", "issues"),
    [
        ({"ArnLike": {"aws:SourceArn": f"arn:aws:bedrock:us-east-1:{ACCOUNT}:model-invocation-job/*"}}, []),
        (
            {"ArnsLike": {"aws:SourceArn": f"arn:aws:bedrock:us-east-1:{ACCOUNT}:model-invocation-job/*"}},
            ["UNKNOWN_OPERATOR"],
        ),
        ({"ArnLike": {"aws:SourceArn": "model-invocation-job/*"}}, ["MISMATCHED_TYPE"]),
        ({"StringEquals": {"bedrock:InferenceProfileArn": "x"}}, ["UNKNOWN_CONDITION_FOR_ACTION"]),
    ],
)
def test_parliament_reads_the_conditions_of_a_trust_policy(condition: dict[str, Any], issues: list[str]) -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "bedrock.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": condition,
    }
    document = Document("Role", "AssumeRolePolicyDocument", {"Version": "2012-10-17", "Statement": [trust]})
    assert [issue for issue, _ in analyze(document)] == issues
