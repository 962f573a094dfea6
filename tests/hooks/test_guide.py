"""The handbook: fresh, complete, correct HTML without anything foreign, and worded as it must be."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest

from cds import content
from cds.attributes import EVIDENCE_BASED, NOT_AVAILABLE, PREDICTIVE
from cds.codes import ANSWERS, CONCEPTS
from cds.knowledge import CONCLUSIONS, EVALUATION, EXCLUSIONS, FACTS, PATHWAYS
from cds.labs import LABS
from cds.reasons import REASONS, describe
from cds.scoring import SCORES
from fhir_profiles import PACKAGE, r5
from hooks.guide import FOLDER, citations, inputs, parted
from hooks.guide.__main__ import written
from hooks.guide.examples import every
from hooks.guide.markup import OF_TRIALS, TRIALS, without_trials
from hooks.guide.scores import segments
from hooks.languages import LANGUAGES

WRITTEN = written()
ENGLISH_PAGES = (name for name in WRITTEN if name.endswith(".html") and name.partition("/")[0] not in LANGUAGES)
PAGES = {name.removesuffix(".html"): WRITTEN[name] for name in ENGLISH_PAGES}
EACH_PAGE = pytest.mark.parametrize("name", PAGES)

CARD_LINKS = (
    *(f"scores/{score_id}" for score_id in SCORES),
    *(f"pathways/{pathway}" for pathway in PATHWAYS),
    "exclusions",
    "evaluation",
    "follow-up",
    "reasons",
    "intended-use",
    "source-attributes",
)
"""Where cards point to."""

NEVER_SAID = {
    r"\btreat(?:ment|ed|ing)? with (?:MSC|mesenchymal)": "a product as a treatment",
    r"\btherapy option|\bcandidate for\b": "a product as an option",
    r"\b(?:improves?|restores?|regenerates?|cures?)\b": "a promise",
    r"\bpromising\b|\bbreakthrough\b|\blast hope\b|(?<!un)\bproven\b|\bclinically proven\b": "a promise",
    r"\bsafe\b": "a promise of safety",
    r"\bvalidated for\b|\bFDA[- ](?:cleared|clearance)\b|(?<!not )\bCE[- ]mark": "a clearance",
    r"\b(?:is|are) FDA[- ]approved\b(?! for liver disease)": "a clearance",
    r"[$€£]\s?\d": "a price",
    r"\burgent(?:ly)?\b(?! transplant-centre contact)|\bimmediately\b": "urgency",
}
"""Wording rules M-2 and the list of claims that are not made."""

MAY_BE_LINKED = {
    "doi.org", "pmc.ncbi.nlm.nih.gov", "clinicaltrials.gov", "www.clinicaltrialsregister.eu", "ctri.nic.in",
    "www.fda.gov", "optn.transplant.hrsa.gov", "loinc.org", "ucum.org", "hl7.org",
}  # fmt: skip
"""Registers, regulators, journals, and owners of code systems and of FHIR: never a clinic, never a vendor (M-4)."""


class Reader(HTMLParser):
    """Elements, ids, links and plain text of one page; fails on elements that are not closed."""

    VOID = frozenset({"meta", "link", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {key: value or "" for key, value in attrs}))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def all(self, key: str) -> Iterator[str]:
        """The values of one attribute, wherever it stands."""
        return (attributes[key] for _, attributes in self.elements if key in attributes)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


READ = {name: Reader(text) for name, text in PAGES.items()}
IDS = {name: set(page.all("id")) for name, page in READ.items()}


def test_the_pages_are_those_that_the_declarations_give() -> None:
    packaged = {
        path.relative_to(FOLDER).as_posix(): path.read_text("utf-8")
        for path in FOLDER.rglob("*")
        if path.is_file() and path.suffix != ".css"
    }
    stale = sorted(name for name in {*packaged, *WRITTEN} if packaged.get(name) != WRITTEN.get(name))
    assert not stale, f"run `make guide`: {stale}"


def test_writing_them_again_changes_nothing() -> None:
    assert written() == WRITTEN


def test_every_page_that_a_card_links_is_there() -> None:
    assert set(CARD_LINKS) <= set(PAGES)


@pytest.mark.parametrize("score_id", SCORES)
def test_a_score_page_says_all_that_is_declared(score_id: str) -> None:
    score, text = SCORES[score_id], READ[f"scores/{score_id}"].text
    for said in (score.title, score.use, score.caution, score.population, score.equation):
        assert " ".join(said.split()) in text
    for source in score.sources:
        assert source.key in text
    examples = every().get(score_id, ())
    for example in examples:
        assert " ".join(example.says.split()) in text
    for reason in inputs.reasons(score):
        assert reason in text
    for name in score.parameters:
        assert name in inputs.SCORE_OF or name in LABS or name in FACTS
    for label in {*(label for _, label in score.bands), *(each.band for each in examples if each.band)}:
        assert label in text


@pytest.mark.parametrize(
    ("page", "declared"),
    [
        ("exclusions", EXCLUSIONS),
        ("evaluation", EVALUATION),
        ("reasons", REASONS),
        ("analytes", LABS),
        ("codes", {**CONCEPTS, **ANSWERS}),
        ("facts", FACTS),
        ("conclusions", CONCLUSIONS),
    ],
)
def test_everything_declared_has_its_place(page: str, declared: dict[str, object]) -> None:
    assert set(declared) <= IDS[page]


@pytest.mark.parametrize("pathway", PATHWAYS)
def test_every_criterion_has_its_place(pathway: str) -> None:
    assert {rule.id for rule in PATHWAYS[pathway].criteria} <= IDS[f"pathways/{pathway}"]


def test_every_declared_source_is_cited_somewhere_and_every_cited_one_is_listed() -> None:
    cited = citations.cited_by()
    uncited = [source.key for source in citations.declared() if source not in cited]
    assert not uncited
    listed = READ["sources"].text
    assert [source.key for source in cited if source.citation not in listed] == []


def test_every_reason_of_a_score_has_words() -> None:
    for score in SCORES.values():
        for reason in inputs.reasons(score):
            assert describe(reason).says


def test_bands_are_found_where_a_rule_changes() -> None:
    rule = {"low": lambda x: x < -1.455, "middle": lambda x: x <= 0.676, "high": lambda _: True}

    def at(thousandths: float) -> str:
        return next(name for name, holds in rule.items() if holds(thousandths / 1000))

    assert list(segments(at)) == [
        ("below -1.455", "low"),
        ("from -1.455 and up to 0.676", "middle"),
        ("above 0.676", "high"),
    ]


@pytest.mark.hazard("C-45")
def test_the_source_attributes_are_complete() -> None:
    read = json.loads(WRITTEN["source-attributes.json"])
    assert (len(PREDICTIVE), len(EVIDENCE_BASED)) == (31, 13)
    assert len({each.key for each in PREDICTIVE}) == 31
    assert len({each.key for each in EVIDENCE_BASED}) == 13
    for each in (*PREDICTIVE, *EVIDENCE_BASED):
        assert len(each.text.removeprefix(NOT_AVAILABLE)) > 5, each.key
        assert each.title in READ["source-attributes"].text
    assert [each["key"] for each in read["predictive"]] == [each.key for each in PREDICTIVE]
    assert [each["key"] for each in read["evidenceBased"]] == [each.key for each in EVIDENCE_BASED]
    used = {each.key: each.text for each in EVIDENCE_BASED}
    for never in ("race", "ethnicity", "language", "sexual-orientation", "gender-identity", "social-determinants"):
        assert used[never] == "Not used."
    for always in ("sex", "date-of-birth", "health-status"):
        assert used[always].startswith("Used: ")


@pytest.mark.hazard("C-45")
def test_neither_race_nor_ethnicity_is_asked_for_anywhere() -> None:
    asked = {
        *(name for score in SCORES.values() for name in (*score.parameters, *score.asks)),
        *(name for family in PATHWAYS.values() for name in family.gate.parameters),
        *(name for family in PATHWAYS.values() for rule in family.criteria for name in rule.parameters),
        *(name for rule in EXCLUSIONS.values() for name in rule.parameters),
        *(name for step in EVALUATION.values() for name in step.parameters),
        *(name for conclusion in CONCLUSIONS.values() for name in conclusion.parameters),
    }
    never = {"race", "ethnicity", "ethnic", "language", "religion", "payer", "insurance", "address", "gender"}
    assert not {word for name in asked for word in name.split("_")} & never


@pytest.mark.hazard("C-41")
def test_version_approval_and_review_are_said_on_every_page_and_to_machines() -> None:
    read = json.loads(WRITTEN["source-attributes.json"])
    assert read["contentVersion"] == content.VERSION
    assert date.fromisoformat(read["released"]) < date.fromisoformat(read["reviewDue"])
    assert ("approved" in read) == (content.APPROVED is not None)
    assert content.STATUS == "draft" or content.APPROVED
    said = f"Content {content.VERSION} ({content.STATUS}), review due {content.REVIEW_DUE.isoformat()}."
    assert [name for name, page in READ.items() if said not in page.text] == []
    assert content.overdue(date(content.REVIEW_DUE.year + 1, 1, 1))
    assert not content.overdue(content.REVIEW_DUE)


@pytest.mark.hazard("M-2", "M-9")
@EACH_PAGE
def test_nothing_is_promised_or_claimed(name: str) -> None:
    text = READ[name].text
    assert [(what, found.group()) for words, what in NEVER_SAID.items() for found in re.finditer(words, text)] == []


@pytest.mark.parametrize(
    "said", ["It improves survival.", "A safe way.", "It is proven.", "validated for use", "is FDA-approved", "CE mark"]
)
def test_the_lint_finds_what_it_looks_for(said: str) -> None:
    assert any(re.search(words, said) for words in NEVER_SAID)


@pytest.mark.hazard("M-1", "M-3")
@pytest.mark.parametrize("name", [name for name in PAGES if name.partition("/")[0] in OF_TRIALS])
def test_pages_about_trials_say_first_what_is_not_known_and_what_comes_first(name: str) -> None:
    text = READ[name].text
    for words in ("investigational", "Benefit is unproven", "Standard care and transplant evaluation come first"):
        assert words in text
    in_page = text.partition(" Notices ")[2]
    assert in_page.index("Benefit is unproven") < in_page.index("transplant evaluation come first") < 1500


@pytest.mark.hazard("M-4")
@EACH_PAGE
def test_links_lead_to_registers_regulators_and_journals_only(name: str) -> None:
    hosts = {urlsplit(href).hostname for href in READ[name].all("href")} - {None}
    assert hosts <= MAY_BE_LINKED


@EACH_PAGE
def test_links_inside_the_handbook_lead_somewhere(name: str) -> None:
    base = "http://guide.test/guide/" + ("" if name == "index" else name)
    broken = []
    for href in READ[name].all("href"):
        target = urlsplit(urljoin(base, href))
        if target.hostname != "guide.test":
            continue
        path = parted(target.path.removeprefix("/guide/"))[1] or "index"
        if path in ("guide.css", "source-attributes.json", f"profiles/{PACKAGE.name}", f"profiles/{r5.PACKAGE.name}"):
            continue
        if path not in PAGES or (target.fragment and target.fragment not in IDS[path]):
            broken.append(href)
    assert not broken


@EACH_PAGE
def test_a_page_is_plain_and_whole(name: str) -> None:
    page = READ[name]
    count = Counter(tag for tag, _ in page.elements)
    assert PAGES[name].startswith("<!doctype html>\n")
    for once in ("html", "title", "nav", "main", "h1", "footer"):
        assert count[once] == 1, once
    assert not {"script", "style", "img", "iframe", "form", "object", "embed", "base"} & set(count)
    keys = {key for _, attributes in page.elements for key in attributes}
    assert not {key for key in keys if key.startswith("on")} | (keys & {"style", "src"})
    sheets = [attributes["href"] for tag, attributes in page.elements if tag == "link"]
    assert sheets == ["../" * name.count("/") + "guide.css"]
    assert [each for each, times in Counter(page.all("id")).items() if times > 1] == []
    assert "What it is for, and what it is not" in page.text


@pytest.mark.hazard("M-8")
@pytest.mark.parametrize("name", [name for name in PAGES if name.partition("/")[0] not in OF_TRIALS])
def test_what_is_left_without_trials_speaks_of_none_and_is_whole(name: str) -> None:
    left = without_trials(PAGES[name])
    assert TRIALS.findall(left) == []
    Reader(left)
