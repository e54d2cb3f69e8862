"""Pages with sections that a test makes anew between their markers."""

from __future__ import annotations

import re
from collections.abc import Mapping


def renew(page: str, sections: Mapping[str, str]) -> str:
    """The page with its generated sections made anew; all else is kept as it was written.

    :raises ValueError: the markers of a section are not there exactly once.
    """
    for name, text in sections.items():
        block = re.compile(rf"(<!-- generated: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        if len(block.findall(page)) != 1:
            raise ValueError(f"the page must have one section <!-- generated: {name} --> ... <!-- end -->")
        page = block.sub(lambda found, text=text: f"{found[1]}{text}\n{found[2]}", page)  # type: ignore[misc] # bound
    return page
