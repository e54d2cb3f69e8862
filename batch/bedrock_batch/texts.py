"""How error texts show a value."""

import reprlib
from pathlib import Path
from typing import Final

_LONGEST_PATH: Final = 300
_MOST_DIGITS: Final = 4_300


class _Short(reprlib.Repr):
    def repr_int(self, x: int, level: int) -> str:
        # Python refuses to write more digits.
        is_long = abs(x) >= 10**_MOST_DIGITS
        return f"a number of over {_MOST_DIGITS:,} digits" if is_long else super().repr_int(x, level)


_SHORT: Final = _Short()
_SHORT.maxstring = _SHORT.maxother = _SHORT.maxlong = 200
_SHORT.maxlevel = 3


def shown(value: object) -> str:
    """A value for an error text. Unprintable characters are escaped, long values are cut."""
    return _SHORT.repr(value)


def shown_path(path: Path) -> str:
    """A path for an error text. It is quoted only if it is long or has unprintable characters."""
    text = str(path)
    return text if text.isprintable() and len(text) <= _LONGEST_PATH else shown(text)
