"""Computes one score from its inputs: one value, honest bounds, or a refusal with its reasons."""

from datetime import datetime
from itertools import product
from operator import attrgetter
from typing import Any

from cds.ask import Ask
from cds.assessment import Outcome
from cds.inputs import Gathered, clamp_reasons, gather
from cds.scoring import GATES, Computed, Recency, Score, half_up
from cds.views import Fact, Lab

_unrounded = attrgetter("unrounded")


def compute(score: Score, ask: Ask) -> Outcome:
    """The outcome of `score` for the chart behind `ask`. Never raises for what a chart may hold."""
    if ask.chart.person.deceased:
        return _without(score, "not-applicable", ["DECEASED"])
    caveats: list[str] = []
    for name in score.gates:
        gate, fact = GATES[name], ask.fact(name)
        if fact.certainly(True):
            return _without(score, "not-applicable", [gate.reason])
        if not fact.known:
            if gate.unknown == "refuse":
                found = gather(score, ask)
                return _without(score, "not-computed", [*fact.reasons, *found.reasons], found)
            caveats.extend(fact.reasons)
    found = gather(score, ask)
    reasons = caveats + found.reasons
    if found.refused:
        return _without(score, "not-computed", reasons, found)
    return _with(score, found, reasons, ask)


def _without(score: Score, status: Any, reasons: list[str], found: Gathered | None = None) -> Outcome:
    inputs = tuple(each.shown for each in found.inputs.values() if each.shown) if found else ()
    return Outcome(score.id, score.title, status, tuple(dict.fromkeys(reasons)), inputs)


def _explaining(score: Score, ask: Ask) -> dict[str, Any]:
    """What bands and remarks ask for beside the inputs: the value where it is known, else None."""
    values: dict[str, Any] = {}
    for name in score.asks:
        view = ask(name)
        match view:
            case Fact():
                values[name] = view.candidates[0] if view.known else None
            case Lab():
                newest = view.newest()
                values[name] = float(newest.value) if newest and not newest.comparator else None
            case _:
                raise TypeError(f"a band of {score.id} asks for {name}, which is no value")
    return values


def _with(score: Score, found: Gathered, reasons: list[str], ask: Ask) -> Outcome:
    names, explaining = score.parameters, _explaining(score, ask) if score.asks else {}
    values = [
        {**explaining, **dict(zip(names, combination, strict=True))}
        for combination in product(*(found.inputs[name].candidates for name in names))
    ]
    computed = [score.compute(each) for each in values]
    lowest = min(computed, key=_unrounded)
    highest = max(computed, key=_unrounded)
    reasons += clamp_reasons(found)
    if score.remarks:
        reasons += _remarks(score, values, computed)
    if highest.uncapped > highest.value:
        reasons.append("CAPPED")
    if _high_and_old(score, found, highest.unrounded, ask.chart.now):
        reasons.append("STALE")
    single = lowest.value == highest.value
    bands = {one.band for one in computed}
    final = tuple(dict.fromkeys(reasons))
    return Outcome(
        id=score.id,
        title=score.title,
        status="computed-with-caveat" if final or not single else "computed",
        reasons=final,
        inputs=tuple(each.shown for each in found.inputs.values() if each.shown),
        value=lowest.value if single else None,
        unrounded=round(highest.unrounded, 6) if single else None,
        uncapped=highest.uncapped if single else None,
        low=lowest.value,
        high=highest.value,
        unrounded_low=lowest.unrounded,
        unrounded_high=highest.unrounded,
        band=bands.pop() if len(bands) == 1 else "",
    )


def _remarks(score: Score, values: list[dict[str, Any]], computed: list[Computed]) -> list[str]:
    """Reasons that the declaration adds by itself, if its test holds for any of the possible inputs."""
    said = []
    for remark in score.remarks:
        for each, one in zip(values, computed, strict=True):
            known = {**each, "unrounded": one.unrounded, "value": one.value}
            if remark.test(**{name: known[name] for name in remark.parameters}):
                said.append(remark.reason)
                break
    return said


def _high_and_old(score: Score, found: Gathered, unrounded: float, now: datetime) -> bool:
    """Whether a high score rests on any input that is older than high scores allow."""
    if not isinstance(score.recency, Recency) or score.recency.high is None:
        return False
    high, age = score.recency.high
    old = any(each.result is not None and now - each.result.when.at > age for each in found.inputs.values())
    return old and float(half_up(unrounded)) >= high
