"""The Spanish book: nothing that we say is missing from it, and nothing stands in it that is no longer said."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from cds.advise import advise
from cds.assess import assess
from cds.chart import KINDS
from cds.codes import ANSWERS, CONCEPTS
from cds.fhir import read_chart
from cds.findings import Finding
from cds.knowledge import EVALUATION
from cds.labs import LABS
from cds.scoring import SCORES
from cds.trials import FAMILIES
from cds.words import UNITS, name_of
from hooks.demo.charts import resources, templates
from hooks.guide.render import pages
from hooks.guide.translated import ENGLISH_ONLY
from hooks.guide.translated import texts as page_texts
from hooks.languages import phrasebook as opened
from hooks.languages import phrases, say_in, spoken
from hooks.languages.phrases import Phrasebook
from hooks.overriding import REASONS as OVERRIDE
from tests.languages.said import literals
from tests.source_tree import ROOT

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
ELSEWHERE = {
    "cds/analyte.py", "cds/attributes.py", "cds/chart.py", "cds/codes.py", "cds/concept.py", "cds/content.py",
    "cds/fingerprint.py", "cds/handbook.py", "cds/inputs.py", "cds/knowledge.py", "cds/labs.py", "cds/outcome.py",
    "cds/record.py", "cds/scoring.py", "cds/sources.py", "cds/survival.py", "cds/units.py",
}  # fmt: skip
"""Modules whose texts reach no card, or only by names that are asked for below."""
NO_WORDS = re.compile(
    r"\\b.*|[a-z0-9_.%/*\[\]{}<>=^()-]+|[A-Z_0-9]+|(?:MISSING|CLAMPED)_\S*|https?://\S+|[a-z]+[A-Z]\w+|%\S.*|\W*"
)
COMPOSED = (Path(__file__).parent / "composed.txt").read_text(encoding="utf-8").splitlines()
"""Sentences as the service puts them together, of phrases that no demonstration chart brings up."""
TOPICS = ("evaluation", "order-select", "order-sign", "follow-up")


@cache
def book() -> Phrasebook:
    """One of our own, so that it knows what was asked of it here."""
    from hooks.languages import names

    return Phrasebook(phrases("es"), names())


REMARKS = {"West Haven", "Registry entry 7: 7", "7; in ACLF 24 hours for the white blood cells", "mmol/L"}
"""Other texts of those modules that only the handbook shows."""


def texts(finding: Finding) -> Iterator[str]:
    """Everything that a card says, text by text."""
    said: list[str] = []
    spoken(finding, lambda text: said.append(text) or text)  # type: ignore[func-returns-value]
    yield from said


def findings() -> Iterator[Finding]:
    """What is said of every demonstration chart on every occasion, and where less could be read."""
    for chart in templates().values():
        held = list(resources(chart, NOW))
        patient = next(each["id"] for each in held if each["resourceType"] == "Patient")
        for read in (KINDS, frozenset({"labs"}), KINDS - {"administrations"}):
            assessment = assess(read_chart(held, patient, NOW, frozenset(read), ""))
            for topic in TOPICS:
                yield from advise(assessment, topic, msc_text=True, protocol="P-1", clinical_owner="Dr A")


def handbook_only() -> set[str]:
    """Texts that stand in the handbook alone: how long steps hold, names of codes, units, remarks on trials."""
    steps = EVALUATION.values()
    coded = {shown for step in steps for order in step.orders for _, _, shown in order.coding}
    trials = {text for family in FAMILIES.values() for trial in family for text in (trial.population, trial.window)}
    return {*(step.window for step in steps), *coded, *trials, *UNITS, *UNITS.values(), *REMARKS}


def in_the_source() -> Iterator[str]:
    handbook = handbook_only()
    for path in sorted((ROOT / "cds").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name in ELSEWHERE or name.startswith(("cds/fhir/", "cds/scores/")):
            continue
        for text in literals(path):
            bare = text.strip(" .;:,")
            words = re.search("[A-Za-z]{2}", bare) and not NO_WORDS.fullmatch(bare)
            if words and not {text, bare} & handbook:
                yield bare


def in_the_handbook() -> Iterator[str]:
    for path, page in pages().items():
        if path.partition("/")[0] not in ENGLISH_ONLY:
            yield from page_texts(page)


def named() -> Iterator[str]:
    """Names that stand in sentences: of what a chart holds, of scores, of orders, of reasons to override."""
    yield from (concept.title for concept in (*CONCEPTS.values(), *ANSWERS.values()))
    yield from (score.title for score in SCORES.values())
    yield from map(name_of, LABS)
    yield from (order.text for step in EVALUATION.values() for order in step.orders)
    yield from (reason.display for reason in OVERRIDE.values())


def all_said() -> Iterator[str]:
    yield from in_the_source()
    yield from named()
    yield from COMPOSED
    yield from in_the_handbook()
    yield from (text for finding in findings() for text in texts(finding))


def untranslated(said: Iterator[str]) -> list[str]:
    return sorted({text for text in said if text and book().translated(text) is None})


def test_every_card_of_the_demonstration_is_spanish_to_the_last_word() -> None:
    assert untranslated(text for finding in findings() for text in texts(finding)) == []


def test_headlines_fit_a_card_in_spanish_too() -> None:
    for finding in findings():
        said = spoken(finding, say_in("es"))
        assert 0 < len(said.headline) < 140, said.headline
        assert said.headline != finding.headline


def test_a_headline_that_is_too_long_loses_its_last_parts() -> None:
    (finding, *_) = findings()
    long = spoken(finding, lambda text: f"{'a' * 100}; {'b' * 50}" if text == finding.headline else text)
    assert long.headline == "a" * 100
    longer = spoken(finding, lambda text: "a" * 140 if text == finding.headline else text)
    assert longer.headline == finding.headline


def test_every_text_of_the_source_can_be_said() -> None:
    assert untranslated(in_the_source()) == []


def test_every_text_of_the_handbook_can_be_said() -> None:
    assert untranslated(in_the_handbook()) == []


def test_every_name_can_be_said() -> None:
    assert untranslated(named()) == []


def test_nothing_in_the_book_is_said_no_more() -> None:
    untranslated(all_said())
    assert sorted(phrases("es").keys() - book().used) == []


def test_every_composed_sentence_can_be_said() -> None:
    assert untranslated(iter(COMPOSED)) == []


def test_a_text_that_the_book_does_not_hold_stays_english() -> None:
    assert say_in("es")("Something new is said here.") == "Something new is said here."
    assert opened("es").translated("Something new is said here.") is None
