"""When a score does not apply to a patient: the gates that `cds.scoring.GATES` names, as facts."""

from typing import Literal

from cds.ask import Ask
from cds.chart import Event
from cds.knowledge import fact
from cds.views import Fact

CHRONIC = (
    "masld", "mash", "hepatic_fibrosis", "advanced_fibrosis", "cirrhosis", "chronic_hepatic_failure",
    "portal_hypertension", "varices", "bleeding_varices", "hepatitis_b", "hepatitis_c", "autoimmune_hepatitis",
    "cholestatic_disease", "genetic_liver_disease",
    "alcohol_liver_disease",
)  # fmt: skip
"""Problems that show a chronic liver disease beside an acute failure."""
CHRONIC_CODES = ("328383001", "K73")
"""Chronic liver disease and chronic hepatitis without a cause, among the codes of other liver disease."""


def _said(
    name: str,
    answer: Literal["yes", "no", "unknown"],
    because: str,
    events: tuple[Event, ...] = (),
    reason: str = "NOT_RETRIEVED",
) -> Fact:
    evidence = tuple(event.source for event in events)
    match answer:
        case "yes":
            return Fact(name, (True,), (), because, evidence)
        case "no":
            return Fact(name, (False,), (), because, evidence)
    return Fact(name, (), (reason,), because, evidence)


@fact
def transplanted(ask: Ask) -> Fact:
    """A liver transplant on the chart, as a status or as a procedure; waiting for one is not one."""
    problems = (ask.problem("liver_transplant_status"), ask.problem("liver_transplantation"))
    events = tuple(event for problem in problems for event in problem.active + problem.past)
    if events:
        return _said("transplanted", "yes", "a liver transplant is charted", events)
    if not problems[0].read:
        return _said("transplanted", "unknown", "conditions could not be read")
    unsure = tuple(event for problem in problems for event in problem.provisional)
    if unsure:
        return _said("transplanted", "unknown", "a liver transplant is not confirmed", unsure, "UNCONFIRMED")
    return _said("transplanted", "no", "no liver transplant charted")


@fact
def acute_liver_failure_alone(ask: Ask) -> Fact:
    """Acute liver failure without any chronic liver disease on the chart."""
    acute = ask.problem("acute_liver_failure")
    if not acute.read:
        return _said("acute_liver_failure", "unknown", "conditions could not be read")
    if (acute.active or acute.provisional) and not _chronic(ask):
        alone = "acute liver failure without chronic liver disease"
        if acute.active:
            return _said("acute_liver_failure", "yes", alone, acute.active)
        return _said("acute_liver_failure", "unknown", f"{alone}, not confirmed", acute.provisional, "UNCONFIRMED")
    return _said("acute_liver_failure", "no", "no acute liver failure alone")


def _chronic(ask: Ask) -> bool:
    """Whether any chronic liver disease is charted, by a name or by a code that names no cause."""
    if any(ask.problem(concept).active for concept in CHRONIC):
        return True
    return any(event.code.startswith(CHRONIC_CODES) for event in ask.problem("other_liver_disease").active)


@fact
def no_alcoholic_hepatitis(ask: Ask) -> Fact:
    """No alcohol-associated hepatitis on the chart: its scores do not apply."""
    problem = ask.problem("alcoholic_hepatitis")
    if problem.active:
        return _said("alcoholic_hepatitis", "no", "alcohol-associated hepatitis is charted", problem.active)
    open_ = "alcohol-associated hepatitis is neither shown nor ruled out"
    if not problem.read:
        return _said("alcoholic_hepatitis", "unknown", open_)
    if problem.provisional:
        return _said("alcoholic_hepatitis", "unknown", open_, problem.provisional, "UNCONFIRMED")
    return _said("alcoholic_hepatitis", "yes", "no alcohol-associated hepatitis charted")


@fact
def no_acute_decompensation(ask: Ask) -> Fact:
    """No cirrhosis with acute decompensation: the gate of the pathway `aclf` is closed."""
    gate = ask.gate("aclf")
    match gate.answer:
        case "yes":
            return Fact("acute_decompensation", (False,), (), gate.because, gate.evidence)
        case "no":
            return Fact("acute_decompensation", (True,), (), gate.because, gate.evidence)
    reason = "UNDATED" if ask.problem("cirrhosis").read else "NOT_RETRIEVED"
    return Fact("acute_decompensation", (), (reason,), gate.because, gate.evidence)


@fact
def no_aclf(ask: Ask) -> Fact:
    """No ACLF over the whole range of the grade."""
    return _aclf(ask, absent=True)


@fact
def aclf_present(ask: Ask) -> Fact:
    """ACLF of some grade over the whole range of the grade."""
    return _aclf(ask, absent=False)


def _aclf(ask: Ask, *, absent: bool) -> Fact:
    """Whether there is certainly no ACLF (`absent`) or certainly one; unknown where the grade is open."""
    grade = ask.outcome("aclf-grade")
    if grade.status == "not-applicable":
        return Fact("aclf", (absent,), (), "no acute decompensation of cirrhosis")
    if grade.low is None or grade.high is None:
        return Fact("aclf", (), grade.reasons, "the grade is not computed")
    if grade.high == 0 or grade.low >= 1:
        return Fact("aclf", ((grade.high == 0) is absent,), (), f"ACLF grade {grade.low} to {grade.high}")
    return Fact("aclf", (), grade.reasons, f"ACLF grade {grade.low} to {grade.high}: presence is open")
