"""The words of a description: codes and displays of the value sets in the built package, and what its maps say."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from cds.analyte import OWN
from fhir_profiles.opened import Json, opened

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Term:
    """One code of a code system, with the display that the package gives it."""

    system: str
    code: str
    display: str

    @property
    def coding(self) -> Resource:
        """It as a Coding."""
        return {"system": self.system, "code": self.code, "display": self.display}

    @property
    def concept(self) -> Resource:
        """It as a CodeableConcept."""
        return {"coding": [self.coding]}


@cache
def definition(name: str) -> Json:
    """A conformance resource of the package by its name, such as "ValueSet/msc-route". KeyError if there is none."""
    return _definitions()[name]


def canonical(name: str) -> str:
    """The address of a conformance resource."""
    return str(definition(name)["url"])


@cache
def terms(value_set: str) -> Mapping[str, Term]:
    """The words of a value set: for codes of our own the code, for those of others the display, and the code as well.

    A display is written in small letters with hyphens: "hepatic-artery".
    """
    found: dict[str, Term] = {}
    for part in definition(f"ValueSet/{value_set}")["compose"]["include"]:
        system = part["system"]
        for concept in part.get("concept") or _own(system).values():
            display = concept.get("display") or _own(system)[concept["code"]]["display"]
            term = Term(system, concept["code"], display)
            if not system.startswith(OWN):
                found[_word(display)] = term
            found[term.code] = term
    return found


def words(value_set: str) -> tuple[str, ...]:
    """Those of its words that a person would write: no numbers of other systems."""
    return tuple(word for word, term in terms(value_set).items() if term.system.startswith(OWN) or word != term.code)


@cache
def codes(system: str) -> Mapping[str, Term]:
    """Every code of one of our own code systems."""
    address = OWN + system
    return {code: Term(address, code, concept["display"]) for code, concept in _own(address).items()}


@cache
def routes() -> Mapping[str, tuple[Term, Term | None]]:
    """The words for a route: those of its value set, and labels of ways to the liver, which may imply the site."""
    return {**{word: (term, None) for word, term in terms("msc-route").items()}, **pathways()}


def route_words() -> tuple[str, ...]:
    """Those of them that a person would write."""
    return (*pathways(), *words("msc-route"))


@cache
def pathways() -> Mapping[str, tuple[Term, Term | None]]:
    """Label of a way to the liver -> the route and, where it takes one to tell, the site; the first that is named."""
    routes, sites = terms("msc-route"), terms("msc-site")
    found: dict[str, tuple[Term, Term | None]] = {}
    for group in definition("ConceptMap/route-to-pathway")["group"]:
        for element in group["element"]:
            for target in element["target"]:
                if target["equivalence"] == "equivalent":
                    at = target.get("dependsOn")
                    pathway = routes[element["code"]], sites[at[0]["value"]] if at else None
                    found.setdefault(target["code"], pathway)
    return found


@cache
def grades() -> Mapping[int, Term]:
    """Number of a CTCAE grade -> its code."""
    by_word = ((re.match(r"grade-(\d)-", word), term) for word, term in terms("ctcae-grade").items())
    return {int(match[1]): term for match, term in by_word if match}


@cache
def severities() -> Mapping[str, Resource]:
    """Code of a CTCAE grade -> the severity that R4 has for it, as a Coding."""
    return {
        element["code"]: {"system": group["target"], "code": element["target"][0]["code"]}
        for group in definition("ConceptMap/ctcae-grade-to-severity")["group"]
        for element in group["element"]
    }


@cache
def activities() -> Mapping[str, Resource]:
    """Id of a visit -> what is done at it, as the plan definition has it."""
    protocol = definition("PlanDefinition/msc-follow-up-protocol")
    return {action["id"]: action["code"][0] for action in protocol["action"] if "code" in action}


@cache
def _definitions() -> Mapping[str, Json]:
    return {f"{each['resourceType']}/{each['id']}": each for each in opened().definitions.values()}


@cache
def _own(system: str) -> Mapping[str, Resource]:
    return {
        concept["code"]: concept for concept in _flat(definition(f"CodeSystem/{system.removeprefix(OWN)}")["concept"])
    }


def _flat(concepts: list[Resource]) -> Iterator[Resource]:
    for concept in concepts:
        yield concept
        yield from _flat(concept.get("concept", []))


def _word(display: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", display.lower()).strip("-")
