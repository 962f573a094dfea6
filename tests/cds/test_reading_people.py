"""Who the patient is, and coded answers: tests, grades, stages, a charted MELD."""

from datetime import date
from typing import Any

import pytest

from cds.chart import Answer, Person
from tests.cds.reading import Json, observation, read
from tests.charts import BIRTH_SEX, LOINC, ME, OWN, SNOMED, SPCU, UCUM, US_SEX, concept

USE_CODES = "http://terminology.hl7.org/CodeSystem/sex-parameter-for-clinical-use"
V3 = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"


def person(**members: Any) -> Person:
    return read({"resourceType": "Patient", "id": ME, **members}).person


def clinical_use(code: str, **period: str) -> Json:
    inner: list[Json] = [{"url": "value", "valueCodeableConcept": concept((USE_CODES, code))}]
    return {"url": SPCU, "extension": inner + ([{"url": "period", "valuePeriod": period}] if period else [])}


@pytest.mark.hazard("C-16")
@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("1971-03-01", date(1971, 3, 1), date(1971, 3, 1)),
        ("1971-03", date(1971, 3, 1), date(1971, 3, 31)),
        ("1971", date(1971, 1, 1), date(1971, 12, 31)),
        ("71", None, None),
        (1971, None, None),
        ("1971-02-30", None, None),
        (None, None, None),
    ],
)
def test_a_birth_date_is_the_days_that_it_may_mean(written: Any, first: date | None, last: date | None) -> None:
    found = person(birthDate=written)
    assert (found.born_first, found.born_last) == (first, last)


ADMINISTRATIVE = ("administrative gender", "male")


@pytest.mark.hazard("C-13")
@pytest.mark.parametrize(
    ("extensions", "sexes"),
    [
        ([], (ADMINISTRATIVE,)),
        ([clinical_use("female-typical")], (("sex parameter for clinical use", "female"), ADMINISTRATIVE)),
        ([clinical_use("unknown")], (("sex parameter for clinical use", "unknown"), ADMINISTRATIVE)),
        ([clinical_use("specified")], (("sex parameter for clinical use", "unknown"),)),
        ([clinical_use("female-typical", end="2020-01-01")], (ADMINISTRATIVE,)),
        ([clinical_use("female-typical", start="2027-01-01")], (ADMINISTRATIVE,)),
        (
            [{"url": BIRTH_SEX, "valueCode": "F"}, clinical_use("male-typical", start="2020-01-01")],
            (("sex parameter for clinical use", "male"), ("birth sex", "female"), ADMINISTRATIVE),
        ),
        ([{"url": US_SEX, "valueCode": "248152002"}], (("birth sex", "female"), ADMINISTRATIVE)),
        ([{"url": US_SEX, "valueCoding": {"code": "248153007"}}], (("birth sex", "male"), ADMINISTRATIVE)),
        ([{"url": BIRTH_SEX, "valueCode": "UNK"}], (("birth sex", "unknown"), ADMINISTRATIVE)),
        ([{"url": BIRTH_SEX, "valueCode": 5}, "F", None, {"url": []}], (("birth sex", "unknown"), ADMINISTRATIVE)),
        ([{"url": "urn:gender-identity", "valueCode": "F"}], (ADMINISTRATIVE,)),
    ],
)
def test_the_sources_of_sex_in_their_order(extensions: list[Any], sexes: tuple[tuple[str, str], ...]) -> None:
    assert person(gender="male", extension=extensions).sexes == sexes


@pytest.mark.hazard("C-13")
@pytest.mark.parametrize("gender", ["other", "unknown", "female-identifying"])
def test_any_other_gender_says_nothing(gender: str) -> None:
    assert {sex for _, sex in person(gender=gender).sexes} == {"unknown"}


@pytest.mark.hazard("C-16")
@pytest.mark.parametrize(
    ("members", "deceased"),
    [
        ({"deceasedBoolean": True}, True),
        ({"deceasedBoolean": False}, False),
        ({"deceasedBoolean": "true"}, False),
        ({"deceasedDateTime": "2026-11-01"}, True),
        ({"deceasedDateTime": "2026-11-22T10:00:01Z"}, False),
        ({"deceasedDateTime": "2026"}, True),
        ({"deceasedDateTime": "2027"}, False),
        ({"deceasedDateTime": "unknown"}, True),
        ({}, False),
    ],
)
def test_who_has_died_at_the_clinical_clock(members: Json, deceased: bool) -> None:
    assert person(**members).deceased is deceased


@pytest.mark.hazard("C-27")
def test_a_patient_with_a_modifier_is_unknown() -> None:
    assert person(gender="male", birthDate="1971", modifierExtension=[{"url": "urn:x"}]) == Person()


def test_without_a_patient_resource_nothing_is_known() -> None:
    assert read(observation()).person == Person()


def asked(system: str, code: str, **members: Any) -> Json:
    return {**observation(valueQuantity=..., **members), "code": concept((system, code))}


def answers(name: str, *resources: Json) -> list[str | int]:
    return [each.value for each in read(*resources).answers.get(name, ())]


def reasons(name: str, *resources: Json) -> list[str]:
    return [each.reason for each in read(*resources).unusable.get(name, ())]


@pytest.mark.parametrize(
    ("members", "answer"),
    [
        ({"valueCodeableConcept": concept((SNOMED, "260385009"))}, "negative"),
        ({"valueCodeableConcept": concept((SNOMED, "260415000"))}, "negative"),
        ({"valueCodeableConcept": concept((SNOMED, "10828004"))}, "positive"),
        ({"valueCodeableConcept": concept((SNOMED, "260373001"))}, "positive"),
        ({"valueString": "negative"}, "negative"),
        ({"valueString": "Not detected"}, "negative"),
        ({"interpretation": [concept((V3, "NEG"))]}, "negative"),
        ({"interpretation": [concept((V3, "ND"))]}, "negative"),
        ({"interpretation": [concept((V3, "POS"))]}, "positive"),
        ({"valueQuantity": {"value": 0.1, "unit": "{s_co}"}, "interpretation": [concept((V3, "NEG"))]}, "negative"),
    ],
)
def test_a_test_says_positive_or_negative_as_a_code_or_a_word(members: Json, answer: str) -> None:
    given = {**asked(LOINC, "13955-0"), **members}
    assert answers("anti_hcv", given) == [answer]


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"valueString": "not negative"}, ["NOT_A_QUANTITY"]),
        ({"valueString": "NEGATIVE.  RECOMMENDED FOLLOW-UP FOR POSITIVE"}, ["NOT_A_QUANTITY"]),
        ({"valueString": "reactive"}, ["NOT_A_QUANTITY"]),
        ({"valueCodeableConcept": {"text": "negative"}}, ["NOT_A_QUANTITY"]),
        ({"valueCodeableConcept": concept((SNOMED, "10828004"), (SNOMED, "260385009"))}, ["CONFLICTING_RESULTS"]),
        ({"valueString": "negative", "interpretation": [concept((V3, "POS"))]}, ["CONFLICTING_RESULTS"]),
        ({"valueString": "negative", "status": "preliminary"}, ["STATUS_EXCLUDED"]),
        ({"valueString": "negative", "effectiveDateTime": "2026"}, ["UNDATED"]),
        ({"valueString": "negative", "modifierExtension": [{}]}, ["UNKNOWN_MODIFIER"]),
        ({"valueString": "negative", "dataAbsentReason": {"text": "error"}}, ["NOT_A_QUANTITY"]),
        ({"interpretation": [concept((V3, "N"))]}, []),
        ({}, []),
    ],
)
def test_what_does_not_say_so_clearly_is_no_answer(members: Json, reason: list[str]) -> None:
    given = {**asked(LOINC, "56888-1"), **members}
    assert answers("hiv_test", given) == []
    assert reasons("hiv_test", given) == reason


@pytest.mark.parametrize(
    ("code", "answer"), [("77386006", "positive"), ("60001007", "negative"), ("260385009", "negative")]
)
def test_pregnancy_as_a_status(code: str, answer: str) -> None:
    given = asked(LOINC, "11449-6", valueCodeableConcept=concept((SNOMED, code)))
    assert answers("pregnancy_test", given) == [answer]


def test_a_measured_hcg_is_a_number_and_no_answer() -> None:
    chart = read(observation("2118-8", 3, "[IU]/L"))
    assert chart.results["hcg"][0].value == 3
    assert "pregnancy_test" not in chart.answers


def test_a_viral_load_that_is_not_detected_is_an_answer_and_no_failed_number() -> None:
    chart = read(asked(LOINC, "20416-4", valueCodeableConcept=concept((SNOMED, "260415000"))))
    assert [each.value for each in chart.answers["hcv_rna_test"]] == ["negative"]
    assert "hcv_rna" not in chart.unusable


@pytest.mark.parametrize("grade", ["none", "mild", "diuretic-controlled", "moderate", "severe", "refractory"])
def test_an_ascites_grade_is_a_code_of_ours(grade: str) -> None:
    given = asked(
        OWN + "msc-observation", "ascites-grade", valueCodeableConcept=concept((OWN + "msc-ascites-grade", grade))
    )
    assert answers("ascites_grade", given) == [grade]


@pytest.mark.parametrize(
    ("value", "stage"), [(0, [0]), (4, [4]), (5, []), (-1, []), (True, []), (2.0, []), ("2", []), ([2], [])]
)
def test_a_grade_is_a_whole_number_of_its_scale(value: Any, stage: list[int]) -> None:
    for code, name in (("west-haven-grade", "west_haven_grade"), ("fibrosis-stage", "fibrosis_stage")):
        given = asked(OWN + "msc-observation", code, valueInteger=value)
        assert answers(name, given) == stage
        assert reasons(name, given) == ([] if stage else ["NOT_A_QUANTITY"])


@pytest.mark.hazard("C-38")
@pytest.mark.parametrize(
    ("members", "answer"),
    [
        ({"valueBoolean": True}, ["present"]),
        ({"valueBoolean": False}, ["absent"]),
        ({"valueCodeableConcept": concept((SNOMED, "52101004"))}, ["present"]),
        ({"valueCodeableConcept": concept((SNOMED, "2667000"))}, ["absent"]),
        ({"valueString": "absent"}, []),
    ],
)
def test_a_finding_is_present_or_absent(members: Json, answer: list[str]) -> None:
    assert answers("ascites_finding", asked(SNOMED, "389026000", **members)) == answer
    assert answers("encephalopathy_finding", asked(SNOMED, "13920009", **members)) == answer


@pytest.mark.hazard("C-44")
@pytest.mark.parametrize(
    ("version", "name"), [("meld", "charted_meld"), ("meld-na", "charted_meld_na"), ("meld-3", "charted_meld_3")]
)
def test_a_charted_meld_is_kept_beside_ours_by_its_formula(version: str, name: str) -> None:
    given = observation(
        value=23,
        unit="{score}",
        method=concept((OWN + "meld-version", version)),
        component=[{"code": concept((LOINC, "1975-2")), "valueQuantity": {"value": 9, "unit": "mg/dL"}}],
    )
    chart = read({**given, "code": concept((OWN + "msc-observation", "meld"))})
    assert {name: [each.value for each in found] for name, found in chart.answers.items()} == {name: [23]}
    assert not chart.results


def test_a_charted_meld_without_a_formula_is_none() -> None:
    assert not read({**observation(value=23), "code": concept((OWN + "msc-observation", "meld"))}).answers


def test_answers_are_listed_newest_first_back_to_a_contradiction() -> None:
    at = "2026-11-20T08:00:00Z"
    given = [
        asked(LOINC, "5196-1", valueString="negative", id="a", effectiveDateTime="2026-11-01"),
        asked(LOINC, "5196-1", valueString="negative", id="b", effectiveDateTime="2026-11-10"),
        asked(LOINC, "5196-1", valueString="negative", id="c", effectiveDateTime=at),
        asked(LOINC, "5196-1", valueString="positive", id="d", effectiveDateTime=at),
    ]
    assert [each.source for each in read(*given[:2]).answers["hbsag"]] == ["Observation/b", "Observation/a"]
    chart = read(*given)
    assert "hbsag" not in chart.answers
    later = {**given[0], "id": "e", "effectiveDateTime": "2026-11-21"}
    assert [each.source for each in read(*given, later).answers["hbsag"]] == ["Observation/e"]
    assert [each.reason for each in chart.unusable["hbsag"]] == ["CONFLICTING_RESULTS"] * 2
    corrected: Answer = read(*given[:3], {**given[3], "status": "corrected"}).answers["hbsag"][0]
    assert (corrected.value, corrected.source) == ("positive", "Observation/d")


def test_a_unit_is_no_answer() -> None:
    given = {**asked(LOINC, "5196-1"), "valueQuantity": {"value": 1, "system": UCUM, "code": "1"}}
    assert not read(given).answers
