"""The parts of the card after an administration: visits, baseline, the scores against it, and what happened since."""

from collections.abc import Iterator, Sequence

from cds import adverse, wording
from cds.analyte import TWO_TABLES
from cds.assessment import Assessment, Outcome, Trend
from cds.chart import Result
from cds.findings import Section, Table
from cds.reasons import describe
from cds.recording import is_charted_as
from cds.tables import plain
from cds.trend import BASELINE_PANEL, signed
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
    """Each variant at baseline and at the visits, with the difference where one may be stated; what others computed."""
    found = assessment.trends
    says = [wording.NOT_AN_EFFECT] if found else []
    charted = [each for each in assessment.charted_since if not any(is_charted_as(ours, each) for ours in _ours(found))]
    if charted:
        held = ", ".join(f"{assessment.score(each.score).title} {each.value} ({day(each.when)})" for each in charted)
        says.append(f"The chart holds {held}. These were not computed for this card and are not compared.")
    table = _compared(found) if found else None
    return Section("Against baseline", tuple(says), tuple(_in_words(found)), table) if says else None


def _ours(found: Sequence[Trend]) -> tuple[Outcome, ...]:
    """The scores of a course that the table shows."""
    return tuple(each for trend in found for each in (trend.baseline, trend.later))


def _in_words(found: Sequence[Trend]) -> Iterator[str]:
    """The differences at the newest visit, and why there is none where none may be stated."""
    refused: dict[str, list[str]] = {}
    for each in found:
        if each.difference is None:
            refused.setdefault(each.because, []).append(each.title)
        elif each.visit == found[-1].visit:
            yield each.because
    for because, titles in refused.items():
        yield f"{joined(titles)}, {because[:1].lower()}{because[1:]}"


def _compared(found: Sequence[Trend]) -> Table:
    """A row for the baseline and for each visit, a column for each variant."""
    titles = {each.score: each.title for each in found}
    baseline = {each.score: _short(each.baseline) for each in found}
    rows = [("Baseline", *(baseline[score] for score in titles))]
    for visit in dict.fromkeys(each.visit for each in found):
        here = {each.score: _at_visit(each) for each in found if each.visit == visit}
        rows.append((visit.replace("-", " ").capitalize(), *(here.get(score, "–") for score in titles)))
    return Table(("When", *titles.values()), tuple(rows))


def _short(outcome: Outcome) -> str:
    return plain(outcome).removeprefix(outcome.title).strip()


def _at_visit(trend: Trend) -> str:
    stated = "not compared" if trend.difference is None else signed(trend.difference)
    return f"{_short(trend.later)} ({stated})"


def adverse_events(assessment: Assessment) -> Section:
    """What is recorded to have happened since the first administration of the course; what is not read is said."""
    recorded = assessment.adverse_events
    says = [wording.AFTER_NOT_BECAUSE if recorded else wording.NO_EVENT]
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
