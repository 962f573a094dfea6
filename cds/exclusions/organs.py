"""A transplant before, ACLF grade 3, chronic dialysis."""

from datetime import datetime

from cds.assessment import Outcome
from cds.eligibility import evidence
from cds.knowledge import DAY, Verdict, exclusion, no, unknown, yes
from cds.sources import HEPAR_RULE
from cds.trials import NCT02812121, NCT03863002, NCT04229901
from cds.verdicts import active, in_the_past, lasting_into, open_about, unconfirmed, unread
from cds.views import Fact, Problem
from cds.words import RESTRICTED, charted, scored, sentence, sources

DIALYSIS_WITHIN = 7 * DAY


@exclusion(
    id="prior-transplant",
    title="Liver transplant before",
    sources=(NCT03863002.source, NCT02812121.source, HEPAR_RULE),
    cite="NCT03863002",
)
def prior_transplant(
    liver_transplant_status: Problem, liver_transplantation: Problem, other_transplant_status: Problem
) -> Verdict:
    """Present: a liver transplant as status or procedure. Another transplant: unknown. Waiting for one is no hit."""
    return (
        _ever(liver_transplant_status)
        or active(liver_transplantation)
        or unread(liver_transplant_status, liver_transplantation)
        or unconfirmed(liver_transplant_status, liver_transplantation)
        or in_the_past(liver_transplantation, note="ask")
        or _other(other_transplant_status)
        or no("No liver transplant is charted.")
    )


def _ever(problem: Problem) -> Verdict | None:
    """A transplant stays one, whatever the status of the record."""
    events = problem.active + problem.past
    return yes(charted(problem.title, events), *sources(events)) if events else None


def _other(problem: Problem) -> Verdict | None:
    if problem.events:
        return open_about(problem, problem.events, "charted; ask which organ or tissue")
    return None


@exclusion(
    id="aclf-grade-3",
    title="ACLF grade 3",
    sources=(NCT04229901.source, HEPAR_RULE),
    cite="NCT04229901",
)
def aclf_grade_3(aclf_grade: Outcome, acute_decompensation: Verdict, cirrhosis: Problem, now: datetime) -> Verdict:
    """Present: grade 3 over the whole range. Absent: at most 2 over the whole range, or the grade does not apply."""
    if aclf_grade.status == "not-applicable":
        return unread(cirrhosis) or no("No acute decompensation of cirrhosis: the ACLF grade does not apply.")
    grade = evidence(aclf_grade, now)
    if grade.inside(3, 3):
        return yes(sentence(scored(aclf_grade)))
    if grade.inside(0, 2):
        return no(sentence(scored(aclf_grade)))
    return unknown(sentence(grade.why_not or f"{scored(aclf_grade)}: grade 3 is not ruled out"))


@exclusion(
    id="chronic-dialysis",
    title="Chronic dialysis",
    sources=(NCT04229901.source, NCT03863002.source, HEPAR_RULE),
    cite="NCT04229901",
)
def chronic_dialysis(
    end_stage_renal: Problem, intermittent_dialysis: Problem, continuous_dialysis: Problem, dialysis: Fact
) -> Verdict:
    """Present: an active code. Absent: conditions and procedures read without one, and no dialysis within 7 d."""
    return (
        active(end_stage_renal)
        or unread(end_stage_renal, intermittent_dialysis, continuous_dialysis)
        or unconfirmed(end_stage_renal)
        or _dialysed((intermittent_dialysis, continuous_dialysis), dialysis)
        or no("No chronic dialysis is charted, and no dialysis within 7 days.")
    )


def _dialysed(treatments: tuple[Problem, ...], dialysis: Fact) -> Verdict | None:
    """Within 7 days of now, still running, or within the week before the newest creatinine."""
    recent = tuple(event for problem in treatments for event in lasting_into(problem, DIALYSIS_WITHIN))
    running = tuple(event for event in treatments[-1].active if event.end is None)
    events = recent + running
    if events or not dialysis.certainly(False):
        named = "Dialysis within 7 days, or not ruled out; acute or chronic: ask."
        return unknown(RESTRICTED if events and not sources(events) else named, *(sources(events) or dialysis.evidence))
    return None
