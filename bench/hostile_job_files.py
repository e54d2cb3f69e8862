"""How long job files that were made to cost time keep a synthesis, beside an ordinary one.

Each is read in turn with the ordinary one, many times; the ratio is taken pair by pair.

    python bench/hostile_job_files.py [pairs]
"""

import contextlib
import statistics
import sys
import tempfile
import time
from pathlib import Path

from cdk_bedrock_batch import read_job_files

ORDINARY = "name: tickets\nmodel: amazon.nova-lite-v1:0\ninput: tickets.jsonl\ntags: {team: support}\n"
HOSTILE = {
    "aliases that double": "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 99)),
    "20,000 keys": "".join(f"k{n}: v\n" for n in range(20_000)),
    "8,000 keys": "".join(f"k{n}: v\n" for n in range(8_000)),
    "20,000 brackets": "[" * 20_000,
    "20,000 question marks": "? " * 20_000,
    "100,000 characters in one text": f"name: {'a' * 100_000}\n",
    "100,000 characters of comment": f"#{'a' * 100_000}\n",
    "a megabyte": " " * (1 << 20),
}
MOST_SECONDS = 1.0


def seconds(folder: Path, content: str) -> float:
    """Wall time of reading a folder with this job file in it."""
    (folder / "tickets.yaml").write_text(content, "utf-8")
    start = time.perf_counter()
    with contextlib.suppress(ValueError):
        read_job_files(folder)
    return time.perf_counter() - start


def main() -> int:
    """Print a row for each file; 1 if one of them took too long."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    slowest = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "tickets.jsonl").touch()
        for kind, content in HOSTILE.items():
            runs = [(seconds(folder, content), seconds(folder, ORDINARY)) for _ in range(pairs)]
            hostile = statistics.median(run[0] for run in runs)
            ratio = statistics.median(run[0] / run[1] for run in runs)
            slowest = max(slowest, hostile)
            print(f"{kind:<32} {hostile * 1000:9.1f} ms  {ratio:8.1f} times an ordinary file")
    return int(slowest > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
