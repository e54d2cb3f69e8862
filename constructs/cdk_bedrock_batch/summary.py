"""What a synthesis tells of the declared jobs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bedrock_batch.plan.summary import summary_of
from cdk_bedrock_batch._checks import checked

if TYPE_CHECKING:
    from aws_cdk import cx_api


@checked
def job_summary(assembly: cx_api.CloudAssembly) -> str:
    """Say what the jobs of an app take at most: a line for each of the first 20, and one for all.

    It is the bill of a first deployment. `bedrock-batch plan` says what the next one starts.

    :param assembly: what `app.synth()` returns.
    :raises ValueError: the assembly is not whole.

    Example::

        print(job_summary(app.synth()), file=sys.stderr)
    """
    return summary_of(Path(assembly.directory))
