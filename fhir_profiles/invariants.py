"""Asking the rules (constraints) of an element about a value, and saying in words which one is broken."""

import re
from typing import Any

from fhir_profiles.elements import Rule
from fhir_profiles.fhirpath import holds
from fhir_profiles.plain_rules import PLAIN
from fhir_profiles.run import Place, Run

LARGEST = 2_500
"""The library that evaluates FHIRPath takes quadratic time; it is not asked about objects with more values, nor about
those of resources with more where a rule looks at the whole of it. A real record of one thing has a few hundred.
"""
LARGEST_IF_COSTLY = 500
_COSTLY = re.compile(r"isDistinct|descendants|intersect|subsetOf|repeat\(|combine|contains ")
"""What takes it longest."""
MOST_EVALUATED = 10_000
"""So many rules are asked about one record, which takes some seconds; a Bundle of 30 resources asks about 70."""


def judge_rules(run: Run, value: Any, rules: tuple[Rule, ...], type: str, place: Place) -> None:
    """A value by rules. `type` is its type, or the path of its element where it has no type of its own."""
    if not rules or place.path in run.misshapen:
        return
    for rule in rules:
        mark = (place.path, rule.key)
        if mark not in run.asked:
            run.asked.add(mark)
            _judge(run, value, rule, type, place)


def _judge(run: Run, value: Any, rule: Rule, type: str, place: Place) -> None:
    plain = PLAIN.get(rule.key)
    if plain:
        fine: bool | None = plain[0](value)
        words = plain[1]
    else:
        run.evaluated += 1
        costly = run.evaluated > MOST_EVALUATED or _is_large(run, value, rule, place)
        fine = None if costly else holds(rule.expression, value, type, place.resource, place.holder)
        words = rule.human
    if fine is None:
        run.add(place.path, rule.key, f"Whether this holds could not be told: {words}", "incomplete", "information")
    elif not fine:
        run.add(place.path, rule.key, words, "invariant", "warning" if rule.severity == "warning" else "error")


def _is_large(run: Run, value: Any, rule: Rule, place: Place) -> bool:
    looked_at = (value, place.resource, place.holder) if "%" in rule.expression else (value,)
    most = LARGEST_IF_COSTLY if _COSTLY.search(rule.expression) else LARGEST
    return any(run.sizes.get(id(each), 0) > most for each in looked_at if isinstance(each, dict))
