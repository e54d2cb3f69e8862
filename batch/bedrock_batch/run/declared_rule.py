"""The declared rule of an outcome, in the property `Outcome`."""

from bedrock_batch.limits import MISSING_RECORDS, PART
from bedrock_batch.outcome import OutcomeRule, Partial
from bedrock_batch.run.properties import Node


def rule_of(properties: Node) -> OutcomeRule | None:
    """The rule, with the default of each member that is absent. `None`: no outcome is asked for.

    :raises InvalidPropertyError: a member has another type, or a value outside its range.
    """
    outcome = properties.optional_node("Outcome")
    if outcome is None:
        return None
    return OutcomeRule(
        max_error_rate=outcome.optional_decimal("MaxErrorRate", within=PART) or 0.0,
        max_missing=outcome.optional_integer("MaxMissing", within=MISSING_RECORDS) or 0,
        partial=Partial(outcome.optional_text("Partial", one_of=tuple(Partial)) or Partial.DEGRADED),
        notify=tuple(outcome.optional_text_list("Notify")),
    )
