"""What a start leaves in S3 besides the answers: where the copies and the files about runs are."""

import json
from typing import Any

from handler.world import ACCOUNT, World

COPY = f"s3://prompts/Reports-c8/Tickets-c8/{'a' * 64}/tickets.jsonl"
NAME = "tickets-0a1b2c3dicketsE1-704dce9f-1"
RUN_FILE = f"s3://answers/tickets/run/{NAME}.json"
OUTPUT_KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
KEYED = {
    "s3OutputDataConfig": {"s3Uri": "s3://answers/tickets/", "s3EncryptionKeyId": OUTPUT_KEY, "s3BucketOwner": ACCOUNT}
}


def stored(world: World, uri: str) -> Any:
    """An object that must be there."""
    found = world.buckets.found(uri)
    assert found is not None, world.buckets.uris()
    return found


def run_file(world: World, uri: str = RUN_FILE) -> dict[str, Any]:
    """What is written down of a run."""
    content: dict[str, Any] = json.loads(stored(world, uri).body)
    return content
