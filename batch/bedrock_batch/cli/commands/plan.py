"""`plan`: what a deployment does to the jobs of an app, and what it bills."""

from argparse import Namespace
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from bedrock_batch.cli.accounts import Accounts
from bedrock_batch.cli.aws import Aws
from bedrock_batch.cli.base import find_base
from bedrock_batch.cli.declared import App, chosen, is_named
from bedrock_batch.cli.deployed import read_deployed
from bedrock_batch.cli.failure import Exit
from bedrock_batch.cli.terminal import Terminal
from bedrock_batch.cost import Ceilings
from bedrock_batch.plan.assumed import assumed
from bedrock_batch.plan.compare import Pair, compare
from bedrock_batch.plan.limits import above
from bedrock_batch.plan.markdown import as_markdown
from bedrock_batch.plan.members import as_members
from bedrock_batch.plan.planned import Plan, Total
from bedrock_batch.plan.shown import planned, unpriced_models
from bedrock_batch.plan.stack import DeclaredStack
from bedrock_batch.plan.text import as_text

_ASSUMED: Final = (
    "AWS was not asked, so this is the most that may be billed: each job of the base counts as running, and a run that "
    "was declared before the base counts as new."
)
_NO_PRICE: Final = "No price is known for {models}: name it as prices in environments.yaml, or as price= in Python."
_NOT_DEPLOYED: Final = "Not deployed there yet: {stacks}."


def run(options: Namespace, terminal: Terminal) -> Exit:
    """Show the plan."""
    plan = _against_base(options, terminal) if options.base is not None else _against_deployed(options)
    terminal.show(as_markdown(plan) if options.markdown else as_text(plan))
    terminal.give(as_members(plan))
    if plan.is_above:
        return Exit.ABOVE
    return Exit.PAID if plan.is_paid else Exit.GOOD


def _against_base(options: Namespace, terminal: Terminal) -> Plan:
    app, here = App(options.app, options.context), Path.cwd()
    base = find_base(options.base, app, here)
    with ThreadPoolExecutor(1) as pool:
        # The app takes most of the time, and runs in processes of its own.
        other = pool.submit(base.stacks, app)
        stacks = chosen(app.stacks(here), options.stacks)
        before = other.result()
    if before.said:
        # It is not a part of the plan: a comment of a pull request must not show what an app wrote.
        terminal.note(f"the app at {base.label} wrote:\n{before.said}")
    records = [
        assumed(each, same)
        for each in before.stacks
        if (same := _same(each, stacks)) or not options.stacks or is_named(each, options.stacks)
    ]
    return _plan(options, compare(stacks, records), base.label, before.note, _ASSUMED)


def _same(base: DeclaredStack, stacks: Iterable[DeclaredStack]) -> DeclaredStack | None:
    return next((each for each in stacks if base.is_same_place(each)), None)


def _against_deployed(options: Namespace) -> Plan:
    accounts = Accounts(Aws(options.profile, options.region, options.endpoint_url))

    def environment() -> Mapping[str, str]:
        # As the CDK CLI does, whatever they were. An app may say with them where its stacks are.
        return {"CDK_DEFAULT_ACCOUNT": accounts.caller["Account"], "CDK_DEFAULT_REGION": accounts.aws.region_name}

    app = App(options.app, options.context, environment)
    stacks = chosen(app.stacks(Path.cwd()), options.stacks)
    deployed = read_deployed(accounts, stacks)
    missing = [
        each.name for each in stacks if not any(record.declared.is_same_place(each) for record in deployed.records)
    ]
    note = _NOT_DEPLOYED.format(stacks=", ".join(missing)) if missing else ""
    base = f"the deployed stacks of {', '.join(sorted(deployed.places))}"
    return _plan(options, compare(stacks, deployed.records, deployed.exports), base, note)


def _plan(options: Namespace, pairs: Sequence[Pair], base: str, *notes: str) -> Plan:
    jobs = tuple(planned(pairs))
    unpriced = unpriced_models(pairs)
    price = _NO_PRICE.format(models=", ".join(unpriced)) if unpriced else ""
    ceilings = Ceilings(max_records=options.max_records, max_tokens=options.max_tokens, max_usd=options.max_usd)
    return Plan(jobs=jobs, base=base, notes=tuple(filter(None, (price, *notes))), above=above(Total.of(jobs), ceilings))
