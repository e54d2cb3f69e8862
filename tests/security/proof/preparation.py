"""Makes by hand what the declared jobs bring."""

from __future__ import annotations

from security.proof.surroundings import MODEL, OURS, REGION, Account, records

BEDROCK = {"Service": "bedrock.amazonaws.com"}
TRUST = {
    "Effect": "Allow",
    "Principal": BEDROCK,
    "Action": "sts:AssumeRole",
    "Condition": {
        "StringEquals": {"aws:SourceAccount": OURS},
        "ArnLike": {"aws:SourceArn": f"arn:aws:bedrock:{REGION}:{OURS}:model-invocation-job/*"},
    },
}


def prepare(ours: Account, theirs: Account) -> dict[str, str]:
    """Make buckets, keys, roles and an application inference profile; their names and ARNs."""
    small, large = records(), records(size=90_000)
    prompts_key, their_key = ours.key(), theirs.key()
    ours.key(alias="alias/answers")
    profile = ours.client("bedrock").create_inference_profile(
        inferenceProfileName="team", modelSource={"copyFrom": f"arn:aws:bedrock:{REGION}::foundation-model/{MODEL}"}
    )
    return {
        "alias": "alias/answers",
        "answers": ours.bucket("proof-answers"),
        "application-profile": profile["inferenceProfileArn"],
        "fixed-role": ours.role("fixed", [TRUST]),
        "mutable-role": ours.role("mutable", [TRUST]),
        "whole": ours.bucket("proof-whole", files={"deeper/a.jsonl": small}),
        "own-prompts": ours.bucket("proof-own-prompts", files={"in/small/a.jsonl": small, "in/large.jsonl": large}),
        "prompts": ours.bucket("proof-prompts", key_arn=prompts_key, files={"in/a.jsonl": small}),
        "prompts-key": prompts_key,
        "their-answers": theirs.bucket("proof-their-answers"),
        "their-key": their_key,
        "their-prompts": theirs.bucket("proof-their-prompts", key_arn=their_key, files={"in/a.jsonl": small}),
    }
