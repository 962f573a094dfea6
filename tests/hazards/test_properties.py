"""What holds for all charts: order, units, direction, unrelated records, removal, caveats."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.charts import ABSENT, ATC, MELDS, REFERENCE, Chart, Json, ago, score
from tests.hazards.test_results import NEEDS

FEW = settings(max_examples=25, deadline=None, derandomize=True)


def tenths(low: float, high: float, places: int = 1) -> st.SearchStrategy[float]:
    """Numbers as laboratories report them: with few decimals."""
    return st.decimals(Decimal(str(low)), Decimal(str(high)), places=places).map(float)


LABS = st.fixed_dictionaries(
    {
        "bilirubin": tenths(0.3, 30),
        "creatinine": tenths(0.4, 8, 2),
        "inr": tenths(0.8, 8),
        "sodium": st.integers(115, 150),
        "albumin": tenths(1.2, 5),
    }
)
PEOPLE = st.sampled_from(["male", "female", None])
EXTRAS = st.lists(
    st.sampled_from(
        [
            Chart().condition("K74.60"), Chart().condition("R18.8"), Chart().condition("N18.6"), Chart().imaging(),
            Chart().procedure("302497006", days=2), Chart().procedure("714749008", days=3, lasting=30),
            Chart().medicine((ATC, "B01AF02")), Chart().lab("inr", 3.3, days=9), Chart().lab("bilirubin", 0.1, days=4),
            Chart().lab("sodium", 120, hours=1, status="preliminary"), Chart().lab("ast", 80, days=20, upper=40),
            Chart().lab("creatinine", 0.5, hours=30, comparator="<"), Chart().ascites("mild"), Chart().west_haven(2),
            Chart().test("hiv", positive=False), Chart().lab("bilirubin", 9, hours=2, at=ABSENT),
            Chart().administration(ago(33)), Chart().lab("platelets", 90, days=20), Chart().lab("alt", 50, days=20),
        ]
    ),
    max_size=6,
)  # fmt: skip


def build(labs: Json, gender: str | None = "male", extras: Any = ()) -> Chart:
    return Chart().person(gender=gender).labs(labs).plus(*extras)


@pytest.mark.hazard("C-9")
@FEW
@given(LABS, PEOPLE, EXTRAS, st.randoms(use_true_random=False))
def test_the_order_of_the_records_never_matters(labs: Json, gender: str | None, extras: Any, random: Any) -> None:
    chart = build(labs, gender, extras)
    shuffled = list(chart.resources)
    random.shuffle(shuffled)
    expected = chart.json()
    assert Chart(patient=chart.patient, resources=tuple(shuffled)).json() == expected


@pytest.mark.hazard("C-1")
@FEW
@given(LABS, PEOPLE)
def test_si_units_make_no_other_patient(labs: Json, gender: str | None) -> None:
    """The SI twin carries the exact product, so that the quantised conversion comes back to the charted number."""
    twin = Chart().person(gender=gender)
    exact = {name: Decimal(str(number)) for name, number in labs.items()}
    twin = twin.lab("bilirubin", float(exact["bilirubin"] * Decimal("17.104")), "umol/L", code="14631-6", hours=2)
    twin = twin.lab("creatinine", float(exact["creatinine"] * Decimal("88.4")), "umol/L", code="14682-9", hours=2)
    twin = twin.lab("albumin", float(exact["albumin"] * 10), "g/L", hours=2)
    twin = twin.lab("sodium", labs["sodium"], "meq/L", hours=2).lab("inr", labs["inr"], "1", hours=2)
    conventional = build(labs, gender)
    for id in (*MELDS, "meld-xi"):
        one, other = score(conventional, id), score(twin, id)
        for member in ("status", "value", "range", "unrounded", "uncapped"):
            assert one.get(member) == other.get(member), (id, member, one, other)


STEPS = [("bilirubin", 0.3), ("inr", 0.2), ("creatinine", 0.15), ("albumin", -0.2), ("sodium", -2)]


@pytest.mark.hazard("C-22")
@pytest.mark.parametrize(("name", "step"), STEPS)
@FEW
@given(labs=LABS)
def test_worse_is_never_lower(name: str, step: float, labs: Json) -> None:
    """The published formula turns round for sodium above bilirubin 30.5 and for albumin above creatinine 2.7."""
    if name == "albumin":
        labs = {**labs, "creatinine": min(labs["creatinine"], 2.7)}
    worse = {**labs, name: round(labs[name] + step, 2)}
    before, after = build(labs).json(), build(worse).json()
    for one, other in zip(before["scores"], after["scores"], strict=True):
        if one["id"] in MELDS and "value" in one and "value" in other:
            assert one["value"] <= other["value"], (one["id"], labs, worse)


UNRELATED: list[Chart] = [
    Chart().condition("J45.909"), Chart().condition("S52.501A"), Chart().procedure("80146002", days=3),
    Chart().medicine((ATC, "C09AA05")), Chart().lab("", 4.1, "mmol/L", code="2823-3", hours=1),
    Chart().lab("", 7.4, "[pH]", code="2744-1", hours=1),
    Chart().lab("creatinine", 80, "mg/dL", code="2161-8", hours=1),
    Chart().add({"resourceType": "Encounter", "status": "finished", "class": {"code": "IMP"}}),
    Chart().add({"resourceType": "AllergyIntolerance", "subject": ABSENT, "patient": {"reference": "Patient/p1"}}),
    Chart().add({"resourceType": "Practitioner", "subject": ABSENT, "name": [{"family": "ZZ"}]}),
    Chart().add({"resourceType": "OperationOutcome", "subject": ABSENT, "issue": []}),
    Chart().lab("albumin", 1.1, "g/dL", code="1747-5", hours=1), Chart().lab("", 9.9, "mg/dL", code="1968-7", hours=1),
]  # fmt: skip


@pytest.mark.hazard("C-18")
@pytest.mark.parametrize("number", range(len(UNRELATED)))
def test_an_unrelated_record_never_changes_a_score(number: int) -> None:
    chart = Chart().cirrhosis().reference().labs({"ast": 60, "alt": 50, "platelets": 90}, upper=40)
    before = chart.json()
    after = chart.plus(UNRELATED[number]).json()
    assert after["scores"] == before["scores"]
    assert after == before


@pytest.mark.hazard("C-4")
@pytest.mark.parametrize("dropped", REFERENCE)
@FEW
@given(labs=LABS, extras=EXTRAS)
def test_removing_a_required_result_never_leaves_a_score(dropped: str, labs: Json, extras: Any) -> None:
    chart = build(labs, "male", extras)
    code = {"bilirubin": "1975-2", "creatinine": "2160-0", "inr": "6301-6", "sodium": "2951-2", "albumin": "1751-7"}[
        dropped
    ]
    kept = [
        each
        for each in chart.resources
        if each["resourceType"] != "Observation" or each["code"]["coding"][0]["code"] != code
    ]
    found = {each["id"]: each for each in Chart(patient=chart.patient, resources=tuple(kept)).json()["scores"]}
    for id, needed in NEEDS.items():
        if dropped in needed:
            assert not {"value", "range", "unrounded"} & set(found[id]), found[id]
            assert f"MISSING_{dropped.upper()}" in found[id]["reasons"]


CAVEATS: list[tuple[str, Chart]] = [
    ("ANTICOAGULANT", Chart().medicine((ATC, "B01AA03"))),
    ("DIALYSIS_ASK", Chart().procedure("302497006", days=2)),
    ("DIALYSIS_ASK", Chart().condition("N18.6")),
    ("STATUS_EXCLUDED", Chart().lab("inr", 9, hours=1, status="preliminary")),
    ("FUTURE", Chart().lab("inr", 9, days=-3)),
    ("UNDATED", Chart().lab("inr", 9, at=ABSENT)),
    ("IMPLAUSIBLE", Chart().lab("inr", 99, hours=1)),
    ("UNIT_MISSING", Chart().lab("sodium", 120, hours=1, valueQuantity={"value": 120})),
    ("UNATTRIBUTED", Chart().lab("inr", 9, hours=1, subject=ABSENT)),
]
HARMLESS = [
    Chart().condition("J45.909"), Chart().lab("ast", 60, days=10, upper=40), Chart().imaging(), Chart().cirrhosis(),
    Chart().lab("inr", 1.4, days=6), Chart().medicine((ATC, "C09AA05")), Chart().test("hiv", positive=False),
    Chart().west_haven(1), Chart().lab("creatinine", 1.1, days=12), Chart().procedure("302497006", days=20),
]  # fmt: skip


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize("number", range(len(CAVEATS)))
@settings(max_examples=15, deadline=None, derandomize=True)
@given(more=st.lists(st.sampled_from(HARMLESS), max_size=5))
def test_a_caveat_stays_until_the_data_resolve_it(number: int, more: Any) -> None:
    reason, chart = CAVEATS[number]
    case = build(REFERENCE, "male", [chart, *more])
    found = score(case, "meld-3.0")
    assert reason in found["reasons"], found
    assert found["status"] == "computed-with-caveat"


@pytest.mark.hazard("C-6")
@FEW
@given(LABS, st.sampled_from(list(REFERENCE)), st.sampled_from(["<", ">", "<=", ">="]))
def test_a_comparator_is_never_dropped_and_its_bounds_hold_the_number(labs: Json, name: str, sign: str) -> None:
    number = labs[name]
    rest = {other: value for other, value in labs.items() if other != name}
    chart = Chart().labs(rest).lab(name, number, hours=2, comparator=sign)
    for id in MELDS:
        found, exact = score(chart, id), score(build(labs), id)
        if name not in NEEDS[id]:
            assert found == exact or {each["source"] for each in found["inputs"]}
            continue
        assert "COMPARATOR" in found["reasons"], found
        low, high = found.get("range") or [found.get("value")] * 2
        if low is not None:
            assert low <= exact["value"] <= high, (found, exact)


@pytest.mark.hazard("C-10", "C-13")
@FEW
@given(LABS)
def test_ranges_hold_what_each_answer_would_give(labs: Json) -> None:
    ranged = score(build(labs, None), "meld-3.0")
    low, high = ranged.get("range") or [ranged["value"]] * 2
    ends = sorted(score(build(labs, sex), "meld-3.0")["value"] for sex in ("male", "female"))
    assert [low, high] == ends
    asked = score(build(labs).procedure("302497006", days=2), "meld-3.0")
    low, high = asked.get("range") or [asked["value"]] * 2
    on = score(build(labs).procedure("302497006", days=2).procedure("302497006", days=4), "meld-3.0")["value"]
    assert low == min(on, score(build(labs), "meld-3.0")["value"])
    assert high == max(on, score(build(labs), "meld-3.0")["value"])
