"""The schedule after an administration: due dates, windows, statuses, suggestions."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from cds.chart import Administration, Event, Moment
from cds.codes import CONCEPTS
from cds.follow_up import SCHEDULE, follow_up
from cds.knowledge import parameters_of
from cds.views import Lab, Problem, Records
from tests.cds.clinic import World, on, result, unread_kind

NEEDED = ("alt", "ast", "bilirubin", "albumin", "inr", "creatinine", "sodium")
VISITS = {visit.id: visit for visit in SCHEDULE}


def given(day: str) -> Administration:
    return Administration(f"MedicationAdministration/{day}", on(day), on(day), "msc")


def drawn(*days: str, without: str = "") -> dict[str, Any]:
    """All needed analytes on these days, newest first."""
    newest = sorted(days, reverse=True)
    return {
        name: Lab(name, World()("now"), tuple(result(name, 1, at=on(day)) for day in newest))
        for name in (*NEEDED, "ggt")
        if name != without
    }


def imaged(*days: str) -> dict[str, Any]:
    events = tuple(Event("liver_imaging", "active", f"Procedure/{day}", on(day)) for day in days)
    return {"liver_imaging": Problem("liver_imaging", CONCEPTS["liver_imaging"].title, World()("now"), events)}


def visits(today: str, *said: dict[str, Any], anchor: str = "2026-01-31") -> dict[str, Any]:
    now = datetime.fromisoformat(today).replace(hour=23, tzinfo=UTC)
    world = World({"administrations": Records((given(anchor),)), "now": now}, *said)
    return {visit.id: visit for visit in follow_up(**{name: world(name) for name in parameters_of(follow_up)})}


@pytest.mark.parametrize(
    ("visit", "due", "first", "last"),
    [
        ("week-1", "2026-02-07", "2026-02-04", "2026-02-14"),
        ("week-4", "2026-02-28", "2026-02-25", "2026-03-07"),
        ("week-8", "2026-03-28", "2026-03-25", "2026-04-04"),
        ("week-12", "2026-04-25", "2026-04-22", "2026-05-02"),
        ("week-24", "2026-07-18", "2026-07-15", "2026-07-25"),
        ("month-3", "2026-04-30", "2026-04-16", "2026-05-14"),
        ("month-6", "2026-07-31", "2026-07-17", "2026-08-14"),
    ],
)
def test_due_dates_and_windows(visit: str, due: str, first: str, last: str) -> None:
    found = visits("2026-02-01")[visit]
    assert found.due == date.fromisoformat(due)
    assert found.window == (date.fromisoformat(first), date.fromisoformat(last))
    assert found.kind == ("imaging" if visit.startswith("month") else "labs")


def test_a_month_that_is_too_short_gives_its_last_day_also_across_the_year() -> None:
    assert VISITS["month-3"].due(date(2026, 11, 30)) == date(2027, 2, 28)
    assert VISITS["month-6"].due(date(2027, 8, 31)) == date(2028, 2, 29)
    assert VISITS["month-3"].due(date(2026, 9, 15)) == date(2026, 12, 15)


@pytest.mark.parametrize(
    ("today", "status"),
    [
        ("2026-02-24", "upcoming"),
        ("2026-02-25", "due"),
        ("2026-03-07", "due"),
        ("2026-03-08", "overdue"),
    ],
)
def test_both_ends_of_the_window_belong_to_it(today: str, status: str) -> None:
    assert visits(today)["week-4"].status == status


@pytest.mark.parametrize(
    ("days", "status", "late"),
    [
        (("2026-02-24",), "overdue", False),
        (("2026-02-25",), "done", False),
        (("2026-03-07",), "done", False),
        (("2026-03-08",), "done", True),
        (("2026-03-24",), "done", True),
        (("2026-03-25",), "overdue", False),
    ],
)
def test_results_count_inside_the_window_or_until_the_next_one_opens(
    days: tuple[str, ...], status: str, late: bool
) -> None:
    found = visits("2026-05-30", drawn(*days))["week-4"]
    assert (found.status, "Late" in found.because) == (status, late), found.because


def test_the_last_visit_has_no_next_one() -> None:
    assert visits("2027-05-30", drawn("2027-05-01"))["week-24"].status == "done"


@pytest.mark.parametrize("name", NEEDED)
def test_one_missing_analyte_keeps_a_visit_open(name: str) -> None:
    found = visits("2026-03-01", drawn("2026-03-01", without=name))["week-4"]
    assert found.status == "due"
    assert "Missing: " in found.because


def test_ggt_is_asked_for_and_does_not_keep_it_open() -> None:
    found = visits("2026-03-01", drawn("2026-03-01", without="ggt"))["week-4"]
    assert (found.status, "GGT is missing" in found.because) == ("done", True)


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2026-04-15", "overdue"),
        ("2026-04-16", "done"),
        ("2026-05-14", "done"),
        ("2026-06-13", "done"),
        ("2026-06-14", "overdue"),
    ],
)
def test_imaging_counts_inside_the_window_or_thirty_days_late(day: str, status: str) -> None:
    assert visits("2026-07-01", imaged(day))["month-3"].status == status


def test_stiffness_counts_as_imaging() -> None:
    lsm = {"lsm": Lab("lsm", World()("now"), (result("lsm", 9, at=on("2026-04-30")),))}
    assert visits("2026-07-01", lsm)["month-3"].status == "done"


@pytest.mark.hazard("C-25")
def test_imaging_that_could_not_be_read_is_not_done() -> None:
    found = visits("2026-07-01", unread_kind("procedures"))["month-3"]
    assert (found.status, "NOT_RETRIEVED" in found.because) == ("overdue", True)


@pytest.mark.parametrize("read", [True, False])
def test_without_an_administration_nothing_is_started(read: bool) -> None:
    world = World({"administrations": Records((), read=read)})
    found = follow_up(**{name: world(name) for name in parameters_of(follow_up)})
    assert {visit.status for visit in found} == {"not-started"}
    assert len(found) == 7
    assert all(visit.due is None and visit.window is None for visit in found)
    assert all(("NOT_RETRIEVED" in visit.because) is not read for visit in found)


def test_the_latest_administration_is_the_anchor_by_the_date_as_written() -> None:
    late = Moment(datetime(2026, 3, 2, 4, 30, tzinfo=UTC), "2026-03-01T23:30:00-05:00")
    second = Administration("MedicationAdministration/2", late, late, "msc")
    world = World({"administrations": Records((given("2026-01-31"), second))})
    found = follow_up(**{name: world(name) for name in parameters_of(follow_up)})
    assert found[0].due == date(2026, 3, 8)


def suggested(found: dict[str, Any]) -> set[str]:
    return {visit for visit in found if found[visit].suggested}


def test_due_visits_and_the_latest_overdue_one_of_each_kind_are_suggested() -> None:
    assert suggested(visits("2026-02-26")) == {"week-1", "week-4"}
    assert suggested(visits("2026-03-10")) == {"week-4"}
    assert suggested(visits("2026-06-20")) == {"week-12", "month-3"}


def test_a_missed_visit_is_not_suggested_once_a_later_one_is_done() -> None:
    found = visits("2026-03-10", drawn("2026-03-01"))
    assert (found["week-1"].status, found["week-4"].status) == ("overdue", "done")
    assert suggested(found) == set()
