"""EventBridge and CloudWatch follow the simulated clock. MiniStack alone follows the clock of this machine."""

from __future__ import annotations

from types import SimpleNamespace

from ministack.services import cloudwatch, eventbridge

from bedrock_batch_local.emulator import moment


def install() -> None:
    """Replace their clocks, once per process, and MiniStack's scheduler of rules (see ``schedules``)."""
    eventbridge._now_ts = moment.now
    eventbridge.start_scheduler = _start_nothing
    # CloudWatch asks the module `time` for the time, and for nothing else.
    cloudwatch.time = SimpleNamespace(time=moment.now)


def _start_nothing() -> None:
    pass
