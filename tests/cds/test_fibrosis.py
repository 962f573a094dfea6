"""The fibrosis ladder, rung by rung, and when stiffness may be used."""

import math
from typing import Any

import pytest

from cds.fibrosis import BY_AGILE, BY_BIOPSY, BY_CODE, BY_FIB_4, BY_NOTHING, BY_STIFFNESS, agile_3_plus
from tests.cds.clinic import World, answered, charted, fact, lab, labs, result, scored

Said = tuple[dict[str, Any], ...]
HIGH_AGILE = labs(platelets=100, alt=40, ast=80)
LOW_AGILE = labs(platelets=400, alt=80, ast=20)

LADDER: list[tuple[Said, int, int, int]] = [
    ((answered("fibrosis_stage", 0), charted("cirrhosis")), 0, 0, BY_BIOPSY),
    ((answered("fibrosis_stage", 2), charted("advanced_fibrosis"), labs(lsm=30)), 2, 2, BY_BIOPSY),
    ((answered("fibrosis_stage", 2, 731), charted("advanced_fibrosis"), labs(lsm=5)), 3, 3, BY_CODE),
    ((charted("cirrhosis"), labs(lsm=5)), 4, 4, BY_CODE),
    ((charted("early_fibrosis"), labs(lsm=30)), 1, 2, BY_CODE),
    ((charted("cirrhosis", status="provisional"), labs(lsm=5)), 0, 2, BY_STIFFNESS),
    ((charted("hepatic_fibrosis"), labs(lsm=7.9)), 0, 2, BY_STIFFNESS),
    ((labs(lsm=8),), 0, 4, BY_NOTHING),
    ((labs(lsm=11.9),), 0, 4, BY_NOTHING),
    ((labs(lsm=12),), 3, 4, BY_STIFFNESS),
    ((labs(lsm=15),), 4, 4, BY_STIFFNESS),
    ((labs(lsm=">75"),), 4, 4, BY_STIFFNESS),
    ((labs(lsm="<4"),), 0, 2, BY_STIFFNESS),
    ((labs(lsm="<20"),), 0, 4, BY_NOTHING),
    ((labs(lsm=10), HIGH_AGILE), 3, 4, BY_AGILE),
    ((labs(lsm=10), LOW_AGILE), 0, 2, BY_AGILE),
    ((labs(lsm=10), HIGH_AGILE, fact("diabetic")), 0, 4, BY_NOTHING),
    ((labs(lsm=12.5), LOW_AGILE), 0, 4, BY_NOTHING),
    ((labs(lsm=7.9), labs(platelets=30, alt=20, ast=100), fact("age", 80), fact("diabetic", True)), 0, 4, BY_NOTHING),
    ((labs(lsm=20), fact("ascites", 2)), 0, 4, BY_NOTHING),
    ((labs(lsm=20), charted("heart_failure")), 0, 4, BY_NOTHING),
    ((labs(lsm=20), labs(limit=40, alt=200)), 4, 4, BY_STIFFNESS),
    ((labs(lsm=20), labs(limit=40, alt=201)), 0, 4, BY_NOTHING),
    ((labs(lsm=20), labs(ast=201)), 0, 4, BY_NOTHING),
    ((labs(days=365.01, lsm=20),), 0, 4, BY_NOTHING),
    ((labs(lsm=9), scored("fib_4", 0.5)), 0, 4, BY_NOTHING),
    ((scored("fib_4", 1.29),), 0, 2, BY_FIB_4),
    ((scored("fib_4", 1.3),), 0, 4, BY_NOTHING),
    ((scored("fib_4", 1.2, 1.4),), 0, 4, BY_NOTHING),
    ((scored("fib_4", 1.99), fact("age", 65)), 0, 2, BY_FIB_4),
    ((scored("fib_4", 1.99), fact("age", 64, 65)), 0, 4, BY_NOTHING),
    ((scored("fib_4", 0.5), fact("age", 34)), 0, 4, BY_NOTHING),
    ((scored("fib_4", 5),), 0, 4, BY_NOTHING),
    ((), 0, 4, BY_NOTHING),
]


@pytest.mark.parametrize(("said", "low", "high", "rung"), LADDER)
def test_the_first_rung_with_usable_evidence_decides(said: Said, low: int, high: int, rung: int) -> None:
    stage = World(*said).conclusion("ladder")
    assert (stage.low, stage.high, stage.rung) == (low, high, rung), stage.because


def test_tests_that_disagree_ask_for_a_biopsy_where_indicated() -> None:
    stage = World(labs(lsm=12.5), LOW_AGILE).conclusion("ladder")
    assert stage.disagree
    assert "biopsy where indicated" in stage.because


def test_non_invasive_evidence_says_that_the_trial_asked_for_a_biopsy() -> None:
    assert "required biopsy" in World(labs(lsm=13)).criterion("fibrosis-f3-f4").because


def test_a_high_fib_4_is_a_reason_for_elastography_and_never_a_stage() -> None:
    assert "elastography" not in World(scored("fib_4", 2.67)).criterion("fibrosis-f3-f4").because
    assert "elastography" in World(scored("fib_4", 2.68)).criterion("fibrosis-f3-f4").because


NAMES = ("stiffness", "platelets", "alt", "ast", "diabetic", "female", "age")
REFERENCE = (labs(lsm=6, platelets=250, alt=45, ast=30), fact("female", True), fact("age", 45))


def agile(*said: dict[str, Any]) -> float:
    found = agile_3_plus(*map(World(*REFERENCE, *said), NAMES))
    assert len(found) == 1
    return found[0]


def test_agile_3_plus_agrees_with_another_implementation() -> None:
    assert agile() == pytest.approx(0.101, abs=0.0006)  # reproduced from sophiewell.com


@pytest.mark.parametrize(
    ("said", "log_odds"),
    [
        (fact("diabetic", True), 1.08636),
        (fact("female", False), -0.38581),
        (fact("age", 55), 0.3018),
        (labs(platelets=150), 0.902),
        (labs(alt=30), 0.98633 * 0.5),
        (labs(ast=45), 0.98633 * 0.5),
        (labs(lsm=12), 2.29714 * math.log(2)),
    ],
)
def test_each_term_of_agile_3_plus_moves_the_odds_as_published(said: dict[str, Any], log_odds: float) -> None:
    before, after = agile(), agile(said)
    assert math.log(after / (1 - after)) - math.log(before / (1 - before)) == pytest.approx(log_odds, abs=1e-9)


def test_agile_is_bounded_by_what_is_open_and_refused_with_what_is_missing_or_old() -> None:
    world = World(labs(lsm=10, platelets=200, alt=40, ast=40), fact("diabetic", False, True))
    assert len(agile_3_plus(*map(world, NAMES))) == 2
    for gone in ("platelets", "alt", "ast"):
        without = World(labs(lsm=10, platelets=200, alt=40, ast=40), lab(gone, result(gone, 40, 183.01)))
        assert agile_3_plus(*map(without, NAMES)) == ()
    censored = World(labs(lsm=10, platelets="<200", alt=40, ast=40))
    assert agile_3_plus(*map(censored, NAMES)) == ()
