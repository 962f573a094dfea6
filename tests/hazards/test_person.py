"""Sex, age, death: who the patient is, as far as a formula needs it (C-13 to C-16)."""

from datetime import UTC, datetime

import pytest

from tests.charts import (
    BIRTH_SEX,
    GENDER_IDENTITY,
    MELDS,
    SNOMED,
    SPCU,
    US_SEX,
    Chart,
    Json,
    birthday,
    concept,
    exclusion,
    input_of,
    pathway,
    score,
)
from tests.oracles import bounds, caveat, no_score, shown_range, value

SPCU_CODES = "http://terminology.hl7.org/CodeSystem/sex-parameter-for-clinical-use"


def spcu(code: str, **period: str) -> Json:
    parts: list[Json] = [{"url": "value", "valueCodeableConcept": concept((SPCU_CODES, code))}]
    if period:
        parts.append({"url": "period", "valuePeriod": period})
    return {"url": SPCU, "extension": parts}


def birth_sex(code: str) -> Json:
    return {"url": BIRTH_SEX, "valueCode": code}


def us_sex(code: str) -> Json:
    return {"url": US_SEX, "valueCoding": {"system": SNOMED, "code": code}}


def patient(gender: str | None, *extensions: Json) -> Chart:
    return Chart().cirrhosis().reference().person(gender=gender, extension=list(extensions) or None)


FEMALE, MALE = 20, 18


@pytest.mark.hazard("C-13")
@pytest.mark.parametrize(
    ("gender", "extensions", "expected", "reasons"),
    [
        ("male", (), MALE, ()),
        ("female", (), FEMALE, ()),
        ("female", (birth_sex("F"),), FEMALE, ()),
        (None, (birth_sex("F"),), FEMALE, ()),
        (None, (birth_sex("M"),), MALE, ()),
        (None, (us_sex("248152002"),), FEMALE, ()),
        (None, (us_sex("248153007"),), MALE, ()),
        (None, (spcu("female-typical"),), FEMALE, ()),
        (None, (spcu("male-typical"),), MALE, ()),
        ("male", (spcu("female-typical"),), FEMALE, ("SEX_CONFLICT",)),
        ("female", (spcu("male-typical"),), MALE, ("SEX_CONFLICT",)),
        ("male", (birth_sex("F"),), FEMALE, ("SEX_CONFLICT",)),
        ("male", (us_sex("248152002"),), FEMALE, ("SEX_CONFLICT",)),
        ("female", (birth_sex("F"), spcu("male-typical")), MALE, ("SEX_CONFLICT",)),
        ("male", (birth_sex("UNK"),), MALE, ()),
        ("female", (birth_sex("ASKU"),), FEMALE, ()),
        ("male", (spcu("unknown"),), MALE, ()),
        ("male", (spcu("unknown"), birth_sex("F")), FEMALE, ("SEX_CONFLICT",)),
        ("other", (birth_sex("M"),), MALE, ()),
        ("unknown", (spcu("female-typical"),), FEMALE, ()),
    ],
)
def test_the_sex_table(
    gender: str | None, extensions: tuple[Json, ...], expected: int, reasons: tuple[str, ...]
) -> None:
    value(patient(gender, *extensions), "meld-3.0", expected, *reasons)


@pytest.mark.hazard("C-13")
@pytest.mark.parametrize(
    ("gender", "extensions"),
    [
        (None, ()),
        ("other", ()),
        ("unknown", ()),
        ("unknown", (birth_sex("UNK"),)),
        ("other", (spcu("unknown"),)),
        (None, ({"url": GENDER_IDENTITY, "valueCodeableConcept": concept((SNOMED, "446141000124107"))},)),
        ("FEMALE", ()),
    ],
)
def test_unknown_sex_is_a_range(gender: str | None, extensions: tuple[Json, ...]) -> None:
    chart = patient(gender, *extensions)
    bounds(chart, "meld-3.0", MALE, FEMALE, "SEX_UNKNOWN")
    shown_range(chart, "MELD 3.0", MALE, FEMALE)
    value(chart, "meld", 15)


@pytest.mark.hazard("C-13")
def test_a_parameter_that_is_specific_to_something_is_no_guess() -> None:
    bounds(patient(None, spcu("specified")), "meld-3.0", MALE, FEMALE, "SEX_UNKNOWN")


@pytest.mark.hazard("C-13")
def test_a_parameter_whose_period_is_over_does_not_count() -> None:
    value(patient("male", spcu("female-typical", end="2020-01-01")), "meld-3.0", MALE)
    value(patient("male", spcu("female-typical", start="2020-01-01")), "meld-3.0", FEMALE, "SEX_CONFLICT")


@pytest.mark.hazard("C-13")
def test_never_from_the_name() -> None:
    bounds(patient(None).person(name=[{"given": ["Mary"], "prefix": ["Mrs"]}]), "meld-3.0", MALE, FEMALE, "SEX_UNKNOWN")


@pytest.mark.hazard("C-13")
def test_the_source_is_named() -> None:
    found = input_of(score(patient("male", spcu("female-typical")), "meld-3.0"), "female")
    assert found["value"] is True
    assert "clinical use" in found["source"].lower()
    detail = patient("male", spcu("female-typical")).cards()[0]["detail"].replace("\\", "").lower()
    assert "clinical use" in detail


@pytest.mark.hazard("C-13")
def test_equal_bounds_are_a_value_that_keeps_its_reason() -> None:
    chart = Chart().person(gender=None).reference(bilirubin=60, inr=9, creatinine=4)
    found = score(chart, "meld-3.0")
    assert found["value"] == 40
    assert {"SEX_UNKNOWN", "CAPPED"} <= set(found["reasons"])
    assert "range" not in found


# Age


@pytest.mark.hazard("C-14")
@pytest.mark.parametrize("id", [*MELDS, "meld-xi"])
def test_meld_begins_on_the_twelfth_birthday(id: str) -> None:
    assert "value" in score(Chart().born(birthday(12)).reference(), id)
    no_score(Chart().born(birthday(12, days=1)).reference(), id, "AGE_LT_12", status="not-applicable")


@pytest.mark.hazard("C-14")
@pytest.mark.parametrize(
    ("year", "month", "day", "twelve"),
    [(2024, 2, 29, True), (2024, 2, 28, False), (2023, 2, 28, False), (2023, 3, 1, False)],
)
def test_a_leap_day_is_celebrated_on_the_first_of_march(year: int, month: int, day: int, twelve: bool) -> None:
    chart = Chart().at(datetime(year, month, day, 12, 0, tzinfo=UTC)).born("2012-02-29").reference()
    assert ("value" in score(chart, "meld")) is twelve


@pytest.mark.hazard("C-14", "C-16")
@pytest.mark.parametrize(("month", "day", "adult"), [(2, 28, False), (3, 1, True)])
def test_a_leap_day_patient_comes_of_age_on_the_first_of_march(month: int, day: int, adult: bool) -> None:
    chart = Chart().at(datetime(2026, month, day, 12, 0, tzinfo=UTC)).born("2008-02-29")
    assert exclusion(chart, "age-under-18")["status"] == ("absent" if adult else "present")


@pytest.mark.hazard("C-15")
def test_adolescents_have_one_constant() -> None:
    boy, girl = (Chart().born(birthday(17)).reference().person(gender=sex) for sex in ("male", "female"))
    for chart in (boy, girl):
        caveat(chart, "meld-3.0", FEMALE, "ADOLESCENT")
    unknown = Chart().born(birthday(17)).reference().person(gender=None)
    assert score(unknown, "meld-3.0")["value"] == FEMALE


@pytest.mark.hazard("C-15")
@pytest.mark.parametrize(("born", "status"), [(birthday(18), "absent"), (birthday(18, days=1), "present")])
def test_adults_only(born: str, status: str) -> None:
    assert exclusion(Chart().born(born), "age-under-18")["status"] == status


@pytest.mark.hazard("C-15", "M-1")
def test_no_investigational_card_under_eighteen() -> None:
    chart = Chart().born(birthday(17)).reference().cirrhosis().screened()
    assert pathway(chart, "cirrhosis")["status"] != "matches"
    cards = chart.cards()
    assert [card for card in cards if "nvestigational" in card["summary"]] == []


@pytest.mark.hazard("C-15")
@pytest.mark.parametrize("id", ["fib-4", "nfs", "apri", "ast-alt-ratio", "fli", "hsi"])
def test_fibrosis_and_steatosis_tests_do_not_apply_under_eighteen(id: str) -> None:
    values = {
        "ast": 60,
        "alt": 50,
        "platelets": 150,
        "albumin": 4.0,
        "bmi": 31,
        "ggt": 80,
        "triglycerides": 180,
        "waist": 110,
    }
    child = Chart().born(birthday(18, days=1)).condition("E11.9").labs(values, upper=40)
    no_score(child, id, "AGE_NOT_VALIDATED", status="not-applicable")
    assert "value" in score(child.born(birthday(18)), id)


@pytest.mark.hazard("C-16")
@pytest.mark.parametrize("id", ["fib-4", "nfs"])
def test_below_35_a_value_without_a_band(id: str) -> None:
    values = {"ast": 60, "alt": 50, "platelets": 150, "albumin": 4.0, "bmi": 31}
    young = Chart().born(birthday(35, days=1)).condition("E11.9").labs(values)
    found = score(young, id)
    assert "AGE_NOT_VALIDATED" in found["reasons"]
    assert "band" not in found
    assert "value" in found
    old_enough = score(young.born(birthday(35)), id)
    assert "AGE_NOT_VALIDATED" not in old_enough["reasons"]
    assert old_enough["band"]


@pytest.mark.hazard("C-16")
@pytest.mark.parametrize("born", [None, "1880-01-01", "2027-01-01", "2014", "2014-11", "soon", "1971-02-30"])
def test_a_birth_date_that_cannot_decide_about_twelve_refuses(born: str | None) -> None:
    for id in MELDS:
        no_score(Chart().born(born).reference(), id, "AGE_UNKNOWN")


@pytest.mark.hazard("C-16")
@pytest.mark.parametrize(("born", "expected"), [("1971", 18), ("1971-03", 18), ("2012", 20)])
def test_a_birth_date_to_the_year_decides_where_both_ends_agree(born: str, expected: int) -> None:
    assert score(Chart().born(born).reference(), "meld-3.0")["value"] == expected


@pytest.mark.hazard("C-16")
def test_a_year_that_straddles_eighteen_refuses_what_depends_on_it() -> None:
    chart = Chart().born("2008").reference()
    no_score(chart, "meld-3.0", "AGE_UNKNOWN")
    value(chart, "meld", 15)
    no_score(chart.labs({"ast": 60, "alt": 50, "platelets": 150}), "fib-4", "AGE_UNKNOWN")
    assert exclusion(chart, "age-under-18")["status"] == "unknown"


@pytest.mark.hazard("C-16")
def test_a_year_that_straddles_35_leaves_the_value_and_no_band() -> None:
    found = score(Chart().born("1991").labs({"ast": 60, "alt": 50, "platelets": 150}), "fib-4")
    assert "AGE_UNKNOWN" in found["reasons"]
    assert "band" not in found


@pytest.mark.hazard("C-16")
def test_age_as_a_number_becomes_a_range() -> None:
    chart = Chart().born("1971").labs({"ast": 60, "alt": 50, "platelets": 150})
    found = score(chart, "fib-4")
    assert "AGE_UNKNOWN" in found["reasons"]
    low, high = (score(chart.born(born), "fib-4")["value"] for born in ("1971-12-31", "1971-01-01"))
    assert found["range"] == [low, high]


@pytest.mark.hazard("C-16")
def test_a_month_that_leaves_one_age_is_a_value() -> None:
    chart = Chart().labs({"ast": 60, "alt": 50, "platelets": 150})
    value(chart.born("1971-03"), "fib-4", score(chart.born("1971-03-01"), "fib-4")["value"])


@pytest.mark.hazard("C-16")
@pytest.mark.parametrize(
    "dead", [{"deceasedBoolean": True}, {"deceasedDateTime": "2026-11-01"}, {"deceasedDateTime": "2026"}]
)
def test_the_dead_get_no_cards_and_no_scores(dead: Json) -> None:
    chart = Chart().reference().cirrhosis().administration("2026-10-25T10:00:00Z").person(**dead)
    for found in chart.json()["scores"]:
        assert found["status"] == "not-applicable"
        assert found["reasons"] == ["DECEASED"]
        assert not {"value", "range"} & set(found)
    for family in ("steatosis", "cirrhosis", "aclf"):
        assert pathway(chart, family)["status"] == "not-applicable"
    for topic in ("evaluation", "order-select", "order-sign", "follow-up"):
        assert chart.cards(topic) == []  # type: ignore[arg-type]


@pytest.mark.hazard("C-16")
def test_alive_is_alive() -> None:
    value(Chart().reference().person(deceasedBoolean=False), "meld-3.0", MALE)


@pytest.mark.hazard("C-45", "M-10")
def test_neither_race_nor_payer_nor_address_changes_anything() -> None:
    race = {"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race", "extension": []}
    plain = Chart().reference().cirrhosis()
    marked = plain.person(extension=[race], address=[{"postalCode": "ZZ"}], maritalStatus={"text": "ZZ"})
    coverage = {"resourceType": "Coverage", "status": "active", "beneficiary": {"reference": "Patient/p1"}}
    assert marked.json() == plain.json()
    assert plain.add({**coverage}).json() == plain.json()
