"""The IAM actions that the library grants, named after their purpose."""

from typing import Final

READ_OBJECTS: Final = ("s3:GetObject",)
WRITE_OBJECTS: Final = ("s3:GetObject", "s3:PutObject")
PUT_OBJECTS: Final = ("s3:PutObject",)
LIST_BUCKET: Final = ("s3:ListBucket",)

DECRYPT: Final = ("kms:Decrypt",)
# Decrypt too: S3 reads the parts of a multipart upload when it completes the upload.
ENCRYPT: Final = ("kms:Decrypt", "kms:GenerateDataKey")
# For objects that are written in one piece.
ENCRYPT_WHOLE: Final = ("kms:GenerateDataKey",)

INVOKE_MODEL: Final = ("bedrock:InvokeModel",)
CREATE_JOB: Final = ("bedrock:CreateModelInvocationJob",)
MANAGE_JOB: Final = (
    "bedrock:GetModelInvocationJob",
    "bedrock:StopModelInvocationJob",
    "bedrock:TagResource",
    "bedrock:UntagResource",
)
DESCRIBE_JOB: Final = ("bedrock:GetModelInvocationJob", "bedrock:ListTagsForResource")
READ_JOB: Final = ("bedrock:GetModelInvocationJob",)
STOP_JOB: Final = ("bedrock:StopModelInvocationJob",)
LIST_JOBS: Final = ("bedrock:ListModelInvocationJobs",)
PASS_ROLE: Final = ("iam:PassRole",)
DESCRIBE_STACK: Final = ("cloudformation:DescribeStacks",)
WRITE_LOGS: Final = ("logs:CreateLogStream", "logs:PutLogEvents")
WRITE_TRACES: Final = ("xray:PutTelemetryRecords", "xray:PutTraceSegments")
WRITE_METRICS: Final = ("cloudwatch:PutMetricData",)
PUT_EVENTS: Final = ("events:PutEvents",)
PUBLISH: Final = ("sns:Publish",)

# The page on giving functions access to a VPC of the AWS Lambda developer guide.
DESCRIBE_INTERFACE: Final = ("ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets")
ADDRESS_INTERFACE: Final = ("ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses")
DELETE_INTERFACE: Final = ("ec2:DeleteNetworkInterface",)

# The four statements on the page on batch inference in a VPC of the Amazon Bedrock user guide.
DESCRIBE_NETWORK: Final = (
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
)
CREATE_INTERFACE: Final = ("ec2:CreateNetworkInterface",)
MANAGE_INTERFACE: Final = (
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteNetworkInterfacePermission",
)
TAG_INTERFACE: Final = ("ec2:CreateTags",)
