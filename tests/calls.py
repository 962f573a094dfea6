"""Hook calls to send: one patient with cirrhosis, and the ways in which a call differs from that."""

import copy
from typing import Any

Json = dict[str, Any]

NOW = "2026-11-22T10:00:00+00:00"
ME = "p-1"
UCUM = "http://unitsofmeasure.org"
OWN = "https://hepar-cds.github.io/msc-liver/CodeSystem/"

HOOKS = {
    "msc-liver-evaluation": "patient-view",
    "msc-liver-evaluation-encounter": "encounter-start",
    "msc-liver-order-select": "order-select",
    "msc-liver-order-sign": "order-sign",
    "msc-liver-follow-up": "patient-view",
}


def bundle(*resources: Json, **more: Any) -> Json:
    """A search result."""
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": each} for each in resources], **more}


def observation(
    number: int, code: str, value: float, unit: str, when: str = "2026-11-21T08:00:00Z", **more: Any
) -> Json:
    """One final result with a LOINC code."""
    return {
        "resourceType": "Observation",
        "id": f"o-{number}",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "subject": {"reference": f"Patient/{ME}"},
        "effectiveDateTime": when,
        "valueQuantity": {"value": value, "unit": unit, "system": UCUM, "code": unit},
        **more,
    }


def condition(number: int, code: str, system: str = "http://hl7.org/fhir/sid/icd-10-cm") -> Json:
    """One active, confirmed problem."""
    term = "http://terminology.hl7.org/CodeSystem/condition-"
    return {
        "resourceType": "Condition",
        "id": f"c-{number}",
        "clinicalStatus": {"coding": [{"system": term + "clinical", "code": "active"}]},
        "verificationStatus": {"coding": [{"system": term + "ver-status", "code": "confirmed"}]},
        "code": {"coding": [{"system": system, "code": code}]},
        "subject": {"reference": f"Patient/{ME}"},
        "onsetDateTime": "2024-03-01",
    }


def patient(**more: Any) -> Json:
    """A man of 55."""
    return {"resourceType": "Patient", "id": ME, "gender": "male", "birthDate": "1971-02-03", **more}


def labs() -> Json:
    """The five results of MELD 3.0, drawn yesterday."""
    return bundle(
        observation(1, "1975-2", 2.0, "mg/dL"),
        observation(2, "6301-6", 1.5, "1"),
        observation(3, "2160-0", 1.2, "mg/dL"),
        observation(4, "2951-2", 133, "mmol/L"),
        observation(5, "1751-7", 3.0, "g/dL"),
    )


def prefetch() -> Json:
    """All seven keys, complete."""
    return {
        "patient": patient(),
        "labs": labs(),
        "vitals": bundle(),
        "conditions": bundle(condition(1, "K74.60")),
        "procedures": bundle(total=0),
        "medications": None,
        "administrations": bundle(),
    }


def msc_order(**more: Any) -> Json:
    """A draft order of an MSC product."""
    return {
        "resourceType": "MedicationRequest",
        "id": "d-1",
        "status": "draft",
        "intent": "order",
        "medicationCodeableConcept": {"coding": [{"system": OWN + "msc-product-type", "code": "msc"}]},
        "subject": {"reference": f"Patient/{ME}"},
        **more,
    }


def call(service: str = "msc-liver-evaluation", **changes: Any) -> Json:
    """A valid call of a service. `changes` replace members; a member set to `...` is left out."""
    hook = HOOKS[service]
    context: Json = {"userId": "PractitionerRole/a.B-1", "patientId": ME}
    if hook == "encounter-start":
        context["encounterId"] = "e-1"
    if hook in ("order-select", "order-sign"):
        context["draftOrders"] = bundle(msc_order())
    if hook == "order-select":
        context["selections"] = ["MedicationRequest/d-1"]
    body: Json = {
        "hook": hook,
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": context,
        "prefetch": prefetch(),
    }
    return without({**body, **changes})


def without(members: Json) -> Json:
    """A deep copy without the members that are `...`."""
    return copy.deepcopy({name: value for name, value in members.items() if value is not ...})


def sent(**changes: Any) -> Json:
    """The prefetch with some keys replaced, or left out where they are `...`."""
    return without({**prefetch(), **changes})
