"""The score of a mutation run: killed mutants of all, with an exit code of 1 below the least that is accepted.

`python bench/mutation_score.py FILE [PERCENT]`, where FILE is what `mutmut export-cicd-stats` writes; default 98 %.
"""

import json
import sys
from pathlib import Path


def main(file: str, least: str = "98") -> int:
    """Print the counts and the score."""
    counts = json.loads(Path(file).read_text("utf-8"))
    score = 100 * (counts["killed"] + counts["timeout"]) / counts["total"]
    told = {name: counts[name] for name in ("total", "killed", "timeout", "survived", "no_tests", "suspicious")}
    print(", ".join(f"{name} {count}" for name, count in told.items()))
    print(f"killed: {score:.2f} %, at least {least} % are asked for")
    return int(score < float(least))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
