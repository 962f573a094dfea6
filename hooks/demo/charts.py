"""The demonstration charts: people we made up, whose dates are offsets from the service clock."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "charts"
OFFSET = re.compile(r"@(?P<years>-?\d+y)?(?P<days>[+-]?\d+d)?(?P<clock>\d\d:\d\d)?(?P<hours>[+-]\d+h)?")


@dataclass(frozen=True, slots=True)
class Template:
    """One chart as written: `prefetch` still holds offsets such as "@-2d08:00" in place of dates."""

    id: str
    title: str
    story: str
    expect: str
    services: tuple[str, ...]
    order: int
    prefetch: dict[str, Any]


@cache
def templates() -> dict[str, Template]:
    """All charts by id, in the order in which they are shown."""
    found = [_read(path) for path in FOLDER.glob("*.json")]
    return {chart.id: chart for chart in sorted(found, key=lambda chart: chart.order)}


def _read(path: Path) -> Template:
    """One chart file; the file's name is the chart's id."""
    written = json.loads(path.read_text(encoding="utf-8"))
    return Template(path.stem, services=tuple(written.pop("services")), **written)


def moment(offset: str, now: datetime) -> str:
    """The FHIR date or dateTime that an offset names, seen from `now`; a text that is no offset unchanged.

    "@-58y-40d" and "@-30d" are dates, "@-2d08:00" is a time of that day and "@-5h" an instant, both in UTC.
    """
    parts = OFFSET.fullmatch(offset)
    if parts is None or offset == "@":
        return offset
    now = now.astimezone(UTC)
    if parts["hours"]:
        at = now + timedelta(hours=int(parts["hours"][:-1]))
        return at.strftime("%Y-%m-%dT%H:%M:00Z")
    day = _years_before(now.date(), abs(int((parts["years"] or "0y")[:-1])))
    day += timedelta(days=int((parts["days"] or "0d")[:-1]))
    if not parts["clock"]:
        return day.isoformat()
    return datetime.combine(day, time.fromisoformat(parts["clock"])).strftime("%Y-%m-%dT%H:%M:00Z")


def _years_before(day: date, years: int) -> date:
    """The same calendar day `years` earlier; 29 February becomes 28 February where there is none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _resolved(value: Any, now: datetime) -> Any:
    """A copy of a JSON value with every offset replaced by its date."""
    match value:
        case str():
            return moment(value, now)
        case list():
            return [_resolved(item, now) for item in value]
        case dict():
            return {key: _resolved(item, now) for key, item in value.items()}
    return value


def prefetch(chart: Template, now: datetime) -> dict[str, Any]:
    """The chart as an EHR would send it: the Patient, and a searchset Bundle for every other key it could read."""
    written = _resolved(chart.prefetch, now)
    return {key: value if isinstance(value, dict) else _searchset(value) for key, value in written.items()}


def _searchset(resources: list[dict[str, Any]]) -> dict[str, Any]:
    """A Bundle as a FHIR server answers a search; without matches there is no `entry`, which R4 forbids to be empty."""
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "total": len(resources)}
    if resources:
        bundle["entry"] = [{"resource": resource, "search": {"mode": "match"}} for resource in resources]
    return bundle


def resources(chart: Template, now: datetime) -> Iterator[dict[str, Any]]:
    """Every resource of the chart, the Patient first."""
    for value in _resolved(chart.prefetch, now).values():
        yield from value if isinstance(value, list) else [value]
