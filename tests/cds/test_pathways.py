"""Gates and criteria of the three trial families in their three values, at the boundary of each threshold."""

from typing import Any

import pytest

from cds.assessment import Used
from cds.knowledge import MONTHS_6, MONTHS_12, PATHWAYS
from tests.cds.clinic import (
    World,
    ago,
    answered,
    charted,
    fact,
    lab,
    labs,
    not_scored,
    result,
    scored,
    unread_kind,
)

Said = tuple[dict[str, Any], ...]
CONDITIONS = unread_kind("conditions")
HALF_YEAR, YEAR = MONTHS_6.days, MONTHS_12.days

GATES: list[tuple[str, str, Said]] = [
    ("steatosis", "yes", (charted("masld"),)),
    ("steatosis", "yes", (charted("mash", status="provisional"),)),
    ("steatosis", "no", ()),
    ("steatosis", "no", (charted("masld", status="past"),)),
    ("steatosis", "unknown", (CONDITIONS,)),
    ("cirrhosis", "yes", (charted("cirrhosis"),)),
    ("cirrhosis", "yes", (charted("cirrhosis", status="provisional"),)),
    ("cirrhosis", "yes", (answered("fibrosis_stage", 4, 100),)),
    ("cirrhosis", "yes", (answered("fibrosis_stage", 4, 900),)),
    ("cirrhosis", "no", (answered("fibrosis_stage", 3, 100),)),
    ("cirrhosis", "yes", (labs(days=YEAR, lsm=15),)),
    ("cirrhosis", "no", (labs(days=YEAR + 0.01, lsm=15),)),
    ("cirrhosis", "no", (labs(lsm=14.9),)),
    ("cirrhosis", "unknown", (CONDITIONS,)),
    ("cirrhosis", "yes", (CONDITIONS, labs(lsm=15))),
    ("aclf", "yes", (charted("cirrhosis"), charted("charted_ascites", days=28))),
    ("aclf", "no", (charted("cirrhosis"), charted("charted_ascites", days=28.01))),
    ("aclf", "yes", (charted("cirrhosis"), charted("gi_bleeding", days=20, status="past", end=15))),
    ("aclf", "yes", (charted("cirrhosis"), charted("sepsis", days=1))),
    ("aclf", "no", (charted("charted_ascites", days=5),)),
    ("aclf", "unknown", (charted("cirrhosis"), charted("charted_ascites", days=None))),
    ("aclf", "unknown", (charted("cirrhosis"), charted("charted_ascites", days=5, status="provisional"))),
    ("aclf", "unknown", (charted("cirrhosis", status="provisional"), charted("charted_ascites", days=5))),
    ("aclf", "unknown", (labs(lsm=20), charted("hrs"), charted("sepsis", days=5))),
    ("aclf", "yes", (charted("cirrhosis"), labs(days=1, bilirubin=12))),
    ("aclf", "no", (charted("cirrhosis"), labs(days=1.01, bilirubin=12))),
    ("aclf", "no", (charted("cirrhosis"), labs(bilirubin=11.99))),
    ("aclf", "yes", (charted("cirrhosis"), labs(creatinine=2))),
    ("aclf", "no", (charted("cirrhosis"), labs(creatinine=1.99))),
    ("aclf", "yes", (charted("cirrhosis"), labs(inr=2.5))),
    ("aclf", "no", (charted("cirrhosis"), labs(inr=2.5), fact("anticoagulation", True))),
    ("aclf", "unknown", (charted("cirrhosis"), labs(inr=2.5), fact("anticoagulation", False, True))),
    ("aclf", "no", (charted("cirrhosis"), labs(inr=2.4), fact("anticoagulation", False, True))),
    ("aclf", "unknown", (CONDITIONS,)),
    ("aclf", "unknown", (CONDITIONS, answered("fibrosis_stage", 4), labs(bilirubin=20))),
]

SEROLOGY: Said = (answered("hbsag", "negative", YEAR), answered("anti_hcv", "negative", YEAR))
AT_TARGET: Said = (
    labs(hba1c=6.9, triglycerides=149, hdl=40, bmi=24.9),
    lab("alt", result("alt", 30, 10, 40)),
    lab("ast", result("ast", 30, 10, 40)),
)
F1: Said = (answered("fibrosis_stage", 1),)

CRITERIA: list[tuple[str, str, Said]] = [
    ("masld-or-mash", "yes", (charted("masld"),)),
    ("masld-or-mash", "unknown", (charted("masld", status="provisional"),)),
    ("masld-or-mash", "unknown", (CONDITIONS,)),
    # the source article's entry: three routes
    ("article-entry", "yes", (answered("fibrosis_stage", 2),)),
    ("article-entry", "no", (*F1, *AT_TARGET)),
    ("article-entry", "unknown", AT_TARGET),
    ("article-entry", "unknown", (charted("early_fibrosis"), *AT_TARGET)),
    ("article-entry", "yes", (*F1, *AT_TARGET, labs(hba1c=7))),
    ("article-entry", "yes", (*F1, *AT_TARGET, labs(triglycerides=150))),
    ("article-entry", "yes", (*F1, *AT_TARGET, labs(hdl=39.9))),
    ("article-entry", "yes", (*F1, *AT_TARGET, labs(hdl=49), fact("female", True))),
    ("article-entry", "unknown", (*F1, *AT_TARGET, labs(hdl=49), fact("female", False, True))),
    ("article-entry", "no", (*F1, *AT_TARGET, labs(hdl=50), fact("female", False, True))),
    ("article-entry", "yes", (*F1, *AT_TARGET, labs(bmi=30))),
    ("article-entry", "unknown", (*F1, *AT_TARGET, labs(bmi=27))),
    (
        "article-entry",
        "yes",
        (*F1, *AT_TARGET, labs(bmi=27), lab("weight", result("weight", 95.1, 5), result("weight", 100, 340))),
    ),
    (
        "article-entry",
        "no",
        (*F1, *AT_TARGET, labs(bmi=27), lab("weight", result("weight", 95, 5), result("weight", 100, 340))),
    ),
    ("article-entry", "unknown", (*F1, *AT_TARGET, labs(days=HALF_YEAR + 0.01, hba1c=9))),
    ("article-entry", "yes", (lab("alt", result("alt", 41, 1, 40), result("alt", 41, 91, 40)),)),
    ("article-entry", "unknown", (lab("alt", result("alt", 41, 1, 40), result("alt", 41, 90.9, 40)),)),
    ("article-entry", "unknown", (lab("alt", result("alt", 41, 1), result("alt", 41, 91)),)),
    ("article-entry", "yes", (lab("alt", result("alt", 41, HALF_YEAR, 40), result("alt", 41, 400, 40)),)),
    ("article-entry", "unknown", (lab("alt", result("alt", 41, HALF_YEAR + 0.1, 40), result("alt", 41, 400, 40)),)),
    ("article-entry", "no", (*F1, *AT_TARGET, lab("alt", result("alt", 41, 1, 40), result("alt", 40, 91, 40)))),
    # F3 to F4
    ("fibrosis-f3-f4", "yes", (answered("fibrosis_stage", 3, 730),)),
    ("fibrosis-f3-f4", "unknown", (answered("fibrosis_stage", 3, 730.01),)),
    ("fibrosis-f3-f4", "no", (answered("fibrosis_stage", 2), labs(lsm=30))),
    ("fibrosis-f3-f4", "unknown", ()),
    # other causes
    ("no-other-aetiology", "yes", SEROLOGY),
    ("no-other-aetiology", "unknown", ()),
    ("no-other-aetiology", "unknown", (SEROLOGY[0],)),
    ("no-other-aetiology", "unknown", (answered("hbsag", "negative", YEAR + 0.01), SEROLOGY[1])),
    ("no-other-aetiology", "unknown", (*SEROLOGY, CONDITIONS)),
    ("no-other-aetiology", "unknown", (*SEROLOGY, charted("hepatitis_c", status="provisional"))),
    ("no-other-aetiology", "no", (answered("hbsag", "positive"), SEROLOGY[1])),
    ("no-other-aetiology", "no", (SEROLOGY[0], answered("anti_hcv", "positive"))),
    (
        "no-other-aetiology",
        "yes",
        (SEROLOGY[0], answered("anti_hcv", "positive"), answered("hcv_rna_test", "negative")),
    ),
    ("no-other-aetiology", "no", (*SEROLOGY, answered("hcv_rna_test", "positive"))),
    ("no-other-aetiology", "no", (*SEROLOGY, labs(hcv_rna=500))),
    *[
        ("no-other-aetiology", "no", (*SEROLOGY, charted(each)))
        for each in (
            "hepatitis_b",
            "hepatitis_c",
            "alcohol_liver_disease",
            "alcoholic_hepatitis",
            "autoimmune_hepatitis",
            "cholestatic_disease",
            "genetic_liver_disease",
        )
    ],
    # decompensation
    ("no-decompensation", "yes", ()),
    ("no-decompensation", "unknown", (CONDITIONS,)),
    ("no-decompensation", "unknown", (charted("hepatic_encephalopathy", status="provisional"),)),
    *[
        ("no-decompensation", "no", (charted(each),))
        for each in (
            "charted_ascites",
            "hepatic_encephalopathy",
            "hepatic_coma",
            "bleeding_varices",
            "bacterial_peritonitis",
            "hrs",
            "decompensated_cirrhosis",
        )
    ],
    ("no-decompensation", "no", (fact("ascites", 2, 3),)),
    ("no-decompensation", "no", (fact("encephalopathy", 1),)),
    ("no-decompensation", "yes", (fact("ascites", 1), fact("encephalopathy", 0))),
    ("no-decompensation", "unknown", (charted("cirrhosis"),)),
    ("no-decompensation", "yes", (charted("cirrhosis"), scored("child_pugh", 6))),
    ("no-decompensation", "yes", (charted("cirrhosis"), scored("child_pugh", 5, 6))),
    ("no-decompensation", "unknown", (charted("cirrhosis"), scored("child_pugh", 6, 7))),
    ("no-decompensation", "no", (charted("cirrhosis"), scored("child_pugh", 7))),
    ("no-decompensation", "unknown", (charted("cirrhosis"), scored("child_pugh", 6, days=30.01))),
    ("no-decompensation", "unknown", (charted("cirrhosis"), scored("child_pugh", 6, reasons=("ANTICOAGULANT",)))),
    # cirrhosis
    ("cirrhosis-confirmed", "yes", (charted("cirrhosis"),)),
    ("cirrhosis-confirmed", "yes", (answered("fibrosis_stage", 4),)),
    ("cirrhosis-confirmed", "unknown", (charted("cirrhosis", status="provisional"),)),
    ("cirrhosis-confirmed", "unknown", (labs(lsm=40),)),
    ("cirrhosis-confirmed", "yes", (charted("cirrhosis"), charted("transplant_waiting"))),
    ("child-pugh-7-12", "yes", (scored("child_pugh", 7),)),
    ("child-pugh-7-12", "yes", (scored("child_pugh", 12),)),
    ("child-pugh-7-12", "yes", (scored("child_pugh", 7, 12),)),
    ("child-pugh-7-12", "no", (scored("child_pugh", 13),)),
    ("child-pugh-7-12", "unknown", (scored("child_pugh", 12, 13),)),
    ("child-pugh-7-12", "unknown", (scored("child_pugh", 6, 8),)),
    ("child-pugh-7-12", "no", (scored("child_pugh", 6), scored("meld", 10))),
    ("child-pugh-7-12", "unknown", (scored("child_pugh", 6),)),
    ("child-pugh-7-12", "unknown", (scored("child_pugh", 6, 7), scored("meld", 10))),
    ("child-pugh-7-12", "unknown", (scored("child_pugh", 6), scored("meld", 9, 12))),
    ("child-pugh-7-12", "unknown", (scored("meld", 20),)),
    ("child-pugh-7-12", "unknown", (scored("child_pugh", 8, days=30.01), scored("meld", 20))),
    ("child-pugh-7-12", "unknown", (scored("child_pugh", 8, reasons=("ANTICOAGULANT",)),)),
    ("child-pugh-7-12", "unknown", (scored("child_pugh", 11, 15), scored("meld", 20))),
    ("no-aclf", "yes", (not_scored("aclf_grade", "not-applicable"),)),
    ("no-aclf", "unknown", (not_scored("aclf_grade", "not-applicable"), CONDITIONS)),
    ("no-aclf", "yes", (scored("aclf_grade", 0, days=0.5),)),
    ("no-aclf", "no", (scored("aclf_grade", 1, days=0.5),)),
    ("no-aclf", "no", (scored("aclf_grade", 1, 3, days=0.5),)),
    ("no-aclf", "unknown", (scored("aclf_grade", 0, 1, days=0.5),)),
    ("no-aclf", "unknown", (not_scored("aclf_grade"), charted("sepsis", days=3), charted("cirrhosis"))),
    ("no-aclf", "unknown", (scored("aclf_grade", 0, days=0.5, reasons=("ANTICOAGULANT",)),)),
    # viral hepatitis
    ("viral-hepatitis-controlled", "yes", SEROLOGY),
    ("viral-hepatitis-controlled", "unknown", ()),
    ("viral-hepatitis-controlled", "unknown", (*SEROLOGY, CONDITIONS)),
    ("viral-hepatitis-controlled", "unknown", (*SEROLOGY, charted("hepatitis_b"))),
    ("viral-hepatitis-controlled", "unknown", (*SEROLOGY, charted("hepatitis_c", status="provisional"))),
    ("viral-hepatitis-controlled", "yes", (*SEROLOGY, charted("hepatitis_b"), labs(hbv_dna=19))),
    ("viral-hepatitis-controlled", "yes", (*SEROLOGY, charted("hepatitis_b"), labs(hbv_dna="<20"))),
    ("viral-hepatitis-controlled", "unknown", (*SEROLOGY, charted("hepatitis_b"), labs(hbv_dna=20))),
    ("viral-hepatitis-controlled", "unknown", (*SEROLOGY, charted("hepatitis_b"), labs(hbv_dna=1999))),
    ("viral-hepatitis-controlled", "no", (*SEROLOGY, labs(hbv_dna=2000))),
    (
        "viral-hepatitis-controlled",
        "unknown",
        (SEROLOGY[1], charted("hepatitis_b"), labs(days=HALF_YEAR + 1, hbv_dna=1)),
    ),
    ("viral-hepatitis-controlled", "yes", (SEROLOGY[1], answered("hbv_dna_test", "negative"))),
    ("viral-hepatitis-controlled", "no", (SEROLOGY[0], labs(hcv_rna=1))),
    ("viral-hepatitis-controlled", "no", (SEROLOGY[0], answered("hcv_rna_test", "positive", HALF_YEAR))),
    ("viral-hepatitis-controlled", "yes", (SEROLOGY[0], charted("hepatitis_c"), answered("hcv_rna_test", "negative"))),
    ("viral-hepatitis-controlled", "unknown", (SEROLOGY[0], answered("anti_hcv", "positive"))),
    ("viral-hepatitis-controlled", "unknown", (SEROLOGY[0], charted("hepatitis_c"), labs(hcv_rna="<15"))),
    # the newer of a number and a coded result decides
    (
        "viral-hepatitis-controlled",
        "no",
        (SEROLOGY[0], labs(days=2, hcv_rna=50), answered("hcv_rna_test", "negative", 9)),
    ),
    (
        "viral-hepatitis-controlled",
        "yes",
        (SEROLOGY[0], labs(days=9, hcv_rna=50), answered("hcv_rna_test", "negative", 2)),
    ),
    (
        "viral-hepatitis-controlled",
        "no",
        (*SEROLOGY, labs(days=2, hbv_dna=5000), answered("hbv_dna_test", "negative", 9)),
    ),
    # ACLF
    ("aclf-definition", "yes", (scored("aclf_grade", 1, days=0.5),)),
    ("aclf-definition", "yes", (scored("aclf_grade", 1, 2, days=0.5),)),
    ("aclf-definition", "no", (scored("aclf_grade", 3, days=0.5),)),
    ("aclf-definition", "unknown", (scored("aclf_grade", 2, 3, days=0.5),)),
    ("aclf-definition", "unknown", (scored("aclf_grade", 1, days=1.5),)),
    ("aclf-definition", "no", (scored("aclf_grade", 0, days=0.5), labs(inr=1.49))),
    ("aclf-definition", "unknown", (scored("aclf_grade", 0, days=0.5), charted("charted_ascites", days=5))),
    ("aclf-definition", "unknown", (not_scored("aclf_grade"), labs(inr=1.4))),
    ("aclf-definition", "unknown", (scored("aclf_grade", 0, 1, days=0.5), labs(inr=1.4))),
    (
        "aclf-definition",
        "yes",
        (not_scored("aclf_grade"), labs(limit=1.2, bilirubin=12, inr=1.5), charted("charted_ascites", days=28)),
    ),
    (
        "aclf-definition",
        "unknown",
        (not_scored("aclf_grade"), labs(bilirubin=12, inr=1.5), charted("charted_ascites", days=28)),
    ),
    (
        "aclf-definition",
        "no",
        (
            scored("aclf_grade", 0, days=0.5),
            labs(limit=1.2, bilirubin=11.9, inr=1.5),
            charted("charted_ascites", days=8),
        ),
    ),
    (
        "aclf-definition",
        "unknown",
        (
            not_scored("aclf_grade"),
            labs(limit=1.2, bilirubin=12, inr=1.5),
            charted("charted_ascites", days=28),
            fact("anticoagulation", True),
        ),
    ),
    (
        "aclf-definition",
        "unknown",
        (
            not_scored("aclf_grade"),
            labs(limit=1.2, days=1, bilirubin=12),
            labs(days=3, inr=1.5),
            charted("charted_ascites", days=28),
        ),
    ),
    (
        "aclf-definition",
        "unknown",
        (not_scored("aclf_grade"), labs(limit=1.2, days=7.1, bilirubin=15, inr=2), charted("charted_ascites", days=9)),
    ),
    ("aclf-score-window", "yes", (scored("meld", 17, days=7),)),
    ("aclf-score-window", "yes", (scored("meld", 30, days=2),)),
    ("aclf-score-window", "unknown", (scored("meld", 30, days=2.01),)),
    ("aclf-score-window", "unknown", (scored("meld", 16, 17), scored("aclf_grade", 0, days=0.5))),
    ("aclf-score-window", "unknown", (scored("meld", 30, 31), scored("aclf_grade", 0, days=0.5))),
    (
        "aclf-score-window",
        "no",
        (scored("meld", 31), scored("meld_na", 35), scored("aclf_grade", 3, days=0.5), labs(bilirubin=5, platelets=50)),
    ),
    ("aclf-score-window", "no", (scored("meld", 16), scored("aclf_grade", 0, days=0.5))),
    ("aclf-score-window", "no", (scored("meld", 31), scored("meld_na", 36), scored("aclf_grade", 2, days=0.5))),
    (
        "aclf-score-window",
        "yes",
        (scored("meld", 31), scored("meld_na", 35), scored("aclf_grade", 2, days=0.5), labs(bilirubin=5, platelets=50)),
    ),
    (
        "aclf-score-window",
        "no",
        (scored("meld", 31), scored("meld_na", 35), scored("aclf_grade", 2, days=0.5), labs(bilirubin=5, platelets=49)),
    ),
    (
        "aclf-score-window",
        "no",
        (
            scored("meld", 31),
            scored("meld_na", 35),
            scored("aclf_grade", 2, days=0.5),
            labs(bilirubin=4.9, platelets=50),
        ),
    ),
    (
        "aclf-score-window",
        "unknown",
        (scored("meld", 31), scored("meld_na", 35), scored("aclf_grade", 2, days=0.5), labs(bilirubin=5)),
    ),
    ("aclf-score-window", "unknown", (scored("aclf_grade", 2, days=0.5),)),
    ("aclf-score-window", "unknown", (scored("meld", 20, reasons=("ANTICOAGULANT",)),)),
]


def name_of(row: tuple[str, str, Said]) -> str:
    return f"{row[0]}-{row[1]}"


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize(("pathway", "answer", "said"), GATES, ids=map(name_of, GATES))
def test_each_gate(pathway: str, answer: str, said: Said) -> None:
    verdict = World(*said).gate(pathway)
    assert verdict.answer == answer, verdict.because
    assert verdict.because.endswith("."), verdict.because


@pytest.mark.hazard("C-25", "C-38")
@pytest.mark.parametrize(("criterion", "answer", "said"), CRITERIA, ids=map(name_of, CRITERIA))
def test_each_criterion(criterion: str, answer: str, said: Said) -> None:
    verdict = World(*said).criterion(criterion)
    assert verdict.answer == answer, verdict.because
    assert verdict.because.endswith("."), verdict.because


def test_every_criterion_is_tried_in_the_values_that_it_has() -> None:
    tried = {(criterion, answer) for criterion, answer, _ in CRITERIA}
    never_not_met = {("masld-or-mash", "no"), ("cirrhosis-confirmed", "no")}
    ids = [rule.id for family in PATHWAYS.values() for rule in family.criteria]
    assert tried | never_not_met == {(each, answer) for each in ids for answer in ("yes", "no", "unknown")} | {
        ("fibrosis-f3-f4", "no")
    }


@pytest.mark.parametrize(
    ("said", "id_", "source"),
    [
        ((scored("child_pugh", 8), scored("meld", 20)), "", ""),
        ((scored("child_pugh", 6), scored("meld", 11)), "meld-over-10", "NCT03529136"),
        ((scored("child_pugh", 6, 8), scored("meld", 11)), "meld-over-10", "NCT03529136"),
        ((scored("child_pugh", 6, 8), scored("meld", 10)), "", ""),
        ((scored("child_pugh", 13), scored("meld", 20)), "", ""),
    ],
)
def test_the_severity_slot_reports_the_alternative_that_decided(said: Said, id_: str, source: str) -> None:
    verdict = World(*said).criterion("child-pugh-7-12")
    assert (verdict.id, verdict.source) == (id_, source)


@pytest.mark.hazard("C-7")
@pytest.mark.parametrize(
    ("value", "days", "decides"),
    [
        (25, 2, True),
        (25, 2.01, False),
        (24, 7, True),
        (24, 7.01, False),
        (19, 7.01, False),
        (18, 14, True),
        (18, 14.01, False),
        (11, 14.01, False),
    ],
)
def test_the_higher_the_meld_the_newer_its_results_must_be(value: int, days: float, decides: bool) -> None:
    verdict = World(scored("child_pugh", 6), scored("meld", value, days=days)).criterion("child-pugh-7-12")
    assert (verdict.answer == "yes") is decides, verdict.because


def test_a_low_meld_may_be_thirty_days_old() -> None:
    fresh, old = (
        World(scored("child_pugh", 6), scored("meld", 10, days=days)).criterion("child-pugh-7-12")
        for days in (30, 30.01)
    )
    assert (fresh.answer, old.answer) == ("no", "unknown")
    assert "no older than 30 days" in old.because


def test_meld_inputs_more_than_a_day_apart_do_not_decide() -> None:
    apart = tuple(Used(name, 1.0, when=ago(days)) for name, days in (("bilirubin", 1), ("inr", 2.01)))
    near = tuple(Used(name, 1.0, when=ago(days)) for name, days in (("bilirubin", 1), ("inr", 2)))
    answers = [
        World(scored("child_pugh", 6), scored("meld", 15, inputs=inputs)).criterion("child-pugh-7-12").answer
        for inputs in (near, apart)
    ]
    assert answers == ["yes", "unknown"]


def test_the_aclf_criteria_report_the_trial_whose_definition_was_met() -> None:
    laboratory = (not_scored("aclf_grade"), labs(limit=1.2, bilirubin=12, inr=1.5), charted("charted_ascites", days=28))
    assert World(*laboratory).criterion("aclf-definition").source == "NCT03863002"
    assert World(scored("aclf_grade", 1, days=0.5)).criterion("aclf-definition").source == ""


def test_the_aclf_window_names_the_variant_and_the_trial() -> None:
    because = World(scored("meld", 24)).criterion("aclf-score-window").because
    assert "MELD (UNOS 2002) 24" in because
    assert "17 to 30 of NCT03863002" in because


@pytest.mark.hazard("C-30")
@pytest.mark.parametrize("concept", ["hepatitis_b", "hepatitis_c", "alcohol_liver_disease"])
def test_a_restricted_cause_is_not_named(concept: str) -> None:
    said = (*SEROLOGY, charted(concept, restricted=True))
    for criterion in ("no-other-aetiology", "viral-hepatitis-controlled"):
        verdict = World(*said).criterion(criterion)
        for word in ("hepatitis B is", "hepatitis C is", "Hepatitis B", "Hepatitis C", "lcohol", concept):
            assert word not in verdict.because
        assert f"Condition/{concept}" not in verdict.evidence


def test_every_rule_cites_a_source() -> None:
    for family in PATHWAYS.values():
        for rule in (family.gate, *family.criteria):
            assert rule.cite in {source.key for source in rule.sources}, rule.id
            assert rule.logic, rule.id
