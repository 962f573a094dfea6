"""A page of the handbook in another language: what it says is translated block by block, its markup stays.

A block is the text between two elements that stand by themselves, such as a paragraph or a cell. To the phrase book it
is one text, in which the elements inside it are marks: ⟨0⟩…⟨/0⟩ for a link or an emphasis, ⟨0/⟩ for a code.
"""

import re
from collections.abc import Callable, Iterator
from html import escape, unescape

from hooks.languages import Say

ENGLISH_ONLY = ("profiles", "vendors")
"""Pages, with those below them, that are for programmers and are had in English alone."""

_BLOCKS = (
    "html|head|body|header|footer|main|nav|section|div|p|ul|ol|li|dl|dt|dd|table|caption|thead|tbody|tr|th|td|h[1-6]"
    "|title|meta|link|br"
)
_BETWEEN = re.compile(rf"(<!--.*?-->|<!doctype[^>]*>|</?(?:{_BLOCKS})\b[^>]*>|<pre\b.*?</pre>|\n)", re.DOTALL)
_INSIDE = re.compile(r"<code\b[^>]*>.*?</code>|<[^>]+>", re.DOTALL)
_MARK = re.compile("⟨(/?)([0-9]+)(/?)⟩")
_LABEL = re.compile(r'(aria-label)="([^"]*)"')
_LANGUAGE = re.compile(r'href="([^"]*" hreflang=)')
_LETTERS = re.compile("[^\\W\\d_]{2}")


def translated(page: str, language: str, say: Say) -> str:
    """The page with its blocks as `say` says them, to be served below the tag of its language."""
    page = page.replace('<html lang="en">', f'<html lang="{language}">')
    return _LANGUAGE.sub(r'href="../\1', _mapped(page, say))


def texts(page: str) -> Iterator[str]:
    """Every text of the page as it is looked up in a phrase book."""
    found: list[str] = []

    def note(text: str) -> str:
        found.append(text)
        return text

    _mapped(page, note)
    yield from found


def _mapped(page: str, say: Say) -> str:
    parts = _BETWEEN.split(page)
    return "".join(_labelled(part, say) if at % 2 else _block(part, say) for at, part in enumerate(parts))


def _labelled(tag: str, say: Say) -> str:
    """Labels that are read aloud."""
    return _LABEL.sub(lambda label: f'{label[1]}="{escape(say(unescape(label[2])))}"', tag)


def _block(block: str, say: Say) -> str:
    inner = block.strip()
    marked, undo = _marked(inner)
    if not _LETTERS.search(_MARK.sub("", marked)):
        return block
    before, _, after = block.partition(inner)
    return f"{before}{undo(say(marked))}{after}"


def _marked(block: str) -> tuple[str, Callable[[str], str]]:
    """The text of a block with marks for what stands in it, and how to get markup from such a text again."""
    elements: list[str] = []
    opened: list[int] = []

    def mark(element: re.Match[str]) -> str:
        if element[0].startswith("</"):
            return f"⟨/{opened.pop()}⟩"
        elements.append(element[0])
        number = len(elements) - 1
        if element[0].startswith("<code"):
            return f"⟨{number}/⟩"
        opened.append(number)
        return f"⟨{number}⟩"

    def element(mark: re.Match[str]) -> str:
        written = elements[int(mark[2])]
        return f"</{re.split('[ >]', written[1:])[0]}>" if mark[1] else written

    return unescape(_INSIDE.sub(mark, block)), lambda text: _MARK.sub(element, escape(text, quote=True))
