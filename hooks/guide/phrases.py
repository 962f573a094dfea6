"""Ages, numbers, limits and sources as the handbook words them."""

import inspect
from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from cds.analyte import Lab
from cds.handbook import MARKS
from cds.sources import Source
from cds.words import number
from hooks.guide.markup import Html, Text, away, guarded, join, points, tag

DAY = timedelta(days=1)
WHOLE_YEARS = {365: "12 months (365 days)", 183: "6 months (183 days)", 730: "24 months (730 days)"}


PRINTED = {
    "1": "",
    "{INR}": "",
    "{ratio}": "",
    "{score}": "",
    "mm[Hg]": "mmHg",
    "{dB}/m": "dB/m",
    "10*9/L": "10⁹/L",
    "umol/L": "µmol/L",
}
"""UCUM codes that clinicians write otherwise."""


def age(length: timedelta) -> str:
    """As in "24 hours", "7 days", "6 months (183 days)"."""
    if length <= 2 * DAY:
        return f"{length // timedelta(hours=1)} hours"
    return WHOLE_YEARS.get(length.days, f"{length.days} days")


def figure(value: float | Decimal) -> str:
    """A number as text, without an exponent or trailing zeros."""
    return number(Decimal(repr(value)) if isinstance(value, float) else Decimal(value))


def between(low: float | Decimal | None, high: float | Decimal | None) -> str:
    """As in "1 to 4", "at least 1", "at most 4"; "" without either."""
    if low is not None and high is not None:
        return f"{figure(low)} to {figure(high)}"
    if low is not None:
        return f"at least {figure(low)}"
    return f"at most {figure(high)}" if high is not None else ""


def unit_of(code: str) -> str:
    """A unit as clinicians print it; "" for a pure number."""
    return PRINTED.get(code, code)


def plausible(lab: Lab) -> str:
    """Which numbers are believed, and which are asked about."""
    unit = unit_of(lab.unit)
    limits = lab.limits
    said = f"{figure(limits.low)} to {figure(limits.high)}{' ' + unit if unit else ''}"
    asked = []
    if limits.ask_low > limits.low:
        asked.append(f"below {figure(limits.ask_low)}")
    if limits.ask_high < limits.high:
        asked.append(f"above {figure(limits.ask_high)}")
    return f"{said}; asked about {' or '.join(asked)}" if asked else said


def first_line(function: Callable[..., Any] | str) -> str:
    """The first paragraph of a docstring, as one line."""
    text = function if isinstance(function, str) else inspect.getdoc(function) or ""
    return " ".join(text.partition("\n\n")[0].split())


def cited(source: Source) -> Html:
    """One source with its link, how far it is confirmed, and the day it was read where that is known."""
    text: Text = away(source.url, source.citation) if source.url else source.citation
    read = f", read {source.checked}" if source.checked else ""
    return join(tag("strong", source.key), ": ", text, tag("small", f" ({MARKS[source.mark]}{read})"))


def sources(found: Iterable[Source]) -> Html:
    """A list of sources, each once."""
    return points(cited(source) for source in dict.fromkeys(found))


def paragraphs(text: str) -> Html:
    """A docstring of several paragraphs."""
    blocks = [" ".join(block.split()) for block in text.split("\n\n")]
    return Html("\n".join(guarded(tag("p", block)) for block in blocks if block))
