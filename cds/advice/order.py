"""What to say while an order of an investigational product is picked or signed."""

from cds import tables, wording
from cds.advice.parts import HEPAR, headline, investigational, limits, lower, prompt, sections, suggestion
from cds.assessment import Assessment
from cds.findings import Finding
from cds.words import joined


def order(assessment: Assessment, at_site: str) -> Finding:
    """While an order of an investigational product is picked or signed: what speaks against it, what is missing."""
    present = [each for each in assessment.exclusions if each.status == "present"]
    unknown = [each for each in assessment.exclusions if each.status == "unknown"]
    opened = tables.open_steps(assessment)
    public = [each.title for each in present if not each.sensitive]
    found = f"{len(present)} exclusions present" if len(present) != 1 else "1 exclusion present"
    return Finding(
        topic="msc-order",
        title="Order of an investigational MSC product",
        severity="warning",
        headline=headline(
            f"Investigational MSC order: {found}",
            f"{len(unknown)} unknown" if unknown else "",
            f"{len(opened)} baseline evaluation steps open" if opened else "",
            lower(joined(public)) if public else "",
        ),
        sections=sections(
            prompt(assessment),
            investigational(at_site),
            tables.exclusions(assessment),
            tables.evaluation(assessment),
            tables.scores(tables.shown_scores(assessment)),
            limits(assessment),
        ),
        source=(HEPAR, "intended-use"),
        suggestions=tuple(suggestion(step) for step in assessment.evaluation if step.id in opened),
        guide=(("Exclusions", "exclusions"), ("Evaluation steps", "evaluation")),
        links=(wording.FDA_ALERT,),
    )
