"""The equations against values that other implementations gave; each file's head says by whom, how and when."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

import cds.scores  # noqa: F401  (declares every score)
from cds.scoring import SCORES

FILES = sorted(Path(__file__).parent.glob("*.csv"))


def rows() -> list[Any]:
    found = []
    for path in FILES:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        for number, row in enumerate(csv.DictReader(lines), 1):
            found.append(pytest.param(row, id=f"{path.stem} {number} {row['score']}"))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_head_says_by_whom_how_and_when(path: Path) -> None:
    head = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    for word in ("# By whom: ", "# How: ", "# When: "):
        assert any(line.startswith(word) for line in head)


@pytest.mark.hazard("C-22")
@pytest.mark.parametrize("row", rows())
def test_agrees(row: dict[str, str]) -> None:
    score, given = SCORES[row["score"]], json.loads(row["inputs"])
    absent = {*score.asks, *(name for group in score.either for name in group)}
    computed = score.compute({**dict.fromkeys(absent), **given})
    if row["digits"] == "text":
        assert computed.band == row["expected"]
    elif row["digits"] == "0":
        assert computed.value == int(row["expected"])
    else:
        assert computed.unrounded == pytest.approx(float(row["expected"]), abs=0.50001 * 10 ** -int(row["digits"]))
