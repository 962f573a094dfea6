"""From an assessment to what is worth saying: at most two findings, the most important first."""

from typing import Literal

from cds import content, tables, wording
from cds.assessment import Assessment, Evaluation
from cds.findings import Finding, Section, Suggestion
from cds.knowledge import EVALUATION
from cds.reasons import describe
from cds.trials import named_trials
from cds.unscreened import UNSCREENED
from cds.words import joined

Topic = Literal["evaluation", "order-select", "order-sign", "follow-up"]
HEADLINE = 139
DISTRUST = frozenset({"IMPLAUSIBLE", "UNIT_CONFLICT", "CONFLICTING_RESULTS", "VERIFY_VALUE", "UNATTRIBUTED"})
"""Reasons that say that data cannot be trusted: a warning, not information."""

HEPAR = "hepar clinical content"


def advise(
    assessment: Assessment, topic: Topic, *, msc_text: bool, protocol: str = "", clinical_owner: str = ""
) -> tuple[Finding, ...]:
    """What to say about `assessment` when `topic` is the occasion.

    Nothing for a patient who has died or without evidence of liver disease. `msc_text` is on only where a site
    named a `clinical_owner` and a `protocol`; without it no finding mentions an investigational product.
    """
    if assessment.deceased or assessment.liver_disease == "no":
        return ()
    site = _site(protocol, clinical_owner)
    match topic:
        case "evaluation":
            found = [_evaluation(assessment)]
            if msc_text and _adult(assessment) and assessment.liver_disease == "yes":
                found += _screening(assessment, site)
        case "order-select" | "order-sign":
            found = [_order(assessment, site)] if msc_text else []
        case "follow-up":
            found = _follow_up(assessment) if msc_text else []
    return tuple(found[:2])


def headline(*parts: str) -> str:
    """The parts joined by semicolons, as many as fit into 139 characters; the first one always does."""
    said = parts[0][:HEADLINE]
    for part in parts[1:]:
        if part and len(said) + len(part) + 2 <= HEADLINE:
            said = f"{said}; {part}"
    return said


def _site(protocol: str, clinical_owner: str) -> str:
    return f"Protocol at this site: {protocol}. Responsible: {clinical_owner}." if protocol else ""


def _adult(assessment: Assessment) -> bool:
    return all(each.status != "present" for each in assessment.exclusions if each.id == "age-under-18")


def _limits(assessment: Assessment) -> Section:
    overdue = content.overdue(assessment.computed_at.date())
    late = ("The review of this content is overdue.",) if overdue else ()
    at = assessment.computed_at.strftime("%Y-%m-%d %H:%M UTC")
    version = f"Computed {at}, content {assessment.content_version} ({content.STATUS})."
    return Section(
        "Limits", (wording.LIMITS, "It supports a clinician's judgement and does not replace it.", version, *late)
    )


def _prompt(assessment: Assessment) -> Section | None:
    if not assessment.transplant_prompt:
        return None
    return Section("Transplant evaluation comes first", (assessment.transplant_prompt,))


def _sections(*found: Section | None) -> tuple[Section, ...]:
    return tuple(section for section in found if section is not None)


def _lead(assessment: Assessment) -> str:
    """The first thing to know: the leading score, or why there is none."""
    melds = [assessment.score(each) for each in tables.MELD_SCORES]
    cirrhosis = tables.in_scope(assessment, "cirrhosis")
    fib_4 = assessment.score("fib-4")
    if not cirrhosis and fib_4.known:
        return tables.plain(fib_4) + (f" ({fib_4.band})" if fib_4.band else "")
    for outcome in melds:
        if outcome.known:
            return tables.plain(outcome)
    first = melds[0]
    why = [describe(code).says.rstrip(".") for code in first.reasons]
    status = "does not apply" if first.status == "not-applicable" else "not computed"
    return f"MELD {status}: {_lower(why[0])}" if why else f"MELD {status}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _caveats(assessment: Assessment) -> frozenset[str]:
    return frozenset(code for outcome in tables.shown_scores(assessment) for code in outcome.reasons)


def _evaluation(assessment: Assessment) -> Finding:
    shown = tables.shown_scores(assessment)
    opened = tables.open_steps(assessment)
    distrust = DISTRUST & _caveats(assessment)
    aclf = tables.in_scope(assessment, "aclf") and tables.pathway(assessment, "aclf").status != "cannot-determine"
    aclf = aclf or bool(assessment.score("aclf-grade").low)
    start = "Transplant evaluation: " if assessment.transplant_prompt else ""
    unread = assessment.liver_disease == "unknown"
    return Finding(
        topic="liver-evaluation",
        title="Liver evaluation",
        severity="warning" if assessment.transplant_prompt or aclf or distrust else "info",
        headline=headline(
            start + _lead(assessment),
            "whether the patient has liver disease is unknown" if unread else "",
            "verify the data" if distrust else "",
            f"{len(opened)} evaluation steps open"
            if len(opened) > 1
            else f"{len(opened)} evaluation step open"
            if opened
            else "",
        ),
        sections=_sections(
            _prompt(assessment),
            Section("Liver disease", (assessment.liver_disease_because,)) if unread else None,
            tables.inputs(shown),
            tables.scores(shown),
            tables.not_known(shown),
            tables.evaluation(assessment),
            _limits(assessment),
        ),
        source=(HEPAR, "intended-use"),
        suggestions=tuple(_suggestion(step) for step in assessment.evaluation if step.id in opened),
        guide=(
            *((f"{each.title}: formula, limits, sources", f"scores/{each.id}") for each in shown[:3]),
            ("Evaluation steps", "evaluation"),
            ("Reasons and what mends them", "reasons"),
            ("Source attributes", "source-attributes"),
        ),
    )


def _suggestion(step: Evaluation) -> Suggestion:
    return Suggestion(step.id, EVALUATION[step.id].title, step.because)


def _screening(assessment: Assessment, site: str) -> list[Finding]:
    """The investigational trial families whose gate is open; nothing where none is."""
    families = [each for each in assessment.pathways if each.status != "not-applicable"]
    if not families:
        return []
    statuses = {each.status for each in families}
    present = sum(each.status == "present" for each in assessment.exclusions)
    unknown = sum(each.status == "unknown" for each in assessment.exclusions)
    unknown += sum(each.status == "unknown" for family in families for each in family.criteria)
    if "matches" in statuses:
        says = (
            "Investigational: chart meets published entry of an MSC liver trial family; consider trial-office referral"
        )
    elif "cannot-determine" in statuses:
        says = f"Investigational: entry into an MSC liver clinical trial cannot be determined, {unknown} items unknown"
    else:
        found = f", {present} exclusions found" if present > 1 else f", {present} exclusion found" if present else ""
        says = f"Investigational: chart does not meet published entry of an MSC liver clinical trial{found}"
    office = statuses & {"matches", "cannot-determine"}
    return [
        Finding(
            topic="msc-screening",
            title="Investigational MSC trials",
            severity="info",
            headline=headline(says),
            sections=_sections(
                _investigational(site),
                *(tables.criteria(family) for family in families),
                tables.exclusions(assessment),
                _for_the_trial_office(assessment, tuple(each.id for each in families)) if office else None,
                _limits(assessment),
            ),
            source=(HEPAR, "intended-use"),
            guide=(
                *((f"Trial family: {each.title}", f"pathways/{each.id}") for each in families),
                ("Exclusions", "exclusions"),
            ),
            links=(wording.FDA_ALERT, wording.REGISTRY_SEARCH),
        )
    ]


def _investigational(site: str) -> Section:
    says = (wording.INVESTIGATIONAL, wording.NOT_APPROVED, wording.FIRST, wording.REGISTRY)
    return Section("Investigational", (*says, site) if site else says)


def _for_the_trial_office(assessment: Assessment, families: tuple[str, ...]) -> Section:
    trials = named_trials(families, assessment.computed_at.date())
    return Section("For the trial office", ("Not screened here:",), points=(*UNSCREENED, *trials))


def _order(assessment: Assessment, site: str) -> Finding:
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
            _lower(joined(public)) if public else "",
        ),
        sections=_sections(
            _prompt(assessment),
            _investigational(site),
            tables.exclusions(assessment),
            tables.evaluation(assessment),
            tables.scores(tables.shown_scores(assessment)),
            _limits(assessment),
        ),
        source=(HEPAR, "intended-use"),
        suggestions=tuple(_suggestion(step) for step in assessment.evaluation if step.id in opened),
        guide=(("Exclusions", "exclusions"), ("Evaluation steps", "evaluation")),
        links=(wording.FDA_ALERT,),
    )
