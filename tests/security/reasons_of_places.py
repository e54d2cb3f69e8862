"""Why the policies of keys, buckets and endpoints, and grants to the user's principals, have their statements."""

from __future__ import annotations

from typing import Final

from security.reason import Reason
from security.sources import BUCKETS, CALLER, CDK, OURS, USER

OF_PLACES: Final = (
    Reason(
        "let the handler in",
        "key policy|others: (key|bucket) policy",
        "role/cdk-bedrock-batch-handler/",
        "As for the roles of jobs: the function writes records and run files into buckets of another account, or with "
        "such keys",
        (BUCKETS,),
    ),
    Reason(
        "let the roles in",
        "key policy|others: key policy",
        "aws:PrincipalArn",
        "A key whose policy does not let IAM decide, or a key of another account. The path of the stack names the "
        "roles, since each run may have another one. `*` is this key",
        (BUCKETS, OURS),
    ),
    Reason("key is administered", "key policy", "kms:PutKeyPolicy", "The user's own, as it was declared", (USER,)),
    Reason(
        "key leaves it to IAM",
        "key policy",
        r"kms:\*",
        "CDK's default: the policies of the account's own principals decide, as in the statements above",
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
        "`job.add_s3_endpoint()`: open, since other workloads in the VPC use it too; `add_to_policy` restricts it",
        (OURS,),
    ),
    Reason(
        "let the job in",
        "others: bucket policy",
        "aws:PrincipalArn",
        "The bucket is in another account: its owner must allow the roles of this stack",
        (BUCKETS,),
    ),
    Reason(
        "keep the key in use",
        "bucket policy",
        "s3:x-amz-server-side-encryption",
        "An upload that names another encryption than KMS would not use the key. An upload that names none uses it",
        (OURS,),
    ),
    Reason(
        "let a grantee in",
        "bucket policy|key policy",
        r"role/reader",
        "`grant_read_output` to a principal of another account: its own policy is not enough there",
        (BUCKETS,),
    ),
    Reason("read output", "grantee", "s3:GetObject|s3:ListBucket", "`grant_read_output`: one folder", (OURS,)),
    Reason("write records", "grantee", "s3:PutObject", "`grant_write_input`: one folder", (OURS,)),
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
