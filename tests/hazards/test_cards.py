"""What stands on a card, and what never does (C-20, C-24, C-28, C-33 to C-36, C-39, C-41, M-1 to M-9)."""

import itertools
import re
from datetime import UTC, datetime, timedelta

import pytest

from cds import content
from tests.charts import MELDS, NOW, Chart, Json, ago
from tests.hazards.test_contract import CHARTS

TOPICS = ("evaluation", "order-select", "order-sign", "follow-up")
BANNED = [
    r"treat(ment|ed|ing)?\b[^.]{0,20}\bMSC", r"MSC (therapy|treatment)", r"\btherapy option", r"candidate",
    r"\beligible\b", r"\bimproves?\b", r"\brestor(e|es|ing)\b", r"\bregenerat\w*", r"\bcures?\b", r"promising",
    r"\bsafe(ly)?\b(?!ty)", r"\bproven\b", r"breakthrough", r"last hope", r"\$\s?\d", r"€", r"\bclinic\b(?!al)",
]  # fmt: skip
DIRECTIVE = [
    r"\btreat\b",
    r"\blist (the|this) patient",
    r"\bstart\b",
    r"\bstop the\b",
    r"\bprescribe\b",
    r"\bmust\b(?! not delay)",
]
ALARM = [r"\bimmediate", r"\burgent(?! transplant-centre contact)", r"\bemergency\b", r"\bcritical\b", r"\bSTAT\b"]
HOSTS = ("https://cds.example.org/guide/", "https://www.fda.gov/", "https://clinicaltrials.gov/")


def cases() -> list[Chart]:
    """The charts of the contract walk and many combinations of problems, values and gaps."""
    made = list(CHARTS.values())
    problems = [("K74.60",), ("K76.0",), ("K74.60", "R18.8"), ("B18.2", "B20"), ("K70.30", "F10.20", "C22.0")]
    values = [{}, {"bilirubin": 14.0, "creatinine": 3.4, "inr": 3.1}, {"inr": None}, {"sodium": 118, "albumin": 1.2}]
    people = [{}, {"gender": "female", "birthDate": "1992-01-01"}, {"gender": None, "birthDate": None}]
    for codes, labs, person in itertools.product(problems, values, people):
        chart = Chart().person(**person).reference(**labs)
        for number, code in enumerate(codes):
            chart = chart.condition(code, days=10 + number)
        made += [chart, chart.screened().administration(ago(28))]
    return made


@pytest.fixture(scope="module")
def cards() -> list[Json]:
    found = [card for chart in cases() for topic in TOPICS for card in chart.cards(topic)]  # type: ignore[arg-type]
    assert len(found) > 300
    return found


@pytest.fixture(scope="module")
def texts(cards: list[Json]) -> list[str]:
    said = [card[part].replace("\\", "") for card in cards for part in ("summary", "detail")]
    labels = [each["label"] for card in cards for each in (*card.get("suggestions", ()), *card.get("links", ()))]
    orders = [
        action["description"] for card in cards for each in card.get("suggestions", ()) for action in each["actions"]
    ]
    return [*said, *labels, *orders]


def about_msc(cards: list[Json]) -> list[Json]:
    return [card for card in cards if "MSC" in card["summary"] + card["detail"]]


@pytest.mark.hazard("C-33")
def test_summaries_are_short_and_calm(cards: list[Json]) -> None:
    for card in cards:
        assert 0 < len(card["summary"]) < 140
        assert not re.search(r"\b[A-Z]{8,}\b", card["summary"])
        assert "!" not in card["summary"]
        assert card["source"]["label"]
        assert card["source"]["url"].startswith("https://")
        assert card["source"]["topic"]["code"]
        assert len(card["overrideReasons"]) == 6
        assert all(each["display"] for each in card["overrideReasons"])
        assert bool(card.get("suggestions")) is ("selectionBehavior" in card)


@pytest.mark.hazard("C-24", "M-5")
def test_indicators(cards: list[Json]) -> None:
    for card in cards:
        assert card["indicator"] in ("info", "warning")
        if "clinical trial" in card["summary"] or "trial family" in card["summary"]:
            assert card["indicator"] == "info"


@pytest.mark.hazard("C-24")
@pytest.mark.parametrize("pattern", DIRECTIVE)
def test_no_directive_verbs(pattern: str, texts: list[str]) -> None:
    assert [text for text in texts if re.search(pattern, text, re.IGNORECASE)][:1] == []


@pytest.mark.hazard("C-28")
@pytest.mark.parametrize("pattern", ALARM)
def test_no_alarm(pattern: str, texts: list[str]) -> None:
    assert [text for text in texts if re.search(pattern, text, re.IGNORECASE)][:1] == []


@pytest.mark.hazard("M-2")
@pytest.mark.parametrize("pattern", BANNED)
def test_banned_words(pattern: str, texts: list[str]) -> None:
    assert [text for text in texts if re.search(pattern, text, re.IGNORECASE)][:1] == []


@pytest.mark.hazard("M-2")
def test_no_survival_percentage_without_its_population(texts: list[str]) -> None:
    for text in texts:
        for match in re.finditer(r"[^|;.]*\d(\.\d)? % (died|survived|survival)[^|;]*", text):
            assert re.search(r"\d{4}", match.group(0)), match.group(0)


@pytest.mark.hazard("M-1", "M-3")
def test_what_every_investigational_text_must_say(cards: list[Json]) -> None:
    found = about_msc(cards)
    assert found
    for card in found:
        text = (card["summary"] + card["detail"]).replace("\\", "")
        if card["source"]["topic"]["code"] == "LiverEvaluation":
            continue
        assert "nvestigational" in text
        assert "clinical trial" in text
        assert "unproven" in text or "not established" in text or "no clear effect" in text
        assert "FDA-approved" in text
        assert "IND" in text
        assert "CTA" in text
        assert "must not delay" in text
        assert "Standard care and transplant evaluation come first" in text
        assert "risks" in text


@pytest.mark.hazard("M-3")
def test_the_first_card_is_never_the_investigational_one_when_the_prompt_applies() -> None:
    prompted = 0
    for chart in cases():
        cards = chart.cards()
        melds = [each.get("value", 0) for each in chart.json()["scores"] if each["id"] in MELDS]
        if cards and max(melds) >= 15:
            prompted += 1
            assert "nvestigational" not in cards[0]["summary"]
            assert "comes first" in cards[0]["detail"].partition("nvestigational")[0]
    assert prompted > 30


@pytest.mark.hazard("M-4")
def test_links_are_vetted_and_a_listing_is_no_endorsement(cards: list[Json]) -> None:
    for card in cards:
        for link in card.get("links", ()):
            assert link["url"].startswith(HOSTS), link
            assert link["type"] == "absolute"
        if any("clinicaltrials.gov" in link["url"] for link in card.get("links", ())):
            assert "not an endorsement" in card["detail"]
            assert "charges" in card["detail"] or "pay" in card["detail"]
        assert "](http" not in card["detail"]


@pytest.mark.hazard("C-34", "M-5")
def test_suggestions_are_drafts_of_tests_and_referrals(cards: list[Json]) -> None:
    for card in cards:
        assert "systemActions" not in card
        for suggestion in card.get("suggestions", ()):
            assert "isRecommended" not in suggestion
            for action in suggestion["actions"]:
                assert action["type"] == "create"
                order = action["resource"]
                assert order["resourceType"] == "ServiceRequest"
                assert order["status"] == "draft"
                assert order["intent"] in ("proposal", "plan")
                assert order["subject"] == {"reference": "Patient/p1"}
                assert "MSC" not in str(order.get("code"))
                assert "stromal" not in str(order).lower()


@pytest.mark.hazard("C-34")
def test_suggested_orders_are_valid() -> None:
    from fhir.resources.R4B.servicerequest import ServiceRequest

    chart = CHARTS["full"]
    for topic in TOPICS:
        for card in chart.cards(topic):  # type: ignore[arg-type]
            for suggestion in card.get("suggestions", ()):
                for action in suggestion["actions"]:
                    ServiceRequest.model_validate(action["resource"])


@pytest.mark.hazard("M-6")
def test_a_trial_is_named_with_its_date_and_only_while_it_is_fresh() -> None:
    chart = Chart().cirrhosis().screened().reference(bilirubin=2.5).ascites("mild").west_haven(0)
    (card,) = [card for card in chart.cards() if "nvestigational" in card["summary"]]
    office = card["detail"].split("For the trial office")[1]
    assert re.search(r"NCT\d{8} \\?\(phase [^,]+, status [^,]+, checked \d{4}-\d\d-\d\d", office.replace("\\", ""))
    later = chart.at(NOW + timedelta(days=31))
    (card,) = [card for card in later.cards() if "nvestigational" in card["summary"]]
    assert "NCT" not in card["detail"].split("For the trial office")[1]


@pytest.mark.hazard("M-8")
def test_off_means_off_everywhere() -> None:
    for chart in cases():
        for topic in TOPICS:
            for card in chart.cards(topic, msc_text=False):  # type: ignore[arg-type]
                assert not re.search(r"\bMSC\b|stromal|nvestigational|exosome|stem cell", str(card)), card


@pytest.mark.hazard("C-41")
def test_the_version_and_an_overdue_review_stand_on_the_card() -> None:
    chart = Chart().cirrhosis().reference()
    assert content.VERSION in chart.cards()[0]["detail"]
    assert "overdue" not in chart.cards()[0]["detail"]
    late = Chart().at(datetime(2030, 1, 1, tzinfo=UTC)).cirrhosis().reference()
    assert all("review of this content is overdue" in card["detail"] for card in late.cards())


@pytest.mark.hazard("C-35")
def test_inputs_stand_before_conclusions_and_the_formula_is_linked() -> None:
    card = Chart().cirrhosis().reference().cards()[0]
    detail = card["detail"]
    assert detail.index("What the scores rest on") < detail.index("### Scores")
    assert any("/guide/scores/" in link["url"] for link in card["links"])


@pytest.mark.hazard("C-35", "C-4")
def test_what_is_not_known_is_said_with_what_would_mend_it() -> None:
    detail = Chart().cirrhosis().reference(inr=None).cards()[0]["detail"]
    assert "not computed" in detail
    assert "No usable result for INR" in detail
    assert "Record current results" in detail


@pytest.mark.hazard("C-39")
def test_numbers_have_a_dot_and_dates_are_iso(texts: list[str]) -> None:
    for text in texts:
        assert not re.search(r"\d,\d", text), text
        assert not re.search(r"\b\d{1,2}/\d{1,2}/\d{2,4}\b", text), text


@pytest.mark.hazard("C-39")
def test_the_locale_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    import locale

    chart = Chart().cirrhosis().reference()
    before = (chart.json(), chart.cards()[0]["detail"])
    found = locale.setlocale(locale.LC_ALL)
    try:
        for name in ("de_DE.UTF-8", "C"):
            monkeypatch.setenv("LANG", name)
            monkeypatch.setenv("LC_ALL", name)
            try:
                locale.setlocale(locale.LC_ALL, name)
            except locale.Error:
                continue
            assert (chart.json(), chart.cards()[0]["detail"]) == before
    finally:
        locale.setlocale(locale.LC_ALL, found)


@pytest.mark.hazard("C-39")
def test_the_time_zone_of_the_machine_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    chart = Chart().cirrhosis().reference()
    before = chart.json()
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    assert chart.json() == before
    monkeypatch.undo()
    time.tzset()


@pytest.mark.hazard("C-33", "C-36")
def test_a_score_in_a_summary_is_named_with_its_formula(cards: list[Json]) -> None:
    for card in cards:
        for match in re.finditer(r"MELD[^;]*", card["summary"]):
            said = match.group(0)
            if re.search(r"\b\d{1,2}\b", said.replace("MELD 3.0", "MELD")):
                assert re.search(r"\((UNOS|OPTN|Heuman) \d{4}\)", said), said


@pytest.mark.hazard("C-43")
def test_what_is_not_production_says_so() -> None:
    from cds.advise import advise
    from cds.report import to_json
    from hooks.card import Form, card

    assessment = Chart().cirrhosis().reference().assess()
    (finding, *_) = advise(assessment, "evaluation", msc_text=False, protocol="", clinical_owner="")
    form = Form(public_url="http://127.0.0.1:8080", patient="p1", banner="development")
    assert "development" in card(finding, to_json(assessment), form)["source"]["label"]


def test_the_assessment_travels_with_every_card() -> None:
    chart = Chart().cirrhosis().reference()
    for topic in TOPICS:
        for card in chart.cards(topic):  # type: ignore[arg-type]
            assert card["extension"]["io.github.hepar-cds.assessment"] == chart.json()
