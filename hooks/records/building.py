"""From a description to the record: a Bundle with all that was given, and the visits that follow from it.

The same description gives the same bytes: times come from it, and ids follow from patient, lots and starts, so that a
record built again after a correction is the same record.
"""

import json
from dataclasses import dataclass
from typing import Any

from cds import content
from cds.assess import assess
from cds.fhir import patients_in, read_chart, resources_in
from cds.follow_up import anchor
from cds.reasons import describe
from cds.recording import METHODS
from cds.views import Records
from hooks.records import around
from hooks.records.entries import Entries, Resource
from hooks.records.fields import Literal, written
from hooks.records.given import Given
from hooks.records.products import add_product
from hooks.records.terms import canonical
from hooks.scores_as_fhir import score_observation


@dataclass(frozen=True, slots=True)
class Built:
    """The record, and sentences on what could not be put into it."""

    record: Resource
    remarks: tuple[str, ...]


def build(described: dict[str, Any]) -> Built:
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
    remarks: tuple[str, ...] = ()
    if "baseline" in described:
        remarks = _add_scores(entries, described, bundle, patient)
    chart = read_chart(_resources(bundle, who), who.id, described["recorded"])
    last = anchor(Records(chart.administrations))
    if last is not None:
        around.add_follow_up(entries, described["follow_up"]["status"], last, patient)
    return Built(bundle, remarks)


def _add_scores(entries: Entries, described: dict[str, Any], bundle: Resource, patient: Resource) -> tuple[str, ...]:
    """The MELD of the baseline by each formula that the results allow; a sentence for each formula that they do not.

    It is computed from this record alone. Whether there was dialysis is unknown unless the description says.
    """
    who, baseline = described["patient"]["reference"], described["baseline"]
    read = frozenset({"labs", "procedures"} if "dialysis" in baseline else {"labs"})
    chart = read_chart(_resources(bundle, who), who.id, around.clock_at(baseline["taken"]), read)
    remarks = []
    for score in assess(chart).scores:
        if score.id not in METHODS:
            continue
        made = score_observation(
            score,
            patient["reference"],
            computed_at=written(described["recorded"]),
            content_version=content.VERSION,
            timepoint="baseline",
        )
        if made is not None:
            around.add_score(entries, score.id, made)
        else:
            why = " ".join(describe(code).says for code in score.reasons)
            remarks.append(f"baseline: no {score.title} in the record. {why}".strip())
    return tuple(remarks)


def _resources(bundle: Resource, who: Literal) -> list[Any]:
    return patients_in(resources_in(bundle))[who.id]


def written_out(record: Resource) -> bytes:
    """The record as readable JSON."""
    return json.dumps(record, ensure_ascii=False, indent=2).encode() + b"\n"


def _identity(described: dict[str, Any]) -> str:
    """That by which the record is the same one when it is built again."""
    lots = (f"{each['lot_system']} {each['lot']}" for each in described["product"])
    starts = (written(each["start"]) for each in described["administration"])
    return "\n".join((str(described["patient"]["reference"]), *lots, *starts))
