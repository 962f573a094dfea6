"""What the page shows of a chart, read as the service reads it: problems, and the newest of each result."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cds import adverse
from cds.chart import KINDS, Chart, Event
from cds.codes import ANSWERS, CONCEPTS
from cds.fhir import read_chart
from cds.labs import LABS
from cds.words import quantity
from hooks.demo.charts import Template, resources

Row = dict[str, str]


def name_of(chart: Template) -> str:
    """The invented name, family name first."""
    name = chart.prefetch["patient"]["name"][0]
    return f"{name['family']}, {' '.join(name['given'])}"


def of(chart: Template, now: datetime) -> dict[str, Any]:
    """One line about the person; problems and results; the kinds of record that were not read."""
    read = frozenset(chart.prefetch) - {"patient"}
    found = read_chart(resources(chart, now), chart.id, now, read)
    return {
        "person": _person(found),
        "problems": list(_problems(found)),
        "results": sorted(_results(found), key=lambda row: row["when"], reverse=True),
        "notRead": sorted(KINDS - read),
    }


def _person(chart: Chart) -> str:
    sex = next((sex for _, sex in chart.person.sexes), "unknown")
    born = chart.person.born_first
    return f"Sex {sex}, born {born or 'unknown'}"


def _problems(chart: Chart) -> Iterator[Row]:
    """Each record once, with all that it means to the service; administrations and what happened after them last."""
    meant: dict[str, list[Event]] = {}
    for events in chart.events.values():
        for event in events:
            meant.setdefault(event.source, []).append(event)
    for records in meant.values():
        what = ", ".join(dict.fromkeys(CONCEPTS[event.concept].title for event in records))
        status = "" if records[0].status == "active" else records[0].status
        yield {"what": what, "value": status, "when": str(records[0].onset or "")[:10]}
    for each in chart.administrations:
        yield {"what": "investigational MSC product", "value": "", "when": str(each.end)[:10]}
    for after in chart.adverse_events:
        yield {"what": adverse.named(after), "value": adverse.graded(after), "when": str(after.when or "")[:10]}


def _results(chart: Chart) -> Iterator[Row]:
    for name, results in chart.results.items():
        newest = results[0]
        charted = newest.original
        value = quantity(charted.value, charted.unit, newest.comparator)
        yield {"what": LABS[name].title, "value": value, "when": str(newest.when)[:10]}
    for name, answers in chart.answers.items():
        yield {"what": ANSWERS[name].title, "value": str(answers[0].value), "when": str(answers[0].when)[:10]}
