"""CLIF-C ACLF: the outlook once acute-on-chronic liver failure is there."""

from math import log as ln

from cds.scoring import CLIF_WINDOW, score
from cds.sources import ENGELMANN_2018, JALAN_2014


@score(
    id="clif-c-aclf",
    order=180,
    title="CLIF-C ACLF (Jalan 2014)",
    sources=(JALAN_2014, ENGELMANN_2018),
    recency=CLIF_WINDOW,
    equation="10 (0.33 CLIF-C OF + 0.04 age + 0.63 ln(WBC) - 2), 0 to 100",
    use="Describes the outlook in ACLF. Shown, never used as a cut-off.",
    caution="Only where ACLF is present for certain.",
    population="Acute-on-chronic liver failure.",
    result=(0, 100),
    gates=("no_aclf",),
)
def clif_c_aclf(clif_of: float, age: int, wbc: float) -> float:
    """Points, years, 10*9/L. Jalan 2014."""
    return 10 * (0.33 * clif_of + 0.04 * age + 0.63 * ln(wbc) - 2)
