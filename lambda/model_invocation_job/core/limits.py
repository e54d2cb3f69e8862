"""The time and size limits of the handler, each with its source. Limits of a job are in `bedrock_batch`."""

from datetime import timedelta

# CloudFormation User Guide, "Custom resource response objects". A longer response fails, and its reason is lost.
MAX_ANSWER_BYTES = 4096
# How long the handler looks for a job that may be new: Get and List lag behind, List by up to two minutes.
VISIBLE_SECONDS = 150.0
# New rights of a role take effect within this time, in the experience of Terraform.
IAM_PATIENCE_SECONDS = 120.0
# The same in a Delete. It must not hang for rights that were removed before it.
CLEANUP_IAM_PATIENCE_SECONDS = 20.0
# In a stack operation younger than this, new roles and buckets may not be known to IAM, S3 and Bedrock everywhere.
NEW_RIGHTS = timedelta(minutes=15)
# How long the handler tries a call that is not required.
SHORT_PATIENCE_SECONDS = 20.0
# How long the handler waits for the end of a stopped job: enough for most jobs to release their output and network
# interfaces, short enough for a stack operation.
SETTLE_SECONDS = 240.0
# How long an accepted Stop is repeated while the job shows no known status.
STOP_EFFECT_SECONDS = 60.0
