"""Why the function's role has each of its statements."""

from __future__ import annotations

from typing import Final

from security import assumptions
from security.reason import Reason
from security.sources import AUTHORIZATION, BUCKETS, CALLER, CDK, FUNCTION_ARN, FUNCTION_NETWORK, OURS

OF_HANDLER: Final = (
    Reason(
        "start jobs through a profile",
        "handler role",
        "CreateModelInvocationJob.*inference-profile/",
        "As for a model. The profile too, since the request names it",
        (CALLER, AUTHORIZATION),
        assumptions.START_RIGHTS,
    ),
    Reason(
        "start jobs",
        "handler role",
        "CreateModelInvocationJob",
        "IAM checks the job and each model or profile of the request. Other models cannot be started",
        (CALLER, AUTHORIZATION),
    ),
    Reason(
        "follow and stop jobs",
        "handler role",
        "StopModelInvocationJob",
        "A job's id is known only after its start. The function itself stops only jobs with the mark of its stack's "
        "own resource",
        (CALLER,),
    ),
    Reason(
        "look before starting",
        "handler role",
        "ListModelInvocationJobs",
        "A repeated delivery of a request must find the job of the first one. ListModelInvocationJobs and the X-Ray "
        "actions support no resource-level permissions",
        (AUTHORIZATION, OURS),
    ),
    Reason(
        "pass roles",
        "handler role",
        "iam:PassRole",
        "To Amazon Bedrock alone. A pattern for the roles that this stack makes, under a path that no other stack has. "
        "Your own roles by name",
        (AUTHORIZATION,),
    ),
    Reason(
        "which way the stack goes",
        "handler role",
        "cloudformation:DescribeStacks",
        "In a rollback nothing may start. Its own stack only",
        (OURS,),
    ),
    Reason(
        "read uploads",
        "handler role",
        "s3:GetObject .*CdkAssetBucket",
        "The uploaded files of records, which end with `.jsonl`. Their names are hashes, so a statement for single "
        "files would change with each edit of a record",
        (OURS,),
    ),
    Reason(
        "copy records, write run files",
        "handler role",
        "s3:PutObject",
        "Records go into the folder of the stack's jobs, `run/<jobName>.json` into the output folder of a job. The "
        "function can neither read nor change the output itself",
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
    Reason(
        "keep the network interfaces from the function's code",
        "handler role",
        "^Deny .*ec2:",
        "Lambda uses these rights, outside of the function. The code of the function needs none of them",
        (FUNCTION_ARN, FUNCTION_NETWORK),
    ),
    Reason(
        "see networks",
        "handler role",
        "ec2:DescribeNetworkInterfaces",
        "Only with vpc. Both actions support no resource-level permissions",
        (FUNCTION_NETWORK,),
    ),
    Reason(
        "create network interfaces",
        "handler role",
        "ec2:CreateNetworkInterface",
        "Only with vpc, in its own subnets and security groups",
        (FUNCTION_NETWORK,),
    ),
    Reason(
        "addresses of network interfaces",
        "handler role",
        "ec2:AssignPrivateIpAddresses",
        "Only with vpc. Lambda names the interfaces, so they are known only after deployment",
        (FUNCTION_NETWORK,),
    ),
    Reason(
        "delete network interfaces",
        "handler role",
        "ec2:DeleteNetworkInterface",
        "Only with vpc. Lambda requires the action on all kinds of resources",
        (FUNCTION_NETWORK,),
    ),
    Reason("logs", "handler role", "logs:", "The log group of the function, and no other", (OURS,)),
    Reason(
        "function", "(handler role|role of CDK's emptying function), trust", "sts:AssumeRole", "Lambda runs it", (CDK,)
    ),
)
