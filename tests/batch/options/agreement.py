"""Files on which the schema and the reader agree, and those that only the reader refuses.

They name `records.jsonl`, `table.csv`, `batch.jsonl` and `answer.json`, and the folder `records`, beside the file.
A right file has options that the reader takes. What the library says of several together is not asked here: an
application profile for `foundation_models`, a VPC in the stack's account.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Case(NamedTuple):
    """A text, the kind of its file, and whether it is right."""

    file: str
    text: str
    is_right: bool


JOB: Final = "name: a\nmodel: us.amazon.nova-lite-v1:0\n"
IN_ONE_LINE: Final = "{name: a, model: amazon.nova-lite-v1:0, input: records.jsonl}"
RECORDS: Final = f"{JOB}input: records.jsonl\n"
ROLE: Final = "arn:aws:iam::111122223333:role"
KEY: Final = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
TOPIC: Final = "arn:aws:sns:eu-central-1:111122223333:batch-jobs"
DIGEST: Final = "0123456789abcdef" * 4
VPC: Final = "vpc_id: vpc-1a2b3c4d, subnets: [subnet-9d4a7b6c], security_groups: [sg-903004f8]"

# What a job, the defaults of a folder and an environment can say alike.
SETTINGS: Final = {
    "model": (
        ["amazon.nova-lite-v1:0", "'arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0'"],
        ["", "'${x}'", "[a]", "a*"],
    ),
    "restrict_to_profile": (["true", "false"], ["'true'", "yes", "1", ""]),
    "destination_regions": (["[us-west-2, us-east-1]"], ["[]", "eu-central-1", "[Europe]", "[7]"]),
    "foundation_models": (["[amazon.nova-lite-v1:0]"], ["[]", "[[a]]", "{a: b}"]),
    "invocation_type": (["Converse", "'InvokeModel'"], ["converse", "", "[Converse]"]),
    "timeout_hours": (["24", "168"], ["23", "169", "'24'", "24.5", "a day", "true", ""]),
    "tags": (
        ["{team: support, 7: 8}", "{team: ''}", "{on: 2026-11-26}"],
        ["{team: }", "{a&b: c}", "[team]", "{a: [b]}"],
    ),
    "output_prefix": (["support", "a/b/"], ["/support", "a//b", "a b", "''"]),
    "gate": (["SUBMITTED", "VALIDATED"], ["validated", "true"]),
    "gate_timeout_seconds": (["1", "720"], ["0", "721", "'60'", "-1"]),
    "on_removal": (["STOP", "LEAVE_RUNNING"], ["LEAVE", "false"]),
    "service_role": (["shared", f"{ROLE}/team/Batch"], ["Shared", f"{ROLE}/", "Batch"]),
    "role_path": (["/team/", "'/'"], ["team", "/team", "/a b/"]),
    "permissions_boundary": (["arn:aws:iam::aws:policy/Boundary"], [f"{ROLE}/Batch", "Boundary"]),
    "vpc": ([f"{{{VPC}}}"], [f"{{{VPC}, zone: a}}", "{vpc_id: vpc-1a2b3c4d}", "vpc-1a2b3c4d", "{}"]),
    "hold": (["true", "false"], ["'false'", "on", "0"]),
    "outcome": (
        ["none", "{}", "{max_error_rate: 0.02, max_missing: 10, partial: by_limits}", "{max_error_rate: 1}"],
        ["{max_error_rate: 1.1}", "{max_error_rate: '0'}", "{max_missing: -1}", "{partial: good}", "good", "{rate: 0}"],
    ),
    "notify": (["none", TOPIC], ["batch-jobs", f"{TOPIC}.fifo", f"[{TOPIC}]", "''"]),
    "alarms": (
        ["none", "{on_failure: true, on_error_rate: 0.05, when_stuck_hours: 1, when_late_hours: 168}"],
        ["{on_failure: 'true'}", "{on_error_rate: 5}", "{when_stuck_hours: 0}", "{when_late_hours: 169}", "true"],
    ),
}
RUN: Final = {"run_id": (["7", "'7'", "2026-11-26", "a/b"], ["a b", "''", "[1]"])}
OF_JOB: Final = {
    "job_name_prefix": (["triage", "7a"], ["-triage", "a_b", "a" * 23]),
}
TEXTS: Final = ", ".join(f"What is {number} plus 1" for number in range(100))
INPUTS: Final = (
    [
        "records.jsonl",
        "{file: records.jsonl, max_records: 200000, max_size_mib: 2048}",
        "{folder: records, max_records: 100}",
        f"{{texts: [7, true, {TEXTS}]}}",
        f"{{texts: [{TEXTS}], system: s, max_tokens: 5, temperature: 0, answer_schema: answer.json}}",
        "{table: table.csv, prompt: '{question}', id_column: id, system: '${x}', temperature: 0.5, max_tokens: 300}",
        "{openai_batch: batch.jsonl, max_size_mib: 5120}",
        "{bucket: amzn-s3-demo-bucket, key: a/b.jsonl, bucket_owner: '011122223333'}",
        f"{{bucket: amzn-s3-demo-bucket, prefix: '', digest: {DIGEST}, encryption_key: '{KEY}'}}",
        "{bucket: amzn-s3-demo-bucket, prefix: a/, bucket_owner: 111122223333}",
    ],
    [
        "",
        "[records.jsonl]",
        "{}",
        "''",
        "{file: records.jsonl, folder: records}",
        "{file: records.jsonl, prompt: a}",
        "{folder: records, max_records: 0}",
        "{texts: []}",
        "{texts: Why}",
        "{texts: ['']}",
        "{texts: [Why], prompt: a}",
        "{texts: [Why], max_tokens: '5'}",
        "{table: table.csv, prompt: ''}",
        "{table: table.csv, prompt: a, key: b}",
        "{table: table.csv, prompt: a, temperature: -1}",
        "{openai_batch: batch.jsonl, system: s}",
        "{openai_batch: batch.jsonl, max_size_mib: 5121}",
        "{bucket: Bucket, key: a}",
        "{bucket: amzn-s3-demo-bucket, key: a, max_records: 5}",
        "{bucket: amzn-s3-demo-bucket, prefix: a//b}",
        "{bucket: amzn-s3-demo-bucket, key: a, digest: abc}",
        "{bucket: amzn-s3-demo-bucket, key: a, encryption_key: alias/a}",
        "{bucket: amzn-s3-demo-bucket, key: a, bucket_owner: me}",
        "{file: records.jsonl, answer_schema: answer.json}",
        "{texts: [Why], id_column: id}",
        "{prompt: a}",
    ],
)
STORAGE: Final = {
    "removal_policy": (["retain", "destroy"], ["RETAIN", "keep"]),
    "input_retention_days": (["1"], ["0", "'30'"]),
    "output_retention_days": (["30"], ["a month", "2147483648"]),
    "access_log_retention_days": (["365"], ["1.5"]),
    "key": ([KEY], ["alias/a"]),
    "input_key": ([KEY], [f"{KEY}/"]),
    "output_key": ([KEY], ["''"]),
    "input_bucket": (["amzn-s3-demo-bucket"], ["ab", "a_b"]),
    "input_bucket_owner": (["111122223333", "'011122223333'"], ["'1'", "me"]),
    "output_bucket": (["amzn-s3-demo-bucket"], ["-ab"]),
    "output_bucket_owner": (["'111122223333'"], ["[111122223333]"]),
    "use_bucket_default_encryption": (["true"], ["'true'"]),
    "access_log_bucket": (["amzn-s3-demo-bucket"], ["AB-cd"]),
}
ENVIRONMENT: Final = {
    "account": (["111122223333", "'011122223333'"], ["me", "'1'"]),
    "region": (["eu-central-1"], ["Frankfurt", "7"]),
    "stack_suffix": (["Prod", "7"], ["a-b", "''"]),
    "run_id": (["required"], ["Required", "7", "true"]),
    "models": (["[amazon.nova-lite-v1:0]"], ["[]", "amazon.nova-lite-v1:0"]),
    "prices": (
        ["{'amazon.nova-lite-v1:0': {input_per_million: 0.03, output_per_million: 1}}"],
        ["{m: {input_per_million: 0.03}}", "{m: {input_per_million: '1', output_per_million: 1}}", "{m: 1}"],
    ),
    "ceilings": (
        ["{max_records: 1000, max_tokens: 1000000, max_usd: 12.50}", "{}"],
        ["{max_records: 0}", "{max_tokens: 1.5}", "{max_usd: -1}", "{max_usd: '5'}", "{max_cost: 5}"],
    ),
    "storage": (["{removal_policy: destroy}", "{}"], ["destroy", "{retention: 5}"]),
    "overrides": (
        ["{support/: {model: amazon.nova-lite-v1:0}, support/ticket-triage: {hold: true}, triage: {}}"],
        ["{/support: {}}", "{support: {name: b}}", "{support: {run_id: 7}}", "{a b: {}}", "[support]"],
    ),
}
OVERRIDE: Final = {"ceilings": (["{max_usd: 1}"], ["1"]), "storage": (["{key: " + KEY + "}"], ["{key: a}"])}

Table = dict[str, tuple[list[str], list[str]]]


def _cases(file: str, table: Table, before: str, *, indent: int = 0) -> list[Case]:
    return [
        Case(file, f"{before}{' ' * indent}{key}: {value}\n", is_right)
        for key, values in table.items()
        for is_right, some in zip((True, False), values, strict=True)
        for value in some
    ]


_OF_ANY_JOB: Final = {key: values for key, values in SETTINGS.items() if key != "model"}
_PROD: Final = "environments:\n  prod:\n"
_OVERRIDDEN: Final = f"{_PROD}    overrides:\n      support/:\n"
AGREED: Final = [
    *_cases("job-file", _OF_ANY_JOB | RUN | OF_JOB, RECORDS),
    *_cases("job-file", {"model": SETTINGS["model"]}, "name: a\ninput: records.jsonl\n"),
    *_cases("job-file", {"input": INPUTS}, JOB),
    *_cases("job-file", {"name": (["a", "A-1"], ["1a", "a_b", "", "7", "a" * 23])}, RECORDS.partition("\n")[2]),
    Case(
        "job-file",
        f"jobs:\n- {IN_ONE_LINE}\n- {{name: b, model: amazon.nova-lite-v1:0, input: {{folder: records}}}}\n",
        True,
    ),
    Case("job-file", "jobs: []\n", False),
    Case("job-file", "jobs:\n- {name: a, model: amazon.nova-lite-v1:0}\n", False),
    Case("job-file", f"{RECORDS}jobs: []\n", False),
    Case("job-file", f"{RECORDS}timeout: 24\n", False),
    Case("job-file", "- a\n", False),
    Case("job-file", JOB, False),
    *_cases("defaults", SETTINGS | RUN, ""),
    *_cases("defaults", STORAGE, "storage:\n", indent=2),
    Case("defaults", "job_name_prefix: a\n", False),
    Case("defaults", "name: a\n", False),
    Case("defaults", "input: records.jsonl\n", False),
    Case("defaults", "environments: {}\n", False),
    *_cases("environments", SETTINGS | ENVIRONMENT, _PROD, indent=4),
    *_cases("environments", SETTINGS | OVERRIDE, _OVERRIDDEN, indent=8),
    *_cases("environments", STORAGE, f"{_PROD}    storage:\n", indent=6),
    *_cases(
        "environments",
        {"environments": (["{dev: {}, prod: {}}"], ["[dev]", "{1a: {}}", "{a-b: {}}", "{dev: }", ""])},
        "",
    ),
    Case("environments", "prod: {}\n", False),
    Case("environments", f"{_PROD}    name: a\n", False),
]
"""What the schema and the reader take or refuse alike."""

ONLY_THE_READER_REFUSES: Final = [
    Case("job-file", f"{RECORDS}timeout_hours: 0x30\n", False),
    Case("job-file", f"{RECORDS}timeout_hours: 048\n", False),
    Case("job-file", f"{RECORDS}timeout_hours: 48.0\n", False),
    Case("job-file", f"{RECORDS}hold: True\n", False),
    Case("job-file", f"{RECORDS}hold: true\nhold: true\n", False),
    Case(
        "job-file",
        f"{RECORDS}run_id: {'1' * 65}\n",
        False,
    ),
    Case("job-file", f"{JOB}input: {{bucket: amzn-s3-demo-bucket, key: a, bucket_owner: 12}}\n", False),
    Case("job-file", f"{JOB}input: {{table: table.csv}}\n", False),
    Case("job-file", f"{JOB}input: {{bucket: amzn-s3-demo-bucket}}\n", False),
    Case("job-file", f"{JOB}input: {{bucket: amzn-s3-demo-bucket, key: a, prefix: b}}\n", False),
    Case("job-file", "name: a\ninput: records.jsonl\n", False),
    Case(
        "job-file",
        f"jobs:\n- {IN_ONE_LINE}\n- {IN_ONE_LINE}\n",
        False,
    ),
    Case("environments", f"{_PROD}    account: 12\n", False),
    Case("environments", f"{_PROD}    ceilings: {{max_usd: 1e3}}\n", False),
]
"""What the schema takes, since an editor sees values and not how they are written, and sees one key at a time."""
