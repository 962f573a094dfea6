"""Every exclusion in its three values, at the boundary of each window."""

from typing import Any

import pytest

from cds.knowledge import EXCLUSIONS, MONTHS_6
from cds.words import RESTRICTED
from tests.cds.clinic import (
    World,
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

HALF_YEAR = MONTHS_6.days
WOMAN = {**fact("female", True), **fact("age", 30)}
Said = tuple[dict[str, Any], ...]

LIVER_SEARCHED: Said = (charted("liver_imaging", days=HALF_YEAR), labs(days=HALF_YEAR, afp=19.9))

ROWS: list[tuple[str, str, Said]] = [
    # hepatic malignancy: silence is never absence
    ("hepatic-malignancy", "yes", (charted("liver_cancer", days=2000),)),
    ("hepatic-malignancy", "yes", (charted("liver_cancer", days=None), *LIVER_SEARCHED)),
    ("hepatic-malignancy", "no", LIVER_SEARCHED),
    ("hepatic-malignancy", "unknown", ()),
    ("hepatic-malignancy", "unknown", (LIVER_SEARCHED[0],)),
    ("hepatic-malignancy", "unknown", (LIVER_SEARCHED[1],)),
    ("hepatic-malignancy", "unknown", (charted("liver_imaging", days=HALF_YEAR + 0.01), LIVER_SEARCHED[1])),
    ("hepatic-malignancy", "unknown", (LIVER_SEARCHED[0], labs(days=HALF_YEAR + 0.01, afp=5))),
    ("hepatic-malignancy", "unknown", (LIVER_SEARCHED[0], labs(afp=20))),
    ("hepatic-malignancy", "unknown", (LIVER_SEARCHED[0], labs(afp="<25"))),
    ("hepatic-malignancy", "no", (LIVER_SEARCHED[0], labs(afp="<20"))),
    ("hepatic-malignancy", "unknown", (*LIVER_SEARCHED, charted("liver_cancer", status="provisional"))),
    ("hepatic-malignancy", "unknown", (*LIVER_SEARCHED, charted("liver_cancer", status="past"))),
    ("hepatic-malignancy", "unknown", (*LIVER_SEARCHED, charted("liver_cancer_history"))),
    ("hepatic-malignancy", "unknown", (*LIVER_SEARCHED, unread_kind("conditions"))),
    # other cancer: the problem list answers
    ("other-malignancy", "yes", (charted("other_cancer"),)),
    ("other-malignancy", "no", ()),
    ("other-malignancy", "unknown", (unread_kind("conditions"),)),
    ("other-malignancy", "unknown", (charted("other_cancer", status="provisional"),)),
    ("other-malignancy", "unknown", (charted("other_cancer", status="past", days=4000, end=1826),)),
    ("other-malignancy", "no", (charted("other_cancer", status="past", days=4000, end=1827),)),
    ("other-malignancy", "unknown", (charted("cancer_history", days=1826),)),
    ("other-malignancy", "no", (charted("cancer_history", days=1827),)),
    ("other-malignancy", "unknown", (charted("cancer_history", days=None),)),
    # bleeding: 60 days
    ("active-bleeding", "yes", (charted("bleeding_varices", days=60),)),
    ("active-bleeding", "no", (charted("bleeding_varices", days=60.01),)),
    ("active-bleeding", "yes", (charted("gi_bleeding", days=None),)),
    ("active-bleeding", "yes", (charted("gi_bleeding", days=10, status="past", end=5),)),
    ("active-bleeding", "no", ()),
    ("active-bleeding", "unknown", (charted("gi_bleeding", days=90, status="past", end=59),)),
    ("active-bleeding", "no", (charted("gi_bleeding", days=90, status="past", end=61),)),
    ("active-bleeding", "unknown", (charted("gi_bleeding", days=None, status="past"),)),
    ("active-bleeding", "unknown", (charted("gi_bleeding", status="provisional"),)),
    ("active-bleeding", "unknown", (unread_kind("conditions"),)),
    ("active-bleeding", "unknown", (unread_kind("procedures"),)),
    ("active-bleeding", "unknown", (charted("band_ligation", days=60),)),
    ("active-bleeding", "no", (charted("band_ligation", days=61),)),
    ("active-bleeding", "unknown", (labs(days=7, haemoglobin=8.9),)),
    ("active-bleeding", "no", (labs(days=7, haemoglobin=9.0),)),
    ("active-bleeding", "no", (labs(days=7.01, haemoglobin=8.9),)),
    ("active-bleeding", "unknown", (labs(days=1, haemoglobin="<10"),)),
    # infection: any active one; two months after the last
    ("uncontrolled-infection", "yes", (charted("sepsis", days=400),)),
    ("uncontrolled-infection", "yes", (charted("bacterial_peritonitis", days=None),)),
    ("uncontrolled-infection", "no", ()),
    ("uncontrolled-infection", "unknown", (charted("sepsis", days=80, end=60, status="past"),)),
    ("uncontrolled-infection", "no", (charted("sepsis", days=80, end=61, status="past"),)),
    ("uncontrolled-infection", "unknown", (charted("sepsis", status="provisional"),)),
    ("uncontrolled-infection", "unknown", (unread_kind("conditions"),)),
    # thrombosis: needs imaging to be absent
    ("portal-vein-thrombosis", "yes", (charted("portal_vein_thrombosis"),)),
    ("portal-vein-thrombosis", "yes", (charted("budd_chiari", days=None),)),
    ("portal-vein-thrombosis", "no", (charted("liver_imaging", days=HALF_YEAR),)),
    ("portal-vein-thrombosis", "unknown", (charted("liver_imaging", days=HALF_YEAR + 0.01),)),
    ("portal-vein-thrombosis", "unknown", ()),
    ("portal-vein-thrombosis", "unknown", (charted("liver_imaging"), charted("budd_chiari", status="past"))),
    (
        "portal-vein-thrombosis",
        "unknown",
        (charted("liver_imaging"), charted("portal_vein_thrombosis", status="provisional")),
    ),
    ("portal-vein-thrombosis", "unknown", (charted("liver_imaging"), unread_kind("conditions"))),
    ("portal-vein-thrombosis", "unknown", (unread_kind("procedures"),)),
    # pregnancy
    ("pregnancy", "no", ()),
    ("pregnancy", "unknown", (charted("pregnancy_or_lactation", status="provisional"),)),
    ("pregnancy", "unknown", (WOMAN,)),
    ("pregnancy", "unknown", (fact("female", False, True), fact("age", 30))),
    ("pregnancy", "yes", (WOMAN, charted("pregnancy_or_lactation", days=300))),
    ("pregnancy", "unknown", (WOMAN, charted("pregnancy_or_lactation", days=301))),
    ("pregnancy", "yes", (WOMAN, charted("pregnancy_or_lactation", days=None))),
    ("pregnancy", "unknown", (WOMAN, charted("pregnancy_or_lactation", status="provisional"))),
    ("pregnancy", "yes", (WOMAN, answered("pregnancy_test", "positive", 42))),
    ("pregnancy", "unknown", (WOMAN, answered("pregnancy_test", "positive", 42.01))),
    ("pregnancy", "no", (WOMAN, answered("pregnancy_test", "negative", 14))),
    ("pregnancy", "unknown", (WOMAN, answered("pregnancy_test", "negative", 14.01))),
    ("pregnancy", "yes", (WOMAN, labs(hcg=25))),
    ("pregnancy", "unknown", (WOMAN, labs(hcg=24.9))),
    ("pregnancy", "unknown", (WOMAN, labs(hcg=5))),
    ("pregnancy", "no", (WOMAN, labs(hcg=4.9))),
    ("pregnancy", "no", (WOMAN, labs(hcg="<5"))),
    ("pregnancy", "unknown", (WOMAN, labs(days=14.01, hcg=1))),
    ("pregnancy", "no", (fact("female", True), fact("age", 55))),
    ("pregnancy", "unknown", (fact("female", True), fact("age", 54, 55))),
    ("pregnancy", "unknown", (fact("female", True), fact("age"))),
    ("pregnancy", "no", (WOMAN, charted("absent_uterus"))),
    ("pregnancy", "unknown", (fact("female", True), fact("age", 16))),
    # transplant
    ("prior-transplant", "yes", (charted("liver_transplant_status"),)),
    ("prior-transplant", "yes", (charted("liver_transplant_status", status="past"),)),
    ("prior-transplant", "yes", (charted("liver_transplantation", days=4000),)),
    ("prior-transplant", "no", ()),
    ("prior-transplant", "no", (charted("transplant_waiting"),)),
    ("prior-transplant", "unknown", (charted("other_transplant_status"),)),
    ("prior-transplant", "unknown", (charted("liver_transplant_status", status="provisional"),)),
    ("prior-transplant", "unknown", (unread_kind("conditions"),)),
    ("prior-transplant", "unknown", (unread_kind("procedures"),)),
    # ACLF grade 3
    ("aclf-grade-3", "yes", (scored("aclf_grade", 3, days=0.5),)),
    ("aclf-grade-3", "no", (scored("aclf_grade", 2, days=0.5),)),
    ("aclf-grade-3", "no", (scored("aclf_grade", 0, 2, days=0.5),)),
    ("aclf-grade-3", "unknown", (scored("aclf_grade", 2, 3, days=0.5),)),
    ("aclf-grade-3", "no", (not_scored("aclf_grade", "not-applicable"),)),
    ("aclf-grade-3", "unknown", (not_scored("aclf_grade", "not-applicable"), unread_kind("conditions"))),
    ("aclf-grade-3", "unknown", (not_scored("aclf_grade"),)),
    ("aclf-grade-3", "unknown", (scored("aclf_grade", 2, days=1.01),)),
    ("aclf-grade-3", "unknown", (scored("aclf_grade", 1, days=0.5, reasons=("ANTICOAGULANT",)),)),
    # dialysis
    ("chronic-dialysis", "yes", (charted("end_stage_renal"),)),
    ("chronic-dialysis", "no", ()),
    ("chronic-dialysis", "unknown", (charted("end_stage_renal", status="provisional"),)),
    ("chronic-dialysis", "unknown", (charted("intermittent_dialysis", days=7),)),
    ("chronic-dialysis", "no", (charted("intermittent_dialysis", days=7.01),)),
    ("chronic-dialysis", "unknown", (charted("continuous_dialysis", days=20),)),
    ("chronic-dialysis", "no", (charted("continuous_dialysis", days=20, end=10),)),
    ("chronic-dialysis", "unknown", (fact("dialysis", False, True),)),
    ("chronic-dialysis", "unknown", (unread_kind("conditions"),)),
    ("chronic-dialysis", "unknown", (unread_kind("procedures"),)),
    # HIV
    ("hiv", "yes", (charted("hiv_infection"),)),
    ("hiv", "yes", (answered("hiv_test", "positive", 3000),)),
    ("hiv", "no", (answered("hiv_test", "negative", 365),)),
    ("hiv", "unknown", (answered("hiv_test", "negative", 365.01),)),
    ("hiv", "unknown", ()),
    ("hiv", "no", (charted("hiv_negative", days=365),)),
    ("hiv", "unknown", (charted("hiv_negative", days=366),)),
    ("hiv", "unknown", (charted("hiv_negative", days=None),)),
    ("hiv", "unknown", (charted("hiv_infection", status="provisional"), answered("hiv_test", "negative"))),
    ("hiv", "unknown", (charted("hiv_infection", status="past"), answered("hiv_test", "negative"))),
    # alcohol
    ("alcohol-use", "yes", (charted("alcohol_use_disorder"),)),
    ("alcohol-use", "yes", (charted("alcoholic_hepatitis"),)),
    ("alcohol-use", "unknown", ()),
    ("alcohol-use", "yes", (labs(days=HALF_YEAR, audit_c=4),)),
    ("alcohol-use", "unknown", (labs(days=HALF_YEAR + 0.01, audit_c=4),)),
    ("alcohol-use", "no", (labs(audit_c=3),)),
    ("alcohol-use", "yes", (WOMAN, labs(audit_c=3))),
    ("alcohol-use", "no", (WOMAN, labs(audit_c=2))),
    ("alcohol-use", "unknown", (fact("female", False, True), labs(audit_c=3))),
    ("alcohol-use", "yes", (fact("female", False, True), labs(audit_c=4))),
    ("alcohol-use", "no", (fact("female", False, True), labs(audit_c=2))),
    ("alcohol-use", "unknown", (charted("alcohol_remission"), labs(audit_c=0))),
    ("alcohol-use", "unknown", (charted("alcohol_use_disorder", status="past"), labs(audit_c=0))),
    # age
    ("age-under-18", "yes", (fact("age", 17),)),
    ("age-under-18", "no", (fact("age", 18),)),
    ("age-under-18", "unknown", (fact("age", 17, 18),)),
    ("age-under-18", "unknown", (fact("age"),)),
]


def name_of(row: tuple[str, str, Said]) -> str:
    return f"{row[0]}-{row[1]}"


@pytest.mark.hazard("C-25", "C-38", "C-15", "C-37")
@pytest.mark.parametrize(("rule", "answer", "said"), ROWS, ids=map(name_of, ROWS))
def test_each_value(rule: str, answer: str, said: Said) -> None:
    verdict = World(*said).exclusion(rule)
    assert verdict.answer == answer, verdict.because
    assert verdict.because.endswith("."), verdict.because


def test_every_exclusion_is_tried_in_all_three_values() -> None:
    tried = {(rule, answer) for rule, answer, _ in ROWS}
    assert tried == {(rule, answer) for rule in EXCLUSIONS for answer in ("yes", "no", "unknown")}


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize("rule", EXCLUSIONS)
def test_a_problem_list_that_was_not_read_never_shows_absence(rule: str) -> None:
    everything = unread_kind("conditions", "procedures", "medications")
    young_woman = {**fact("female", True), **fact("age", 30)}
    answer = World(everything, young_woman, not_scored("aclf_grade")).exclusion(rule).answer
    assert answer == ("no" if rule == "age-under-18" else "unknown")


def test_the_source_article_and_the_trials_give_twelve_exclusions_of_which_three_are_sensitive() -> None:
    assert list(EXCLUSIONS) == [
        "hepatic-malignancy",
        "other-malignancy",
        "active-bleeding",
        "uncontrolled-infection",
        "portal-vein-thrombosis",
        "pregnancy",
        "prior-transplant",
        "aclf-grade-3",
        "chronic-dialysis",
        "hiv",
        "alcohol-use",
        "age-under-18",
    ]
    assert {rule for rule in EXCLUSIONS if EXCLUSIONS[rule].sensitive} == {"pregnancy", "hiv", "alcohol-use"}


RESTRICTED_ROWS = [
    ("hepatic-malignancy", "liver_cancer"),
    ("other-malignancy", "other_cancer"),
    ("active-bleeding", "gi_bleeding"),
    ("uncontrolled-infection", "sepsis"),
    ("portal-vein-thrombosis", "budd_chiari"),
    ("pregnancy", "pregnancy_or_lactation"),
    ("prior-transplant", "liver_transplant_status"),
    ("chronic-dialysis", "end_stage_renal"),
    ("hiv", "hiv_infection"),
    ("alcohol-use", "alcohol_use_disorder"),
]


@pytest.mark.hazard("C-30")
@pytest.mark.parametrize("status", ["active", "past", "provisional"])
@pytest.mark.parametrize(("rule", "concept"), RESTRICTED_ROWS)
def test_a_restricted_record_counts_and_is_not_named(rule: str, concept: str, status: str) -> None:
    said = (WOMAN, charted(concept, days=10, status=status, restricted=True))
    open_ = World(WOMAN, charted(concept, days=10, status=status)).exclusion(rule)
    verdict = World(*said).exclusion(rule)
    assert verdict.answer == open_.answer
    if open_.because == World(WOMAN).exclusion(rule).because:
        return
    assert verdict.because == RESTRICTED
    assert verdict.evidence == ()
    assert open_.because != RESTRICTED


@pytest.mark.hazard("C-30")
def test_an_open_record_beside_a_restricted_one_is_named() -> None:
    both = charted("sepsis", days=10, restricted=True)["sepsis"]
    open_ = charted("sepsis", days=3)["sepsis"]
    verdict = World({"sepsis": type(both)("sepsis", both.title, both.now, both.events + open_.events)}).exclusion(
        "uncontrolled-infection"
    )
    assert verdict.because == "Charted: sepsis or bacteraemia, since 2026-11-19."


def test_hiv_tests_that_disagree_leave_it_unknown() -> None:
    positive, negative = (
        answered("hiv_test", "positive", 400)["hiv_test"],
        answered("hiv_test", "negative", 3)["hiv_test"],
    )
    both = type(positive)("hiv_test", positive.now, negative.answers + positive.answers)
    assert World({"hiv_test": both}).exclusion("hiv").answer == "unknown"


def test_a_positive_pregnancy_test_counts_also_when_a_newer_one_is_negative() -> None:
    positive, negative = answered("pregnancy_test", "positive", 30), answered("pregnancy_test", "negative", 3)
    one, two = positive["pregnancy_test"], negative["pregnancy_test"]
    both = type(one)("pregnancy_test", one.now, two.answers + one.answers)
    assert World(WOMAN, {"pregnancy_test": both}).exclusion("pregnancy").answer == "yes"


def test_an_older_afp_does_not_stand_in_for_a_newer_one() -> None:
    both = lab("afp", result("afp", 400, 3), result("afp", 5, 60))
    assert World(LIVER_SEARCHED[0], both).exclusion("hepatic-malignancy").answer == "unknown"
