"""What the page shows of a chart, read as the service reads it: problems, and the newest of each result."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cds.codes import ANSWERS, CONCEPTS

from cds.chart import Chart
from cds.fhir import read_chart
from cds.labs import LABS
from cds.words import number
from hooks.demo.charts import Template, resources

Row = dict[str, str]
UNSAID = {"", "1", "{INR}", "{score}"}
"""Units that nobody says aloud."""


def name_of(chart: Template) -> str:
    """The invented name, family name first."""
    name = chart.prefetch["patient"]["name"][0]
    return f"{name['family']}, {' '.join(name['given'])}"


def of(chart: Template, now: datetime) -> dict[str, Any]:
    """One line about the person; problems and results, or None for a kind of record that was not read."""
    read = frozenset(chart.prefetch) - {"patient"}
    found = read_chart(resources(chart, now), chart.id, now, read)
    return {
        "person": _person(found),
        "problems": list(_problems(found)) if "conditions" in read else None,
        "results": sorted(_results(found), key=lambda row: row["when"], reverse=True) if "labs" in read else None,
    }


def _person(chart: Chart) -> str:
    sex = next((sex for _, sex in chart.person.sexes), "unknown")
    born = chart.person.born_first
    return f"Sex {sex}, born {born or 'unknown'}"


def _problems(chart: Chart) -> Iterator[Row]:
    """Each record once, under the first of the concepts that it belongs to."""
    said: set[str] = set()
    for events in chart.events.values():
        for event in events:
            if event.source not in said:
                said.add(event.source)
                status = "" if event.status == "active" else event.status
                yield {"what": CONCEPTS[event.concept].title, "value": status, "when": str(event.onset or "")[:10]}


def _results(chart: Chart) -> Iterator[Row]:
    for name, results in chart.results.items():
        newest = results[0]
        charted = newest.original
        unit = "" if charted.unit in UNSAID else f" {charted.unit}"
        value = f"{newest.comparator}{number(charted.value)}{unit}"
        yield {"what": LABS[name].title, "value": value, "when": str(newest.when)[:10]}
    for name, answers in chart.answers.items():
        yield {"what": ANSWERS[name].title, "value": str(answers[0].value), "when": str(answers[0].when)[:10]}
