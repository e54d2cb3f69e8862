"""The bounds of time and size that the handler keeps, each with its source; those of a job are in `bedrock_batch`."""

from datetime import timedelta

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
