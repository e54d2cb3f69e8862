"""What an assembly tells of a job, in the metadata of its resource. The library writes it, and a plan reads it."""

from typing import Final

DECLARED_AT: Final = "cdk-bedrock-batch:declared-at"
"""Where a job file declares it: an object with `file`, `line`, `folder`, `name`, `environment` and `options`, which has
`file:line` for each option that is given."""
AMOUNTS: Final = "cdk-bedrock-batch:amounts"
"""What it takes at most: an object with `records`, `inputTokens`, `mostOutputTokens` and `usd`, a decimal as a string.
What is not known is left out."""
ABOVE: Final = "cdk-bedrock-batch:above-ceiling"
"""A list with a sentence for each ceiling that it may exceed. It is there only if the context has `PLANNING`."""
PLANNING: Final = "cdk-bedrock-batch:plan"
"""The context value with which a job above a ceiling is told in the metadata and by an error of the construct. Without
it, the job ends the synthesis."""
