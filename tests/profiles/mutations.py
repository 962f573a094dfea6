"""Records that are right, and the same with one change each: what a validator of the profiles must tell apart."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from tests.profiles.shelf import CANONICAL, EXAMPLES

Json = dict[str, Any]
Verdict = Literal["valid", "warning", "error"]
Change = Callable[[Json], None]

GOOD: dict[str, Json] = {
    "product": EXAMPLES["BiologicallyDerivedProduct-product-1.json"],
    "test": EXAMPLES["Observation-test-1.json"],
    "adm": EXAMPLES["MedicationAdministration-adm-1.json"],
    "meld": EXAMPLES["Observation-meld-1.json"],
    "ae": EXAMPLES["AdverseEvent-ae-1.json"],
    "bundle": EXAMPLES["Bundle-bundle.json"],
}
PATIENT = EXAMPLES["Patient-pat-1.json"]
SMALL = ("pat-1", "cond-1", "product-1", "adm-1")
"""The entries of a Bundle that is still right, but for the links that lead out of it."""


@dataclass(frozen=True)
class Case:
    """One record, the verdict it deserves, and words that the issue names ("" where there is none)."""

    name: str
    record: Json
    verdict: Verdict
    issue: str = ""


def _step(node: Any, part: str) -> Any:
    """One step of a path: a member, the number of an item, or `@id` for the extension of that id."""
    if part.startswith("@"):
        url = f"{CANONICAL}/StructureDefinition/{part[1:]}"
        return next(each for each in node["extension"] if each["url"] == url)
    return node[int(part)] if isinstance(node, list) else node[part]


def at(record: Json, path: str) -> Any:
    """What stands at a dotted path."""
    node: Any = record
    for part in filter(None, path.split(".")):
        node = _step(node, part)
    return node


def put(path: str, value: Any) -> Change:
    """Writes `value` at the path."""
    above, _, last = path.rpartition(".")
    return lambda record: at(record, above).__setitem__(int(last) if last.isdigit() else last, value)


def drop(path: str) -> Change:
    """Takes a member, or an extension, away."""
    above, _, last = path.rpartition(".")

    def change(record: Json) -> None:
        node = at(record, above)
        if last.startswith("@"):
            node["extension"].remove(_step(node, last))
        else:
            del node[last]

    return change


def twice(id: str) -> Change:
    """Repeats an extension."""
    return lambda record: record["extension"].append(copy.deepcopy(at(record, f"@{id}")))


def rename(path: str, name: str, value: Any) -> Change:
    """Replaces a member by another one."""
    above = path.rpartition(".")[0]
    return both(drop(path), put(f"{above}.{name}" if above else name, value))


def entries(*ids: str) -> Change:
    """Keeps only these entries of a Bundle."""
    return lambda record: record.update(entry=[each for each in record["entry"] if each["resource"]["id"] in ids])


def both(*changes: Change) -> Change:
    """One change after the other."""

    def change(record: Json) -> None:
        for each in changes:
            each(record)

    return change


CODE = "valueCodeableConcept.coding.0.code"
MUTATIONS: tuple[tuple[str, str, Change, str], ...] = (
    ("card-min", "product", drop("identifier"), "identifier"),
    ("card-max", "meld", lambda record: record.update(method=[record["method"]] * 2), "method"),
    ("ext-slice-min", "product", drop("@cell-source"), "cellSource"),
    ("ext-slice-max", "product", twice("passage-number"), "passageNumber"),
    ("ext-binding", "product", put(f"@cell-source.{CODE}", "liver"), "msc-cell-source"),
    ("ext-type", "product", rename("@passage-number.valuePositiveInt", "valueInteger", 4), "positiveInt"),
    ("ext-noval", "adm", drop("dosage.@dose-per-kg.valueQuantity"), "value[x]"),
    ("fixed", "product", put("productCategory", "tissue"), "cells"),
    ("pattern", "test", put("category.0.coding.0.code", "imaging"), "lab"),
    (
        "slice-value", "product",
        put("productCode.coding.0", {"system": "https://iccbba.org/standardterminology", "code": "S1"}), "kind",
    ),
    ("slice-pattern", "product", put("productCode.coding.0.code", "prp"), "msc"),
    ("bind-sct", "adm", put("dosage.route.coding.0.code", "26643006"), "route"),
    ("bind-local", "meld", put("method.coding.0.code", "meld-9"), "meld-version"),
    ("bind-core", "adm", put("status", "done"), "status"),
    ("bind-core-cc", "ae", put("severity.coding.0.code", "awful"), "severity"),
    ("inv-1", "adm", drop("dosage.site"), "msc-adm-1"),
    ("inv-2", "adm", drop("dosage.dose"), "msc-adm-2"),
    ("inv-4", "adm", put("status", "stopped"), "msc-adm-4"),
    ("inv-meld", "meld", put("valueQuantity.value", 55), "msc-meld-1"),
    ("inv-ae", "ae", put(f"@ctcae-grade.{CODE}", "C41340"), "msc-ae-1"),
    ("inv-core", "meld", put("dataAbsentReason", {"text": "not done"}), "obs-6"),
    (
        "type-only", "adm",
        rename("medicationCodeableConcept", "medicationReference", {"reference": "Medication/m1"}), "medication",
    ),
    ("unknown-el", "adm", put("foo", 1), "foo"),
    ("bad-dt", "adm", put("effectivePeriod.start", "01.03.2026"), "effective"),
    ("bad-int", "product", put("@passage-number.valuePositiveInt", 0), "extension"),
    ("fixed-ucum", "adm", put("dosage.@dose-per-kg.valueQuantity.code", "mg"), "10*6/kg"),
    ("ref-type", "adm", put("subject.reference", "Group/g1"), "subject"),
    ("ref-ae", "ae", put("suspectEntity.0.instance.reference", "Device/d1"), "instance"),
    ("comp-type", "meld", rename("component.0.valueQuantity", "valueString", "3.1"), "component"),
    ("bundle-slice", "bundle", entries("pat-1", "cond-1", "adm-1"), "product"),
    (
        "bundle-ref", "bundle",
        both(entries(*SMALL), put("entry.1.resource.@administered-product.valueReference.reference", "Patient/pat-1")),
        "extension",
    ),
    ("bundle-nested", "bundle", both(entries(*SMALL), put("entry.2.resource.productCategory", "tissue")), "cells"),
)  # fmt: skip
"""Name, the good record, the change, and words of the issue. Each makes the record wrong."""


def cases() -> list[Case]:
    """The good records, one case for each mutation, one on a resource of another kind, one that only warns."""
    found = [Case(f"ok-{name}", record, "valid") for name, record in GOOD.items()]
    found += [Case(name, _changed(GOOD[start], change), "error", issue) for name, start, change, issue in MUTATIONS]
    astray = _changed(PATIENT, lambda record: record.update(extension=[at(GOOD["product"], "@cell-source")]))
    early = _changed(GOOD["adm"], put("@monitoring-period.valuePeriod.end", "2026-03-01T10:40:00Z"))
    return [*found, Case("ext-context", astray, "error", "extension"), Case("inv-warn", early, "warning", "msc-adm-3")]


def _changed(record: Json, change: Change) -> Json:
    copied = copy.deepcopy(record)
    change(copied)
    assert copied != record
    return copied
