"""How a fact, a pathway, a criterion, an exclusion and an evaluation step are declared and found.

A declaration is a decorator above a function whose parameter names are the names of its inputs. The engine
resolves the names (`cds.ask`); nothing here reads a chart. Scores are declared in the same way: `cds.scoring`.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal, TypeVar

from cds.record import record
from cds.sources import Source
from cds.views import Fact

Function = TypeVar("Function", bound=Callable[..., Any])

DAY = timedelta(days=1)
MONTHS_6 = timedelta(days=183)
MONTHS_12 = timedelta(days=365)


def parameters_of(function: Callable[..., Any]) -> tuple[str, ...]:
    """The parameter names, in order."""
    return tuple(inspect.signature(function).parameters)


@record
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


FACTS: dict[str, Callable[[Any], Fact]] = {}
"""Fact name -> the function that finds it; it is given a `cds.ask.Ask`."""


def fact(function: Function) -> Function:
    """Declare the decorated function as the fact of its own name. Raises ValueError on a repeated name."""
    if function.__name__ in FACTS:
        raise ValueError(f"fact {function.__name__} is declared twice")
    FACTS[function.__name__] = function
    return function


PATHWAYS: dict[str, Family] = {}
EXCLUSIONS: dict[str, Rule] = {}


def _rule(
    function: Callable[..., Verdict], id: str, title: str, sources: tuple[Source, ...], cite: str, **more: Any
) -> Rule:
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
            id,
            title,
            function,
            parameters_of(function),
            sources,
            orders,
            window,
            inspect.cleandoc(function.__doc__ or ""),
        )
        return function

    return register


@dataclass(frozen=True, slots=True)
class Conclusion:
    """Something concluded once from the chart that rules ask for by its `name`, like a score or a fact."""

    name: str
    function: Callable[..., Any]
    parameters: tuple[str, ...]
    sources: tuple[Source, ...]
    logic: str = ""


CONCLUSIONS: dict[str, Conclusion] = {}
"""Name -> declaration. The names are disjoint from those of scores, facts, labs, answers and concepts."""


def conclusion(*, name: str, sources: tuple[Source, ...], asks: tuple[str, ...] = ()) -> Callable[[Function], Function]:
    """Declare a conclusion; `asks` are further names, given to the function as keywords. ValueError if repeated."""

    def register(function: Function) -> Function:
        if name in CONCLUSIONS:
            raise ValueError(f"conclusion {name} is declared twice")
        own = tuple(
            parameter.name
            for parameter in inspect.signature(function).parameters.values()
            if parameter.kind is not inspect.Parameter.VAR_KEYWORD
        )
        CONCLUSIONS[name] = Conclusion(name, function, own + asks, sources, inspect.cleandoc(function.__doc__ or ""))
        return function

    return register
