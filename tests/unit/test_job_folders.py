"""Folders of job files: each is a stack, and what a file is called or where a job stands in it changes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack, Stage
from aws_cdk.assertions import Template

from cdk_bedrock_batch import declare_job_files, read_job_files

MODEL = "model: amazon.nova-lite-v1:0\n"
BODY = f"{MODEL}input: {{bucket: records, key: a.jsonl}}\n"


def job(name: str, more: str = "") -> str:
    return f"name: {name}\n{BODY}{more}"


def written(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def synthesized(out: Path, folder: Path, **options: Any) -> dict[str, bytes]:
    """The templates by the names of their stacks."""
    app = App(outdir=str(out), context={"@aws-cdk/core:suppressTemplateIndentation": True})
    names = [stack.stack_name for stack in declare_job_files(app, folder, **options)]
    app.synth()
    return {name: (out / f"{name}.template.json").read_bytes() for name in names}


def metadata(out: Path, stack: str, kind: str) -> list[Any]:
    found = json.loads((out / f"{stack}.metadata.json").read_bytes())
    return [entry["data"] for entries in found.values() for entry in entries if entry["type"] == kind]


def test_each_folder_with_jobs_is_a_stack(tmp_path: Path) -> None:
    files = {"a.yaml": job("a"), "support/b.yaml": job("b"), "support/deep/c.yaml": job("c"), "prompts/x.jsonl": ""}
    found = synthesized(tmp_path / "out", written(tmp_path / "jobs", files))

    assert list(found) == ["BedrockBatchJobs", "BedrockBatchJobs-support", "BedrockBatchJobs-support-deep"]
    for name, template in zip("abc", found.values(), strict=True):
        resources = json.loads(template)["Resources"].values()
        jobs = [each for each in resources if each["Type"] == "Custom::BedrockModelInvocationJob"]
        assert [each["Properties"]["JobNamePrefix"] for each in jobs] == [name]


def test_a_new_job_moves_no_other(tmp_path: Path) -> None:
    folder = written(tmp_path / "jobs", {"a.yaml": job("a"), "support/b.yaml": job("b")})
    before = synthesized(tmp_path / "out", folder)
    written(folder, {"more/c.yaml": job("c"), "support/0.yaml": job("d"), "support/z/e.yaml": job("e")})
    after = synthesized(tmp_path / "out", folder)

    assert after["BedrockBatchJobs"] == before["BedrockBatchJobs"]
    old, new = (json.loads(each["BedrockBatchJobs-support"])["Resources"] for each in (before, after))
    changed = {name for name, resource in old.items() if new[name] != resource}
    assert {old[name]["Type"] for name in changed} <= {"AWS::IAM::Policy", "AWS::S3::BucketPolicy", "AWS::KMS::Key"}


def listed(*jobs: str) -> str:
    """Several jobs in one file."""
    return "jobs:\n" + "".join("- " + each.replace("\n", "\n  ").rstrip(" ") for each in jobs)


@pytest.mark.parametrize(
    "files",
    [
        {"renamed.yaml": job("a"), "0.yaml": job("b")},
        {"both.yaml": listed(job("a"), job("b"))},
        {"both.yaml": listed(*(job(name).replace(MODEL, "") for name in "ba")), "defaults.yaml": MODEL},
    ],
    ids=["other names of files", "one file", "one file, in another order, with defaults"],
)
def test_the_name_of_a_job_alone_says_which_job_it_is(tmp_path: Path, files: Mapping[str, str]) -> None:
    before = synthesized(tmp_path / "0", written(tmp_path / "jobs", {"a.yaml": job("a"), "b.yaml": job("b")}))
    after = synthesized(tmp_path / "1", written(tmp_path / "other", files))

    assert json.loads(after["BedrockBatchJobs"]) == json.loads(before["BedrockBatchJobs"])


def test_file_and_line_of_each_option_are_in_the_metadata_and_not_in_the_template(tmp_path: Path) -> None:
    files = {
        "defaults.yaml": "tags:\n  team: support\ntimeout_hours: 48\n",
        "support/two.yaml": listed(job("a"), "# a comment\n" + job("b")).replace("- #", "\n- #"),
    }
    template = synthesized(tmp_path / "out", written(tmp_path / "jobs", files))["BedrockBatchJobs-support"]

    first, second = metadata(tmp_path / "out", "BedrockBatchJobs-support", "cdk-bedrock-batch:declared-at")
    assert first["file"] == second["file"] == "jobs/support/two.yaml"
    assert (first["line"], second["line"]) == (2, 7)
    assert second["options"] == {
        "name": "jobs/support/two.yaml:7",
        "model": "jobs/support/two.yaml:8",
        "input": "jobs/support/two.yaml:9",
        "tags": "jobs/defaults.yaml:1",
        "timeout_hours": "jobs/defaults.yaml:3",
    }
    assert b"two.yaml" not in template


def test_the_nearest_defaults_hold_and_tags_are_merged(tmp_path: Path) -> None:
    files = {
        "defaults.yaml": "tags: {team: all, kept: yes}\ntimeout_hours: 48\nstorage: {removal_policy: destroy}\n",
        "a/defaults.yaml": "tags: {team: a}\nstorage: {output_retention_days: 9}\n",
        "a/b/defaults.yaml": "timeout_hours: 72\n",
        "a/b/job.yaml": job("one", "tags: {team: mine}\n"),
        "a/job.yaml": job("two"),
    }
    found = synthesized(tmp_path / "out", written(tmp_path / "jobs", files))

    told = {}
    for template in found.values():
        for each in json.loads(template)["Resources"].values():
            if each["Type"] == "Custom::BedrockModelInvocationJob":
                tags = {tag["key"]: tag["value"] for tag in each["Properties"]["Job"]["tags"]}
                told[each["Properties"]["JobNamePrefix"]] = (each["Properties"]["Job"]["timeoutDurationInHours"], tags)
        assert b'"DeletionPolicy":"Retain"' not in template
        assert b'"ExpirationInDays":9' in template
    assert told == {"one": ("72", {"team": "mine", "kept": "yes"}), "two": ("48", {"team": "a", "kept": "yes"})}


def test_a_move_is_told_at_the_first_synthesis_after_it(tmp_path: Path) -> None:
    out, folder = tmp_path / "out", written(tmp_path / "jobs", {"a/b.yaml": job("b"), "a/c.yaml": job("c")})
    synthesized(out, folder)
    (folder / "d").mkdir()
    (folder / "a" / "b.yaml").rename(folder / "d" / "b.yaml")
    synthesized(out, folder)

    (warning,) = metadata(out, "BedrockBatchJobs-d", "aws:cdk:warning")
    assert (
        "the job b was in the stack BedrockBatchJobs-a at the last synthesis: the stack BedrockBatchJobs-d" in warning
    )
    assert "starts it anew, and it is paid again" in warning
    assert metadata(out, "BedrockBatchJobs-a", "aws:cdk:warning") == []
    synthesized(out, folder)
    assert metadata(out, "BedrockBatchJobs-d", "aws:cdk:warning") == []


def test_in_a_stage_a_job_that_stays_is_not_told_as_moved_and_a_move_names_the_stacks(tmp_path: Path) -> None:
    """There the name of a stack is not that of its template."""
    folder = written(tmp_path / "jobs", {"a/b.yaml": job("b"), "a/c.yaml": job("c")})
    warnings: list[list[Any]] = []
    for name in ("a", "a", "d"):
        if name == "d":
            (folder / "d").mkdir()
            (folder / "a" / "b.yaml").rename(folder / "d" / "b.yaml")
        stage = Stage(App(outdir=str(tmp_path / "out")), "Prod")
        stacks = declare_job_files(stage, folder)
        assembly = stage.synth()
        found = [metadata(Path(assembly.directory), each.artifact_id, "aws:cdk:warning") for each in stacks]
        warnings.append([text for texts in found for text in texts])

    assert warnings[:2] == [[], []]
    ((warning,),) = warnings[2:]
    assert "was in the stack Prod-BedrockBatchJobs-a at the last synthesis" in warning


def test_an_assembly_that_is_no_assembly_warns_of_nothing(tmp_path: Path) -> None:
    out = tmp_path / "out"
    folder = written(tmp_path / "jobs", {"a.yaml": job("a")})
    manifest = '{"artifacts": {"S": {"additionalMetadataFile": "S.metadata.json"}}}'
    for text in ("{", "[]", '{"x": 1}', '{"x": [1, {"type": "y"}]}'):
        written(out, {"manifest.json": manifest, "S.metadata.json": text})
        assert synthesized(out, folder)
    for text in ("{", "[]", "{}", '{"artifacts": {"S": 1}}'):
        written(out, {"manifest.json": text})
        assert synthesized(out, folder)


def test_jobs_without_a_model_are_all_told(tmp_path: Path) -> None:
    files = {f"{name}.yaml": job(name).replace(MODEL, "") for name in "abc"}
    with pytest.raises(ValueError, match="missing") as refused:
        declare_job_files(App(), written(tmp_path / "jobs", files))
    assert len(str(refused.value).split("\n")) == 3


def test_a_role_of_several_stacks_has_a_policy_of_each(tmp_path: Path) -> None:
    role = "service_role: arn:aws:iam::111122223333:role/Batch\n"
    files = {"defaults.yaml": role, "a.yaml": job("a"), "x/b.yaml": job("b")}
    found = synthesized(tmp_path / "out", written(tmp_path / "jobs", files))

    policies = [
        each["Properties"]["PolicyName"]
        for template in found.values()
        for each in json.loads(template)["Resources"].values()
        if each["Type"] == "AWS::IAM::Policy" and each["Properties"].get("Roles") == ["Batch"]
    ]
    assert len(set(policies)) == len(policies) == 2


def test_a_job_in_a_vpc_warns_of_nothing(tmp_path: Path) -> None:
    vpc = "vpc: {vpc_id: vpc-1a2b3c4d, subnets: [subnet-9d4a7b6c], security_groups: [sg-903004f8]}\n"
    synthesized(tmp_path / "out", written(tmp_path / "jobs", {"a.yaml": job("a", vpc)}))

    assert metadata(tmp_path / "out", "BedrockBatchJobs", "aws:cdk:warning") == []


def test_names_that_are_alike_but_for_slashes_are_two(tmp_path: Path) -> None:
    role = "service_role: arn:aws:iam::111122223333:role/a{}b\n"
    files = {
        "a.yaml": job("a", role.format("/")),
        "b.yaml": job("b", role.format("--")),
        "c.yaml": job("c", role.format("-")),
    }

    assert synthesized(tmp_path / "out", written(tmp_path / "jobs", files))


def test_a_job_can_be_declared_in_a_stack_of_ones_own(tmp_path: Path) -> None:
    stack = Stack(App(outdir=str(tmp_path / "out")), "Mine")
    declared = [each.declare(stack) for each in read_job_files(written(tmp_path / "jobs", {"a.yaml": job("a")}))]

    assert [each.node.path for each in declared] == ["Mine/a-job"]


def test_a_stack_of_ones_own_has_the_storage_that_the_files_say(tmp_path: Path) -> None:
    files = {
        "a.yaml": job("a"),
        "x/b.yaml": job("b"),
        "x/c.yaml": job("c"),
        "x/defaults.yaml": "storage: {removal_policy: destroy, output_retention_days: 9}\n",
    }
    stack = Stack(App(outdir=str(tmp_path / "out")), "Mine")
    for each in read_job_files(written(tmp_path / "jobs", files)):
        each.declare(stack)
    found = Template.from_stack(stack).find_resources("AWS::S3::Bucket").values()

    assert sorted(each["DeletionPolicy"] for each in found) == ["Delete"] * 3 + ["Retain"] * 3
    assert sum('"ExpirationInDays": 9' in json.dumps(each) for each in found) == 1
