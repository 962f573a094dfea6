"""The products of a record: one resource each, and one for every release test."""

from typing import Any

from hooks.records.entries import Entries, Resource, coded, extension, quantity
from hooks.records.fields import Measure, written
from hooks.records.terms import Term, terms

FORMS = {
    "msc": ("msc-product", "cells"),
    "msc-ev": ("msc-ev-product", "biologicalAgent"),
    "prp": ("prp-product", "fluid"),
}
"""Kind of product -> its profile, and the category that R4 has for it."""
LABORATORY = coded("http://terminology.hl7.org/CodeSystem/observation-category", "laboratory")
OTHER = "other"


def add_product(entries: Entries, described: dict[str, Any], patient: Resource) -> Resource:
    """One product with its tests; a Reference to it."""
    kind: Term = described["kind"]
    profile, category = FORMS[kind.code]
    own = described["donor"].code == "autologous"
    product = entries.add(
        role(described["lot"]),
        "BiologicallyDerivedProduct",
        profile,
        extension=_extensions(entries, described),
        identifier=[{"system": described["lot_system"], "value": described["lot"]}],
        productCategory=category,
        productCode={"coding": [kind.coding]},
        status="available",
        parent=[{"reference": entries.address(role(described["parent"]))}] if "parent" in described else None,
        collection=_collection(described, patient if own else None),
    )
    for at, test in enumerate(_tests(described)):
        _add_test(entries, f"test {described['lot']} {at}", test, product)
    return product


def role(lot: str) -> str:
    """The role of a product in the record, from which its address follows."""
    return f"product {lot}"


def _extensions(entries: Entries, described: dict[str, Any]) -> list[Resource]:
    found = []
    if "source" in described:
        source = described["source"].concept
        if described["source"].code == OTHER:
            source = {**source, "text": described["source_text"]}
        found.append(extension("cell-source", valueCodeableConcept=source))
    found.append(extension("donor-relationship", valueCodeableConcept=described["donor"].concept))
    if "passage" in described:
        found.append(extension("passage-number", valuePositiveInt=described["passage"]))
    if "expires" in described:
        found.append(extension("expiration-date", valueDateTime=written(described["expires"])))
    if "donation" in described:
        donation = {"system": described["donation_system"], "value": described["donation"]}
        found.append(extension("biological-source-event", valueIdentifier=donation))
    if "facility" in described:
        found.append(extension("processing-facility", valueReference=entries.outside(described["facility"])))
    return found


def _collection(described: dict[str, Any], source: Resource | None) -> Resource | None:
    collected = described.get("collected")
    made = {"source": source, "collectedDateTime": written(collected) if collected else None}
    return {name: value for name, value in made.items() if value} or None


def _tests(described: dict[str, Any]) -> list[dict[str, Any]]:
    tests = [{"at": described.get("tested"), **test} for test in described["release_test"]]
    if "viability" in described:
        viability = terms("msc-release-test")["viability"]
        tests.insert(0, {"at": described["tested"], "test": viability, "result": described["viability"]})
    return tests


def _add_test(entries: Entries, role: str, test: dict[str, Any], product: Resource) -> None:
    result = test["result"]
    measured = isinstance(result, Measure)
    limits = {end: quantity(test[key]) for end, key in (("low", "at_least"), ("high", "at_most")) if key in test}
    entries.add(
        role,
        "Observation",
        "msc-release-test",
        status="final",
        category=[LABORATORY],
        code=test["test"].concept,
        focus=[product],
        effectiveDateTime=written(test["at"]),
        valueQuantity=quantity(result) if measured else None,
        valueCodeableConcept=None if measured else {"text": result},
        referenceRange=[limits] if limits else None,
    )
