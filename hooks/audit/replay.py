"""A card made again from what was kept of its call, beside the card as it was given out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from cds import content
from cds.assess import assess
from cds.report import to_json
from hooks.audit.basis import Json, Kept, without_assessment
from hooks.card import card, topic_code

ABSENT = "(absent)"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where what was stored and what is made again differ: a path, and the JSON of both."""

    path: str
    stored: str
    again: str


@dataclass(slots=True)
class Replayed:
    """One card beside itself, and the assessment as stored. Without differences only random ids are others."""

    stored: Json
    again: Json | None
    assessment: Json
    content_then: str
    content_now: str = content.VERSION
    differences: list[Difference] = field(default_factory=list)


def replay(kept: Kept, uuid: str) -> Replayed:
    """Make the card `uuid` again. KeyError if no card of this call has the id."""
    stored = next((each for each in kept.cards if each.get("uuid") == uuid), None)
    if stored is None:
        raise KeyError(uuid)
    assessment = assess(kept.basis.chart)
    report = to_json(assessment)
    again = None
    for finding in kept.basis.findings(assessment):
        if topic_code(finding.topic) == stored["source"]["topic"]["code"]:
            again = without_assessment(card(finding, report, kept.basis.form))
    found = Replayed(stored, again, kept.assessment, str(kept.assessment.get("contentVersion", "")))
    found.differences += compare("assessment", kept.assessment, _plain(report))
    found.differences += compare("card", _settled(stored), ABSENT if again is None else _settled(_plain(again)))
    return found


def _plain(value: Any) -> Any:
    """As it is when it was written and read again: tuples are lists, dates are text."""
    return orjson.loads(orjson.dumps(value))


def _settled(value: Any) -> Any:
    """Without the ids that are random."""
    match value:
        case dict():
            return {name: _settled(part) for name, part in value.items() if name != "uuid"}
        case list():
            return [_settled(part) for part in value]
    return value


def compare(path: str, stored: Any, again: Any) -> Iterator[Difference]:
    """Every place where two JSON values differ. 1 and 1.0 do."""
    if isinstance(stored, dict) and isinstance(again, dict):
        for name in dict.fromkeys((*stored, *again)):
            yield from compare(f"{path}.{name}", stored.get(name, ABSENT), again.get(name, ABSENT))
    elif isinstance(stored, list) and isinstance(again, list):
        for at in range(max(len(stored), len(again))):
            here, there = (value[at] if at < len(value) else ABSENT for value in (stored, again))
            yield from compare(f"{path}[{at}]", here, there)
    elif type(stored) is not type(again) or stored != again:
        yield Difference(path, _written(stored), _written(again))


def _written(value: Any) -> str:
    return ABSENT if value == ABSENT else orjson.dumps(value).decode()
