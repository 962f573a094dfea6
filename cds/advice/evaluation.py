"""What to say when a chart is opened: the scores, what is not known, and which steps are open."""

from cds import tables
from cds.advice.parts import HEPAR, headline, limits, prompt, sections, suggestion
from cds.assessment import Assessment, Outcome
from cds.findings import Finding, Section
from cds.reasons import DISTRUST, describe
from cds.recording import entry
from cds.verdicts import lower
from cds.words import counted


def evaluation(assessment: Assessment) -> Finding:
    """The card of a chart that is opened."""
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
            _open(assessment, len(opened)),
        ),
        sections=sections(
            prompt(assessment),
            Section("Liver disease", (assessment.liver_disease_because,)) if unread else None,
            tables.inputs(shown),
            tables.scores(shown),
            tables.charted(assessment),
            tables.not_known(shown),
            tables.evaluation(assessment),
            limits(assessment),
        ),
        source=(HEPAR, "intended-use"),
        suggestions=tuple(suggestion(step) for step in assessment.evaluation if step.id in opened),
        entry=entry(assessment),
        guide=(
            *((f"{each.title}: formula, limits, sources", f"scores/{each.id}") for each in shown[:3]),
            ("Evaluation steps", "evaluation"),
            ("Reasons and what mends them", "reasons"),
            ("Source attributes", "source-attributes"),
        ),
        doubt=unread or bool(distrust) or not _computed(shown),
        leads=bool(assessment.transplant_prompt),
    )


def _computed(shown: tuple[Outcome, ...]) -> bool:
    """Whether there is a score at all, and none was refused for another reason than a result that is missing."""
    refused = (code for each in shown if each.status == "not-computed" for code in each.reasons)
    return any(each.known for each in shown) and all(code.startswith("MISSING_") for code in refused)


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
    status = "does not apply" if first.status == "not-applicable" else "not computed"
    why = tables.lacking(first) or (lower(describe(first.reasons[0]).says.rstrip(".")) if first.reasons else "")
    return f"MELD {status}: {why}" if why else f"MELD {status}"


def _open(assessment: Assessment, steps: int) -> str:
    """How many steps are open. Without a MELD no number stands after the word: it could be read as the score."""
    if not steps:
        return ""
    words = f"{counted(steps, 'evaluation step')} open"
    known = any(assessment.score(each).known for each in tables.MELD_SCORES)
    return words if known else words.removeprefix(f"{steps} ")


def _caveats(assessment: Assessment) -> frozenset[str]:
    return frozenset(code for outcome in tables.shown_scores(assessment) for code in outcome.reasons)
