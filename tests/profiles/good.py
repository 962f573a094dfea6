"""Records that are right: the examples by short names, and what may be different in them without harm."""

from tests.profiles.changes import Change, Json, add, both, changed, drop, put
from tests.profiles.shelf import CANONICAL, EXAMPLES

NAMED = {
    "product": "BiologicallyDerivedProduct-product-1",
    "autologous": "BiologicallyDerivedProduct-product-2",
    "vesicles": "BiologicallyDerivedProduct-product-ev",
    "prp": "BiologicallyDerivedProduct-product-prp",
    "test": "Observation-test-1",
    "coa": "DiagnosticReport-coa-1",
    "handover": "Provenance-prov-1",
    "adm": "MedicationAdministration-adm-1",
    "stopped": "MedicationAdministration-adm-stopped",
    "with-prp": "MedicationAdministration-adm-prp",
    "catheter": "Procedure-catheter-1",
    "ae": "AdverseEvent-ae-1",
    "meld": "Observation-meld-1",
    "change": "Observation-meld-change-1",
    "lab": "Observation-lab-week-1",
    "stiffness": "Observation-lsm-month-3",
    "course": "Observation-course-1",
    "plan": "CarePlan-plan-1",
    "visit": "ServiceRequest-visit-week-1",
    "referral": "ServiceRequest-referral-1",
    "subject": "ResearchSubject-subject-1",
    "bundle": "Bundle-bundle",
}
GOOD: dict[str, Json] = {name: EXAMPLES[f"{file}.json"] for name, file in NAMED.items()}

FOREIGN = {"url": "https://example.org/fhir/StructureDefinition/freezer", "valueString": "B3"}
_UNHEARD = {"url": f"{CANONICAL}/StructureDefinition/freezer", "valueString": "B3"}
_ISBT = {"system": "https://iccbba.org/standardterminology", "code": "S0000"}
_PLATELETS = {
    "code": {"coding": [{"system": "http://loinc.org", "code": "777-3"}]},
    "valueQuantity": {"value": 64, "unit": "10*9/L", "system": "http://unitsofmeasure.org", "code": "10*9/L"},
}
_GRADE = "@ctcae-grade.valueCodeableConcept.coding.0.code"

VARIATIONS: tuple[tuple[str, str, Change], ...] = (
    ("foreign-extension", "product", add("extension", FOREIGN)),
    ("unheard-extension", "product", add("extension", _UNHEARD)),
    ("licensed-code-too", "product", add("productCode.coding", _ISBT)),
    ("second-identifier", "product", add("identifier", {"system": "https://example.org/bags", "value": "7"})),
    ("donor-by-id-alone", "autologous", put("collection.source.reference", "pat-2")),
    ("coded-result", "test", both(drop("valueQuantity"), put("valueCodeableConcept", {"text": "No growth"}))),
    ("second-category", "test", add("category", {"text": "Release"})),
    ("common-hepatic-artery", "adm", put("dosage.site.coding.0.code", "66559000")),
    ("monitored-4-hours", "adm", put("@monitoring-period.valuePeriod.end", "2026-03-01T13:40:00Z")),
    ("other-time-zone", "adm", put("effectivePeriod.start", "2026-03-01T10:00:00+01:00")),
    ("not-done", "stopped", both(put("status", "not-done"), drop("dosage"))),
    ("under-way", "adm", both(put("status", "in-progress"), drop("dosage"))),
    ("severe-grade-3", "ae", both(put(_GRADE, "C41340"), put("severity.coding.0.code", "severe"))),
    ("lowest-meld", "meld", put("valueQuantity.value", 6)),
    ("highest-meld", "meld", put("valueQuantity.value", 40)),
    ("further-component", "meld", add("component", _PLATELETS)),
    ("no-components", "meld", drop("component")),
    ("other-test", "lab", put("code.coding.0", {"system": "http://loinc.org", "code": "777-3"})),
    ("subject-by-name-only", "visit", put("subject", {"display": "Patient of the trial"})),
    ("draft-referral-bare", "referral", both(drop("reasonReference"), drop("supportingInfo"))),
)
"""Name, the record that it starts from, and a change that leaves it right, or that FHIR lets pass."""


def good() -> dict[str, Json]:
    """Every record that is right, by name."""
    return GOOD | {name: changed(GOOD[start], change) for name, start, change in VARIATIONS}
