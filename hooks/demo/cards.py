"""Cards as an EHR shows them, and what the assessment that they carry rests on: the inputs, criteria and exclusions."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.token import Token

from cds.knowledge import EXCLUSIONS, PATHWAYS
from cds.words import name_of, number, quantity
from hooks.card import EXTENSION
from hooks.demo import what_if
from hooks.errors import BadRequest

Json = Mapping[str, Any]

BELOW_CARD = "h4"
"""Headings of a card's text stand below that of the card."""
NEXT = f"\n{'#' * 3} "
"""Where the next section of a card's text begins."""
DATE = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d)?")
FLAGS = {"female": {True: "female", False: "male"}}


def links_to(own: str) -> Any:
    """What tells which addresses may be followed: https anywhere, or the guide at the address `own`."""
    guide = f"{own}/guide/"

    def allowed(address: str) -> bool:
        return urlsplit(address).scheme == "https" or address.startswith(guide)

    return allowed


def markdown(own: str) -> MarkdownIt:
    """GitHub Flavored Markdown as far as cards use it: no HTML, no images, links that may be followed."""
    made = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    made.validateLink = links_to(own)  # type: ignore[method-assign]
    made.add_render_rule("text", _text)
    made.add_render_rule("table_open", _open_table)
    made.add_render_rule("table_close", _close_table)
    return made


def _text(self: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return dated(tokens[at].content)


def dated(text: str) -> str:
    """The text as HTML in which no date is broken over two lines."""
    return DATE.sub(lambda found: f'<span class="date">{found[0]}</span>', escapeHtml(text))


def _open_table(self: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return '<div class="scroll" role="group" aria-label="Table" tabindex="0"><table>'


def _close_table(self: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return "</table></div>"


def rendered(text: str, own: str) -> str:
    """The text of a card as HTML. All text in it is escaped; HTML that stands in it is text."""
    made = markdown(own)
    tokens = made.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = BELOW_CARD
        if token.tag == "th":
            token.attrSet("scope", "col")
        for inner in token.children or ():
            if inner.type == "link_open":
                inner.attrSet("rel", "noopener noreferrer")
                inner.attrSet("target", "_blank")
    html: str = made.renderer.render(tokens, made.options, {})
    return html


def opened(detail: str) -> tuple[str, str]:
    """The first section of a card's text, and the others."""
    first, mark, rest = detail.partition(NEXT)
    return first, mark + rest


def of(answer: object) -> list[Json]:
    """The cards of an answer. BadRequest if it is none."""
    cards = answer.get("cards") if isinstance(answer, dict) else None
    if not isinstance(cards, list) or not all(isinstance(card, dict) for card in cards):
        raise BadRequest("The answer holds no cards.")
    return cards


def basis(cards: Sequence[Json], *, trials: bool) -> Json | None:
    """What the cards rest on, from the assessment that each of them carries; without `trials` nothing of those."""
    for card in cards:
        found = (card.get("extension") or {}).get(EXTENSION)
        if found:
            exclusions = sorted(map(_exclusion, found["exclusions"]), key=_told_first) if trials else []
            return {
                "computed": _instant(found["computedAt"]),
                "content": found["contentVersion"],
                "inputs": list(_inputs(found["scores"])),
                "pathways": [_pathway(each) for each in found["pathways"]] if trials else [],
                "exclusions": exclusions,
                "counts": Counter(each["status"] for each in exclusions).most_common(),
            }
    return None


def _instant(written: str) -> str:
    return datetime.fromisoformat(written).strftime("%Y-%m-%d %H:%M")


def _inputs(scores: Sequence[Json]) -> Iterator[Json]:
    """Every input of a computed score once, and what a formula took in its place."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for score in scores:
        if "value" not in score and "range" not in score:
            continue
        for used in score["inputs"]:
            when = used.get("effective", "")
            imagined = used.get("source", "").startswith(what_if.SOURCE)
            row = rows.setdefault(
                (used["name"], when),
                {
                    "what": _named(used["name"]),
                    "value": _value(used["name"], used["value"], used.get("unit", "")),
                    "charted": _charted(used),
                    "when": "" if imagined else when.replace("T", " ").removesuffix("Z").removesuffix(":00"),
                    "imagined": imagined,
                    "clamped": {},
                },
            )
            if used["clamped"]:
                title = score["title"].partition(" (")[0]
                row["clamped"].setdefault(number(round(float(used["used"]), 2)), []).append(title)
    yield from rows.values()


def _named(name: str) -> str:
    said = "sex for clinical use" if name == "female" else name_of(name)
    return said[:1].upper() + said[1:]


def _value(name: str, value: Any, unit: str) -> str:
    if isinstance(value, bool):
        return FLAGS.get(name, {True: "yes", False: "no"})[value]
    return quantity(value if isinstance(value, str) else round(value, 2), unit)


def _charted(used: Json) -> str:
    """The number as charted, where that was another one."""
    original = used.get("original")
    if not original or original["value"] == used["value"]:
        return ""
    return quantity(original["value"], original.get("unit", ""), original.get("comparator", ""))


def _pathway(found: Json) -> Json:
    family = PATHWAYS[found["id"]]
    pairs = zip(found["criteria"], family.criteria, strict=False)  # none where the family does not apply
    criteria = [{**each, "title": rule.title} for each, rule in pairs]
    return {**found, "title": family.gate.title, "criteria": criteria}


def _exclusion(found: Json) -> Json:
    return {**found, "title": EXCLUSIONS[found["id"]].title}


def _told_first(exclusion: Json) -> int:
    return ("present", "unknown", "absent").index(exclusion["status"])
