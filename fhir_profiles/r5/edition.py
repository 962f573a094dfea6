"""The sources of the R5 edition, made from those of R4: rule by rule, as the table says."""

import re
from collections.abc import Iterator
from pathlib import Path

from fhir_profiles.packing import HERE
from fhir_profiles.r5 import FOLDER, changes

R4 = HERE / "input/fsh"
CONFIG = HERE / "sushi-config.yaml"
CONFIGURED = (
    ("id: io.github.hepar-cds.msc-liver\n", "id: io.github.hepar-cds.msc-liver.r5\n"),
    ("fhirVersion: 4.0.1\n", "fhirVersion: 5.0.0\n"),
    ("FHIR R4 profiles", "FHIR R5 profiles"),
)
"""What differs in the configuration of the compiler."""

_NAMED = re.compile(r"(?:Profile|Extension|RuleSet|Instance|Invariant|CodeSystem|ValueSet): ([\w-]+)")

Change = tuple[str, str]
"""The name of what is changed, and how the changed rule begins."""


class NothingToChange(Exception):
    """A change of the table finds no rule: the R4 sources are others than it was written for."""


def sources() -> dict[str, str]:
    """File name -> FSH of the R5 edition, with what R5 alone has."""
    table, made = changes(), {}
    done: set[Change] = set()
    todo: dict[Change, list[str]] = {
        (name, change["rule"]): change["becomes"]
        for row in table["row"]
        for change in row.get("change", ())
        for name in change["in"]
    }
    for path in sorted(R4.glob("*.fsh")):
        if path.name not in table["left_out"]:
            blocks = re.split(r"\n{2,}", path.read_text(encoding="utf-8").strip())
            kept = [block for block in blocks if _name(block) not in table["without"]]
            made[path.name] = "\n\n".join("\n".join(_changed(block, todo, done)) for block in kept) + "\n"
    if missed := todo.keys() - done:
        raise NothingToChange(", ".join(f"{name}: {rule}" for name, rule in sorted(missed)))
    return made | {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.fsh"))}


def _name(block: str) -> str:
    found = _NAMED.match(block)
    return found[1] if found else ""


def _changed(block: str, todo: dict[Change, list[str]], done: set[Change]) -> Iterator[str]:
    """The lines of one definition; a rule with the lines that go on below it counts as one."""
    name = _name(block)
    begins = [rule for owner, rule in todo if owner == name]
    for line in re.split(r"\n(?!\s)", block):
        star, text = ("* ", line[2:]) if line.startswith("* ") else ("", line)
        rule = max((each for each in begins if text.startswith(each)), key=len, default=None)
        if rule is None:
            yield line
        else:
            done.add((name, rule))
            yield from (star + new.replace("{rest}", text[len(rule) :]) for new in todo[name, rule])


def write(project: Path) -> Path:
    """Writes a project for the compiler and returns its folder."""
    folder = project / "input/fsh"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.fsh"):
        old.unlink()
    for name, text in sources().items():
        (folder / name).write_text(text, encoding="utf-8")
    config = CONFIG.read_text(encoding="utf-8")
    for r4, r5 in CONFIGURED:
        if r4 not in config:
            raise NothingToChange(f"{CONFIG.name}: {r4.strip()}")
        config = config.replace(r4, r5)
    (project / CONFIG.name).write_text(config, encoding="utf-8")
    return project
