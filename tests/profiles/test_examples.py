"""The examples: one for each profile at least, whole, and in agreement with what the service computes."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cds.follow_up import SCHEDULE
from cds.scores.meld_3 import meld_3
from tests.hazards.test_cards import BANNED
from tests.profiles.shelf import CANONICAL, DEFINITIONS, EXAMPLES, PROFILES, nodes

BY_REFERENCE = {f"{each['resourceType']}/{each['id']}": each for each in EXAMPLES.values()}
OF_PROFILE = {
    id: [
        each
        for each in EXAMPLES.values()
        if f"{CANONICAL}/StructureDefinition/{id}" in each.get("meta", {}).get("profile", [])
    ]
    for id in PROFILES
}


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_has_an_example(profile: str) -> None:
    assert OF_PROFILE[profile]


def test_every_reference_of_an_example_leads_to_an_example() -> None:
    missing = [
        (name, node["reference"])
        for name, example in EXAMPLES.items()
        for node in nodes(example)
        if isinstance(node.get("reference"), str) and node["reference"] not in BY_REFERENCE
    ]
    assert not missing


def test_the_bundle_holds_what_its_entries_refer_to() -> None:
    (bundle,) = OF_PROFILE["msc-administration-bundle"]
    held = {entry["fullUrl"].removeprefix("https://example.org/fhir/") for entry in bundle["entry"]}
    assert held == {f"{each['resourceType']}/{each['id']}" for entry in bundle["entry"] for each in [entry["resource"]]}
    asked = {node["reference"] for node in nodes(bundle["entry"]) if isinstance(node.get("reference"), str)}
    assert asked <= held


def test_patients_of_examples_are_nobody() -> None:
    patients = [each for each in EXAMPLES.values() if each["resourceType"] == "Patient"]
    assert {name["family"] for each in patients for name in each["name"]} == {"Testperson"}
    assert all(set(name) == {"family"} for each in patients for name in each["name"])


def _of(resource: dict[str, Any], extension: str) -> str:
    url = f"{CANONICAL}/StructureDefinition/{extension}"
    (found,) = (each for each in resource["extension"] if each["url"] == url)
    return str(found["valueCodeableConcept"]["coding"][0]["code"])


def test_the_windows_of_the_visits_are_those_of_the_service() -> None:
    infusion = BY_REFERENCE["MedicationAdministration/adm-1"]
    start = date.fromisoformat(infusion["effectivePeriod"]["end"][:10])
    planned = {
        _of(each, "timepoint"): (each["occurrencePeriod"]["start"], each["occurrencePeriod"]["end"])
        for each in OF_PROFILE["msc-follow-up-request"]
    }
    assert planned == {visit.id: tuple(day.isoformat() for day in visit.window(start)) for visit in SCHEDULE}


def test_every_visit_took_place_in_its_window() -> None:
    windows = {visit.id: visit.window(date(2026, 3, 1)) for visit in SCHEDULE}
    done = {
        _of(each, "timepoint"): date.fromisoformat(each["effectiveDateTime"])
        for each in (*OF_PROFILE["liver-lab"], *OF_PROFILE["liver-elastography"])
    }
    assert set(done) == set(windows)
    assert [id for id, day in done.items() if not windows[id][0] <= day <= windows[id][1]] == []


LOINC_NAMES = {"1975-2": "bilirubin", "6301-6": "inr", "2160-0": "creatinine", "2951-2": "sodium", "1751-7": "albumin"}


@pytest.mark.parametrize("id", ["meld-1", "meld-2"])
def test_a_meld_of_an_example_is_what_the_service_computes(id: str) -> None:
    recorded = BY_REFERENCE[f"Observation/{id}"]
    inputs = {
        LOINC_NAMES[part["code"]["coding"][0]["code"]]: float(part["valueQuantity"]["value"])
        for part in recorded["component"]
    }
    assert round(meld_3(**inputs, female=False, adolescent=False)) == recorded["valueQuantity"]["value"]


def test_the_change_of_meld_is_the_difference_of_its_two_scores() -> None:
    (change,) = OF_PROFILE["meld-change"]
    earlier, later = (BY_REFERENCE[each["reference"]] for each in change["derivedFrom"])
    assert change["method"] == earlier["method"] == later["method"]
    values = [Decimal(str(each["valueQuantity"]["value"])) for each in (change, earlier, later)]
    assert values[0] == values[2] - values[1]


@pytest.mark.hazard("M-2")
@pytest.mark.parametrize("pattern", BANNED)
def test_no_text_of_the_profiles_promises_anything(pattern: str) -> None:
    words = ("title", "description", "display", "definition", "human", "short", "comment", "text", "textEquivalent")
    texts = [
        node[word]
        for resource in (*DEFINITIONS.values(), *EXAMPLES.values())
        for node in nodes({key: value for key, value in resource.items() if key != "differential"})
        for word in words
        if isinstance(node.get(word), str)
    ]
    assert len(texts) > 100
    assert [text for text in texts if re.search(pattern, text, re.IGNORECASE)] == []
