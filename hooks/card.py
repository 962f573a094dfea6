"""Finding to card: a pure function, but for the random ids.

Only text of our own reaches a card. It is escaped all the same, so that no character of it can become markup; the one
mark that passes is `**emphasis**`.
"""

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from cds.findings import Entry, Finding, Section, Suggestion, Table
from hooks.languages import ENGLISH, Say, say_in, spoken
from hooks.orders import requests_for
from hooks.overriding import REASONS, SYSTEM
from hooks.scores_as_fhir import score_observation

EXTENSION = "io.github.hepar-cds.assessment"
TOPICS = "https://hepar-cds.github.io/msc-liver/CodeSystem/card-topic"

_MARKS = re.compile(r"[\\`*_\[\]<>|~#!&$^{}]")
_EMPHASIS = re.compile(r"\*\*([^*\n]+)\*\*")
_LIST_START = re.compile(r"^(\d{1,9})([.)])(?=\s|$)|^([-+=])")
_FIRST = frozenset("0123456789-+=")
_SCHEMES = re.compile(r"\b(https?|ftp|mailto|xmpp)(:)|\b(www)(\.)", re.IGNORECASE)
_COLON = re.compile("[pso]:", re.IGNORECASE)
_SUSPECT = re.compile(r"[\\`*_\[\]<>|~#!&@$^{}\r\n\u2028\u2029]")
_BREAKS = re.compile(r"\s*[\r\n\u2028\u2029]\s*")


@dataclass(frozen=True, slots=True)
class Form:
    """How this caller wants its cards. `public_url` has no trailing slash; `banner` marks what is not production.

    `score_suggestions`: whether it can create an Observation, so that a score may be offered for the chart.
    `language` is one of `hooks.languages.LANGUAGES`.
    """

    public_url: str
    patient: str
    encounter: str = ""
    actions_per_suggestion: int = 1
    action_codes: Mapping[str, tuple[str, str]] | None = None
    banner: str = ""
    score_suggestions: bool = False
    language: str = ENGLISH

    def page(self, path: str) -> str:
        """The address of a page of the handbook in the language of the card."""
        return f"{self.public_url}/guide/{path if self.language == ENGLISH else f'{self.language}/{path}'}"


def card(finding: Finding, assessment: Mapping[str, Any], form: Form) -> dict[str, Any]:
    """One card in the caller's language. Members without a value are left out."""
    say = say_in(form.language)
    if form.language != ENGLISH:
        finding = spoken(finding, say)
    made: dict[str, Any] = {
        "uuid": str(uuid.uuid4()),
        "summary": finding.headline,
        "detail": detail(finding.sections),
        "indicator": finding.severity,
        "source": _source(finding, form, say),
        "overrideReasons": override_reasons(form.language),
        "extension": {EXTENSION: assessment},
    }
    suggestions = [made for each in finding.suggestions for made in _suggestions(each, form, say)]
    if finding.entry is not None and form.score_suggestions:
        suggestions += _kept(finding.entry, assessment, form, say)
    if suggestions:
        made["suggestions"] = suggestions
        made["selectionBehavior"] = "any"
    pages = [(label, form.page(path)) for label, path in finding.guide]
    links = [{"label": label, "url": url, "type": "absolute"} for label, url in (*pages, *finding.links)]
    if links:
        made["links"] = links
    return made


@cache
def override_reasons(language: str) -> list[dict[str, str]]:
    """The reasons that a clinician may give, in one of `hooks.languages.LANGUAGES`."""
    say = say_in(language)
    return [{"system": SYSTEM, "code": each.code, "display": say(each.display)} for each in REASONS.values()]


def topic_code(topic: str) -> str:
    """The topic as a code of letters only: "liver-evaluation" -> "LiverEvaluation"."""
    return "".join(part.capitalize() for part in topic.split("-"))


def _source(finding: Finding, form: Form, say: Say) -> dict[str, Any]:
    label, url = finding.source
    return {
        "label": f"{label} ({say(form.banner)})" if form.banner else label,
        "url": url if url.startswith("https://") else form.page(url),
        "topic": {"system": TOPICS, "code": topic_code(finding.topic), "display": finding.title},
    }


def _suggestions(suggestion: Suggestion, form: Form, say: Say) -> Iterator[dict[str, Any]]:
    """One or more suggestions, each with no more actions than this caller takes."""
    orders = requests_for(suggestion, form.patient, form.encounter, form.action_codes or {})
    size = form.actions_per_suggestion
    for start in range(0, len(orders), size):
        some = orders[start : start + size]
        alone = len(orders) <= size
        yield {
            "label": suggestion.label if alone else f"{suggestion.label}: {', '.join(say(text) for text, _ in some)}",
            "uuid": str(uuid.uuid4()),
            "actions": [
                {"type": "create", "description": say(f"Draft order: {text}"), "resource": resource}
                for text, resource in some
            ],
        }


def _kept(entry: Entry, assessment: Mapping[str, Any], form: Form, say: Say) -> Iterator[dict[str, Any]]:
    """The suggestion to keep a score in the chart: preliminary, because nobody has vouched for it yet."""
    resource = score_observation(
        entry.score,
        f"Patient/{form.patient}",
        computed_at=assessment["computedAt"],
        content_version=assessment["contentVersion"],
        timepoint=entry.visit,
        encounter=form.encounter,
    )
    if resource is not None:
        said = f"{entry.score.title} = {entry.score.value}"
        yield {
            "label": say(f"Record {said} in the chart"),
            "uuid": str(uuid.uuid4()),
            "actions": [{"type": "create", "description": say(f"Preliminary result: {said}"), "resource": resource}],
        }


def detail(sections: tuple[Section, ...]) -> str:
    """GitHub Flavored Markdown of the sections."""
    return "\n\n".join(block for section in sections for block in _blocks(section))


def _blocks(section: Section) -> Iterator[str]:
    if section.title:
        yield f"### {escape(section.title)}"
    if section.sentences:
        yield escape(" ".join(section.sentences))
    if section.points:
        yield "\n".join(f"- {escape(point)}" for point in section.points)
    if section.table is not None:
        yield _table(section.table)


def _table(table: Table) -> str:
    written = ["| " + " | ".join(map(escape, row)) + " |" for row in (table.head, *table.rows)]
    return "\n".join([written[0], "|" + " --- |" * len(table.head), *written[1:]])


def escape(text: str) -> str:
    """Plain text as Markdown that shows exactly this text, on one line; `**…**` stays emphasis.

    An @ becomes "(at)": mail addresses are made into links after escapes are resolved.
    """
    if _is_plain(text):
        return text
    line = text if text.isprintable() else _BREAKS.sub(" ", text)
    parts = _EMPHASIS.split(line.strip())
    shown = "".join(f"**{_plain(part)}**" if at % 2 else _plain(part) for at, part in enumerate(parts))
    return _LIST_START.sub(lambda match: f"{match[1]}\\{match[2]}" if match[1] else f"\\{match[3]}", shown)


def _is_plain(text: str) -> bool:
    """True only for text that is its own Markdown: most text is, and this is quicker than escaping it."""
    if not text or text.isalnum():
        return True
    if _SUSPECT.search(text) or text != text.strip() or (text[0] in _FIRST and _LIST_START.match(text)):
        return False
    if ":" in text and _COLON.search(text) and _SCHEMES.search(text):
        return False
    return not ("." in text and "www." in text.lower())


def _plain(text: str) -> str:
    marked = _MARKS.sub(lambda match: "\\" + match[0], text.replace("@", "(at)"))
    if ":" not in marked and "." not in marked:
        return marked
    return _SCHEMES.sub(lambda match: f"{match[1] or match[3]}\\{match[2] or match[4]}", marked)
