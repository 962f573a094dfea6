"""The shape of a whole description, and what one table says of another."""

from collections.abc import Iterator
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from cds.analyte import Lab
from cds.labs import LABS
from hooks.records.fields import Born, Day, Measure, Measured, Moment, Named, When, choice, line, snomed, tables
from hooks.records.tables import CELLS, KINDS, REQUIRED, AdministrationTable, Checked, EventTable, ProductTable
from hooks.records.terms import terms
from hooks.records.together import contradictions
from hooks.settings_schema import Table

NO_LOT = "is the lot of no such product"
ANALYTES = tuple(name for name, lab in LABS.items() if any(each.code in terms("liver-lab") for each in lab.codes))
"""Names of the laboratory tests of the visits."""


class PatientTable(Table):
    """[patient]."""

    reference = Named("Patient", **REQUIRED)
    sex = choice("male", "female", "other", "unknown", default="unknown")
    born = Born()


class ReasonTable(Checked):
    """[reason]: the liver disease."""

    reference = Named("Condition")
    code = line(check=snomed)
    text = line()

    def contradictions(self, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """It is named or described."""
        if "reference" in data and ("code" in data or "text" in data):
            yield "reference", "stands beside a description. | Name the Condition or describe it."
        elif "reference" not in data and "text" not in data:
            yield "text", "is missing. | Say which liver disease it is, or give the reference of a Condition."


class BaselineTable(Checked):
    """[baseline]: laboratory results before the first infusion, and days with dialysis in the week before them."""

    taken = When(**REQUIRED)
    dialysis = fields.List(Day(), error_messages={"invalid": "is not a list of days."})

    def contradictions(self, data: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """The units are those that the test is reported in."""
        for name in ANALYTES:
            if name in data and data[name].unit and data[name].unit not in LABS[name].spellings:
                units = ", ".join(dict.fromkeys(unit.code for unit in LABS[name].units))
                yield name, f"is in a unit that is not known for this test. | Use one of: {units}."
            elif name in data and (possible := _impossible(LABS[name], data[name])):
                yield name, f"is outside what is possible ({possible}). | Check the number and its unit."


def _impossible(lab: Lab, measure: Measure) -> str:
    """The limits of a test, in words, where a result lies outside them; "" where it does not."""
    unit, _ = lab.spellings[measure.unit or lab.unit]
    least, most = lab.limits.low, lab.limits.high
    if measure.comparator or least <= unit.convert(measure.value) <= most:
        return ""
    return f"{least} to {most} {lab.unit}".removesuffix(" 1")


Baseline = BaselineTable.from_dict(
    {name: Measured("" if LABS[name].unitless else None, compared=True) for name in ANALYTES}, name="Baseline"
)


class TrialTable(Table):
    """[trial]."""

    number = line(required=True)
    title = line()
    status = choice(
        "candidate", "eligible", "follow-up", "ineligible", "not-registered", "off-study", "on-study",
        "on-study-intervention", "on-study-observation", "pending-on-study", "potential-candidate", "screening",
        "withdrawn", default="on-study",
    )  # fmt: skip
    arm = line()


class FollowUpTable(Table):
    """[follow_up]: whether the visits are a draft, or were agreed upon."""

    status = choice("draft", "active", default="draft")


class Description(Table):
    """The whole description."""

    recorded = Moment(**REQUIRED)
    patient = fields.Nested(PatientTable, **REQUIRED)
    reason = fields.Nested(ReasonTable, **REQUIRED)
    product = tables(ProductTable, required=True)
    administration = tables(AdministrationTable, required=True)
    adverse_event = tables(EventTable)
    baseline = fields.Nested(Baseline)
    trial = fields.Nested(TrialTable)
    follow_up = fields.Nested(FollowUpTable, load_default=lambda: FollowUpTable().load({}))

    @validates_schema(skip_on_field_errors=False)
    def _fitting(self, data: dict[str, Any], **_: Any) -> None:
        """What one table says is not denied by another."""
        found: dict[str | int, Any] = {}
        for place, fault in contradictions(data):
            table = found
            for part in place[:-1]:
                table = table.setdefault(part, {})
            table.setdefault(place[-1], []).append(fault)
        if found:
            raise ValidationError(found)

    @validates_schema(skip_on_field_errors=False)
    def _named(self, data: dict[str, Any], **_: Any) -> None:
        """What one table names in another is there, once."""
        products = data.get("product", ())
        if not all({"lot", "kind"} <= set(each) for each in products):
            return
        kinds = {each["lot"]: each["kind"].code for each in products}
        if len(kinds) < len(products):
            raise ValidationError("two of them are one lot. | Describe each lot once.", "product")
        found: dict[str, Any] = {}
        for at, product in enumerate(products):
            if product.get("parent", "") not in {"", *kinds} - {product["lot"]}:
                found.setdefault("product", {})[at] = {"parent": [f"{NO_LOT}. | Describe that product too."]}
        for at, given in enumerate(data.get("administration", ())):
            faults: dict[str, Any] = dict(_not_named(given, "product", kinds, wanted=CELLS))
            adjuncts = {
                number: faulty
                for number, each in enumerate(given.get("adjunct", ()))
                if (faulty := dict(_not_named(each, "product", kinds, wanted=frozenset(KINDS) - CELLS)))
            }
            if adjuncts:
                faults["adjunct"] = adjuncts
            if faults:
                found.setdefault("administration", {})[at] = faults
        number = len(data.get("administration", ()))
        for at, event in enumerate(data.get("adverse_event", ())):
            if event.get("administration", number) > number:
                found.setdefault("adverse_event", {})[at] = {"administration": [f"there are only {number}."]}
            elif number > 1 and "administration" not in event:
                found.setdefault("adverse_event", {})[at] = {"administration": ["is missing. | Say after which one."]}
        if found:
            raise ValidationError(found)


def _not_named(
    table: dict[str, Any], key: str, kinds: dict[str, str], wanted: frozenset[str]
) -> Iterator[tuple[str, list[str]]]:
    """The fault of a table that names no lot of the wanted kinds, or none where there are several."""
    fitting = [lot for lot, kind in kinds.items() if kind in wanted]
    named = table.get(key)
    if (named is None and len(fitting) != 1) or (named is not None and named not in fitting):
        what = "is missing" if named is None else NO_LOT
        yield key, [f"{what}. | Name the lot of a product of kind {' or '.join(sorted(wanted))}."]
