"""Chooses the inputs of one score from the chart: which results, how old, how far apart, within which bounds.

Every input ends with candidates: none (it is missing), one (known), or several (the values between which it
lies). Nothing is ever filled in: a bound comes from the chart, from a declared extreme, or not at all.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from cds.analyte import TWO_TABLES
from cds.ask import Ask
from cds.assessment import Outcome, Used, Value
from cds.chart import Result
from cds.eligibility import spread
from cds.labs import LABS
from cds.reasons import clamped, missing
from cds.scoring import Score, Window, limit
from cds.views import Fact, Lab

CONFLICT = "CONFLICTING_RESULTS"


@dataclass(slots=True)
class Input:
    """One input of a score: the values it may have (in the unit that the equation wants), and where from."""

    name: str
    candidates: tuple[Any, ...] = ()
    reasons: tuple[str, ...] = ()
    result: Result | None = None
    shown: Used | None = None


@dataclass(slots=True)
class Gathered:
    """All inputs of a score, the reasons that concern them together, and whether they may be used at all."""

    inputs: dict[str, Input] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    refused: bool = False

    def candidates(self) -> dict[str, tuple[Any, ...]]:
        """Name -> the values it may have."""
        return {name: found.candidates for name, found in self.inputs.items()}


def gather(score: Score, ask: Ask) -> Gathered:
    """Resolve every parameter of `score`, then apply freshness and the missing-value rules."""
    window = _window(score, ask) if isinstance(score.recency, Window) else None
    found = Gathered({name: _input(score, name, ask, window) for name in score.parameters})
    if score.either:
        _either(score, found)
    _freshness(score, found, ask.chart.now, window)
    if score.dialysis:
        _dialysis(score, found, ask)
    for each in found.inputs.values():
        found.reasons.extend(each.reasons)
        if not each.candidates:
            found.refused = True
    if "inr" in found.inputs or "pt" in found.inputs:
        found.reasons.extend(ask.fact("anticoagulation").reasons)
    return found


def _input(score: Score, name: str, ask: Ask, window: tuple[datetime, datetime] | None) -> Input:
    view = ask[name]
    match view:
        case Lab():
            return _lab(score, view, window)
        case Fact():
            return _fact(score, name, view)
        case Outcome():
            return _outcome(name, view)
    raise TypeError(f"score {score.id} asks for {name}, which is no input")


def _fact(score: Score, name: str, fact: Fact) -> Input:
    value: Value | None = fact.shown if fact.shown is not None else (fact.candidates[0] if fact.known else None)
    shown = None
    if value is not None:
        shown = Used(fact.name, value, fact.unit, value, when=fact.when, source=", ".join(fact.evidence))
    doubts = (*fact.result.newer, *fact.result.flags) if fact.result else ()
    return Input(name, fact.candidates, (*fact.reasons, *doubts), fact.result, shown)


def _outcome(name: str, outcome: Outcome) -> Input:
    if outcome.low is None or outcome.high is None:
        return Input(name, (), (missing(name), *outcome.reasons))
    ends = tuple(dict.fromkeys((float(outcome.low), float(outcome.high))))
    shown = Used(outcome.id, outcome.value) if outcome.value is not None else None
    return Input(name, ends, outcome.reasons, shown=shown)


def _lab(score: Score, lab: Lab, window: tuple[datetime, datetime] | None) -> Input:
    """The newest usable result, or the worst of the window; with the reasons of what is newer and unusable."""
    results = lab.results
    if window is not None:
        results = tuple(result for result in results if window[0] <= result.when.at <= window[1])
    chosen: Result | None = None
    if results:
        chosen = _worst(lab.name, results, score.recency) if isinstance(score.recency, Window) else results[0]
    reasons = chosen.newer if chosen else tuple(dict.fromkeys(bad.reason for bad in lab.unusable))
    if CONFLICT in reasons or chosen is None:
        if not lab.read:
            reasons = (*reasons, "NOT_RETRIEVED")
        extremes = score.if_missing.get(lab.name, ())
        return Input(lab.name, () if CONFLICT in reasons else extremes, (missing(lab.name), *reasons))
    candidates, more = _ends(score, chosen)
    reasons = (*reasons, *(_flags(score, chosen) if chosen.flags else ()), *more)
    if not candidates:
        candidates = score.if_missing.get(lab.name, ())
    return Input(lab.name, candidates, reasons, chosen, _used(score, chosen, candidates))


def _flags(score: Score, result: Result) -> Iterator[str]:
    """The reasons that a result brings along, as far as they concern this score; dialysis is judged elsewhere."""
    for flag in result.flags:
        if flag == TWO_TABLES:
            if result.name in score.two_tables:
                yield "BOUNDARY_AMBIGUOUS"
        elif flag != "DIALYSIS_ASK":
            yield flag


def _worst(name: str, results: Sequence[Result], window: Window) -> Result:
    choose: Callable[..., Result] = min if name in window.lowest else max
    return choose(results, key=lambda result: result.value)


def _window(score: Score, ask: Ask) -> tuple[datetime, datetime] | None:
    """The window that ends with the newest result among the analytes that the score needs."""
    labs = [view for view in map(ask.__getitem__, score.parameters) if isinstance(view, Lab)]
    newest = [lab.results[0].when.at for lab in labs if lab.results]
    if not newest or not isinstance(score.recency, Window):
        return (ask.chart.now, ask.chart.now)
    end = max(newest)
    return end - score.recency.length, end


def _ends(score: Score, result: Result) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """The values that a result may stand for in this score, in the unit of the equation.

    A comparator leaves one end open. It is closed by the floor or the cap of the formula, by a declared end
    where the formula only bands the input, or not at all: then there is no value.
    """
    value = float(_in_unit(result, score.units.get(result.name, "")) if score.units else result.value)
    if not result.comparator:
        return (value,), ()
    low, high = score.limits.get(result.name, (None, None))
    least, most = score.open_ends.get(result.name, (low, high))
    if result.comparator.startswith("<"):
        ends = () if least is None else (least,) if value <= least else (least, value)
    else:
        ends = () if most is None else (most,) if value >= most else (value, most)
    return ends, ("COMPARATOR",)


def _in_unit(result: Result, code: str) -> Decimal:
    """The value of a result in another unit of its analyte, for equations that are published in that unit."""
    if not code:
        return result.value
    wanted = next(unit for unit in LABS[result.name].units if unit.code == code)
    return (result.value - wanted.plus) * wanted.over / wanted.times


def _used(score: Score, result: Result, candidates: tuple[float, ...]) -> Used:
    value = limited = float(result.value)
    if result.name in score.limits:
        limited = limit(value, score.limits[result.name])
    is_clamped = limited != value
    used: Value | None = None
    if len(candidates) == 1:
        used = limited if is_clamped else result.value
    return Used(
        result.name, result.value, result.unit, used, is_clamped and used is not None,
        result.original, result.when, result.source, result.performer,
    )  # fmt: skip


def _either(score: Score, found: Gathered) -> None:
    """Of each group keep the first input that has a measured value; the others are not asked of the equation."""
    for group in score.either:
        measured = [name for name in group if found.inputs[name].result or found.inputs[name].shown]
        chosen = measured[0] if measured else group[0]
        for name in group:
            if name != chosen:
                found.inputs[name] = Input(name, (None,))


def _freshness(score: Score, found: Gathered, now: datetime, window: tuple[datetime, datetime] | None) -> None:
    """Refuse what is too old or too far apart; say so where it may still be used."""
    results = [each.result for each in found.inputs.values() if each.result is not None]
    if isinstance(score.recency, Window):
        if window and (not results or now - window[1] > score.recency.refuse):
            found.refused = True
            found.reasons.append("STALE") if results else None
        return
    policy = score.recency
    if not results:
        return
    times = [result.when.at for result in results]
    oldest, newest = min(times), max(times)
    judged = oldest if policy.each else newest
    if now - judged > policy.refuse:
        found.refused = True
        found.reasons.append("STALE")
    elif policy.stale and now - newest > policy.stale:
        found.reasons.append("STALE")
    apart = spread([result.when for result in results])
    if apart > policy.spread:
        found.refused = True
    if apart > policy.plain:
        found.reasons.append("SPREAD")


def _dialysis(score: Score, found: Gathered, ask: Ask) -> None:
    """Dialysis replaces the input by the declared value; where it is open, both values stand."""
    for name, value in score.dialysis.items():
        each = found.inputs[name]
        if each.result is None or not each.candidates:
            continue
        fact = ask.fact("dialysis")
        each.reasons = (*each.reasons, *fact.reasons)
        if value is None:
            continue
        if fact.certainly(True):
            each.candidates = (value,)
            each.shown = replace(_used(score, each.result, ()), used=value)
        elif not fact.known:
            each.candidates = (*each.candidates, value)


def clamp_reasons(found: Gathered) -> list[str]:
    """CLAMPED_<INPUT> for every input that the limits moved."""
    return [clamped(each.name) for each in found.inputs.values() if each.shown and each.shown.clamped]
