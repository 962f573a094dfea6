"""A translation says what the English says: numbers in their places, and no negation lost or won."""

import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.languages.test_spanish import all_said, book

NUMBERS = re.compile(r"\d+(?:[.,:/-]\d+)*")
CLAUSES = re.compile(r"(?<=[.!?]) |; ")
ENGLISH = re.compile(
    r"\b(?:no|not|non|without|never|neither|nor|none|cannot|nobody|nothing|unknown"
    r"|undated|unconfirmed|unrounded|uncapped)\b",
    re.IGNORECASE,
)
SPANISH = re.compile(
    r"\b(?:no|ni|sin|nunca|ningun[oa]?|ningún|nadie|nada|tampoco|desconocid[oa]s?|desconocen?)\b", re.IGNORECASE
)
CITED = re.compile(r"⟨\d+⟩ \((?:text seen|numbers reproduced|cited)|WARRANTY")
SAID_OTHERWISE = {
    "unapproved": "no aprobados",
    "non-response": "la falta de respuesta",
    "unusable": "no es utilizable",
    "1 none": "1 ausente",
    "stands unchanged": "se incluye sin cambios",
    "not at target": "fuera de objetivo",
    "all within 24 hours of each other": "todos con no más de 24 horas entre sí",
    "assessed within ": "evaluada hace no más de ",
    "no longer matches": "deja de cumplir",
    "not met only when": "solo deja de cumplirse cuando",
    "other than skin or liver": "que no sea de piel ni de hígado",
    "to keep out of": "en las que no debe usarse",
    "else 6 months": "si no 6 meses",
    "a pure number": "un número sin unidad",
}
"""English and Spanish of which only one is put as a negation."""


@cache
def corpus() -> tuple[tuple[str, str], ...]:
    """Everything that is said, with its translation; the titles of publications, which stay, are left out."""
    pairs = ((text, book().translated(text)) for text in dict.fromkeys(all_said()) if text)
    return tuple((text, other) for text, other in pairs if other is not None and not CITED.search(text))


def clauses(text: str, other: str) -> Iterator[tuple[str, str]]:
    """The parts of both, side by side; the whole where one of them has more parts."""
    ours, theirs = CLAUSES.split(text), CLAUSES.split(other)
    yield from zip(ours, theirs, strict=True) if len(ours) == len(theirs) else [(text, other)]


def unlike(text: str, other: str) -> list[tuple[str, str]]:
    """The clauses of which one denies something and the other does not."""
    found = []
    for ours, theirs in clauses(text, other):
        excused = any(said in ours.lower() and put in theirs.lower() for said, put in SAID_OTHERWISE.items())
        if not excused and bool(ENGLISH.search(ours)) != bool(SPANISH.search(theirs)):
            found.append((ours, theirs))
    return found


def test_there_is_enough_to_compare() -> None:
    assert len(corpus()) > 1000


def test_numbers_stand_in_the_same_order() -> None:
    assert [pair for pair in corpus() if NUMBERS.findall(pair[0]) != NUMBERS.findall(pair[1])] == []


def test_no_negation_is_lost_or_won() -> None:
    assert [found for pair in corpus() for found in unlike(*pair)] == []


def test_every_exception_is_needed() -> None:
    whole = "\n".join(f"{text}\n{other}".lower() for text, other in corpus())
    assert [said for said, put in SAID_OTHERWISE.items() if said not in whole or put not in whole] == []


@pytest.mark.parametrize(
    ("said", "other"),
    [
        ("Stage F4: cirrhosis is charted.", "Estadio F4: hay cirrosis registrada."),
        ("ACLF grade (EASL-CLIF) is not computed.", "ACLF grade (EASL-CLIF) no está calculado."),
        ("cancer of the liver and ACLF grade 3", "cáncer de hígado y ACLF grado 3"),
        ("no usable result for bilirubin and INR", "sin resultado utilizable de bilirrubina e INR"),
        ("Due", "Fecha prevista"),
        ("due", "pendiente"),
        ("MELD (UNOS 2002) is not applicable.", "MELD (UNOS 2002) no es aplicable."),
    ],
)
def test_a_pattern_takes_the_right_part(said: str, other: str) -> None:
    assert book().translated(said) == other
