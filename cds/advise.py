"""From an assessment to what is worth saying: at most two findings, the most important first."""

from typing import Literal

from cds.advice.evaluation import evaluation
from cds.advice.follow_up import follow_up
from cds.advice.order import order
from cds.advice.parts import site
from cds.advice.screening import screening
from cds.assessment import Assessment
from cds.findings import Finding

Topic = Literal["evaluation", "order-select", "order-sign", "follow-up"]


def advise(
    assessment: Assessment, topic: Topic, *, msc_text: bool, protocol: str = "", clinical_owner: str = ""
) -> tuple[Finding, ...]:
    """What to say about `assessment` when `topic` is the occasion.

    Nothing for a patient who has died or without evidence of liver disease. `msc_text` is on only where a site
    named a `clinical_owner` and a `protocol`; without it no finding mentions an investigational product.
    """
    if assessment.deceased or assessment.liver_disease == "no":
        return ()
    at_site = site(protocol, clinical_owner)
    match topic:
        case "evaluation":
            found = [evaluation(assessment)]
            if msc_text and _adult(assessment) and assessment.liver_disease == "yes":
                found += screening(assessment, at_site)
        case "order-select" | "order-sign":
            found = [order(assessment, at_site)] if msc_text else []
        case "follow-up":
            found = follow_up(assessment) if msc_text else []
    return tuple(found[:2])


def _adult(assessment: Assessment) -> bool:
    return all(each.status != "present" for each in assessment.exclusions if each.id == "age-under-18")
