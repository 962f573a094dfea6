"""The languages in which cards and handbook are had: English, in which they are written, and translations of it.

Only words change: the assessment that a card carries, codes, numbers and dates are the same in every language. What a
book does not hold is said in English.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from cds.advice.parts import HEADLINE
from cds.findings import Finding, Section, Suggestion, Table
from hooks.languages.phrases import Phrasebook

FOLDER = Path(__file__).parent
ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "es": "Español"}
"""Tag (BCP 47) -> what its speakers call it."""


def preferred(tags: Iterable[tuple[str, float]]) -> str:
    """The language to answer in, of those asked for (BCP 47 tag, weight; the most wanted first), or English."""
    wanted = (tag.partition("-")[0].lower() for tag, weight in tags if weight)
    return next((tag for tag in wanted if tag in LANGUAGES), ENGLISH)


Say = Callable[[str], str]


def say_in(language: str) -> Say:
    """How a text of ours is said in one of `LANGUAGES`; what the book does not hold stays as it is."""
    if language == ENGLISH:
        return str
    book = phrasebook(language)
    return lambda text: book.translated(text) or text


@cache
def phrasebook(language: str) -> Phrasebook:
    """The book of a language. OSError if there is none."""
    return Phrasebook(phrases(language), names())


def phrases(language: str) -> dict[str, str]:
    """All phrases of a language: those of each file below its folder. ValueError if two files hold the same one."""
    found: dict[str, str] = {}
    for path in sorted((FOLDER / language).glob("*.json")):
        held: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        if twice := found.keys() & held.keys():
            raise ValueError(f"{path.name} repeats {sorted(twice)}")
        found |= held
    return found


def names() -> str:
    """The pattern of what is the same in every language."""
    lines = (FOLDER / "names.txt").read_text(encoding="utf-8").splitlines()
    return "|".join(f"(?:{line})" for line in lines if line and not line.startswith("# "))


def spoken(finding: Finding, say: Say) -> Finding:
    """The finding as `say` says it."""
    label, url = finding.source
    return replace(
        finding,
        title=say(finding.title),
        headline=_short(say(finding.headline), finding.headline),
        sections=tuple(_section(each, say) for each in finding.sections),
        source=(say(label), url),
        suggestions=tuple(_suggestion(each, say) for each in finding.suggestions),
        guide=tuple((say(label), path) for label, path in finding.guide),
        links=tuple((say(label), url) for label, url in finding.links),
    )


def _short(headline: str, english: str) -> str:
    """A headline without its last parts where it is longer than a card's may be; English where nothing is left."""
    while len(headline) > HEADLINE and ";" in headline:
        headline = headline.rpartition(";")[0]
    return headline if len(headline) <= HEADLINE else english


def _section(section: Section, say: Say) -> Section:
    return Section(say(section.title), _each(section.sentences, say), _each(section.points, say),
                   section.table and Table(_each(section.table.head, say),
                                           tuple(_each(row, say) for row in section.table.rows)))  # fmt: skip


def _suggestion(suggestion: Suggestion, say: Say) -> Suggestion:
    return replace(suggestion, label=say(suggestion.label), reason=say(suggestion.reason))


def _each(texts: tuple[str, ...], say: Say) -> tuple[str, ...]:
    return tuple(map(say, texts))
