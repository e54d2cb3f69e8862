"""How a run went: the rule that was declared for it, what is judged by it, and what is told of it."""

from bedrock_batch.outcome.rule import OutcomeRule, Partial, rule_in

__all__ = ["OutcomeRule", "Partial", "rule_in"]
