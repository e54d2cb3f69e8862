"""Whatever happens, in whatever order: the invariants hold.

`LIFECYCLE_EXAMPLES` sets how many histories (default: 100), `LIFECYCLE_SEED` which ones (default: 1; it is printed).
"""

import os

import pytest

from lifecycle.held_machine import HeldLifecycle
from lifecycle.histories import run_histories
from lifecycle.machine import Lifecycle


@pytest.mark.parametrize("machine", [Lifecycle, HeldLifecycle])
def test_no_random_history_breaks_an_invariant(machine: type[Lifecycle]) -> None:
    chosen = int(os.environ.get("LIFECYCLE_SEED", "1"))
    print(f"LIFECYCLE_SEED={chosen}")
    run_histories(chosen, int(os.environ.get("LIFECYCLE_EXAMPLES", "100")), machine)
