"""Time and memory of `bedrock-batch results` and `errors` for a job with so many megabytes of output, default 100.

Run from the root of a tree, which is the one measured:

    PYTHONPATH=batch:local:tests python bench/results.py 1000
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from local.cloud import REGION, Cloud, converse, jsonl

from bedrock_batch_local import EmbeddedAws

ACCOUNT = "300000000000"
BYTES_OF_A_LINE = 850
TEXT = "word " * 60
MEASURED = """
import resource, sys, time
from pathlib import Path
start = time.perf_counter()
from bedrock_batch.cli.main import main
code = main(sys.argv[1:])
# Not ru_maxrss, which a process has from the one that started it.
peak = int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024
print(f"{time.perf_counter() - start:.1f} s, peak {peak:.0f} MB, exit code {code}", file=sys.stderr)
"""


def output_line(number: int) -> bytes:
    """Every tenth record has an error with a text of its own."""
    record = {"recordId": f"R{number:04d}", "modelInput": converse(TEXT)}
    if number % 10 == 0:
        record["error"] = {"errorCode": 400, "errorMessage": f"bad {number} {TEXT}"}
    else:
        message = {"role": "assistant", "content": [{"text": TEXT}]}
        usage = {"inputTokens": 7, "outputTokens": 3}
        record["modelOutput"] = {"output": {"message": message}, "stopReason": "end_turn", "usage": usage}
    return json.dumps(record).encode() + b"\n"


def run(megabytes: int) -> None:
    """Let a small job end, and put larger files in the place of its own."""
    count = megabytes * 1_000_000 // BYTES_OF_A_LINE
    with EmbeddedAws.start(manual_clock=True) as aws, tempfile.TemporaryDirectory() as folder:
        cloud = Cloud(aws, ACCOUNT)
        cloud.bucket("in")
        cloud.bucket("out")
        cloud.upload(jsonl(120))
        arn = cloud.finish(cloud.role(*cloud.rights()))["jobArn"]
        cloud.upload(jsonl(count, lambda _: converse(TEXT)))
        # In another order than the input.
        body = b"".join(output_line(number) for number in reversed(range(count)))
        key = f"out/{arn.rpartition('/')[2]}/x.jsonl.out"
        cloud.client("s3").put_object(Bucket=f"out-{ACCOUNT}", Key=key, Body=body)
        print(f"{count:,} records, {len(body) / 1e6:.0f} MB of output")
        environment = {**aws.environment(ACCOUNT, REGION), "PYTHONPATH": os.environ["PYTHONPATH"]}
        for command in (["results", arn, "-o", str(Path(folder, "rows.csv"))], ["errors", arn]):
            measured = [sys.executable, "-c", MEASURED, *command]
            done = subprocess.run(measured, env=environment, capture_output=True, text=True, check=True)
            print(command[0], *done.stderr.splitlines(), sep="\n  ")


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
