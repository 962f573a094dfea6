"""What the code of an Observation can mean: one look-up for each coding."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from cds.analyte import LOINC, Code, Lab
from cds.codes import ANSWERS, CONCEPTS
from cds.concept import SYSTEMS, Asked
from cds.fhir.shapes import Resource, codings, part
from cds.labs import LABS, PANELS


@dataclass(frozen=True, slots=True)
class Meaning:
    """An analyte with the code that names it, coded answers, an imaging study, a panel, or a decoy.

    `explains`: the analytes whose absence the decoy explains to a clinician. `plain`: one analyte and nothing else.
    """

    lab: Lab | None = None
    code: Code | None = None
    asked: tuple[Asked, ...] = ()
    concept: str = ""
    panel: bool = False
    decoy_of: tuple[Lab, ...] = ()
    explains: tuple[Lab, ...] = ()
    plain: bool = field(init=False)

    def __post_init__(self) -> None:
        more = self.asked or self.concept or self.panel or self.decoy_of
        object.__setattr__(self, "plain", self.lab is not None and self.code is not None and not more)


def _meanings() -> dict[tuple[str, str], Meaning]:
    found: dict[tuple[str, str], Meaning] = {}

    def add(key: tuple[str, str], **what: object) -> None:
        found[key] = replace(found.get(key, Meaning()), **what)  # type: ignore[arg-type]

    for lab in LABS.values():
        for code in lab.codes:
            add((code.system, code.code), lab=lab, code=code)
        for decoy in lab.decoys:
            add((LOINC, decoy), decoy_of=(lab,), explains=(lab,) if decoy in lab.hint else ())
    for asked in ANSWERS.values():
        for key in asked.codes:
            add(key, asked=(*found.get(key, Meaning()).asked, asked))
    for panel in PANELS:
        for system, _ in [key for key in found if key[1] == panel] or [(LOINC, panel)]:
            add((system, panel), panel=True)
    for concept in CONCEPTS.values():
        for loinc in concept.loinc.split():
            add((LOINC, loinc), concept=concept.name)
    for other in [system for system, family in SYSTEMS.items() if family == "loinc" and system != LOINC]:
        found.update({(other, code): meaning for (system, code), meaning in found.items() if system == LOINC})
    return found


MEANINGS = _meanings()
"""(system, code) -> what it means. What is not in it is not read."""


def meaning_of(resource: Resource) -> Meaning | None:
    """What an Observation or a component is about; None if it is nothing that is read.

    Several codings of one analyte are one; codings of different analytes, or of a decoy beside an analyte, come
    back with `decoy_of` set: the codes contradict each other.
    """
    found: Meaning | None = None
    try:
        for coding in resource["code"]["coding"]:
            meaning = MEANINGS.get((coding["system"], coding["code"]))
            if meaning is not None:
                found = meaning if found is None else _together(found, meaning)
    except (KeyError, TypeError, AttributeError):
        return _patiently(MEANINGS.get(each) for each in codings(part(resource, "code")))
    return found


def _patiently(meanings: Iterable[Meaning | None]) -> Meaning | None:
    found: Meaning | None = None
    for meaning in meanings:
        if meaning is not None:
            found = meaning if found is None else _together(found, meaning)
    return found


def _together(one: Meaning, other: Meaning) -> Meaning:
    if one is other:
        return one
    labs = {each.name: each for each in (one.lab, other.lab, *one.decoy_of, *other.decoy_of) if each}
    decoys = one.decoy_of + other.decoy_of
    if one.lab and other.lab and one.lab is other.lab and one.code and other.code and not decoys:
        code = min(one.code, other.code, key=lambda each: each.rank)
        code = code if one.code.property == other.code.property else replace(code, property="")
        return replace(one, code=code, asked=one.asked + other.asked, panel=one.panel or other.panel)
    if len(labs) > 1 or decoys:
        return replace(one, lab=one.lab or other.lab, code=one.code or other.code, decoy_of=tuple(labs.values()))
    return Meaning(
        one.lab or other.lab, one.code or other.code, one.asked + other.asked, one.concept or other.concept,
        one.panel or other.panel,
    )  # fmt: skip
