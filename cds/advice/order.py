"""What to say while an order of an investigational product is picked or signed."""

from cds import tables, wording
from cds.advice.parts import HEPAR, headline, investigational, limits, prompt, sections, suggestion
from cds.assessment import Assessment
from cds.findings import Finding
from cds.verdicts import lower
from cds.words import counted, joined


def order(assessment: Assessment, at_site: str) -> Finding:
    """While an order of an investigational product is picked or signed: what speaks against it, what is missing."""
    present = [each for each in assessment.exclusions if each.status == "present"]
    unknown = [each for each in assessment.exclusions if each.status == "unknown"]
    opened = tables.open_steps(assessment)
    public = [lower(each.title) for each in present if not each.sensitive]
    return Finding(
        topic="msc-order",
        title="Order of an investigational MSC product",
        severity="warning",
        headline=headline(
            f"Investigational MSC order: {counted(len(present), 'exclusion')} present",
            joined(public),
            f"{counted(len(unknown), 'exclusion')} unknown" if unknown else "",
            f"{counted(len(opened), 'baseline evaluation step')} open" if opened else "",
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
