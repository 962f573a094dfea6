"""Every code has a source; what the service reads and writes by our canonicals is what the package defines."""

import ast
import csv
import json
import re
from decimal import Decimal

import pytest
from ucumvert import get_ucum_parser

from cds.adverse import EVENTS, GRADES
from cds.analyte import LOINC, OBSERVATIONS, OWN
from cds.codes import ANSWERS, MELD_CODE, MELD_VERSION, MELD_VERSIONS
from cds.fhir.administrations import ANCHORING, PRODUCTS
from cds.fhir.adverse_events import GRADE, RESOLVED
from cds.fhir.drafts import ORDER_SYSTEMS
from cds.follow_up import ASKED_FOR, SCHEDULE
from cds.labs import LABS
from fhir_profiles import r5
from fhir_profiles.opened import opened
from fhir_profiles.packing import HERE
from hooks.card import TOPICS, topic_code
from hooks.orders import PROTOCOL, REQUEST
from hooks.scores_as_fhir import TIMEPOINT, TIMEPOINTS
from tests.profiles.shelf import (
    BY_URL,
    CANONICAL,
    CODES,
    DEFINITIONS,
    EXAMPLES,
    PROFILES,
    SYSTEMS,
    coded,
    concepts,
    nodes,
)
from tests.source_tree import MODULES, ROOT

SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
with (HERE / "codes.csv").open(encoding="utf-8", newline="") as table:
    TABLE = {(row["system"], row["code"]): row for row in csv.DictReader(table)}

R5 = opened(r5.PACKAGE)
EDITIONS = (*DEFINITIONS.values(), *EXAMPLES.values(), *R5.definitions.values(), *R5.examples)
USED = [found for each in EDITIONS for found in coded(each)]
FOREIGN = [(system, code, display) for system, code, display in USED if not system.startswith(SYSTEMS)]
FIXED_UNITS = [
    element["fixedCode"]
    for profile in BY_URL.values()
    for element in profile.get("differential", {}).get("element", [])
    if "fixedCode" in element and re.search(r"value\[x\]\.code$", element["path"])
]


def test_every_code_of_others_stands_in_the_table_and_the_table_holds_no_other() -> None:
    assert {(system, code) for system, code, _ in FOREIGN} | {(UCUM, code) for code in FIXED_UNITS} == set(TABLE)


def test_a_code_is_shown_as_the_table_shows_it() -> None:
    assert [row for row in FOREIGN if row[2] and row[2] != TABLE[row[0], row[1]]["display"]] == []


def test_every_row_of_the_table_says_whence_and_under_which_licence() -> None:
    assert [
        row for row in TABLE.values() if not all(value.strip() for key, value in row.items() if key != "system")
    ] == []


def test_every_code_of_ours_is_defined() -> None:
    ours = {(system, code) for system, code, _ in USED if system.startswith(SYSTEMS)}
    assert ours
    of_r5 = {each["url"]: {concept["code"] for concept in concepts(each["concept"])} for each in R5.of("CodeSystem")}
    assert [(system, code) for system, code in ours if code not in {**of_r5, **CODES}[system]] == []


def test_codes_in_invariants_stand_in_a_value_set() -> None:
    known = {code for _, code, _ in USED} | {code for listed in CODES.values() for code in listed}
    rules = [each["expression"] for resource in EDITIONS for each in nodes(resource) if "expression" in each]
    named = {code for rule in rules for code in re.findall(r"code = '([^']+)'", rule)}
    assert named
    assert named - known == set()


@pytest.mark.parametrize(
    ("system", "owner", "word"),
    [(SNOMED, "SNOMED International", "SNOMED CT"), (LOINC, "Regenstrief", "LOINC")],
)
def test_the_owners_of_codes_are_named(system: str, owner: str, word: str) -> None:
    with_codes = [
        each
        for each in EDITIONS
        if each["resourceType"] in {"ValueSet", "ConceptMap"} and any(found[0] == system for found in coded(each))
    ]
    assert with_codes
    assert [each["id"] for each in with_codes if owner not in each.get("copyright", "")] == []
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    assert owner in notice
    assert word in notice


def test_every_unit_is_ucum() -> None:
    parser = get_ucum_parser()
    for system, code in TABLE:
        if system == UCUM:
            parser.parse(re.sub(r"\{[^}]*\}", "", code).strip("/") or "1")


def test_every_loinc_code_is_one_that_the_service_reads() -> None:
    read = {code.code for lab in LABS.values() for code in lab.codes if code.system == LOINC}
    assert {code for system, code in TABLE if system == LOINC} - read == set()


def test_the_laboratory_tests_are_those_of_the_visits() -> None:
    needed = ("alt", "ast", "bilirubin", "albumin", "inr", "creatinine", "sodium", ASKED_FOR)
    preferred = {LABS[name].codes[0].code for name in needed}
    assert {code for _, code, _ in coded(BY_URL[f"{CANONICAL}/ValueSet/liver-lab"]["compose"])} == preferred


def test_a_fixed_unit_is_the_unit_of_its_analyte() -> None:
    by_code = {code.code: lab for lab in LABS.values() for code in lab.codes}
    found = []
    for profile in PROFILES.values():
        elements = {element["id"]: element for element in profile["differential"]["element"]}
        for id, element in elements.items():
            if id.endswith(".value[x].code") and (coding := _coding(elements, id)) in by_code:
                found.append((coding, element["fixedCode"], by_code[coding].unit))
    assert {code for code, _, _ in found} == {"1975-2", "2160-0", "2951-2", "1751-7", "lsm", "cap"}
    assert [row for row in found if row[1] != row[2]] == []


def _coding(elements: dict[str, dict[str, object]], id: str) -> str:
    """The code that the element with this value is about, stated beside it."""
    above = id.removesuffix(".value[x].code")
    for place in (f"{above}.code", f"{above}.code.coding:lsm"):
        stated = json.dumps(elements.get(place, {}))
        if found := re.search(r'"code": "([^"]+)"', stated):
            return found[1]
    return ""


def test_the_units_of_examples_are_read_by_the_service() -> None:
    by_code = {(code.system, code.code): lab for lab in LABS.values() for code in lab.codes}
    seen = []
    for example in EXAMPLES.values():
        for node in nodes(example):
            quantity, codings = node.get("valueQuantity"), node.get("code", {})
            if quantity and isinstance(codings, dict):
                seen += [
                    (lab.name, quantity["code"] in {unit.code for unit in lab.units})
                    for coding in codings.get("coding", [])
                    if (lab := by_code.get((coding["system"], coding["code"])))
                ]
    assert {name for name, _ in seen} == {"bilirubin", "inr", "creatinine", "sodium", "albumin", "lsm", "cap"}
    assert [name for name, known in seen if not known] == []


def test_every_system_that_the_service_names_is_in_the_package() -> None:
    named = {found for module in MODULES for found in re.findall(r'OWN \+ "([\w-]+)"', module.text)}
    written = "".join(str(node.value) + "\n" for module in MODULES for node in module.strings())
    named |= set(re.findall(re.escape(OWN) + r"([\w-]+)", written))
    assert named == {
        "card-topic", "meld-version", "msc-activity", "msc-ascites-grade", "msc-observation", "msc-product-type",
        "msc-timepoint",
    }  # fmt: skip
    assert {OWN + name for name in named} - set(CODES) == set()


def test_observations_of_ours_that_the_service_reads_are_defined() -> None:
    labs = {code.code for lab in LABS.values() for code in lab.codes if code.system == OBSERVATIONS}
    asked = {code for answer in ANSWERS.values() for system, code in answer.codes if system == OBSERVATIONS}
    assert {"lsm", "cap"} <= labs
    assert {"ascites-grade", "west-haven-grade", "fibrosis-stage", MELD_CODE[1]} <= asked
    assert (labs | asked) - set(CODES[OBSERVATIONS]) == set()


def test_answers_of_ours_that_the_service_reads_are_all_that_is_defined() -> None:
    grades = {code for system, code in ANSWERS["ascites_grade"].values if system == OWN + "msc-ascites-grade"}
    assert grades == set(CODES[OWN + "msc-ascites-grade"])
    assert set(MELD_VERSIONS) == set(CODES[MELD_VERSION])


def test_products_and_orders_of_ours_are_defined() -> None:
    products = {code for _, code, _ in coded(BY_URL[f"{CANONICAL}/ValueSet/msc-product-type"]["compose"])}
    assert products == set(ANCHORING)
    assert set(CODES[PRODUCTS]) == {*ANCHORING, "prp"}
    assert ORDER_SYSTEMS - set(CODES) == set()


def test_topics_of_cards_are_all_that_is_defined() -> None:
    topics = {
        keyword.value.value
        for module in MODULES
        if module.name.startswith("cds.advice")
        for node in module.nodes(ast.keyword)
        if isinstance(keyword := node, ast.keyword) and keyword.arg == "topic"
        if isinstance(keyword.value, ast.Constant)
    }
    assert {topic_code(str(topic)) for topic in topics} == set(CODES[TOPICS])


def test_the_charts_of_the_demonstration_use_defined_codes() -> None:
    charts = [json.loads(path.read_bytes()) for path in sorted((ROOT / "hooks/demo/charts").glob("*.json"))]
    ours = {(system, code) for chart in charts for system, code, _ in coded(chart) if system.startswith(OWN)}
    assert ours
    assert [(system, code) for system, code in ours if code not in CODES[system]] == []
    text = json.dumps(charts)
    assert set(re.findall(re.escape(CANONICAL) + r"/StructureDefinition/[\w-]+", text)) - set(BY_URL) == set()


def test_the_schedule_of_the_protocol_is_that_of_the_service() -> None:
    actions = BY_URL[f"{CANONICAL}/PlanDefinition/msc-follow-up-protocol"]["action"]
    first, *planned = actions
    said, windows = {}, {}
    for action in planned:
        (related,) = action["relatedAction"]
        offset = related["offsetDuration"]
        assert (related["actionId"], related["relationship"]) == (first["id"], "after-end")
        kind = action["code"][0]["coding"][0]["code"]
        said[action["id"]] = (action["title"], kind, Decimal(str(offset["value"])), offset["code"])
        windows[action["id"]] = action["description"]
    kinds = {"labs": "liver-panel-visit", "imaging": "imaging-visit"}
    assert said == {
        visit.id: (visit.title, kinds[visit.kind], *((visit.months, "mo") if visit.months else (visit.days / 7, "wk")))
        for visit in SCHEDULE
    }
    assert list(said) == [visit.id for visit in SCHEDULE]
    assert windows == {
        visit.id: f"Window: {visit.before} days before to {visit.after} days after the due date, both days included."
        for visit in SCHEDULE
    }


def test_every_visit_of_the_schedule_is_a_timepoint() -> None:
    assert {visit.id for visit in SCHEDULE} == set(CODES[TIMEPOINTS]) - {"baseline", "infusion", "unscheduled"}
    assert TIMEPOINT in BY_URL


def test_adverse_events_are_read_by_the_codes_that_are_defined() -> None:
    for name, table in (("msc-adverse-event", EVENTS), ("ctcae-grade", GRADES)):
        listed = {(system, code) for system, code, _ in coded(BY_URL[f"{CANONICAL}/ValueSet/{name}"]["compose"])}
        assert listed == set(table)
    assert all(TABLE[key]["display"].startswith(f"Grade {grade} ") for key, grade in GRADES.items())
    assert all(TABLE[key]["display"].lower() == name for key, name in EVENTS.items())
    assert {GRADE, RESOLVED} <= set(BY_URL)


def test_an_order_of_a_visit_names_a_profile_and_a_plan_of_ours() -> None:
    assert {REQUEST, PROTOCOL} <= set(BY_URL)
