"""MELD as UNOS has used it since 2002: the parent of the family, without sodium."""

from math import log as ln

from cds.scoring import MELD_RECENCY, score
from cds.sources import KAMATH_2001, MALINCHOC_2000, OPTN_9_1, WIESNER_2003


@score(
    id="meld",
    order=10,
    title="MELD (UNOS 2002)",
    sources=(KAMATH_2001, MALINCHOC_2000, WIESNER_2003, OPTN_9_1),
    recency=MELD_RECENCY,
    equation="10 x (0.957 ln(creatinine) + 0.378 ln(bilirubin) + 1.120 ln(INR) + 0.643), rounded to an integer",
    use=(
        "Estimates the risk of death within three months without a transplant. In adults listed in 1999-2001 it was"
        " 1.9 % up to 9, 6.0 % for 10-19, 19.6 % for 20-29, 52.6 % for 30-39 and 71.3 % from 40 on (Wiesner 2003)."
    ),
    caution="A laboratory score: exception points are not included. The aetiology term of 2001 is not used.",
    population="Chronic liver disease, 12 years and older.",
    limits={"bilirubin": (1.0, None), "inr": (1.0, None), "creatinine": (1.0, 4.0)},
    dialysis={"creatinine": 4.0},
    result=(6, 40),
    gates=("transplanted", "under_12", "acute_liver_failure_alone"),
    bands=((0, "9 or less"), (9.5, "10 to 19"), (19.5, "20 to 29"), (29.5, "30 to 39"), (39.5, "40 or more")),
)
def meld(bilirubin: float, inr: float, creatinine: float) -> float:
    """MELD(i) x 10 before rounding; bilirubin and creatinine in mg/dL. Kamath 2001, as changed by UNOS in 2002."""
    return 10 * (0.957 * ln(creatinine) + 0.378 * ln(bilirubin) + 1.120 * ln(inr) + 0.643)
