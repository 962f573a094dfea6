"""A phrase book: what it finds, and what it leaves alone."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooks.languages import names
from hooks.languages.phrases import Phrasebook

BOOK = Phrasebook(
    {
        " and ": " y ",
        "bilirubin": "bilirrubina",
        "creatinine": "creatinina",
        "no usable result for {}": "sin resultado utilizable de {0}",
        "{}: used {#} (reported {#})": "{0}: usado {1} (informado {2})",
        "{#} to {#}": "{0} a {1}",
        "record current results": "registre resultados actuales",
        "protocol at this site: {}. Responsible: {}.": "protocolo de este centro: {0!}. Responsable: {1!}.",
        "due on {#}": "vence el {0}",
        "all {#} of {#}": "de {1}, {0}",
        " and …i": " e ",
        "INR": "INR",
        "pregnancy or lactation": "embarazo o lactancia",
        " or ": " o ",
        "{} is charted": "hay registrado: {0}",
        "stage {}: {}": "estadio {0}: {1}",
        "{#} is {#}": "{0} es {1}",
        "{} is not computed": "{0} no está calculado",
        "{} {#}": "{0} {1}",
        "read from its printed form; no code came with it": "se leyó de su forma impresa; sin código",
    },
    names(),
)


@pytest.mark.parametrize(
    ("said", "other"),
    [
        ("bilirubin", "bilirrubina"),
        ("Bilirubin.", "Bilirrubina."),
        ("No usable result for bilirubin and creatinine.", "Sin resultado utilizable de bilirrubina y creatinina."),
        ("bilirubin: used 1 (reported 0.8)", "bilirrubina: usado 1 (informado 0.8)"),
        ("MELD 3.0 (OPTN 2023)", "MELD 3.0 (OPTN 2023)"),
        ("**18 to 21**", "**18 a 21**"),
        ("no usable result for bilirubin; due on 2026-11-22",
         "sin resultado utilizable de bilirrubina; vence el 2026-11-22"),
        ("No usable result for bilirubin. Record current results.",
         "Sin resultado utilizable de bilirrubina. Registre resultados actuales."),
        ("Protocol at this site: bilirubin 7. Responsible: Dr A.",
         "Protocolo de este centro: bilirubin 7. Responsable: Dr A."),
        ("all 3 of 5", "de 5, 3"),
        ("Due on 1; Read from its printed form; no code came with it; Bilirubin",
         "Vence el 1; Se leyó de su forma impresa; sin código; Bilirrubina"),
        ("bilirubin and INR", "bilirrubina e INR"),
        ("bilirubin, pregnancy or lactation or INR", "bilirrubina, embarazo o lactancia o INR"),
        ("bilirubin or pregnancy or lactation", "bilirrubina o embarazo o lactancia"),
        ("Stage F4: bilirubin is charted.", "Estadio F4: hay registrado: bilirrubina."),
        ("MELD (UNOS 2002) is not computed.", "MELD (UNOS 2002) no está calculado."),
        ("bilirubin and creatinine 3", "bilirrubina y creatinina 3"),
        ("", ""),
    ],
)  # fmt: skip
def test_what_the_book_holds_is_translated(said, other):
    assert BOOK.translated(said) == other


@pytest.mark.parametrize(
    "said", ["sodium", "no usable result for sodium", "bilirubin and sodium", " bilirubin", "due on"]
)
def test_a_sentence_is_translated_whole_or_not_at_all(said):
    assert BOOK.translated(said) is None


def test_a_translation_that_would_change_a_number_is_not_used():
    wrong = Phrasebook({"older than {#} days": "de más de {0} días (7)"}, names())
    assert wrong.translated("older than 90 days") is None


@pytest.mark.parametrize(
    "phrase", [{"{}: {}": "{0}: {1}"}, {"about {}": "sobre"}, {"about {}": "sobre {1}"}, {"due {#}": "{0} {1}"}]
)
def test_a_phrase_that_cannot_be_right_is_refused(phrase):
    with pytest.raises(ValueError, match=r"places|words"):
        Phrasebook(phrase, names())


@pytest.mark.parametrize(
    "part", ["{0!} {1} ", "⟨0⟩a⟨/0⟩ ", "bilirubin; ", "stage F4: ", "x is not computed and ", "due on ", "1 is 1, "]
)
def test_a_text_that_is_like_ours_and_is_none_takes_no_time(part):
    began = time.process_time()
    BOOK.translated(f"{part * (1000 // len(part))}x")
    BOOK.translated("protocol at this site: " + part * 100 + ". Responsible: A.")
    assert time.process_time() - began < 3


def test_a_text_that_is_nested_too_deep_is_left_alone():
    assert BOOK.translated("stage F4: " * 300 + "x") is None


@given(st.text(alphabet="ab,;:. *()and0123456789", max_size=200))
def test_any_text_is_answered(text):
    found = BOOK.translated(text)
    assert found is None or isinstance(found, str)
