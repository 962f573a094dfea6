"""Records that are right, and the same with one change each: what a validator of the profiles must tell apart."""

from dataclasses import dataclass
from typing import Literal

from tests.profiles.changes import Json, at, changed, put, spelled
from tests.profiles.faults_administration import ADMINISTRATIONS, EVENTS
from tests.profiles.faults_follow_up import BUNDLES, MEASURED, PLANNED, SCORES
from tests.profiles.faults_product import PRODUCTS, TESTS
from tests.profiles.good import GOOD, good
from tests.profiles.shelf import EXAMPLES

Verdict = Literal["valid", "warning", "error"]
FAULTS = (*PRODUCTS, *TESTS, *ADMINISTRATIONS, *EVENTS, *SCORES, *MEASURED, *PLANNED, *BUNDLES)


@dataclass(frozen=True)
class Case:
    """One record, the verdict it deserves, where its issue is (FHIRPath) and what that names; "" where it is right."""

    name: str
    record: Json
    verdict: Verdict
    path: str = ""
    issue: str = ""


def cases() -> list[Case]:
    """The good records, one case for each fault, one on a resource of another kind, one that only warns."""
    found = [Case(f"ok-{name}", record, "valid") for name, record in good().items()]
    for fault in FAULTS:
        record = changed(GOOD[fault.start], fault.change)
        found.append(Case(fault.name, record, "error", spelled(record, fault.path), fault.issue))
    source = at(GOOD["product"], "@cell-source")
    astray = changed(EXAMPLES["Patient-pat-1.json"], lambda record: record.update(extension=[source]))
    early = changed(GOOD["adm"], put("@monitoring-period.valuePeriod.end", "2026-03-01T10:40:00Z"))
    return [
        *found,
        Case("ext-context", astray, "error", "Patient.extension[0]", "cell-source"),
        Case("inv-warn", early, "warning", "MedicationAdministration", "msc-adm-3"),
    ]
