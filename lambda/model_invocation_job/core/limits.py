"""The limits that the handler checks or keeps, each with its source."""

import re
from datetime import timedelta

# Bedrock API Reference, CreateModelInvocationJob.
TIMEOUT_HOURS = range(24, 169)
NAME_PREFIX = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9-]{0,21}")
SHA256 = re.compile(r"[0-9a-f]{64}")
# Bedrock API Reference, s3Uri; a file's name is its last part.
S3_URI = re.compile(r"s3://[a-z0-9][.a-z0-9-]{1,61}[a-z0-9]/.{1,1024}")
FILE_NAME = re.compile(r"[-!_'().a-z0-9A-Z]{1,255}")
RECORDS = range(1, 1_000_000_000)
# Twelve minutes and a few for the rest are what one Lambda invocation has.
GATE_SECONDS = range(1, 721)
DEFAULT_GATE_SECONDS = 600
# CloudFormation, Bedrock and S3 keep time apart from each other.
CLOCK_SKEW = timedelta(seconds=5)
# CloudFormation User Guide, "Custom resource response objects": beyond it the request fails and the reason is lost.
MAX_ANSWER_BYTES = 4096
# How long every look for a job that may be new goes on: Get and List lag behind, List up to two minutes.
VISIBLE_SECONDS = 150.0
# Rights of a role made in the same deployment take effect within this time (Terraform's experience of years).
IAM_PATIENCE_SECONDS = 120.0
# The same for calls of Bedrock in a Delete, which must not hang for rights that were taken away before it.
CLEANUP_IAM_PATIENCE_SECONDS = 20.0
# How old a stack's operation may be for a role or bucket that it made to be new: known to IAM, S3 and Bedrock not yet
# everywhere.
NEW_RIGHTS = timedelta(minutes=15)
# How long to try a call that the operation can do without.
SHORT_PATIENCE_SECONDS = 20.0
# How long the end of a stopped job is waited for: enough for most jobs to let go of their output and network
# interfaces, short enough for a stack operation.
SETTLE_SECONDS = 240.0
# How long a Stop that was accepted is asked for again while the job shows no status that is known.
STOP_EFFECT_SECONDS = 60.0
