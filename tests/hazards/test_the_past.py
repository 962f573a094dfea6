"""Times that are not exact, and scores as they were at an earlier moment."""

from datetime import datetime, timedelta

import pytest

from cds.assess import scores_at
from tests.charts import NOW, Chart, ago, score

SICK = Chart().cirrhosis().reference()


@pytest.mark.hazard("C-9")
def test_a_time_without_an_offset_is_used_and_said() -> None:
    chart = Chart().cirrhosis().reference(creatinine=None).lab("creatinine", 1.2, at="2026-11-22T08:00:00")
    found = score(chart, "meld-3.0")
    assert found["value"] == 18
    assert found["reasons"] == ["BOUNDARY_AMBIGUOUS"]


@pytest.mark.hazard("C-3")
def test_bilirubin_in_umol_that_looks_like_mg_is_asked_about() -> None:
    assert "VERIFY_VALUE" in score(SICK.lab("bilirubin", 1.9, "umol/L", code="14631-6"), "albi")["reasons"]
    assert "VERIFY_VALUE" not in score(SICK.lab("bilirubin", 20, "umol/L", code="14631-6"), "albi")["reasons"]


# The past as it was


def at(chart: Chart, moment: datetime, id: str) -> tuple[object, tuple[str, ...]]:
    found = scores_at(chart.chart(), moment)[id]
    return found.value, found.reasons


THEN = NOW - timedelta(days=100)


@pytest.mark.hazard("C-20")
def test_what_happened_later_does_not_change_an_earlier_score() -> None:
    chart = Chart().condition("K74.60").reference(days=100, hours=2)
    assert at(chart, THEN, "meld-3.0") == (18, ())
    assert at(chart.condition("Z94.4", days=20), THEN, "meld-3.0") == (18, ())
    assert at(chart.condition("N18.6", days=20), THEN, "meld-3.0") == (18, ())
    assert at(chart.medicine(text="apixaban", authoredOn=ago(20)), THEN, "meld-3.0") == (18, ())
    assert at(chart.condition("Z94.4", days=120), THEN, "meld-3.0") == (None, ("TRANSPLANTED",))


@pytest.mark.hazard("C-20")
def test_what_has_ended_since_then_was_there_then() -> None:
    ended = {"abatementDateTime": ago(20)}
    chart = Chart().condition("K74.60").reference(days=100, hours=2).west_haven(0, days=100, hours=2)
    over = chart.condition("R18.8", days=150, clinical="resolved", **ended)
    found = scores_at(over.chart(), THEN)["child-pugh"]
    assert (found.low, found.high) == (8, 9)


@pytest.mark.hazard("C-20")
def test_a_contradiction_of_then_is_not_forgotten() -> None:
    chart = Chart().condition("K74.60").reference(days=101, hours=2).lab("inr", 1.4, days=100, hours=2)
    assert at(chart, THEN, "meld-3.0")[0] is not None
    value, reasons = at(chart.lab("inr", 4.0, days=100, hours=2), THEN, "meld-3.0")
    assert value is None
    assert "CONFLICTING_RESULTS" in reasons
