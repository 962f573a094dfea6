"""The hepatic steatosis index: a screening test for steatosis."""

from cds.scoring import FIBROSIS_RECENCY, score
from cds.sources import LEE_2010


def band(unrounded: float) -> str:
    """The bands of 2010: both cut-offs belong to the middle."""
    if unrounded < 30:
        return "low: steatosis unlikely"
    return "high: steatosis likely" if unrounded > 36 else "indeterminate"


@score(
    id="hsi",
    order=120,
    title="Hepatic steatosis index (Lee 2010)",
    sources=(LEE_2010,),
    recency=FIBROSIS_RECENCY,
    equation="8 ALT/AST + BMI + 2 (female) + 2 (diabetes)",
    use="Screens for steatosis: below 30 unlikely, above 36 likely.",
    caution="A screening test: it confirms nothing.",
    population="Adults.",
    decimals=1,
    gates=("under_18",),
    band=band,
)
def hsi(alt: float, ast: float, bmi: float, female: bool, diabetic: bool) -> float:
    """U/L, U/L, kg/m2. Lee 2010."""
    return 8 * alt / ast + bmi + 2 * female + 2 * diabetic
