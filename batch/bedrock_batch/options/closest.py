"""Which known word a person may have meant."""

import difflib
from collections.abc import Collection

# Longer words are no mistyped ones, and comparing them takes time.
_LONGEST = 100


def closest(word: object, known: Collection[str]) -> str | None:
    """The known word that is most like this one; None if none is like it."""
    if not isinstance(word, str) or len(word) > _LONGEST:
        return None
    folded = {each.casefold(): each for each in known}
    found = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def did_you_mean(word: object, known: Collection[str]) -> str:
    """The end of an error text with that word; empty if there is none."""
    found = closest(word, known)
    return "" if found is None else f"; did you mean {found}?"
