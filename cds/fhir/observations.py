"""One Observation, or one component of it, as a usable number or as the reason why it is not one."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from cds.analyte import Code, Lab
from cds.chart import Moment, Original, Result, Unusable
from cds.fhir.quantities import Amount, amount, censored, exact, unit_of
from cds.fhir.shapes import Resource, codings, modified, part, parts, text
from cds.fhir.specimens import UNSOUND, unsuitable
from cds.fhir.times import is_future, is_local, moment

USED = frozenset({"final", "amended", "corrected"})
CORRECTED = frozenset({"amended", "corrected"})
TOO_HIGH = 10**9
AMBIGUOUS = "BOUNDARY_AMBIGUOUS"
COMPARATORS = frozenset({"<", "<=", ">", ">="})
BEARING = UNSOUND | {"<", ">"}
OTHER_VALUES = (
    "valueString", "valueInteger", "valueCodeableConcept", "valueRange", "valueRatio", "valueBoolean",
    "valueSampledData", "valueTime", "valueDateTime", "valuePeriod",
)  # fmt: skip


class Charted(NamedTuple):
    """One result as it stands in the chart: `holder` is the Observation itself or the component with the value."""

    resource: Resource
    holder: Resource
    lab: Lab
    code: Code
    when: Moment | None
    fault: str = ""


class Reading:
    """What all results of one chart share: the clinical clock, the specimens, the times that were parsed before."""

    def __init__(self, now: datetime, specimens: Mapping[str, Resource]) -> None:
        self.now = now
        self.specimens = specimens
        self._moments: dict[object, Moment | None] = {}

    def when(self, resource: Resource) -> Moment | None:
        """The specimen time: the time, or the end of the period; never the time of publication."""
        written = resource.get("effectiveDateTime") or resource.get("effectiveInstant")
        if written is None:
            written = part(resource, "effectivePeriod").get("end")
        if not isinstance(written, str):
            return None
        try:
            return self._moments[written]
        except KeyError:
            self._moments[written] = found = moment(written)
            return found

    def fault(self, resource: Resource, when: Moment | None) -> str:
        """Why nothing in the Observation may be used, or ""."""
        if ("modifierExtension" in resource or "implicitRules" in resource) and modified(resource):
            return "UNKNOWN_MODIFIER"
        if text(resource, "status") not in USED:
            return "STATUS_EXCLUDED"
        if when is None:
            return "UNDATED"
        if when.at > self.now and is_future(when, self.now):
            return "FUTURE"
        if "specimen" in resource and unsuitable(resource, self.specimens):
            return "SPECIMEN"
        return ""


def read_result(charted: Charted, reading: Reading) -> Result | Unusable | None:
    """The result in the canonical unit, why it cannot be used, or None where nothing was reported."""
    resource, holder, lab, code, when, fault = charted
    source = f"Observation/{text(resource, 'id')}"
    if "valueQuantity" not in holder and _empty(holder) and text(resource, "status") in USED:
        return None
    fault = fault or reading.fault(resource, when)
    if not fault and holder is not resource and holder.get("modifierExtension"):
        fault = "UNKNOWN_MODIFIER"
    if fault or when is None:
        return Unusable(lab.name, fault or "UNDATED", source, when)
    found = _value(holder, lab, code)
    if found is None:
        return None
    if isinstance(found, str):
        return Unusable(lab.name, found, source, when)
    comparator, number = found
    marks = _marks(holder) if "interpretation" in holder else None
    if marks:
        if marks & UNSOUND:
            return Unusable(lab.name, "SPECIMEN", source, when)
        comparator = comparator or next(iter(marks - UNSOUND), "")
    return Result(
        lab.name,
        number.value,
        lab.unit,
        when,
        source,
        Original(number.original, number.unit.code, code.code, comparator),
        comparator,
        _upper_limit(holder, number, lab) if lab.bounded and "referenceRange" in holder else None,
        _performer(resource) if "performer" in resource else "",
        resource["status"] in CORRECTED,
        code.rank,
        (*number.flags, AMBIGUOUS) if is_local(when) else number.flags,
    )


def _marks(holder: Resource) -> set[str]:
    """The coded interpretations that bear on the use of the number: off the scale, or an unsound specimen."""
    found = set()
    for interpretation in parts(holder, "interpretation"):
        for coding in parts(interpretation, "coding"):
            code = coding.get("code")
            if isinstance(code, str) and code in BEARING:
                found.add(code)
    return found


def _empty(holder: Resource) -> bool:
    return not any(name in holder for name in OTHER_VALUES)


def _value(holder: Resource, lab: Lab, code: Code) -> tuple[str, Amount] | str | None:
    """(comparator, amount), the reason why there is none, or None where nothing was reported."""
    quantity = holder.get("valueQuantity")
    if quantity is None:
        return _other_value(holder, lab, code)
    if not isinstance(quantity, dict):
        return "NOT_A_QUANTITY"
    number = quantity.get("value")
    if number is None:
        return None
    if "dataAbsentReason" in holder or "valueString" in holder:
        return "NOT_A_QUANTITY"
    comparator = quantity.get("comparator", "")
    if comparator != "" and not (isinstance(comparator, str) and comparator in COMPARATORS):
        return "NOT_A_QUANTITY"
    found = amount(number, quantity, lab, code)
    return found if isinstance(found, str) else (comparator, found)


def _other_value(holder: Resource, lab: Lab, code: Code) -> tuple[str, Amount] | str | None:
    if _empty(holder):
        return None
    if "dataAbsentReason" in holder:
        return "NOT_A_QUANTITY"
    if lab.whole and "valueInteger" in holder:
        counted = amount(holder["valueInteger"], {}, lab, code)
        return counted if isinstance(counted, str) else ("", counted)
    limit = censored(text(holder, "valueString"))
    if limit is None:
        return "NOT_A_QUANTITY"
    comparator, number = limit
    for quantity in _reference_quantities(holder):
        found = amount(number, quantity, lab, code)
        return found if isinstance(found, str) else (comparator, found)
    return "NOT_A_QUANTITY"


def _reference_quantities(holder: Resource) -> list[Resource]:
    """The low and high limits of the laboratory; the high one first."""
    found = [part(range, name) for range in parts(holder, "referenceRange") for name in ("high", "low")]
    return [each for each in found if each]


def _upper_limit(holder: Resource, number: Amount, lab: Lab) -> Decimal | None:
    """The laboratory's own upper limit of normal, if there is exactly one, in the unit of the result."""
    limits: set[Decimal] = set()
    for range in parts(holder, "referenceRange"):
        if "type" in range and "normal" not in {code for _, code in codings(part(range, "type"))}:
            continue
        high = range.get("high")
        if not isinstance(high, dict):
            continue
        found = unit_of(high, lab)
        limit = exact(high.get("value"))
        if isinstance(found, str) or found[0] is not number.unit or limit is None or not 0 < limit < TOO_HIGH:
            return None
        limits.add(number.unit.convert(limit))
    return limits.pop() if len(limits) == 1 else None


def _performer(resource: Resource) -> str:
    """Who reported it, to compare with others; never shown."""
    for performer in parts(resource, "performer"):
        return text(performer, "reference") or text(performer, "display")
    return ""
