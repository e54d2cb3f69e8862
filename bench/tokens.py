"""How far the estimate of input tokens is from what tokenizers count, over a whole file and over jobs of 100 records.

The first argument is a folder with `gsm8k_test.jsonl` of openai/grade-school-math, further ones are UTF-8 texts, which
become records of 500 characters each. The tokenizers come from packages that nothing else here needs; those that are
not installed are left out. ctok reconstructs the counts of Claude, whose tokenizers are not published. Those of Amazon
and Cohere are not measured.

    pip install --target tokenizers tiktoken tokenizers litellm llama-models mistral-common ctok
    PYTHONPATH=batch:tokenizers python bench/tokens.py DATA [TEXT...]
"""

import base64
import importlib
import importlib.util
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bedrock_batch.cost import Estimate
from bedrock_batch.families import Family, Question, family_of
from bedrock_batch.records import read_records

Count = Callable[[str], int]

JOB = 100
PIECE = 500
SYSTEM = "You are a careful teacher of mathematics. Think step by step, and end with the number alone."
CL100K = "9b5ad71b2ce5302211f9c61530b329a4922fc6a4"
O200K = "fb374d419588a4632f3f557e76b4b70aebbca790"
LITELLM = "litellm_core_utils/tokenizers"
WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
CASED = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


@dataclass(frozen=True)
class Tokenizer:
    """A tokenizer, and a model that has it."""

    name: str
    model: str
    count: Count
    once: int
    """Tokens around all messages, as the model's template says."""
    each: int
    """Tokens around one message."""


def installed(package: str, file: str) -> Path:
    """A file of a package, which is not imported for it."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ImportError(package)
    return Path(spec.submodule_search_locations[0], file)


def ranked(package: str, file: str, pattern: str) -> Count:
    """Byte pairs in tiktoken's own form."""
    lines = (line.split() for line in installed(package, file).read_bytes().splitlines() if line)
    return encoding({base64.b64decode(token): int(rank) for token, rank in lines}, pattern)


def encoding(ranks: dict[bytes, int], pattern: str) -> Count:
    """A tokenizer of byte pairs."""
    made = importlib.import_module("tiktoken").Encoding("", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})
    return lambda text: len(made.encode_ordinary(text))


def tekken() -> Count:
    """Mistral AI's."""
    read = json.loads(installed("mistral_common", "data/tekken_240911.json").read_bytes())
    config = read["config"]
    count = config["default_vocab_size"] - config["default_num_special_tokens"]
    ranks = {base64.b64decode(each["token_bytes"]): each["rank"] for each in read["vocab"][:count]}
    return encoding(ranks, config["pattern"])


def deepseek() -> Count:
    """DeepSeek's."""
    file = installed("litellm", f"{LITELLM}/deepseek_tokenizer.json")
    made = importlib.import_module("tokenizers").Tokenizer.from_file(str(file))
    return lambda text: len(made.encode(text, add_special_tokens=False).ids)


def claude(version: str, frame: int) -> Count:
    """What ctok reconstructs, without the tokens around one message."""
    count = importlib.import_module("ctok").token_count
    return lambda text: int(count(text, version)) - frame


MAKERS: tuple[tuple[str, str, Callable[[], Count], int, int], ...] = (
    ("Claude 3 to 4.6", "anthropic.claude-haiku-4-5-20251001-v1:0", lambda: claude("3.0", 7), 3, 4),
    ("Claude 4.7", "anthropic.claude-opus-4-7", lambda: claude("4.7", 11), 7, 4),
    ("Llama 3", "meta.llama3-3-70b-instruct-v1:0", lambda: ranked("models", "llama3/tokenizer.model", WORDS), 5, 5),
    ("Llama 4", "meta.llama4-scout-17b-v1:0", lambda: ranked("models", "llama4/tokenizer.model", CASED), 5, 5),
    ("gpt-oss (o200k)", "openai.gpt-oss-20b-1:0", lambda: ranked("litellm", f"{LITELLM}/{O200K}", CASED), 2, 4),
    ("Mistral (tekken)", "mistral.ministral-3-8b-instruct", tekken, 1, 2),
    ("DeepSeek V3", "deepseek.v3-v1:0", deepseek, 2, 1),
    ("cl100k", "qwen.qwen3-32b-v1:0", lambda: ranked("litellm", f"{LITELLM}/{CL100K}", WORDS), 3, 4),
)


def tokenizers() -> Iterator[Tokenizer]:
    """Those that are installed."""
    for name, model, make, once, each in MAKERS:
        try:
            yield Tokenizer(name, model, make(), once, each)
        except ImportError as error:
            print(f"({name} is left out: {error})")


def estimated(texts: list[str], system: str | None, form: Family, model: Family, folder: Path) -> int:
    """The estimate of what the library reads from a file of records."""
    assert form.body is not None
    bodies = (form.body(Question(text=text, system=system, max_tokens=200)) for text in texts)
    lines = (json.dumps({"recordId": f"R{number}", "modelInput": body}) for number, body in enumerate(bodies))
    path = folder / "records.jsonl"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    size = read_records(path, family=form, min_records=1).size
    return Estimate.of(size, bodies=form, models=[model]).input_tokens


def errors(tokenizer: Tokenizer, texts: list[str], system: str | None, *, converse: bool) -> tuple[float, float, float]:
    """Estimate / truth - 1 of all records, and the least and the most of a job."""
    model, form = family_of(tokenizer.model, converse=False), family_of(tokenizer.model, converse=converse)
    assert model is not None
    assert form is not None
    around = tokenizer.once + tokenizer.each * (1 if system is None else 2)
    more = around + (0 if system is None else tokenizer.count(system))
    truth = [tokenizer.count(text) + more for text in texts]
    with tempfile.TemporaryDirectory() as folder:

        def of(first: int, end: int) -> float:
            found = estimated(texts[first:end], system, form, model, Path(folder))
            return found / sum(truth[first:end]) - 1

        jobs = [of(first, first + JOB) for first in range(0, max(len(texts) - JOB, 0) + 1, JOB)]
        return of(0, len(texts)), min(jobs), max(jobs)


def pieces(path: Path) -> list[str]:
    """A text in records."""
    text = path.read_text("utf-8")
    return [text[first : first + PIECE] for first in range(0, len(text), PIECE)]


def main() -> int:
    """Print a row for each set of texts, form and tokenizer."""
    lines = Path(sys.argv[1], "gsm8k_test.jsonl").read_text("utf-8").splitlines()
    read: list[dict[str, Any]] = [json.loads(line) for line in lines]
    questions = [each["question"] for each in read]
    sets: list[tuple[str, list[str], str | None, bool]] = [
        ("GSM8K, InvokeModel", questions, None, False),
        ("GSM8K, Converse", questions, None, True),
        ("GSM8K, InvokeModel, system", questions, SYSTEM, False),
        ("GSM8K, Converse, system", questions, SYSTEM, True),
        ("GSM8K, solutions", [each["answer"] for each in read], None, True),
        *((Path(name).name, pieces(Path(name)), None, True) for name in sys.argv[2:]),
    ]
    for tokenizer in tokenizers():
        print(tokenizer.name)
        for name, texts, system, converse in sets:
            whole, least, most = errors(tokenizer, texts, system, converse=converse)
            print(f"  {name:<30}{len(texts):>6,} records {whole:+7.1%}   jobs {least:+7.1%} to {most:+7.1%}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
