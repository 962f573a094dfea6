"""Scores as MeldScore Observations: what they say, what they never say, and that each fits its profile."""

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.observation import Observation

from cds.assess import assess
from cds.assessment import Assessment, Used
from cds.chart import KINDS
from cds.fhir import read_chart
from cds.labs import LABS
from cds.recording import METHODS
from cds.report import to_json
from fhir_profiles.validator import validate
from hooks import files
from hooks.demo.charts import resources, templates
from hooks.scores_as_fhir import PROFILE, score_bundle, score_observation, score_observations
from tests.charts import ME, MELDS, NOW, REFERENCE, Chart, ago, quantity

Json = dict[str, Any]
DATA = Path(__file__).parents[3] / "shared" / "data"
SICK = Chart().cirrhosis()


def made(chart: Chart, score: str = "meld-3.0", **more: Any) -> Json:
    """The Observation of one score; fails if there is none."""
    found = observation(chart, score, **more)
    assert found is not None
    fits_the_profile(found)
    return found


def observation(chart: Chart, score: str = "meld-3.0", **more: Any) -> Json | None:
    assessment = chart.assess()
    return score_observation(
        assessment.score(score),
        assessment.patient,
        computed_at="2026-11-22T10:00:00Z",
        content_version=assessment.content_version,
        **more,
    )


def fits_the_profile(found: Json) -> None:
    """Valid by the profile that it names, and as the model of R4 reads it."""
    Observation.model_validate(json.loads(json.dumps(found, allow_nan=False)))
    assert found["meta"] == {"profile": [PROFILE]}
    assert [issue for issue in validate(found) if issue.severity != "information"] == []


def component(found: Json, text: str) -> Json:
    (held,) = [each for each in found["component"] if each["code"]["text"] == text]
    return held


def notes(found: Json) -> str:
    return " ".join(each["text"] for each in found.get("note", ()))


def agrees(found: Json, assessment: Assessment) -> None:
    """The Observation says what the assessment says: number, formula, inputs, sources, reasons."""
    (score,) = [each for each in assessment.scores if METHODS.get(each.id) == found["method"]["coding"][0]["code"]]
    assert found["subject"] == {"reference": assessment.patient}
    assert found["valueQuantity"]["value"] == score.value
    assert found["status"] == "preliminary"
    assert all(f"({reason})" in notes(found) for reason in score.reasons)
    results = [used for used in score.inputs if used.name in LABS]
    assert len([each for each in found["component"] if "coding" in each["code"]]) == len(results)
    for used in results:
        said(found, used)
    sources = {used.source for used in results}
    assert {each["reference"] for each in found.get("derivedFrom", ()) if "reference" in each} <= sources
    assert len(found["derivedFrom"]) == len(sources)
    assert found["effectiveDateTime"] in {str(used.when) for used in results}


def said(found: Json, used: Used) -> None:
    """An input as it was used, and as it was charted where that is something else."""
    lab = LABS[used.name]
    (held,) = [each for each in found["component"] if {"system": lab.codes[0].system, "code": lab.codes[0].code}
               in each["code"].get("coding", ())]  # fmt: skip
    assert held["valueQuantity"]["code"] == lab.unit
    assert held["valueQuantity"]["value"] == pytest.approx(float(used.used))  # type: ignore[arg-type]
    charted = [each for each in found["component"] if each["code"]["text"].endswith("as charted")
               and each["code"]["text"].startswith(held["code"]["text"].removesuffix("as used"))]  # fmt: skip
    original = used.original
    assert original is not None
    if charted:
        assert charted[0]["valueQuantity"]["value"] == float(original.value)
        assert charted[0]["valueQuantity"].get("comparator", "") == original.comparator
    else:
        assert (held["valueQuantity"]["value"], original.comparator) == (float(original.value), "")


# What is said


@pytest.mark.parametrize("score", MELDS)
def test_the_variant_is_the_method_and_the_number_the_value(score: str) -> None:
    found = made(SICK.reference(), score)
    assert found["method"]["coding"][0]["code"] == {"meld": "meld", "meld-na": "meld-na", "meld-3.0": "meld-3"}[score]
    assert found["valueQuantity"]["value"] == {"meld": 15, "meld-na": 18, "meld-3.0": 18}[score]
    assert found["effectiveDateTime"] == "2026-11-22T08:00:00Z"
    assert len([each for each in found["component"] if "coding" in each["code"]]) == {"meld": 3, "meld-na": 4}.get(
        score, 5
    )
    assert "note" not in found
    agrees(found, SICK.reference().assess())


def test_the_newest_result_dates_the_score() -> None:
    found = made(SICK.reference(inr=None).lab("inr", 1.5, days=1))
    assert found["effectiveDateTime"] == "2026-11-22T08:00:00Z"
    by_day = made(SICK.labs({"bilirubin": 2.0, "inr": 1.5, "creatinine": 1.2}, at="2026-11-20"), "meld")
    assert by_day["effectiveDateTime"] == "2026-11-20"


@pytest.mark.hazard("C-1")
def test_a_limit_of_the_formula_never_hides_what_was_measured() -> None:
    found = made(SICK.reference(creatinine=4.2))
    assert component(found, "creatinine, as used")["valueQuantity"]["value"] == 3.0
    assert component(found, "creatinine, as charted")["valueQuantity"]["value"] == 4.2
    assert "Creatinine: 4.2 mg/dL was charted, the formula used 3 mg/dL." in notes(found)
    assert "(CLAMPED_CREATININE)" in notes(found)


def test_a_converted_result_shows_what_was_charted() -> None:
    found = made(SICK.reference(bilirubin=None).lab("bilirubin", 35.9, "umol/L", code="14631-6", hours=2))
    assert component(found, "bilirubin, as used")["valueQuantity"]["value"] == 2.1
    assert component(found, "bilirubin, as charted")["valueQuantity"] == quantity(35.9, "umol/L")


@pytest.mark.hazard("C-6")
def test_a_comparator_stays() -> None:
    found = made(SICK.reference(bilirubin=None).lab("bilirubin", 0.3, comparator="<", hours=2))
    assert component(found, "bilirubin, as used")["valueQuantity"]["value"] == 1.0
    assert component(found, "bilirubin, as charted")["valueQuantity"]["comparator"] == "<"
    assert "<0.3 mg/dL was charted" in notes(found)
    assert "(COMPARATOR)" in notes(found)


def test_a_comparator_at_the_very_limit_stays_too() -> None:
    found = made(SICK.reference(bilirubin=None).lab("bilirubin", 1.0, comparator="<", hours=2))
    assert component(found, "bilirubin, as used")["valueQuantity"]["value"] == 1.0
    assert component(found, "bilirubin, as charted")["valueQuantity"]["comparator"] == "<"
    assert "Bilirubin: <1 mg/dL was charted, the formula used 1 mg/dL." in notes(found)


def test_dialysis_shows_the_creatinine_that_was_measured() -> None:
    chart = SICK.reference().procedure("302497006", days=1).procedure("302497006", days=3)
    found = made(chart)
    assert component(found, "creatinine, as used")["valueQuantity"]["value"] == 3.0
    assert component(found, "creatinine, as charted")["valueQuantity"]["value"] == 1.2
    assert "(DIALYSIS_APPLIED)" in notes(found)


def test_a_capped_score_says_how_high_it_would_be() -> None:
    found = made(SICK.reference(bilirubin=40, inr=8, creatinine=4), "meld")
    assert found["valueQuantity"]["value"] == 40
    assert "Without the limit: " in notes(found)


def test_what_a_formula_takes_beside_results_is_named() -> None:
    assert component(made(SICK.reference()), "sex for clinical use")["valueCodeableConcept"] == {"text": "male"}
    assert component(made(SICK.reference()), "age")["valueQuantity"]["value"] == 55
    assert component(made(SICK.reference().born("1971")), "age")["valueString"] == "54-55 years"


def test_the_identifier_is_the_same_for_the_same_results_whenever_it_was_computed() -> None:
    chart = SICK.reference()
    first, later = made(chart), made(chart.at(NOW + timedelta(hours=5)), status="final", encounter="e-1")
    assert first["identifier"] == later["identifier"]
    others = [made(chart, "meld"), made(SICK.reference(inr=1.6)), made(SICK.reference(hours=3))]
    assert len({each["identifier"][0]["value"] for each in (first, *others)}) == 4
    assert made(chart) == first


def test_who_vouches_for_it_may_say_final() -> None:
    assert made(SICK.reference())["status"] == "preliminary"
    assert made(SICK.reference(), status="final")["status"] == "final"
    assert made(SICK.reference(), encounter="e-1")["encounter"] == {"reference": "Encounter/e-1"}


def test_a_result_of_a_visit_carries_its_timepoint() -> None:
    treated = SICK.administration(ago(28))
    (*_, found) = score_observations(treated.reference().assess())
    assert found["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == "week-4"
    fits_the_profile(found)
    before, between = treated.reference(days=27), treated.reference(days=10)
    imaging = SICK.administration(ago(100)).reference()
    for chart in (before, between, imaging, treated.reference(inr=None).lab("inr", 1.5, days=6)):
        assert all("extension" not in each for each in score_observations(chart.assess()))


# What is never said


@pytest.mark.hazard("C-10", "C-13")
def test_a_range_is_never_a_number() -> None:
    unknown = SICK.reference().person(gender="unknown")
    assert unknown.assess().score("meld-3.0").known
    assert observation(unknown) is None
    assert [each["method"]["coding"][0]["code"] for each in score_observations(unknown.assess())] == ["meld", "meld-na"]
    assert score_observations(SICK.reference().without_access_to("procedures").assess()) == []


def test_what_was_not_computed_or_does_not_apply_is_no_observation() -> None:
    assert score_observations(SICK.reference(inr=None).assess()) == []
    assert score_observations(SICK.reference().condition("Z94.4").assess()) == []
    assert score_observations(SICK.reference().person(deceasedBoolean=True).assess()) == []


def test_no_other_score_has_a_form() -> None:
    assessment = SICK.reference(alt=40, ast=60, platelets=90).assess()
    known = [each.id for each in assessment.scores if each.known]
    assert len(known) > len(MELDS)
    for each in assessment.scores:
        found = score_observation(each, assessment.patient, computed_at="", content_version="")
        assert (found is not None) == (each.id in MELDS)


def test_a_score_that_lost_its_value_is_none() -> None:
    assessment = SICK.reference().assess()
    score = assessment.score("meld")
    for broken in (replace(score, value=None), replace(score, status="not-computed"), replace(score, inputs=())):
        assert score_observation(broken, assessment.patient, computed_at="", content_version="") is None


def test_only_results_that_were_used_are_named_as_sources() -> None:
    chart = SICK.reference().reference(days=3).lab("alt", 40)
    derived = {each["reference"] for each in made(chart, "meld")["derivedFrom"]}
    assert derived == {used.source for used in chart.assess().score("meld").inputs}
    assert len(derived) == 3


@pytest.mark.parametrize("id", ["", "report#inr", "a b"])
def test_a_result_without_an_address_is_named_without_one(id: str) -> None:
    chart = SICK.reference(inr=None).lab("inr", 1.5, hours=2, id=id)
    derived = made(chart, "meld")["derivedFrom"]
    assert [each for each in derived if "reference" not in each] == [
        {"display": "INR, a result that has no address of its own"}
    ]


@pytest.mark.parametrize("status", ["preliminary", "final"])
def test_a_score_that_is_read_back_is_neither_a_result_nor_an_input(status: Any) -> None:
    chart = SICK.reference(creatinine=4.2)
    written = [{**made(chart, each, status=status), "id": f"written-{each}"} for each in MELDS]
    again = chart.add(*written)
    assert to_json(again.assess()) == to_json(chart.assess())
    alone = SICK.add(*written).chart()
    assert not [name for name in LABS if alone.results.get(name)]


@pytest.mark.hazard("C-44")
@pytest.mark.parametrize("hour", ["08:00:00Z", "08:00:00.250Z", "09:00:00+01:00"])
def test_a_score_that_was_kept_is_not_told_as_another_one(hour: str) -> None:
    treated = SICK.administration(ago(28)).reference(days=30)
    chart = treated.labs({**REFERENCE, "bilirubin": 4}, at=f"2026-11-22T{hour}")
    kept = [{**made(chart, each, status="final"), "id": f"kept-{each}"} for each in MELDS]
    before, after = (each.cards("follow-up")[0]["detail"] for each in (chart, chart.add(*kept)))
    assert "The chart holds" not in after
    assert after == before
    kept[0]["valueQuantity"]["value"] += 3
    assert "The chart holds MELD" in chart.add(*kept).cards("follow-up")[0]["detail"]


def test_a_bundle_is_a_collection_with_one_address_each() -> None:
    bundle = score_bundle(SICK.reference().assess())
    Bundle.model_validate(bundle)
    assert [issue for issue in validate(bundle) if issue.severity != "information"] == []
    assert (bundle["type"], bundle["timestamp"]) == ("collection", "2026-11-22T10:00:00Z")
    assert len({entry["fullUrl"] for entry in bundle["entry"]}) == 3
    empty = score_bundle(SICK.assess())
    Bundle.model_validate(empty)
    assert "entry" not in empty


# Over many charts


@pytest.mark.parametrize("name", list(templates()))
def test_every_score_of_a_demonstration_chart(name: str) -> None:
    assessment = assess(read_chart(list(resources(templates()[name], NOW)), name, NOW))
    judged(assessment)


def judged(assessment: Assessment) -> int:
    """How many Observations an assessment gave, each looked at."""
    found = score_observations(assessment)
    single = [each for each in assessment.scores if each.id in MELDS and each.value is not None]
    assert len(found) == len(single)
    for each in found:
        fits_the_profile(each)
        agrees(each, assessment)
    return len(found)


def charts() -> Iterator[Any]:
    for index in sorted(DATA.glob("*/patients.csv")):
        with index.open(encoding="utf-8") as rows:
            for row in csv.DictReader(rows):
                if row.get("last_meld_set") and row.get("file"):
                    yield pytest.param(index.parent / row["file"], row["last_meld_set"], id=Path(row["file"]).stem)


@pytest.mark.skipif(not DATA.exists(), reason="the charts are not here")
def test_every_score_of_other_peoples_charts() -> None:
    total = 0
    for file, newest in (each.values for each in charts()):
        now = datetime.fromisoformat(str(newest)).astimezone(UTC) + timedelta(hours=1)
        for patient, records in files.charts([str(file)]).patients.items():
            total += judged(assess(read_chart(records, patient, now, KINDS)))
    assert total > 100


def test_numbers_are_numbers_of_json() -> None:
    text = json.dumps(made(SICK.reference(bilirubin=Decimal("2.00"))))
    assert ME in text
    assert "Decimal" not in text
