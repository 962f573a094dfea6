"""From a description to the record: a Bundle with all that was given, and the visits that follow from it.

The same description gives the same bytes: times come from it, and ids follow from patient, lots and starts, so that a
record built again after a correction is the same record.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from cds import content
from cds.assess import assess
from cds.fhir import patients_in, read_chart, resources_in
from cds.follow_up import anchor
from cds.reasons import describe
from cds.recording import METHODS
from cds.trend import BASELINE_WITHIN
from cds.views import Records
from hooks.records import around
from hooks.records.entries import Entries, Resource
from hooks.records.fields import Literal, written
from hooks.records.given import Given
from hooks.records.products import add_product
from hooks.records.terms import canonical
from hooks.records.together import first_infusion, given_expired
from hooks.scores_as_fhir import score_observation

NOT_DESCRIBED = frozenset({"NOT_RETRIEVED", "ANTICOAGULANT_UNKNOWN"})
"""Reasons that come from what a description has no place for; no score is missing because of them."""


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
    remarks = list(_doubts(described))
    if "baseline" in described:
        remarks += _add_scores(entries, described, bundle, patient)
    chart = read_chart(_resources(bundle, who), who.id, described["recorded"])
    last = anchor(Records(chart.administrations))
    died = any(event["outcome"] == "fatal" for event in described["adverse_event"])
    if last is not None and not died:
        around.add_follow_up(entries, described["follow_up"]["status"], last, patient)
    else:
        why = "An adverse event was fatal." if died else "Nothing was given from which they would count."
        remarks.append(f"follow_up: no visits in the record. {why}")
    return Built(bundle, tuple(remarks))


def _doubts(described: dict[str, Any]) -> Iterator[str]:
    """What may be so, and is worth a second look."""
    for lot in given_expired(described):
        yield f"product: {lot} was given after it had expired."
    first, taken = first_infusion(described), described.get("baseline", {}).get("taken")
    if first and taken and first - around.clock_at(taken) > BASELINE_WITHIN:
        days = BASELINE_WITHIN.days
        yield f"baseline: taken more than {days} days before the first infusion. Later scores are not compared with it."


def _add_scores(entries: Entries, described: dict[str, Any], bundle: Resource, patient: Resource) -> list[str]:
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
            why = " ".join(describe(code).says for code in score.reasons if code not in NOT_DESCRIBED)
            remarks.append(f"baseline: no {score.title} in the record. {why}".strip())
    return remarks


def _resources(bundle: Resource, who: Literal) -> list[Any]:
    return patients_in(resources_in(bundle))[who.id]


def written_out(record: Resource) -> bytes:
    """The record as readable JSON, with numbers in the digits in which they were described: 72.50 stays so."""
    option = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(record, default=lambda number: orjson.Fragment(f"{number:f}"), option=option)


def _identity(described: dict[str, Any]) -> str:
    """That by which the record is the same one when it is built again."""
    lots = (f"{each['lot_system']} {each['lot']}" for each in described["product"])
    starts = (written(each["start"]) for each in described["administration"])
    return "\n".join((str(described["patient"]["reference"]), *lots, *starts))
