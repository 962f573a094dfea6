"""Charts for the rules, built by hand: a world in which everything that is not said was read and is empty."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import cds.evaluation
import cds.exclusions
import cds.facts
import cds.liver_disease
import cds.pathways
import cds.scores  # noqa: F401  (each declares its part when it is imported)
from cds.ask import score_name
from cds.assessment import Outcome, Used
from cds.chart import Administration, Answer, Event, Moment, Original, Result
from cds.codes import ANSWERS, CONCEPTS
from cds.knowledge import CONCLUSIONS, EVALUATION, EXCLUSIONS, FACTS, PATHWAYS, Verdict
from cds.labs import LABS
from cds.scoring import SCORES
from cds.views import Answers, Fact, Lab, Problem, Records

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
TITLES = {score_name(each.id): each for each in SCORES.values()}


def ago(days: float = 1) -> Moment:
    """That many days before now, to the second."""
    at = NOW - timedelta(days=days)
    return Moment(at, at.isoformat())


def on(day: str) -> Moment:
    """A date without a time."""
    return Moment(datetime.fromisoformat(day).replace(tzinfo=UTC), day, day_only=True)


def result(
    name: str,
    value: float | str,
    days: float = 1,
    limit: float | None = None,
    at: Moment | None = None,
    performer: str = "",
) -> Result:
    """One result; "<20" carries its comparator, `limit` is the upper limit of normal."""
    text = str(value)
    comparator = text.rstrip("0123456789.")
    number, unit = Decimal(text.removeprefix(comparator)), LABS[name].unit
    when = at or ago(days)
    upper = None if limit is None else Decimal(str(limit))
    source = f"Observation/{name}-{when.written}"
    return Result(name, number, unit, when, source, Original(number, unit, ""), comparator, upper, performer)


def lab(name: str, *results: Result) -> dict[str, Any]:
    """An analyte with these results, newest first."""
    ordered = tuple(sorted(results, key=lambda each: each.when.at, reverse=True))
    return {name: Lab(name, NOW, ordered)}


def labs(days: float = 1, limit: float | None = None, **values: float | str) -> dict[str, Any]:
    """One result each, all of the same time."""
    return {name: Lab(name, NOW, (result(name, value, days, limit),)) for name, value in values.items()}


def charted(concept: str, *, days: float | None = 100, status: Any = "active", **more: Any) -> dict[str, Any]:
    """A problem with one event; `days` None is undated; `end` in days ago."""
    end = more.pop("end", None)
    event = Event(
        concept,
        status,
        f"Condition/{concept}",
        None if days is None else ago(days),
        None if end is None else ago(end),
        **more,
    )
    return {concept: Problem(concept, CONCEPTS[concept].title, NOW, (event,))}


def unread(*concepts: str) -> dict[str, Any]:
    """Problems whose kind of record was not read."""
    return {each: Problem(each, CONCEPTS[each].title, NOW, (), read=False) for each in concepts}


def unread_kind(*kinds: str) -> dict[str, Any]:
    """All problems of these kinds of record not read."""
    return unread(*(each for each, concept in CONCEPTS.items() if concept.kind in kinds))


def answered(name: str, value: str | int, days: float = 1) -> dict[str, Any]:
    """A coded test or grade."""
    return {name: Answers(name, NOW, (Answer(name, value, ago(days), f"Observation/{name}"),))}


def fact(name: str, *candidates: Any) -> dict[str, Any]:
    return {name: Fact(name, candidates)}


def scored(
    name: str, low: float, high: float | None = None, days: float = 1, reasons: tuple[str, ...] = (), **more: Any
) -> dict[str, Any]:
    """A score of one value or a range whose one dated input is `days` old."""
    top = low if high is None else high
    whole, end = Decimal(str(low)), Decimal(str(top))
    used = more.pop("inputs", (Used("bilirubin", 1.0, "mg/dL", when=ago(days)),))
    outcome = Outcome(
        id=TITLES[name].id,
        title=TITLES[name].title,
        status="computed",
        reasons=reasons,
        inputs=used,
        value=whole if high is None else None,
        low=whole,
        high=end,
        unrounded_low=float(low),
        unrounded_high=float(top),
    )
    return {name: replace(outcome, **more)}


def not_scored(name: str, status: Any = "not-computed") -> dict[str, Any]:
    return {name: Outcome(TITLES[name].id, TITLES[name].title, status)}


ADULT_MAN = {**fact("female", False), **fact("age", 55), **fact("anticoagulation", False)}
QUIET = {
    **ADULT_MAN,
    **fact("dialysis", False),
    **fact("ascites", 1, 2, 3),
    **fact("encephalopathy", 0, 1, 2, 3, 4),
    **fact("diabetic", False),
}
"""What the facts of a man of 55 say when nothing is charted."""


class World:
    """Answers a rule's names from what was said; everything else was read and is empty."""

    def __init__(self, *said: dict[str, Any]) -> None:
        self.said: dict[str, Any] = {**QUIET}
        for each in said:
            self.said.update(each)

    def __call__(self, name: str) -> Any:
        if name not in self.said:
            self.said[name] = self._empty(name)
        return self.said[name]

    def _empty(self, name: str) -> Any:
        if name == "now":
            return NOW
        if name == "administrations":
            return Records()
        if name in TITLES:
            status: Any = "not-applicable" if name in ("aclf_grade", "clif_of") else "not-computed"
            return not_scored(name, status)[name]
        if name in FACTS:
            return Fact(name)
        if name in CONCLUSIONS:
            return self.call(CONCLUSIONS[name])
        if name in LABS:
            return Lab(name, NOW)
        if name in ANSWERS:
            return Answers(name, NOW)
        return Problem(name, CONCEPTS[name].title, NOW)

    def call(self, rule: Any) -> Any:
        return rule.function(**{name: self(name) for name in rule.parameters})

    def gate(self, pathway: str) -> Verdict:
        found: Verdict = self.call(PATHWAYS[pathway].gate)
        return found

    def criterion(self, criterion_id: str) -> Verdict:
        rules = {rule.id: rule for family in PATHWAYS.values() for rule in family.criteria}
        found: Verdict = self.call(rules[criterion_id])
        return found

    def exclusion(self, exclusion_id: str) -> Verdict:
        found: Verdict = self.call(EXCLUSIONS[exclusion_id])
        return found

    def step(self, step_id: str) -> tuple[str, str]:
        found: tuple[str, str] = self.call(EVALUATION[step_id])
        return found

    def conclusion(self, name: str) -> Any:
        return self(name)


def given(days: float, end: float | None = None) -> Administration:
    """An administration that started so many days ago and ended on the same day."""
    return Administration(f"MedicationAdministration/{days}", ago(days), ago(days if end is None else end), "msc")
