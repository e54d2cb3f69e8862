"""Folders and names in the buckets of a storage. They are pinned: another one would start jobs again."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedrock_batch.limits import S3_KEY_PATH
from bedrock_batch.places import job_folder, object_name, stack_folder


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("prompts.jsonl", "prompts.jsonl"),
        ("PROMPTS.JSONL", "PROMPTS.jsonl"),
        ("prompts", "prompts.jsonl"),
        ("prompts.txt", "prompts.txt.jsonl"),
        ("my prompts & more.jsonl", "my_prompts_more.jsonl"),
        ("dt=2026-11.jsonl", "dt_2026-11.jsonl"),
        ("Übersicht für März.jsonl", "Ubersicht_fur_Marz.jsonl"),
        ("提示.jsonl", "records.jsonl"),
        ("..jsonl", "records.jsonl"),
        ("a" * 200 + ".jsonl", "a" * 100 + ".jsonl"),
    ],
)
def test_a_person_knows_the_name_of_a_copy_again(file: str, name: str) -> None:
    assert object_name(file) == name


@given(st.text())
def test_every_name_of_a_file_becomes_one_that_the_api_takes(file: str) -> None:
    name = object_name(file)

    assert name.endswith(".jsonl")
    assert len(name) <= 106
    assert re.fullmatch(S3_KEY_PATH, name)


@pytest.mark.parametrize(
    ("name", "path_below", "folder"),
    [
        ("Reports", "", "Reports/"),
        ("R" * 60, "", "R" * 60 + "/"),
        ("R" * 61, "", "R" * 60 + "-21dec1cc/"),
        ("Reports", "/Nested", "Reports-51005005/"),
        ("Reports", "/Nested/Inner", "Reports-1890b67f/"),
    ],
)
def test_a_stack_has_a_folder_of_its_name(name: str, path_below: str, folder: str) -> None:
    assert stack_folder(name, path_below) == folder


@pytest.mark.parametrize(
    ("construct_id", "path_below", "folder"),
    [
        ("Tickets", "/Tickets", "Reports/Tickets-f0d86188/"),
        ("Tickets", "/Nightly/Tickets", "Reports/Tickets-30082b84/"),
        ("my tickets!", "/my tickets!", "Reports/my-tickets-ac485510/"),
        ("本番", "/本番", "Reports/x-d6ae3c84/"),
    ],
)
def test_a_job_has_a_folder_in_that_of_its_stack(construct_id: str, path_below: str, folder: str) -> None:
    assert job_folder("Reports/", construct_id, path_below) == folder
