"""Why a job's service role has each of its statements."""

from __future__ import annotations

from typing import Final

from security import assumptions
from security.reason import Reason
from security.sources import ALIASES, BUCKETS, CALLER, GLOBAL, NETWORK, OURS, SERVICE_ROLE

_ROLE: Final = "(service role|others: identity-based policy)"

OF_JOBS: Final = (
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
        r"s3:ListBucket(?!.*role/cdk-bedrock-batch-handler/)",
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
    Reason(
        "see the network",
        "service role",
        "ec2:Describe",
        "EC2 supports no resource-level permissions for them",
        (NETWORK,),
    ),
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
)
