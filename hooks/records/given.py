"""The administrations of a record, what was given with them, and what happened after them."""

from typing import Any

from cds.codes import SNOMED
from hooks.records.entries import Entries, Resource, coded, extension, quantity
from hooks.records.fields import Measure, written
from hooks.records.tables import CELLS, DOSE
from hooks.records.terms import codes, grades, severities

SERIOUSNESS = "http://terminology.hl7.org/CodeSystem/adverse-event-seriousness"
OUTCOME = "http://terminology.hl7.org/CodeSystem/adverse-event-outcome"
CAUSALITY = "http://terminology.hl7.org/CodeSystem/adverse-event-causality-assess"
SHOWN = {"msc": "million cells", "msc-ev": "million particles"}
"""Kind of product -> how its dose in millions reads."""


class Given:
    """What administrations refer to: the patient, why it was given, and the products by lot."""

    def __init__(self, entries: Entries, patient: Resource, reason: Resource) -> None:
        self._entries = entries
        self._patient = patient
        self._reason = reason
        self._products: dict[str, tuple[str, Resource]] = {}

    def stocked(self, lot: str, kind: str, product: Resource) -> None:
        """A product that may have been given."""
        self._products[lot] = kind, product

    def add_administration(self, described: dict[str, Any], number: int) -> Resource:
        """The `number`th administration and what was given with it; a Reference to it."""
        kind, product = self._product(described, of_cells=True)
        route, site = described.get("route", (None, None))
        site = described.get("site", site)
        administration = self._entries.add(
            f"administration {number}",
            "MedicationAdministration",
            "msc-administration",
            extension=[extension("administered-product", valueReference=product), *_extensions(described)],
            partOf=[self._procedure(described["procedure"], number, site)] if "procedure" in described else None,
            status=described["status"],
            statusReason=[{"text": described["why"]}] if "why" in described else None,
            medicationCodeableConcept=codes("msc-product-type")[kind].concept,
            subject=self._patient,
            **_effective(described),
            performer=_performer(self._entries, described),
            reasonReference=[self._reason],
            dosage=_dosage(described, route, site, SHOWN[kind]),
        )
        for at, adjunct in enumerate(described["adjunct"]):
            self._add_adjunct(adjunct, f"adjunct {number} {at}", administration)
        return administration

    def add_event(self, described: dict[str, Any], number: int, administration: Resource) -> None:
        """One adverse event after an administration."""
        grade = grades()[described["grade"]]
        resolved = described.get("resolved")
        more = [extension("ae-resolved", valueDateTime=written(resolved))] if resolved else []
        seriousness = "Serious" if described["serious"] else "Non-serious"
        self._entries.add(
            f"adverse event {number}",
            "AdverseEvent",
            "msc-adverse-event",
            extension=[extension("ctcae-grade", valueCodeableConcept=grade.concept), *more],
            actuality="actual",
            event=described["event"].concept if "event" in described else worded(described),
            subject=self._patient,
            date=written(described["at"]),
            seriousness=coded(SERIOUSNESS, seriousness),
            severity={"coding": [severities()[grade.code]]},
            outcome=coded(OUTCOME, described["outcome"]),
            suspectEntity=[{"instance": administration, **_causality(described)}],
        )

    def _product(self, described: dict[str, Any], *, of_cells: bool) -> tuple[str, Resource]:
        """Kind and Reference of the product that is named; where none is named there is but one of its sort."""
        lot = described.get("product")
        if lot is not None:
            return self._products[lot]
        return next(each for each in self._products.values() if (each[0] in CELLS) == of_cells)

    def _procedure(self, described: dict[str, Any], number: int, site: Any) -> Resource:
        return self._entries.add(
            f"procedure {number}",
            "Procedure",
            "msc-delivery-procedure",
            status="completed",
            code=worded(described),
            subject=self._patient,
            performedDateTime=written(described["at"]),
            bodySite=[site.concept] if site else None,
        )

    def _add_adjunct(self, described: dict[str, Any], role: str, administration: Resource) -> None:
        kind, product = self._product(described, of_cells=False)
        route, site = described.get("route", (None, None))
        self._entries.add(
            role,
            "MedicationAdministration",
            "prp-co-administration",
            extension=[extension("administered-product", valueReference=product)],
            partOf=[administration],
            status="completed",
            medicationCodeableConcept=codes("msc-product-type")[kind].concept,
            subject=self._patient,
            effectiveDateTime=written(described["at"]),
            dosage=_dosage(described, route, site, ""),
        )


def worded(described: dict[str, Any]) -> Resource:
    """Words, with the SNOMED CT code where one is given. Its display is not: it was not verified here."""
    return {**(coded(SNOMED, described["code"]) if "code" in described else {}), "text": described["text"]}


def _causality(described: dict[str, Any]) -> Resource:
    """What somebody judged, as they said it; nothing is judged here."""
    if "causality" not in described:
        return {}
    return {"causality": [{"assessment": coded(CAUSALITY, described["causality"])}]}


def _extensions(described: dict[str, Any]) -> list[Resource]:
    found = []
    if "infusion" in described:
        found.append(extension("infusion-number", valuePositiveInt=described["infusion"]))
    if "monitored_from" in described:
        monitored = {"start": written(described["monitored_from"]), "end": written(described["monitored_until"])}
        found.append(extension("monitoring-period", valuePeriod=monitored))
    return found


def _effective(described: dict[str, Any]) -> Resource:
    """From when to when, or the one time that is known."""
    if "end" not in described:
        return {"effectiveDateTime": written(described["start"])}
    return {"effectivePeriod": {"start": written(described["start"]), "end": written(described["end"])}}


def _performer(entries: Entries, described: dict[str, Any]) -> list[Resource] | None:
    return [{"actor": entries.outside(described["performer"])}] if "performer" in described else None


def _dosage(described: dict[str, Any], route: Any, site: Any, shown: str) -> Resource | None:
    dose: Measure | None = described.get("dose")
    per_kg = described.get("dose_per_kg")
    made = {
        "extension": [extension("dose-per-kg", valueQuantity=quantity(per_kg, f"{shown} per kg"))] if per_kg else None,
        "site": site.concept if site else None,
        "route": route.concept if route else None,
        "dose": quantity(dose, shown if dose.unit == DOSE else "") if dose else None,
        "rateQuantity": quantity(described["rate"]) if "rate" in described else None,
    }
    return {name: value for name, value in made.items() if value} or None
