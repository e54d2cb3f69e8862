"""Why each statement is there: the page of AWS that asks for it, or the reason of this library."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from security import assumptions
from security.sources import (
    ALIASES,
    AUTHORIZATION,
    BUCKETS,
    CALLER,
    CDK,
    GLOBAL,
    NETWORK,
    OURS,
    SERVICE_ROLE,
    USER,
    Basis,
    Source,
)

if TYPE_CHECKING:
    from security.assumptions import Assumption
    from security.statements import Statement

_ROLE: Final = "(service role|others: identity-based policy)"


@dataclass(frozen=True, slots=True)
class Reason:
    """A purpose, what belongs to it (whose policy; a part of what it says), and why it is needed.

    The first of the sources is the one that asks for the statement.
    """

    purpose: str
    holder: str
    says: str
    why: str
    sources: tuple[Source, ...]
    assumption: Assumption | None = None

    @property
    def basis(self) -> Basis:
        """How well the statement is documented."""
        return self.sources[0].basis


REASONS: Final = (
    Reason(
        "let the handler in",
        "key policy|others: (key|bucket) policy",
        "role/cdk-bedrock-batch-handler/",
        "As for the roles of jobs: the function writes prompts, and the file about each run, into buckets of another "
        "account or under such keys",
        (BUCKETS,),
    ),
    Reason(
        "trust",
        "(service role, trust|others: trust policy)",
        "sts:AssumeRole",
        "Amazon Bedrock assumes the role. Both conditions stand in the one and only statement: the service acts for "
        "jobs of this account and Region alone, so no other customer can get it to use the role (confused deputy), and "
        "no other kind of job. A job's id is not known before it exists",
        (SERVICE_ROLE,),
    ),
    Reason(
        "boundary",
        "service role",
        "permissions boundary",
        "Asked for by `permissions_boundary=`; it takes rights away, and must leave those of this table",
        (OURS,),
    ),
    Reason(
        "read prompts",
        _ROLE,
        r"s3:GetObject (?!s3:PutObject)",
        "Only the object or folder of this job. `aws:ResourceAccount` keeps a bucket that was deleted and made anew by "
        "somebody else out",
        (SERVICE_ROLE,),
        assumptions.S3_ACTIONS,
    ),
    Reason(
        "write answers",
        _ROLE,
        "s3:PutObject",
        "Only the folder of this job. `GetObject` stands in the page's statement for the output bucket, too",
        (SERVICE_ROLE,),
        assumptions.S3_ACTIONS,
    ),
    Reason(
        "list",
        f"{_ROLE}|others: bucket policy",
        "s3:ListBucket",
        "The service looks for files before it reads them. A statement of its own: `s3:prefix` exists for list calls "
        "only, beside `GetObject` it would deny every read",
        (SERVICE_ROLE,),
    ),
    Reason(
        "use key by alias",
        _ROLE,
        "kms:ResourceAliases",
        "IAM takes an alias in `Resource` for the alias and not for its key: every key of the account is named, the "
        "condition leaves the one that bears the alias",
        (ALIASES,),
    ),
    Reason(
        "encrypt answers",
        _ROLE,
        "kms:Decrypt kms:GenerateDataKey",
        "Through S3 only. `Decrypt` as well: S3 reads the parts of a large upload back, and the prompts may be under "
        "the same key",
        (SERVICE_ROLE, BUCKETS),
    ),
    Reason("decrypt prompts", _ROLE, "kms:Decrypt", "Through S3 only; the key of the prompts", (SERVICE_ROLE,)),
    Reason(
        "model of a global profile",
        "service role",
        "InvokeModel.*aws:RequestedRegion",
        "A global profile is checked against the model in the calling Region and once more without a Region; both "
        "through this profile only, and from this Region or from one that IAM is not told (`unspecified`)",
        (GLOBAL,),
    ),
    Reason(
        "model behind a profile",
        "service role",
        "InvokeModel.*bedrock:InferenceProfileArn",
        "A profile sends a request to one of several Regions, each of which must be allowed; through this profile "
        "only. The `*` of the Region stands for the profile's destinations, of which the list grows; "
        "`destination_regions=` names them",
        (SERVICE_ROLE,),
    ),
    Reason(
        "profile and its models",
        "service role",
        "InvokeModel.*inference-profile/.*foundation-model/",
        "`restrict_to_profile=False`: the job calls the profile, which sends a request to one of its models. The role "
        "may then invoke these directly, too",
        (SERVICE_ROLE,),
    ),
    Reason("profile", "service role", "InvokeModel.*inference-profile/", "The job calls the profile", (SERVICE_ROLE,)),
    Reason(
        "custom model",
        "service role",
        "InvokeModel.*custom-model/",
        "No page says what a role needs for a custom model; the model itself is the least that can be meant",
        (OURS,),
        assumptions.CUSTOM_MODEL,
    ),
    Reason(
        "model",
        _ROLE,
        "InvokeModel",
        "The page does not list it for a plain model, yet jobs of roles without it fail half-way with `Customer "
        "doesn't have permissions to invokeModel`. No `aws:ResourceAccount`: models belong to AWS",
        (OURS, CALLER),
    ),
    Reason("see the network", "service role", "ec2:Describe", "EC2 knows no resources for them", (NETWORK,)),
    Reason(
        "create interfaces",
        "service role",
        "ec2:CreateNetworkInterface .*network-interface",
        "In the subnets and security groups of the job, with the tags by which a job's interfaces are known",
        (NETWORK,),
    ),
    Reason(
        "remove interfaces",
        "service role",
        "ec2:DeleteNetworkInterface",
        "`*` as the page has it; the conditions leave the interfaces of jobs in the job's own subnets",
        (NETWORK,),
    ),
    Reason("tag interfaces", "service role", "ec2:CreateTags", "Only while one is made, and only two tags", (NETWORK,)),
    Reason(
        "start jobs through a profile",
        "handler role",
        "CreateModelInvocationJob.*inference-profile/",
        "As for a model; the profile beside its models, since it is what the request names",
        (CALLER, AUTHORIZATION),
        assumptions.START_RIGHTS,
    ),
    Reason(
        "start jobs",
        "handler role",
        "CreateModelInvocationJob",
        "IAM asks for the job and for each model or profile that takes part; other models cannot be started",
        (CALLER, AUTHORIZATION),
    ),
    Reason(
        "follow and stop jobs",
        "handler role",
        "StopModelInvocationJob",
        "A job's id is known only after it was started; the function itself stops nothing that does not bear the mark "
        "of its stack's own resource",
        (CALLER,),
    ),
    Reason(
        "look before starting",
        "handler role",
        "ListModelInvocationJobs",
        "A request that is delivered twice must find the job of the first; neither listing nor writing traces knows "
        "resources",
        (AUTHORIZATION, OURS),
    ),
    Reason(
        "pass roles",
        "handler role",
        "iam:PassRole",
        "To Amazon Bedrock alone. A pattern for the roles that this stack makes, under a path that no other stack has; "
        "brought roles by name",
        (AUTHORIZATION,),
    ),
    Reason(
        "which way the stack goes",
        "handler role",
        "cloudformation:DescribeStacks",
        "In a rollback nothing may be started; its own stack only",
        (OURS,),
    ),
    Reason(
        "read uploads",
        "handler role",
        "s3:GetObject .*CdkAssetBucket",
        "The files that CDK uploads, of which those of records end with `.jsonl`: their names are hashes, so a "
        "statement for single ones would be another with each edit of a prompt",
        (OURS,),
    ),
    Reason(
        "copy prompts, write down runs",
        "handler role",
        "s3:PutObject",
        "Prompts go into the folder of the stack's jobs, `run/<jobName>.json` beside the answers of a job; of answers "
        "themselves it can neither read nor change any",
        (OURS,),
    ),
    Reason("see the copies", "handler role", "s3:ListBucket", "Nothing is paid before the copy is there", (OURS,)),
    Reason(
        "encrypt what it writes",
        "handler role",
        "kms:GenerateDataKey",
        "Through S3 only; it can decrypt nothing",
        (BUCKETS,),
    ),
    Reason("logs", "handler role", "logs:", "Its own log group, which the stack makes", (OURS,)),
    Reason(
        "function", "(handler role|role of CDK's emptying function), trust", "sts:AssumeRole", "Lambda runs it", (CDK,)
    ),
    Reason(
        "let the roles in",
        "key policy|others: key policy",
        "aws:PrincipalArn",
        "A key whose policy does not leave it to IAM, or of another account. The roles are named by the path of their "
        "stack, since each run has another one; `*` is this key",
        (BUCKETS, OURS),
    ),
    Reason("key is administered", "key policy", "kms:PutKeyPolicy", "The user's own, as it was declared", (USER,)),
    Reason(
        "key leaves it to IAM",
        "key policy",
        r"kms:\*",
        "CDK's default: the policies of the account's own principals decide, which is what the statements above are",
        (CDK,),
    ),
    Reason("TLS only", "bucket policy", "Deny.*aws:SecureTransport", "Nobody reads or writes over plain HTTP", (OURS,)),
    Reason(
        "access logs",
        "bucket policy",
        "logging.s3.amazonaws.com",
        "S3 delivers access logs, of these buckets of this account only",
        (CDK,),
    ),
    Reason(
        "empty the buckets",
        "bucket policy",
        "s3:DeleteObject",
        "`removal_policy=DESTROY`: CDK's function empties the buckets before they go",
        (CDK,),
    ),
    Reason(
        "function's logs",
        "role of CDK's emptying function",
        "managed policy",
        "The role of every such function",
        (CDK,),
    ),
    Reason(
        "endpoint",
        "endpoint policy",
        r"\*",
        "`job.add_s3_endpoint()`: open, as it also serves what else is in the VPC; `add_to_policy` narrows it",
        (OURS,),
    ),
    Reason(
        "let the job in",
        "others: bucket policy",
        "aws:PrincipalArn",
        "The bucket is of another account: its owner must allow the roles of this stack what they do there",
        (BUCKETS,),
    ),
    Reason(
        "keep the key in use",
        "bucket policy",
        "s3:x-amz-server-side-encryption",
        "An upload that asks for another encryption than KMS would go past the key; one that asks for none gets the "
        "key",
        (OURS,),
    ),
    Reason(
        "let a grantee in",
        "bucket policy|key policy",
        r"role/reader",
        "`grant_read_output` to a principal of another account: its own policy is not enough there",
        (BUCKETS,),
    ),
    Reason("read answers", "grantee", "s3:GetObject|s3:ListBucket", "`grant_read_output`: one folder", (OURS,)),
    Reason("write prompts", "grantee", "s3:PutObject", "`grant_write_input`: one folder", (OURS,)),
    Reason("use the key", "grantee", "kms:", "Of the two grants on objects; through S3 only", (BUCKETS,)),
    Reason(
        "stop and describe",
        "grantee",
        "ModelInvocationJob .*\\$\\{Job",
        "`grant_stop`, `grant_describe`: this job",
        (CALLER,),
    ),
    Reason(
        "call the model",
        "grantee",
        "InvokeModel ",
        "`grant_invoke`, for service roles that are made elsewhere",
        (OURS,),
    ),
    Reason("start by the API", "grantee", "CreateModelInvocationJob", "`grant_batch_inference`: this model", (CALLER,)),
)


def reason(statement: Statement) -> Reason:
    """Why a statement is there.

    :raises LookupError: nobody has said.
    """
    conditions = " ".join(f"{key} {' '.join(values)}" for _, key, values in statement.conditions)
    text = " ".join((statement.effect, statement.principal, *statement.actions, *statement.resources, conditions))
    for each in REASONS:
        if re.fullmatch(each.holder, statement.holder) and re.search(each.says, text):
            return each
    raise LookupError(f"no reason is given for {statement}")
