"""Environments of job files: side by side in one account, each with its own stacks, settings and limits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from unit.environment_files import DEV_AND_PROD, FILES, read, refused
from unit.test_job_folders import job, synthesized, written


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path / "jobs", FILES)


def test_two_environments_share_no_name(folder: Path, tmp_path: Path) -> None:
    found = {name: synthesized(tmp_path / name, folder, environment=name) for name in ("dev", "prod")}

    ends = ("", "-support", "-support-deep")
    assert list(found["dev"]) == [f"BedrockBatchJobs-dev{end}" for end in ends]
    assert list(found["prod"]) == [f"BedrockBatchJobs-Live{end}" for end in ends]
    manifest = json.loads((tmp_path / "dev" / "manifest.json").read_bytes())["artifacts"]
    stacks = [each for each in manifest.values() if each["type"] == "aws:cloudformation:stack"]
    assert {each["environment"] for each in stacks} == {"aws://111122223333/eu-west-1"}


def test_the_nearest_override_holds_over_the_file(folder: Path) -> None:
    jobs = read(folder, environment="dev")

    assert {name: each.model for name, each in jobs.items()} == {
        "a": "amazon.nova-micro-v1:0",
        "b": "amazon.nova-micro-v1:0",
        "c": "amazon.nova-pro-v1:0",
    }
    assert {name: each.options.get("timeout_hours") for name, each in jobs.items()} == {"a": None, "b": 48, "c": 72}
    assert jobs["a"].options["tags"] == {"own": "x", "stage": "dev"}
    assert jobs["c"].options["tags"] == {"stage": "dev", "team": "deep"}
    assert {each.environment for each in jobs.values()} == {"dev"}
    assert {each.model for each in read(folder, environment="prod").values()} == {"amazon.nova-lite-v1:0"}


def test_an_environment_is_chosen_and_known(folder: Path) -> None:
    assert refused(folder) == [
        "environments.yaml: an environment must be chosen, with -c env=<name>; there are dev, prod"
    ]
    assert refused(folder, environment="prd") == [
        "environments.yaml: the environment must be one of dev, prod, got 'prd'; did you mean prod?"
    ]
    (folder / "environments.yaml").unlink()
    assert refused(folder, environment="dev") == [
        "environments.yaml: no such file, which must name the environment 'dev'"
    ]


def test_two_environments_with_one_suffix_are_refused(folder: Path) -> None:
    written(folder, {"environments.yaml": "environments: {dev: {}, prod: {stack_suffix: DEV}}"})

    assert refused(folder, environment="dev") == [
        "environments.yaml:1:46: environments: 'prod': stack_suffix 'DEV' is already that of dev; two environments "
        "must not share stacks"
    ]


def test_two_environments_with_one_bucket_are_refused(folder: Path) -> None:
    written(folder, {"defaults.yaml": "storage: {output_bucket: ours}\n"})
    said = "is a bucket of the environments dev and prod; give each its own"

    assert refused(folder, environment="prod") == [f"defaults.yaml:1:26: storage: output_bucket: 'ours' {said}"]
    both = "environments: {dev: {storage: {output_bucket: dev}}, prod: {storage: {input_bucket: prod}}}"
    written(folder, {"environments.yaml": both})
    assert read(folder, environment="prod")


def test_a_folder_and_an_environment_cannot_have_one_stack(folder: Path) -> None:
    written(folder, {"support-deep/d.yaml": job("d")})

    assert refused(folder, environment="prod") == [
        "support/deep: the name of its stack would be BedrockBatchJobs-Live-support-deep, which is that of "
        "support-deep, too"
    ]


def test_only_allowed_models_run(folder: Path) -> None:
    allowed = "environments: {prod: {models: [amazon.nova-lite-v1:0]}}"
    written(folder, {"environments.yaml": allowed, "support/b.yaml": job("b").replace("lite", "pro")})

    assert refused(folder, environment="prod") == [
        "support/b.yaml:2:8: model: the environment prod does not allow 'amazon.nova-pro-v1:0', allowed are "
        "amazon.nova-lite-v1:0; did you mean amazon.nova-lite-v1:0?"
    ]


def test_overrides_are_of_what_is_there(folder: Path) -> None:
    overrides = "{suport/: {}, support/deep/d: {}, support/b: {storage: {removal_policy: retain}}}"
    written(folder, {"environments.yaml": f"environments: {{prod: {{overrides: {overrides}}}}}"})

    about = "environments: 'prod': overrides: "
    assert refused(folder, environment="prod") == [
        f"environments.yaml:1:35: {about}no such folder with jobs: 'suport/'; did you mean support/?",
        f"environments.yaml:1:48: {about}no such job: 'support/deep/d'; did you mean support/deep/?",
        f"environments.yaml:1:80: {about}'support/b': storage is for a folder, since the jobs of a folder share it",
    ]


def test_a_run_id_is_of_the_deployment_where_it_is_required_and_only_there(folder: Path) -> None:
    written(folder, {"environments.yaml": "environments: {nightly: {run_id: required}, prod: {}}"})

    jobs = read(folder, environment="nightly", run_id="2026-11-27")
    assert {each.options["run_id"] for each in jobs.values()} == {"2026-11-27"}
    assert refused(folder, environment="nightly") == [
        "environments.yaml:1:34: environments: 'nightly': run_id: required: a deployment must name its run, with -c "
        "run_id=<run id>"
    ]
    (said,) = refused(folder, environment="prod", run_id="2")
    assert said.startswith("environments.yaml:1:45: environments: 'prod': -c run_id='2' is for an environment with ")
    (said,) = refused(folder, environment="nightly", run_id="a b")
    assert said.endswith("-c run_id: must be 1 to 64 letters, digits and ._:/=+@- characters, got 'a b'")
    (folder / "environments.yaml").unlink()
    assert refused(folder, run_id="2") == [
        "environments.yaml: no such file; a run_id must be for an environment with run_id: required"
    ]


def test_an_environments_file_below_is_refused(folder: Path) -> None:
    written(folder, {"support/environments.yaml": DEV_AND_PROD})

    assert refused(folder, environment="dev") == [
        f"support/environments.yaml: environments.yaml must lie in {folder} itself: it is for all folders"
    ]


def records(folder: Path, count: int = 100, most: int = 50) -> None:
    body = {"messages": [{"role": "user", "content": [{"text": "How many?"}]}], "inferenceConfig": {"maxTokens": most}}
    lines = (json.dumps({"recordId": f"r{n}", "modelInput": body}) for n in range(count))
    (folder / "a.jsonl").write_text("\n".join(lines))
    written(
        folder,
        {
            "a.yaml": "name: a\nmodel: amazon.nova-lite-v1:0\ninput: a.jsonl\n",
            "support/b.yaml": "name: b\nmodel: amazon.nova-lite-v1:0\ninput: ../a.jsonl\n",
            "support/deep/c.yaml": job("c"),
        },
    )


@pytest.mark.parametrize(
    ("ceilings", "reason"),
    [
        ("max_records: 99", "max_records is 99, and the job has 100 records; leave some out, or raise the ceiling"),
        ("max_tokens: 5000", "max_tokens is 5,000, and the job may take 6,"),
        ("max_usd: 0.0005", "max_usd is 0.0005, and the job may cost 0.000"),
    ],
)
def test_a_job_above_a_ceiling_is_refused_at_its_records(folder: Path, ceilings: str, reason: str) -> None:
    records(folder)
    prices = "prices: {amazon.nova-lite-v1:0: {input_per_million: 0.03, output_per_million: 0.12}}"
    above = "overrides: {support/deep/: {ceilings: {max_records: 5}}}"
    written(folder, {"environments.yaml": f"environments: {{prod: {{ceilings: {{{ceilings}}}, {prices}, {above}}}}}"})

    said = refused(folder, environment="prod")
    assert [each.partition(": input: ")[0] for each in said[:2]] == ["a.yaml:3:8", "support/b.yaml:3:8"]
    for each in said[:2]:
        assert each.partition(": input: ")[2].startswith(reason)
    assert said[2].startswith("support/deep/c.yaml:3:17: input: bucket: max_records")
    assert "the records are in S3" in said[2]


def test_a_ceiling_that_holds_changes_no_template(folder: Path, tmp_path: Path) -> None:
    records(folder)
    written(folder, {"environments.yaml": "environments: {prod: {}}"})
    before = synthesized(tmp_path / "0", folder, environment="prod")
    ceilings = "{max_records: 100, max_tokens: 10000, max_usd: 1}"
    price = "{amazon.nova-lite-v1:0: {input_per_million: 0.03, output_per_million: 0.12}}"
    text = f"environments: {{prod: {{overrides: {{a: {{ceilings: {ceilings}}}}}, prices: {price}}}}}"
    written(folder, {"environments.yaml": text})

    assert synthesized(tmp_path / "1", folder, environment="prod") == before


def test_held_and_released_differ_in_the_job_alone(folder: Path, tmp_path: Path) -> None:
    written(folder, {"environments.yaml": "environments: {prod: {hold: true, overrides: {support/b: {hold: false}}}}"})
    held = synthesized(tmp_path / "0", folder, environment="prod")

    has_hold = {name: b'"Hold":"true"' in template for name, template in held.items()}
    assert list(has_hold.values()) == [True, False, True]
