"""Faults of records of the R5 edition: one change each to one of its examples."""

from typing import NamedTuple

from tests.profiles.changes import Change, drop, entries, put, rename
from tests.profiles.fault import CODE

_INSTANCE = "suspectEntity.0.instanceReference.reference"


class Fault(NamedTuple):
    """One change that makes the example `start` wrong; `words` stand in what the official validator says of it."""

    name: str
    start: str
    change: Change
    words: str


FAULTS = (
    Fault("no-cell-source", "product-1", drop("property.0"), "cellSource"),
    Fault("cell-source-unheard", "product-1", put(f"property.0.{CODE}", "liver"), "msc-cell-source"),
    Fault("passage-zero", "product-1", put("property.1.valueInteger", 0), "minimum"),
    Fault("passage-as-text", "product-1", rename("property.1.valueInteger", "valueString", "4"), "string"),
    Fault("category-tissue", "product-1", put("productCategory.code", "tissue"), "cells"),
    Fault("product-unnamed", "product-1", drop("identifier"), "identifier"),
    Fault("donor-unheard", "dispense-1", put("originRelationshipType.coding.0.code", "a-friend"), "msc-donor"),
    Fault("no-donor", "dispense-1", drop("originRelationshipType"), "originRelationshipType"),
    Fault("test-of-nothing", "test-1", drop("focus"), "focus"),
    Fault("test-of-a-patient", "test-1", put("focus.0.reference", "Patient/pat-1"), "Patient"),
    Fault("no-reason", "adm-1", drop("reason"), "reason"),
    Fault("route-oral", "adm-1", put("dosage.route.coding.0.code", "26643006"), "msc-route"),
    Fault("no-site", "adm-1", drop("dosage.site"), "msc-adm-1"),
    Fault("no-dose", "adm-1", drop("dosage.dose"), "msc-adm-2"),
    Fault("prp-as-product", "adm-1", put("medication.concept.coding.0.code", "prp"), "msc-product-type"),
    Fault("stopped-without-reason", "adm-1", put("status", "stopped"), "msc-adm-4"),
    Fault("meld-out-of-range", "meld-1", put("valueQuantity.value", 55), "msc-meld-1"),
    Fault("meld-formula-unheard", "meld-1", put("method.coding.0.code", "meld-9"), "meld-version"),
    Fault("event-without-grade", "ae-1", drop("extension"), "ctcaeGrade"),
    Fault("event-potential", "ae-1", put("actuality", "potential"), "actual"),
    Fault("event-at-no-time", "ae-1", drop("occurrencePeriod"), "occurrence"),
    Fault("event-of-a-device", "ae-1", put(_INSTANCE, "Device/d1"), "Device"),
    Fault("bundle-without-product", "bundle", entries("pat-1", "cond-1", "adm-1", "catheter-1", "lab-org"), "product"),
    Fault(
        "donor-unnamed", "bundle", put("entry.9.resource.originRelationshipType.coding.0.code", "autologous"),
        "msc-bdp-1",
    ),
)  # fmt: skip
