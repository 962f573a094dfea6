"""What is declared of an analyte: codes with what they imply, units, limits. The rows are in `cds.labs`."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from cds.sources import Source
from cds.units import Unit, spellings_of

LOINC = "http://loinc.org"
OWN = "https://hepar-cds.github.io/msc-liver/CodeSystem/"
OBSERVATIONS = OWN + "msc-observation"

LOINC_TABLE = Source("LOINC", "Logical Observation Identifiers Names and Codes.", "https://loinc.org")
UCUM_TABLE = Source("UCUM", "The Unified Code for Units of Measure.", "https://ucum.org")
OWN_LIMITS = Source("hepar limits", "Plausibility limits for adults, set by the project.", mark="product-rule")

SERUM, BLOOD, OTHER, CAPILLARY = 0, 1, 2, 3
"""Of two results of one time the lower is preferred: serum or plasma, whole blood, other, capillary."""

TWO_TABLES = "TWO_TABLES"
"""Flag of a number for which limits published in two units disagree; a reason only where a score uses such limits."""

Property = Literal["", "mass", "molar", "units"]
Kind = Literal["labs", "vitals"]


@dataclass(frozen=True, slots=True)
class Code:
    """One accepted code. `property`: what its unit must be. `flag`: a reason that stays with every value of it."""

    code: str
    property: Property = ""
    rank: int = SERUM
    flag: str = ""
    system: str = LOINC


@dataclass(frozen=True, slots=True)
class Limits:
    """In the canonical unit: below `low` or above `high` is impossible, outside the ask band is asked about."""

    low: Decimal
    high: Decimal
    ask_low: Decimal
    ask_high: Decimal


@dataclass(frozen=True, slots=True)
class Lab:
    """One analyte; `unit` is canonical, `title` is what clinicians call it.

    `decoys`: codes of related tests that are never this analyte; `hint`: those of them that explain a gap.
    `unitless`: a number without a unit is accepted. `counts_zero`: zero is a value, not a sentinel.
    `whole`: a whole number without a unit is accepted. `steady`: a tenfold change within 90 days is asked about.
    `bounded`: the laboratory's own upper limit is read with the result.
    `ambiguous`: (unit, from, to) of charted numbers for which limits published in two units disagree.
    `mistaken`: (unit, limit): a charted number below the limit looks like one in another unit and is asked about.
    """

    name: str
    title: str
    unit: str
    units: tuple[Unit, ...]
    codes: tuple[Code, ...]
    limits: Limits
    kind: Kind = "labs"
    decoys: frozenset[str] = frozenset()
    hint: frozenset[str] = frozenset()
    unitless: bool = False
    counts_zero: bool = False
    steady: bool = True
    whole: bool = False
    bounded: bool = False
    ambiguous: tuple[tuple[str, Decimal, Decimal], ...] = ()
    mistaken: tuple[tuple[str, Decimal], ...] = ()
    sources: tuple[Source, ...] = (LOINC_TABLE, UCUM_TABLE, OWN_LIMITS)
    spellings: dict[str, tuple[Unit, bool]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "spellings", spellings_of(self.units))


def codes(
    text: str, property: Property = "", rank: int = SERUM, flag: str = "", system: str = LOINC
) -> tuple[Code, ...]:
    """Codes, separated by spaces, that share everything else."""
    return tuple(Code(code, property, rank, flag, system) for code in text.split())


def limits(text: str) -> Limits:
    """Limits from "low high" or "low ask_low ask_high high"; "-" for an ask limit that is the hard one."""
    parts = text.split()
    if len(parts) == 2:
        parts = [parts[0], "-", "-", parts[1]]
    low, ask_low, ask_high, high = parts
    return Limits(
        Decimal(low),
        Decimal(high),
        Decimal(low if ask_low == "-" else ask_low),
        Decimal(high if ask_high == "-" else ask_high),
    )


def lab(
    name: str,
    title: str,
    unit: str,
    units: tuple[Unit, ...],
    codes: tuple[Code, ...],
    limits: Limits,
    *,
    kind: Kind = "labs",
    decoys: str = "",
    hint: str = "",
    unitless: bool = False,
    counts_zero: bool = False,
    steady: bool = True,
    whole: bool = False,
    bounded: bool = False,
    ambiguous: tuple[tuple[str, str, str], ...] = (),
    mistaken: tuple[tuple[str, str], ...] = (),
) -> Lab:
    """A row of the table, with codes of other tests as words and numbers as strings."""
    return Lab(
        name, title, unit, units, codes, limits, kind,
        frozenset(f"{decoys} {hint}".split()), frozenset(hint.split()),
        unitless, counts_zero, steady, whole, bounded,
        tuple((code, Decimal(first), Decimal(last)) for code, first, last in ambiguous),
        tuple((code, Decimal(least)) for code, least in mistaken),
    )  # fmt: skip
