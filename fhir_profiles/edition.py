"""The sources of the R5 edition, made from the R4 sources by the table of `r5/changes.toml`."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
FOLDER = HERE / "r5"
CHANGES = FOLDER / "changes.toml"

_HEADS = ("Profile", "Extension", "RuleSet", "Instance", "Invariant", "CodeSystem", "ValueSet")


class Unchanged(Exception):
    """A change of the table found nothing to change."""


@dataclass(frozen=True)
class Mapped:
    """One line of the mapping table, for people."""

    on: str
    r4: str
    r5: str


def table() -> tuple[Mapped, ...]:
    """What becomes of which element."""
    return tuple(Mapped(row["on"], row["r4"], row["r5"]) for row in _changes()["row"])


def _changes() -> dict[str, Any]:
    return tomllib.loads(CHANGES.read_text(encoding="utf-8"))


def sources(input: Path = HERE / "input/fsh") -> dict[str, str]:
    """File name -> FSH of the R5 edition, what is its own included."""
    changes = _changes()
    todo = {
        (name, change["rule"]): change["becomes"]
        for row in changes["row"]
        for change in row.get("change", [])
        for name in change["in"]
    }
    made, done = {}, set()
    for path in sorted(input.glob("*.fsh")):
        if path.name not in changes["left_out"]:
            blocks = re.split(r"\n{2,}", path.read_text(encoding="utf-8").strip())
            kept = [block for block in blocks if _name(block) not in changes["without"]]
            made[path.name] = "\n\n".join("\n".join(_rewritten(block, todo, done)) for block in kept) + "\n"
    if left := todo.keys() - done:
        raise Unchanged(str(sorted(left)))
    return made | {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.fsh"))}


def _name(block: str) -> str:
    found = re.match(rf"(?:{'|'.join(_HEADS)}): ([\w-]+)", block)
    return found[1] if found else ""


def _rewritten(block: str, todo: dict[tuple[str, str], list[str]], done: set[tuple[str, str]]) -> Iterator[str]:
    name = _name(block)
    rules = {rule: becomes for (owner, rule), becomes in todo.items() if owner == name}
    for line in re.split(r"\n(?!\s)", block):
        star, text = ("* ", line[2:]) if line.startswith("* ") else ("", line)
        rule = max((each for each in rules if text.startswith(each)), key=len, default=None)
        if rule is None:
            yield line
        else:
            done.add((name, rule))
            yield from (star + new.replace("{rest}", text[len(rule) :]) for new in rules[rule])
