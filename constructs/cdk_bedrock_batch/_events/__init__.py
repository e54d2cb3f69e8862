"""Rules for the events of jobs."""

from cdk_bedrock_batch._events.cycles import watch as watch_cycles
from cdk_bedrock_batch._events.job_events import JobEvents, on_any_state_change
from cdk_bedrock_batch._events.outcome_events import OutcomeEvents
from cdk_bedrock_batch._events.rule import Pattern, RuleOptions, new_rule
from cdk_bedrock_batch._events.subject import ByArn, ByName, Subject

__all__ = [
    "ByArn",
    "ByName",
    "JobEvents",
    "OutcomeEvents",
    "Pattern",
    "RuleOptions",
    "Subject",
    "new_rule",
    "on_any_state_change",
    "watch_cycles",
]
