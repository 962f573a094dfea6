"""APRI: AST as a multiple of the laboratory's own limit, over platelets."""

from cds.scoring import FIBROSIS_RECENCY, score
from cds.sources import LIN_2011, WAI_2003


def band(unrounded: float, transaminase_ratio: float | None) -> str:
    """The bands of 2003 for significant fibrosis and cirrhosis; none in acute hepatitis."""
    if transaminase_ratio is not None and transaminase_ratio > 10:
        return ""
    if unrounded <= 0.5:
        return "low: significant fibrosis unlikely"
    if unrounded <= 1.5:
        return "indeterminate"
    return "significant fibrosis likely" if unrounded <= 2.0 else "cirrhosis likely"


@score(
    id="apri",
    order=90,
    title="APRI (Wai 2003)",
    sources=(WAI_2003, LIN_2011),
    recency=FIBROSIS_RECENCY,
    equation="(AST / upper limit of AST) x 100 / platelets",
    use="A fibrosis test of chronic hepatitis C, used more widely since.",
    caution="Needs the laboratory's own upper limit of AST. Not valid in acute hepatitis.",
    population="Adults with chronic liver disease.",
    decimals=2,
    gates=("under_18",),
    band=band,
    remarks={"ACUTE_HEPATITIS": lambda transaminase_ratio: transaminase_ratio is not None and transaminase_ratio > 5},
)
def apri(ast: float, ast_upper_limit: float, platelets: float) -> float:
    """U/L, U/L, 10*9/L. Wai 2003."""
    return ast / ast_upper_limit * 100 / platelets
