"""From a charted number and its unit to the canonical one, or to the reason why not."""

import re
from decimal import Decimal
from typing import Literal, NamedTuple

from cds.analyte import TWO_TABLES, Code, Lab
from cds.fhir.shapes import Resource
from cds.units import CODES, PRINTED, ZERO, Unit

UCUM_SYSTEM = "http://unitsofmeasure.org"
CENSORED = re.compile(r"([<>]=?)\s*([0-9]+(?:\.[0-9]+)?)\.?")
IMPOSSIBLE = Decimal(10) ** 15
"""From here on a number is possible for no analyte in any unit, and is not computed with."""

Refusal = Literal["UNIT_MISSING", "UNIT_UNKNOWN", "UNIT_CONFLICT", "IMPLAUSIBLE", "NOT_A_QUANTITY"]


class Amount(NamedTuple):
    """A number in the canonical unit, as it was charted, its unit, and the reasons that stay with it."""

    value: Decimal
    original: Decimal
    unit: Unit
    flags: tuple[str, ...]


def exact(number: object) -> Decimal | None:
    """The decimal as it was written: of a float its shortest form. None for what is no finite number."""
    if type(number) is float:
        found = Decimal(repr(number))
    elif type(number) is int:
        found = Decimal(number if number.bit_length() < 200 else IMPOSSIBLE)
    elif isinstance(number, Decimal):
        found = number
    else:
        return None
    return found if found.is_finite() else None


def unit_of(quantity: Resource, lab: Lab) -> tuple[Unit, bool] | Refusal:
    """The unit of a quantity, and whether it had to be read from something else than a UCUM code."""
    code, printed = quantity.get("code"), quantity.get("unit")
    if isinstance(code, str) and code:
        known = lab.spellings.get(code)
        ucum = quantity.get("system") == UCUM_SYSTEM
        if known is None:
            return "UNIT_UNKNOWN" if ucum else _printed(printed, lab)
        if printed != code and isinstance(printed, str) and _contradicts(printed, known[0], lab):
            return "UNIT_CONFLICT"
        return known[0], not (ucum and known[1])
    if isinstance(printed, str) and printed:
        return _printed(printed, lab)
    if lab.unitless:
        return lab.units[0], False
    return "UNIT_MISSING"


def _printed(printed: object, lab: Lab) -> tuple[Unit, bool] | Refusal:
    if not isinstance(printed, str):
        return "UNIT_UNKNOWN"
    known = lab.spellings.get(printed) or lab.spellings.get(" ".join(printed.split()))
    return (known[0], True) if known else "UNIT_UNKNOWN"


def _contradicts(printed: str, unit: Unit, lab: Lab) -> bool:
    """Whether the label is known and means another unit than the code. A label that nobody knows says nothing."""
    other = lab.spellings.get(printed)
    if other is None:
        return printed in CODES or printed in PRINTED
    return other[0] is not unit and other[0].convert(Decimal(7)) != unit.convert(Decimal(7))


def amount(number: object, quantity: Resource, lab: Lab, code: Code) -> Amount | Refusal:
    """A number with the unit of `quantity`, converted and held against the limits of the analyte."""
    original = exact(number)
    if original is None:
        return "NOT_A_QUANTITY"
    found = unit_of(quantity, lab)
    if isinstance(found, str):
        return found
    unit, printed = found
    if unit.property and code.property and unit.property != code.property:
        return "UNIT_CONFLICT"
    if not ZERO < original < IMPOSSIBLE and not (lab.counts_zero and original == 0):
        return "IMPLAUSIBLE"
    value = unit.convert(original)
    limits = lab.limits
    if not limits.low <= value <= limits.high:
        return "IMPLAUSIBLE"
    flags = (code.flag,) if code.flag else ()
    if printed and not lab.unitless:
        flags = (*flags, "UNIT_ALIAS")
    if not limits.ask_low <= value <= limits.ask_high or (lab.mistaken and _mistaken(original, unit, lab)):
        flags = (*flags, "VERIFY_VALUE")
    for each, first, last in lab.ambiguous:
        if unit.code == each and first <= original <= last:
            flags = (*flags, TWO_TABLES)
    return Amount(value, original, unit, flags)


def _mistaken(original: Decimal, unit: Unit, lab: Lab) -> bool:
    """Whether the number looks like one in another unit."""
    return any(unit.code == each and original < least for each, least in lab.mistaken)


def censored(text: str) -> tuple[str, Decimal] | None:
    """(comparator, number) of a text that is exactly that, a full stop at its end allowed: "<0.2."."""
    found = CENSORED.fullmatch(text) if len(text) <= 40 else None
    return (found[1], Decimal(found[2])) if found else None
