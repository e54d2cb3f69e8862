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
        "As for the roles of jobs: the function writes prompts, and the file about each run, into buckets of another "
        "account or under such keys",
        (BUCKETS,),
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
