"""What surrounds the administrations in a record: the person, the reason, baseline results, the trial, the visits."""

from datetime import UTC, datetime, time
from typing import Any

from cds.analyte import LOINC, SERUM, Lab
from cds.chart import Administration
from cds.codes import CONCEPTS, SNOMED
from cds.follow_up import SCHEDULE
from cds.labs import LABS
from hooks.records.entries import Entries, Resource, coded, extension, quantity
from hooks.records.fields import Literal, Measure, written
from hooks.records.given import worded
from hooks.records.products import LABORATORY
from hooks.records.terms import activities, canonical, terms
from hooks.records.whole import ANALYTES

TRIALS = "http://clinicaltrials.gov"
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
DIALYSIS = CONCEPTS["intermittent_dialysis"]


def add_patient(entries: Entries, described: dict[str, Any]) -> Resource:
    """The patient as far as described, at the address that they have; a Reference to them."""
    who: Literal = described["reference"]
    address = str(who) if who.base else entries.address("patient")
    known = {"gender": described["sex"], "birthDate": described.get("born")}
    return entries.put(address, {"resourceType": "Patient", "id": who.id, **known})


def add_reason(entries: Entries, described: dict[str, Any], patient: Resource) -> Resource:
    """The liver disease for which a product was given; a Reference to it."""
    named = entries.outside(described.get("reference"))
    return named or entries.add(
        "reason",
        "Condition",
        "",
        clinicalStatus=coded(CLINICAL, "active"),
        code=worded(described),
        subject=patient,
    )


def add_baseline(entries: Entries, described: dict[str, Any], patient: Resource) -> None:
    """Laboratory results before the first infusion, and the days with dialysis in the week before them."""
    for name in ANALYTES:
        if name in described:
            _add_result(entries, LABS[name], described[name], described["taken"], patient)
    for day in described.get("dialysis", ()):
        code = coded(SNOMED, DIALYSIS.snomed.split()[0])
        entries.add(
            f"dialysis {written(day)}",
            "Procedure",
            "",
            status="completed",
            code={**code, "text": DIALYSIS.title.capitalize()},
            subject=patient,
            performedDateTime=written(day),
        )


def _add_result(entries: Entries, lab: Lab, measure: Measure, taken: Any, patient: Resource) -> None:
    unit, _ = lab.spellings[measure.unit or lab.unit]
    usual = [each for each in lab.codes if each.rank == SERUM and not each.flag]
    code = next(each for each in usual if each.property == unit.property)
    display = terms("liver-lab")[code.code].display if code.code in terms("liver-lab") else ""
    entries.add(
        f"baseline {lab.name}",
        "Observation",
        "liver-lab",
        extension=[_timepoint("baseline")],
        status="final",
        category=[LABORATORY],
        code={**coded(LOINC, code.code, display), "text": lab.title},
        subject=patient,
        effectiveDateTime=written(taken),
        valueQuantity=quantity(measure, code=unit.code),
    )


def add_score(entries: Entries, id: str, made: Resource) -> None:
    """A score of the baseline, whose results are those of the record."""
    address = entries.address(f"baseline {id}")
    derived = [{"reference": f"urn:uuid:{each['reference'].partition('/')[2]}"} for each in made.get("derivedFrom", ())]
    entries.put(address, {**made, "id": address[9:], "derivedFrom": derived})


def clock_at(taken: Any) -> datetime:
    """The clock by which results of this day or time are judged: they are the newest there are."""
    return taken if isinstance(taken, datetime) else datetime.combine(taken, time.max, UTC)


def add_trial(entries: Entries, described: dict[str, Any], patient: Resource) -> None:
    """The trial and the patient's part in it."""
    study = entries.add(
        "trial",
        "ResearchStudy",
        "",
        identifier=[{"system": TRIALS, "value": described["number"]}],
        title=described.get("title"),
        status="active",
    )
    entries.add(
        "trial subject",
        "ResearchSubject",
        "msc-research-subject",
        status=described["status"],
        study=study,
        individual=patient,
        assignedArm=described.get("arm"),
    )


def add_follow_up(entries: Entries, status: str, last: Administration, patient: Resource) -> None:
    """The visits after the administration that ended last, each a request with its window, and the plan of them."""
    plan: Resource = {
        "status": status,
        "intent": "plan",
        "instantiatesCanonical": [canonical("PlanDefinition/msc-follow-up-protocol")],
        "subject": patient,
    }
    windows = {visit: visit.window(last.end.day) for visit in SCHEDULE}
    ends = max(end for _, end in windows.values())
    requests = [
        entries.add(
            f"visit {visit.id}",
            "ServiceRequest",
            "msc-follow-up-request",
            extension=[_timepoint(visit.id)],
            status=status,
            intent="plan",
            basedOn=[{"reference": entries.address("plan")}],
            code={**activities()[visit.id], "text": visit.title},
            subject=patient,
            occurrencePeriod={"start": written(first), "end": written(end)},
        )
        for visit, (first, end) in windows.items()
    ]
    plan["period"] = {"start": written(last.end.day), "end": written(ends)}
    plan["activity"] = [{"reference": request} for request in requests]
    entries.add("plan", "CarePlan", "msc-follow-up-plan", **plan)


def _timepoint(code: str) -> Resource:
    return extension("timepoint", valueCodeableConcept=terms("msc-timepoint")[code].concept)
