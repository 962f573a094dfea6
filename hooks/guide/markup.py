"""Writes plain HTML: elements that escape what they are given, and the frame that every page has.

A link inside the handbook is written `@/path`; the frame makes it relative to the page, so that the handbook works
below any address.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape

TRIALS = re.compile(r"\bMSC\b(?!-liver-)|mesenchymal|stem cell|investigational|exosome|infusion", re.IGNORECASE)
"""Words of trials. The ids of the services are none: an EHR calls them whatever they may speak of."""
START, END = "<!--trials-->", "<!--/trials-->"
"""What stands between these is shown only where a site lets the service speak of investigational trials."""
OF_TRIALS = frozenset({"pathways", "exclusions", "follow-up", "not-screened", "profiles"})
"""Pages, with those below them, that are left out as a whole where it may not."""

_EMPHASIS = re.compile(r"\*\*([^*\n]+)\*\*")
_MARKED = re.compile(f"{START}.*?{END}\n?", re.DOTALL)


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


Text = str | Html


def html(text: Text) -> Html:
    """Markup as it is, anything else escaped."""
    return text if isinstance(text, Html) else Html(escape(text))


def join(*parts: Text, by: str = "") -> Html:
    """One piece of markup."""
    return Html(by.join(html(part) for part in parts))


def tag(name: str, *content: Text, **attributes: str) -> Html:
    """An element; `aria_label` is written aria-label, and `class_` class. An empty attribute is left out."""
    named = ((key.strip("_").replace("_", "-"), value) for key, value in attributes.items() if value)
    written = "".join(f' {key}="{escape(value)}"' for key, value in named)
    return Html(f"<{name}{written}>{join(*content)}</{name}>")


def without_trials(text: str) -> str:
    """The text without the blocks that are marked."""
    return _MARKED.sub("", text)


def unmarked(text: str) -> str:
    """The whole text, its marks removed."""
    return text.replace(START, "").replace(END, "")


def guarded(block: Html, *, always: bool = False) -> Html:
    """A block marked whole where it speaks of investigational trials outside the marked blocks in it."""
    if always or TRIALS.search(without_trials(block)):
        return Html(f"{START}{unmarked(block)}{END}")
    return block


def p(*content: Text) -> Html:
    """A paragraph."""
    return guarded(tag("p", *content))


def emphasised(text: str) -> Html:
    """A paragraph in which `**words**` are emphasised."""
    return guarded(tag("p", Html(_EMPHASIS.sub(r"<strong>\1</strong>", escape(text)))))


def code(text: str) -> Html:
    """A code, an identifier or an equation."""
    return tag("code", text)


def link(path: str, label: Text) -> Html:
    """A link to another page of the handbook."""
    return tag("a", label, href=f"@/{path}")


def away(url: str, label: Text) -> Html:
    """A link to another site."""
    return tag("a", label, href=url, rel="external noreferrer")


def points(items: Iterable[Text]) -> Html:
    """A list; nothing at all when it is empty."""
    made = [guarded(tag("li", item)) for item in items]
    return tag("ul", Html("\n".join(made))) if made else Html("")


def pairs(items: Iterable[tuple[Text, Text]]) -> Html:
    """Terms and what is said of them."""
    made = [guarded(join(tag("dt", term), tag("dd", said))) for term, said in items]
    return tag("dl", Html("\n".join(made)))


def table(head: Sequence[str], rows: Iterable[Sequence[Text]], caption: str) -> Html:
    """A table; the first cell of a row is its heading. It scrolls by itself where the page is narrow."""
    top = tag("tr", *(tag("th", cell, scope="col") for cell in head))
    body = [guarded(tag("tr", tag("th", row[0], scope="row"), *(tag("td", cell) for cell in row[1:]))) for row in rows]
    made = tag("table", tag("caption", caption), tag("thead", top), tag("tbody", Html("\n".join(body))))
    return tag("div", made, class_="wide", role="region", tabindex="0", aria_label=caption)


def section(title: Text, *blocks: Text, id: str = "") -> Html:
    """A part of a page with its heading; nothing at all when it has no content."""
    filled = [block for block in blocks if block]
    if not filled:
        return Html("")
    made = Html("\n".join(html(block) for block in filled))
    return guarded(tag("section", tag("h2", title), Html("\n"), made, id=id))


def part(title: Text, *blocks: Text, id: str = "") -> Html:
    """A smaller part inside a section."""
    made = Html("\n".join(html(block) for block in blocks if block))
    return guarded(tag("section", tag("h3", title), Html("\n"), made, id=id))


def relative(page: str, path: str) -> str:
    """The address of one page as seen from another; "" is the first page."""
    return "../" * page.count("/") + path or "./"


def entry(path: str, label: str, page: str, of_trials: frozenset[str]) -> str:
    """One entry of the navigation."""
    here = ' aria-current="page"' if path == page else ""
    made = f'<li><a href="@/{path}"{here}>{escape(label)}</a></li>'
    return f"{START}{made}{END}" if path in of_trials else made


def frame(
    page: str,
    title: str,
    nav: Iterable[tuple[str, str]],
    blocks: Iterable[Text],
    foot: Iterable[Text],
    of_trials: frozenset[str],
    languages: Iterable[tuple[str, str]] = (),
) -> str:
    """A whole page. Entries of `nav` that are in `of_trials` are marked as blocks are; `languages` it is had in."""
    listed = "\n".join(entry(path, label, page, of_trials) for path, label in nav)
    others = [f'<a href="@/{tag}/{page}" hreflang="{tag}" lang="{tag}">{name}</a>' for tag, name in languages]
    elsewhere = f'<p class="languages">{" ".join(others)}</p>\n' if others else ""
    body = "\n".join(html(block) for block in blocks if block)
    end = "\n".join(html(block) for block in foot)
    text = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)} · hepar handbook</title>
<link rel="stylesheet" href="@/guide.css">
</head>
<body>
<header>
<nav aria-label="Handbook"><ul>
{listed}
</ul></nav>
{elsewhere}</header>
<main>
<h1>{escape(title)}</h1>
{body}
</main>
<footer>
{end}
</footer>
</body>
</html>
"""
    return re.sub(r'href="@/([^"]*)"', lambda found: f'href="{relative(page, found.group(1))}"', text)
