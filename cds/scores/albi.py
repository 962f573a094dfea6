"""ALBI: liver function from bilirubin and albumin alone."""

from math import log10

from cds.scoring import MELD_RECENCY, score
from cds.sources import JOHNSON_2015


def band(unrounded: float) -> str:
    """The grade, from the score before rounding; each limit belongs to the better grade."""
    return "grade 1" if unrounded <= -2.60 else "grade 2" if unrounded <= -1.39 else "grade 3"


@score(
    id="albi",
    order=60,
    title="ALBI (Johnson 2015)",
    sources=(JOHNSON_2015,),
    recency=MELD_RECENCY,
    equation="0.66 log10(bilirubin in umol/L) - 0.085 albumin in g/L",
    use="Describes liver function without the bedside items of Child-Pugh: grade 1 up to -2.60, grade 2 up to -1.39.",
    caution="Derived in patients with hepatocellular carcinoma. Shown in cirrhosis, no rule rests on it.",
    population="Hepatocellular carcinoma; used in cirrhosis more widely.",
    units={"bilirubin": "umol/L", "albumin": "g/L"},
    decimals=2,
    gates=("transplanted",),
    band=band,
)
def albi(bilirubin: float, albumin: float) -> float:
    """Bilirubin in umol/L, albumin in g/L. Johnson 2015."""
    return 0.66 * log10(bilirubin) - 0.085 * albumin
