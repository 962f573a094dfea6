"""Numbers, dates and lists as they stand in a sentence of ours; nothing here repeats text of the chart."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from cds.assessment import Outcome
from cds.chart import Event, Moment, Result
from cds.reasons import words_for

TITLES = {
    "afp": "AFP",
    "alp": "ALP",
    "audit_c": "AUDIT-C",
    "cap": "CAP",
    "crp": "CRP",
    "hba1c": "HbA1c",
    "hbv_dna": "HBV DNA",
    "hcg": "hCG",
    "hcv_rna": "HCV RNA",
    "hdl": "HDL cholesterol",
    "lsm": "liver stiffness by VCTE",
    "pao2": "PaO₂",
    "pf_calculated": "PaO₂/FiO₂",
    "pf_ratio": "PaO₂/FiO₂",
    "sf_ratio": "SpO₂/FiO₂",
    "spo2": "SpO₂",
}
"""Names of analytes where `words_for` would not write them as clinicians do."""

UNITS = {
    "10*9/L": "× 10⁹/L",
    "10*3/uL": "× 10³/µL",
    "/uL": "/µL",
    "ug/dL": "µg/dL",
    "ug/L": "µg/L",
    "umol/L": "µmol/L",
    "ukat/L": "µkat/L",
    "meq/L": "mEq/L",
    "[IU]/L": "IU/L",
    "[IU]/mL": "IU/mL",
    "k[IU]/L": "kIU/L",
    "m[IU]/mL": "mIU/mL",
    "{copies}/mL": "copies/mL",
    "{dB}/m": "dB/m",
    "kg/m2": "kg/m²",
    "mm[Hg]": "mmHg",
    "[lb_av]": "lb",
    "[oz_av]": "oz",
    "[in_i]": "in",
    "a": "years",
    "1": "",
    "{INR}": "",
    "{ratio}": "",
    "{score}": "",
}
"""Units as clinicians write them, where UCUM writes them otherwise."""

RESTRICTED = "A record with restricted access decides this; its content is not shown here."
"""Said instead of what a restricted record holds."""

NOT_READ = "could not be read (NOT_RETRIEVED)"


def name_of(analyte: str) -> str:
    """The analyte as it stands inside a sentence: "AST", "bilirubin", "HDL cholesterol"."""
    return TITLES.get(analyte) or words_for(analyte)


def number(value: Decimal | float) -> str:
    """A number with a dot and without an exponent or trailing zeros."""
    text = format(value if isinstance(value, Decimal) else Decimal(str(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def day(when: Moment | date) -> str:
    """The calendar date, ISO 8601."""
    return when.isoformat() if isinstance(when, date) else when.written[:10]


def joined(parts: Iterable[str], last: str = "and") -> str:
    """As in "a", "a and b", "a, b and c"."""
    items = list(parts)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def counted(number: int, noun: str) -> str:
    """As in "1 step" or "2 steps"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def sentence(text: str) -> str:
    """With a capital at the start and a full stop at the end."""
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def quantity(value: Decimal | float | str, unit: str, comparator: str = "") -> str:
    """As in "148 × 10⁹/L" or "<0.2 mg/dL": the number and, where there is one, the unit as clinicians write it."""
    said = value if isinstance(value, str) else number(value)
    return f"{comparator}{said} {UNITS.get(unit, unit)}".rstrip()


def measured(result: Result) -> str:
    """As in "bilirubin 2.3 mg/dL (2026-11-21)": our own name and unit, the number re-rendered."""
    value = quantity(result.value, result.unit, result.comparator)
    return f"{name_of(result.name)} {value} ({day(result.when)})"


def at(when: Moment) -> str:
    """As in "2026-11-21 08:00", in UTC; the date alone where no time is charted."""
    return str(when).replace("T", " ").removesuffix("Z").removesuffix(":00")


def scored(outcome: Outcome) -> str:
    """As in "MELD (UNOS 2002) 24" or "Child-Pugh 7 to 11", with the date of its newest input where there is one."""
    if outcome.low is None or outcome.high is None:
        return f"{outcome.title} not computed"
    same = outcome.low == outcome.high
    value = number(outcome.low) if same else f"{number(outcome.low)} to {number(outcome.high)}"
    dated = [used.when for used in outcome.inputs if used.when]
    newest = max(dated, key=lambda when: when.at, default=None)
    return f"{outcome.title} {value}" + (f" ({day(newest)})" if newest else "")


def sources(events: Sequence[Event]) -> tuple[str, ...]:
    """References of the events that may be named; those of restricted records are left out."""
    return tuple(dict.fromkeys(event.source for event in events if not event.restricted))


def since(event: Event) -> str:
    """As in "since 2026-11-01" or "undated"."""
    return f"since {day(event.onset)}" if event.onset else "undated"


def charted(title: str, events: Sequence[Event]) -> str:
    """As in "Charted: cirrhosis, since 2020-03-01."; a restricted record is not named."""
    open_events = [event for event in events if not event.restricted]
    if not open_events:
        return RESTRICTED
    return f"Charted: {title}, {since(open_events[0])}."


def imaged(events: Sequence[Event]) -> str:
    """As in "liver imaging of 2026-09-01": the newest date that may be told."""
    dates = sorted(event.last.day for event in events if event.last and not event.restricted)
    return f"liver imaging of {day(dates[-1])}" if dates else "liver imaging of the last 6 months"
