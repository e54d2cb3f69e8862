"""A stand-in for a model. Its answers depend on the prompt, read plausibly, and are always the same."""

from __future__ import annotations

import hashlib
import json
import re

from bedrock_batch_local.inference.model import Completion
from bedrock_batch_local.inference.phrases import ACTIONS, CLOSINGS, MIDDLES, OPENINGS, capitalized, topics_of
from bedrock_batch_local.inference.prompt import Prompt, count_tokens
from bedrock_batch_local.inference.schema_answers import value_of

_CHOICE = re.compile(
    r"(?:one of|either|labels?|categor(?:y|ies)|class(?:es)?|options?)\b[^:\n]{0,40}:\s*([^\n.;]{3,200})", re.I
)
_QUANTITY = re.compile(r"\bhow (?:many|much|long|far|old)\b|\bwhat is the (?:total|sum|number|average)\b", re.I)
_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")
_ATTRIBUTE = re.compile(r"^([A-Z][\w -]{1,24}): (.+)$", re.M)
_SENTENCES = re.compile(r"\b(one|two|three)\b(?: \w+){0,2} sentences?\b", re.I)
_JSON_KEY = re.compile(r"[\"'`](\w{2,30})[\"'`](?:\s*\(([^)]{3,200})\))?")
_WORDS_AS_NUMBERS = {"one": 1, "two": 2, "three": 3}


class DeterministicModel:
    """Composes an answer from the words of the prompt: by a schema, JSON, a choice, a number or a few sentences."""

    parallel = 1

    def complete(self, prompt: Prompt) -> Completion:
        seed = int.from_bytes(hashlib.sha256(prompt.text.encode()).digest()[:8])
        text, truncated = _cut(_answer(prompt, seed), prompt.max_tokens)
        return Completion(text, prompt.tokens, max(1, count_tokens(text)), truncated)


def _answer(prompt: Prompt, seed: int) -> str:
    if prompt.answer_schema is not None:
        value = value_of(prompt.answer_schema, topics_of(prompt.question), seed)
        return json.dumps(value, ensure_ascii=False)
    if "json" in prompt.text.lower():
        return _json(prompt, seed)
    if found := _CHOICE.search(prompt.text):
        choices = _listed(found.group(1))
        if choices:
            return choices[seed % len(choices)]
    asked_for = _SENTENCES.search(prompt.text)
    count = _WORDS_AS_NUMBERS[asked_for.group(1).lower()] if asked_for else 3
    return " ".join(_sentences(prompt.question, seed)[:count])


def _sentences(question: str, seed: int) -> list[str]:
    topics = topics_of(question)
    opening = OPENINGS[seed % len(OPENINGS)].format(*topics)
    closing = CLOSINGS[seed // 61 % len(CLOSINGS)].format(*topics)
    numbers = [float(found.replace(",", "")) for found in _NUMBER.findall(question)]
    attributes = _ATTRIBUTE.findall(question)
    if numbers and _QUANTITY.search(question):
        total = round(sum(numbers) * (1 + seed % 3), 2)
        used = ", ".join(f"{value:g}" for value in numbers[:6])
        return [opening, f"Working with {used} step by step, the answer is {total:g}.", closing]
    if len(attributes) >= 3:
        (_, subject), *others = attributes[:4]
        first, second = others[seed % len(others)], others[(seed + 1) % len(others)]
        return [
            f"{capitalized(subject)}: {first[1]}.",
            f"Made with {second[0].lower()} in mind ({second[1]}), it earns its place.",
            closing,
        ]
    return [opening, MIDDLES[seed // 7 % len(MIDDLES)].format(*topics), closing]


def _json(prompt: Prompt, seed: int) -> str:
    keys = dict(_JSON_KEY.findall(prompt.text)) or {"summary": "", "topic": ""}
    topics = topics_of(prompt.question)
    members = {}
    for position, (key, hint) in enumerate(list(keys.items())[:8]):
        choices = _listed(hint)
        if choices:
            members[key] = choices[(seed >> 4 * position) % len(choices)]
        elif "sentence" in hint or not hint:
            members[key] = ACTIONS[(seed >> position) % len(ACTIONS)].format(*topics)
        else:
            members[key] = topics[position % len(topics)]
    return json.dumps(members, ensure_ascii=False)


def _listed(text: str) -> list[str]:
    """The choices of an enumeration (``a, b or c``). Empty if the text is not one."""
    parts = re.split(r",|\bor\b|/|\|", text)
    choices = [part.strip(" \"'`*()") for part in parts]
    return [choice for choice in choices if choice and len(choice.split()) <= 3] if len(choices) > 1 else []


def _cut(text: str, max_tokens: int | None) -> tuple[str, bool]:
    if max_tokens is None or count_tokens(text) <= max_tokens:
        return text, False
    words = text.split(" ")
    while len(words) > 1 and count_tokens(" ".join(words)) > max_tokens:
        words.pop()
    return " ".join(words), True
