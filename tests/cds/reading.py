"""For the tests of the reader: one Observation in, what the chart holds of one analyte out."""

from typing import Any

from cds.chart import Chart, Result
from cds.fhir import read_chart
from tests.charts import ME, NOW, UCUM, concept

Json = dict[str, Any]
LOINC = "http://loinc.org"


def observation(code: str = "1975-2", value: Any = 2.0, unit: str | None = "mg/dL", **more: Any) -> Json:
    """A final result of two hours ago; `...` as a member takes it away."""
    made = {
        "resourceType": "Observation",
        "id": "1",
        "status": "final",
        "code": concept((LOINC, code)),
        "subject": {"reference": f"Patient/{ME}"},
        "effectiveDateTime": "2026-11-22T08:00:00Z",
        "valueQuantity": {"value": value, **({} if unit is None else {"unit": unit, "system": UCUM, "code": unit})},
        **more,
    }
    return {name: member for name, member in made.items() if member is not ...}


def quantity(**members: Any) -> Json:
    return observation(valueQuantity=members)


def read(*resources: Json, **more: Any) -> Chart:
    return read_chart(list(resources), ME, NOW, **more)


def results(name: str, *resources: Json) -> tuple[Result, ...]:
    return read(*resources).results.get(name, ())


def only(name: str, *resources: Json) -> Result:
    """The one result; fails when there is none, when there are more, or when anything was refused."""
    chart = read(*resources)
    assert name not in chart.unusable, chart.unusable[name]
    (found,) = chart.results[name]
    return found


def refused(name: str, *resources: Json) -> list[str]:
    """Why results were not used; fails when one was."""
    chart = read(*resources)
    assert name not in chart.results, chart.results[name]
    return [each.reason for each in chart.unusable.get(name, ())]
