"""Whatever happens, in whatever order: the invariants hold.

`LIFECYCLE_EXAMPLES` sets how many histories (default: 100), `LIFECYCLE_SEED` which ones (default: 1; it is printed).
"""

import os

from lifecycle.histories import run_histories


def test_no_random_history_breaks_an_invariant() -> None:
    chosen = int(os.environ.get("LIFECYCLE_SEED", "1"))
    print(f"LIFECYCLE_SEED={chosen}")
    run_histories(chosen, int(os.environ.get("LIFECYCLE_EXAMPLES", "100")))
