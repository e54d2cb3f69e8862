"""Messages that AWS services send to SQS queues."""

from __future__ import annotations

import time
from collections.abc import Mapping

from ministack.core.concurrency import esm_wake
from ministack.core.responses import new_uuid
from ministack.services import sqs


def policy_of(queue_arn: str) -> str | None:
    """The queue's policy, ``""`` if it has none. ``None`` if there is no such queue."""
    found = sqs.queue_policy_for_arn(queue_arn)
    return found[0] if found else None


def send(queue_arn: str, body: str, attributes: Mapping[str, str]) -> None:
    """Put a message with text attributes into a queue that exists. Nobody's rights are asked for."""
    queue = sqs._queue_by_arn(queue_arn)
    named = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
    now = time.time()
    message = {
        "id": new_uuid(),
        "body": body,
        "message_attributes": named,
        "md5_attrs": sqs._md5_msg_attrs(named),
        "sent_at": now,
        "visible_at": now + sqs.queue_delay(queue),
    }
    sqs._ensure_msg_fields(message)
    queue["messages"].append(message)
    esm_wake.set()
