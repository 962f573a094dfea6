"""What is computed from a result is as old as the result: it must not escape the limits of its score."""

import pytest

from tests.charts import Chart, Json


def score(chart: Chart, score_id: str) -> Json:
    return next(each for each in chart.json()["scores"] if each["id"] == score_id)


@pytest.mark.hazard("C-7", "C-8")
@pytest.mark.parametrize(("days", "status"), [(1, "computed"), (9, "not-computed"), (400, "not-computed")])
def test_old_urea_leaves_no_glasgow_score(days: float, status: str) -> None:
    chart = Chart().condition("K70.10").reference().lab("wbc", 9, days=1).lab("urea", 6, days=days)
    found = score(chart, "gahs")
    assert found["status"].startswith(status)
    assert ("SPREAD" in found["reasons"]) is (days > 1)


@pytest.mark.hazard("C-7", "C-8")
@pytest.mark.parametrize(("days", "known"), [(1, True), (400, False)])
def test_an_old_prothrombin_time_leaves_no_child_pugh(days: float, known: bool) -> None:
    chart = Chart().cirrhosis().reference(inr=None).lab("pt", 17, days=days).lab("pt_control", 12, days=days)
    assert ("range" in score(chart, "child-pugh")) is known
