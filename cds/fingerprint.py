"""What makes advice the same advice: the situation it speaks of, without values, dates or words.

A new result within the same band is the same advice. A changed band, trial family or exclusion, or a step or visit
that is newly open, is another.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from cds.assessment import Assessment, Outcome
from cds.findings import Finding
from cds.reasons import DISTRUST
from cds.tables import MELD_SCORES
from cds.transplant import EVALUATE_FROM, WEEKLY_FROM

MELD_STEPS = tuple(sorted({10, EVALUATE_FROM, 20, WEEKLY_FROM, 30, 40}))
STEPS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(MELD_SCORES, MELD_STEPS),
    "meld-xi": (10, 20, 30, 40),
    "child-pugh": (7, 10),
    "aclf-grade": (1, 2, 3),
    "clif-c-aclf": (40, 50, 60, 70),
}
"""From which points on a score is another situation, where no published band says it or a range spans several.

A rule of this service, for repetition alone: nothing else is concluded from these steps. MELD counts the thresholds
of the transplant prompt too.
"""


def fingerprints(findings: Sequence[Finding], assessment: Assessment) -> tuple[str, ...]:
    """A digest for each finding; equal for equal advice in equal situations, whoever the patient is."""
    if not findings:
        return ()
    situation = hashlib.sha256("\n".join(_situation(assessment)).encode())
    return tuple(_within(situation, finding) for finding in findings)


def _within(situation: Any, finding: Finding) -> str:
    digest = situation.copy()
    digest.update(f"\n{finding.topic} {finding.severity} {finding.doubt}".encode())
    return str(digest.hexdigest())


def _situation(assessment: Assessment) -> Iterator[str]:
    yield f"liver disease {assessment.liver_disease}"
    yield f"transplant prompt {bool(assessment.transplant_prompt)}, decompensated {assessment.decompensated}"
    for score in assessment.scores:
        yield _score(score)
    for pathway in assessment.pathways:
        yield f"{pathway.id} {pathway.status}"
    for exclusion in assessment.exclusions:
        yield f"{exclusion.id} {exclusion.status}"
    for step in assessment.evaluation:
        if step.status in ("missing", "out-of-date"):
            yield f"{step.id} {step.status}"
    for visit in assessment.follow_up:
        if visit.status in ("due", "overdue"):
            yield f"{visit.id} {visit.status}"
    for recorded in assessment.adverse_events:
        event = recorded.event
        yield f"adverse event {event.event} {event.grade} {event.outcome} {event.resolved is not None}"


def _score(score: Outcome) -> str:
    """Whether there is a value, its band, and whether the data are to be trusted."""
    kind = "value" if score.value is not None else "range" if score.known else "none"
    steps = STEPS.get(score.id, ())
    ends = (_step(steps, score.low), _step(steps, score.high)) if steps else ""
    doubts = " ".join(sorted(DISTRUST.intersection(score.reasons)))
    return f"{score.id} {kind} {score.band} {ends} {doubts}"


def _step(steps: tuple[int, ...], points: Decimal | None) -> int:
    return 0 if points is None else bisect_right(steps, points)
