"""Parts that every finding shares: headline, limits, prompt, and the orders of an evaluation step."""

from cds import content, wording
from cds.assessment import Assessment, Evaluation
from cds.findings import Section, Suggestion
from cds.knowledge import EVALUATION

HEADLINE = 139
HEPAR = "hepar clinical content"


def headline(*parts: str) -> str:
    """The parts joined by semicolons, as many as fit into 139 characters; the first one always does."""
    said = parts[0][:HEADLINE]
    for part in parts[1:]:
        if part and len(said) + len(part) + 2 <= HEADLINE:
            said = f"{said}; {part}"
    return said


def site(protocol: str, clinical_owner: str) -> str:
    """Who answers for investigational text at this site; "" where nobody is named."""
    return f"Protocol at this site: {protocol}. Responsible: {clinical_owner}." if protocol else ""


def limits(assessment: Assessment) -> Section:
    """What the numbers do not say, when they were computed, and with which content."""
    overdue = content.overdue(assessment.computed_at.date())
    late = ("The review of this content is overdue.",) if overdue else ()
    at = assessment.computed_at.strftime("%Y-%m-%d %H:%M UTC")
    version = f"Computed {at}, content {assessment.content_version} ({content.STATUS})."
    return Section(
        "Limits", (wording.LIMITS, "It supports a clinician's judgement and does not replace it.", version, *late)
    )


def prompt(assessment: Assessment) -> Section | None:
    """The prompt to think of transplant evaluation, where it applies: always the first section."""
    if not assessment.transplant_prompt:
        return None
    return Section("Transplant evaluation comes first", (assessment.transplant_prompt,))


def sections(*found: Section | None) -> tuple[Section, ...]:
    """Those that are there, in order."""
    return tuple(section for section in found if section is not None)


def suggestion(step: Evaluation) -> Suggestion:
    """The orders that would complete an evaluation step."""
    return Suggestion(step.id, EVALUATION[step.id].title, step.because)


def investigational(at_site: str) -> Section:
    """What has to be said before any word on an investigational product."""
    says = (wording.INVESTIGATIONAL, wording.NOT_APPROVED, wording.FIRST, wording.REGISTRY)
    return Section("Investigational", (*says, at_site) if at_site else says)
