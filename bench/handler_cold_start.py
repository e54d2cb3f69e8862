"""What the handler adds to a cold start, and how large its code is.

Two fresh interpreters in turn, many times: one imports the handler, the other imports boto3 and makes one client, as
any function does that calls AWS. The ratio is taken pair by pair, so that a noisy machine does not decide.

    python bench/handler_cold_start.py [pairs]
"""

import io
import os
import statistics
import subprocess
import sys
import time
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = (ROOT / "lambda" / "model_invocation_job", ROOT / "batch" / "bedrock_batch")
HANDLER = "import model_invocation_job.index"
PLAIN = "import boto3; boto3.client('bedrock', region_name='us-east-1')"
MOST_RATIO, MOST_BYTES = 1.2, 60_000


def seconds(code: str) -> float:
    """Wall time of a fresh interpreter that runs the code."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(str(package.parent) for package in PACKAGES)}
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    return time.perf_counter() - start


def zipped() -> int:
    """Bytes of the function's code as it is uploaded."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for package in PACKAGES:
            for file in sorted(package.rglob("*.py")):
                if file.relative_to(package).parts[0] != "cli":
                    archive.write(file, file.relative_to(package.parent))
    return buffer.tell()


def main(pairs: int) -> int:
    """Print the figures; 1 when one is over its bound."""
    seconds(HANDLER), seconds(PLAIN)
    measured = [(seconds(HANDLER), seconds(PLAIN)) for _ in range(pairs)]
    ratio = statistics.median(handler / plain for handler, plain in measured)
    size = zipped()
    handler, plain = (statistics.median(column) for column in zip(*measured, strict=True))
    print(f"import of the handler: {handler:.3f} s; of boto3 with one client: {plain:.3f} s (medians)")
    print(f"ratio: median {ratio:.2f} of {pairs} pairs (at most {MOST_RATIO})")
    print(f"zipped code: {size:,} bytes (at most {MOST_BYTES:,})")
    return int(ratio > MOST_RATIO or size > MOST_BYTES)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 15))
