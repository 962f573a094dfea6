"""An assessment as plain data: the one JSON object that the command line, the cards and the audit share.

Members without a value are left out, never null. Numbers are numbers, times ISO 8601 in UTC.
"""

from decimal import Decimal
from typing import Any

from cds import adverse
from cds.assessment import (
    Assessment,
    Evaluation,
    Exclusion,
    FollowUp,
    Outcome,
    Pathway,
    Recorded,
    Trend,
    Used,
    Value,
)
from cds.chart import Original

Json = dict[str, Any]


def number(value: Value) -> Any:
    """A Decimal as an int where it is whole and was written so, else as a float; anything else as it is."""
    if not isinstance(value, Decimal):
        return value
    text = str(value)
    return float(text) if "." in text or "E" in text else int(text)


def to_json(assessment: Assessment) -> Json:
    """The object of the public contract; serialisable, deterministic for equal assessments."""
    found = {
        "patient": assessment.patient,
        "computedAt": assessment.computed_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "contentVersion": assessment.content_version,
        "scores": [_score(outcome) for outcome in assessment.scores],
        "pathways": [_pathway(pathway) for pathway in assessment.pathways],
        "exclusions": [_exclusion(exclusion) for exclusion in assessment.exclusions],
        "evaluation": [_evaluation(step) for step in assessment.evaluation],
        "followUp": [_follow_up(visit) for visit in assessment.follow_up],
    }
    if assessment.trends:
        found["trends"] = [_trend(each) for each in assessment.trends]
    if assessment.adverse_events:
        found["adverseEvents"] = [_adverse_event(each) for each in assessment.adverse_events]
    return found


def _score(outcome: Outcome) -> Json:
    found: Json = {"id": outcome.id, "title": outcome.title, "status": outcome.status}
    if outcome.value is not None:
        found["value"] = number(outcome.value)
        found["unrounded"] = outcome.unrounded
        if outcome.uncapped is not None:
            found["uncapped"] = number(outcome.uncapped)
    elif outcome.low is not None and outcome.high is not None:
        found["range"] = [number(outcome.low), number(outcome.high)]
    if outcome.band:
        found["band"] = outcome.band
    found["reasons"] = list(outcome.reasons)
    found["inputs"] = [_used(used) for used in outcome.inputs]
    return found


def _used(used: Used) -> Json:
    value = number(used.value)
    found: Json = {"name": used.name, "value": value}
    if used.unit:
        found["unit"] = used.unit
    if used.used is not None:
        found["used"] = value if used.used is used.value else number(used.used)
    found["clamped"] = used.clamped
    if used.original is not None:
        found["original"] = _original(used.original)
    if used.when is not None:
        found["effective"] = str(used.when)
    if used.source:
        found["source"] = used.source
    return found


def _original(original: Original) -> Json:
    found: Json = {"value": number(original.value)}
    if original.comparator:
        found["comparator"] = original.comparator
    if original.unit:
        found["unit"] = original.unit
    if original.code:
        found["code"] = original.code
    return found


def _pathway(pathway: Pathway) -> Json:
    found: Json = {"id": pathway.id, "status": pathway.status}
    if pathway.because:
        found["because"] = pathway.because
    found["criteria"] = [
        {"id": each.id, "status": each.status, "because": each.because, "source": each.source}
        for each in pathway.criteria
    ]
    return found


def _exclusion(exclusion: Exclusion) -> Json:
    return {
        "id": exclusion.id,
        "status": exclusion.status,
        "evidence": list(exclusion.evidence),
        "because": exclusion.because,
    }


def _evaluation(step: Evaluation) -> Json:
    return {"id": step.id, "status": step.status, "because": step.because}


def _follow_up(visit: FollowUp) -> Json:
    found: Json = {"id": visit.id, "status": visit.status, "kind": visit.kind}
    if visit.due is not None:
        found["due"] = visit.due.isoformat()
    if visit.window is not None:
        found["window"] = [day.isoformat() for day in visit.window]
    if visit.because:
        found["because"] = visit.because
    return found


def _trend(trend: Trend) -> Json:
    found: Json = {"score": trend.score, "visit": trend.visit}
    if trend.baseline.value is not None:
        found["baseline"] = number(trend.baseline.value)
    if trend.later.value is not None:
        found["value"] = number(trend.later.value)
    if trend.difference is not None:
        found["difference"] = number(trend.difference)
    found["because"] = trend.because
    return found


def _adverse_event(recorded: Recorded) -> Json:
    event = recorded.event
    found: Json = {"because": adverse.described(event)}
    if event.event:
        found["event"] = event.event
    if event.when is not None:
        found["date"] = str(event.when)
    if event.resolved is not None:
        found["resolved"] = str(event.resolved)
    if event.grade is not None:
        found["grade"] = event.grade
    if event.outcome:
        found["outcome"] = event.outcome
    if event.serious is not None:
        found["serious"] = event.serious
    found["linked"] = recorded.linked
    if event.source:
        found["source"] = event.source
    return found
