"""What a job of a random app declares: one choice for each option, which an edit replaces."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final

from handler.world import ACCOUNT, INPUT_KEY, REGION, properties

COLUMNS: Final = ("s3://assets/columns/1.csv", "s3://assets/columns/2.csv")
_OTHER_KEY: Final = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0f0f0f0f-0000-1111-2222-333344445555"
_ROLE: Final = f"arn:aws:iam::{ACCOUNT}:role/cdk-bedrock-batch/{REGION}/Reports/"
_VPC: Final = {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]}

# Each option with what it may be, the default first.
CHOICES: Final[Mapping[str, tuple[Any, ...]]] = {
    "records": ("a" * 64, "b" * 64, "c" * 64),
    "bucket": (None, "s3://records/tickets.jsonl", "s3://records/others.jsonl"),
    "revision": (None, "d" * 64, "e" * 64),
    "model": ("us.anthropic.claude-haiku-4-5-20251001-v1:0", "us.amazon.nova-lite-v1:0"),
    "invocation_type": ("Converse", "InvokeModel"),
    "run_id": ("1", "2", "3"),
    "output": ("s3://answers/tickets/", "s3://answers/others/"),
    "key": (INPUT_KEY, _OTHER_KEY, ""),
    "output_key": (None, _OTHER_KEY),
    "role": (f"{_ROLE}Service", f"{_ROLE}Other"),
    "tags": ({"team": "support"}, {"team": "sales"}, {"team": "sales", "cost": "1"}, {}),
    "timeout": ("48", "24", ""),
    "prefix": ("tickets", "reports"),
    "gate": (None, "VALIDATED", "SUBMITTED"),
    "gate_seconds": (None, "300", "700"),
    "on_removal": (None, "LEAVE_RUNNING", "STOP"),
    "hold": (None, "true", "false"),
    "columns": (None, *COLUMNS),
    "outcome": (None, {"Partial": "failed"}, {"MaxErrorRate": "0.02", "Notify": ["arn:aws:sns:us-east-1:1:t"]}),
    "vpc": (None, _VPC),
    "service_timeout": ("960", "900"),
    # What this version of the handler does not know, and what it refuses.
    "unknown": (None, None, None, "1"),
    "invalid": (None, None, None, "0"),
}


@dataclass(frozen=True)
class Declaration:
    """The options of one job, by name."""

    options: tuple[tuple[str, Any], ...] = ()

    def of(self, option: str) -> Any:
        """What an option is."""
        return dict(self.options).get(option, CHOICES[option][0])

    def with_option(self, option: str, value: Any) -> "Declaration":
        """The same with another choice."""
        return replace(self, options=tuple((dict(self.options) | {option: value}).items()))

    def edited(self, option: str, chance: Random) -> "Declaration":
        """The same with another choice, by chance."""
        others = [each for each in CHOICES[option] if each != self.of(option)]
        return self.with_option(option, chance.choice(others))

    @property
    def is_refused(self) -> bool:
        """Whether the handler refuses the properties as they are."""
        return self.of("unknown") is not None or self.of("invalid") is not None

    def properties(self) -> dict[str, Any]:
        """The properties as CloudFormation delivers them."""
        bucket, tags = self.of("bucket"), self.of("tags")
        job: dict[str, Any] = {
            "modelId": self.of("model"),
            "modelInvocationType": self.of("invocation_type"),
            "roleArn": self.of("role"),
            "outputDataConfig": {"s3OutputDataConfig": self._output()},
            "timeoutDurationInHours": self.of("invalid") or self.of("timeout"),
            "tags": [{"key": key, "value": value} for key, value in tags.items()],
        }
        if self.of("vpc"):
            job["vpcConfig"] = self.of("vpc")
        found = properties(
            InputDigest=self.of("records") if bucket is None else None,
            RunId=self.of("run_id"),
            JobNamePrefix=self.of("prefix"),
            ServiceTimeout=self.of("service_timeout"),
            Gate=self.of("gate"),
            GateSeconds=self.of("gate_seconds"),
            OnRemoval=self.of("on_removal"),
            Hold=self.of("hold"),
            InputColumns=self.of("columns"),
            Outcome=self.of("outcome"),
            Unknown=self.of("unknown"),
            Job=job,
        )
        if bucket is None:
            return found | {"InputKey": self.of("key")}
        source = found["Job"]["inputDataConfig"]["s3InputDataConfig"] | {"s3Uri": bucket}
        found["Job"]["inputDataConfig"] = {"s3InputDataConfig": source}
        return found | ({"InputRevision": self.of("revision")} if self.of("revision") else {})

    def _output(self) -> dict[str, str]:
        key = self.of("output_key")
        found = {"s3Uri": self.of("output"), "s3BucketOwner": ACCOUNT}
        return found if key is None else found | {"s3EncryptionKeyId": key}
