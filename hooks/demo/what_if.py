"""What if a result were another: the chart with results that nobody charted, and the scores beside the charted ones."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from cds.assess import assess
from cds.chart import Chart, Result
from cds.labs import LABS
from cds.words import name_of, quantity
from hooks.demo import summary
from hooks.demo.over_time import titled
from hooks.errors import BadRequest

Json = dict[str, Any]
Read = Callable[[Json], Chart]
"""From a prefetch to the chart that the service reads from it."""

ANALYTES = ("bilirubin", "creatinine", "inr", "sodium", "albumin", "platelets", "ast", "alt")
USER = "what-if"
"""Who calls with such a chart, so that the record of the call says what it was."""
MARK = "what-if-"
SOURCE = f"Observation/{MARK}"
"""How the references of imagined results begin."""
TOO_MUCH = 1_000_000
"""No result is that high in our units."""
AFTER = timedelta(seconds=1)
"""How long after the newest charted result the imagined one was drawn: it is the newest, and as old."""


def fields(chart: Chart) -> list[Json]:
    """The analytes that can be changed: name, title, unit, and the newest value ("" if there is none).

    The value is given in that unit, and as charted where that is another.
    """
    found = []
    for name in ANALYTES:
        newest = next(iter(chart.results.get(name, ())), None)
        charted = _charted(newest) if newest else ""
        unit = quantity("", LABS[name].unit).strip()
        found.append({"name": name, "title": titled(name), "unit": unit, "charted": charted})
    return found


def _charted(result: Result) -> str:
    said = quantity(result.value, result.unit, result.comparator)
    charted = quantity(result.original.value, result.original.unit, result.comparator)
    return said if charted == said else f"{charted} ({said})"


def changed(sent: Json, patient: str, values: Mapping[str, Any], read: Read) -> Json:
    """The prefetch with imagined results, and what differs. BadRequest for an analyte or number that is none."""
    wanted = {name: _number(name, value) for name, value in values.items()}
    if not wanted:
        raise BadRequest("Enter at least one value.")
    before = read(sent)
    drawn = [each.when.at for name in ANALYTES for each in before.results.get(name, ())[:1]]
    others = max(drawn, default=before.now - AFTER)
    made = [_observation(name, value, patient, before, others) for name, value in wanted.items()]
    labs = sent.get("labs")
    if not isinstance(labs, dict) or labs.get("resourceType") != "Bundle":
        raise BadRequest("The chart holds no Bundle of results.")
    imagined = [{"resource": resource, "search": {"mode": "match"}} for resource in made]
    held = {name: value for name, value in labs.items() if name != "total"}
    after = {**sent, "labs": {**held, "entry": [*labs.get("entry", ()), *imagined]}}
    charted = {each["name"]: each["charted"] for each in fields(before)}
    return {
        "prefetch": after,
        "changes": [
            {"what": titled(name), "charted": charted[name], "what_if": quantity(value, LABS[name].unit)}
            for name, value in wanted.items()
        ],
        "scores": list(zip(summary.scores(assess(before)), summary.scores(assess(read(after))), strict=True)),
    }


def _number(name: str, value: object) -> Decimal:
    if name not in ANALYTES:
        raise BadRequest("This result cannot be changed.")
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 <= number < TOO_MUCH:
        raise BadRequest(f"{titled(name)}: enter a number such as 2.5.", (name,))
    return number


def _observation(name: str, value: Decimal, patient: str, before: Chart, others: datetime) -> Json:
    """A result in our own unit, drawn just after the newest charted one of its kind, else of any kind."""
    lab = LABS[name]
    code = lab.codes[0]
    newest = next(iter(before.results.get(name, ())), None)
    drawn = (newest.when.at if newest else others) + AFTER
    return {
        "resourceType": "Observation",
        "id": f"{MARK}{name}",
        "status": "final",
        "code": {"coding": [{"system": code.system, "code": code.code}], "text": f"What if: {name_of(name)}"},
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": drawn.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "valueQuantity": {
            "value": float(value), "unit": lab.unit, "system": "http://unitsofmeasure.org", "code": lab.unit,
        },
    }  # fmt: skip
