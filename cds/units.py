"""The units that results come in: which spelling means which UCUM unit, and what turns it into ours.

Two tables. `UCUM` holds UCUM codes with the other valid UCUM codes of the same unit. `SPELLINGS` holds printed
forms that real laboratories send and that were looked at one by one; a form that is in neither is not guessed.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ONE = Decimal(1)
ZERO = Decimal(0)
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Unit:
    """How a number in the UCUM unit `code` becomes the canonical unit: `value * times / over + plus`.

    `property` is "mass", "molar", "units" or "" where the code of the test cannot contradict the unit.
    `cents`: round half up to 0.01 after the conversion. `above`: numbers up to this are already canonical.
    """

    code: str
    times: Decimal = ONE
    over: Decimal = ONE
    plus: Decimal = ZERO
    property: str = ""
    cents: bool = False
    above: Decimal | None = None

    def convert(self, value: Decimal) -> Decimal:
        """The number in the canonical unit of the analyte that this unit was declared for."""
        if self.above is not None and value <= self.above:
            return value
        if self.times is ONE and self.over is ONE and self.plus is ZERO:
            return value
        converted = value * self.times / self.over + self.plus
        return converted.quantize(CENT, ROUND_HALF_UP) if self.cents else converted


def _exact(number: str) -> Decimal:
    return ONE if number == "1" else Decimal(number)


def unit(code: str, times: str = "1", over: str = "1", property: str = "", above: str = "") -> Unit:
    """A `Unit` from decimal strings. Molar numbers that become mg/dL are declared with `molar`."""
    limit = Decimal(above) if above else None
    return Unit(code, _exact(times), _exact(over), property=property, above=limit)


def molar(code: str, times: str = "1", over: str = "1") -> Unit:
    """A molar unit of an analyte whose canonical unit is mg/dL: rounded to 0.01 before any threshold."""
    return Unit(code, Decimal(times), Decimal(over), property="molar", cents=True)


UCUM: dict[str, str] = {
    "mg/dL": "mg/dl",
    "mg/L": "mg/l",
    "ug/dL": "ug/dl",
    "ug/L": "ug/l",
    "ng/mL": "ng/ml",
    "g/dL": "g/dl",
    "g/L": "g/l",
    "umol/L": "umol/l",
    "mmol/L": "mmol/l",
    "meq/L": "meq/l",
    "mmol/mol": "",
    "%": "",
    "1": "",
    "{INR}": "{inr}",
    "{ratio}": "",
    "{score}": "{points}",
    "s": "",
    "U/L": "U/l",
    "[IU]/L": "[IU]/l [iU]/L [iU]/l",
    "[IU]/mL": "[IU]/ml [iU]/mL [iU]/ml",
    "k[IU]/L": "k[IU]/l k[iU]/L",
    "m[IU]/mL": "m[IU]/ml m[iU]/mL",
    "ukat/L": "ukat/l",
    "10*9/L": "10*9/l 10^9/L 10^9/l",
    "10*3/uL": "10*3/ul 10^3/uL 10^3/ul 10*3/mm3 10^3/mm3",
    "/nL": "/nl",
    "/uL": "/ul /mm3 {cells}/uL",
    "/L": "/l",
    "{copies}/mL": "{copies}/ml",
    "kPa": "",
    "mm[Hg]": "",
    "{dB}/m": "dB/m",
    "kg/m2": "",
    "kg": "",
    "g": "",
    "[lb_av]": "",
    "[oz_av]": "",
    "cm": "",
    "m": "",
    "[in_i]": "[in_us]",
}
"""UCUM code as we write it -> other valid UCUM codes of the same unit (litre may be l or L), by spaces."""

SPELLINGS: dict[str, tuple[str, ...]] = {
    "mg/dL": ("MG/DL", "mg/DL", "Mg/dL"),
    "mg/L": ("MG/L",),
    "ug/dL": ("µg/dL", "μg/dL", "µg/dl", "μg/dl", "mcg/dL", "mcg/dl", "MCG/DL", "UG/DL"),
    "ug/L": ("µg/L", "μg/L", "µg/l", "μg/l", "mcg/L", "UG/L"),
    "ng/mL": ("NG/ML", "ng/ML"),
    "g/dL": ("G/DL", "GM/DL", "gm/dL", "gm/dl", "g/DL", "Gm/dL"),
    "g/L": ("G/L", "gm/L", "GM/L"),
    "umol/L": ("µmol/L", "μmol/L", "µmol/l", "μmol/l", "UMOL/L", "mcmol/L", "micromol/L"),
    "mmol/L": ("MMOL/L", "mMol/L", "mmol/liter"),
    "meq/L": ("mEq/L", "MEQ/L", "mEq/l", "meq/liter", "Meq/L"),
    "%": ("percent", "pct"),
    "{INR}": ("INR", "inr"),
    "{ratio}": ("ratio", "Ratio", "RATIO"),
    "{score}": ("score", "points", "{Score}"),
    "s": ("sec", "Sec", "SEC", "secs", "Secs", "SECS", "second", "seconds", "Seconds", "SECONDS", "second(s)", "sec."),
    "U/L": ("UI/L", "UI/l", "Units/L", "units/L", "unit/L", "u/L", "u/l"),
    "[IU]/L": ("IU/L", "IU/l", "iu/L", "iU/L"),
    "[IU]/mL": ("IU/mL", "IU/ml", "IU/ML", "UI/mL"),
    "k[IU]/L": ("kIU/L", "kU/L", "KU/L"),
    "m[IU]/mL": ("mIU/mL", "mIU/ml", "MIU/ML", "mU/mL"),
    "ukat/L": ("µkat/L", "μkat/L", "µkat/l", "μkat/l"),
    "10*9/L": (
        "10e9/L", "10E9/L", "10e9/l", "x10*9/L", "x10^9/L", "x10^9/l", "x10e9/L", "x10E9/L", "x 10^9/L", "10⁹/L",
        "x10⁹/L", "10(9)/L", "G/L", "Gpt/L", "giga/L", "x10*9/l",
    ),
    "10*3/uL": (
        "K/uL", "k/uL", "K/ul", "k/ul", "K/UL", "K/µL", "K/μL", "k/µL", "K/mcL", "k/mcL", "K/MCL", "K/MM3", "K/mm3",
        "k/mm3", "K/CMM", "K/cmm", "k/cmm", "k/mm cu", "K/mm cu", "K/cu mm", "TH/uL", "TH/UL", "Th/uL", "TH/cmm",
        "TH/CMM", "th/cumm", "TH/CUMM", "THS/uL", "THS/UL", "thou/cumm", "THOU/CUMM", "THOU/UL", "THOU/uL", "Thou/uL",
        "thou/uL", "thou/mcL", "THOU/MCL", "Thousand/uL", "x10 3/uL", "x10 (3)", "x10(3)/mcL", "x10(3)/uL", "X 10 3",
        "10E3/mcL", "10e3/mcL", "10E3/uL", "10e3/uL", "10(3)mcL", "x10*3/uL", "x10^3/uL", "x10E3/uL", "x10e3/uL",
        "10^3/mcL", "10*3/mcL", "10^3/µL", "10^3/μL", "10*3/µL", "x10^3/µL", "10³/µL", "10³/μL", "10³/uL",
    ),
    "/uL": ("/µL", "/μL", "/mcL", "/cmm", "cells/uL", "cells/µL", "cells/mcL", "cells/mm3"),
    "{copies}/mL": ("copies/mL", "copies/ml", "cp/mL"),
    "mm[Hg]": ("mmHg", "mm Hg", "MMHG", "MM HG", "mmhg"),
    "{dB}/m": ("db/m", "dB/M"),
    "kg/m2": ("kg/m²", "kg/m^2", "KG/M2"),
    "kg": ("KG", "Kg", "kgs"),
    "[lb_av]": ("lb", "lbs", "LB", "LBS", "pounds"),
    "cm": ("CM", "cms"),
    "[in_i]": ("in", "inch", "inches", "IN", "Inches"),
}  # fmt: skip
"""UCUM code -> printed forms of it. One form may stand for two units: "G/L" is giga per litre for a cell count."""

CODES: dict[str, str] = {same: code for code, others in UCUM.items() for same in (code, *others.split())}
"""Every valid UCUM code that is known here -> the code as we write it."""

PRINTED: frozenset[str] = frozenset(form for forms in SPELLINGS.values() for form in forms)
"""Every vetted printed form."""


def spellings_of(units: tuple[Unit, ...]) -> dict[str, tuple[Unit, bool]]:
    """Every way to write one of `units` -> the unit, and whether it is a UCUM code (False: a printed form)."""
    known: dict[str, tuple[Unit, bool]] = {}
    for each in units:
        for form in SPELLINGS.get(each.code, ()):
            known[form] = (each, False)
    for each in units:
        for same in (each.code, *UCUM[each.code].split()):
            known[same] = (each, True)
    return known
