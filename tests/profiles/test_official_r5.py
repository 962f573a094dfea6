"""The official validator takes all of the R5 edition, and refuses every fault for its reason."""

import pytest

from tests.profiles.faults_r5 import FAULTS
from tests.profiles.official import golden
from tests.profiles.official.r5 import MESSAGES, R5, VERDICTS, subjects

ROWS, WORDS = golden.kept(VERDICTS, MESSAGES)
VERDICT = {row.subject: row.verdict for row in ROWS}

NOT_JUDGED = {"prp-as-product"}
"""The binding of a CodeableReference: this version of the validator does not look at it."""


def test_there_is_a_verdict_on_everything_as_it_is_now_and_on_nothing_else() -> None:
    assert {(row.subject, row.sha256) for row in ROWS} == set(subjects()), "say: make profiles-official"


def test_every_definition_and_every_example_is_taken() -> None:
    taken = [name for name in VERDICT if not name.startswith("fault/")]
    assert len(taken) == len(R5.definitions) + len(R5.examples)
    assert [name for name in taken if VERDICT[name] != "valid"] == []


@pytest.mark.parametrize("fault", [each for each in FAULTS if each.name not in NOT_JUDGED], ids=lambda each: each.name)
def test_a_fault_is_refused_for_its_reason(fault: tuple[str, ...]) -> None:
    name, *_, words = fault
    said = [each.words for each in WORDS if each.subject == f"fault/{name}"]
    assert VERDICT[f"fault/{name}"] == "error"
    assert any(words in each for each in said), said


def test_no_fault_is_excused_for_nothing() -> None:
    assert {name for name in NOT_JUDGED if VERDICT[f"fault/{name}"] == "valid"} == NOT_JUDGED


def test_both_tables_are_of_one_run_and_written_as_they_are_read() -> None:
    assert golden.head(VERDICTS) == golden.head(MESSAGES)
    for path, rows in ((VERDICTS, ROWS), (MESSAGES, WORDS)):
        assert path.read_text(encoding="utf-8") == golden.table(golden.head(path), rows)
