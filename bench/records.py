"""How long the check of a file of records takes, beside the bare `json.loads` of its lines, and what memory it takes.

Each figure is a ratio of processor times, taken pair by pair in turn. orjson and msgspec are measured if they are
installed: alone, and as the parser of the check. Both read a key that is there twice, and a number that is too large,
without a word, so the check has to look for these itself.

    python bench/records.py [pairs]
"""

import gc
import importlib
import json
import re
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from bedrock_batch.families import Family, family_of
from bedrock_batch.records import read_records

Loads = Callable[[str], Any]

MODEL = "anthropic.claude-haiku-4-5-20251001-v1:0"
SIZES = {1_000: 20_000, 10_000: 4_000}
MOST_BYTES_A_RECORD = 100
TEXT = 'The customer writes:\n"My parcel has not come." What can they do now? It is the third time this year. '
KEY = re.compile(r':(?<=["\s]:)')
LARGEST = 2.0**63


def claude(text: str) -> dict[str, Any]:
    """A body of Anthropic Claude."""
    message = {"role": "user", "content": [{"type": "text", "text": text}]}
    return {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 200,
        "system": "You sort messages.",
        "messages": [message],
        "temperature": 0.5,
    }


def converse(text: str) -> dict[str, Any]:
    """The same as a Converse request."""
    return {
        "system": [{"text": "You sort messages."}],
        "messages": [{"role": "user", "content": [{"text": text}]}],
        "inferenceConfig": {"maxTokens": 200, "temperature": 0.5},
    }


def lines(body: Callable[[str], dict[str, Any]], size: int, count: int) -> Iterator[bytes]:
    """Records of about so many bytes."""
    for number in range(count):
        text = f"{number}. {TEXT * (size // len(TEXT) + 1)}"[: size - 270]
        yield json.dumps({"recordId": f"R{number:07}", "modelInput": body(text)}).encode() + b"\n"


def parsers() -> dict[str, Loads]:
    """The parsers that are installed."""
    found: dict[str, Loads] = {}
    for name, of in {"orjson": "loads", "msgspec.json": "decode"}.items():
        try:
            found[name.partition(".")[0]] = getattr(importlib.import_module(name), of)
        except ImportError:
            print(f"({name} is not installed)")
    return found


def exact(loads: Loads) -> Loads:
    """A parser that refuses what it would read otherwise than `json`: `read_records` then asks `json`."""

    def refusing(text: str) -> Any:
        value = loads(text)
        keys = 0
        left = [value]
        while left:
            each = left.pop()
            if type(each) is dict:
                keys += len(each)
                if "s3Location" in each or "s3Uri" in each:
                    raise ValueError("media")
                left.extend(each.values())
            elif type(each) is list:
                left.extend(each)
            elif type(each) is float and not -LARGEST < each < LARGEST:
                raise ValueError("a large number")
        if len(KEY.findall(text)) != keys:
            raise ValueError("a key twice, or a text that looks like keys")
        return value

    return refusing


def ratios(pairs: int, bare: Callable[[], object], others: dict[str, Callable[[], object]]) -> dict[str, float]:
    """How many times as long as `bare` each of the others takes."""
    taken: dict[str, list[float]] = {name: [] for name in others}
    for _ in range(pairs):
        for name, other in others.items():
            taken[name].append(seconds(other) / seconds(bare))
    return {name: statistics.median(each) for name, each in taken.items()}


def seconds(work: Callable[[], object]) -> float:
    """Processor time."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def each(loads: Callable[[Any], Any], records: list[Any]) -> Callable[[], None]:
    """Parse all records, and keep none."""

    def work() -> None:
        for record in records:
            loads(record)

    return work


def bytes_a_record(path: Path, family: Family | None, count: int) -> float:
    """The most memory that reading took, for each record."""
    tracemalloc.start()
    read_records(path, family=family)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / count


def main() -> int:
    """Print a row for each file; 1 if reading takes too much memory."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    fast = parsers()
    print(f"{'times the bare json.loads':<28}" + "".join(f"{name:>18}" for name in ("check", "no family")), end="")
    print("".join(f"{name:>18}{f'check, {name}':>18}" for name in fast))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "records.jsonl")
        for size, count in SIZES.items():
            for body in (claude, converse):
                family = family_of(MODEL, converse=body is converse)
                records = list(lines(body, size, count))
                path.write_bytes(b"".join(records))
                others: dict[str, Callable[[], object]] = {
                    "check": partial(read_records, path, family=family),
                    "no family": partial(read_records, path),
                }
                for name, loads in fast.items():
                    others[name] = each(loads, records)
                    others[f"check, {name}"] = partial(read_records, path, family=family, loads=exact(loads))
                found = ratios(pairs, each(json.loads, records), others)
                print(f"{body.__name__:<16}{size:>6,} bytes" + "".join(f"{ratio:18.2f}" for ratio in found.values()))
        count = 100_000
        with path.open("wb") as file:
            file.writelines(lines(claude, 1_000, count))
        memory = bytes_a_record(path, family_of(MODEL, converse=False), count)
    print(f"{count:,} records: {memory:.0f} bytes of memory a record")
    return int(memory > MOST_BYTES_A_RECORD)


if __name__ == "__main__":
    sys.exit(main())
