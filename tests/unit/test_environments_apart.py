"""What keeps environments apart: names of stacks, accounts, roles and models."""

from __future__ import annotations

from pathlib import Path

import pytest

from unit.environment_files import FILES, read, refused
from unit.test_job_folders import job, metadata, synthesized, written


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path / "jobs", FILES)


@pytest.mark.parametrize(
    ("before", "after", "stack"),
    [
        (None, "dev: {}", "BedrockBatchJobs-dev"),
        ("old: {}", "dev: {}", "BedrockBatchJobs-dev"),
        ("dev: {}", "dev: {stack_suffix: Other}", "BedrockBatchJobs-Other"),
        ("old: {}, dev: {}", "old: {stack_suffix: Other}, dev: {}", "BedrockBatchJobs-dev"),
    ],
    ids=["environments are new", "renamed", "another suffix", "the other one has another suffix"],
)
def test_stacks_with_other_names_are_told(tmp_path: Path, before: str | None, after: str, stack: str) -> None:
    out, folder = tmp_path / "out", written(tmp_path / "jobs", {"a.yaml": job("a")})
    if before is not None:
        written(folder, {"environments.yaml": f"environments: {{{before}}}"})
    synthesized(out, folder, environment=before.partition(":")[0] if before else None)
    written(folder, {"environments.yaml": f"environments: {{{after}}}"})
    synthesized(out, folder, environment="dev")

    (warning,) = metadata(out, stack, "aws:cdk:warning")
    assert f"the stack {stack} starts it anew, and it is paid again" in warning


def test_another_environment_in_turn_is_not_told(tmp_path: Path) -> None:
    out, folder = tmp_path / "out", written(tmp_path / "jobs", {"a.yaml": job("a")})
    written(folder, {"environments.yaml": "environments: {dev: {}, prod: {stack_suffix: Live}}"})
    for name, stack in (("dev", "dev"), ("prod", "Live"), ("dev", "dev")):
        synthesized(out, folder, environment=name)
        assert metadata(out, f"BedrockBatchJobs-{stack}", "aws:cdk:warning") == []


FOREIGN = "arn:aws:kms:us-east-1:999999999999:key/1234abcd-12ab-34cd-56ef-1234567890ab"


@pytest.mark.parametrize(
    ("files", "at"),
    [
        (
            {"defaults.yaml": "storage: {output_bucket: evil, output_bucket_owner: '999999999999'}\n"},
            "defaults.yaml:1:53",
        ),
        ({"support/defaults.yaml": f"storage: {{output_key: '{FOREIGN}'}}\n"}, "support/defaults.yaml:1:23"),
        ({"a.yaml": job("a", "service_role: arn:aws:iam::999999999999:role/Batch\n")}, "a.yaml:4:15"),
        ({"a.yaml": job("a", "permissions_boundary: arn:aws:iam::999999999999:policy/B\n")}, "a.yaml:4:23"),
        ({"a.yaml": job("a").replace("key: a.jsonl", "key: a.jsonl, bucket_owner: '999999999999'")}, "a.yaml:3:54"),
    ],
)
def test_only_the_environment_names_another_account(folder: Path, files: dict[str, str], at: str) -> None:
    written(folder, {"environments.yaml": 'environments: {prod: {account: "111122223333"}}', **files})
    found = refused(folder, environment="prod")

    assert {each.partition(": ")[0] for each in found} == {at}
    assert all(each.endswith("only environments.yaml may name another one") for each in found)


def test_the_environment_itself_may_name_another_account(folder: Path) -> None:
    owner = "storage: {output_bucket: theirs, output_bucket_owner: '999999999999'}"
    boundary = "permissions_boundary: arn:aws:iam::aws:policy/Boundary\n"
    environments = f'environments: {{prod: {{account: "111122223333", {owner}}}}}'
    written(folder, {"environments.yaml": environments, "a.yaml": job("a", boundary)})

    assert read(folder, environment="prod")


def test_two_environments_with_one_role_are_refused(folder: Path) -> None:
    role = "arn:aws:iam::111122223333:role/Batch"
    written(folder, {"a.yaml": job("a", f"service_role: {role}\n"), "defaults.yaml": "service_role: shared\n"})

    assert refused(folder, environment="prod") == [
        f"a.yaml:4:15: service_role: '{role}' is a role of the environments dev and prod; give each its own"
    ]


PROFILE = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abcd1234"


def test_the_models_behind_a_profile_are_allowed_and_have_a_price(folder: Path) -> None:
    profile = (
        f"name: a\nmodel: {PROFILE}\nfoundation_models: [amazon.nova-micro-v1:0]\ninput: {{bucket: b, key: a.jsonl}}\n"
    )
    allowed = f"models: ['{PROFILE}', amazon.nova-lite-v1:0], ceilings: {{max_usd: 5}}"
    written(
        folder,
        {
            "a.yaml": profile.replace("bucket: b,", "bucket: abc,"),
            "environments.yaml": f"environments: {{prod: {{{allowed}}}}}",
        },
    )

    said = refused(folder, environment="prod")
    assert said[0].startswith("a.yaml:2:8: model: max_usd needs the price of an application inference profile")
    assert said[1].startswith(
        "a.yaml:3:20: foundation_models: the environment prod does not allow 'amazon.nova-micro-v1:0'"
    )
