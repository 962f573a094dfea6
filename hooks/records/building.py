"""From a description to the record: a Bundle with all that was given, and the visits that follow from it.

The same description gives the same bytes: times come from it, and ids follow from patient, lots and starts, so that a
record built again after a correction is the same record.
"""

import json
from typing import Any

from cds.fhir import patients_in, read_chart, resources_in
from cds.follow_up import anchor
from cds.views import Records
from hooks.records import around
from hooks.records.entries import Entries, Resource
from hooks.records.fields import Literal, written
from hooks.records.given import Given
from hooks.records.products import add_product
from hooks.records.terms import canonical


def build(described: dict[str, Any]) -> Resource:
    """The record of a description as `description.read` gives it."""
    who: Literal = described["patient"]["reference"]
    entries = Entries(_identity(described), who.base)
    patient = around.add_patient(entries, described["patient"])
    given = Given(entries, patient, around.add_reason(entries, described["reason"], patient))
    for product in described["product"]:
        given.stocked(product["lot"], product["kind"].code, add_product(entries, product, patient))
    administrations = [given.add_administration(each, at) for at, each in enumerate(described["administration"], 1)]
    for at, event in enumerate(described["adverse_event"], 1):
        given.add_event(event, at, administrations[event.get("administration", 1) - 1])
    if "baseline" in described:
        around.add_baseline(entries, described["baseline"], patient)
    if "trial" in described:
        around.add_trial(entries, described["trial"], patient)
    bundle: Resource = {
        "resourceType": "Bundle",
        "meta": {"profile": [canonical("StructureDefinition/msc-administration-bundle")]},
        "type": "collection",
        "timestamp": written(described["recorded"]),
        "entry": entries.entries,
    }
    resources = patients_in(resources_in(bundle))[who.id]
    chart = read_chart(resources, who.id, described["recorded"])
    last = anchor(Records(chart.administrations))
    if last is not None:
        around.add_follow_up(entries, described["follow_up"]["status"], last, patient)
    return bundle


def written_out(record: Resource) -> bytes:
    """The record as readable JSON."""
    return json.dumps(record, ensure_ascii=False, indent=2).encode() + b"\n"


def _identity(described: dict[str, Any]) -> str:
    """That by which the record is the same one when it is built again."""
    lots = (f"{each['lot_system']} {each['lot']}" for each in described["product"])
    starts = (written(each["start"]) for each in described["administration"])
    return "\n".join((str(described["patient"]["reference"]), *lots, *starts))
