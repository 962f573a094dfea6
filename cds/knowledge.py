"""How a score, a criterion, an exclusion and an evaluation step are declared and found.

A declaration is a decorator above a function whose parameter names are the names of its inputs. The engine
(`cds.inputs`, `cds.assess`) resolves the names; nothing here reads a chart.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Literal, TypeVar

from cds.sources import Source

Function = TypeVar("Function", bound=Callable[..., Any])
Bound = float | None
Limits = Mapping[str, tuple[Bound, Bound]]


@dataclass(frozen=True, slots=True)
class Recency:
    """Which results may stand together, and how old they may be (clinical policy, not a setting).

    `plain`: first to last without a remark; up to `spread` with the caveat SPREAD; more is refused.
    `stale`: the newest input older than this carries STALE; older than `refuse` is not computed.
    `each`: `refuse` holds for every input, not only for the newest.
    `high`: (score, age): from that score on, any input older than that age carries STALE.
    """

    plain: timedelta
    spread: timedelta
    stale: timedelta | None
    refuse: timedelta
    each: bool = False
    high: tuple[float, timedelta] | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """All inputs from one window, of each the worst value in it; the window ends at the newest input.

    `lowest` names the inputs whose lowest value is the worst; of all others it is the highest.
    """

    length: timedelta
    refuse: timedelta
    lowest: frozenset[str] = frozenset()


DAY = timedelta(days=1)
MONTHS_6 = timedelta(days=183)
MONTHS_12 = timedelta(days=365)
MELD_RECENCY = Recency(plain=DAY, spread=7 * DAY, stale=30 * DAY, refuse=90 * DAY, high=(25, 7 * DAY))
FIBROSIS_RECENCY = Recency(plain=30 * DAY, spread=30 * DAY, stale=None, refuse=MONTHS_6, each=True)
CLIF_WINDOW = Window(length=DAY, refuse=DAY, lowest=frozenset({"map", "pf_ratio", "sf_ratio", "sodium"}))


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: inputs in the units of the declaration, and what must come out."""

    says: str
    inputs: Mapping[str, float | bool | str]
    value: float | None
    band: str = ""
    unrounded: float | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Computed:
    """What the equation gave: unrounded, rounded before the score's own limits, and as reported."""

    unrounded: float
    uncapped: Decimal
    value: Decimal
    band: str
    clamped: frozenset[str]


Band = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Score:
    """One published score. The equation is `function`; all that governs it is data.

    `units`: input -> unit in which the equation wants it, where that is not the canonical unit of `cds.labs`.
    `limits`: input -> (floor, cap), applied first and reported. `result`: limits of the score itself.
    `decimals`: digits after half-up rounding. `gates`: facts that make the score not applicable, with reasons.
    `dialysis`: input -> value that dialysis sets it to. `if_missing`: input -> the extremes between which an
    unknown input is bounded. `open_ends`: input -> (least, most) where a comparator leaves an end open.
    """

    id: str
    title: str
    sources: tuple[Source, ...]
    function: Callable[..., float]
    parameters: tuple[str, ...]
    recency: Recency | Window
    use: str
    caution: str
    population: str
    units: Mapping[str, str]
    limits: Limits
    result: tuple[Bound, Bound]
    decimals: int
    gates: tuple[str, ...]
    dialysis: Mapping[str, float]
    if_missing: Mapping[str, tuple[float, ...]]
    open_ends: Mapping[str, tuple[float, float]]
    equation: str
    bands: tuple[tuple[float, str], ...]
    band: Band | None
    band_parameters: tuple[str, ...]
    remarks: tuple["Remark", ...] = ()

    def compute(self, values: Mapping[str, Any]) -> Computed:
        """Apply limits, equation, rounding and result limits to one complete set of inputs.

        `values` are in the units of the declaration. KeyError if an input is missing: nothing is defaulted.
        """
        used: dict[str, Any] = {}
        clamped = set()
        for name in self.parameters:
            used[name] = limit(values[name], self.limits.get(name))
            if used[name] != values[name]:
                clamped.add(name)
        unrounded = float(self.function(**used))
        uncapped = half_up(unrounded, self.decimals)
        low, high = self.result
        value = uncapped
        if low is not None:
            value = max(value, Decimal(str(low)))
        if high is not None:
            value = min(value, Decimal(str(high)))
        return Computed(unrounded, uncapped, value, self._band(unrounded, value, values), frozenset(clamped))

    def _band(self, unrounded: float, value: Decimal, values: Mapping[str, Any]) -> str:
        if self.band is not None:
            known = {**values, "unrounded": unrounded, "value": value}
            return self.band(**{name: known[name] for name in self.band_parameters})
        found = ""
        for least, label in self.bands:
            if unrounded >= least:
                found = label
        return found


@dataclass(frozen=True, slots=True)
class Remark:
    """A reason that a score adds by itself: `test` over the inputs, `unrounded` and `value` by name."""

    reason: str
    test: Callable[..., bool]
    parameters: tuple[str, ...]


SCORES: dict[str, Score] = {}
"""Score id -> declaration, in the order in which they are shown."""


def half_up(number: float, decimals: int = 0) -> Decimal:
    """`floor(x * 10^n + 0.5) / 10^n`, after removing binary noise beyond the tenth digit."""
    scale = Decimal(10) ** decimals
    steady = Decimal(repr(round(number, 10)))
    return ((steady * scale + Decimal("0.5")).to_integral_value(ROUND_FLOOR) / scale).quantize(1 / scale)


def limit(value: Any, limits: tuple[Bound, Bound] | None) -> Any:
    """The value moved into its limits; anything without limits as it is."""
    if limits is None:
        return value
    low, high = limits
    if low is not None and value < low:
        return low
    if high is not None and value > high:
        return high
    return value


def parameters_of(function: Callable[..., Any]) -> tuple[str, ...]:
    """The parameter names, in order."""
    return tuple(inspect.signature(function).parameters)


def score(
    *,
    id: str,
    title: str,
    sources: tuple[Source, ...],
    recency: Recency | Window,
    equation: str,
    use: str,
    caution: str = "",
    population: str = "",
    units: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    result: tuple[Bound, Bound] = (None, None),
    decimals: int = 0,
    gates: tuple[str, ...] = (),
    dialysis: Mapping[str, float] | None = None,
    if_missing: Mapping[str, tuple[float, ...]] | None = None,
    open_ends: Mapping[str, tuple[float, float]] | None = None,
    bands: tuple[tuple[float, str], ...] = (),
    band: Band | None = None,
    remarks: Mapping[str, Callable[..., bool]] | None = None,
) -> Callable[[Function], Function]:
    """Declare the score whose equation is the decorated function. Raises ValueError on a repeated id."""

    def register(function: Function) -> Function:
        if id in SCORES:
            raise ValueError(f"score {id} is declared twice")
        SCORES[id] = Score(
            id=id, title=title, sources=sources, function=function, parameters=parameters_of(function),
            recency=recency, use=use, caution=caution, population=population, units=units or {},
            limits=limits or {}, result=result, decimals=decimals, gates=gates, dialysis=dialysis or {},
            if_missing=if_missing or {}, open_ends=open_ends or {}, equation=equation, bands=bands, band=band,
            band_parameters=parameters_of(band) if band else (),
            remarks=tuple(Remark(code, test, parameters_of(test)) for code, test in (remarks or {}).items()),
        )  # fmt: skip
        return function

    return register


@dataclass(frozen=True, slots=True)
class Verdict:
    """A three-valued answer with one plain sentence. `evidence` are references into the chart.

    `id` and `source` replace those of the rule where one slot reports under several names.
    """

    answer: Literal["yes", "no", "unknown"]
    because: str
    evidence: tuple[str, ...] = ()
    id: str = ""
    source: str = ""


def yes(because: str, *evidence: str) -> Verdict:
    """Met, present or open."""
    return Verdict("yes", because, evidence)


def no(because: str, *evidence: str) -> Verdict:
    """Not met, absent or closed."""
    return Verdict("no", because, evidence)


def unknown(because: str, *evidence: str) -> Verdict:
    """Cannot be said from what the chart holds."""
    return Verdict("unknown", because, evidence)


@dataclass(frozen=True, slots=True)
class Rule:
    """One declared rule: a pathway gate, a criterion, an exclusion. `parameters` are asked for by name."""

    id: str
    title: str
    function: Callable[..., Verdict]
    parameters: tuple[str, ...]
    sources: tuple[Source, ...]
    cite: str
    suggest: tuple[str, ...] = ()
    sensitive: bool = False
    logic: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """One trial family (pathway): the gate and its criteria in order."""

    gate: Rule
    criteria: list[Rule] = field(default_factory=list)


PATHWAYS: dict[str, Family] = {}
EXCLUSIONS: dict[str, Rule] = {}


def _rule(function: Callable[..., Verdict], id: str, title: str, sources: tuple[Source, ...], cite: str, **more: Any) -> Rule:
    logic = inspect.cleandoc(function.__doc__ or "")
    return Rule(id, title, function, parameters_of(function), sources, cite, logic=logic, **more)


def pathway(*, id: str, title: str, sources: tuple[Source, ...], cite: str) -> Callable[[Function], Function]:
    """Declare a trial family; the decorated function is its gate (yes = open)."""

    def register(function: Function) -> Function:
        PATHWAYS[id] = Family(_rule(function, id, title, sources, cite))
        return function

    return register


def criterion(
    *, pathway: str, id: str, title: str, sources: tuple[Source, ...], cite: str, suggest: tuple[str, ...] = ()
) -> Callable[[Function], Function]:
    """Declare an entry criterion of a pathway; `suggest` are evaluation ids that would decide it."""

    def register(function: Function) -> Function:
        PATHWAYS[pathway].criteria.append(_rule(function, id, title, sources, cite, suggest=suggest))
        return function

    return register


def exclusion(
    *, id: str, title: str, sources: tuple[Source, ...], cite: str, sensitive: bool = False
) -> Callable[[Function], Function]:
    """Declare an exclusion (yes = present)."""

    def register(function: Function) -> Function:
        EXCLUSIONS[id] = _rule(function, id, title, sources, cite, sensitive=sensitive)
        return function

    return register


@dataclass(frozen=True, slots=True)
class Order:
    """A test, image or referral that may be suggested; without verified codes it carries text only.

    `coding` are (system, code, display).
    """

    text: str
    coding: tuple[tuple[str, str, str], ...] = ()
    category: Literal["laboratory", "imaging", "procedure", "referral", "assessment"] = "laboratory"


@dataclass(frozen=True, slots=True)
class Step:
    """One declared evaluation step. The function answers (status, because)."""

    id: str
    title: str
    function: Callable[..., tuple[str, str]]
    parameters: tuple[str, ...]
    sources: tuple[Source, ...]
    orders: tuple[Order, ...]
    window: str
    logic: str = ""


EVALUATION: dict[str, Step] = {}


def evaluation(
    *, id: str, title: str, sources: tuple[Source, ...], orders: tuple[Order, ...], window: str
) -> Callable[[Function], Function]:
    """Declare an evaluation step with the orders that would complete it."""

    def register(function: Function) -> Function:
        EVALUATION[id] = Step(
            id, title, function, parameters_of(function), sources, orders, window, inspect.cleandoc(function.__doc__ or "")
        )
        return function

    return register
