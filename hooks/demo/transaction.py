"""A demonstration chart as one transaction, so that a FHIR server takes all of it or nothing."""

from datetime import datetime
from typing import Any

from hooks.demo.charts import Template, resources


def transaction(chart: Template, now: datetime) -> dict[str, Any]:
    """A Bundle that writes every record of the chart under its own id, with dates seen from `now`."""
    records = {(record["resourceType"], record["id"]): record for record in resources(chart, now)}
    entries = [
        {"resource": record, "request": {"method": "PUT", "url": f"{kind}/{id}"}}
        for (kind, id), record in records.items()
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}
