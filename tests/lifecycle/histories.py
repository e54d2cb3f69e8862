"""Running random histories: the same ones for the same seed."""

import os
from unittest import mock

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from hypothesis.stateful import run_state_machine_as_test

from lifecycle.machine import Lifecycle

# Shrinking a history may take minutes; the seed repeats it, and `LIFECYCLE_SHRINK=1` shortens it.
PHASES = (Phase.generate, *((Phase.shrink,) if os.environ.get("LIFECYCLE_SHRINK") else ()))


def run_histories(chosen: int, examples: int, machine: type[Lifecycle] = Lifecycle) -> None:
    """Run so many histories, always the same for the same seed."""
    chosen_settings = settings(
        max_examples=examples,
        stateful_step_count=14,
        deadline=None,
        database=None,
        phases=PHASES,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    # Hypothesis also draws constants out of the modules that happen to be loaded: a seed would mean other histories
    # whenever another test, or another line of code, came first.
    with (
        mock.patch.object(providers, "_get_local_constants", Constants),
        mock.patch.object(providers, "CONSTANTS_CACHE", type(providers.CONSTANTS_CACHE)(1024)),
    ):
        run_state_machine_as_test(seed(chosen)(machine), settings=chosen_settings)
