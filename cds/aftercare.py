"""The parts of the card after an administration: visits, baseline, the scores against it, and what happened since."""

from decimal import Decimal

from cds import adverse, wording
from cds.analyte import TWO_TABLES
from cds.assessment import Assessment
from cds.chart import Result
from cds.findings import Section, Table
from cds.reasons import describe
from cds.report import number
from cds.tables import plain
from cds.trend import BASELINE_PANEL
from cds.words import counted, day, joined, measured, name_of, sentence


def visits(assessment: Assessment) -> Section:
    """The schedule after the administration, with the status of each visit."""
    rows = tuple(
        (
            each.title,
            str(each.due or ""),
            f"{each.window[0]} to {each.window[1]}" if each.window else "",
            each.status,
            each.because,
        )
        for each in assessment.follow_up
    )
    says = [f"Counted from the end of the administration on {assessment.anchor}."]
    if assessment.administrations_unusable:
        says.append(f"{assessment.administrations_unusable} The schedule may count from another date.")
    return Section("Visits", tuple(says), table=Table(("Visit", "Due", "Window", "Status", "Because"), rows))


def baseline(assessment: Assessment) -> Section | None:
    """The laboratory results before the course that later ones are held against, and what of them is missing."""
    if assessment.anchor is None:
        return None
    known = {each.name for each in assessment.baseline}
    missing = [name_of(name) for name in BASELINE_PANEL if name not in known]
    says = [sentence("; ".join(_at_baseline(each) for each in assessment.baseline))] if known else []
    says += [f"No result in the 30 days before the first infusion of the course: {joined(missing)}."] if missing else []
    return Section("Baseline panel", tuple(says))


def _at_baseline(result: Result) -> str:
    """A result with the reasons that stay with it."""
    remarks = [describe(flag).says.rstrip(".") for flag in result.flags if flag != TWO_TABLES]
    return f"{measured(result)}{''.join(f' ({each})' for each in remarks)}"


def trends(assessment: Assessment) -> Section | None:
    """The same score at baseline and later, with the difference where one may be stated; and what others computed."""
    charted = assessment.charted_since
    held = ", ".join(f"{assessment.score(each.score).title} {each.value} ({day(each.when)})" for each in charted)
    also = f"The chart holds {held}. These were not computed here and are not compared." if held else ""
    if not assessment.trends:
        return Section("Against baseline", (also,)) if also else None
    rows = tuple(
        (each.title, plain(each.baseline), plain(each.later), _signed(each.difference), each.because)
        for each in assessment.trends
    )
    says = "Numbers of one variant each. A change is not shown to be an effect of the infusion."
    head = ("Score", "Baseline", "Later", "Difference", "Because")
    return Section("Against baseline", (says, also) if also else (says,), table=Table(head, rows))


def adverse_events(assessment: Assessment) -> Section:
    """What is recorded to have happened since the first administration of the course; what is not read is said."""
    recorded = assessment.adverse_events
    says = [wording.AFTER_NOT_BECAUSE if recorded else wording.NO_EVENT, wording.MONITORING]
    if assessment.adverse_events_unusable:
        says.append(f"{counted(assessment.adverse_events_unusable, 'record')} of such an event could not be used.")
    rows = tuple(
        (
            _capital(adverse.named(each.event)),
            adverse.graded(each.event),
            adverse.begun(each.event),
            adverse.course(each.event),
            adverse.seriousness(each.event),
            "names the administration as suspected" if each.linked else "recorded after",
        )
        for each in recorded
    )
    head = ("Event", "Grade", "Begin (UTC)", "Course", "Seriousness", "What the record says")
    return Section("Adverse events", tuple(says), table=Table(head, rows) if rows else None)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _signed(difference: Decimal | None) -> str:
    return (
        "–"
        if difference is None
        else f"{number(difference):+d}"
        if difference == int(difference)
        else f"{difference:+}"
    )
