"""`plan`: what a deployment does to the jobs of an app, and what it bills."""

import os
from argparse import Namespace
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from bedrock_batch.cli.accounts import Accounts
from bedrock_batch.cli.aws import Aws
from bedrock_batch.cli.declared import App, find_base
from bedrock_batch.cli.deployed import read_deployed
from bedrock_batch.cli.failure import Exit
from bedrock_batch.cli.terminal import Terminal
from bedrock_batch.cost import Ceilings
from bedrock_batch.plan.assumed import assumed
from bedrock_batch.plan.compare import compare
from bedrock_batch.plan.limits import above
from bedrock_batch.plan.markdown import as_markdown
from bedrock_batch.plan.members import as_members
from bedrock_batch.plan.planned import Plan, Total
from bedrock_batch.plan.shown import planned
from bedrock_batch.plan.text import as_text

_ASSUMED: Final = (
    "AWS was not asked. Each job of the base counts as running, and a run from before the base counts as new."
)
_ACCOUNT, _REGION = "CDK_DEFAULT_ACCOUNT", "CDK_DEFAULT_REGION"


def run(options: Namespace, terminal: Terminal) -> Exit:
    """Show the plan."""
    plan = _against_base(options) if options.base is not None else _against_deployed(options)
    terminal.show(as_markdown(plan) if options.markdown else as_text(plan))
    terminal.give(as_members(plan))
    if plan.is_above:
        return Exit.ABOVE
    return Exit.PAID if plan.is_paid else Exit.GOOD


def _ceilings(options: Namespace) -> Ceilings:
    return Ceilings(max_records=options.max_records, max_tokens=options.max_tokens, max_usd=options.max_usd)


def _against_base(options: Namespace) -> Plan:
    app, here = App(options.app, options.context, options.stacks), Path.cwd()
    base = find_base(options.base, here)
    with ThreadPoolExecutor(1) as pool:
        # The app takes most of the time, and runs in processes of its own.
        other = pool.submit(base.stacks, app)
        stacks = app.stacks(here)
        before, unknown = other.result()
    records = [assumed(each, next(filter(each.is_same_place, stacks), None)) for each in before]
    jobs = tuple(planned(compare(stacks, records)))
    notes = tuple(filter(None, (unknown, _ASSUMED)))
    return Plan(jobs=jobs, base=base.label, notes=notes, above=above(Total.of(jobs), _ceilings(options)))


def _against_deployed(options: Namespace) -> Plan:
    accounts = Accounts(Aws(options.profile, options.region, options.endpoint_url))

    def environment() -> Mapping[str, str]:
        # As the CDK CLI does. An app may say with them where its stacks are.
        found = {_ACCOUNT: accounts.caller["Account"], _REGION: accounts.aws.region_name}
        return {name: os.environ.get(name) or value for name, value in found.items()}

    app = App(options.app, options.context, options.stacks, environment)
    stacks = app.stacks(Path.cwd())
    deployed = read_deployed(accounts, stacks)
    jobs = tuple(planned(compare(stacks, deployed.records, deployed.exports)))
    return Plan(jobs=jobs, base="the deployed stacks", above=above(Total.of(jobs), _ceilings(options)))
