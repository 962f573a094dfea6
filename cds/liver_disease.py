"""Whether the chart shows liver disease, cirrhosis, and decompensation, now or in the last four weeks."""

from itertools import pairwise, takewhile

from cds.comparing import at_least
from cds.fibrosis import BIOPSY_AGE, CIRRHOSIS_KPA, LOW_KPA, Stiffness
from cds.knowledge import DAY, Verdict, conclusion, no, unknown, yes
from cds.sources import BAVENO_VII, HEPAR_RULE, MOREAU_2013
from cds.trials import NCT03529136, NCT03863002, NCT05984303
from cds.verdicts import active, in_the_past, starting_within, unconfirmed, undated, unread
from cds.views import Answers, Fact, Lab, Problem, Records, within
from cds.words import charted, day, measured, sentence, sources

EVIDENCE = (
    "masld", "mash", "hepatic_fibrosis", "early_fibrosis", "advanced_fibrosis", "cirrhosis", "decompensated_cirrhosis",
    "alcoholic_hepatitis", "alcoholic_hepatic_failure", "alcohol_liver_disease", "acute_liver_failure",
    "hepatic_failure", "chronic_hepatic_failure", "liver_cancer", "varices", "bleeding_varices",
    "portal_hypertension", "hepatic_encephalopathy", "hepatic_coma", "bacterial_peritonitis", "hrs",
    "portal_vein_thrombosis", "budd_chiari", "hepatitis_b", "hepatitis_c", "toxic_liver_disease",
    "autoimmune_hepatitis", "cholestatic_disease", "genetic_liver_disease", "other_liver_disease",
    "liver_transplant_status", "liver_transplantation",
)  # fmt: skip
"""Concepts that show liver disease. Ascites alone does not (it may be cardiac or malignant), nor any blood test."""

DECOMPENSATION = (
    "decompensated_cirrhosis", "charted_ascites", "hepatic_encephalopathy", "hepatic_coma", "bleeding_varices",
    "bacterial_peritonitis", "hrs",
)  # fmt: skip
ACUTE_EVENTS = (
    "charted_ascites", "hepatic_encephalopathy", "hepatic_coma", "bleeding_varices", "gi_bleeding",
    "bacterial_peritonitis", "sepsis",
)  # fmt: skip
ACUTE_WITHIN = 28 * DAY


@conclusion(name="liver_disease", sources=(HEPAR_RULE,), asks=EVIDENCE)
def liver_disease(lsm: Lab, administrations: Records, **problems: Problem) -> Verdict:
    """An active liver problem, liver stiffness of 8.0 kPa or more, or a recorded MSC administration.

    Cirrhosis that is charted as resolved leaves it unknown: it rarely goes, and entries are closed with a visit.
    """
    charted_now = [problem for problem in problems.values() if problem.active]
    return (
        active(*sorted(charted_now, key=_restricted_last))
        or _stiff(lsm)
        or _administered(administrations)
        or unread(problems["cirrhosis"])
        or unconfirmed(*problems.values())
        or in_the_past(problems["cirrhosis"], note="ask whether it is present")
        or no("No liver disease is charted; blood tests alone do not show it.")
    )


def _restricted_last(problem: Problem) -> bool:
    return all(event.restricted for event in problem.active)


def _stiff(lsm: Lab) -> Verdict | None:
    result = lsm.newest()
    if result and at_least(result, LOW_KPA):
        return yes(sentence(measured(result)), result.source)
    return None


def _administered(records: Records) -> Verdict | None:
    if records.administrations:
        last = records.administrations[-1]
        return yes(f"An MSC administration is recorded on {day(last.end)}.", last.source)
    return None


@conclusion(name="cirrhosis_confirmed", sources=(NCT03529136.source, NCT05984303.source, BAVENO_VII))
def cirrhosis_confirmed(cirrhosis: Problem, fibrosis_stage: Answers, stiffness: Stiffness) -> Verdict:
    """An active, confirmed code or histology F4 of the last 24 months; an older biopsy or stiffness alone: unknown."""
    return (
        active(cirrhosis)
        or _biopsied(fibrosis_stage)
        or _suspected(cirrhosis, fibrosis_stage, stiffness)
        or unread(cirrhosis)
        or no("No cirrhosis is charted.")
    )


@conclusion(name="cirrhosis_gate", sources=(NCT03529136.source, NCT05984303.source, BAVENO_VII))
def cirrhosis_gate(
    cirrhosis: Problem, cirrhosis_confirmed: Verdict, fibrosis_stage: Answers, stiffness: Stiffness
) -> Verdict:
    """Open with cirrhosis on the chart, also unconfirmed; with histology F4; or with stiffness of 15.0 kPa or more."""
    if cirrhosis_confirmed.answer == "yes":
        return cirrhosis_confirmed
    suspected = _suspected(cirrhosis, fibrosis_stage, stiffness)
    if suspected:
        return yes(suspected.because, *suspected.evidence)
    return cirrhosis_confirmed


def _biopsied(fibrosis_stage: Answers) -> Verdict | None:
    biopsy = fibrosis_stage.newest(BIOPSY_AGE)
    if biopsy and biopsy.value == 4:
        return yes(f"Histology F4 ({day(biopsy.when)}).", biopsy.source)
    return None


def _suspected(cirrhosis: Problem, fibrosis_stage: Answers, stiffness: Stiffness) -> Verdict | None:
    """What opens the gate without confirming: a provisional code, an old biopsy, stiffness alone."""
    biopsy = fibrosis_stage.newest()
    if cirrhosis.provisional:
        return unconfirmed(cirrhosis)
    if biopsy and biopsy.value == 4:
        return unknown(f"Histology F4 is of {day(biopsy.when)}, older than 24 months.", biopsy.source)
    if stiffness.result and at_least(stiffness.result, CIRRHOSIS_KPA):
        return unknown(f"Only stiffness suggests cirrhosis: {stiffness.because}.", stiffness.result.source)
    return None


@conclusion(name="decompensation", sources=(BAVENO_VII, HEPAR_RULE), asks=DECOMPENSATION)
def decompensation(ascites: Fact, encephalopathy: Fact, **problems: Problem) -> Verdict:
    """Charted now: ascites, encephalopathy, variceal bleeding, bacterial peritonitis, HRS; or assessed as present."""
    ordered = [problems[name] for name in DECOMPENSATION]
    return (
        active(*sorted(ordered, key=_restricted_last))
        or _assessed(ascites, encephalopathy)
        or unread(*ordered)
        or unconfirmed(*ordered)
        or no("No decompensation is charted.")
    )


def _assessed(ascites: Fact, encephalopathy: Fact) -> Verdict | None:
    if ascites.candidates and min(ascites.candidates) >= 2:
        return yes("Ascites was assessed as present.", *ascites.evidence)
    if encephalopathy.candidates and min(encephalopathy.candidates) >= 1:
        return yes("Hepatic encephalopathy was assessed as present.", *encephalopathy.evidence)
    return None


@conclusion(name="acute_decompensation", sources=(MOREAU_2013, NCT03863002.source, HEPAR_RULE), asks=ACUTE_EVENTS)
def acute_decompensation(
    bilirubin: Lab,
    creatinine: Lab,
    inr: Lab,
    anticoagulation: Fact,
    ascites_grade: Answers,
    west_haven_grade: Answers,
    **problems: Problem,
) -> Verdict:
    """Onset within 28 d of ascites, encephalopathy, bleeding or bacterial infection; or an organ-failure value in 24 h.

    The values are bilirubin >= 12 mg/dL, creatinine >= 2.0 mg/dL, INR >= 2.5 without an anticoagulant. Ascites or
    encephalopathy that was graded as present after it was graded as absent in the last 28 d shows an onset; a West
    Haven grade of 3 or 4 in the last 24 h leaves it unknown.
    """
    ordered = [problems[name] for name in ACUTE_EVENTS]
    return (
        unread(*ordered)
        or _begun(ordered)
        or _graded_anew("ascites", ascites_grade, "none")
        or _graded_anew("hepatic encephalopathy", west_haven_grade, 0)
        or _failing(bilirubin, 12)
        or _failing(creatinine, 2)
        or _coagulation_failing(inr, anticoagulation)
        or unconfirmed(*ordered)
        or undated(*ordered)
        or _in_coma(west_haven_grade)
        or no("No ascites, encephalopathy, bleeding or bacterial infection is charted to have begun within 28 days.")
    )


def _graded_anew(title: str, grades: Answers, none: str | int) -> Verdict | None:
    """Yes when an assessment found it after one of the last 28 d that did not."""
    for found, before in pairwise(grades.answers):
        if before.value == none != found.value and within(grades.now, before.when, ACUTE_WITHIN):
            between = f"{title} was found on {day(found.when)}, not yet on {day(before.when)}"
            return yes(sentence(between), found.source, before.source)
    return None


def _in_coma(west_haven_grade: Answers) -> Verdict | None:
    grade = west_haven_grade.newest(DAY)
    if grade and int(grade.value) >= 3:
        return unknown(f"West Haven {grade.value} ({day(grade.when)}): when it began is not charted.", grade.source)
    return None


def _begun(problems: list[Problem]) -> Verdict | None:
    for problem in problems:
        recent = starting_within(problem, ACUTE_WITHIN)
        if recent:
            return yes(charted(problem.title, recent), *sources(recent))
    return None


def _failing(lab: Lab, threshold: float) -> Verdict | None:
    for result in takewhile(lambda each: within(lab.now, each.when, DAY), lab.results):
        if at_least(result, threshold):
            return yes(sentence(f"{measured(result)} is an organ-failure value of the last 24 hours"), result.source)
    return None


def _coagulation_failing(inr: Lab, anticoagulation: Fact) -> Verdict | None:
    found = _failing(inr, 2.5)
    if found is None or anticoagulation.certainly(True):
        return None
    if anticoagulation.certainly(False):
        return found
    return unknown(f"{found.because} An anticoagulant is not ruled out.", *found.evidence)
