"""Finds what a score or rule asks for by name, in one chart, once.

A name is that of a score, a fact, a conclusion, an analyte, a coded answer or a concept; none is in two tables.
"""

from collections.abc import Callable, Iterable
from typing import Any

from cds.assessment import Outcome
from cds.chart import Chart
from cds.codes import ANSWERS, CONCEPTS
from cds.knowledge import CONCLUSIONS, FACTS, PATHWAYS, Rule, Verdict
from cds.labs import LABS
from cds.scoring import SCORES, Score
from cds.views import Answers, Fact, Lab, Problem, Records

Compute = Callable[[Score, "Ask"], Outcome]


def score_name(score_id: str) -> str:
    """The parameter name that asks for a score: "meld-3.0" -> "meld_3_0"."""
    return score_id.replace("-", "_").replace(".", "_")


class Ask:
    """Answers by name from one chart; every answer is found once and kept."""

    def __init__(self, chart: Chart, compute: Compute) -> None:
        self.chart = chart
        self._compute = compute
        self._scores = {score_name(score_id): score_id for score_id in SCORES}
        self._found: dict[str, Any] = {}

    def __call__(self, name: str) -> Any:
        """The view for `name`. KeyError for a name that no table holds."""
        if name not in self._found:
            self._found[name] = self._find(name)
        return self._found[name]

    def _find(self, name: str) -> Any:
        chart = self.chart
        if name in self._scores:
            return self._compute(SCORES[self._scores[name]], self)
        if name in FACTS:
            return FACTS[name](self)
        if name in CONCLUSIONS:
            rule = CONCLUSIONS[name]
            return rule.function(**self.arguments(rule.parameters))
        if name in CONCLUSIONS:
            return CONCLUSIONS[name].function(**self.arguments(CONCLUSIONS[name].parameters))
        if name in LABS:
            read = LABS[name].kind in chart.read
            results = chart.results.get(name, ())
            return Lab(name, chart.now, results, () if results else chart.unusable.get(name, ()), read)
        if name in ANSWERS:
            return Answers(name, chart.now, chart.answers.get(name, ()), "labs" in chart.read)
        if name in CONCEPTS:
            concept = CONCEPTS[name]
            return Problem(name, concept.title, chart.now, chart.events.get(name, ()), concept.kind in chart.read)
        return self._whole(name)

    def _whole(self, name: str) -> Any:
        match name:
            case "now":
                return self.chart.now
            case "person":
                return self.chart.person
            case "administrations":
                return Records(self.chart.administrations, "administrations" in self.chart.read)
        raise KeyError(name)

    def lab(self, name: str) -> Lab:
        """The analyte `name`."""
        found: Lab = self(name)
        return found

    def answers(self, name: str) -> Answers:
        """The coded answers `name`."""
        found: Answers = self(name)
        return found

    def problem(self, name: str) -> Problem:
        """The concept `name`."""
        found: Problem = self(name)
        return found

    def fact(self, name: str) -> Fact:
        """The fact `name`."""
        found: Fact = self(name)
        return found

    def outcome(self, score_id: str) -> Outcome:
        """The score with that id."""
        found: Outcome = self(score_name(score_id))
        return found

    def gate(self, pathway: str) -> Verdict:
        """Whether the gate of a pathway is open."""
        return self.decide(PATHWAYS[pathway].gate)

    def decide(self, rule: Rule) -> Verdict:
        """The verdict of a rule on this chart."""
        key = f"rule:{id(rule)}"
        if key not in self._found:
            self._found[key] = rule.function(**self.arguments(rule.parameters))
        verdict: Verdict = self._found[key]
        return verdict

    def arguments(self, names: Iterable[str]) -> dict[str, Any]:
        """Name -> view, for a call."""
        return {name: self(name) for name in names}
