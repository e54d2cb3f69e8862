"""The event: read once, and refused by the member that cannot be read."""

from datetime import UTC, datetime
from typing import Any

import pytest

from handler.world import build_world
from model_invocation_job.core.errors import MalformedEventError
from model_invocation_job.core.event import ResourceEvent

ADDRESS = "https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com:444/a"


@pytest.mark.parametrize(
    ("query", "issued"),
    [
        ("X-Amz-Date=20261123T120000Z", datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ("Expires=7200", datetime.fromtimestamp(0, UTC)),
        ("Expires=soon", None),
        ("X-Amz-Date=today", None),
        ("Expires=" + "9" * 30, None),
        ("", None),
    ],
)
def test_the_time_of_a_request_is_read_from_its_signature(query: str, issued: datetime | None) -> None:
    event = build_world().event("Create", ResponseURL=f"{ADDRESS}?{query}")

    assert ResourceEvent.parse(event).issued_at == issued


def test_a_member_of_the_wrong_type_is_named() -> None:
    with pytest.raises(MalformedEventError, match=r"^OldResourceProperties is not an object$"):
        ResourceEvent.parse(build_world().event("Update", OldResourceProperties="x"))


def test_a_request_of_an_unknown_type_is_refused_by_its_type() -> None:
    with pytest.raises(MalformedEventError, match=r"^RequestType is none of Create, Update and Delete$"):
        ResourceEvent.parse(build_world().event("Destroy"))


@pytest.mark.parametrize("members", [{}, {"PhysicalResourceId": ""}, {"PhysicalResourceId": None}])
def test_a_request_without_an_id_has_an_empty_one(members: dict[str, Any]) -> None:
    assert ResourceEvent.parse(build_world().event("Create", **members)).physical_id == ""
