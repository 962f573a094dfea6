"""From a chart to an assessment: every declared score and rule, asked once, in the order of the contract."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

import cds.applicability
import cds.derived
import cds.evaluation
import cds.exclusions
import cds.facts
import cds.liver_disease
import cds.pathways
import cds.scores
import cds.transplant  # noqa: F401  (each of these declares its part when it is imported)
from cds import adverse, content
from cds.ask import Ask
from cds.assessment import (
    Assessment,
    Charted,
    Criterion,
    CriterionStatus,
    Evaluation,
    Exclusion,
    ExclusionStatus,
    Outcome,
    Pathway,
    PathwayStatus,
    Recorded,
    Trend,
)
from cds.chart import Chart, Event, Result, Unusable
from cds.follow_up import FOLLOW_UP_ASKS, anchor, follow_up, not_used
from cds.knowledge import DAY, EVALUATION, EXCLUSIONS, PATHWAYS, Family, Rule, Step, Verdict
from cds.outcome import compute
from cds.scoring import SCORES
from cds.transplant import TransplantPrompt
from cds.trend import BASELINE_PANEL, BASELINE_WITHIN, TREND_ASKS, baseline_panel, first_of_course, trends
from cds.trials import not_screened
from cds.views import Records

MET: dict[str, CriterionStatus] = {"yes": "met", "no": "not-met", "unknown": "unknown"}
CHARTED_AS = {"meld": "charted_meld", "meld-na": "charted_meld_na", "meld-3.0": "charted_meld_3"}
"""Our score id -> the answer that holds the same score as another system charted it."""
CHARTED_FOR = 7 * DAY
PRESENT: dict[str, ExclusionStatus] = {"yes": "present", "no": "absent", "unknown": "unknown"}


def assess(chart: Chart) -> Assessment:
    """Everything that can be concluded from the chart at its clinical clock. Never raises for what a chart holds."""
    ask = Ask(chart, compute)
    exclusions = tuple(_exclusion(rule, ask) for rule in EXCLUSIONS.values())
    disease: Verdict = ask("liver_disease")
    prompt: TransplantPrompt = ask("transplant_prompt")
    administered: Records = ask("administrations")
    last = anchor(administered)
    return Assessment(
        patient=chart.patient,
        computed_at=chart.now,
        content_version=content.VERSION,
        scores=tuple(ask.outcome(score_id) for score_id in SCORES),
        pathways=tuple(_pathway(family, exclusions, ask) for family in PATHWAYS.values()),
        exclusions=exclusions,
        evaluation=tuple(_evaluation(step, ask) for step in EVALUATION.values()),
        follow_up=follow_up(**ask.arguments(FOLLOW_UP_ASKS)),
        baseline=_baseline(ask, administered) if last else (),
        trends=_trends(ask) if last else (),
        charted=tuple(_charted(ask)),
        charted_since=_charted_since(ask, administered) if last else (),
        adverse_events=_adverse_events(chart, administered) if last else (),
        adverse_events_unusable=len(chart.unusable.get(adverse.NAME, ())) if last else 0,
        liver_disease=disease.answer,
        liver_disease_because=disease.because,
        transplant_prompt="" if chart.person.deceased else prompt.text,
        decompensated=ask("decompensation").answer == "yes",
        deceased=chart.person.deceased,
        anchor=last.end.day if last else None,
        administrations_read=administered.read,
        administrations_unusable=not_used(administered),
        not_screened=not_screened(ask.problem("heart_failure")),
    )


def _charted(ask: Ask) -> Iterator[Charted]:
    """The newest MELD of each variant that the chart holds and that is no older than results of one spread."""
    for score_id, name in CHARTED_AS.items():
        newest = ask.answers(name).newest(CHARTED_FOR)
        if newest:
            yield Charted(score_id, int(newest.value), newest.when)


def _charted_since(ask: Ask, administered: Records) -> tuple[Charted, ...]:
    """Every MELD that the chart holds from the time of the baseline on, oldest first."""
    first = first_of_course(administered)
    begin = first.start.at - BASELINE_WITHIN if first else ask.chart.now
    found = [
        Charted(score_id, int(each.value), each.when)
        for score_id, name in CHARTED_AS.items()
        for each in ask.answers(name).answers
        if each.when.at >= begin
    ]
    return tuple(sorted(found, key=lambda each: each.when.at))


def _adverse_events(chart: Chart, administered: Records) -> tuple[Recorded, ...]:
    shown = adverse.after_course(administered, chart.adverse_events)
    return tuple(Recorded(each, adverse.linked(administered, each)) for each in shown)


def _baseline(ask: Ask, administered: Records) -> tuple[Result, ...]:
    """The baseline panel as the chart stood when the course began: a contradiction of then counts, a later one not."""
    first = first_of_course(administered)
    if first is None:
        return ()
    then = Ask(as_of(ask.chart, first.start.at), compute)
    return tuple(baseline_panel(administered, {name: then.lab(name) for name in BASELINE_PANEL}).values())


def _trends(ask: Ask) -> tuple[Trend, ...]:
    return trends(score_at=lambda moment: scores_at(ask.chart, moment), **ask.arguments(TREND_ASKS))


def as_of(chart: Chart, moment: datetime) -> Chart:
    """The chart as it stood at an earlier moment: nothing that was drawn or happened later.

    A problem that was still there then is active; a medicine that was stopped since is no longer in the chart.
    """
    unusable = {
        name: tuple(bad for bad in found if bad.when is None or bad.when.at <= moment)
        for name, found in chart.unusable.items()
    }
    return replace(
        chart,
        now=moment,
        results={
            name: tuple(replace(r, newer=_newer(r, unusable.get(name, ()))) for r in found if r.when.at <= moment)
            for name, found in chart.results.items()
        },
        unusable=unusable,
        answers={name: tuple(a for a in found if a.when.at <= moment) for name, found in chart.answers.items()},
        events={name: tuple(_events_then(found, moment)) for name, found in chart.events.items()},
    )


def _newer(result: Result, unusable: Iterable[Unusable]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(bad.reason for bad in unusable if bad.when is None or bad.when.at >= result.when.at))


def _events_then(events: Iterable[Event], moment: datetime) -> Iterator[Event]:
    """The events that had begun by then; what ended later was active."""
    for event in events:
        if event.onset is None or event.onset.at <= moment:
            ended_later = event.status == "past" and event.end is not None and event.end.at > moment
            yield replace(event, status="active", end=None) if ended_later else event


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
    gate = ask.gate(family.gate.id)
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
    elif any(each.status == "unknown" for each in criteria) or any(each.status == "unknown" for each in exclusions):
        status = "cannot-determine"
    else:
        status = "matches"
    return Pathway(family.gate.id, title, status, gate.because, criteria)


def _evaluation(step: Step, ask: Ask) -> Evaluation:
    status, because = step.function(*map(ask.__getitem__, step.parameters))
    return Evaluation(step.id, step.title, cast(Any, status), because)
