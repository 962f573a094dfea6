"""The visits after an MSC administration: when each is due, and whether the chart shows that it took place.

The schedule is that of published trials; the windows are a rule of this product. All dates are calendar dates.
"""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from cds.assessment import FollowUp
from cds.chart import Administration
from cds.knowledge import parameters_of
from cds.sources import HEPAR_RULE, LIN_2017, LU_2025, SOURCE_ARTICLE, SUK_2016
from cds.views import Lab, Problem, Records
from cds.words import NOT_READ, counted, day, joined, name_of, sentence

SOURCES = (SOURCE_ARTICLE, LIN_2017, LU_2025, SUK_2016, HEPAR_RULE)


@dataclass(frozen=True, slots=True)
class Visit:
    """One row of the schedule: `days` or calendar `months` after the anchor, window `before`..`after` the due date."""

    id: str
    title: str
    kind: Literal["labs", "imaging"]
    days: int = 0
    months: int = 0
    before: int = 3
    after: int = 7

    def due(self, anchor: date) -> date:
        """The due date; a month that is too short gives its last day."""
        months = anchor.month - 1 + self.months
        year, month = anchor.year + months // 12, months % 12 + 1
        return date(year, month, min(anchor.day, monthrange(year, month)[1])) + timedelta(days=self.days)

    def window(self, anchor: date) -> tuple[date, date]:
        """First and last day; both belong to it."""
        due = self.due(anchor)
        return due - timedelta(days=self.before), due + timedelta(days=self.after)


def _labs(week: int) -> Visit:
    return Visit(f"week-{week}", f"Week {week} laboratory tests", "labs", days=7 * week)


def _imaging(month: int) -> Visit:
    return Visit(f"month-{month}", f"Month {month} imaging", "imaging", months=month, before=14, after=14)


SCHEDULE = (*(_labs(week) for week in (1, 4, 8, 12, 24)), _imaging(3), _imaging(6))
LATE_IMAGING = timedelta(days=30)
ASKED_FOR = "ggt"
"""Listed when it is missing; it does not keep a visit open."""


def anchor(administrations: Records) -> Administration | None:
    """The administration that ended last; the schedule counts from the date of its end, as written."""
    return max(administrations.administrations, key=lambda each: each.end.at, default=None)


def not_used(administrations: Records) -> str:
    """As in "1 record of an administration could not be used (UNDATED)."; "" where none was left out."""
    left_out = administrations.unusable
    reasons = ", ".join(sorted({each.reason for each in left_out}))
    return f"{counted(len(left_out), 'record')} of an administration could not be used ({reasons})." if reasons else ""


def follow_up(
    administrations: Records,
    alt: Lab,
    ast: Lab,
    bilirubin: Lab,
    albumin: Lab,
    inr: Lab,
    creatinine: Lab,
    sodium: Lab,
    ggt: Lab,
    lsm: Lab,
    liver_imaging: Problem,
    now: datetime,
) -> tuple[FollowUp, ...]:
    """Every visit of the schedule with its status at `now` (UTC calendar date), and which to suggest orders for."""
    last = anchor(administrations)
    if last is None:
        none = "No administration that starts this schedule is recorded."
        because = not_used(administrations) or none
        because = because if administrations.read else f"Records of administrations {NOT_READ}."
        return tuple(FollowUp(visit.id, visit.title, visit.kind, "not-started", because) for visit in SCHEDULE)
    start = last.end.day
    needed = (alt, ast, bilirubin, albumin, inr, creatinine, sodium)
    found = []
    for visit in SCHEDULE:
        done = _drawn(visit, start, needed, ggt) if visit.kind == "labs" else _imaged(visit, start, lsm, liver_imaging)
        found.append(_status(visit, start, now.date(), *done))
    return _suggested(tuple(found))


def _status(visit: Visit, start: date, today: date, done: bool, because: str) -> FollowUp:
    first, last = window = visit.window(start)
    status: Literal["done", "upcoming", "due", "overdue"] = (
        "done" if done else "upcoming" if today < first else "due" if today <= last else "overdue"
    )
    said = because if status != "upcoming" else ""
    return FollowUp(visit.id, visit.title, visit.kind, status, said, visit.due(start), window)


def span(visit: Visit, start: date) -> tuple[date, date]:
    """From the first day of a visit's window to the last day that still counts, possibly late."""
    first, last = visit.window(start)
    if visit.kind == "imaging":
        return first, last + LATE_IMAGING
    later = [each.window(start)[0] for each in SCHEDULE if each.kind == "labs" and each.days > visit.days]
    return first, min(later) - timedelta(days=1) if later else date.max


def _drawn(visit: Visit, start: date, needed: tuple[Lab, ...], ggt: Lab) -> tuple[bool, str]:
    """Whether all needed analytes have a usable result in the visit's window, or late."""
    earliest = {lab.name: _first_day(lab, *span(visit, start)) for lab in (*needed, ggt)}
    missing = [name_of(lab.name) for lab in needed if earliest[lab.name] is None]
    also = "" if earliest[ASKED_FOR] else f" {name_of(ASKED_FOR)} is missing."
    if missing:
        return False, sentence(f"missing: {joined([*missing, name_of(ASKED_FOR)] if also else missing)}")
    last = max(each for name, each in earliest.items() if each and name != ASKED_FOR)
    late = last > visit.window(start)[1]
    return True, sentence(f"{'late, on' if late else 'all results by'} {day(last)}") + also


def _first_day(lab: Lab, first: date, last: date) -> date | None:
    return min((each.when.day for each in lab.results if first <= each.when.day <= last), default=None)


def _imaged(visit: Visit, start: date, lsm: Lab, liver_imaging: Problem) -> tuple[bool, str]:
    """Whether one study of the liver, or its stiffness, lies in the window or up to 30 days after it."""
    first, last = span(visit, start)
    days = [event.last.day for event in liver_imaging.active if event.last] + [each.when.day for each in lsm.results]
    inside = sorted(each for each in days if first <= each <= last)
    if inside:
        late = inside[0] > visit.window(start)[1]
        return True, sentence(f"{'late, on' if late else 'done on'} {day(inside[0])}")
    if not liver_imaging.read:
        return False, f"Records of liver imaging {NOT_READ}."
    return False, "No imaging of the liver in the window."


def _suggested(visits: tuple[FollowUp, ...]) -> tuple[FollowUp, ...]:
    """Marks every due visit, and of each kind the latest overdue one unless a later visit of its kind is done."""
    chosen = {visit.id for visit in visits if visit.status == "due"}
    for kind in ("labs", "imaging"):
        of_kind = [visit for visit in visits if visit.kind == kind]
        settled = [at for at, visit in enumerate(of_kind) if visit.status in ("done", "overdue")]
        if settled and of_kind[settled[-1]].status == "overdue":
            chosen.add(of_kind[settled[-1]].id)
    return tuple(replace(visit, suggested=visit.id in chosen) for visit in visits)


FOLLOW_UP_ASKS = parameters_of(follow_up)
