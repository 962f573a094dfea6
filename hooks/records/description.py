"""Reads a description from a file in TOML or JSON, and names every fault by its key."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from marshmallow import ValidationError

from hooks.files import Unreadable, label, place_of, read_json, text_of
from hooks.records.whole import Description
from hooks.settings import Fault, faults_in

EXAMPLE = Path(__file__).with_name("example.toml")


class Faulty(Exception):
    """A description that cannot be built from. `faults` are all that were found."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def read(name: str) -> dict[str, Any]:
    """The description in the file `name` ("-" is standard input), checked. Unreadable or Faulty if it cannot be."""
    try:
        return dict(Description().load(_document(name)))
    except ValidationError as error:
        raise Faulty(tuple(faults_in(label(name), error.messages))) from None


def _document(name: str) -> Any:
    """What the file holds, as JSON if it looks so. Unreadable if it is neither."""
    text = text_of(name)
    if name.endswith(".json") or (not name.endswith(".toml") and text.lstrip().startswith("{")):
        try:
            return read_json(text)
        except ValueError as fault:
            raise Unreadable(f"{label(name)} is not readable JSON ({place_of(fault)}).") from None
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as fault:
        raise Unreadable(f"{label(name)} is not readable TOML ({fault}).") from None
