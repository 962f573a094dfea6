"""The context of a hook call as an EHR would send it, for the check and for the demonstration."""

from typing import Any

Json = dict[str, Any]


def context_of(hook: str, patient: str, user: str, encounter: str = "") -> Json:
    """The context of one hook. Order hooks get a draft order of an MSC product, which exists nowhere else."""
    context: Json = {"userId": f"Practitioner/{user}", "patientId": patient}
    if encounter or hook == "encounter-start":
        context["encounterId"] = encounter or f"{user}-encounter"
    if hook in {"order-select", "order-sign"}:
        order = draft_order(patient)
        context["draftOrders"] = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": order}]}
        if hook == "order-select":
            context["selections"] = [f"{order['resourceType']}/{order['id']}"]
    return context


def draft_order(patient: str) -> Json:
    """A draft order for the evaluation for an MSC trial, as it would stand on an order screen."""
    coding = {"system": "https://hepar-cds.github.io/msc-liver/CodeSystem/msc-activity", "code": "msc-evaluation"}
    return {
        "resourceType": "ServiceRequest",
        "id": "draft-1",
        "status": "draft",
        "intent": "order",
        "code": {"coding": [coding]},
        "subject": {"reference": f"Patient/{patient}"},
    }
