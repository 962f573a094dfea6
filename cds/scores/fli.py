"""The fatty liver index: a screening test for steatosis."""

from math import exp
from math import log as ln

from cds.scoring import FIBROSIS_RECENCY, score
from cds.sources import BEDOGNI_2006


@score(
    id="fli",
    order=110,
    title="Fatty liver index (Bedogni 2006)",
    sources=(BEDOGNI_2006,),
    recency=FIBROSIS_RECENCY,
    equation="100 e^y / (1 + e^y), y = 0.953 ln(triglycerides) + 0.139 BMI + 0.718 ln(GGT) + 0.053 waist - 15.745",
    use="Screens for steatosis: below 30 unlikely, from 60 on likely.",
    caution="A screening test: it confirms nothing.",
    population="Adults.",
    result=(0, 100),
    gates=("under_18",),
    bands=((0, "low: steatosis unlikely"), (30, "indeterminate"), (60, "high: steatosis likely")),
)
def fli(triglycerides: float, bmi: float, ggt: float, waist: float) -> float:
    """mg/dL, kg/m2, U/L, cm. Bedogni 2006."""
    y = 0.953 * ln(triglycerides) + 0.139 * bmi + 0.718 * ln(ggt) + 0.053 * waist - 15.745
    return 100 / (1 + exp(-y))
