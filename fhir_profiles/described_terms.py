"""Code systems, value sets, maps, search parameters and the schedule of a package, as plain rows."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fhir_profiles.described import Coded
from fhir_profiles.opened import Json, Opened

CODES = Path(__file__).with_name("codes.csv")


@dataclass(frozen=True)
class Term:
    """A code of a code system; `depth` is 0 at the top."""

    code: str
    display: str
    says: str
    depth: int


@dataclass(frozen=True)
class Listed:
    """A named list of `rows`: a code system (Term), a value set (Coded) or a map (Mapped)."""

    id: str
    url: str
    title: str
    says: str
    notice: str
    """The owners of the codes; "" where all are ours."""
    rows: tuple[Term, ...] | tuple[Coded, ...] | tuple["Mapped", ...]


@dataclass(frozen=True)
class Mapped:
    """One line of a map. Without a target code nothing fits."""

    source: Coded
    relation: str
    target: Coded
    only_with: tuple[Coded, ...]
    says: str


@dataclass(frozen=True)
class Foreign:
    """A code of somebody else, where it was read, and under which licence it stands."""

    coded: Coded
    source: str
    licence: str


@dataclass(frozen=True)
class Search:
    """A search parameter."""

    id: str
    url: str
    code: str
    bases: tuple[str, ...]
    kind: str
    says: str
    expression: str


@dataclass(frozen=True)
class Visit:
    """One action of the schedule; `after` is as in "1 wk" and counts from the end of the infusion."""

    id: str
    title: str
    activity: str
    after: str


def foreign() -> tuple[Foreign, ...]:
    """Every code of others that the profiles use, by system and code."""
    with CODES.open(encoding="utf-8", newline="") as table:
        return tuple(
            Foreign(Coded(row["system"], row["code"], row["display"]), row["source"], row["licence"])
            for row in csv.DictReader(table)
        )


@cache
def _displays() -> dict[tuple[str, str], str]:
    return {(each.coded.system, each.coded.code): each.coded.display for each in foreign()}


def named(package: Opened, system: str, code: str) -> Coded:
    """A code with its display, ours or theirs."""
    if code and system in package.definitions:
        return next(
            Coded(system, code, each.display) for each in _terms(package.definitions[system]) if each.code == code
        )
    return Coded(system, code, _displays().get((system, code), ""))


def _terms(system: Json) -> tuple[Term, ...]:
    return tuple(_below(system["concept"], 0))


def _below(concepts: Iterable[Json], depth: int) -> Iterator[Term]:
    for each in concepts:
        yield Term(each["code"], each["display"], each.get("definition", ""), depth)
        yield from _below(each.get("concept", ()), depth + 1)


def code_systems(package: Opened) -> tuple[Listed, ...]:
    """Our own codes."""
    return tuple(_listed(each, _terms(each)) for each in package.of("CodeSystem"))


def value_sets(package: Opened) -> tuple[Listed, ...]:
    """What may be chosen where, whole code systems expanded."""
    return tuple(_listed(each, tuple(_members(package, each))) for each in package.of("ValueSet"))


def _members(package: Opened, values: Json) -> Iterator[Coded]:
    for include in values["compose"]["include"]:
        system = include["system"]
        codes = [each["code"] for each in include.get("concept", ())]
        for code in codes or [term.code for term in _terms(package.definitions[system])]:
            yield named(package, system, code)


def concept_maps(package: Opened) -> tuple[Listed, ...]:
    """Which code of one system stands for which of another."""
    return tuple(_listed(each, tuple(_mapped(package, each))) for each in package.of("ConceptMap"))


def _mapped(package: Opened, map: Json) -> Iterator[Mapped]:
    for group in map["group"]:
        for row in group["element"]:
            for target in row["target"]:
                yield Mapped(
                    source=named(package, group["source"], row["code"]),
                    relation=target["equivalence"],
                    target=named(package, group.get("target", ""), target.get("code", "")),
                    only_with=tuple(named(package, on["system"], on["value"]) for on in target.get("dependsOn", ())),
                    says=target.get("comment", ""),
                )


def _listed(each: Json, rows: tuple[Term, ...] | tuple[Coded, ...] | tuple[Mapped, ...]) -> Listed:
    return Listed(each["id"], each["url"], each["title"], each["description"], each.get("copyright", ""), rows)


def searches(package: Opened) -> tuple[Search, ...]:
    """What a FHIR server can be asked for."""
    return tuple(
        Search(
            each["id"], each["url"], each["code"], tuple(each["base"]), each["type"], each["description"],
            each["expression"],
        )
        for each in package.of("SearchParameter")
    )  # fmt: skip


def schedules(package: Opened) -> tuple[tuple[Json, tuple[Visit, ...]], ...]:
    """Every PlanDefinition with its visits; the first action is what they are counted from."""
    return tuple((each, tuple(_visit(action) for action in each["action"])) for each in package.of("PlanDefinition"))


def _visit(action: Json) -> Visit:
    activities = [coding["code"] for concept in action.get("code", ()) for coding in concept["coding"]]
    offsets = [
        f"{each['offsetDuration']['value']} {each['offsetDuration']['code']}"
        for each in action.get("relatedAction", ())
    ]
    return Visit(action["id"], action["title"], ", ".join(activities), ", ".join(offsets))
