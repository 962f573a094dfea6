"""Finds what a score or rule asks for by name, in one chart, once.

A name is that of a score, a fact, a conclusion, an analyte, a coded answer or a concept; none is in two tables.
"""

from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Any

from cds.assessment import Outcome
from cds.chart import Chart
from cds.codes import ANSWERS, CONCEPTS
from cds.concept import Concept
from cds.knowledge import CONCLUSIONS, FACTS, PATHWAYS, Conclusion, Rule, Verdict
from cds.labs import LABS
from cds.scoring import SCORES, Score
from cds.views import Answers, Fact, Lab, Problem, Records

Compute = Callable[[Score, "Ask"], Outcome]


def score_name(score_id: str) -> str:
    """The parameter name that asks for a score: "meld-3.0" -> "meld_3_0"."""
    return score_id.replace("-", "_").replace(".", "_")


class Ask(dict[str, Any]):
    """Answers by name from one chart; every answer is found when it is first asked for, and kept."""

    def __init__(self, chart: Chart, compute: Compute) -> None:
        self.chart = chart
        self.compute = compute
        self._finders = finders()
        self._gates: dict[str, Verdict] = {}
        self["now"] = chart.now
        self["person"] = chart.person
        self["administrations"] = Records(
            chart.administrations, "administrations" in chart.read, chart.unusable.get("administrations", ())
        )

    def __missing__(self, name: str) -> Any:
        """The view for `name`, the first time. KeyError for a name that no table holds."""
        self[name] = found = self._finders[name](self)
        return found

    def __call__(self, name: str) -> Any:
        """The view for `name`. KeyError for a name that no table holds."""
        return self[name]

    def lab(self, name: str) -> Lab:
        """The analyte `name`."""
        found: Lab = self[name]
        return found

    def answers(self, name: str) -> Answers:
        """The coded answers `name`."""
        found: Answers = self[name]
        return found

    def problem(self, name: str) -> Problem:
        """The concept `name`."""
        found: Problem = self[name]
        return found

    def fact(self, name: str) -> Fact:
        """The fact `name`."""
        found: Fact = self[name]
        return found

    def outcome(self, score_id: str) -> Outcome:
        """The score with that id."""
        found: Outcome = self[score_name(score_id)]
        return found

    def gate(self, pathway: str) -> Verdict:
        """Whether the gate of a pathway is open."""
        if pathway not in self._gates:
            self._gates[pathway] = self.decide(PATHWAYS[pathway].gate)
        return self._gates[pathway]

    def decide(self, rule: Rule) -> Verdict:
        """The verdict of a rule on this chart."""
        return rule.function(*map(self.__getitem__, rule.parameters))

    def arguments(self, names: Iterable[str]) -> dict[str, Any]:
        """Name -> view, for a call."""
        return {name: self[name] for name in names}


Finder = Callable[[Ask], Any]


@cache
def finders() -> dict[str, Finder]:
    """Name -> what finds it in a chart. To be asked for when everything is declared."""
    return {
        **{name: partial(_problem, concept) for name, concept in CONCEPTS.items()},
        **{name: partial(_answers, name) for name in ANSWERS},
        **{name: partial(_lab, name, lab.kind) for name, lab in LABS.items()},
        **{name: partial(_conclusion, conclusion) for name, conclusion in CONCLUSIONS.items()},
        **{score_name(score_id): partial(_outcome, score) for score_id, score in SCORES.items()},
        **FACTS,
    }


def _outcome(score: Score, ask: Ask) -> Outcome:
    return ask.compute(score, ask)


def _conclusion(conclusion: Conclusion, ask: Ask) -> Any:
    return conclusion.function(**ask.arguments(conclusion.parameters))


def _lab(name: str, kind: str, ask: Ask) -> Lab:
    chart = ask.chart
    results = chart.results.get(name, ())
    return Lab(name, chart.now, results, () if results else chart.unusable.get(name, ()), kind in chart.read)


def _answers(name: str, ask: Ask) -> Answers:
    return Answers(name, ask.chart.now, ask.chart.answers.get(name, ()), "labs" in ask.chart.read)


def _problem(concept: Concept, ask: Ask) -> Problem:
    chart = ask.chart
    events = chart.events.get(concept.name, ())
    return Problem(concept.name, concept.title, chart.now, events, concept.kind in chart.read)
