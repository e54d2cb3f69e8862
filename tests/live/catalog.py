"""The questions that only AWS can answer, and what rests on each answer."""

from dataclasses import dataclass

BY_HAND = "by hand"


@dataclass(frozen=True)
class Question:
    """One question.

    `key` names it in `docs/iam.md` and in the code, `text` asks it, `rests` says what the library does about it today,
    `steps` how to settle it by hand, empty if `make live` does.
    """

    key: str
    text: str
    rests: str
    steps: str = ""


@dataclass(frozen=True)
class Finding:
    """What was seen: in a few words, and what shows it.

    `holds` tells whether what the library takes for granted is so; `None` if it rests on neither answer.
    """

    key: str
    observed: str
    evidence: str = ""
    holds: bool | None = None


_BOTH = "nothing: the library works with either answer"

QUESTIONS = (
    # Assumptions of docs/iam.md.
    Question(
        "profile-key", "does IAM see the profile behind a geographic profile's models?", "A1: the role's condition"
    ),
    Question(
        "global-keys",
        "does IAM see the profile and the Region behind a global profile?",
        "A2: the role's conditions",
    ),
    Question("list-prefix", "does a job of a folder list it with its key as prefix?", "A3: the role's condition"),
    Question("s3-actions", "are GetObject, PutObject and ListBucket all that a job needs of S3?", "A4"),
    Question("encryption", "how are answers encrypted?", "A5: the bucket refuses anything but KMS"),
    Question("start-rights", "must the caller have CreateModelInvocationJob on the profile?", "A7: it is allowed"),
    Question(
        "custom-model",
        "what does a job of a custom model need?",
        "A6",
        "declare a job with BatchModel.from_custom_model and see how it ends",
    ),
    Question(
        "invoke-right",
        "does a plain model need InvokeModel on the job's role?",
        "nothing: it is allowed",
    ),
    # What a job does.
    Question(
        "whole-bucket",
        "does a job of a whole bucket run without a condition on s3:prefix?",
        "the role has none there",
    ),
    Question("own-key", "does a job run under a key of the user's?", "s3EncryptionKeyId and kms:ViaService"),
    Question("network", "does a job run in a VPC without internet access?", "the statements of the VPC page"),
    Question(
        "young-bucket", "does a job of a new bucket fail although its rights are there?", "the gate tries once more"
    ),
    Question("default-timeout", "which timeout has a job that names none?", "nothing"),
    Question("few-records", "what does a job of 99 records say?", "nothing: refused at synthesis"),
    Question("nested-output", "where do the answers of nested files lie?", "nothing"),
    Question("tools", "does Converse take toolConfig in a batch?", "nothing"),
    Question("structured-output", "does Converse take outputConfig in a batch?", "nothing"),
    Question("metrics", "which metrics of batch inference are there, with which dimensions?", "nothing"),
    # Identity.
    Question("token-same", "what answers a token that was used before?", _BOTH),
    Question("token-changed", "the same with other parameters?", _BOTH),
    Question("token-ended", "the same after its job was stopped?", _BOTH),
    Question(
        "token-lifetime",
        "how long is a token known?",
        _BOTH,
        "create again with the token of a former run, after 1, 12 and 24 hours",
    ),
    Question("name-live", "may the name of a live job be used again?", "names are used once"),
    Question("name-stopped", "the name of a stopped job?", "names are used once"),
    Question("name-completed", "the name of a completed job?", "names are used once"),
    Question("list-lag", "how many seconds until List shows a new job?", "looked for during 150 seconds"),
    Question("get-lag", "until Get shows it?", "looked for during 150 seconds"),
    Question("list-token", "does List show the token?", _BOTH),
    Question("get-token", "does Get show the token?", _BOTH),
    Question(
        "retention",
        "how old is the oldest job that List shows?",
        "a job that is gone counts as none",
    ),
    # Stopping.
    Question("stop-stopping", "what says Stop to a stopping job?", _BOTH),
    Question("stop-stopped", "to a stopped one?", _BOTH),
    Question("stop-failed", "to a failed one?", _BOTH),
    Question("stop-completed", "to a completed one?", _BOTH),
    Question("stopping-seconds", "how long is a job Stopping?", "waited for during 240 seconds"),
    Question(
        "tag-condition-running",
        "does aws:ResourceTag hold for the Stop of a live job?",
        "nothing: not used",
    ),
    Question("tag-condition-ended", "for the Stop of an ended one?", "nothing: not used"),
    Question("tags-ended-read", "can the tags of an ended job be read?", "nothing: tags are not read"),
    Question("tags-ended-changed", "can they be changed?", "a refusal fails no deployment"),
    # Refusals.
    Question("role-refused", "when is a role refused that cannot be assumed?", _BOTH),
    Question("rights-missing", "when are missing rights in S3 told?", "by the job; gate=VALIDATED waits for it"),
    # CloudFormation.
    Question("cleanup-delete", "which properties has the Delete after a replacement?", _BOTH),
    Question("rollback-update", "what does the Update of a rollback name?", _BOTH),
    Question("cancelled-update", "what does it name after an update that was cancelled?", _BOTH),
    Question("updated-time", "is LastUpdatedTime after a rollback that of the update?", "telling late requests apart"),
    Question("retry-request", "has a repeated Create the RequestId of the first?", _BOTH),
    Question("response-host", "which host has ResponseURL here?", "cloudformation-custom-resource-response-*"),
    # What needs more than one account, Region or hour.
    Question(
        "bucket-owner",
        "is s3BucketOwner needed for a bucket of another account?",
        "it is always sent",
        "start a job by the API with and without it",
    ),
    Question(
        "bucket-region",
        "may a bucket be of another Region?",
        "the option says that it must be of the stack's Region",
        "start a job by the API with such a bucket",
    ),
    Question(
        "guardrails",
        "does guardrailConfig of Converse hold in a batch?",
        "nothing",
        "put it into one record of a job, with a guardrail of yours",
    ),
    Question(
        "record-logs",
        "does each record appear in CloudTrail or in model invocation logging?",
        "nothing",
        "look there an hour after a job has completed",
    ),
)
KEYS = frozenset(question.key for question in QUESTIONS)
