"""MELD-Na as OPTN allocated by it from January 2016."""

from math import log as ln

from cds.scoring import MELD_RECENCY, half_up, score
from cds.sources import OPTN_9_1


def meld_i(bilirubin: float, inr: float, creatinine: float) -> float:
    """MELD(i), rounded to the tenth and times ten, as the policy words it: an integer."""
    return float(half_up(10 * (0.957 * ln(creatinine) + 0.378 * ln(bilirubin) + 1.120 * ln(inr) + 0.643)))


@score(
    id="meld-na",
    order=20,
    title="MELD-Na (OPTN 2016)",
    sources=(OPTN_9_1,),
    recency=MELD_RECENCY,
    equation=(
        "MELD(i) rounded to the tenth, x 10; where that is above 11: MELD(i) + 1.32 (137 - sodium)"
        " - 0.033 MELD(i) (137 - sodium); rounded to an integer"
    ),
    use="Estimates the risk of death within three months without a transplant, with sodium.",
    caution="Sodium starts to count at MELD 12: a creatinine higher by 0.1 can move the score by 12 points.",
    population="Chronic liver disease, 12 years and older.",
    limits={"bilirubin": (1.0, None), "inr": (1.0, None), "creatinine": (1.0, 4.0), "sodium": (125, 137)},
    dialysis={"creatinine": 4.0},
    result=(6, 40),
    gates=("transplanted", "under_12", "acute_liver_failure_alone"),
    remarks={
        "SODIUM_THRESHOLD": lambda bilirubin, inr, creatinine, sodium: (
            meld_i(bilirubin, inr, creatinine) in (11, 12) and sodium < 137
        )
    },
)
def meld_na(bilirubin: float, inr: float, creatinine: float, sodium: float) -> float:
    """Before rounding; bilirubin and creatinine in mg/dL, sodium in mmol/L. OPTN Policy 9.1.D of 2016."""
    meld = meld_i(bilirubin, inr, creatinine)
    if meld <= 11:
        return meld
    return meld + 1.32 * (137 - sodium) - 0.033 * meld * (137 - sodium)
