"""Results and MELD over time, as the plot and the table beside it show them. Every score is the engine's."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from cds.ask import Ask
from cds.assess import as_of
from cds.assessment import Outcome
from cds.chart import Chart, Moment, Result
from cds.labs import LABS
from cds.outcome import compute
from cds.reasons import describe
from cds.words import at, measured, name_of, number, quantity

Json = dict[str, Any]

PLOTTED = ("bilirubin", "creatinine", "inr", "sodium", "albumin")
SCORE = "meld-3.0"
TITLE = "MELD 3.0"
DAYS = 90
"""Days with results that are shown, the newest ones."""
REACH = timedelta(days=200)
"""A score at a time rests on nothing that was older then."""
SPARKED = 60
"""Results in a sparkline, the newest ones."""
WIDE, HIGH, EDGE = 100, 24, 3
"""The size of a sparkline and what it leaves free at its edges."""
SHARE = 0.2
"""The height stands for this part of the largest value at least: a small change does not look like a large one."""


def plot(chart: Chart) -> Json:
    """One panel for the score and one for each analyte with results; and when an MSC product was given.

    `cut` says that older results are left out.
    """
    moments, cut = _moments(chart)
    if not moments:
        return {"panels": [], "given": [], "cut": False}
    first = moments[0].at
    recent = _since(chart, first - REACH) if cut else chart
    shown = [_panel(name, chart.results[name], first.date()) for name in PLOTTED if chart.results.get(name)]
    score = _score_panel(recent, moments)
    given = [{"t": each.start.at.timestamp(), "when": at(each.start)} for each in chart.administrations]
    return {"panels": [score, *shown] if score["points"] else shown, "given": given, "cut": cut}


def _moments(chart: Chart) -> tuple[list[Moment], bool]:
    """The time of the last result of each day with results, oldest first; and whether older days are left out."""
    days: dict[date, Moment] = {}
    for name in PLOTTED:
        for each in chart.results.get(name, ()):
            day = each.when.at.date()
            days[day] = max(days.get(day, each.when), each.when, key=lambda when: (when.at, not when.day_only))
    return [days[day] for day in sorted(days)[-DAYS:]], len(days) > DAYS


def _since(chart: Chart, first: datetime) -> Chart:
    """The chart without older results."""
    held = {name: tuple(each for each in found if each.when.at >= first) for name, found in chart.results.items()}
    return replace(chart, results=held)


def _panel(name: str, results: Sequence[Result], first: date) -> Json:
    points = [
        {"t": each.when.at.timestamp(), "low": float(each.value), "high": float(each.value), **_said(each)}
        for each in reversed(results)
        if each.when.at.date() >= first
    ]
    unit = quantity("", LABS[name].unit)
    return {"name": name, "title": titled(name), "unit": unit.strip(), "points": points}


def titled(name: str) -> str:
    """The analyte as it stands at the start of a line."""
    said = name_of(name)
    return said[:1].upper() + said[1:]


def _said(result: Result) -> Json:
    return {"when": at(result.when), "said": quantity(result.value, result.unit, result.comparator)}


def _score_panel(chart: Chart, moments: Sequence[Moment]) -> Json:
    """The score at each moment, from what had been drawn by then."""
    points = []
    for moment in moments:
        outcome = Ask(as_of(chart, moment.at), compute).outcome(SCORE)
        said: Json = {"t": moment.at.timestamp(), "when": at(moment), "said": bounds(outcome)}
        said["why"] = why(outcome)
        if outcome.low is not None and outcome.high is not None:
            said |= {"low": float(outcome.low), "high": float(outcome.high)}
        points.append(said)
    return {"name": "meld", "title": TITLE, "unit": "", "points": points}


def bounds(outcome: Outcome) -> str:
    """As in "18" or "18 to 21"; "" where there is neither a value nor a range."""
    if outcome.low is None or outcome.high is None:
        return ""
    same = outcome.low == outcome.high
    return number(outcome.low) if same else f"{number(outcome.low)} to {number(outcome.high)}"


def why(outcome: Outcome) -> list[str]:
    """Every reason in words."""
    return [describe(code).says for code in outcome.reasons]


def rows(shown: Json) -> list[Json]:
    """The plot as a table: for each time what was resulted and the score, newest first."""
    cells: dict[float, Json] = {}
    for panel in shown["panels"]:
        for point in panel["points"]:
            row = cells.setdefault(point["t"], {"when": point["when"], "given": ""})
            row[panel["name"]] = point["said"] or "not computed"
    for each in shown["given"]:
        row = cells.setdefault(each["t"], {"when": each["when"], "given": ""})
        row["given"] = "MSC product given"
    return [cells[moment] for moment in sorted(cells, reverse=True)]


def spark(results: Sequence[Result]) -> Json | None:
    """A line through the results, in a box of WIDE by HIGH, with its last point; None for fewer than two."""
    results = results[:SPARKED]
    times = [each.when.at.timestamp() for each in reversed(results)]
    values = [float(each.value) for each in reversed(results)]
    if len(values) < 2:
        return None
    across = _scaled(times, EDGE, WIDE - EDGE)
    down = [HIGH - each for each in _scaled(values, EDGE, HIGH - EDGE, max(values) * SHARE)]
    first, last = results[-1], results[0]
    return {
        "line": " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, down, strict=True)),
        "end": (round(across[-1], 1), round(down[-1], 1)),
        "said": f"{len(values)} results, {measured(first)} to {measured(last)}",
    }


def _scaled(numbers: Sequence[float], low: float, high: float, span: float = 0) -> list[float]:
    """The numbers stretched over low..high, which stands for `span` at least; equal ones lie in the middle."""
    least, most = min(numbers), max(numbers)
    wide = max(most - least, span)
    if not wide:
        return [(low + high) / 2] * len(numbers)
    start = (least + most - wide) / 2
    return [low + (each - start) * (high - low) / wide for each in numbers]
