"""A phrase book: what it finds, and what it leaves alone."""

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


@given(st.text(alphabet="ab,;:. *()and0123456789", max_size=200))
def test_any_text_is_answered(text):
    found = BOOK.translated(text)
    assert found is None or isinstance(found, str)
