"""A comment as GitHub's own renderer of Markdown makes HTML of it, as a tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

import cmarkgfm
from cmarkgfm.cmark import Options

from bedrock_batch.plan.words import visible

_VOID: Final = frozenset({"br", "hr", "img", "input", "wbr"})


@dataclass
class Node:
    """An element, with its texts and elements in order. A comment has the tag `!`."""

    tag: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    inside: list[Node | str] = field(default_factory=list)

    @property
    def elements(self) -> list[Node]:
        return [each for each in self.inside if isinstance(each, Node)]

    @property
    def text(self) -> str:
        return "".join(each if isinstance(each, str) else each.text for each in self.inside if not _is_comment(each))

    def all(self, *tags: str) -> Iterator[Node]:
        """Each element below, or those with one of the tags, in order."""
        for each in self.elements:
            if not tags or each.tag in tags:
                yield each
            yield from each.all(*tags)

    def outside(self, *tags: str) -> Iterator[str]:
        """The texts that are in none of these elements."""
        for each in self.inside:
            if isinstance(each, str):
                yield each
            elif each.tag not in tags:
                yield from each.outside(*tags)


def _is_comment(node: Node | str) -> bool:
    return isinstance(node, Node) and node.tag == "!"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Node("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, dict(attrs))
        self.open[-1].inside.append(node)
        if tag not in _VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)

    def handle_comment(self, data: str) -> None:
        self.open[-1].inside.append(Node("!", inside=[data]))


def rendered(markdown: str) -> Node:
    """The HTML of a comment before GitHub removes what it does not allow: raw HTML is in it."""
    reader = _Reader()
    reader.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE))
    reader.close()
    assert len(reader.open) == 1
    return reader.open[0]


def _shown(value: str) -> str:
    """A value as a cell shows it."""
    return re.sub(r"\\(?=\\*\|)", r"\\x5c", visible(value)) or '""'


def agrees(found: str, value: str) -> bool:
    """Whether a text shows a value, of a long one its two ends."""
    whole = _shown(value)
    return found == whole or (len(visible(value)) > 300 and found[:90] == whole[:90] and found[-9:] == whole[-9:])
