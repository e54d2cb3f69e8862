"""What the library answers for: this, and nothing else; all of it is still needed."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from security.assembly import APP_FLAGS, STACK, Assembly, acknowledgements
from security.configurations import CONFIGURATIONS
from security.rule_packs import findings, nothing_acknowledged, of_the_library

_ALL: Final = ("HIPAA.Security", "NIST.800.53.R4", "NIST.800.53.R5", "PCI.DSS.321")


def _of(rule: str, packs: Iterable[str]) -> list[str]:
    return [re.escape(f"{pack}-{rule}") for pack in packs]


def _wildcard(*resources: str) -> list[str]:
    return [rf"AwsSolutions-IAM5\[Resource::{resource}\]" for resource in resources]


_AWS: Final = "arn:<AWS::Partition>"
_HERE: Final = "<AWS::Region>:<AWS::AccountId>"
_JOB_ROLE: Final = [
    *_of("IAMNoInlinePolicy", _ALL),
    *_wildcard(
        r"\*",  # describing and removing the network interfaces of the job
        rf"{_AWS}:ec2:{_HERE}:network-interface/\*",
        r"<\w+Bucket\w+\.Arn>/[\w/-]+/\*",
        rf"{_AWS}:s3:::[\w-]+(/[\w/-]+)?/\*",
        rf"{_AWS}:bedrock:\*::foundation-model/[\w.:-]+",
        rf"{_AWS}:kms:{_HERE}:key/\*",  # the one with the alias of the condition
    ),
]
_BUCKET: Final = [*_of("S3BucketReplicationEnabled", _ALL), *_of("S3BucketDefaultLockEnabled", ["NIST.800.53.R4"])]

# Path of the resource in its configuration to finding ids, both as patterns.
ACKNOWLEDGED: Final = {
    r"BedrockBatchHandler/Function/Resource": [
        *_of("LambdaInsideVPC", _ALL),
        *_of("LambdaConcurrency", ["HIPAA.Security", "NIST.800.53.R5"]),
        *_of("LambdaDLQ", ["HIPAA.Security", "NIST.800.53.R5", "Serverless"]),
    ],
    r"BedrockBatchHandler/Function/EventInvokeConfig/Resource": _of("LambdaAsyncFailureDestination", ["Serverless"]),
    r"BedrockBatchHandler/LogGroup/Resource": _of("CloudWatchLogGroupEncrypted", _ALL),
    r"BedrockBatchHandler/Role/Resource": [
        *_of("IAMNoInlinePolicy", _ALL),
        *_of("LambdaStarPermissions", ["Serverless"]),
        *_wildcard(
            r"\*",
            rf"{_AWS}:bedrock:{_HERE}:model-invocation-job/\*",
            rf"{_AWS}:iam::<AWS::AccountId>:role(/team)?/cdk-bedrock-batch/<AWS::Region>/<AWS::StackName>/\*",
            rf"{_AWS}:bedrock:\*::foundation-model/[\w.:-]+",
            rf"{_AWS}:s3:::cdk-\w+-assets-<AWS::AccountId>-<AWS::Region>/\*\.jsonl",
            r"<\w+Bucket\w+\.Arn>/[\w-]+/(\*/run/)?\*",
            rf"{_AWS}:s3:::[\w-]+/[\w-]+/(\*/run/)?\*",
            r"<\w+Bucket\w+\.Arn>/[\w/-]+/run/\*",
            rf"{_AWS}:kms:{_HERE}:key/\*",  # the one with the alias of the condition
        ),
    ],
    r"BedrockBatchOutcomes/Function/Resource": [
        *_of("LambdaInsideVPC", _ALL),
        *_of("LambdaConcurrency", ["HIPAA.Security", "NIST.800.53.R5"]),
        *_of("LambdaDLQ", ["HIPAA.Security", "NIST.800.53.R5", "Serverless"]),
    ],
    r"BedrockBatchOutcomes/Function/EventInvokeConfig/Resource": _of("LambdaAsyncFailureDestination", ["Serverless"]),
    r"BedrockBatchOutcomes/LogGroup/Resource": _of("CloudWatchLogGroupEncrypted", _ALL),
    r"BedrockBatchOutcomes/(EndRule|Schedule|Notify[0-9a-f]{8}/Resource)": _of("EventBusDLQ", ["Serverless"]),
    r"BedrockBatchOutcomes/Role/Resource": [
        *_of("IAMNoInlinePolicy", _ALL),
        *_of("LambdaStarPermissions", ["Serverless"]),
        *_wildcard(
            r"\*",
            rf"{_AWS}:bedrock:{_HERE}:model-invocation-job/\*",
            r"<\w+Bucket\w+\.Arn>/[\w/-]+/(\*/)?run/\*\.json",
            r"<\w+Bucket\w+\.Arn>/[\w/-]+/(\*/)?\*/(manifest\.json\.out|outcome\.json)",
            rf"{_AWS}:s3:::[\w-]+/[\w/-]+/\*/run/\*\.json",
            rf"{_AWS}:s3:::[\w-]+/[\w/-]+/\*/\*/(manifest\.json\.out|outcome\.json)",
        ),
    ],
    r"[\w-]+/ServiceRole[0-9a-f]{8}/Resource": _JOB_ROLE,
    r"SharedRole/Role/Resource": [
        *_of("IAMNoInlinePolicy", _ALL),
        *_wildcard(
            r"<\w+Bucket\w+\.Arn>/[\w/-]+/\*",
            rf"{_AWS}:bedrock:\*::foundation-model/[\w.:-]+",
        ),
    ],
    # What CDK adds to a role that was brought in.
    r"Theirs/\w*Policy\w*/Resource": [each for each in _JOB_ROLE if not re.search(":s3:::|:kms:", each)],
    r"\w*Storage/(Input|Output)Bucket/Resource": _BUCKET,
    r"\w*Storage/AccessLogBucket/Resource": [
        *_BUCKET,
        *_of("S3DefaultEncryptionKMS", ["HIPAA.Security", "NIST.800.53.R5", "PCI.DSS.321"]),
    ],
}


def _row(path: str, finding: str) -> tuple[str, str] | None:
    configuration = re.compile(rf"{STACK}/(?:({'|'.join(each.name for each in CONFIGURATIONS)})/)?")
    for where, allowed in ACKNOWLEDGED.items():
        if re.fullmatch(where, configuration.sub("", path, count=1)):
            return next(((where, each) for each in allowed if re.fullmatch(each, finding)), None)
    return None


def test_what_is_acknowledged_is_what_the_packs_find_when_nothing_is(
    assemblies: Callable[[str], Assembly], tmp_path: Path
) -> None:
    """Not one less, which would be an open finding, and not one more, which would hide a finding to come."""
    assembly = assemblies(APP_FLAGS)
    with nothing_acknowledged():
        bare = Assembly.of(assembly.variant, tmp_path)
    assert not list(acknowledgements(bare.app))
    assert {(path, finding) for path, finding, _ in assembly.acknowledged} == of_the_library(findings(bare.app))


def test_the_acknowledgements_are_those_of_this_table(assemblies: Callable[[str], Assembly]) -> None:
    assembly = assemblies(APP_FLAGS)  # under the other variant the same, with an account and a Region in their ids
    found = {(path, finding): _row(path, finding) for path, finding, _ in assembly.acknowledged}
    assert sorted(each for each, row in found.items() if row is None) == []
    assert set(found.values()) == {(where, each) for where, allowed in ACKNOWLEDGED.items() for each in allowed}


def test_each_reason_is_a_sentence_of_its_own_for_one_rule(assembly: Assembly) -> None:
    rules: dict[str, set[str]] = {}
    for _, finding, reason in assembly.acknowledged:
        rules.setdefault(reason, set()).add(re.sub(r"^.*?-|\[.*", "", finding))
    for reason, of in rules.items():
        assert len(of) == 1, (reason, of)
        assert len(reason) > 30, reason
        assert reason[0].isupper(), reason
        assert not reason.endswith("."), reason
