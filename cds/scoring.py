"""How a score is declared: its published equation, with everything else stated above it as data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_FLOOR, Decimal
from functools import cache
from typing import Any, Literal

from cds.knowledge import DAY, MONTHS_6, Function, parameters_of
from cds.record import record
from cds.sources import Source

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


MELD_RECENCY = Recency(plain=DAY, spread=7 * DAY, stale=30 * DAY, refuse=90 * DAY, high=(25, 7 * DAY))
FIBROSIS_RECENCY = Recency(plain=30 * DAY, spread=30 * DAY, stale=None, refuse=MONTHS_6, each=True)
CLIF_WINDOW = Window(length=DAY, refuse=DAY, lowest=frozenset({"map", "pf_ratio", "sf_ratio", "sodium"}))


@record
class Computed:
    """What the equation gave: unrounded, rounded before the score's own limits, and as reported."""

    unrounded: float
    uncapped: Decimal
    value: Decimal
    band: str


Band = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Score:
    """One published score. The equation is `function`; all that governs it is data.

    `units`: input -> unit in which the equation wants it, where that is not the canonical unit of `cds.labs`.
    `limits`: input -> (floor, cap), applied first and reported. `result`: limits of the score itself.
    `decimals`: digits after half-up rounding. `gates`: facts that make the score not applicable, with reasons.
    `function` gives the unrounded number, or with it the name of the grade where a number does not tell it.
    `either`: groups of inputs of which the first usable one serves; the others are None in the call.
    `dialysis`: input -> value that dialysis sets it to (None: dialysis is only remarked).
    `two_tables`: inputs whose limits were published in two units that disagree at the edges.
    `if_missing`: input -> the extremes between which an unknown input is bounded.
    `open_ends`: input -> (least, most) where a comparator leaves an end open.
    `asks`: names that only bands and remarks ask for: they explain the score, they are no inputs of it.
    """

    id: str
    title: str
    sources: tuple[Source, ...]
    function: Callable[..., float | tuple[float, str]]
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
    dialysis: Mapping[str, float | None]
    if_missing: Mapping[str, tuple[float, ...]]
    open_ends: Mapping[str, tuple[float, float]]
    equation: str
    bands: tuple[tuple[float, str], ...]
    band: Band | None
    band_parameters: tuple[str, ...]
    either: tuple[tuple[str, ...], ...] = ()
    two_tables: frozenset[str] = frozenset()
    remarks: tuple["Remark", ...] = ()
    order: int = 0
    asks: tuple[str, ...] = ()

    def compute(self, values: Mapping[str, Any]) -> Computed:
        """Apply limits, equation, rounding and result limits to one complete set of inputs.

        `values` are in the units of the declaration, None only for the unused members of `either`.
        KeyError if an input is missing: nothing is defaulted.
        """
        used = {name: values[name] for name in self.parameters}
        for name, bounds in self.limits.items():
            used[name] = limit(used[name], bounds)
        answer = self.function(**used)
        number, letter = answer if isinstance(answer, tuple) else (answer, "")
        unrounded = round(number, 10)  # bands are decided on this: without binary noise, -1.455 is -1.455
        uncapped = half_up(unrounded, self.decimals)
        low, high = self.result
        value = uncapped
        if low is not None and value < low:
            value = Decimal(str(low))
        if high is not None and value > high:
            value = Decimal(str(high))
        return Computed(unrounded, uncapped, value, letter or self._band(unrounded, value, values))

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


@dataclass(frozen=True, slots=True)
class Gate:
    """A fact that makes a score not applicable when it is true; `unknown` says what then happens to the score."""

    fact: str
    reason: str
    unknown: Literal["refuse", "caveat"]


GATES: dict[str, Gate] = {
    gate.fact: gate
    for gate in (
        Gate("transplanted", "TRANSPLANTED", "caveat"),
        Gate("acute_liver_failure_alone", "ACUTE_LIVER_FAILURE", "caveat"),
        Gate("under_12", "AGE_LT_12", "refuse"),
        Gate("under_18", "AGE_NOT_VALIDATED", "refuse"),
        Gate("no_alcoholic_hepatitis", "NOT_INDICATED", "refuse"),
        Gate("no_acute_decompensation", "NOT_INDICATED", "refuse"),
        Gate("no_aclf", "NOT_INDICATED", "refuse"),
        Gate("aclf_present", "NOT_INDICATED", "refuse"),
    )
}

SCORES: dict[str, Score] = {}
"""Score id -> declaration; `cds.scores` fills it and puts it in the order in which scores are shown."""


def half_up(number: float, decimals: int = 0) -> Decimal:
    """`floor(x * 10^n + 0.5) / 10^n`, after removing binary noise beyond the tenth digit."""
    unit, half = _digits(decimals)
    return (Decimal(repr(round(number, 10))) + half).quantize(unit, ROUND_FLOOR)


@cache
def _digits(decimals: int) -> tuple[Decimal, Decimal]:
    """One and one half in the last of so many digits."""
    unit = Decimal(1).scaleb(-decimals)
    return unit, unit / 2


def limit(value: Any, limits: tuple[Bound, Bound] | None) -> Any:
    """The value moved into its limits; anything without limits as it is."""
    if limits is None or value is None:
        return value
    low, high = limits
    if low is not None and value < low:
        return low
    if high is not None and value > high:
        return high
    return value


def score(
    *,
    id: str,
    title: str,
    order: int,
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
    dialysis: Mapping[str, float | None] | None = None,
    if_missing: Mapping[str, tuple[float, ...]] | None = None,
    open_ends: Mapping[str, tuple[float, float]] | None = None,
    bands: tuple[tuple[float, str], ...] = (),
    band: Band | None = None,
    either: tuple[tuple[str, ...], ...] = (),
    two_tables: frozenset[str] = frozenset(),
    remarks: Mapping[str, Callable[..., bool]] | None = None,
) -> Callable[[Function], Function]:
    """Declare the score whose equation is the decorated function. Raises ValueError on a repeated id."""

    def register(function: Function) -> Function:
        if id in SCORES:
            raise ValueError(f"score {id} is declared twice")
        tests = tuple(Remark(code, test, parameters_of(test)) for code, test in (remarks or {}).items())
        explaining = (*(parameters_of(band) if band else ()), *(name for each in tests for name in each.parameters))
        own = {*parameters_of(function), "unrounded", "value"}
        SCORES[id] = Score(
            id=id, title=title, sources=sources, function=function, parameters=parameters_of(function),
            recency=recency, use=use, caution=caution, population=population, units=units or {},
            limits=limits or {}, result=result, decimals=decimals, gates=gates, dialysis=dialysis or {},
            if_missing=if_missing or {}, open_ends=open_ends or {}, equation=equation, bands=bands, band=band,
            band_parameters=parameters_of(band) if band else (), either=either, two_tables=two_tables,
            remarks=tests, order=order, asks=tuple(dict.fromkeys(name for name in explaining if name not in own)),
        )  # fmt: skip
        return function

    return register
