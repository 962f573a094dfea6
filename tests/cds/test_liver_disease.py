"""Evidence of liver disease, decompensation, and the prompt for transplant evaluation."""

from typing import Any

import pytest

from cds.liver_disease import EVIDENCE
from cds.views import Records
from cds.words import RESTRICTED
from tests.cds.clinic import World, charted, fact, given, labs, scored, unread_kind

Said = tuple[dict[str, Any], ...]
CONDITIONS = unread_kind("conditions")


@pytest.mark.hazard("C-23")
@pytest.mark.parametrize("concept", EVIDENCE)
def test_each_of_these_problems_is_evidence_of_liver_disease(concept: str) -> None:
    verdict = World(charted(concept)).conclusion("liver_disease")
    assert verdict.answer == "yes"
    assert verdict.evidence == (f"Condition/{concept}",)


@pytest.mark.hazard("C-23")
@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ((), "no"),
        ((charted("charted_ascites"),), "no"),
        ((charted("sepsis"), charted("diabetes"), charted("other_cancer")), "no"),
        ((labs(bilirubin=9, inr=3, alt=900, albumin=2),), "no"),
        ((charted("masld", status="past"),), "no"),
        ((charted("masld", status="provisional"),), "unknown"),
        ((CONDITIONS,), "unknown"),
        ((labs(lsm=8),), "yes"),
        ((labs(lsm=7.9),), "no"),
        ((labs(lsm=">8"), CONDITIONS), "yes"),
        (({"administrations": Records((given(10),))},), "yes"),
        (({"administrations": Records((), read=False)},), "no"),
    ],
)
def test_evidence_of_liver_disease(said: Said, answer: str) -> None:
    assert World(*said).conclusion("liver_disease").answer == answer


@pytest.mark.hazard("C-30")
def test_an_open_problem_is_named_before_a_restricted_one() -> None:
    restricted = charted("cirrhosis", restricted=True)
    assert World(restricted).conclusion("liver_disease").because == RESTRICTED
    assert World(restricted, charted("varices")).conclusion("liver_disease").because.startswith("Charted: varices")


MELD_15 = {**scored("meld", 12), **scored("meld_na", 14), **scored("meld_3_0", 15)}
BELOW = {**scored("meld", 14), **scored("meld_na", 14), **scored("meld_3_0", 14)}
CIRRHOSIS = charted("cirrhosis")

PROMPTS: list[tuple[Said, bool]] = [
    ((CIRRHOSIS, MELD_15), True),
    ((CIRRHOSIS, BELOW), False),
    ((CIRRHOSIS,), False),
    ((CIRRHOSIS, scored("meld_3_0", 12, 15)), True),
    ((CIRRHOSIS, scored("meld_xi", 30)), False),
    ((CIRRHOSIS, BELOW, charted("charted_ascites")), True),
    ((CIRRHOSIS, BELOW, charted("decompensated_cirrhosis")), True),
    ((CIRRHOSIS, BELOW, charted("bleeding_varices")), True),
    ((CIRRHOSIS, BELOW, charted("bacterial_peritonitis")), True),
    ((CIRRHOSIS, BELOW, charted("hrs")), True),
    ((CIRRHOSIS, BELOW, charted("hepatic_encephalopathy")), True),
    ((CIRRHOSIS, BELOW, fact("ascites", 2, 3)), True),
    ((CIRRHOSIS, BELOW, fact("ascites", 1, 2)), False),
    ((CIRRHOSIS, BELOW, fact("encephalopathy", 1)), True),
    ((CIRRHOSIS, BELOW, charted("charted_ascites", status="provisional")), False),
    ((CIRRHOSIS, MELD_15, charted("liver_transplant_status")), False),
    ((CIRRHOSIS, MELD_15, charted("liver_transplantation")), False),
    ((MELD_15,), False),
    ((MELD_15, CONDITIONS), True),
]


@pytest.mark.hazard("M-3")
@pytest.mark.parametrize(("said", "shown"), PROMPTS)
def test_when_transplant_evaluation_is_to_be_thought_of(said: Said, shown: bool) -> None:
    prompt = World(*said).conclusion("transplant_prompt")
    assert bool(prompt) is shown, prompt.text


@pytest.mark.hazard("M-3", "C-24")
def test_the_words_of_the_prompt() -> None:
    plain = World(CIRRHOSIS, MELD_15).conclusion("transplant_prompt")
    assert "MELD 3.0 (OPTN 2023) 15" in plain.text
    assert "MELD (UNOS 2002)" not in plain.text
    assert (plain.may_be, plain.weekly_labs, plain.waiting) == (False, False, False)
    perhaps = World(CIRRHOSIS, scored("meld_3_0", 14, 20)).conclusion("transplant_prompt")
    assert perhaps.may_be
    assert "may be ≥ 15" in perhaps.text
    decided = World(CIRRHOSIS, scored("meld_3_0", 14, 20), charted("hrs")).conclusion("transplant_prompt")
    assert not decided.may_be
    whole = World(CIRRHOSIS, scored("meld_3_0", 15, 20)).conclusion("transplant_prompt")
    assert "may be" not in whole.text


@pytest.mark.hazard("C-28")
@pytest.mark.parametrize(
    ("low", "high", "weekly", "hedged"), [(24, 24, False, False), (25, 25, True, False), (20, 25, True, True)]
)
def test_from_25_on_it_speaks_of_weekly_labs_and_the_centre(low: int, high: int, weekly: bool, hedged: bool) -> None:
    prompt = World(CIRRHOSIS, scored("meld", low, high)).conclusion("transplant_prompt")
    assert prompt.weekly_labs is weekly
    assert ("weekly labs, urgent transplant-centre contact" in prompt.text) is weekly
    assert ("may be ≥ 25" in prompt.text) is hedged


def test_on_the_waiting_list_the_centre_is_kept_informed() -> None:
    prompt = World(CIRRHOSIS, MELD_15, charted("transplant_waiting")).conclusion("transplant_prompt")
    assert prompt.waiting
    assert "keep the transplant centre informed" in prompt.text
    assert not World(CIRRHOSIS, BELOW, charted("transplant_waiting")).conclusion("transplant_prompt")


def test_cirrhosis_charted_as_resolved_is_asked_about_and_never_silence() -> None:
    from tests.charts import Chart

    told = Chart().condition("K74.60", clinical="resolved").reference()
    assert told.assess().liver_disease == "unknown"
    assert told.cards()
