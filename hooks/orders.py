"""Suggested orders as FHIR resources: draft proposals of tests, images, referrals and assessments, never of a product.

Each order is built and validated once, with a model of FHIR R4B (ServiceRequest is the same in R4); what belongs to a
call is filled in afterwards and has a fixed, valid shape.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from fhir.resources.R4B.servicerequest import ServiceRequest

from cds.analyte import OWN
from cds.findings import Suggestion
from cds.knowledge import EVALUATION, Order
from hooks.scores_as_fhir import DEFINITIONS, timepoint_extension

CATEGORIES = {
    "laboratory": ("108252007", "Laboratory procedure"),
    "imaging": ("363679005", "Imaging"),
    "procedure": ("71388002", "Procedure"),
    "referral": ("3457005", "Patient referral"),
    "assessment": ("386053000", "Evaluation procedure"),
}
"""SNOMED CT categories by which R4 sorts service requests."""

REQUEST = DEFINITIONS + "msc-follow-up-request"
PROTOCOL = OWN.replace("CodeSystem/", "PlanDefinition/msc-follow-up-protocol")
"""The profile of an order that belongs to a visit, and the plan that says when the visits are due."""


def prepare() -> None:
    """Build and validate every declared order now, not at the first call. ValidationError if one is not valid FHIR."""
    for step in EVALUATION.values():
        for order in step.orders:
            _template(order)


def requests_for(
    suggestion: Suggestion, patient: str, encounter: str, action_codes: Mapping[str, tuple[str, str]]
) -> list[tuple[str, dict[str, Any]]]:
    """(what to order, the draft resource) for each order of the step. `patient` and `encounter` ("" if none) are ids.

    `action_codes`: evaluation id -> the coding that this EHR wants; it stands alone then, for the step as a whole.
    """
    step = EVALUATION[suggestion.step]
    coding = action_codes.get(step.id)
    orders = (Order(step.title, ((*coding, step.title),), step.orders[0].category),) if coding else step.orders
    return [(order.text, _filled(_template(order), suggestion, patient, encounter)) for order in orders]


@cache
def _template(order: Order) -> dict[str, Any]:
    """The part that is the same for every patient. ValidationError at the first use if an order is not valid FHIR."""
    code, display = CATEGORIES[order.category]
    coded = {"coding": [{"system": system, "code": code, "display": shown} for system, code, shown in order.coding]}
    resource = ServiceRequest.model_validate(
        {
            "status": "draft",
            "intent": "proposal",
            "category": [{"coding": [{"system": "http://snomed.info/sct", "code": code, "display": display}]}],
            "code": {**(coded if order.coding else {}), "text": order.text},
            "subject": {"reference": "Patient/template"},
        }
    )
    built: dict[str, Any] = json.loads(resource.model_dump_json())
    return {"resourceType": "ServiceRequest", **built}


def _filled(template: Mapping[str, Any], suggestion: Suggestion, patient: str, encounter: str) -> dict[str, Any]:
    resource = {**template, "subject": {"reference": f"Patient/{patient}"}}
    if encounter:
        resource["encounter"] = {"reference": f"Encounter/{encounter}"}
    if suggestion.window is not None:
        first, last = suggestion.window
        resource["occurrencePeriod"] = {"start": first.isoformat(), "end": last.isoformat()}
    if suggestion.reason:
        resource["reasonCode"] = [{"text": suggestion.reason}]
    if suggestion.visit:
        resource["meta"] = {"profile": [REQUEST]}
        resource["instantiatesCanonical"] = [PROTOCOL]
        resource["extension"] = [timepoint_extension(suggestion.visit)]
    return resource
