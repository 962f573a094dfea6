"""What the tables of one description say of each other: which lot was given, and what came before what.

A place is a path such as ("administration", 0, "dose"). What a table lacks or could not be read is passed over here: it
has its own fault already.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from cds.labs import LABS
from cds.recording import MOST_MILLION_CELLS
from hooks.records.fields import Measure, day_of, is_before
from hooks.records.tables import CELLS, DOSE

Place = tuple[str | int, ...]
Faults = Iterator[tuple[Place, str]]
When = datetime | date

WEIGHT = LABS["weight"].limits
BEFORE_BASELINE = timedelta(days=7)


def contradictions(described: dict[str, Any]) -> Faults:
    """Every place of a description that another one contradicts, with the fault."""
    yield from _born(described)
    yield from _recorded(described)
    yield from _collected(described)
    yield from _doses(described)
    yield from _events(described)
    yield from _baseline(described)


def lot_of(described: dict[str, Any], administration: dict[str, Any]) -> dict[str, Any] | None:
    """The product of cells or vesicles that an administration names, or the only one there is."""
    held = [each for each in described.get("product", ()) if "kind" in each and each["kind"].code in CELLS]
    lot = administration.get("product")
    fitting = held if lot is None else [each for each in held if each.get("lot") == lot]
    return fitting[0] if len(fitting) == 1 else None


def first_infusion(described: dict[str, Any]) -> datetime | None:
    """When the first infusion that took place began."""
    given = (each for each in described.get("administration", ()) if each.get("status") != "not-done")
    return min((each["start"] for each in given if "start" in each), default=None)


def given_expired(described: dict[str, Any]) -> Iterator[str]:
    """The lot of each product that was given after its last day."""
    for each in described["administration"]:
        product = lot_of(described, each)
        expires = product.get("expires") if product else None
        if product and expires and each["status"] != "not-done" and is_before(expires, each["start"]):
            yield product["lot"]


def _born(described: dict[str, Any]) -> Faults:
    """A birth date may be known to the year or month only."""
    born, first = described.get("patient", {}).get("born"), first_infusion(described)
    if born and first and born > first.date().isoformat()[: len(born)]:
        yield ("patient", "born"), "lies after the first infusion."


def _recorded(described: dict[str, Any]) -> Faults:
    recorded = described.get("recorded")
    if recorded is None:
        return
    for place, when in _told(described):
        if is_before(recorded, when):
            yield ("recorded",), f"lies before {_named(place)}. | Say when the last of it was written down."
            return


def _told(described: dict[str, Any]) -> Iterator[tuple[Place, When]]:
    """Every time at which something happened."""
    for name, keys in (
        ("administration", ("start", "end", "monitored_until")),
        ("product", ("collected", "tested")),
        ("adverse_event", ("at", "resolved")),
    ):
        for at, each in enumerate(described.get(name, ())):
            yield from (((name, at, key), each[key]) for key in keys if key in each)
    for at, each in enumerate(described.get("administration", ())):
        if "at" in each.get("procedure", {}):
            yield ("administration", at, "procedure", "at"), each["procedure"]["at"]
        adjuncts = enumerate(each.get("adjunct", ()))
        yield from ((("administration", at, "adjunct", i, "at"), one["at"]) for i, one in adjuncts if "at" in one)
    if "taken" in described.get("baseline", {}):
        yield ("baseline", "taken"), described["baseline"]["taken"]


def _named(place: Place) -> str:
    """A place as faults name it: administration[1].end."""
    parts = (f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place)
    return "".join(parts).removeprefix(".")


def _collected(described: dict[str, Any]) -> Faults:
    """Nothing that was given was collected after everything had been given."""
    given = [when for place, when in _told(described) if place[0] == "administration" and place[-1] in ("start", "at")]
    for at, product in enumerate(described.get("product", ())):
        if given and "collected" in product and all(is_before(each, product["collected"]) for each in given):
            yield ("product", at, "collected"), "lies after the last infusion."


def _doses(described: dict[str, Any]) -> Faults:
    """A dose of cells is in millions, and what it is per kilogram of body weight makes a body weight."""
    for at, each in enumerate(described.get("administration", ())):
        dose: Measure | None = each.get("dose")
        per_kg: Measure | None = each.get("dose_per_kg")
        if dose is None or dose.unit != DOSE:
            continue
        product = lot_of(described, each)
        if product and product["kind"].code == "msc" and dose.value > MOST_MILLION_CELLS:
            words = "is more millions of cells than anybody is given. | Write 75 for 75 million."
            yield ("administration", at, "dose"), words
        elif per_kg and per_kg.value and dose.value and not WEIGHT.low <= dose.value / per_kg.value <= WEIGHT.high:
            yield ("administration", at, "dose_per_kg"), _other_weight(dose.value / per_kg.value)


def _other_weight(weight: Decimal) -> str:
    return f"does not fit the dose: the body weight would be {weight:.3g} kg. | Correct one, or leave this out."


def _events(described: dict[str, Any]) -> Faults:
    """What happened after an administration did not happen before it."""
    administrations = described.get("administration", ())
    for at, event in enumerate(described.get("adverse_event", ())):
        number = event.get("administration", 1)
        if "at" not in event or number > len(administrations):
            continue
        start = administrations[number - 1].get("start")
        if start and is_before(event["at"], start):
            yield ("adverse_event", at, "at"), f"lies before the start of administration[{number}]."


def _baseline(described: dict[str, Any]) -> Faults:
    """Results before the first infusion, and dialysis in the week before them."""
    baseline, first = described.get("baseline", {}), first_infusion(described)
    taken = baseline.get("taken")
    if taken is None:
        return
    if first and is_before(first, taken):
        words = "lies after the start of the first infusion: such results are no baseline. | Leave [baseline] out."
        yield ("baseline", "taken"), words
    last = day_of(taken)
    if any(not last - BEFORE_BASELINE <= each <= last for each in baseline.get("dialysis", ())):
        yield ("baseline", "dialysis"), "names a day that is not in the week before taken. | Leave that day out."


