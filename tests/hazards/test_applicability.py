"""When a score does not apply, when nothing is said, and what is never inferred (C-22, C-23, C-37, C-38, C-44)."""

import re

import pytest

from tests.charts import MELDS, OWN, Chart, ago, concept, day_ago, exclusion, input_of, quantity, score
from tests.oracles import bounds, caveat, no_meld, no_score, value

CLIF = {"bilirubin": 13.0, "creatinine": 2.2, "inr": 1.8, "map": 80, "pf": 350, "wbc": 12, "sodium": 130}


def acute() -> Chart:
    """Cirrhosis with ascites that began ten days ago."""
    return Chart().cirrhosis().condition("R18.8", days=10)


@pytest.mark.hazard("C-23")
@pytest.mark.parametrize("code", ["Z94.4", "T86.41", "737297006", "702777009"])
@pytest.mark.parametrize("id", [*MELDS, "meld-xi", "child-pugh"])
def test_after_a_transplant_no_score_applies(code: str, id: str) -> None:
    chart = Chart().cirrhosis().reference().ascites("none").west_haven(0).condition(code)
    no_score(chart, id, "TRANSPLANTED", status="not-applicable")


@pytest.mark.hazard("C-23")
@pytest.mark.parametrize("code", ["18027006", "0FY00Z0"])
def test_the_operation_counts_as_well(code: str) -> None:
    chart = Chart().reference().procedure(code, days=900)
    no_score(chart, "meld-3.0", "TRANSPLANTED", status="not-applicable")


@pytest.mark.hazard("C-23")
@pytest.mark.parametrize("code", ["Z76.82", "698305006", "Z94.0"])
def test_waiting_for_one_or_having_another_organ_is_not_it(code: str) -> None:
    value(Chart().reference().condition(code), "meld-3.0", 18)


@pytest.mark.hazard("C-23")
@pytest.mark.parametrize("code", ["K72.00", "K71.11", "235884008"])
def test_acute_liver_failure_alone(code: str) -> None:
    alone = Chart().reference().condition(code, days=3)
    for id in MELDS:
        no_score(alone, id, "ACUTE_LIVER_FAILURE", status="not-applicable")
        assert "value" in score(alone.cirrhosis(), id)


@pytest.mark.hazard("C-23")
def test_no_liver_disease_no_card() -> None:
    for healthy in (
        Chart().reference(),
        Chart().reference(bilirubin=3.5).condition("E80.4"),
        Chart().reference(inr=2.8).condition("I48.91"),
        Chart().reference().condition("R18.8"),
        Chart().reference().condition("K75.0"),
    ):
        for topic in ("evaluation", "follow-up", "order-sign"):
            assert healthy.cards(topic) == []  # type: ignore[arg-type]


@pytest.mark.hazard("C-23", "C-40")
@pytest.mark.parametrize(
    "code", ["K74.60", "K76.0", "B18.2", "K70.30", "19943007", "235856003", "K75.4", "K72.10", "C22.0"]
)
def test_evidence_of_liver_disease_opens_a_card(code: str) -> None:
    assert len(Chart().reference().condition(code).cards()) in (1, 2)


@pytest.mark.hazard("C-23", "C-40")
def test_whether_there_is_liver_disease_is_not_known_when_conditions_could_not_be_read() -> None:
    cards = Chart().reference().without_access_to("conditions").cards()
    assert len(cards) <= 2
    for card in cards:
        assert "unknown" in card["summary"] + card["detail"]
        assert "nvestigational" not in card["summary"]


@pytest.mark.hazard("C-23", "C-36")
@pytest.mark.parametrize(
    ("id", "name"),
    [("meld", "MELD (UNOS 2002)"), ("meld-na", "MELD-Na (OPTN 2016)"), ("meld-3.0", "MELD 3.0 (OPTN 2023)")],
)
def test_the_formula_is_named_everywhere(id: str, name: str) -> None:
    chart = Chart().cirrhosis().reference()
    assert score(chart, id)["title"] == name
    detail = chart.cards()[0]["detail"].replace("\\", "")
    assert name in detail


@pytest.mark.hazard("C-23", "C-20")
def test_the_limits_stand_on_every_card() -> None:
    cards = Chart().cirrhosis().reference().cards()
    assert cards
    for card in cards:
        assert "xception points" in card["detail"]
        assert "assay" in card["detail"]
        assert "same laboratory" in card["detail"] or "one laboratory" in card["detail"]


# Rounding and clamping


@pytest.mark.hazard("C-21")
def test_clamps_are_shown() -> None:
    chart = Chart().cirrhosis().reference(sodium=118, albumin=4.5, creatinine=6)
    found = caveat(
        chart, "meld-3.0", score(chart, "meld-3.0")["value"], "CLAMPED_SODIUM", "CLAMPED_ALBUMIN", "CLAMPED_CREATININE"
    )
    for name, reported, used in (("sodium", 118, 125), ("albumin", 4.5, 3.5), ("creatinine", 6, 3)):
        seen = input_of(found, name)
        assert (seen["value"], seen["used"], seen["clamped"]) == (reported, used, True)
    detail = chart.cards()[0]["detail"].replace("\\", "")
    assert "used 125 (reported 118)" in detail
    assert "used 3.5 (reported 4.5)" in detail
    assert re.search(r"used 3(\.0)? \(reported 6(\.0)?\)", detail)
    assert not input_of(found, "bilirubin")["clamped"]


@pytest.mark.hazard("C-21")
@pytest.mark.parametrize(
    ("name", "edge"),
    [
        ("sodium", 125),
        ("sodium", 137),
        ("albumin", 3.5),
        ("albumin", 1.5),
        ("creatinine", 3.0),
        ("creatinine", 1.0),
        ("bilirubin", 1.0),
        ("inr", 1.0),
    ],
)
def test_a_value_on_the_limit_is_not_clamped(name: str, edge: float) -> None:
    found = score(Chart().reference(**{name: edge}), "meld-3.0")
    assert not input_of(found, name)["clamped"]
    assert f"CLAMPED_{name.upper()}" not in found["reasons"]


@pytest.mark.hazard("C-22")
def test_the_cap_and_the_floor_of_the_score() -> None:
    high = score(Chart().reference(bilirubin=40, inr=6, creatinine=4), "meld-3.0")
    assert high["value"] == 40
    assert high["uncapped"] > 40
    assert "CAPPED" in high["reasons"]
    low = score(Chart().reference(bilirubin=0.5, inr=0.9, creatinine=0.6, sodium=140, albumin=4.2), "meld-3.0")
    assert low["value"] == 6


@pytest.mark.hazard("C-22")
def test_the_sodium_cliff_is_said() -> None:
    """One tenth of creatinine moves MELD-Na by twelve points here: both sides carry the warning."""
    for creatinine, expected in ((1.4, 11), (1.5, 23)):
        chart = Chart().reference(bilirubin=1.5, inr=1.0, sodium=125, creatinine=creatinine)
        caveat(chart, "meld-na", expected, "SODIUM_THRESHOLD")
    assert (
        "SODIUM_THRESHOLD"
        not in score(Chart().reference(bilirubin=1.5, inr=1.0, sodium=137, creatinine=1.4), "meld-na")["reasons"]
    )


# Bedside findings are never inferred


@pytest.mark.hazard("C-38")
def test_without_an_assessment_child_pugh_has_bounds_only() -> None:
    bounds(Chart().reference(), "child-pugh", 7, 11, "MISSING_ASCITES", "MISSING_ENCEPHALOPATHY")


@pytest.mark.hazard("C-38")
@pytest.mark.parametrize(
    ("grade", "total"),
    [("none", 7), ("mild", 8), ("diuretic-controlled", 8), ("moderate", 9), ("severe", 9), ("refractory", 9)],
)
def test_ascites_by_grade(grade: str, total: int) -> None:
    value(Chart().reference().ascites(grade).west_haven(0), "child-pugh", total)


@pytest.mark.hazard("C-38")
@pytest.mark.parametrize(("grade", "total"), [(0, 7), (1, 8), (2, 8), (3, 9), (4, 9)])
def test_encephalopathy_by_grade(grade: int, total: int) -> None:
    value(Chart().reference().ascites("none").west_haven(grade), "child-pugh", total)


@pytest.mark.hazard("C-38")
@pytest.mark.parametrize(("days", "known"), [(29, True), (30, True), (30.01, False)])
def test_an_assessment_holds_thirty_days(days: float, known: bool) -> None:
    chart = Chart().reference().ascites("none", days=days, hours=0).west_haven(0)
    assert ("value" in score(chart, "child-pugh")) is known


@pytest.mark.hazard("C-38")
@pytest.mark.parametrize(
    ("chart", "low", "high"),
    [
        (Chart().condition("R18.8"), 8, 9),
        (Chart().condition("R18.8", severity="255604002"), 8, 8),
        (Chart().condition("R18.8", severity="24484000"), 9, 9),
        (Chart().condition("K70.31"), 8, 9),
        (Chart().condition("R18.8", verified="refuted"), 7, 9),
        (Chart().condition("R18.8", clinical="resolved"), 7, 9),
        (Chart().condition("R18.8", verified="provisional"), 7, 9),
        # A cholestatic disease is not ruled out either: bilirubin then counts one point less.
        (Chart().without_access_to("conditions"), 6, 9),
    ],
)
def test_charted_ascites(chart: Chart, low: int, high: int) -> None:
    found = score(chart.reference().west_haven(0), "child-pugh")
    assert found.get("range", [found.get("value")] * 2) == [low, high]


@pytest.mark.hazard("C-38")
@pytest.mark.parametrize(
    ("chart", "low", "high"),
    [(Chart().condition("K76.82"), 8, 9), (Chart().condition("K72.11"), 9, 9), (Chart(), 7, 9)],
)
def test_charted_encephalopathy(chart: Chart, low: int, high: int) -> None:
    found = score(chart.reference().ascites("none"), "child-pugh")
    assert found.get("range", [found.get("value")] * 2) == [low, high]


@pytest.mark.hazard("C-38")
@pytest.mark.parametrize(("answer", "low", "high"), [(False, 7, 7), (True, 8, 9)])
def test_a_finding_with_present_or_absent(answer: bool, low: int, high: int) -> None:
    found = {"resourceType": "Observation", "status": "final", "code": concept(("http://snomed.info/sct", "389026000"))}
    chart = Chart().reference().west_haven(0).add({**found, "effectiveDateTime": ago(days=1), "valueBoolean": answer})
    seen = score(chart, "child-pugh")
    assert seen.get("range", [seen.get("value")] * 2) == [low, high]


@pytest.mark.hazard("C-38", "C-1")
@pytest.mark.parametrize(
    ("number", "ambiguous"),
    [
        (33.9, False),
        (34.0, True),
        (34.3, True),
        (34.4, False),
        (50.0, True),
        (52.0, True),
        (52.1, False),
        (49.9, False),
    ],
)
def test_where_two_published_limits_disagree(number: float, ambiguous: bool) -> None:
    chart = Chart().reference(bilirubin=None).lab("bilirubin", number, "umol/L", code="14631-6", hours=2)
    found = score(chart.ascites("none").west_haven(0), "child-pugh")
    assert ("BOUNDARY_AMBIGUOUS" in found["reasons"]) is ambiguous


@pytest.mark.hazard("C-38")
@pytest.mark.parametrize(
    ("name", "number", "points"),
    [
        ("bilirubin", 1.99, 1), ("bilirubin", 2.0, 2), ("bilirubin", 3.0, 2), ("bilirubin", 3.01, 3),
        ("albumin", 3.51, 1), ("albumin", 3.5, 2), ("albumin", 2.8, 2), ("albumin", 2.79, 3),
        ("inr", 1.69, 1), ("inr", 1.7, 2), ("inr", 2.3, 2), ("inr", 2.31, 3),
    ],
)  # fmt: skip
def test_child_pugh_at_its_boundaries(name: str, number: float, points: int) -> None:
    least = {"bilirubin": 1.0, "albumin": 4.0, "inr": 1.0, name: number}
    chart = Chart().reference(**least).ascites("none").west_haven(0)
    assert score(chart, "child-pugh")["value"] == 4 + points


# Gates


@pytest.mark.hazard("C-37", "C-38")
@pytest.mark.parametrize("id", ["maddrey", "gahs", "lille"])
def test_alcohol_scores_need_alcoholic_hepatitis(id: str) -> None:
    labs = {"pt": 20, "pt_control": 12, "wbc": 12, "urea": 6}
    no_score(Chart().reference().labs(labs), id, "NOT_INDICATED", status="not-applicable")
    found = score(Chart().reference().labs(labs).condition("K70.10"), id)
    assert found["status"] != "not-applicable" or id == "lille"


@pytest.mark.hazard("C-37", "C-38")
@pytest.mark.parametrize("id", ["clif-of", "aclf-grade", "clif-c-aclf", "clif-c-ad"])
def test_aclf_scores_need_cirrhosis_with_acute_decompensation(id: str) -> None:
    no_score(Chart().labs(CLIF, hours=3), id, "NOT_INDICATED", status="not-applicable")
    no_score(Chart().cirrhosis().reference(hours=3), id, "NOT_INDICATED", status="not-applicable")
    assert score(acute().labs(CLIF, hours=3).west_haven(0), id)["status"] != "not-applicable" or id.startswith("clif-c")


@pytest.mark.hazard("C-38")
def test_an_organ_that_was_not_measured_is_never_healthy() -> None:
    """Vasopressors and ventilation have no verified code: the grade keeps both ends."""
    found = score(acute().labs(CLIF, hours=3).west_haven(0), "aclf-grade")
    assert "range" in found
    assert found["range"][0] == 2
    assert found["range"][1] == 3
    assert {"MISSING_VASOPRESSORS", "MISSING_VENTILATION"} <= set(found["reasons"])


@pytest.mark.hazard("C-7", "C-38")
def test_organ_values_of_yesterday_are_too_old() -> None:
    no_score(acute().labs(CLIF, hours=25).west_haven(0, hours=25), "clif-of", "STALE")


@pytest.mark.hazard("C-8")
def test_the_worst_of_24_hours() -> None:
    chart = (
        acute()
        .labs(CLIF, hours=3)
        .west_haven(0)
        .lab("bilirubin", 5.0, hours=1)
        .lab("map", 90, hours=1)
        .lab("map", 60, hours=10)
    )
    found = score(chart, "clif-of")
    assert input_of(found, "bilirubin")["value"] == 13.0
    assert input_of(found, "map")["value"] == 60


@pytest.mark.hazard("C-4")
def test_apri_needs_the_laboratorys_own_limit() -> None:
    chart = Chart().labs({"platelets": 100})
    no_score(chart.lab("ast", 80, hours=2), "apri", "MISSING_AST_UPPER_LIMIT")
    value(chart.lab("ast", 80, hours=2, upper=40), "apri", 2.0)
    other_unit = [{"high": quantity(0.6, "ukat/L")}]
    found = score(chart.lab("ast", 80, hours=2, referenceRange=other_unit), "apri")
    assert "value" not in found or found["value"] == pytest.approx(80 / 36, abs=0.01)


@pytest.mark.hazard("C-37")
@pytest.mark.parametrize(
    ("alt", "band", "reason"), [(200, True, False), (201, True, True), (400, True, True), (401, False, True)]
)
def test_acute_hepatitis_takes_the_band_away(alt: float, band: bool, reason: bool) -> None:
    found = score(Chart().labs({"ast": 60, "alt": alt, "platelets": 150}, upper=None), "fib-4")
    assert ("band" in found) is band
    assert ("ACUTE_HEPATITIS" in found["reasons"]) is reason
    assert "value" in found


@pytest.mark.hazard("C-37", "M-7")
def test_pregnancy_is_an_exclusion() -> None:
    chart = Chart().female().born("1994-01-01").cirrhosis().reference().condition("Z33.1", days=60)
    assert exclusion(chart, "pregnancy")["status"] == "present"
    for card in chart.cards():
        assert "regnan" not in card["summary"]


# A charted MELD


def charted(number: int, *, days: int = 2, version: str = "meld-3") -> Chart:
    made = {
        "resourceType": "Observation", "status": "final", "code": concept((OWN + "msc-observation", "meld")),
        "method": concept((OWN + "meld-version", version)), "effectiveDateTime": ago(days=days),
        "valueQuantity": quantity(number, "{score}"),
    }  # fmt: skip
    return Chart().cirrhosis().reference().add(made)


@pytest.mark.hazard("C-44")
def test_a_charted_meld_that_differs_is_shown_beside_ours_and_never_used() -> None:
    chart = charted(23)
    value(chart, "meld-3.0", 18)
    detail = chart.cards()[0]["detail"].replace("\\", "")
    assert f"the chart holds 23 of {day_ago(2)}" in detail


@pytest.mark.hazard("C-4", "C-44")
def test_a_charted_meld_does_not_stand_in_for_one_of_ours() -> None:
    rest = tuple(each for each in charted(23).resources if each["code"]["coding"][0]["code"] != "6301-6")
    no_meld(Chart(resources=rest), "MISSING_INR")


@pytest.mark.hazard("C-44")
@pytest.mark.parametrize("chart", [charted(19), charted(23, days=8)])
def test_a_charted_meld_that_is_close_or_old_is_not_mentioned(chart: Chart) -> None:
    assert "chart holds" not in chart.cards()[0]["detail"]
    assert " 23" not in chart.cards()[0]["detail"].replace("\\", "")
