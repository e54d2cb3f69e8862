"""Why the function that tells outcomes has its statements, and what topics and their keys must say."""

from __future__ import annotations

from typing import Final

from security.reason import Reason
from security.sources import (
    ALARM_TOPIC,
    AUTHORIZATION,
    BUCKETS,
    CALLER,
    CDK,
    ENCRYPTED_TOPIC,
    EVENT_KEYS,
    METRIC_KEYS,
    OURS,
    S3_KEYS,
    USER,
)

_ROLE: Final = "outcome role"

OF_OUTCOMES: Final = (
    Reason(
        "read jobs that have ended",
        _ROLE,
        "GetModelInvocationJob",
        "The event of Amazon Bedrock names neither output nor counts. A job's id is known only after its start",
        (CALLER,),
    ),
    Reason(
        "find ends whose event was lost",
        _ROLE,
        "ListModelInvocationJobs",
        "Events are best effort. ListModelInvocationJobs and the X-Ray actions support no resource-level permissions",
        (AUTHORIZATION, OURS),
    ),
    Reason(
        "put metrics",
        _ROLE,
        "cloudwatch:PutMetricData",
        "The action supports no resource-level permissions. The condition names the namespace",
        (METRIC_KEYS, OURS),
    ),
    Reason(
        "put outcomes on the bus",
        _ROLE,
        "events:PutEvents",
        "On the default bus of the account, and only events of this kind",
        (EVENT_KEYS, OURS),
    ),
    Reason(
        "mark what was told",
        _ROLE,
        "s3:PutObject",
        "`outcome.json` beside the manifest of a run keeps its outcome from being told again. It writes nothing else",
        (OURS,),
    ),
    Reason(
        "read what a run left",
        _ROLE,
        "s3:GetObject",
        "Run files say whose a job is and when it is good, manifests have the counts. It reads no records, no output",
        (OURS,),
    ),
    Reason(
        "see what is not there",
        _ROLE,
        "s3:ListBucket",
        "Without it S3 calls a missing object forbidden. The condition leaves the keys of these objects",
        (S3_KEYS, OURS),
    ),
    Reason(
        "use the key of the output",
        _ROLE,
        "kms:",
        "Run files, manifests and markers are encrypted as the output is. Through S3 only",
        (BUCKETS,),
    ),
    Reason("logs", _ROLE, "logs:", "The log group of the function, and no other", (OURS,)),
    Reason("outcome function", f"{_ROLE}, trust", "sts:AssumeRole", "Lambda runs it", (CDK,)),
    Reason(
        "let the outcomes in",
        "key policy|others: (key|bucket) policy",
        "role/cdk-bedrock-batch-outcomes/",
        "As for the roles of jobs: the output may be in a bucket of another account, or under such a key",
        (BUCKETS,),
    ),
    Reason(
        "events use the topic's key",
        "key policy|others: key policy",
        "events.amazonaws.com",
        "Of an encrypted topic. EventBridge sends no condition key. `*` is this key",
        (ENCRYPTED_TOPIC,),
    ),
    Reason(
        "alarms use the topic's key",
        "key policy|others: key policy",
        "cloudwatch.amazonaws.com",
        "Of an encrypted topic. `*` is this key",
        (ENCRYPTED_TOPIC,),
    ),
    Reason(
        "events reach the topic",
        "(others: )?topic policy",
        "Allow events.amazonaws.com",
        "The rule of the stack sends it the texts",
        (CDK,),
    ),
    Reason(
        "alarms reach the topic",
        "(others: )?topic policy",
        "Allow cloudwatch.amazonaws.com",
        "Of this account only. The policy that a topic has by default lets them in, and any other policy replaces it",
        (ALARM_TOPIC,),
    ),
    Reason("TLS only", "topic policy", "Deny.*aws:SecureTransport", "`enforce_ssl` of the topic", (USER,)),
)
