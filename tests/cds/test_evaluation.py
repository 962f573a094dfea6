"""The fourteen steps before any trial: needed or not, done, out of date or missing."""

from typing import Any

import pytest

from cds.knowledge import EVALUATION
from tests.cds.clinic import (
    World,
    answered,
    charted,
    fact,
    lab,
    labs,
    not_scored,
    result,
    scored,
    unread_kind,
)

Said = tuple[dict[str, Any], ...]
MASLD = charted("masld")
CIRRHOSIS = charted("cirrhosis")
ACLF: Said = (CIRRHOSIS, charted("sepsis", days=3))
PANEL = {"alt": 30, "ast": 30, "ggt": 30, "bilirubin": 1, "albumin": 4}
COUNT = {"platelets": 200, "wbc": 6, "haemoglobin": 13}
SEROLOGY: Said = (answered("hbsag", "negative"), answered("anti_hcv", "negative"))
DECOMPENSATED: Said = (CIRRHOSIS, charted("charted_ascites", days=200))

ROWS: list[tuple[str, str, Said]] = [
    ("liver-panel", "done", (MASLD, labs(days=183, **PANEL))),
    ("liver-panel", "out-of-date", (MASLD, labs(days=183.01, **PANEL))),
    ("liver-panel", "done", (CIRRHOSIS, labs(days=30, **PANEL))),
    ("liver-panel", "out-of-date", (CIRRHOSIS, labs(days=30.01, **PANEL))),
    ("liver-panel", "missing", (MASLD, labs(alt=30, ast=30, bilirubin=1, albumin=4))),
    ("liver-panel", "missing", (MASLD, labs(days=400, **PANEL), lab("ggt"))),
    ("coagulation", "done", (MASLD, labs(inr=1))),
    ("coagulation", "missing", (MASLD,)),
    ("coagulation", "out-of-date", (MASLD, labs(days=200, inr=1))),
    ("renal-panel", "done", (MASLD, labs(creatinine=1, sodium=140))),
    ("renal-panel", "missing", (MASLD, labs(creatinine=1))),
    ("renal-panel", "out-of-date", (MASLD, labs(creatinine=1), labs(days=184, sodium=140))),
    ("complete-blood-count", "done", (CIRRHOSIS, labs(days=30, **COUNT))),
    ("complete-blood-count", "done", (*ACLF, labs(days=1, **COUNT))),
    ("complete-blood-count", "out-of-date", (*ACLF, labs(days=1.01, **COUNT))),
    ("complete-blood-count", "missing", (MASLD,)),
    ("afp", "not-needed", (MASLD,)),
    ("afp", "missing", (CIRRHOSIS,)),
    ("afp", "missing", (charted("advanced_fibrosis"),)),
    ("afp", "done", (CIRRHOSIS, labs(days=183, afp=3))),
    ("afp", "out-of-date", (CIRRHOSIS, labs(days=183.01, afp=3))),
    ("liver-imaging", "done", (MASLD, charted("liver_imaging", days=365))),
    ("liver-imaging", "out-of-date", (MASLD, charted("liver_imaging", days=366))),
    ("liver-imaging", "done", (CIRRHOSIS, charted("liver_imaging", days=183))),
    ("liver-imaging", "out-of-date", (CIRRHOSIS, charted("liver_imaging", days=184))),
    ("liver-imaging", "out-of-date", (charted("advanced_fibrosis"), charted("liver_imaging", days=184))),
    ("liver-imaging", "missing", (MASLD,)),
    ("liver-imaging", "missing", (MASLD, charted("liver_imaging", days=None))),
    ("elastography", "missing", (MASLD,)),
    ("elastography", "done", (MASLD, labs(days=365, lsm=6))),
    ("elastography", "out-of-date", (MASLD, labs(days=365.01, lsm=6))),
    ("elastography", "not-needed", (MASLD, answered("fibrosis_stage", 1))),
    ("elastography", "not-needed", (MASLD, charted("early_fibrosis"))),
    ("elastography", "not-needed", (MASLD, scored("fib_4", 0.8))),
    ("elastography", "missing", (MASLD, scored("fib_4", 2))),
    ("elastography", "missing", (CIRRHOSIS,)),
    ("elastography", "not-needed", DECOMPENSATED),
    ("elastography", "not-needed", ACLF),
    ("hepatic-encephalopathy-assessment", "not-needed", (MASLD,)),
    ("hepatic-encephalopathy-assessment", "missing", (CIRRHOSIS,)),
    ("hepatic-encephalopathy-assessment", "done", (CIRRHOSIS, answered("west_haven_grade", 0, 30))),
    ("hepatic-encephalopathy-assessment", "out-of-date", (CIRRHOSIS, answered("west_haven_grade", 0, 30.01))),
    ("hepatic-encephalopathy-assessment", "out-of-date", (*ACLF, answered("west_haven_grade", 0, 1.01))),
    ("hepatic-encephalopathy-assessment", "done", (CIRRHOSIS, answered("encephalopathy_finding", "absent"))),
    ("hepatic-encephalopathy-assessment", "missing", (CIRRHOSIS, answered("encephalopathy_finding", "present"))),
    ("ascites-assessment", "not-needed", (MASLD,)),
    ("ascites-assessment", "missing", (CIRRHOSIS, charted("charted_ascites"))),
    ("ascites-assessment", "done", (CIRRHOSIS, answered("ascites_grade", "mild", 30))),
    ("ascites-assessment", "done", (*ACLF, answered("ascites_grade", "mild", 30))),
    ("ascites-assessment", "out-of-date", (CIRRHOSIS, answered("ascites_grade", "none", 31))),
    ("aetiology", "done", (MASLD,)),
    ("aetiology", "done", (charted("cirrhosis"), charted("genetic_liver_disease"))),
    ("aetiology", "missing", (CIRRHOSIS,)),
    ("aetiology", "missing", (CIRRHOSIS, charted("hepatitis_b", status="provisional"))),
    ("viral-serology", "done", (MASLD, *SEROLOGY)),
    ("viral-serology", "missing", (MASLD, SEROLOGY[0])),
    ("viral-serology", "out-of-date", (MASLD, SEROLOGY[0], answered("anti_hcv", "negative", 366))),
    ("viral-serology", "missing", (charted("hepatitis_b"), *SEROLOGY)),
    ("viral-serology", "done", (charted("hepatitis_b"), *SEROLOGY, labs(days=183, hbv_dna=10))),
    ("viral-serology", "out-of-date", (charted("hepatitis_c"), *SEROLOGY, labs(days=184, hcv_rna=10))),
    ("viral-serology", "done", (charted("hepatitis_c"), *SEROLOGY, answered("hcv_rna_test", "negative"))),
    ("transplant-evaluation", "not-needed", (CIRRHOSIS,)),
    ("transplant-evaluation", "missing", (CIRRHOSIS, scored("meld", 15))),
    ("transplant-evaluation", "done", (CIRRHOSIS, scored("meld", 15), charted("transplant_waiting", days=900))),
    ("transplant-evaluation", "done", (CIRRHOSIS, scored("meld", 15), charted("transplant_evaluation", days=365))),
    (
        "transplant-evaluation",
        "out-of-date",
        (CIRRHOSIS, scored("meld", 15), charted("transplant_evaluation", days=366)),
    ),
    ("metabolic-management", "not-needed", (CIRRHOSIS,)),
    ("metabolic-management", "missing", (MASLD,)),
    ("metabolic-management", "done", (MASLD, labs(days=183, weight=80, glucose=90, triglycerides=90, cholesterol=180))),
    ("metabolic-management", "missing", (MASLD, labs(weight=80, triglycerides=90, cholesterol=180))),
    (
        "metabolic-management",
        "out-of-date",
        (MASLD, labs(bmi=28, hba1c=6, cholesterol=180), labs(days=184, triglycerides=90)),
    ),
    ("precipitant-review", "not-needed", (MASLD,)),
    ("precipitant-review", "not-needed", DECOMPENSATED),
    ("precipitant-review", "not-needed", (MASLD, charted("sepsis", days=3))),
    ("precipitant-review", "missing", ACLF),
    ("precipitant-review", "done", (*ACLF, *SEROLOGY, labs(days=7, haemoglobin=12, wbc=9, crp=40))),
    ("precipitant-review", "out-of-date", (*ACLF, *SEROLOGY, labs(days=7.01, haemoglobin=12, wbc=9, crp=40))),
    (
        "precipitant-review",
        "missing",
        (*ACLF, *SEROLOGY, labs(haemoglobin=12, wbc=9, crp=40), unread_kind("medications")),
    ),
]


@pytest.mark.parametrize(("step", "status", "said"), ROWS, ids=[f"{row[0]}-{row[1]}" for row in ROWS])
def test_each_status(step: str, status: str, said: Said) -> None:
    found, because = World(*said).step(step)
    assert found == status, because
    assert because.endswith("."), because


@pytest.mark.hazard("C-23")
@pytest.mark.parametrize("step", EVALUATION)
def test_without_liver_disease_nothing_is_needed(step: str) -> None:
    values = labs(**PANEL, **COUNT, inr=2.6, creatinine=3, sodium=120)
    assert World(values, scored("meld", 30), scored("fli", 90)).step(step)[0] == "not-needed"


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize("step", EVALUATION)
def test_what_was_not_read_is_never_done(step: str) -> None:
    everything = (labs(**PANEL, **COUNT, inr=1, creatinine=1, sodium=140, afp=1, lsm=5, crp=1), *SEROLOGY)
    world = World(unread_kind("conditions", "procedures", "medications"), *everything, {"lsm": World()("lsm")})
    status, because = world.step(step)
    assert status == "missing"
    assert "NOT_RETRIEVED" in because


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize(
    "step",
    [
        "hepatic-encephalopathy-assessment",
        "ascites-assessment",
        "aetiology",
        "viral-serology",
        "transplant-evaluation",
        "metabolic-management",
        "precipitant-review",
    ],
)
def test_with_a_liver_known_to_be_stiff_an_unread_problem_list_still_leaves_these_missing(step: str) -> None:
    status, because = World(unread_kind("conditions"), labs(lsm=9), *SEROLOGY).step(step)
    assert status == "missing"
    assert "NOT_RETRIEVED" in because


def test_procedures_that_were_not_read_leave_imaging_missing() -> None:
    status, because = World(MASLD, unread_kind("procedures")).step("liver-imaging")
    assert (status, "NOT_RETRIEVED" in because) == ("missing", True)


def test_the_reason_lists_what_is_missing_and_what_is_old() -> None:
    said = (MASLD, labs(alt=30, ast=30, albumin=4), labs(days=200, bilirubin=1))
    status, because = World(*said).step("liver-panel")
    assert status == "missing"
    assert "Missing: GGT." in because
    assert "bilirubin 1 mg/dL (2026-05-06)" in because
    assert "albumin" not in because


@pytest.mark.parametrize(("fli", "hsi", "said"), [(60, 0, True), (59.9, 36, False), (0, 36.1, True)])
def test_a_positive_screening_score_asks_to_confirm_steatosis(fli: float, hsi: float, said: bool) -> None:
    scores = (scored("fli", fli), scored("hsi", hsi))
    assert ("confirm steatosis" in World(CIRRHOSIS, *scores).step("liver-imaging")[1]) is said
    assert "confirm steatosis" not in World(MASLD, *scores).step("liver-imaging")[1]
    assert World(not_scored("fli"), *scores).step("liver-imaging")[0] == "not-needed"


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ((charted("hepatitis_c"), labs(lsm=8)), True),
        ((charted("hepatitis_c"), labs(lsm=12)), False),
        ((charted("hepatitis_c"), labs(lsm=7.9)), False),
        ((charted("hepatitis_c"), labs(lsm=7), charted("autoimmune_hepatitis", status="provisional")), True),
        ((MASLD, labs(lsm=7)), True),
    ],
)
def test_when_elastography_leaves_the_stage_to_a_biopsy(said: Said, asked: bool) -> None:
    assert ("Biopsy where indicated" in World(*said).step("elastography")[1]) is asked


@pytest.mark.hazard("C-30")
def test_a_restricted_hepatitis_is_neither_named_nor_given_away_by_a_missing_viral_load() -> None:
    world = World(MASLD, *SEROLOGY, charted("hepatitis_b", restricted=True))
    assert "HBV DNA" not in world.step("viral-serology")[1]
    assert "epatitis" not in world.step("aetiology")[1]


def test_what_is_not_at_target_is_listed() -> None:
    said = (MASLD, labs(weight=80, hba1c=8.1, triglycerides=90, cholesterol=180), fact("female", False))
    assert "HbA1c 8.1 %" in World(*said).step("metabolic-management")[1]


def test_the_steps_and_their_orders() -> None:
    assert len(EVALUATION) == 14
    coded = {step.id: [code for order in step.orders for _, code, _ in order.coding] for step in EVALUATION.values()}
    assert coded["liver-panel"] == ["24325-3", "2324-2"]
    assert coded["liver-imaging"] == ["24558-9"]
    assert coded["transplant-evaluation"] == []
    assert all(step.orders and all(order.text for order in step.orders) for step in EVALUATION.values())
    assert result("ggt", 1).unit == "U/L"
