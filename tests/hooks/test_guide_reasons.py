"""The reasons that the handbook lists for a score are all that the service gives for it."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from cds.assess import assess
from cds.chart import KINDS
from cds.fhir import read_chart
from cds.scoring import SCORES
from hooks.demo.charts import resources, templates
from hooks.guide.inputs import reasons

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
VARIATIONS = 12
LISTED = {score_id: set(reasons(score)) for score_id, score in SCORES.items()}


def damaged(chart: list[dict[str, Any]], draw: random.Random) -> Iterator[dict[str, Any]]:
    """The chart with records lost, and with results and the person made doubtful in all the ways that charts know."""
    for each in chart:
        if each["resourceType"] == "Patient":
            born = draw.choice([each["birthDate"], "2012-01-01", "1995-03-03", "2020", "2008"])
            yield {**each, "birthDate": born, "gender": draw.choice([each["gender"], each["gender"], "unknown"])}
        elif draw.random() < 0.9:
            yield _result(each, draw) if "valueQuantity" in each and draw.random() < 0.3 else each


def _result(each: dict[str, Any], draw: random.Random) -> dict[str, Any]:
    quantity = dict(each["valueQuantity"])
    match draw.randrange(7):
        case 0:
            quantity["value"] = float(quantity["value"]) * draw.choice([10, 0.1, 100])
        case 1:
            quantity = {"value": quantity["value"]}
        case 2:
            quantity["comparator"] = draw.choice(["<", ">"])
        case 3:
            return {**each, "status": "preliminary"}
        case 4:
            return {**each, "effectiveDateTime": "2026-08-01"}
        case 5:
            return {**each, "effectiveDateTime": "2027-08-01"}
        case _:
            quantity |= {"unit": "umol/L", "code": "umol/L"}
    return {**each, "valueQuantity": quantity}


@pytest.mark.parametrize("chart_id", templates())
def test_every_reason_that_is_given_is_listed(chart_id: str) -> None:
    draw = random.Random(chart_id)
    whole = list(resources(templates()[chart_id], NOW))
    unlisted = set()
    for _ in range(VARIATIONS):
        read = frozenset(kind for kind in KINDS if draw.random() < 0.85) | {"labs"}
        found = assess(read_chart(damaged(whole, draw), chart_id, NOW, read))
        unlisted |= {(each.id, code) for each in found.scores for code in each.reasons if code not in LISTED[each.id]}
    assert not unlisted
