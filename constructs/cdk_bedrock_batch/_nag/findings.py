"""The findings of rule packs in this library's constructs, and why each stays.

`tests/security` compares the table with the packs of cdk-nag: there is no other finding, and no entry is out of date.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_HIPAA: Final = "HIPAA.Security"
_NIST_4: Final = "NIST.800.53.R4"
_NIST_5: Final = "NIST.800.53.R5"
_PCI: Final = "PCI.DSS.321"
_SERVERLESS: Final = "Serverless"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that a construct breaks on purpose, with its ids in the rule packs."""

    rule: str
    packs: tuple[str, ...]
    reason: str
    """One sentence for the reviewer of the stack."""


_INLINE_POLICY: Final = Finding(
    "IAMNoInlinePolicy",
    (_HIPAA, _NIST_4, _NIST_5, _PCI),
    "The policy is made, replaced and deleted in one step with this one role, so it can neither be attached to another "
    "principal nor outlive the role",
)
_NO_REPLICA: Final = Finding(
    "S3BucketReplicationEnabled",
    (_HIPAA, _NIST_4, _NIST_5, _PCI),
    "Versioning keeps what is overwritten or deleted; a replica would carry records, output and their access logs "
    "into a place that nobody has approved for them",
)
_NO_LOCK: Final = Finding(
    "S3BucketDefaultLockEnabled",
    (_NIST_4,),
    "How long objects are kept is decided by the retention options; a default lock would forbid to erase personal data "
    "on request",
)

SERVICE_ROLE: Final = (_INLINE_POLICY,)
ADDED_POLICY: Final = (
    Finding(
        "IAMNoInlinePolicy",
        (_HIPAA, _NIST_4, _NIST_5, _PCI),
        "The role was brought in; what the job needs is added as CDK adds every grant, in a policy that goes with the "
        "stack and cannot be attached to another principal",
    ),
)
HANDLER_ROLE: Final = (
    _INLINE_POLICY,
    Finding(
        "LambdaStarPermissions",
        (_SERVERLESS,),
        "Only bedrock:ListModelInvocationJobs and the two X-Ray actions that write traces are allowed on *, since IAM "
        "defines no resource type for any of them",
    ),
)
HANDLER_FUNCTION: Final = (
    Finding(
        "LambdaConcurrency",
        (_HIPAA, _NIST_5),
        "CloudFormation invokes it once for each change of a job; a limit would hold up the request that stops "
        "a paid job, and reserve a part of the account's concurrency that other functions need",
    ),
    Finding(
        "LambdaDLQ",
        (_HIPAA, _NIST_5, _SERVERLESS),
        "CloudFormation itself fails the deployment when no answer arrives within ServiceTimeout; a dead letter would "
        "store the request's ResponseURL, a bearer secret, where nobody can act on it",
    ),
)
HANDLER_FUNCTION_OUTSIDE: Final = (
    Finding(
        "LambdaInsideVPC",
        (_HIPAA, _NIST_4, _NIST_5, _PCI),
        "The function calls the APIs of Amazon Bedrock and AWS CloudFormation and CloudFormation's presigned URL, over "
        "TLS, and nothing in a VPC; a missing route there would cut it off from stopping a paid job",
    ),
    *HANDLER_FUNCTION,
)
HANDLER_INVOKE_CONFIG: Final = (
    Finding(
        "LambdaAsyncFailureDestination",
        (_SERVERLESS,),
        "CloudFormation fails the deployment by itself when no answer arrives; a destination would be handed the "
        "request's ResponseURL, a bearer secret, after it is no longer of use",
    ),
)
HANDLER_LOG_GROUP: Final = (
    Finding(
        "CloudWatchLogGroupEncrypted",
        (_HIPAA, _NIST_4, _NIST_5, _PCI),
        "The function logs named fields without records, output or credentials, which CloudWatch Logs encrypts at "
        "rest with a key of its own",
    ),
)
OUTCOME_ROLE: Final = (
    _INLINE_POLICY,
    Finding(
        "LambdaStarPermissions",
        (_SERVERLESS,),
        "Only bedrock:ListModelInvocationJobs, cloudwatch:PutMetricData and the two X-Ray actions that write traces "
        "are allowed on *, since IAM defines no resource type for any of them; a condition names the namespace of the "
        "metrics",
    ),
)
OUTCOME_FUNCTION: Final = (
    Finding(
        "LambdaInsideVPC",
        (_HIPAA, _NIST_4, _NIST_5, _PCI),
        "The function calls the APIs of Amazon Bedrock, Amazon S3, Amazon CloudWatch and Amazon EventBridge, over TLS, "
        "and nothing in a VPC",
    ),
    Finding(
        "LambdaConcurrency",
        (_HIPAA, _NIST_5),
        "It is invoked once for each end of a job and every 15 minutes; a limit would reserve a part of the account's "
        "concurrency that other functions need",
    ),
    Finding(
        "LambdaDLQ",
        (_HIPAA, _NIST_5, _SERVERLESS),
        "Every 15 minutes the function looks for ended jobs whose outcome was not told, so an event that was lost is "
        "made good without a dead letter",
    ),
)
OUTCOME_INVOKE_CONFIG: Final = (
    Finding(
        "LambdaAsyncFailureDestination",
        (_SERVERLESS,),
        "Every 15 minutes the function looks for ended jobs whose outcome was not told, so a failed event needs no "
        "destination",
    ),
)
OUTCOME_RULE: Final = (
    Finding(
        "EventBusDLQ",
        (_SERVERLESS,),
        "Every 15 minutes the function looks for ended jobs whose outcome was not told, so an event that was not "
        "delivered is made good without a dead letter",
    ),
)
NOTICE_RULE: Final = (
    Finding(
        "EventBusDLQ",
        (_SERVERLESS,),
        "EventBridge tries for a day to deliver a text for people; a program that must miss nothing has a rule of its "
        "own with a dead-letter queue, by on_outcome of the job",
    ),
)
OUTCOME_LOG_GROUP: Final = (
    Finding(
        "CloudWatchLogGroupEncrypted",
        (_HIPAA, _NIST_4, _NIST_5, _PCI),
        "The function logs named fields without records, output or credentials, which CloudWatch Logs encrypts at "
        "rest with a key of its own",
    ),
)
DATA_BUCKET: Final = (_NO_REPLICA, _NO_LOCK)
ACCESS_LOG_BUCKET: Final = (
    _NO_REPLICA,
    _NO_LOCK,
    Finding(
        "S3DefaultEncryptionKMS",
        (_HIPAA, _NIST_5, _PCI),
        "S3 delivers server access logs into buckets whose default encryption is SSE-S3 only",
    ),
)

# By the service of a statement's actions.
SERVICE_ROLE_WILDCARDS: Final = {
    "s3": "The job reads and writes every object under its own prefixes, and no other",
    "bedrock": "A geographic inference profile routes to any of its Regions; the condition names the profile",
    "ec2": "The service makes the network interfaces; its user guide prescribes these statements",
    "kms": "IAM cannot name a key by its alias in a resource; the condition on kms:ResourceAliases names it",
}
# By the resource that contains a wildcard.
HANDLER_WILDCARDS: Final = {
    "jobs": "A job's id is known only after it was started",
    "models": "A geographic inference profile routes to any of its Regions",
    "roles": "The service roles that this stack makes, under a path of its own",
    "objects": "The folders of this stack's jobs, and the files that CDK uploads for records",
    "logs": "The log streams of the function's log group",
    "interfaces": "Lambda makes the network interfaces, as its guide prescribes; the code of the function may not",
    "*": "Listing jobs, writing traces and describing networks support no resource-level permissions",
}
OUTCOME_WILDCARDS: Final = {
    "jobs": "A job's id is known only after it was started",
    "objects": "What runs leave in the folders of this stack's jobs; their names hold the ids of jobs",
    "logs": "The log streams of the function's log group",
    "*": "Listing jobs and writing traces or metrics support no resource-level permissions",
}


def ids(found: Iterable[Finding]) -> dict[str, str]:
    """The ids of a rule's findings in each pack that has the rule, with their reasons."""
    return {f"{pack}-{finding.rule}": finding.reason for finding in found for pack in finding.packs}
