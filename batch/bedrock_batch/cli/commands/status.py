"""`status`: jobs, and how they went."""

from argparse import Namespace

from bedrock_batch.cli.aws import Aws
from bedrock_batch.cli.facts import facts_of
from bedrock_batch.cli.failure import Exit
from bedrock_batch.cli.jobs import find
from bedrock_batch.cli.terminal import Terminal


def run(options: Namespace, terminal: Terminal) -> Exit:
    """Show the jobs of a target."""
    aws = Aws(options.profile, options.region, options.endpoint_url)
    found = find(aws, options.target, options.job)
    facts = []
    for job in found.jobs:
        facts.append(facts_of(aws, job))
        for line in facts[-1].lines():
            terminal.show(line)
    for line in found.held_lines():
        terminal.show(line)
    for failure in found.failures:
        terminal.note(str(failure))
    errors = [str(each) for each in found.failures]
    terminal.give({"jobs": [each.members() for each in facts], "held": found.held, "errors": errors})
    return found.failures[0].code if found.failures else Exit.GOOD
