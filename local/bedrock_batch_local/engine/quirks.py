"""What AWS does not document of the batch service: one object that holds an answer to each question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from bedrock_batch.statuses import JobStatus
from bedrock_batch_local.engine.api_model import operation
from bedrock_batch_local.engine.faults import Outage


@dataclass(frozen=True, kw_only=True)
class Quirks:
    """How one Bedrock behaves, of those that AWS may have; the defaults are what was seen of AWS, else the simplest.

    Memory, in seconds: ``token_memory_seconds`` is how long a client token is remembered (default: 24 hours),
    ``retention_seconds`` how long an ended job stays visible (default: for ever), ``get_lag_seconds`` and
    ``list_lag_seconds`` how long Get and List do not show a new job yet (default: 0).

    Create: ``replays_arn`` answers a repeated token with the job's ARN, else with an empty one (default: yes).
    ``changed_token_error`` is the error code for a known token with other parameters (default: none, the token
    decides). ``frees_ended_names`` lets the name of an ended job be used again (default: no).

    Stop: ``ended_stop_error`` is the error code for an ended or stopping job. AWS was seen to answer
    ``ValidationException`` (default) and declares ``ConflictException`` as well. Of the other calls for each job, the
    first ``running_stop_conflicts`` are refused with ``ConflictException``, and the ``ineffective_stops`` after those
    are answered with success and change nothing (both default: 0).

    Get and List: ``shows_token`` shows ``clientRequestToken`` (default: yes), ``hidden_members`` are more members that
    are left out (default: none). ``shown_as`` gives words that no version of the API knows to statuses (default: none).
    ``normalises`` shows what was requested in other words (default: no), see ``normal_form``.

    List: ``page_size`` is the most jobs of a page, whatever ``maxResults`` asks for (default: no such bound);
    ``empty_pages`` puts a page without jobs before the first (default: no).

    Tags: ``lists_ended_tags`` answers ListTagsForResource for a job that has ended (default: no; Terraform's resource
    has no tags for this reason). ``ended_refuses_tags`` lets an ended or stopping job refuse changes of its tags
    (default: no).

    Rights: ``names_profile`` lets IAM see, as ``bedrock:InferenceProfileArn``, through which profile a model is invoked
    (default: yes). ``checks_invoke`` asks the service role for ``bedrock:InvokeModel`` on a plain model (default: yes),
    ``checks_profile_on_create`` the caller of Create for the profile beside the models (default: yes).
    ``shows_tags_of_ended`` lets IAM see the tags of a job that has ended (default: yes). ``unsubscribed`` are providers
    whose models nobody has subscribed to yet (default: none).

    Work: ``lists_with_prefix`` lists the input by its key, else the whole bucket (default: yes).
    ``young_bucket_failures`` is how many first jobs of each input bucket fail for rights that they have (default: 0).
    ``keeps_folders`` keeps the folders of nested input files in the output (default: yes).

    Events: the next ``dropped_events`` changes of a status are never told, and the ``doubled_events`` after those are
    told twice (both default: 0). ``event_lag_seconds`` is how long after its change an event is sent (default: 0).

    All operations: ``outages`` are the times when one does not work (default: none). ``calls_per_second`` is how many
    calls of one operation get through, of all callers together and without bursts (default: all).
    """

    token_memory_seconds: float = 86_400.0
    retention_seconds: float | None = None
    get_lag_seconds: float = 0.0
    list_lag_seconds: float = 0.0
    replays_arn: bool = True
    changed_token_error: str | None = None
    frees_ended_names: bool = False
    ended_stop_error: str = "ValidationException"
    running_stop_conflicts: int = 0
    ineffective_stops: int = 0
    shows_token: bool = True
    hidden_members: frozenset[str] = frozenset()
    shown_as: Mapping[JobStatus, str] = field(default_factory=dict)
    normalises: bool = False
    page_size: int | None = None
    empty_pages: bool = False
    lists_ended_tags: bool = False
    ended_refuses_tags: bool = False
    names_profile: bool = True
    checks_invoke: bool = True
    checks_profile_on_create: bool = True
    shows_tags_of_ended: bool = True
    unsubscribed: frozenset[str] = frozenset()
    lists_with_prefix: bool = True
    young_bucket_failures: int = 0
    keeps_folders: bool = True
    dropped_events: int = 0
    doubled_events: int = 0
    event_lag_seconds: float = 0.0
    outages: tuple[Outage, ...] = ()
    calls_per_second: float | None = None

    def __post_init__(self) -> None:
        unknown = self.hidden_members - set(operation("GetModelInvocationJob").output_shape.members)
        if unknown:
            raise ValueError(f"hidden_members must be members of GetModelInvocationJob's answer, got {sorted(unknown)}")
        for name in (
            "running_stop_conflicts",
            "ineffective_stops",
            "young_bucket_failures",
            "dropped_events",
            "doubled_events",
            "event_lag_seconds",
        ):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more, got {getattr(self, name)}")
        if self.page_size is not None and self.page_size < 1:
            raise ValueError(f"page_size must be 1 or more, got {self.page_size}")
        if self.calls_per_second is not None and self.calls_per_second <= 0:
            raise ValueError(f"calls_per_second must be more than 0, got {self.calls_per_second}")

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Quirks from JSON: lists stand for sets, statuses for themselves.

        ``ValueError`` for a name that is none of theirs, for ``outages``, which have no form in JSON, or for a value of
        another type.
        """
        types = {each.name: type(getattr(cls(), each.name)) for each in fields(cls)}
        unknown = sorted(set(values) - set(types) | ({"outages"} & set(values)))
        if unknown:
            raise ValueError(f"quirks must be of {sorted(set(types) - {'outages'})}, got {unknown[0]!r}")
        return cls(**{name: _of_json(name, types[name], value) for name, value in values.items()})


def _of_json(name: str, kind: type, value: Any) -> Any:
    if kind is frozenset and isinstance(value, list):
        return frozenset(value)
    if kind is dict and isinstance(value, dict):
        return {JobStatus(status): str(word) for status, word in value.items()}
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind in (frozenset, dict) or (kind is bool and not isinstance(value, bool)) or (kind is float and not number):
        raise ValueError(f"{name} must be a {'list' if kind is frozenset else kind.__name__}, got {value!r}")
    return value
