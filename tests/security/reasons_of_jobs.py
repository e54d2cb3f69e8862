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
        "Amazon Bedrock assumes the role. Both conditions are in the only statement: the service acts for jobs of this "
        "account and Region alone. So it cannot use the role for another customer (confused deputy), or for another "
        "kind of job. A job's id is not known before it exists",
        (SERVICE_ROLE,),
    ),
    Reason(
        "boundary",
        "service role",
        "permissions boundary",
        "`permissions_boundary=` sets it. It limits the rights, and must allow those of this table",
        (OURS,),
    ),
    Reason(
        "read records",
        _ROLE,
        r"s3:GetObject (?!s3:PutObject)",
        "Only the object or folder of this job. `aws:ResourceAccount` excludes a bucket that was deleted and that "
        "another account has created again",
        (SERVICE_ROLE,),
        assumptions.S3_ACTIONS,
    ),
    Reason(
        "write output",
        _ROLE,
        "s3:PutObject",
        "Only the folder of this job. The page's statement for the output bucket also has `GetObject`",
        (SERVICE_ROLE,),
        assumptions.S3_ACTIONS,
    ),
    Reason(
        "list",
        f"{_ROLE}|others: bucket policy",
        r"s3:ListBucket(?!.*role/cdk-bedrock-batch-(handler|outcomes)/)",
        "The service lists the files before it reads them. A separate statement: `s3:prefix` exists for list calls "
        "only, so with `GetObject` it would deny every read",
        (SERVICE_ROLE,),
    ),
    Reason(
        "use key by alias",
        _ROLE,
        "kms:ResourceAliases",
        "In `Resource` an alias means the alias and not its key. So the statement names every key of the account, and "
        "the condition selects the key with the alias",
        (ALIASES,),
    ),
    Reason(
        "encrypt output",
        _ROLE,
        "kms:Decrypt kms:GenerateDataKey",
        "Through S3 only. `Decrypt` too: S3 reads the parts of a large upload, and the records may have the same key",
        (SERVICE_ROLE, BUCKETS),
    ),
    Reason("decrypt records", _ROLE, "kms:Decrypt", "Through S3 only; the key of the records", (SERVICE_ROLE,)),
    Reason(
        "model of a global profile",
        "service role",
        "InvokeModel.*aws:RequestedRegion",
        "IAM checks a global profile for the model in the calling Region, and again without a Region. Both through "
        "this profile only, and for a request from this Region or from one that IAM does not know (`unspecified`)",
        (GLOBAL,),
    ),
    Reason(
        "model behind a profile",
        "service role",
        "InvokeModel.*bedrock:InferenceProfileArn",
        "A profile sends a request to one of several Regions, each of which must be allowed, through this profile "
        "only. The `*` of the Region stands for the profile's destinations, whose list grows; `destination_regions=` "
        "names them",
        (SERVICE_ROLE,),
    ),
    Reason(
        "profile and its models",
        "service role",
        "InvokeModel.*inference-profile/.*foundation-model/",
        "`restrict_to_profile=False`: the job calls the profile, which sends a request to one of its models. The role "
        "may then also invoke these directly",
        (SERVICE_ROLE,),
    ),
    Reason("profile", "service role", "InvokeModel.*inference-profile/", "The job calls the profile", (SERVICE_ROLE,)),
    Reason(
        "custom model",
        "service role",
        "InvokeModel.*custom-model/",
        "No page says what a role needs for a custom model; the model itself is the minimum",
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
        "In the subnets and security groups of the job, with the tags that mark a job's interfaces",
        (NETWORK,),
    ),
    Reason(
        "remove interfaces",
        "service role",
        "ec2:DeleteNetworkInterface",
        "`*` as on the page. The conditions select the interfaces of jobs in the job's own subnets",
        (NETWORK,),
    ),
    Reason("tag interfaces", "service role", "ec2:CreateTags", "Only while one is made, and only two tags", (NETWORK,)),
)
