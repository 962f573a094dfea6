"""Faults of products, their release tests, certificates and hand-overs."""

from tests.profiles.changes import add, drop, put, rename, twice
from tests.profiles.fault import CODE, Fault
from tests.profiles.good import FOREIGN

_ISBT = {"system": "https://iccbba.org/standardterminology", "code": "S0000"}
_PATIENT = {"reference": "Patient/pat-1"}
_KIND = "productCode.coding.0"
_SOURCE, _DONOR, _PASSAGE = "@cell-source", "@donor-relationship", "@passage-number"

PRODUCTS = (
    Fault("card-min", "product", drop("identifier"), "identifier", "identifier"),
    Fault("identifier-without-system", "product", drop("identifier.0.system"), "identifier.0.system", "system"),
    Fault("ext-slice-min", "product", drop(_SOURCE), "extension", "cellSource"),
    Fault("no-donor-relationship", "product", drop(_DONOR), "extension", "donorRelationship"),
    Fault("ext-slice-max", "product", twice(_PASSAGE), "extension", "passageNumber"),
    Fault("ext-binding", "product", put(f"{_SOURCE}.{CODE}", "liver"), f"{_SOURCE}.value", "msc-cell-source"),
    Fault("donor-unheard", "product", put(f"{_DONOR}.{CODE}", "a-friend"), f"{_DONOR}.value", "msc-donor-relationship"),
    Fault(
        "ext-type", "product", rename(f"{_PASSAGE}.valuePositiveInt", "valueInteger", 4), f"{_PASSAGE}.value",
        "positiveInt",
    ),
    Fault("bad-int", "product", put(f"{_PASSAGE}.valuePositiveInt", 0), f"{_PASSAGE}.value", ""),
    Fault("passage-as-text", "product", put(f"{_PASSAGE}.valuePositiveInt", "4"), f"{_PASSAGE}.value", ""),
    Fault("fixed", "product", put("productCategory", "tissue"), "productCategory", "cells"),
    Fault("slice-value", "product", put(_KIND, _ISBT), "productCode.coding", "kind"),
    Fault("slice-pattern", "product", put(f"{_KIND}.code", "prp"), f"{_KIND}.code", "msc"),
    Fault(
        "licensed-code-empty", "product", add("productCode.coding", {"system": _ISBT["system"]}),
        "productCode.coding.1.code", "code",
    ),
    Fault("no-such-day", "product", put("collection.collectedDateTime", "2026-02-30"), "collection.collected", ""),
    Fault("scale-unheard", "product", put("storage.0.scale", "reaumur"), "storage.0.scale", "scale"),
    Fault("donor-unnamed", "autologous", drop("collection.source"), "", "msc-bdp-1"),
    Fault(
        "facility-a-patient", "product", put("@processing-facility.valueReference.reference", "Patient/pat-1"),
        "@processing-facility.value", "Organization",
    ),
    Fault("quantity-half", "product", put("quantity", 1.5), "quantity", "integer"),
    Fault("id-with-space", "product", put("id", "product 1"), "id", "id"),
    Fault("no-uuid", "product", put("identifier.0.system", "urn:uuid:abc"), "identifier.0.system", ""),
    Fault("donor-in-words", "autologous", put("collection.source.reference", "the patient"), "collection.source", ""),
    Fault("extension-by-name", "product", put("extension.5.url", "freezer"), "extension.5", "url"),
    Fault("empty-text", "product", put("identifier.0.value", ""), "identifier.0.value", ""),
    Fault(
        "fixed-and-extended", "product", put("_productCategory", {"extension": [FOREIGN]}), "productCategory",
        "fixed",
    ),
    Fault("vesicles-of-no-cells", "vesicles", drop(_SOURCE), "extension", "cellSource"),
    Fault("vesicles-as-cells", "vesicles", put("productCategory", "cells"), "productCategory", "biologicalAgent"),
    Fault("vesicles-coded-msc", "vesicles", put(f"{_KIND}.code", "msc"), f"{_KIND}.code", "msc-ev"),
    Fault("prp-uncoded", "prp", drop("productCode"), "productCode", "productCode"),
    Fault("prp-of-nobody", "prp", drop(_DONOR), "extension", "donorRelationship"),
    Fault("prp-as-cells", "prp", put("productCategory", "cells"), "productCategory", "fluid"),
)  # fmt: skip

TESTS = (
    Fault("pattern", "test", put("category.0.coding.0.code", "imaging"), "category", "lab"),
    Fault("test-of-nothing", "test", drop("focus"), "focus", "focus"),
    Fault(
        "test-of-a-patient", "test", put("focus.0.reference", "Patient/pat-1"), "focus.0", "BiologicallyDerivedProduct",
    ),
    Fault("test-with-subject", "test", put("subject", _PATIENT), "subject", "subject"),
    Fault("test-unheard", "test", put("code.coding.0.code", "taste"), "code", "msc-release-test"),
    Fault("test-without-result", "test", drop("valueQuantity"), "value", "value"),
    Fault("test-in-words", "test", rename("valueQuantity", "valueString", "93 %"), "value", "Quantity"),
    Fault(
        "test-over-days", "test", rename("effectiveDateTime", "effectivePeriod", {"start": "2026-03-01"}), "effective",
        "Period",
    ),
    Fault("test-status", "test", put("status", "passed"), "status", "observation-status"),
    Fault("value-as-text", "test", put("valueQuantity.value", "93"), "value.value", ""),
    Fault("certificate-of-nothing", "coa", drop("result"), "result", "result"),
    Fault("certificate-of-a-patient", "coa", put("subject", _PATIENT), "subject", "subject"),
    Fault("certificate-status", "coa", put("status", "done"), "status", "diagnostic-report-status"),
    Fault("certificate-result-type", "coa", put("result.0.reference", "Patient/pat-1"), "result.0", "Observation"),
    Fault("unit-unheard", "test", put("valueQuantity.code", "per cent"), "value", "per cent"),
    Fault("handover-undated", "handover", drop("occurredDateTime"), "occurred", "occurred"),
    Fault("handover-of-what", "handover", drop("activity"), "activity", "activity"),
    Fault("handover-of-a-patient", "handover", put("target.0.reference", "Patient/pat-1"), "target.0", "Patient"),
    Fault("handover-by-a-patient", "handover", put("agent.0.who.reference", "Patient/pat-1"), "agent.0.who", "Patient"),
    Fault("handover-by-nobody", "handover", drop("agent"), "agent", "agent"),
)  # fmt: skip
