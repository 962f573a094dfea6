"""Faults of administrations, of the procedure that delivers, and of adverse events."""

from tests.profiles.changes import both, drop, put, rename, twice
from tests.profiles.fault import CODE, Fault

_MEDICINE, _ROUTE = "medicationCodeableConcept.coding.0.code", "dosage.route.coding.0.code"
_PER_KG, _MONITORED = "dosage.@dose-per-kg", "@monitoring-period"
_BACKWARDS = both(
    put("effectivePeriod.start", "2026-03-01T09:40:00Z"), put("effectivePeriod.end", "2026-03-01T09:00:00Z")
)

ADMINISTRATIONS = (
    Fault("ext-noval", "adm", drop(f"{_PER_KG}.valueQuantity"), f"{_PER_KG}.value", "value[x]"),
    Fault("fixed-ucum", "adm", put(f"{_PER_KG}.valueQuantity.code", "mg"), f"{_PER_KG}.value.code", "10*6/kg"),
    Fault("bind-sct", "adm", put(_ROUTE, "26643006"), "dosage.route", "msc-route"),
    Fault("bind-core", "adm", put("status", "done"), "status", "medication-admin-status"),
    Fault("platelets-as-cells", "adm", put(_MEDICINE, "prp"), "medication", "msc-product-type"),
    Fault("inv-1", "adm", drop("dosage.site"), "", "msc-adm-1"),
    Fault("inv-2", "adm", drop("dosage.dose"), "", "msc-adm-2"),
    Fault("no-route", "adm", both(drop("dosage.route"), drop("dosage.site")), "", "msc-adm-2"),
    Fault("inv-4", "adm", put("status", "stopped"), "", "msc-adm-4"),
    Fault("not-done-for-no-reason", "stopped", both(put("status", "not-done"), drop("statusReason")), "", "msc-adm-4"),
    Fault(
        "type-only", "adm",
        rename("medicationCodeableConcept", "medicationReference", {"reference": "Medication/m1"}), "medication",
        "Reference",
    ),
    Fault("two-choices", "adm", put("effectiveDateTime", "2026-03-01"), "effective", "effective"),
    Fault("unknown-el", "adm", put("foo", 1), "foo", "foo"),
    Fault("misspelled-in-dosage", "adm", put("dosage.sites", {"text": "artery"}), "dosage.sites", "sites"),
    Fault("bad-dt", "adm", put("effectivePeriod.start", "01.03.2026"), "effective.start", ""),
    Fault("time-without-zone", "adm", put("effectivePeriod.start", "2026-03-01T09:00:00"), "effective.start", ""),
    Fault("ends-before-start", "adm", _BACKWARDS, "effective", "per-1"),
    Fault("day-and-time", "adm", put("effectivePeriod.start", "2026-03-01"), "effective", "per-1"),
    Fault("ref-type", "adm", put("subject.reference", "Group/g1"), "subject", "Patient"),
    Fault("two-subjects", "adm", lambda record: record.update(subject=[record["subject"]] * 2), "subject", ""),
    Fault("for-no-reason", "adm", drop("reasonReference"), "reasonReference", "reasonReference"),
    Fault(
        "reason-a-test", "adm", put("reasonReference.0.reference", "Observation/1"), "reasonReference.0", "Condition",
    ),
    Fault("of-no-product", "adm", drop("@administered-product"), "extension", "administeredProduct"),
    Fault("infusion-zero", "adm", put("@infusion-number.valuePositiveInt", 0), "@infusion-number.value", ""),
    Fault("infusion-twice", "adm", twice("@infusion-number"), "extension", "infusionNumber"),
    Fault("monitored-open-end", "adm", drop(f"{_MONITORED}.valuePeriod.end"), f"{_MONITORED}.value.end", "end"),
    Fault(
        "part-of-an-infusion", "adm", put("partOf.0.reference", "MedicationAdministration/adm-prp"), "partOf.0",
        "Procedure",
    ),
    Fault("empty-object", "adm", put("context", {}), "context", ""),
    Fault("no-status", "adm", drop("status"), "status", "status"),
    Fault("prp-of-no-infusion", "with-prp", drop("partOf"), "partOf", "partOf"),
    Fault("prp-of-two-infusions", "with-prp", twice("partOf.0"), "partOf", "partOf"),
    Fault("prp-coded-msc", "with-prp", put(_MEDICINE, "msc"), "medication", "prp"),
    Fault("prp-of-no-product", "with-prp", drop("@administered-product"), "extension", "administeredProduct"),
    Fault("catheter-uncoded", "catheter", drop("code"), "code", "code"),
    Fault("catheter-undated", "catheter", drop("performedDateTime"), "performed", "performed"),
    Fault("catheter-in-a-group", "catheter", put("subject.reference", "Group/g1"), "subject", "Patient"),
    Fault("catheter-status", "catheter", put("status", "finished"), "status", "event-status"),
)  # fmt: skip

_SEVERITY, _GRADE = "severity.coding.0.code", "@ctcae-grade"

EVENTS = (
    Fault("bind-core-cc", "ae", put(_SEVERITY, "awful"), "severity", "adverse-event-severity"),
    Fault("inv-ae", "ae", put(f"{_GRADE}.{CODE}", "C41340"), "", "msc-ae-1"),
    Fault("death-as-mild", "ae", put(f"{_GRADE}.{CODE}", "C48275"), "", "msc-ae-1"),
    Fault("ref-ae", "ae", put("suspectEntity.0.instance.reference", "Device/d1"), "suspectEntity.0.instance", "Device"),
    Fault("event-ungraded", "ae", drop(_GRADE), "extension", "ctcaeGrade"),
    Fault("event-grade-unheard", "ae", put(f"{_GRADE}.{CODE}", "C00006"), f"{_GRADE}.value", "ctcae-grade"),
    Fault("event-only-possible", "ae", put("actuality", "potential"), "actuality", "actual"),
    Fault("event-undated", "ae", drop("date"), "date", "date"),
    Fault("event-unnamed", "ae", drop("event"), "event", "event"),
    Fault("event-serious-or-not", "ae", drop("seriousness"), "seriousness", "seriousness"),
    Fault("event-seriousness-unheard", "ae", put("seriousness.coding.0.code", "Grave"), "seriousness", "Grave"),
    Fault("event-suspects-nothing", "ae", drop("suspectEntity"), "suspectEntity", "suspectEntity"),
    Fault(
        "event-resolved-in-words", "ae", rename("@ae-resolved.valueDateTime", "valueString", "soon"),
        "@ae-resolved.value", "dateTime",
    ),
)  # fmt: skip
