"""Tags of jobs, while they run and after."""

from __future__ import annotations

from engine.jobs import client_with, create, refusal, tags

from bedrock_batch_local import InProcessClient, ManualClock


def test_tags_are_set_at_create_changed_and_removed(clock: ManualClock) -> None:
    client = client_with(clock, lists_ended_tags=True)
    arn = create(client, tags=[{"key": "team", "value": "support"}, {"key": "stage", "value": ""}])
    assert tags(client, arn) == {"team": "support", "stage": ""}
    clock.advance(3600)

    client.tag_resource(resourceARN=arn, tags=[{"key": "team", "value": "sales"}, {"key": "cost", "value": "7"}])
    client.untag_resource(resourceARN=arn, tagKeys=["stage", "never-there"])

    assert tags(client, arn) == {"team": "sales", "cost": "7"}


def test_two_hundred_tags_are_the_limit(client: InProcessClient) -> None:
    arn = create(client, tags=[{"key": f"k{number}", "value": "v"} for number in range(200)])

    client.tag_resource(resourceARN=arn, tags=[{"key": "k0", "value": "w"}])

    found = refusal(client.tag_resource, resourceARN=arn, tags=[{"key": "one-more", "value": "v"}])
    assert found[0] == "TooManyTagsException"
    assert len(tags(client, arn)) == 200


def test_tags_of_a_job_that_is_not_there_are_not_found(client: InProcessClient) -> None:
    arn = create(client)[:-12] + "abcdefghijkl"

    assert refusal(client.list_tags_for_resource, resourceARN=arn)[0] == "ResourceNotFoundException"
    assert refusal(client.tag_resource, resourceARN=arn, tags=[])[0] == "ResourceNotFoundException"
