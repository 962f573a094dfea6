"""The tables of what was given and what happened: what is known, what is required, what contradicts itself."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from hooks.records import terms
from hooks.records.fields import (
    MISSING,
    Measured,
    Moment,
    Named,
    Outcome,
    When,
    Word,
    choice,
    flag,
    line,
    snomed,
    tables,
    uri,
    whole,
)
from hooks.settings_schema import Table

KINDS = terms.codes("msc-product-type")
CELLS = frozenset(terms.terms("msc-product-type"))
"""Kinds that are an MSC product; the other is given with one."""
NOT_GIVEN = ("stopped", "not-done")
DOSE = "10*6"
DOSE_PER_KG = "10*6/kg"
"""UCUM: millions, of cells or of particles."""
REQUIRED: dict[str, Any] = {"required": True, "error_messages": {"required": MISSING, "null": MISSING}}


def _word(value_set: str, **more: Any) -> Word[terms.Term]:
    return Word(terms.terms(value_set), terms.words(value_set), **more)


class Checked(Table):
    """A table whose members are looked at together, once each of them can be read."""

    @validates_schema(skip_on_field_errors=False, pass_original=True)
    def _together(self, data: dict[str, Any], original: Any, **_: Any) -> None:
        found: dict[str, list[str]] = {}
        for key, fault in self.contradictions(data):
            if key in data or key not in original:  # what could not be read has its fault already
                found.setdefault(key, []).append(fault)
        if found:
            raise ValidationError(found)

    def contradictions(self, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """(key, fault) for what does not fit together."""
        del data
        yield from ()


class ReleaseTestTable(Table):
    """[[product.release_test]]."""

    test = _word("msc-release-test", **REQUIRED)
    result = Outcome(**REQUIRED)
    at_least = Measured()
    at_most = Measured()
    at = When()


class ProductTable(Checked):
    """[[product]]: one container."""

    kind = Word(KINDS, **REQUIRED)
    lot = line(required=True)
    lot_system = line(required=True, check=uri)
    source = _word("msc-cell-source")
    source_text = line()
    donor = _word("msc-donor-relationship", **REQUIRED)
    donation = line()
    donation_system = line(check=uri)
    passage = whole(1, 1000)
    collected = When()
    expires = When()
    facility = Named("Organization")
    tested = When()
    viability = Measured("%")
    release_test = tables(ReleaseTestTable)

    def contradictions(self, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """What belongs to products of some kinds only, and what needs something else."""
        kind, source = (data[key].code if key in data else "" for key in ("kind", "source"))
        if kind in CELLS and not source:
            yield "source", MISSING
        if kind and kind not in CELLS and source:
            yield "source", f"does not belong to a product of kind {kind}. | Leave it out."
        if source == "other" and "source_text" not in data:
            yield "source_text", 'is missing. | Say in words what "other" is.'
        if kind == "msc" and "passage" not in data:
            yield "passage", MISSING
        if kind and kind != "msc" and "passage" in data:
            yield "passage", f"does not belong to a product of kind {kind}. | Leave it out."
        if ("donation" in data) != ("donation_system" in data):
            yield "donation", "needs donation_system, and the reverse. | Give both or neither."
        undated = "viability" in data or any("at" not in each for each in data.get("release_test", ()))
        if undated and "tested" not in data:
            yield "tested", "is missing. | Say when the tests were done, here or as `at` of each."


class ProcedureTable(Table):
    """[administration.procedure]: the act by which the product reached the liver."""

    text = line(required=True)
    code = line(check=snomed)
    at = When(**REQUIRED)


class AdjunctTable(Table):
    """[[administration.adjunct]]: what was given together with the product."""

    product = line(required=True)
    at = Moment(**REQUIRED)
    dose = Measured()
    route = Word(terms.routes(), terms.route_words())


class AdministrationTable(Checked):
    """[[administration]]: one infusion."""

    product = line()
    status = choice("completed", *NOT_GIVEN, default="completed")
    why = line()
    start = Moment(**REQUIRED)
    end = Moment()
    route = Word(terms.routes(), terms.route_words())
    site = _word("msc-site")
    dose = Measured(DOSE)
    dose_per_kg = Measured(DOSE_PER_KG)
    rate = Measured()
    infusion = whole(1, 1000)
    monitored_from = Moment()
    monitored_until = Moment()
    performer = Named("Practitioner", "PractitionerRole", "Patient", "RelatedPerson", "Device")
    procedure = fields.Nested(ProcedureTable)
    adjunct = tables(AdjunctTable)

    def contradictions(self, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """A completed one has route and dose, another one a reason; nothing ends before it begins."""
        status = data.get("status", "completed")
        if status == "completed":
            yield from ((key, MISSING) for key in ("route", "dose") if key not in data)
        elif "why" not in data:
            yield "why", f"is missing. | Say why it was {status}."
        for first, last in (("start", "end"), ("monitored_from", "monitored_until")):
            if first in data and last in data and data[last] < data[first]:
                yield last, f"lies before {first}."
        if ("monitored_from" in data) != ("monitored_until" in data):
            yield "monitored_until", "needs monitored_from, and the reverse. | Give both or neither."
        per_kg = data.get("dose_per_kg")
        if per_kg and per_kg.unit != DOSE_PER_KG:
            yield "dose_per_kg", f"is in another unit. | Write it in {DOSE_PER_KG} (million cells per kg)."


class EventTable(Checked):
    """[[adverse_event]]."""

    event = _word("msc-adverse-event")
    code = line(check=snomed)
    text = line()
    at = When(**REQUIRED)
    grade = whole(1, 5, required=True)
    serious = flag(required=True)
    outcome = choice("resolved", "recovering", "ongoing", "resolvedWithSequelae", "fatal", "unknown", default="unknown")
    resolved = When()
    administration = whole(1, 1000)

    def contradictions(self, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """It is one of the list, or described."""
        if ("event" in data) == ("text" in data) or ("code" in data and "text" not in data):
            yield "event", "is one of the list, or text (and perhaps code) says what it was. | Give one of them."
        if "at" in data and "resolved" in data and _ends_before(data["at"], data["resolved"]):
            yield "resolved", "lies before at."


def _ends_before(first: datetime | date, last: datetime | date) -> bool:
    """Whether `last` is earlier; a day and a time are compared by their days."""
    if isinstance(first, datetime) and isinstance(last, datetime):
        return last < first
    return _day(last) < _day(first)


def _day(when: datetime | date) -> date:
    return when.date() if isinstance(when, datetime) else when
