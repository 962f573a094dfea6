"""From a chart to an assessment: every declared score and rule, asked once, in the order of the contract."""

from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import cds.applicability
import cds.derived
import cds.evaluation
import cds.exclusions
import cds.facts
import cds.pathways
import cds.scores  # noqa: F401  (each of these declares its part when it is imported)
from cds import content
from cds.ask import Ask
from cds.assessment import (
    Assessment,
    Criterion,
    CriterionStatus,
    Evaluation,
    Exclusion,
    ExclusionStatus,
    Outcome,
    Pathway,
    PathwayStatus,
)
from cds.chart import Chart
from cds.follow_up import follow_up, trends
from cds.knowledge import EVALUATION, EXCLUSIONS, PATHWAYS, Family, Rule
from cds.liver_disease import liver_disease, transplant_prompt
from cds.outcome import compute
from cds.scoring import SCORES

MET: dict[str, CriterionStatus] = {"yes": "met", "no": "not-met", "unknown": "unknown"}
PRESENT: dict[str, ExclusionStatus] = {"yes": "present", "no": "absent", "unknown": "unknown"}


def assess(chart: Chart) -> Assessment:
    """Everything that can be concluded from the chart at its clinical clock. Never raises for what a chart holds."""
    ask = Ask(chart, compute)
    scores = tuple(ask.outcome(score_id) for score_id in SCORES)
    exclusions = tuple(_exclusion(rule, ask) for rule in EXCLUSIONS.values())
    disease = ask.rule(liver_disease)
    visits = follow_up(**ask.arguments(follow_up_asks))
    return Assessment(
        patient=chart.patient,
        computed_at=chart.now,
        content_version=content.VERSION,
        scores=scores,
        pathways=tuple(_pathway(family, exclusions, ask) for family in PATHWAYS.values()),
        exclusions=exclusions,
        evaluation=tuple(_evaluation(step_id, ask) for step_id in EVALUATION),
        follow_up=visits,
    )


def as_of(chart: Chart, moment: datetime) -> Chart:
    """The chart as it stood at an earlier moment: nothing that was drawn or happened later."""
    return replace(
        chart,
        now=moment,
        results={name: tuple(r for r in found if r.when.at <= moment) for name, found in chart.results.items()},
        unusable={},
        answers={name: tuple(a for a in found if a.when.at <= moment) for name, found in chart.answers.items()},
    )


def scores_at(chart: Chart, moment: datetime) -> dict[str, Outcome]:
    """Every score as it was at an earlier moment."""
    ask = Ask(as_of(chart, moment), compute)
    return {score_id: ask.outcome(score_id) for score_id in SCORES}


def _criterion(rule: Rule, ask: Ask) -> Criterion:
    verdict = ask.decide(rule)
    return Criterion(
        verdict.id or rule.id, MET[verdict.answer], verdict.because, verdict.source or rule.cite, rule.suggest
    )


def _exclusion(rule: Rule, ask: Ask) -> Exclusion:
    verdict = ask.decide(rule)
    return Exclusion(
        rule.id, rule.title, PRESENT[verdict.answer], verdict.because, verdict.evidence, sensitive=rule.sensitive
    )


def _pathway(family: Family, exclusions: tuple[Exclusion, ...], ask: Ask) -> Pathway:
    """What is known to be false outweighs what is unknown; `matches` needs everything known and in favour."""
    gate = ask.decide(family.gate)
    title = family.gate.title
    if ask.chart.person.deceased or gate.answer == "no":
        because = "The patient has died." if ask.chart.person.deceased else gate.because
        return Pathway(family.gate.id, title, "not-applicable", because)
    criteria = tuple(_criterion(rule, ask) for rule in family.criteria)
    status: PathwayStatus
    if gate.answer == "unknown":
        status = "cannot-determine"
    elif any(each.status == "not-met" for each in criteria) or any(each.status == "present" for each in exclusions):
        status = "does-not-match"
    elif any(each.status == "unknown" for each in (*criteria, *exclusions)):
        status = "cannot-determine"
    else:
        status = "matches"
    return Pathway(family.gate.id, title, status, gate.because, criteria)


def _evaluation(step_id: str, ask: Ask) -> Evaluation:
    step = EVALUATION[step_id]
    status, because = step.function(**ask.arguments(step.parameters))
    return Evaluation(step.id, step.title, cast(Any, status), because)
