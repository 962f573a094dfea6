"""The tables of what was given and what happened: what is known, what is required, what contradicts itself."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from hooks.records import terms
from hooks.records.fields import (
    MISSING,
    Measure,
    Measured,
    Moment,
    Named,
    Outcome,
    When,
    Word,
    choice,
    flag,
    is_before,
    line,
    snomed,
    tables,
    uri,
    whole,
)
from hooks.settings_schema import Table

KINDS = terms.codes("msc-product-type")
DEATH = 5
"""The CTCAE grade of an event of which a person died."""
HUNDRED = Decimal(100)
CELLS = frozenset(terms.terms("msc-product-type"))
"""Kinds that are an MSC product; the other is given with one."""
NOT_GIVEN = ("stopped", "not-done")
DOSE = "10*6"
DOSE_PER_KG = "10*6/kg"
"""UCUM: millions, of cells or of particles."""
_AMOUNT = r"10\*\d{1,2}|\{[a-z]+\}|[kmun]?g|[mu]?[Ll]"
_DOSED = re.compile(_AMOUNT)
_RATED = re.compile(rf"({_AMOUNT})(/kg)?/(h|min|s)")
"""UCUM codes in which a product is dosed, and how fast it is given; others would be typing errors."""
PERCENT = "%"
OVER_ALL = "is more than 100 %."
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


class ReleaseTestTable(Checked):
    """[[product.release_test]]."""

    test = _word("msc-release-test", **REQUIRED)
    result = Outcome(**REQUIRED)
    at_least = Measured()
    at_most = Measured()
    at = When()

    def contradictions(self, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """A share is at most the whole."""
        yield from ((key, OVER_ALL) for key in ("result", "at_least", "at_most") if _is_over_all(data.get(key)))


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
    parent = line()
    tested = When()
    viability = Measured(PERCENT, example='93, or "93 %"')
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
        if "viability" in data and data["viability"].unit != PERCENT:
            yield "viability", "is in another unit. | Write it in per cent."
        elif _is_over_all(data.get("viability")):
            yield "viability", OVER_ALL
        undated = "viability" in data or any("at" not in each for each in data.get("release_test", ()))
        if undated and "tested" not in data:
            yield "tested", "is missing. | Say when the tests were done, here or as `at` of each."


class ProcedureTable(Table):
    """[administration.procedure]: the act by which the product reached the liver."""

    text = line(required=True)
    code = line(check=snomed)
    at = When(**REQUIRED)


class AdjunctTable(Checked):
    """[[administration.adjunct]]: what was given together with the product."""

    product = line(required=True)
    at = Moment(**REQUIRED)
    dose = Measured(example='"10 mL"')
    route = Word(terms.routes(), terms.route_words())

    def contradictions(self, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """The dose is one."""
        yield from _dosed(data)


class AdministrationTable(Checked):
    """[[administration]]: one infusion."""

    product = line()
    status = choice("completed", *NOT_GIVEN, default="completed")
    why = line()
    start = Moment(**REQUIRED)
    end = Moment()
    route = Word(terms.routes(), terms.route_words())
    site = _word("msc-site")
    dose = Measured(DOSE, example='75 for 75 million, or "10 mL"')
    dose_per_kg = Measured(DOSE_PER_KG, example="1 for one million per kg")
    rate = Measured(example='"2 mL/min"')
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
        elif per_kg and not per_kg.value:
            yield "dose_per_kg", "is zero. | Leave it out."
        if "monitored_until" in data and "start" in data and data["monitored_until"] < data["start"]:
            yield "monitored_until", "lies before start."
        yield from _dosed(data)
        if "rate" in data and not _RATED.fullmatch(data["rate"].unit):
            yield "rate", 'is in a unit that is not known for a rate. | Write it as "2 mL/min" or "5 10*6/min".'


CAUSALITY = {
    word.lower(): word
    for word in (
        "Certain",
        "Probably-Likely",
        "Possible",
        "Unlikely",
        "Conditional-Classified",
        "Unassessable-Unclassifiable",
    )
}
"""Word -> the code that FHIR has for how sure somebody is that an event came from the product."""


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
    causality = Word(CAUSALITY)
    administration = whole(1, 1000)

    def contradictions(self, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """It is one of the list, or described."""
        if ("event" in data) == ("text" in data) or ("code" in data and "text" not in data):
            yield "event", "is one of the list, or text (and perhaps code) says what it was. | Give one of them."
        if "at" in data and "resolved" in data and is_before(data["resolved"], data["at"]):
            yield "resolved", "lies before at."
        fatal = data.get("outcome") == "fatal"
        if "grade" in data and "outcome" in data and (data["grade"] == DEATH) != fatal:
            yield "outcome", f"does not fit the grade: {DEATH} is death, and only death is. | Correct one of them."
        elif fatal and data.get("serious") is False:
            yield "serious", "is false, but the outcome is fatal. | Correct one of them."


def _dosed(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    dose: Measure | None = data.get("dose")
    if dose and not _DOSED.fullmatch(dose.unit):
        yield "dose", 'is in a unit that is not known for a dose. | Write it in millions, or as "10 mL" or "50 ug".'
    elif dose and not dose.value:
        yield "dose", "is zero. | Leave it out where nothing was given."


def _is_over_all(found: Any) -> bool:
    return isinstance(found, Measure) and found.unit == PERCENT and found.value > HUNDRED
