"""CLIF-C AD: the outlook in acute decompensation without ACLF."""

from math import log as ln

from cds.scoring import CLIF_WINDOW, score
from cds.sources import JALAN_2015


def band(unrounded: float) -> str:
    """The bands of 2015."""
    return "45 or less" if unrounded <= 45 else "46 to 59" if unrounded < 60 else "60 or more"


@score(
    id="clif-c-ad",
    order=190,
    title="CLIF-C AD (Jalan 2015)",
    sources=(JALAN_2015,),
    recency=CLIF_WINDOW,
    equation="10 (0.03 age + 0.66 ln(creatinine) + 1.71 ln(INR) + 0.88 ln(WBC) - 0.05 sodium + 8)",
    use="Describes the outlook in acute decompensation where ACLF is ruled out.",
    caution="Published bands disagree (45 or 50 as the lower cut-off); those of 2015 are shown.",
    population="Cirrhosis with acute decompensation, without ACLF.",
    decimals=1,
    gates=("aclf_present", "no_acute_decompensation"),
    band=band,
)
def clif_c_ad(age: int, creatinine: float, inr: float, wbc: float, sodium: float) -> float:
    """Years, mg/dL, ratio, 10*9/L, mmol/L. Jalan 2015."""
    return 10 * (0.03 * age + 0.66 * ln(creatinine) + 1.71 * ln(inr) + 0.88 * ln(wbc) - 0.05 * sodium + 8)
