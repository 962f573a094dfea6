"""Findings as cards: the shape, the text, the suggested orders."""

import re
import uuid
from datetime import date
from html.parser import HTMLParser

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from fhir.resources.R4B.observation import Observation
from fhir.resources.R4B.servicerequest import ServiceRequest
from hypothesis import given
from hypothesis import strategies as st

import cds.assess  # noqa: F401  (declares the evaluation steps)
from cds.findings import Entry, Finding, Section, Suggestion, Table
from cds.knowledge import EVALUATION
from hooks import card as cards
from hooks.card import Form, card, detail, escape, topic_code
from hooks.orders import requests_for
from tests.charts import Chart

FORM = Form("https://cds.hospital.net", "p-1", "e-1")
STEP = "liver-panel"


def finding(**more):
    return Finding(
        **{
            "topic": "liver-evaluation",
            "title": "Liver evaluation",
            "severity": "info",
            "headline": "MELD 3.0 18",
            "sections": (
                Section("Scores", ("One.", "Two."), ("a", "b"), Table(("Score", "Result"), (("MELD", "**18**"),))),
            ),
            "source": ("hepar clinical content", "intended-use"),
            **more,
        }
    )


def made(form=FORM, **more):
    return card(finding(**more), {"patient": "Patient/p-1"}, form)


@pytest.mark.requirement("C-2", "C-3", "C-4", "C-6", "C-9", "X-2", "IF-14", "IF-18")
@pytest.mark.hazard("C-33", "T-40")
def test_the_parts_of_a_card():
    found = made()
    assert uuid.UUID(found["uuid"]).version == 4
    assert found["uuid"] == found["uuid"].lower()
    assert (found["summary"], found["indicator"]) == ("MELD 3.0 18", "info")
    assert found["source"]["url"] == "https://cds.hospital.net/guide/intended-use"
    assert re.fullmatch(r"[A-Za-z0-9]{1,100}", found["source"]["topic"]["code"])
    assert found["source"]["topic"]["system"].startswith("https://")
    assert [reason["code"] for reason in found["overrideReasons"]] == [
        "cds-not-applicable", "cds-suboptimal-context", "recipient-disagrees-evidence",
        "recipient-concerns-outcomes", "does-not-align-preferences", "not-convenient-feasible",
    ]  # fmt: skip
    assert all(reason["display"] and reason["system"] for reason in found["overrideReasons"])
    assert found["extension"] == {"io.github.hepar-cds.assessment": {"patient": "Patient/p-1"}}


@pytest.mark.requirement("G-2")
def test_what_has_no_value_is_left_out():
    assert {"suggestions", "selectionBehavior", "links"}.isdisjoint(made())


@pytest.mark.hazard("C-43")
def test_a_banner_marks_what_is_not_production():
    assert made(Form("https://x.net", "p-1", banner="development"))["source"]["label"].endswith("(development)")
    assert made()["source"]["label"] == "hepar clinical content"


@pytest.mark.requirement("C-10", "IF-19", "IF-20")
@pytest.mark.hazard("T-39")
def test_links_are_absolute_and_carry_nothing():
    found = made(guide=(("MELD 3.0", "scores/meld-3.0"),), links=(("FDA", "https://www.fda.gov/x"),))["links"]
    assert found == [
        {"label": "MELD 3.0", "url": "https://cds.hospital.net/guide/scores/meld-3.0", "type": "absolute"},
        {"label": "FDA", "url": "https://www.fda.gov/x", "type": "absolute"},
    ]


def test_topics_are_letters():
    assert topic_code("msc-follow-up") == "MscFollowUp"


def test_the_detail_is_a_heading_a_paragraph_a_list_and_a_table():
    assert detail(finding().sections) == (
        "### Scores\n\nOne. Two.\n\n- a\n- b\n\n| Score | Result |\n| --- | --- |\n| MELD | **18** |"
    )


class Tags(HTMLParser):
    """Counts tags and collects text."""

    def __init__(self):
        super().__init__()
        self.tags = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_data(self, data):
        self.text += data


def rendered(markdown, options=Options.CMARK_OPT_DEFAULT):
    tags = Tags()
    tags.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, options))
    return tags


PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "![](https://evil.net/p.png?mrn=1)",
    "www.evil.net",
    "https://evil.net",
    "a@evil.net",
    "mailto:a@evil.net",
    "| a | b |",
    "\n# MELD 40",
    "> quote",
    "- list",
    "1. list",
    "1) list",
    "+ plus",
    "***",
    "---",
    "===",
    "`code`",
    "~~gone~~",
    "&lt;b&gt;",
    "<details ontoggle=alert(1)>",
    "[ref]: https://evil.net",
    "\\",
    "a\\",
    "**bold",
    "_a_",
    "*a*",
    "<https://evil.net>",
    "a\r\n\r\nb",
    "x\u2028y",
    "    code",
    "\ttab",
    "xmpp:a@b.c",
    "ftp://evil.net",
    "$x^2$",
    "WWW.EVIL.NET",
    "hTTps://evil.net",
]


@pytest.mark.hazard("T-38")
@pytest.mark.requirement("C-5")
@pytest.mark.parametrize("payload", PAYLOADS, ids=ascii)
@pytest.mark.parametrize("options", [Options.CMARK_OPT_DEFAULT, Options.CMARK_OPT_UNSAFE])
def test_no_text_becomes_markup(payload, options):
    def sections(text):
        return (Section(text, (text,), (text,), Table((text, "b"), ((text, text), ("1", text)))),)

    benign, hostile = (rendered(detail(sections(text)), options) for text in ("benign", payload))
    assert hostile.tags == benign.tags
    assert "".join(payload.replace("@", "(at)").split()) in "".join(hostile.text.split())


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40))
def test_text_is_shown_as_it_is(text):
    if "**" in text or "@" in text:
        return
    shown = rendered(escape(text), Options.CMARK_OPT_UNSAFE)
    assert set(shown.tags) <= {"p"}
    assert "".join(shown.text.split()) == "".join(text.split())


@given(st.text(alphabet="a1. -+=*_:/whtps@\\[]()|<>&;#\n", max_size=25))
def test_the_short_cut_of_the_escape_changes_nothing(text):
    quick = escape(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cards, "_is_plain", lambda _: False)
        assert escape(text) == quick


def test_emphasis_of_our_own_stays():
    assert escape("**18** of 40*") == "**18** of 40\\*"


def suggesting(form=FORM, **more):
    return made(form, suggestions=(Suggestion(STEP, "Liver panel", "No result in 30 days.", **more),))


@pytest.mark.requirement("C-7", "C-8", "SA-1", "SA-2", "SA-5", "C-12", "IF-17", "IF-21", "IF-22", "IF-23")
@pytest.mark.hazard("C-34", "M-5")
def test_suggestions_are_drafts_for_this_patient():
    found = suggesting()
    assert found["selectionBehavior"] == "any"
    assert len(found["suggestions"]) == len(EVALUATION[STEP].orders)
    for suggestion in found["suggestions"]:
        assert set(suggestion) == {"label", "uuid", "actions"}
        assert uuid.UUID(suggestion["uuid"]).version == 4
        (action,) = suggestion["actions"]
        assert set(action) == {"type", "description", "resource"}
        assert action["type"] == "create"
        resource = action["resource"]
        assert (resource["resourceType"], resource["status"], resource["intent"]) == (
            "ServiceRequest",
            "draft",
            "proposal",
        )
        assert resource["subject"] == {"reference": "Patient/p-1"}
        assert resource["encounter"] == {"reference": "Encounter/e-1"}
        ServiceRequest.model_validate(resource)


def test_a_caller_may_take_more_actions_at_once():
    count = len(EVALUATION[STEP].orders)
    together = suggesting(Form("https://x.net", "p-1", actions_per_suggestion=100))
    assert [len(each["actions"]) for each in together["suggestions"]] == [count]
    assert together["suggestions"][0]["label"] == "Liver panel"


def test_a_visit_has_its_window_and_name():
    found = suggesting(window=(date(2026, 12, 17), date(2026, 12, 27)), visit="week-4")
    resource = found["suggestions"][0]["actions"][0]["resource"]
    assert resource["occurrencePeriod"] == {"start": "2026-12-17", "end": "2026-12-27"}
    assert resource["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == "week-4"
    ServiceRequest.model_validate(resource)


def test_an_ehr_gets_its_own_coding():
    form = Form("https://x.net", "p-1", action_codes={STEP: ("urn:epic:preference-list-item", "12345")})
    (suggestion,) = suggesting(form)["suggestions"]
    (coding,) = suggestion["actions"][0]["resource"]["code"]["coding"]
    assert (coding["system"], coding["code"]) == ("urn:epic:preference-list-item", "12345")


@pytest.mark.hazard("C-34")
@pytest.mark.parametrize("step", list(EVALUATION))
@pytest.mark.parametrize("encounter", ["", "e.1-X"])
def test_every_order_of_every_step_is_valid_and_no_product(step, encounter):
    window = (date(2026, 1, 1), date(2026, 1, 9))
    found = requests_for(Suggestion(step, "x", "Because.", window, "week-1"), "a.B-1", encounter, {})
    assert found
    for text, resource in found:
        ServiceRequest.model_validate(resource)
        assert text
        assert "msc-product-type" not in str(resource)
        assert "stem" not in text.lower()
        assert not any(value in (None, "", [], {}) for value in resource.values())


KEEPS = Form("https://x.net", "p-1", "e-1", score_suggestions=True)


def keeping(form=KEEPS, **more):
    score = Chart().cirrhosis().reference().assess().score("meld-3.0")
    found = finding(entry=Entry(score, "week-4"), **more)
    stated = {"patient": "Patient/p-1", "computedAt": "2026-11-22T10:00:00Z", "contentVersion": "2026.11.0"}
    return card(found, stated, form)


@pytest.mark.requirement("C-7", "C-8", "SA-1", "SA-2", "SA-5", "IF-17", "IF-21", "IF-22", "IF-23")
@pytest.mark.hazard("C-12", "C-34")
def test_a_score_may_be_kept_in_the_chart_of_this_patient():
    found = keeping()
    assert found["selectionBehavior"] == "any"
    (suggestion,) = found["suggestions"]
    assert set(suggestion) == {"label", "uuid", "actions"}
    assert suggestion["label"] == "Record MELD 3.0 (OPTN 2023) = 18 in the chart"
    (action,) = suggestion["actions"]
    assert (set(action), action["type"]) == ({"type", "description", "resource"}, "create")
    assert action["description"] == "Preliminary result: MELD 3.0 (OPTN 2023) = 18"
    resource = action["resource"]
    assert (resource["resourceType"], resource["status"]) == ("Observation", "preliminary")
    assert resource["subject"] == {"reference": "Patient/p-1"}
    assert resource["encounter"] == {"reference": "Encounter/e-1"}
    assert resource["valueQuantity"]["value"] == 18
    assert "week-4" in str(resource["extension"])
    Observation.model_validate(resource)


def test_orders_stand_before_the_score_and_each_is_taken_by_itself():
    orders = (Suggestion(STEP, "Liver panel", "No result in 30 days."),)
    kinds = [
        [action["resource"]["resourceType"] for action in each["actions"]]
        for each in keeping(suggestions=orders)["suggestions"]
    ]
    assert kinds == [["ServiceRequest"]] * len(EVALUATION[STEP].orders) + [["Observation"]]


def test_no_score_is_offered_to_an_ehr_that_did_not_ask_for_it():
    assert {"suggestions", "selectionBehavior"}.isdisjoint(keeping(FORM))


@pytest.mark.hazard("T-40")
def test_ids_never_repeat():
    assert len({made()["uuid"] for _ in range(2000)}) == 2000
