"""Where the output of a job lies, as the engine writes it."""

import pytest

from bedrock_batch.manifest import MANIFEST_NAME, ManifestField, folder_of, is_output, output_name


@pytest.mark.parametrize(
    ("output_uri", "uri"),
    [
        ("s3://answers/tickets/", "s3://answers/tickets/abcdefghijkl/"),
        ("s3://answers/tickets", "s3://answers/tickets/abcdefghijkl/"),
        ("s3://answers/", "s3://answers/abcdefghijkl/"),
        ("s3://answers", "s3://answers/abcdefghijkl/"),
    ],
)
def test_a_job_has_a_folder_below_its_output_location(output_uri: str, uri: str) -> None:
    assert folder_of(output_uri, "abcdefghijkl").uri == uri


@pytest.mark.parametrize("name", ["x.jsonl", "deep/er/y.jsonl"])
def test_each_input_file_has_an_output_file(name: str) -> None:
    assert output_name(name) == f"{name}.out"
    assert is_output(output_name(name))


@pytest.mark.parametrize("name", [MANIFEST_NAME, "x.jsonl", "x.json.out"])
def test_the_manifest_is_no_output_file(name: str) -> None:
    assert not is_output(name)


def test_the_members_of_the_manifest_are_those_of_the_documentation() -> None:
    assert [*ManifestField] == [
        "totalRecordCount",
        "processedRecordCount",
        "successRecordCount",
        "errorRecordCount",
        "inputTokenCount",
        "outputTokenCount",
    ]
