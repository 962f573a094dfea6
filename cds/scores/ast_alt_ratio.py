"""The ratio of AST to ALT."""

from cds.scoring import FIBROSIS_RECENCY, score
from cds.sources import DE_RITIS


@score(
    id="ast-alt-ratio",
    order=100,
    title="AST/ALT ratio",
    sources=(DE_RITIS,),
    recency=FIBROSIS_RECENCY,
    equation="AST / ALT",
    use="Descriptive: above 1 is seen in cirrhosis and in alcohol-related disease, above 2 in the latter.",
    caution="It proves nothing by itself.",
    population="Adults.",
    decimals=2,
    gates=("under_18",),
    band=lambda unrounded: "above 2" if unrounded > 2 else "above 1" if unrounded > 1 else "1 or less",
)
def ast_alt_ratio(ast: float, alt: float) -> float:
    """U/L over U/L."""
    return ast / alt
