"""What the follow-up service writes and reads, judged by the profiles that are shipped."""

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from cds.advice.follow_up import IN_STEATOSIS, STEPS
from cds.findings import Suggestion
from cds.follow_up import SCHEDULE, Visit
from fhir_profiles.validator import validate
from hooks.demo.charts import resources, templates
from hooks.orders import PROTOCOL, REQUEST, requests_for
from tests.charts import Chart, ago
from tests.profiles.shelf import CANONICAL

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
SITE_CODES = {step: ("urn:site:orders", "12345") for steps in STEPS.values() for step in steps}


def faults(record: Any, *profiles: str) -> list[str]:
    return [f"{each.path}: {each.words}" for each in validate(record, profiles=profiles) if each.severity == "error"]


def orders(visit: Visit, **more: Any) -> list[dict[str, Any]]:
    """The draft orders of one visit."""
    window = visit.window(NOW.date())
    steps = (*STEPS[visit.kind], *IN_STEATOSIS.get(visit.kind, ()))
    return [
        resource
        for step in steps
        for _, resource in requests_for(
            Suggestion(step, visit.title, "Missing: INR.", window, visit.id),
            "p-1",
            more.get("encounter", ""),
            more.get("codes", {}),
        )
    ]


@pytest.mark.hazard("C-34")
@pytest.mark.parametrize("more", [{}, {"encounter": "e-1"}, {"codes": SITE_CODES}], ids=["plain", "encounter", "site"])
@pytest.mark.parametrize("visit", SCHEDULE, ids=lambda visit: visit.id)
def test_every_order_of_a_visit_is_a_valid_request(visit: Visit, more: dict[str, Any]) -> None:
    made = orders(visit, **more)
    assert made
    for resource in made:
        assert resource["meta"]["profile"] == [REQUEST]
        assert resource["instantiatesCanonical"] == [PROTOCOL]
        assert faults(resource) == []


@pytest.mark.parametrize("member", ["occurrencePeriod", "extension", "subject", "code", "intent", "status"])
def test_the_judge_of_these_orders_is_awake(member: str) -> None:
    (order, *_) = orders(SCHEDULE[0])
    broken = {name: value for name, value in order.items() if name != member}
    assert faults(broken) != []


@pytest.mark.hazard("C-34")
def test_orders_on_a_card_are_valid_drafts_about_the_patient() -> None:
    (card,) = Chart().condition("K75.81").administration(ago(92)).cards("follow-up")
    made = [action["resource"] for each in card["suggestions"] for action in each["actions"]]
    assert {each["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] for each in made} == {
        "week-12",
        "month-3",
    }
    for order in made:
        assert faults(order, "msc-follow-up-request") == []
        assert (order["resourceType"], order["status"], order["intent"]) == ("ServiceRequest", "draft", "proposal")
        assert order["subject"] == {"reference": "Patient/p1"}


@pytest.mark.hazard("C-34")
def test_an_order_that_belongs_to_no_visit_names_neither_profile_nor_plan() -> None:
    ((_, order), *_) = requests_for(Suggestion("liver-panel", "x", "Because."), "p-1", "", {})
    assert not {"meta", "instantiatesCanonical", "extension"} & set(order)


@pytest.mark.parametrize("chart", templates().values(), ids=lambda chart: chart.id)
def test_records_of_the_demonstration_that_name_a_profile_keep_to_it(chart: Any) -> None:
    for resource in resources(chart, NOW):
        if resource.get("meta", {}).get("profile"):
            assert faults(resource) == []


def test_the_demonstration_has_an_administration_and_an_adverse_event_of_our_profiles() -> None:
    named = {
        profile.removeprefix(f"{CANONICAL}/StructureDefinition/")
        for chart in templates().values()
        for resource in resources(chart, NOW)
        for profile in resource.get("meta", {}).get("profile", ())
    }
    assert {"msc-administration", "msc-adverse-event"} <= named


def test_an_order_is_not_changed_by_the_one_that_follows() -> None:
    first = orders(SCHEDULE[0])
    before = copy.deepcopy(first)
    orders(SCHEDULE[1], encounter="e-9")
    assert first == before
