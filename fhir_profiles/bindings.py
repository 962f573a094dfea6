"""Codes by the value set that an element requires."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fhir_profiles import library
from fhir_profiles.elements import Element, Kind
from fhir_profiles.expansion import Codes
from fhir_profiles.run import Run
from fhir_profiles.values import quoted

Words = Mapping[tuple[str, str], str]
"""(code system, code) -> the words for it."""

FEW = 15
"""So many allowed codes are listed to who used another one."""


def judge_binding(run: Run, value: Any, element: Element, kind: Kind | None, path: str) -> None:
    """A code, Coding, CodeableConcept or Quantity by the required value set of its element, if there is one."""
    if not element.value_set or kind is None:
        return
    name = element.value_set.rpartition("/")[2]
    allowed = library.codes(element.value_set)
    if allowed is None:
        if run.first_time(name, judge_binding):
            words = f"The codes of {name} are not at hand; what should be one of them was not looked at."
            run.add(path, "binding", words, "not-supported", "information")
        return
    given = list(_given(value))
    if any(_is_in(system, code, allowed) for system, code in given):
        return
    said = f"{', '.join(quoted(code) for _, code in given[:3])} is not in the value set {name}"
    if not given:
        said = f"{element.name} needs a code of the value set {name}"
    run.add(path, "binding", f"{said}{_choice(given, allowed, library.displays(element.value_set))}.", "code-invalid")


def judge_coding(run: Run, value: Any, path: str) -> None:
    """A Coding by its code system, where that is one of ours."""
    system, code = value.get("system"), value.get("code")
    if isinstance(system, str) and isinstance(code, str) and system.startswith(library.canonical()):
        held = library.our_codes(system)
        if held is not None and code not in held:
            words = f"{quoted(code)} is no code of {system.rpartition('/')[2]}."
            run.add(path, "code-system", words, "code-invalid")


def _given(value: Any) -> Iterator[tuple[str | None, str]]:
    """(system, code) of what is coded. The system of a plain code is None: it is that of the value set."""
    if isinstance(value, str):
        yield None, value
    elif isinstance(value, dict) and "coding" in value:
        for each in value["coding"] if isinstance(value["coding"], list) else ():
            yield from _given(each)
    elif isinstance(value, dict) and isinstance(value.get("code"), str):
        system = value.get("system")
        yield system if isinstance(system, str) else "", value["code"]


def _is_in(system: str | None, code: str, allowed: Codes) -> bool:
    if system is None:
        return any(code in codes for codes in allowed.values())
    return code in allowed.get(system, ())


def _choice(given: list[tuple[str | None, str]], allowed: Codes, words: Words) -> str:
    for system, code in given:
        right = next((each for each, codes in allowed.items() if code in codes), None)
        if system is not None and right:
            return f": its system must be {right}"
    count = sum(map(len, allowed.values()))
    if count > FEW:
        return ""
    listed = "; ".join(
        ", ".join(_shown(code, words.get((system, code), "")) for code in codes)
        + (f" of {system}" if any(each is not None for each, _ in given) or not given else "")
        for system, codes in allowed.items()
    )
    return f"; allowed: {listed}"


def _shown(code: str, display: str) -> str:
    """A code, with its words where they say something else."""
    same = re.sub(r"\W", "", display).lower() == re.sub(r"\W", "", code).lower()
    return code if not display or same else f"{code} ({display})"
