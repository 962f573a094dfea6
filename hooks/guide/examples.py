"""Reads the worked examples: one table per score, written once, run by the test suite and shown in the guide."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from cds.scoring import Score

FOLDER = Path(__file__).parents[2] / "tests" / "spec"
"""Present in the source tree only: the rendered pages are what is installed."""


@dataclass(frozen=True, slots=True)
class Example:
    """One patient: inputs in the units of the declaration, and what somebody else says the score is.

    `unrounded` is None where the source gives none; it counts to the digits in which it is written.
    """

    says: str
    inputs: Mapping[str, Any]
    value: Decimal
    source: str
    band: str | None = None
    unrounded: Decimal | None = None
    uncapped: Decimal | None = None
    dialysis: bool = False

    def values(self, score: Score) -> dict[str, Any]:
        """All that the equation, its bands and its remarks ask for; what is not given is None where it may be.

        KeyError if an input is left out that the score cannot do without.
        """
        may_be_absent = {*score.asks, *(name for group in score.either for name in group)}
        given: dict[str, Any] = dict.fromkeys(may_be_absent)
        given |= {name: float(value) if isinstance(value, Decimal) else value for name, value in self.inputs.items()}
        if self.dialysis:
            given |= {name: value for name, value in score.dialysis.items() if value is not None}
        return {name: given[name] for name in (*score.parameters, *score.asks)}


def read(path: Path) -> tuple[Example, ...]:
    """The examples of one file, numbers exactly as written. TypeError for a key that is not known."""
    table = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    return tuple(Example(**{**each, "value": Decimal(each["value"])}) for each in table["example"])


def every() -> dict[str, tuple[Example, ...]]:
    """Score id -> its examples, for all files."""
    return {path.stem: read(path) for path in sorted(FOLDER.glob("*.toml"))}
