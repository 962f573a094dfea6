"""Faults of scores, laboratory tests, imaging, courses, plans, visits, referrals, trials, and of the Bundle."""

from tests.profiles.changes import add, both, drop, entries, put, rename, twice
from tests.profiles.fault import CODE, Fault

_TIMEPOINT = "@timepoint"
_MELD = {"reference": "Observation/meld-1"}

SCORES = (
    Fault("card-max", "meld", lambda record: record.update(method=[record["method"]] * 2), "method", "method"),
    Fault("bind-local", "meld", put("method.coding.0.code", "meld-9"), "method", "meld-version"),
    Fault("meld-of-no-formula", "meld", drop("method"), "method", "method"),
    Fault("inv-meld", "meld", put("valueQuantity.value", 55), "", "msc-meld-1"),
    Fault("meld-too-low", "meld", put("valueQuantity.value", 5), "", "msc-meld-1"),
    Fault("inv-core", "meld", put("dataAbsentReason", {"text": "not done"}), "", "obs-6"),
    Fault("comp-type", "meld", rename("component.0.valueQuantity", "valueString", "3.1"), "component.0.value", ""),
    Fault("meld-in-percent", "meld", put("valueQuantity.code", "%"), "value.code", "{score}"),
    Fault("meld-coded-lsm", "meld", put("code.coding.0.code", "lsm"), "code", "meld"),
    Fault("bilirubin-twice", "meld", twice("component.0"), "component", "bilirubin"),
    Fault(
        "bilirubin-in-umol", "meld", put("component.0.valueQuantity.code", "umol/L"), "component.0.value.code", "mg/dL",
    ),
    Fault("meld-empty", "meld", drop("valueQuantity.value"), "value.value", "value"),
    Fault("meld-of-a-group", "meld", put("subject.reference", "Group/g1"), "subject", "Patient"),
    Fault(
        "meld-timepoint-unheard", "meld", put(f"{_TIMEPOINT}.{CODE}", "week-99"), f"{_TIMEPOINT}.value",
        "msc-timepoint",
    ),
    Fault("change-of-one", "change", drop("derivedFrom.1"), "derivedFrom", "derivedFrom"),
    Fault("change-of-three", "change", add("derivedFrom", _MELD), "derivedFrom", "derivedFrom"),
    Fault("change-of-no-formula", "change", drop("method"), "method", "method"),
    Fault(
        "change-of-a-patient", "change", put("derivedFrom.0.reference", "Patient/pat-1"), "derivedFrom.0",
        "Observation",
    ),
)  # fmt: skip

MEASURED = (
    Fault("lab-uncategorised", "lab", drop("category"), "category", "lab"),
    Fault("lab-in-words", "lab", rename("valueQuantity", "valueString", "normal"), "value", "Quantity"),
    Fault("lab-of-nobody", "lab", drop("subject"), "subject", "subject"),
    Fault("lab-undated", "lab", drop("effectiveDateTime"), "effective", "effective"),
    Fault("lab-timepoint-twice", "lab", twice(_TIMEPOINT), "extension", "timepoint"),
    Fault("stiffness-in-speed", "stiffness", put("valueQuantity.code", "m/s"), "value.code", "kPa"),
    Fault("stiffness-uncoded", "stiffness", put("code.coding.0.code", "meld"), "code.coding", "lsm"),
    Fault(
        "attenuation-in-db", "stiffness", put("component.0.valueQuantity.code", "dB"), "component.0.value.code",
        "{dB}/m",
    ),
    Fault(
        "part-unheard", "stiffness", put("component.0.code.coding.0.code", "stiffness"), "component.0.code",
        "msc-observation",
    ),
    Fault("stiffness-undated", "stiffness", drop("effectiveDateTime"), "effective", "effective"),
    Fault("course-unheard", "course", put("valueCodeableConcept.coding.0.code", "cured"), "value", "msc-response"),
    Fault("course-of-no-infusion", "course", drop("partOf"), "partOf", "partOf"),
    Fault("course-at-no-time", "course", drop(_TIMEPOINT), "extension", "timepoint"),
    Fault(
        "course-in-words", "course", rename("valueCodeableConcept", "valueString", "better"), "value",
        "CodeableConcept",
    ),
)  # fmt: skip

PLANNED = (
    Fault("plan-as-order", "plan", put("intent", "order"), "intent", "plan"),
    Fault("plan-of-nothing", "plan", drop("activity"), "activity", "activity"),
    Fault("plan-undated", "plan", drop("period"), "period", "period"),
    Fault(
        "plan-in-words", "plan", put("activity.0", {"progress": [{"text": "soon"}]}), "activity.0.reference",
        "reference",
    ),
    Fault(
        "plan-of-a-patient", "plan", put("activity.0.reference.reference", "Patient/pat-1"), "activity.0.reference",
        "Patient",
    ),
    Fault(
        "visit-on-one-day", "visit", rename("occurrencePeriod", "occurrenceDateTime", "2026-03-08"), "occurrence",
        "Period",
    ),
    Fault("visit-at-no-time", "visit", drop(_TIMEPOINT), "extension", "timepoint"),
    Fault("visit-for-nothing", "visit", drop("code"), "code", "code"),
    Fault("visit-of-a-group", "visit", put("subject.reference", "Group/g1"), "subject", "Patient"),
    Fault("visit-of-no-intent", "visit", drop("intent"), "intent", "intent"),
    Fault("referral-for-a-visit", "referral", put("code.coding.0.code", "imaging-visit"), "code", "msc-evaluation"),
    Fault("referral-intent-unheard", "referral", put("intent", "wish"), "intent", "request-intent"),
    Fault("referral-of-a-device", "referral", put("subject.reference", "Device/d1"), "subject", "Patient"),
    Fault("trial-of-a-group", "subject", put("individual.reference", "Group/g1"), "individual", "Patient"),
    Fault("trial-unnamed", "subject", drop("study"), "study", "study"),
    Fault("trial-status", "subject", put("status", "happy"), "status", "research-subject-status"),
)  # fmt: skip

_SMALL = entries("pat-1", "cond-1", "product-1", "adm-1")
"""The entries of a Bundle that is still right, but for the links that lead out of it."""
_SECOND = {
    "fullUrl": "https://example.org/fhir/Patient/pat-9",
    "resource": {"resourceType": "Patient", "id": "pat-9"},
}
_GIVEN = "entry.1.resource.@administered-product.valueReference"

BUNDLES = (
    Fault("bundle-slice", "bundle", entries("pat-1", "cond-1", "adm-1"), "entry", "product"),
    Fault(
        "bundle-ref", "bundle", both(_SMALL, put(f"{_GIVEN}.reference", "Patient/pat-1")),
        "entry.1.resource.@administered-product.value", "BiologicallyDerivedProduct",
    ),
    Fault(
        "bundle-nested", "bundle", both(_SMALL, put("entry.2.resource.productCategory", "tissue")),
        "entry.2.resource.productCategory", "cells",
    ),
    Fault("bundle-of-two-patients", "bundle", add("entry", _SECOND), "entry", "patient"),
    Fault("bundle-of-results", "bundle", put("type", "searchset"), "type", "collection"),
    Fault("bundle-undated", "bundle", drop("timestamp"), "timestamp", "timestamp"),
    Fault("bundle-entry-unnamed", "bundle", drop("entry.0.fullUrl"), "entry.0.fullUrl", "fullUrl"),
    Fault("bundle-entry-empty", "bundle", drop("entry.8.resource"), "entry.8.resource", "resource"),
    Fault("bundle-entry-twice", "bundle", twice("entry.4"), "", "bdl-7"),
    Fault("bundle-entry-invariant", "bundle", drop("entry.1.resource.dosage.site"), "entry.1.resource", "msc-adm-1"),
)  # fmt: skip
