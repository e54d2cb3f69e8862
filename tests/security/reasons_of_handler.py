"""Why the function's role has each of its statements."""

from __future__ import annotations

from typing import Final

from security import assumptions
from security.reason import Reason
from security.sources import AUTHORIZATION, BUCKETS, CALLER, CDK, OURS

OF_HANDLER: Final = (
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
        "A request that is delivered twice must find the job of the first. ListModelInvocationJobs and the X-Ray "
        "actions support no resource-level permissions",
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
)
