"""The draft orders that the page lets a clinician choose, as they would stand on an order screen."""

from typing import Any

from cds.analyte import OWN
from hooks.context import draft_order

Json = dict[str, Any]

TITLES = {
    "evaluation": "Evaluation for an MSC trial",
    "product": "Investigational MSC product",
    "other": "Physiotherapy (not an MSC order)",
}
"""Key -> how the order is called."""


def drafts(patient: str) -> dict[str, Json]:
    """Key -> the draft for the patient with that id."""
    about = {"subject": {"reference": f"Patient/{patient}"}}
    product = {"coding": [{"system": f"{OWN}msc-product-type", "code": "msc"}], "text": TITLES["product"]}
    draft: Json = {"status": "draft", "intent": "order"}
    return {
        "evaluation": draft_order(patient),
        "product": {
            "resourceType": "MedicationRequest", "id": "draft-2", **draft, **about,
            "medicationCodeableConcept": product,
        },
        "other": {
            "resourceType": "ServiceRequest", "id": "draft-3", **draft, "code": {"text": "Physiotherapy"}, **about,
        },
    }  # fmt: skip
