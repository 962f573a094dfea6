"""The R5 edition of the FHIR profiles: made from the same sources by a table of what differs."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
PACKAGE = FOLDER / "io.github.hepar-cds.msc-liver.r5.tgz"
"""The built FHIR package for FHIR 5.0.0."""
CHANGES = FOLDER / "changes.toml"


@dataclass(frozen=True)
class Difference:
    """One line of the mapping table, for people: what an element of R4 is in R5, and on which resource."""

    on: str
    r4: str
    r5: str


def changes() -> dict[str, Any]:
    """The table as it is written, with what the generator does."""
    return tomllib.loads(CHANGES.read_text(encoding="utf-8"))


def table() -> tuple[Difference, ...]:
    """What becomes of which element."""
    return tuple(Difference(row["on"], row["r4"], row["r5"]) for row in changes()["row"])
