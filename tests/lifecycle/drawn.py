"""What random histories are made of."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from bedrock_batch.statuses import JobStatus
from handler.world import properties
from lifecycle.misfortunes import CallFault, Misfortune
from lifecycle.quirks import Quirks

_NEW_WORDS: list[dict[JobStatus, str]] = [
    {},
    {},
    {JobStatus.SUBMITTED: "Queued"},
    {JobStatus.IN_PROGRESS: "Processing", JobStatus.SCHEDULED: "Planned"},
    {JobStatus.STOPPING: "WindingDown"},
]
# What the API's model does not require.
_HIDDEN = [frozenset[str](), frozenset[str](), frozenset({"modelInvocationType", "vpcConfig"}), frozenset({"endTime"})]

QUIRKS = st.builds(
    Quirks,
    token_memory_seconds=st.sampled_from([60.0, 60.0, 600.0, 86_400.0]),
    get_lag_seconds=st.sampled_from([0.0, 5.0, 20.0]),
    list_lag_seconds=st.sampled_from([0.0, 2.0, 5.0, 20.0, 45.0, 120.0]),
    shows_token=st.booleans(),
    replays_arn=st.booleans(),
    changed_token_error=st.sampled_from([None, "ValidationException", "ConflictException"]),
    frees_ended_names=st.sampled_from([True, True, False]),
    ended_stop_error=st.sampled_from(["ValidationException", "ConflictException"]),
    running_stop_conflicts=st.sampled_from([0, 0, 1, 3]),
    ineffective_stops=st.sampled_from([0, 0, 1]),
    hidden_members=st.sampled_from(_HIDDEN),
    shown_as=st.sampled_from(_NEW_WORDS),
    normalises=st.booleans(),
    page_size=st.sampled_from([None, 1, 2]),
    empty_pages=st.booleans(),
    calls_per_second=st.sampled_from([None, None, 2.0]),
    ended_refuses_tags=st.booleans(),
    stopping_seconds=st.sampled_from([5.0, 60.0, 600.0]),
    retention_seconds=st.sampled_from([None, 2 * 3600.0]),
    role_checked_late=st.booleans(),
    unknown_rights=st.sampled_from([0, 0, 1, 2, 3]),
    cleanup_has_old_properties=st.booleans(),
    rollback_shows_attempt=st.booleans(),
    rollback_hears_late_answer=st.booleans(),
    rollback_is_an_update=st.booleans(),
    retry_signs_anew=st.booleans(),
    deletes_failed_attempts=st.booleans(),
    seconds_between_operations=st.sampled_from([3.0, 10.0]),
    response_host=st.sampled_from(
        [
            "s3.us-east-1.amazonaws.com",
            "s3-us-east-1.amazonaws.com",
            "s3.amazonaws.com",
        ]
    ),
    max_event_age_seconds=st.sampled_from([960.0, 960.0, None]),
)
LATENCIES = st.lists(st.sampled_from([0.01, 0.05, 0.2, 1.0]), min_size=1, max_size=6)
MOMENTS = st.sampled_from([0.05, 0.12, 0.2, 0.25, 0.3, 0.35, 0.45, 0.6, 2.0, 30.0, 300.0, 2000.0])
LONGER_THAN_ANY_JOB = 4 * 3600.0
RUNS = st.sampled_from(["a", "a", "b", "b", "c"])
ENDS = st.sampled_from([JobStatus.COMPLETED, JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.STOPPED])
PURPOSES = st.sampled_from(["forward", "forward", "rollback", "delete"])
DELAYS = st.lists(
    st.sampled_from([0.1, 0.15, 0.3, 5.0, 15.0, 70.0, 300.0, 1000.0, 1500.0, 6 * 3600.0]), min_size=1, max_size=3
)
_OPERATIONS = st.sampled_from(
    [
        "CreateModelInvocationJob",
        "GetModelInvocationJob",
        "ListModelInvocationJobs",
        "StopModelInvocationJob",
        "TagResource",
        "UntagResource",
        "DescribeStacks",
    ]
)
_ERRORS = st.sampled_from(["ThrottlingException", "InternalServerException", "AccessDeniedException"])
_OUT = st.sampled_from(["ThrottlingException", "InternalServerException", "ProxyPage200", "ProxyPage502"])
_TIMES = st.sampled_from([1, 3, 8, 20])
_RIGHTS = st.sampled_from(
    [
        "iam:PassRole",
        "sts:AssumeRole",
        "bedrock:CreateModelInvocationJob",
        "bedrock:ListModelInvocationJobs",
        "bedrock:GetModelInvocationJob",
        "bedrock:StopModelInvocationJob",
        "cloudformation:DescribeStacks",
    ]
)


def _misfortune(method: str, *arguments: Any) -> Misfortune:
    return lambda misfortunes: getattr(misfortunes, method)(*arguments)


MISFORTUNES = st.one_of(
    st.builds(_misfortune, st.just("right_comes_late"), _RIGHTS, st.sampled_from([10.0, 45.0, 200.0, 1200.0])),
    st.builds(_misfortune, st.just("service_fails"), _OPERATIONS, _ERRORS, _TIMES),
    st.builds(_misfortune, st.just("service_is_out"), _OPERATIONS, _OUT, st.sampled_from([30.0, 100.0, 200.0, 700.0])),
    st.builds(
        _misfortune,
        st.just("service_fails"),
        st.just("CreateModelInvocationJob"),
        st.just("ServiceQuotaExceededException"),
        st.sampled_from([1, 2]),
    ),
    st.builds(_misfortune, st.just("refuses_with_text"), st.just("é" * 5000)),
    st.builds(
        _misfortune, st.just("bucket_refuses"), st.sampled_from([400, 408, 429, 503]), st.sampled_from([1, 4, 12])
    ),
)
CALL_FAULTS = st.lists(
    st.builds(
        CallFault,
        st.integers(1, 12),
        st.sampled_from(["before", "after"]),
        st.sampled_from(["kill", "cut", "throttle", "page", "freeze"]),
    ),
    min_size=1,
    max_size=3,
)
PLANS = st.one_of(
    st.fixed_dictionaries({"other_fails_after": MOMENTS}),
    st.fixed_dictionaries({"cancelled_after": MOMENTS}),
    st.fixed_dictionaries({"other_fails_after": MOMENTS, "rolls_back": st.just(False)}),
    st.fixed_dictionaries({"skips_ours": st.booleans(), "rolls_back": st.booleans(), "retains": st.booleans()}),
)
OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "Gate": st.just("VALIDATED"),
        "GateSeconds": st.sampled_from(["5", "100", "700"]),
        "OnRemoval": st.sampled_from(["STOP", "LEAVE_RUNNING"]),
        "vpc": st.booleans(),
    },
)
_VPC = {"vpcConfig": {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]}}


def declared(run: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of a resource that declares a run."""
    top = {name: value for name, value in options.items() if name != "vpc"}
    return properties(RunId=run, ServiceTimeout="960", Job=_VPC if options.get("vpc") else {}, **top)


def changed(before: Mapping[str, Any], team: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The same run with other tags and options. It is held as before unless the options say so."""
    hold = {"Hold": before["Hold"]} if "Hold" in before else {}
    after = declared(before["RunId"], {**hold, **options})
    return after | {"Job": after["Job"] | {"tags": [{"key": "team", "value": team}]}}
