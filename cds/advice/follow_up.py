"""What to say after an administration: which visits are due, and the scores against baseline."""

from cds import aftercare, tables, wording
from cds.advice.parts import HEPAR, headline, limits, prompt, sections
from cds.assessment import Assessment, FollowUp, Recorded
from cds.findings import Finding, Section, Suggestion
from cds.knowledge import EVALUATION
from cds.recording import entry
from cds.words import counted, joined

STEPS = {"labs": ("liver-panel", "coagulation", "renal-panel"), "imaging": ("liver-imaging",)}
"""The evaluation steps whose orders make up a visit."""
IN_STEATOSIS = {"imaging": ("elastography",)}
"""Further steps of a visit in steatotic liver disease."""


def follow_up(assessment: Assessment) -> list[Finding]:
    """After an administration: which visits are due or overdue, and the scores against baseline."""
    if assessment.anchor is None:
        return _doubts(assessment)
    due = [visit for visit in assessment.follow_up if visit.status == "due"]
    overdue = [visit for visit in assessment.follow_up if visit.status == "overdue"]
    done = sum(visit.status == "done" for visit in assessment.follow_up)
    more = IN_STEATOSIS if tables.in_scope(assessment, "steatosis") else {}
    upcoming = next((visit for visit in assessment.follow_up if visit.status == "upcoming"), None)
    if due:
        says = f"Follow-up due: {joined(visit.title for visit in due)}"
    elif overdue:
        says = f"Follow-up overdue: {joined(visit.title for visit in overdue)}"
    elif upcoming:
        says = f"Follow-up: next is {upcoming.title} on {upcoming.due}"
    else:
        says = f"Follow-up complete: {done} visits done"
    return [
        Finding(
            topic="msc-follow-up",
            title="Follow-up after an investigational MSC administration",
            severity="info",
            headline=headline(
                says,
                f"{len(overdue)} overdue" if due and overdue else "",
                f"{done} done",
                _events(assessment.adverse_events),
            ),
            sections=sections(
                prompt(assessment),
                Section("Investigational", (wording.INVESTIGATIONAL, wording.FIRST)),
                aftercare.visits(assessment),
                aftercare.baseline(assessment),
                aftercare.trends(assessment),
                aftercare.adverse_events(assessment),
                Section("Monitoring", (wording.MONITORING, wording.SCHEDULE)),
                limits(assessment),
            ),
            source=(HEPAR, "intended-use"),
            suggestions=tuple(
                _visit_order(visit, step)
                for visit in due + overdue
                if visit.suggested
                for step in (*STEPS[visit.kind], *more.get(visit.kind, ()))
            ),
            entry=entry(assessment),
            guide=(("Follow-up schedule", "follow-up"), ("Intended use", "intended-use")),
        )
    ]


def _visit_order(visit: FollowUp, step: str) -> Suggestion:
    return Suggestion(step, f"{visit.title}: {EVALUATION[step].title}", visit.because, visit.window, visit.id)


def _events(recorded: tuple[Recorded, ...]) -> str:
    """As in "1 adverse event recorded, highest grade 1"; "" without any."""
    if not recorded:
        return ""
    grades = [each.event.grade for each in recorded if each.event.grade is not None]
    highest = f"highest grade {max(grades)}" if len(grades) == len(recorded) else "a grade is missing"
    return f"{counted(len(recorded), 'adverse event')} recorded, {highest}"


def _doubts(assessment: Assessment) -> list[Finding]:
    """Without an administration to count from: that records could not be read or used, if so."""
    if not assessment.administrations_read:
        says = "Administration records could not be read: whether follow-up is due is unknown"
        return [_unreadable(says, "Not read", "Check access to MedicationAdministration (NOT_RETRIEVED).")]
    if assessment.administrations_unusable:
        says = "An MSC administration is recorded but cannot be used: whether follow-up is due is unknown"
        return [_unreadable(says, "Not used", assessment.administrations_unusable)]
    return []


def _unreadable(says: str, title: str, because: str) -> Finding:
    return Finding(
        topic="chart-unreadable",
        title="Follow-up after an investigational MSC administration",
        severity="warning",
        headline=says,
        sections=(Section(title, (f"{says}. {because}",)),),
        source=(HEPAR, "follow-up"),
        guide=(("Follow-up schedule", "follow-up"),),
        doubt=True,
    )
