"""Finds what a score or rule asks for by name, in one chart, once.

A name is that of a score, a fact, a conclusion, an analyte, a coded answer or a concept; none is in two tables.
"""

from collections.abc import Callable, Iterable
from functools import cache
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
        self.compute = compute
        self._finders = finders()
        self._decided: dict[int, Verdict] = {}
        self._found: dict[str, Any] = {
            "now": chart.now,
            "person": chart.person,
            "administrations": Records(chart.administrations, "administrations" in chart.read),
        }

    def __call__(self, name: str) -> Any:
        """The view for `name`. KeyError for a name that no table holds."""
        if name not in self._found:
            self._found[name] = self._finders[name](self, name)
        return self._found[name]

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
        if id(rule) not in self._decided:
            self._decided[id(rule)] = rule.function(**self.arguments(rule.parameters))
        return self._decided[id(rule)]

    def arguments(self, names: Iterable[str]) -> dict[str, Any]:
        """Name -> view, for a call."""
        found = self._found
        return {name: found[name] if name in found else self(name) for name in names}


Finder = Callable[[Ask, str], Any]


@cache
def finders() -> dict[str, Finder]:
    """Name -> what finds it in a chart. To be asked for when everything is declared."""
    scores = {score_name(score_id): score for score_id, score in SCORES.items()}
    return {
        **dict.fromkeys(CONCEPTS, _problem),
        **dict.fromkeys(ANSWERS, _answers),
        **dict.fromkeys(LABS, _lab),
        **dict.fromkeys(CONCLUSIONS, _conclusion),
        **{name: lambda ask, name: FACTS[name](ask) for name in FACTS},
        **{name: lambda ask, name: ask.compute(scores[name], ask) for name in scores},
    }


def _conclusion(ask: Ask, name: str) -> Any:
    rule = CONCLUSIONS[name]
    return rule.function(**ask.arguments(rule.parameters))


def _lab(ask: Ask, name: str) -> Lab:
    chart = ask.chart
    results = chart.results.get(name, ())
    return Lab(name, chart.now, results, () if results else chart.unusable.get(name, ()), LABS[name].kind in chart.read)


def _answers(ask: Ask, name: str) -> Answers:
    return Answers(name, ask.chart.now, ask.chart.answers.get(name, ()), "labs" in ask.chart.read)


def _problem(ask: Ask, name: str) -> Problem:
    chart, concept = ask.chart, CONCEPTS[name]
    return Problem(name, concept.title, chart.now, chart.events.get(name, ()), concept.kind in chart.read)
