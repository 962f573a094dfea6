"""The equations against clincalc 0.4.0, written by other people in another language, over made-up patients."""

import random
from typing import Any

import clincalc
import pytest

import cds.scores  # noqa: F401  (declares every score)
from cds.scoring import SCORES

PATIENTS = 400
ENCEPHALOPATHY = ("none", "grade1-to2", "grade1-to2", "grade3-to4", "grade3-to4")
MGDL = {"bilirubin_unit": "mg/dL", "creatinine_unit": "mg/dL"}


def made_up() -> list[dict[str, Any]]:
    """Patients within plausible limits, many of them on the edges that the scores have."""
    draw = random.Random(20261122)

    def edge(low: float, high: float, *edges: float) -> float:
        return draw.choice(edges) if draw.random() < 0.25 else round(draw.uniform(low, high), 1)

    return [
        {
            "bilirubin": edge(0.2, 40, 1.0, 2.0, 3.0),
            "creatinine": edge(0.3, 9, 1.0, 3.0, 4.0),
            "inr": edge(0.8, 5, 1.0, 1.7, 2.3),
            "sodium": draw.randint(112, 155),
            "albumin": edge(1.0, 5.5, 1.5, 2.8, 3.5),
            "age": draw.choice((12, 15, 17, 18, 35, 64, 65, draw.randint(18, 90))),
            "female": draw.random() < 0.5,
            "dialysis": draw.random() < 0.2,
            "ast": draw.randint(10, 400),
            "alt": draw.randint(10, 400),
            "platelets": draw.randint(20, 450),
            "ascites": draw.randint(1, 3),
            "encephalopathy": draw.randint(0, 4),
        }
        for _ in range(PATIENTS)
    ]


def ours(score_id: str, patient: dict[str, Any]) -> Any:
    score = SCORES[score_id]
    known = {
        **patient,
        "adolescent": patient["age"] < 18,
        "cholestatic": False,
        "pt_prolongation": None,
        "transaminase_ratio": None,
    }
    if patient["dialysis"]:
        known |= score.dialysis
    return score.compute({name: known[name] for name in (*score.parameters, *score.asks)})


@pytest.mark.hazard("C-22")
def test_meld() -> None:
    for patient in made_up():
        given = {name: patient[name] for name in ("bilirubin", "creatinine", "inr")}
        theirs = clincalc.calculate("meld", {**given, **MGDL, "dialysis_twice_past_week": patient["dialysis"]})
        computed = ours("meld", patient)
        assert computed.unrounded == pytest.approx(theirs["working"]["raw_score"], abs=1e-9), patient
        assert computed.value == theirs["result"], patient


@pytest.mark.hazard("C-22")
def test_meld_3() -> None:
    for patient in made_up():
        given = {name: patient[name] for name in ("bilirubin", "creatinine", "inr", "albumin")}
        more = {
            "albumin_unit": "g/dL",
            "sodium_mmol_l": patient["sodium"],
            "female_for_adult_meld": patient["female"],
            "registration_age_years": patient["age"],
            "qualifying_dialysis_in_prior_7_days": patient["dialysis"],
        }
        theirs = clincalc.calculate("meld_3", {**given, **MGDL, **more})
        computed = ours("meld-3.0", patient)
        assert computed.unrounded == pytest.approx(theirs["working"]["raw_policy_score"], abs=1e-9), patient
        assert computed.uncapped == theirs["working"]["rounded_uncapped_policy_score"], patient
        assert computed.value == theirs["result"], patient


@pytest.mark.hazard("C-22")
def test_child_pugh() -> None:
    for patient in made_up():
        theirs = clincalc.calculate(
            "child_pugh",
            {
                "bilirubin": patient["bilirubin"],
                "bilirubin_unit": "mg/dL",
                "inr": patient["inr"],
                "albumin": patient["albumin"],
                "albumin_unit": "g/dL",
                "ascites": ("none", "mild", "moderate-severe")[patient["ascites"] - 1],
                "encephalopathy": ENCEPHALOPATHY[patient["encephalopathy"]],
            },
        )
        computed = ours("child-pugh", patient)
        assert (computed.value, computed.band) == (theirs["result"], theirs["working"]["class"]), patient


@pytest.mark.hazard("C-22")
def test_fib_4() -> None:
    for patient in made_up():
        if patient["age"] < 18:
            continue
        theirs = clincalc.calculate("fib4", {name: patient[name] for name in ("age", "ast", "alt", "platelets")})
        computed = ours("fib-4", patient)
        assert computed.unrounded == pytest.approx(theirs["result"], abs=0.005001), patient
        cut_offs = (theirs["working"]["low_risk_cutoff"], theirs["working"]["high_risk_cutoff"])
        if patient["age"] >= 35 and theirs["result"] not in cut_offs:  # it decides on two digits, hepar on all of them
            assert computed.band.startswith(theirs["working"]["risk"]), (patient, theirs)
