"""The words of deterministic answers: the topics of a text, and sentences about them."""

from __future__ import annotations

import re
from collections import Counter

OPENINGS = (
    "The main point here is {0}, together with {1}.",
    "This is mostly about {0}, and {1} follows from it.",
    "Two things stand out: {0} and {1}.",
    "At its core this concerns {0}; {1} is the other part of it.",
    "What matters most is {0}, closely tied to {1}.",
)
MIDDLES = (
    "The mention of {2} suggests that it should be looked at first.",
    "Details on {2} are given, so no further question is needed before acting.",
    "It says little about {2}, which is where a follow-up would help.",
    "Seen from the side of {2}, the priority is moderate.",
    "There is a clear link to {2} that explains most of it.",
)
CLOSINGS = (
    "A sensible next step is to confirm {3} and reply within a day.",
    "I would record this under {3} and close it once that is settled.",
    "Overall the tone is constructive, with {3} as the open item.",
    "No risk is visible apart from {3}.",
    "If {3} changes, this answer should be checked again.",
)
ACTIONS = (
    "Check {0} first and answer the point about {1}.",
    "Ask for more detail on {0}, then settle {1}.",
    "Confirm that {0} is understood and explain what happens with {1}.",
    "Look up {0} in the records and report on {1}.",
)

_COMMON_WORDS = """
about above after again also answer because been before being below between both could does each else every from give
given have here into just like make many more most much must name need only other over please same sentence sentences
should some such than that their them then there these they this those through under until very want were what when
where which while will with word words would write your summarize summary text following already soon anything still
"""
_COMMON = frozenset(_COMMON_WORDS.split())


def topics_of(text: str) -> list[str]:
    """Four topics of a text, the strongest first."""
    words = [word.lower() for word in re.findall(r"[^\W\d_][\w'-]{3,}", text)]
    counted = Counter(word for word in words if word not in _COMMON)
    # Frequent and long words first, then in the order of the text, so that the same text has the same topics.
    ranked = sorted(counted, key=lambda word: -(counted[word] * 4 + len(word)))
    return [*ranked, "the request", "its context", "the details given", "the outcome"][:4]


def capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]
