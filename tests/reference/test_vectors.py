"""The equations against values of other implementations and published tables; skipped where the file is absent."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

import cds.scores  # noqa: F401  (declares every score)
from cds.organs import organs
from cds.scoring import SCORES
from cds.survival import SURVIVAL

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "scores.csv"
IDS = {
    "MELD": "meld", "MELD-Na": "meld-na", "MELD3.0": "meld-3.0", "MELD-XI": "meld-xi", "Child-Pugh": "child-pugh",
    "ALBI": "albi", "FIB-4": "fib-4", "NFS": "nfs", "APRI": "apri", "FLI": "fli", "HSI": "hsi", "Maddrey-DF": "maddrey",
    "GAHS": "gahs", "Lille": "lille", "CLIF-OF+ACLF": "clif-of", "CLIF-C-ACLF": "clif-c-aclf", "CLIF-C-AD": "clif-c-ad",
}  # fmt: skip
ELSEWHERE = {
    "UKELD", "PELD", "BARD", "FAST", "R-factor", "BavenoVII", "AARC-ACLF", "Agile3+", "UNIT",
}  # fmt: skip
"""Scores that are not shipped; Agile 3+ and the unit guards have tests of their own beside their module."""

NAMES = {
    "bilirubin_mgdl": "bilirubin", "creatinine_mgdl": "creatinine", "albumin_gdl": "albumin",
    "platelets_e9L": "platelets", "ifg_or_dm": "glucose_intolerance", "tg_mgdl": "triglycerides",
    "waist_cm": "waist", "control_s": "pt_control", "pt_s": "pt", "urea_mmol": "urea_or_bun", "wbc_e9L": "wbc",
    "ast_uln": "ast_upper_limit", "bilirubin_umol": "bilirubin", "albumin_gl": "albumin",
    "bili0_umol": "bilirubin_day_0", "bili7_umol": "bilirubin_day_7", "ascites_points": "ascites",
    "bili": "bilirubin", "creat": "creatinine", "he": "encephalopathy_24h", "map_": "map", "pf": "pf_ratio",
    "sf": "sf_ratio", "vaso": "vasopressors", "diabetes": "diabetic",
}  # fmt: skip
GRADE_OF_POINTS = {1: 0, 2: 1, 3: 3}


def rows() -> list[dict[str, str]]:
    if not VECTORS.exists():
        return []
    with VECTORS.open(encoding="utf-8") as lines:
        return [row for row in csv.DictReader(lines) if row["score"] not in ELSEWHERE]


def values(score: str, given: dict[str, Any]) -> dict[str, Any]:
    found = {NAMES.get(name, name): value for name, value in given.items()}
    if score == "Child-Pugh":
        found = {"cholestatic": False, "pt_prolongation": None, **found}
        found["encephalopathy"] = GRADE_OF_POINTS[found.pop("encephalopathy_points")]
    if score == "MELD3.0":
        found["adolescent"] = 12 <= found["age"] < 18
    if score == "GAHS":
        found["inr"] = None
    if score == "Lille":
        found["creatinine"] = 2.0 if found.pop("renal_insuff") else 1.0
    if score == "CLIF-OF+ACLF":
        found = {"pf_ratio": None, "pf_calculated": None, "sf_ratio": None, "ventilation": False, **found}
    if found.pop("dialysis", False):
        found.update(SCORES[IDS[score]].dialysis)
    return {"transaminase_ratio": None, "age": 50, **found}


@pytest.mark.skipif(not VECTORS.exists(), reason="the reference values are not here")
@pytest.mark.hazard("C-22")
@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['score']}-{row['variant']}-{row['inputs'][:60]}")
def test_reference_value(row: dict[str, str]) -> None:
    given, expected, tolerance = json.loads(row["inputs"]), row["expected"], float(row["tolerance"])
    score, variant = row["score"], row["variant"]
    if score in SURVIVAL:
        horizon = variant if score.endswith("%") else ""
        assert SURVIVAL[score](*given.values(), *([horizon] if horizon else [])) == pytest.approx(
            float(expected), abs=tolerance
        )
        return
    if (
        "DO-NOT-SHIP" in variant
        or variant.startswith("Kim2008")
        or expected.startswith(("REFUSE", "REJECT", "RANGE", "NOT"))
    ):
        pytest.skip("not an equation of ours: refusals and ranges are tested on whole charts")
    declared = SCORES[IDS[score]]
    computed = declared.compute(si(values(score, given), given, score))
    if variant.startswith("raw"):
        assert computed.unrounded == pytest.approx(float(expected), abs=tolerance)
    elif score == "CLIF-OF+ACLF":
        check_organs(values(score, given), json.loads(expected))
    elif score == "Child-Pugh":
        assert f"{computed.value} {computed.band}" == expected
    elif tolerance == 0:
        assert float(computed.value) == float(expected)
    else:
        assert computed.unrounded == pytest.approx(float(expected), abs=tolerance)


def si(found: dict[str, Any], given: dict[str, Any], score: str) -> dict[str, Any]:
    """The one row in SI units that MELD has: converted with the factors of its own source."""
    if score == "MELD" and "bilirubin_umol" in given:
        return {**found, "bilirubin": given["bilirubin_umol"] / 17.1, "creatinine": given["creatinine_umol"] / 88.4}
    return found


def check_organs(found: dict[str, Any], expected: dict[str, Any]) -> None:
    short = {"coagulation": "coag", "circulation": "circ", "respiration": "resp"}
    points = organs(
        found["bilirubin"], found["creatinine"], found["rrt"], found["encephalopathy_24h"], found["inr"], found["map"],
        found["vasopressors"], found["pf_ratio"], found["sf_ratio"], found["ventilation"],
    )  # fmt: skip
    assert [short.get(name, name) for name in points.failures] == expected["failures"]
    assert float(SCORES["clif-of"].compute(found).value) == expected["clif_of"]
    assert float(SCORES["aclf-grade"].compute(found).value) == expected["aclf_grade"]
