"""`hepar records new`: a short description in, a record out, and one clear line for each fault of a description."""

import json
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cds.follow_up import SCHEDULE
from hooks.cli import main
from hooks.records import terms

Json = dict[str, Any]
CANONICAL = "https://hepar-cds.github.io/msc-liver/"


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main, ["records", "new", *arguments], input=given)


def example() -> str:
    return run("--example").stdout


def described() -> Json:
    """The example, as JSON would have it."""
    return dict(json.loads(json.dumps(tomllib.loads(example()), default=lambda when: when.isoformat())))


def built(description: Json) -> Json:
    result = run("-", given=json.dumps(description))
    assert result.exit_code == 0, result.stderr
    return dict(json.loads(result.stdout))


def resources(record: Json, kind: str, profile: str = "") -> list[Json]:
    found = [entry["resource"] for entry in record["entry"] if entry["resource"]["resourceType"] == kind]
    return [
        each
        for each in found
        if not profile or each["meta"]["profile"] == [f"{CANONICAL}StructureDefinition/{profile}"]
    ]


def value(resource: Json, extension: str) -> Any:
    found = [each for each in resource["extension"] if each["url"] == f"{CANONICAL}StructureDefinition/{extension}"]
    return next(value for name, value in found[0].items() if name != "url") if found else None


@pytest.fixture(scope="module")
def record() -> Json:
    return built(described())


def test_the_example_says_how_and_builds(tmp_path: Path) -> None:
    path = tmp_path / "given.toml"
    path.write_text(example())
    assert run(str(path), "-o", str(tmp_path / "record.json")).exit_code == 0
    record = json.loads((tmp_path / "record.json").read_text())
    assert record["meta"]["profile"] == [CANONICAL + "StructureDefinition/msc-administration-bundle"]
    assert (record["type"], record["timestamp"]) == ("collection", "2026-03-02T00:00:00Z")


def test_what_the_profiles_do_not_allow_is_a_fault_and_nothing_is_written(tmp_path: Path) -> None:
    description = described()
    description["administration"][0]["route"] = "intra-arterial-route"
    result = run("-", "-o", str(tmp_path / "record.json"), given=json.dumps(description))
    assert result.exit_code == 2
    assert "hepatic artery" in result.stderr
    assert not (tmp_path / "record.json").exists()


def test_toml_and_json_say_the_same(record: Json, tmp_path: Path) -> None:
    path = tmp_path / "given.toml"
    path.write_text(example())
    assert json.loads(run(str(path)).stdout) == record


def test_the_same_description_gives_the_same_bytes() -> None:
    once, again = (run("-", given=example()).stdout_bytes for _ in range(2))
    assert once == again
    assert once


def test_a_corrected_record_keeps_its_ids_and_another_infusion_has_others(record: Json) -> None:
    corrected, other = described(), described()
    corrected["administration"][0]["dose"] = 80
    other["administration"][0]["start"] = "2026-03-01T08:59:00Z"
    addresses = [entry["fullUrl"] for entry in record["entry"]]
    assert [entry["fullUrl"] for entry in built(corrected)["entry"]] == addresses
    assert {entry["fullUrl"] for entry in built(other)["entry"]} & set(addresses) == {addresses[0]}


def test_every_reference_leads_to_an_entry_of_the_record(record: Json) -> None:
    addresses = {entry["fullUrl"] for entry in record["entry"]}
    assert len(addresses) == len(record["entry"])
    asked = list(_references(record))
    assert asked
    assert set(asked) <= addresses


def _references(node: Any) -> Any:
    if isinstance(node, dict):
        if isinstance(node.get("reference"), str):
            yield node["reference"]
        node = list(node.values())
    for each in node if isinstance(node, list) else ():
        yield from _references(each)


def test_the_administration_says_what_was_given_how_and_when(record: Json) -> None:
    (given,) = resources(record, "MedicationAdministration", "msc-administration")
    assert given["effectivePeriod"] == {"start": "2026-03-01T09:00:00Z", "end": "2026-03-01T09:40:00Z"}
    assert [coding["code"] for coding in given["dosage"]["route"]["coding"]] == ["58100008"]
    assert [coding["code"] for coding in given["dosage"]["site"]["coding"]] == ["76015000"]
    assert given["dosage"]["dose"] == {
        "value": 75, "unit": "million cells", "system": "http://unitsofmeasure.org", "code": "10*6",
    }  # fmt: skip
    assert given["dosage"]["rateQuantity"]["code"] == "mL/min"
    assert value(given["dosage"], "dose-per-kg")["code"] == "10*6/kg"
    assert value(given, "infusion-number") == 1
    assert value(given, "monitoring-period") == {"start": "2026-03-01T09:40:00Z", "end": "2026-03-01T14:40:00Z"}
    product, _ = resources(record, "BiologicallyDerivedProduct")
    assert value(given, "administered-product") == {"reference": f"urn:uuid:{product['id']}"}


def test_what_was_given_with_it_is_part_of_it(record: Json) -> None:
    (given,) = resources(record, "MedicationAdministration", "msc-administration")
    (plasma,) = resources(record, "MedicationAdministration", "prp-co-administration")
    assert plasma["partOf"] == [{"reference": f"urn:uuid:{given['id']}"}]
    assert plasma["dosage"]["dose"]["code"] == "mL"


def test_each_release_test_is_about_its_product(record: Json) -> None:
    product, _ = resources(record, "BiologicallyDerivedProduct")
    tests = resources(record, "Observation", "msc-release-test")
    assert [test["code"]["coding"][0]["code"] for test in tests] == ["viability", "endotoxin", "sterility"]
    assert all(test["focus"] == [{"reference": f"urn:uuid:{product['id']}"}] for test in tests)
    assert tests[0]["valueQuantity"]["value"] == 93
    assert tests[1]["valueQuantity"]["comparator"] == "<"
    assert tests[1]["referenceRange"][0]["high"]["value"] == 0.5
    assert tests[2]["valueCodeableConcept"] == {"text": "No growth"}


def test_an_adverse_event_names_grade_and_suspect(record: Json) -> None:
    (given,) = resources(record, "MedicationAdministration", "msc-administration")
    (event,) = resources(record, "AdverseEvent")
    assert value(event, "ctcae-grade")["coding"][0]["code"] == "C41338"
    assert event["severity"]["coding"][0]["code"] == "mild"
    assert event["suspectEntity"] == [{"instance": {"reference": f"urn:uuid:{given['id']}"}}]
    assert value(event, "ae-resolved") == "2026-03-01T22:00:00Z"


def test_the_visits_are_those_of_the_schedule_and_stand_in_the_plan(record: Json) -> None:
    visits = resources(record, "ServiceRequest", "msc-follow-up-request")
    (plan,) = resources(record, "CarePlan", "msc-follow-up-plan")
    end = date(2026, 3, 1)
    windows = {visit.id: visit.window(end) for visit in SCHEDULE}
    found = {value(visit, "timepoint")["coding"][0]["code"]: visit["occurrencePeriod"] for visit in visits}
    assert found == {id: {"start": str(first), "end": str(last)} for id, (first, last) in windows.items()}
    assert [each["reference"]["reference"] for each in plan["activity"]] == [
        f"urn:uuid:{each['id']}" for each in visits
    ]
    assert {(visit["status"], visit["intent"]) for visit in visits} == {("draft", "plan")}
    assert plan["instantiatesCanonical"] == [CANONICAL + "PlanDefinition/msc-follow-up-protocol"]


def test_the_visits_count_from_the_last_infusion_that_took_place() -> None:
    description = described()
    first = description["administration"][0]
    later = {**first, "start": "2026-04-01T09:00:00Z", "end": "2026-04-01T10:00:00Z", "infusion": 2}
    missed = {"product": first["product"], "status": "not-done", "why": "Fever", "start": "2026-05-01T09:00:00Z"}
    for each in (later, missed):
        for key in ("adjunct", "procedure", "monitored_from", "monitored_until"):
            each.pop(key, None)
    description["administration"] = [first, later, missed]
    description["recorded"] = "2026-05-02T00:00:00Z"
    (plan,) = resources(built(description), "CarePlan")
    assert plan["period"]["start"] == "2026-04-01"


def test_what_was_not_done_has_no_visits() -> None:
    description = described()
    description["administration"][0] = {"status": "not-done", "why": "Fever", "start": "2026-03-01T09:00:00Z"}
    record = built(description)
    assert not resources(record, "CarePlan")
    (given,) = resources(record, "MedicationAdministration")
    assert given["statusReason"] == [{"text": "Fever"}]


def test_no_request_is_for_a_product(record: Json) -> None:
    codes = {coding["code"] for visit in resources(record, "ServiceRequest") for coding in visit["code"]["coding"]}
    assert codes == {"liver-panel-visit", "imaging-visit"}


def test_laboratory_results_keep_unit_and_code_as_they_were_reported() -> None:
    description = described()
    description["baseline"]["bilirubin"] = "53 µmol/L"
    labs = resources(built(description), "Observation", "liver-lab")
    bilirubin = labs[0]
    assert bilirubin["code"]["coding"][0]["code"] == "14631-6"
    assert bilirubin["valueQuantity"]["code"] == "umol/L"


def scores(record: Json) -> dict[str, float]:
    found = resources(record, "Observation", "meld-score")
    return {each["method"]["coding"][0]["code"]: each["valueQuantity"]["value"] for each in found}


def test_the_baseline_score_is_the_one_that_assess_computes(record: Json, tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_text(json.dumps(record))
    assessed = CliRunner().invoke(main, ["assess", "--json", "--now", "2026-02-25T08:00:00Z", str(path)])
    computed = {each["id"]: each.get("value") for each in json.loads(assessed.stdout)["scores"]}
    names = {"meld": "meld", "meld-na": "meld-na", "meld-3": "meld-3.0"}
    assert scores(record) == {method: computed[id] for method, id in names.items()}
    for score in resources(record, "Observation", "meld-score"):
        assert value(score, "timepoint")["coding"][0]["code"] == "baseline"
        assert score["status"] == "preliminary"
        assert len(score["derivedFrom"]) >= 3


def test_a_score_that_is_not_known_is_not_in_the_record_and_that_is_said() -> None:
    description = described()
    del description["baseline"]["dialysis"]
    result = run("-", given=json.dumps(description))
    assert result.exit_code == 0
    assert scores(json.loads(result.stdout)) == {}
    assert len(result.stderr.splitlines()) == 3
    assert all("dialysis is unknown" in line for line in result.stderr.splitlines())
    description["baseline"]["dialysis"] = []
    description["patient"]["sex"] = "unknown"
    assert set(scores(built(description))) == {"meld", "meld-na"}


def test_dialysis_counts_in_the_score(record: Json) -> None:
    description = described()
    description["baseline"]["dialysis"] = ["2026-02-20", "2026-02-23"]
    dialysed = built(description)
    assert scores(dialysed)["meld"] > scores(record)["meld"]
    assert len(resources(dialysed, "Procedure")) == len(resources(record, "Procedure")) + 2


def test_a_patient_without_a_server_is_named_by_the_record() -> None:
    description = described()
    description["patient"]["reference"] = "Patient/123"
    record = built(description)
    assert record["entry"][0]["fullUrl"].startswith("urn:uuid:")
    assert record["entry"][0]["resource"]["id"] == "123"
    assert set(_references(record)) <= {entry["fullUrl"] for entry in record["entry"]}


def test_an_autologous_product_comes_from_the_patient() -> None:
    description = described()
    description["product"][0]["donor"] = "autologous"
    product, _ = resources(built(description), "BiologicallyDerivedProduct")
    assert product["collection"]["source"] == {"reference": "https://fhir.example.org/r4/Patient/123"}


def test_vesicles_name_the_cells_they_come_from() -> None:
    description = described()
    cells = description["product"][0]
    vesicles = {key: cells[key] for key in ("lot_system", "source", "donor")}
    vesicles.update(kind="msc-ev", lot="EV-1", parent=cells["lot"])
    description["product"].append(vesicles)
    description["administration"][0].update(product="EV-1", dose="50 ug")
    del description["administration"][0]["dose_per_kg"]
    record = built(description)
    (of_cells,) = resources(record, "BiologicallyDerivedProduct", "msc-product")
    (made,) = resources(record, "BiologicallyDerivedProduct", "msc-ev-product")
    assert made["parent"] == [{"reference": f"urn:uuid:{of_cells['id']}"}]


def test_who_judged_that_it_came_from_the_product_is_quoted(record: Json) -> None:
    description = described()
    description["adverse_event"][0]["causality"] = "probably-likely"
    (event,) = resources(built(description), "AdverseEvent")
    (causality,) = event["suspectEntity"][0]["causality"]
    assert causality["assessment"]["coding"][0]["code"] == "Probably-Likely"
    (event,) = resources(record, "AdverseEvent")
    assert "causality" not in event["suspectEntity"][0]


def test_words_stand_for_the_codes_of_the_package() -> None:
    assert terms.terms("msc-route")["intraportal-route"].code == "58771000052103"
    assert terms.terms("msc-route")["58771000052103"].display == "Intraportal route"
    assert terms.codes("msc-product-type")["prp"].display == "Platelet-rich plasma"
    assert set(terms.grades()) == {1, 2, 3, 4, 5}
    assert set(terms.pathways()) == {"peripheral-iv", "hepatic-artery", "portal-vein", "intrahepatic"}


def test_numbers_keep_the_digits_in_which_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "given.toml"
    path.write_text(example().replace("dose = 75 ", "dose = 72.50 ").replace('"1.2 mg/dL"', '"1.20 mg/dL"'))
    written = run(str(path)).stdout
    assert '"value": 72.50,' in written
    assert '"value": 1.20,' in written
    path.write_text(example().replace("dose = 75 ", "dose = 7.5e1 "))
    assert '"value": 75,' in run(str(path)).stdout


def test_what_may_be_so_is_worth_a_look() -> None:
    description = described()
    description["product"][0]["expires"] = "2026-02-28"
    description["baseline"]["taken"] = "2026-01-02"
    description["baseline"]["dialysis"] = []
    result = run("-", given=json.dumps(description))
    assert result.exit_code == 0
    expired, old = result.stderr.splitlines()
    assert expired.endswith("product: UC-2026-0007-A was given after it had expired.")
    assert "baseline: taken more than 30 days before the first infusion" in old


def test_it_is_said_that_there_are_no_visits() -> None:
    died, stopped = described(), described()
    died["adverse_event"][0].update(grade=5, outcome="fatal", serious=True)
    stopped["administration"][0].update(status="stopped", why="Fever")
    del stopped["administration"][0]["dose"], stopped["administration"][0]["dose_per_kg"]
    for description, why in ((died, "An adverse event was fatal."), (stopped, "Nothing was given")):
        result = run("-", given=json.dumps(description))
        assert result.exit_code == 0
        assert f"follow_up: no visits in the record. {why}" in result.stderr
        assert not resources(json.loads(result.stdout), "CarePlan")


def _set(*path: Any, to: Any) -> Callable[[Json], None]:
    def change(description: Json) -> None:
        node: Any = description
        for part in path[:-1]:
            node = node[part]
        if to is None:
            del node[path[-1]]
        else:
            node[path[-1]] = to

    return change


FAULTS = {
    "an unknown key": (_set("patient", "name", to="x"), "patient.name: is not known"),
    "an unknown source": (_set("product", 0, "source", to="liver"), "product[1].source: is no code that is known here"),
    "no passage": (_set("product", 0, "passage", to=None), "product[1].passage: is missing"),
    "a passage of plasma": (_set("product", 1, "passage", to=3), "product[2].passage: does not belong"),
    "a test without time": (_set("product", 0, "tested", to=None), "product[1].tested: is missing"),
    "two products of one lot": (_set("product", 1, "lot", to="UC-2026-0007-A"), "product: two of them are one lot"),
    "a dose without number": (_set("administration", 0, "dose", to="many"), "administration[1].dose: is no number"),
    "no dose": (_set("administration", 0, "dose", to=None), "administration[1].dose: is missing"),
    "an end before the start": (
        _set("administration", 0, "end", to="2026-03-01T08:00:00Z"), "administration[1].end: lies before start",
    ),
    "a time without offset": (
        _set("administration", 0, "start", to="2026-03-01T09:00:00"), "administration[1].start: is no point in time",
    ),
    "a lot that nobody described": (
        _set("administration", 0, "product", to="X"), "administration[1].product: is the lot of no such product",
    ),
    "made from what nobody described": (
        _set("product", 0, "parent", to="X"), "product[1].parent: is the lot of no such product",
    ),
    "made from itself": (
        _set("product", 0, "parent", to="UC-2026-0007-A"), "product[1].parent: is the lot of no such product",
    ),
    "plasma as the product": (
        _set("administration", 0, "product", to="PRP-2026-0031"), "administration[1].product: is the lot of no such",
    ),
    "stopped without why": (_set("administration", 0, "status", to="stopped"), "administration[1].why: is missing"),
    "another dose per kg": (
        _set("administration", 0, "dose_per_kg", to="1 mg/kg"), "administration[1].dose_per_kg: is in another unit",
    ),
    "a grade that is none": (_set("adverse_event", 0, "grade", to=6), "adverse_event[1].grade: is not between 1 and 5"),
    "an administration that is not there": (
        _set("adverse_event", 0, "administration", to=2), "adverse_event[1].administration: there are only 1",
    ),
    "resolved before it began": (
        _set("adverse_event", 0, "resolved", to="2026-02-28"), "adverse_event[1].resolved: lies before at",
    ),
    "a unit of something else": (_set("baseline", "inr", to="1.6 mg/dL"), "baseline.inr: is in a unit that is not"),
    "a result without unit": (_set("baseline", "sodium", to=136), "baseline.sodium: has no unit"),
    "another resource as the patient": (
        _set("patient", "reference", to="Group/1"), "patient.reference: is no reference to a Patient",
    ),
    "no reason": (_set("reason", to={}), "reason.text: is missing"),
    "recorded before it was given": (
        _set("recorded", to="2026-03-01T09:10:00Z"), "recorded: lies before administration[1].end",
    ),
    "recorded before it was over": (
        _set("recorded", to="2026-03-01T20:00:00Z"), "recorded: lies before adverse_event[1].resolved",
    ),
    "born after it was given": (_set("patient", "born", to="2027"), "patient.born: lies after the first infusion"),
    "a baseline from after the infusion": (
        _set("baseline", "taken", to="2026-03-01T12:00:00Z"), "baseline.taken: lies after the start of the first",
    ),
    "dialysis after the baseline": (
        _set("baseline", "dialysis", to=["2026-02-24", "2026-02-26"]), "baseline.dialysis: names a day that is not in",
    ),
    "dialysis long before": (
        _set("baseline", "dialysis", to=["2026-02-17"]), "baseline.dialysis: names a day that is not in the week",
    ),
    "a result that cannot be": (
        _set("baseline", "creatinine", to="106 mg/dL"),
        "baseline.creatinine: is outside what is possible (0.1 to 40 mg/dL)",
    ),
    "a reaction before it was given": (
        _set("adverse_event", 0, "at", to="2026-02-28"), "adverse_event[1].at: lies before the start of",
    ),
    "a death that is over": (_set("adverse_event", 0, "grade", to=5), "adverse_event[1].outcome: does not fit"),
    "a fatal fever of grade 1": (
        _set("adverse_event", 0, "outcome", to="fatal"), "adverse_event[1].outcome: does not fit the grade",
    ),
    "collected after it was given": (
        _set("product", 0, "collected", to="2026-03-02"), "product[1].collected: lies after the last infusion",
    ),
    "more viable than all": (_set("product", 0, "viability", to=930), "product[1].viability: is more than 100 %"),
    "a share that is more than all": (
        _set("product", 0, "release_test", 1, "result", to="101 %"),
        "product[1].release_test[2].result: is more than 100 %",
    ),
    "cells instead of millions": (
        _set("administration", 0, "dose", to=75000000), "administration[1].dose: is more millions of cells than",
    ),
    "a dose of nothing": (_set("administration", 0, "dose", to=0), "administration[1].dose: is zero"),
    "a dose in no unit": (
        _set("administration", 0, "dose", to="75 cells"), "administration[1].dose: is in a unit that is not known",
    ),
    "a rate in no unit": (
        _set("administration", 0, "rate", to="2 mL"), "administration[1].rate: is in a unit that is not known",
    ),
    "a dose per kg of nobody": (
        _set("administration", 0, "dose_per_kg", to=10),
        "administration[1].dose_per_kg: does not fit the dose: the body weight would be 7.5 kg",
    ),
    "watched until before it began": (
        lambda given: given["administration"][0].update(
            monitored_from="2026-03-01T08:00:00Z", monitored_until="2026-03-01T08:30:00Z"
        ),
        "administration[1].monitored_until: lies before start",
    ),
}  # fmt: skip


@pytest.mark.parametrize("which", FAULTS)
def test_a_fault_has_one_line_that_names_its_key(which: str) -> None:
    change, said = FAULTS[which]
    description = described()
    change(description)
    result = run("-", given=json.dumps(description))
    assert result.exit_code == 2
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith(f"hepar: standard input: {said}")


def test_all_faults_are_named_at_once() -> None:
    description = described()
    for which in ("an unknown key", "a grade that is none", "a unit of something else", "no passage"):
        FAULTS[which][0](description)
    lines = run("-", given=json.dumps(description)).stderr.splitlines()
    assert len(lines) == 4
    assert all(any(FAULTS[which][1] in line for line in lines) for which in ("no passage", "an unknown key"))


@pytest.mark.parametrize("arguments", [(), ("x.toml", "--example"), ("nowhere.toml",)])
def test_wrong_usage(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("content", ["recorded = ", "{", "", "\xff", "[1]", "recorded = nan"])
def test_what_is_no_description_is_one_line_and_no_traceback(content: str, tmp_path: Path) -> None:
    path = tmp_path / "given"
    path.write_bytes(content.encode("latin-1"))
    result = run(str(path))
    assert result.exit_code == 2
    assert result.stderr.startswith("hepar: ")
    assert "Traceback" not in result.stderr
