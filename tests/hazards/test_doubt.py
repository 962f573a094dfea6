"""What is in doubt stays in doubt: newer evidence, contradictions and unconfirmed records are never passed over."""

import pytest

from tests.charts import SNOMED, Chart, ago, concept, criterion, exclusion, pathway, score

SICK = Chart().cirrhosis().reference()


def with_range(chart: Chart) -> list[float]:
    found = score(chart, "child-pugh")
    return [found["value"]] * 2 if "value" in found else found["range"]  # type: ignore[no-any-return]


# Newer evidence outweighs an older assessment


@pytest.mark.hazard("C-38")
@pytest.mark.parametrize("days", [1, 10])
def test_ascites_that_was_charted_after_an_assessment_without_ascites_counts(days: int) -> None:
    before = SICK.west_haven(0).ascites("none", days=20)
    assert with_range(before) == [7, 7]
    assert with_range(before.condition("R18.8", days=days)) == [8, 9]


@pytest.mark.hazard("C-38")
def test_ascites_that_was_charted_before_an_assessment_does_not_overrule_it() -> None:
    assert with_range(SICK.west_haven(0).ascites("none", days=2).condition("R18.8", days=20)) == [7, 7]
    assert with_range(SICK.west_haven(0).ascites("none", days=2).condition("R18.8", days=None)) == [7, 7]


@pytest.mark.hazard("C-38")
def test_encephalopathy_that_was_charted_after_an_assessment_without_it_counts() -> None:
    before = SICK.ascites("none").west_haven(0, days=20)
    assert with_range(before) == [7, 7]
    assert with_range(before.condition("K76.82", days=1)) == [8, 9]
    assert with_range(before.condition("K72.91", days=1)) == [9, 9]


@pytest.mark.hazard("C-38")
def test_a_finding_after_a_grade_without_ascites_counts() -> None:
    found = {
        "resourceType": "Observation", "status": "final", "code": concept((SNOMED, "389026000")),
        "valueBoolean": True, "effectiveDateTime": ago(1),
    }  # fmt: skip
    assert with_range(SICK.west_haven(0).ascites("none", days=20).add(found)) == [8, 9]


# Contradictions are not resolved by an older result


@pytest.mark.hazard("C-26")
def test_results_that_contradict_each_other_do_not_let_an_older_one_rule_cancer_out() -> None:
    clear = SICK.screened()
    assert exclusion(clear, "hepatic-malignancy")["status"] == "absent"
    twice = clear.lab("afp", 5, days=1).lab("afp", 500, days=1)
    assert exclusion(twice, "hepatic-malignancy")["status"] == "unknown"


@pytest.mark.hazard("C-26")
@pytest.mark.parametrize(("test", "id"), [("hiv", "hiv"), ("pregnancy", "pregnancy")])
def test_tests_that_contradict_each_other_do_not_let_an_older_one_rule_out(test: str, id: str) -> None:
    clear = SICK.born("1990-01-01").female().test(test, positive=False, days=10)
    assert exclusion(clear, id)["status"] == "absent"
    both = clear.test(test, positive=True, days=1).test(test, positive=False, days=1)
    assert exclusion(both, id)["status"] != "absent"


@pytest.mark.hazard("C-26")
def test_serology_that_contradicts_itself_leaves_viral_hepatitis_open() -> None:
    clear = SICK.screened()
    assert criterion(clear, "cirrhosis", "viral-hepatitis-controlled")["status"] == "met"
    both = clear.test("hbsag", positive=True, days=1).test("hbsag", positive=False, days=1)
    assert criterion(both, "cirrhosis", "viral-hepatitis-controlled")["status"] == "unknown"


@pytest.mark.hazard("C-25")
def test_hbv_dna_outweighs_a_negative_surface_antigen() -> None:
    occult = SICK.screened().lab("hbv_dna", 500, days=5)
    assert criterion(occult, "cirrhosis", "viral-hepatitis-controlled")["status"] == "unknown"


# Off-scale results


@pytest.mark.hazard("C-6")
def test_hba1c_above_the_scale_is_diabetes() -> None:
    chart = Chart().condition("K76.0").lab("bmi", 31).lab("alt", 40).lab("ast", 40).lab("fasting_glucose", 90)
    beyond = chart.lab("hba1c", 14, comparator=">")
    plain = score(chart.lab("hba1c", 5.2), "hsi")["value"]
    assert score(beyond, "hsi")["value"] == plain + 2


# Medicines and conditions that are not confirmed


@pytest.mark.hazard("C-11")
@pytest.mark.parametrize("status", ["on-hold", "unknown"])
def test_an_anticoagulant_that_is_not_known_to_be_taken_is_said(status: str) -> None:
    held = SICK.medicine(text="Warfarin 5 mg", status=status)
    assert "ANTICOAGULANT_UNKNOWN" in score(held, "meld")["reasons"]


@pytest.mark.hazard("C-23")
def test_a_transplant_that_is_not_confirmed_is_said_beside_the_score() -> None:
    found = score(SICK.condition("Z94.4", verified="provisional"), "meld-3.0")
    assert found["value"] == 18
    assert found["status"] == "computed-with-caveat"
    assert found["reasons"] == ["UNCONFIRMED"]


@pytest.mark.hazard("C-23")
def test_an_acute_failure_that_is_not_confirmed_is_said_beside_the_score() -> None:
    alone = Chart().reference().condition("K72.00", verified="provisional")
    assert score(alone, "meld-3.0")["reasons"] == ["UNCONFIRMED"]
    assert "UNCONFIRMED" not in score(alone.cirrhosis(), "meld-3.0")["reasons"]


@pytest.mark.hazard("C-23")
@pytest.mark.parametrize("code", ["328383001", "K73.9", "I85.01"])
def test_an_acute_failure_on_a_chronic_disease_without_a_name_keeps_its_score(code: str) -> None:
    assert score(Chart().reference().condition("K72.00").condition(code), "meld-3.0")["value"] == 18


@pytest.mark.hazard("C-23")
def test_alcoholic_hepatitis_that_is_not_confirmed_is_not_called_unread() -> None:
    found = score(SICK.condition("K70.10", verified="provisional"), "maddrey")
    assert "UNCONFIRMED" in found["reasons"]
    assert "NOT_RETRIEVED" not in found["reasons"]


@pytest.mark.hazard("C-13")
def test_sources_of_sex_that_disagree_do_not_rule_pregnancy_out() -> None:
    chart = SICK.born("1990-01-01")
    assert exclusion(chart, "pregnancy")["status"] == "absent"
    birth_sex = {"url": "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex", "valueCode": "M"}
    assert exclusion(chart.person(gender="female", extension=[birth_sex]), "pregnancy")["status"] == "unknown"


@pytest.mark.hazard("C-25")
def test_the_pathway_does_not_match_on_a_contradiction() -> None:
    chart = SICK.screened().ascites("mild").west_haven(0)
    assert pathway(chart, "cirrhosis")["status"] == "matches"
    both = chart.test("hiv", positive=True, days=1).test("hiv", positive=False, days=1)
    assert pathway(both, "cirrhosis")["status"] == "cannot-determine"


# Grades tell an onset, or leave it open


STEADY = SICK.screened().ascites("mild").west_haven(0)


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize(
    "chart",
    [
        SICK.screened().west_haven(0).ascites("none", days=15).ascites("severe"),
        SICK.screened().ascites("mild").west_haven(0, days=10).west_haven(2),
    ],
)
def test_grades_that_turned_within_28_days_are_an_acute_decompensation(chart: Chart) -> None:
    assert pathway(chart, "aclf")["status"] != "not-applicable"
    assert pathway(chart, "cirrhosis")["status"] != "matches"


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize("grade", [3, 4])
def test_coma_of_today_leaves_acute_failure_open(grade: int) -> None:
    chart = SICK.screened().ascites("none").west_haven(grade)
    assert criterion(chart, "cirrhosis", "no-aclf")["status"] == "unknown"
    assert exclusion(chart, "aclf-grade-3")["status"] == "unknown"
    assert pathway(chart, "aclf")["status"] == "cannot-determine"


@pytest.mark.parametrize(
    "chart",
    [
        STEADY,
        STEADY.ascites("mild", days=20),
        SICK.screened().west_haven(0).ascites("none", days=40).ascites("mild"),
        SICK.screened().ascites("mild").west_haven(2, days=2),
    ],
)
def test_grades_without_a_known_turn_are_no_acute_decompensation(chart: Chart) -> None:
    assert pathway(chart, "aclf")["status"] == "not-applicable"
