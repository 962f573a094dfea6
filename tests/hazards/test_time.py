"""Which result is the newest, how old and how far apart results may be (C-7, C-8, C-9)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.charts import ABSENT, MELDS, NOW, REFERENCE, Chart, ago, day_ago, input_of, score
from tests.oracles import caveat, no_meld, no_score, value

SECOND = 1 / 3600
HIGH = {"bilirubin": 12.0, "inr": 2.6, "creatinine": 2.4}
FIBROSIS = {"ast": 60, "alt": 50, "platelets": 150, "albumin": 4.0, "bmi": 31}


def without(name: str) -> Chart:
    return Chart().cirrhosis().reference(**{name: None})


# Age


@pytest.mark.hazard("C-7")
@pytest.mark.parametrize(
    ("hours", "expected"),
    [(30 * 24, "computed"), (30 * 24 + SECOND, "STALE"), (31 * 24, "STALE"), (90 * 24, "STALE"),
     (90 * 24 + SECOND, "refused"), (91 * 24, "refused")],
)  # fmt: skip
@pytest.mark.parametrize("id", MELDS)
def test_age_of_the_newest_result(hours: float, expected: str, id: str) -> None:
    chart = Chart().cirrhosis().reference(hours=hours)
    number = {"meld": 15, "meld-na": 18, "meld-3.0": 18}[id]
    match expected:
        case "computed":
            value(chart, id, number)
        case "STALE":
            value(chart, id, number, "STALE")
        case _:
            no_score(chart, id, "STALE")


@pytest.mark.hazard("C-7")
def test_results_of_91_days_leave_no_number_on_a_card() -> None:
    no_meld(Chart().cirrhosis().reference(days=91), "STALE")


@pytest.mark.hazard("C-7")
@pytest.mark.parametrize(("days", "stale"), [(6.9, False), (7, False), (7.01, True), (8, True), (20, True)])
def test_a_high_meld_goes_stale_after_a_week(days: float, stale: bool) -> None:
    found = score(Chart().reference(days=days, hours=0, **HIGH), "meld-3.0")
    assert found["value"] >= 25
    assert ("STALE" in found["reasons"]) is stale


@pytest.mark.hazard("C-7")
@pytest.mark.parametrize(("creatinine", "stale"), [(1.2, False), (3.0, True)])
def test_a_week_old_meld_is_stale_from_25_on_only(creatinine: float, stale: bool) -> None:
    found = score(Chart().reference(days=8, hours=0, creatinine=creatinine), "meld-3.0")
    assert (found["value"] >= 25) is stale
    assert ("STALE" in found["reasons"]) is stale


@pytest.mark.hazard("C-7")
def test_any_input_older_than_a_week_makes_a_high_meld_stale() -> None:
    chart = Chart().reference(days=2, hours=0, **{**HIGH, "sodium": None}).lab("sodium", 130, days=7.5)
    found = score(chart, "meld-3.0")
    assert {"STALE", "SPREAD"} <= set(found["reasons"])
    assert "STALE" not in score(chart, "meld")["reasons"]


@pytest.mark.hazard("C-7")
def test_the_age_stands_on_the_card() -> None:
    detail = Chart().cirrhosis().reference(days=31).cards()[0]["detail"].replace("\\", "")
    assert day_ago(31) in detail
    assert "old" in detail


@pytest.mark.hazard("C-7")
@pytest.mark.parametrize("id", ["fib-4", "nfs", "apri", "ast-alt-ratio"])
@pytest.mark.parametrize(("hours", "computed"), [(183 * 24, True), (183 * 24 + SECOND, False)])
def test_fibrosis_tests_take_results_of_six_months(id: str, hours: float, computed: bool) -> None:
    chart = Chart().condition("E11.9").labs(FIBROSIS, hours=hours, upper=40)
    if computed:
        assert "value" in score(chart, id)
    else:
        no_score(chart, id, "STALE")


@pytest.mark.hazard("C-8")
@pytest.mark.parametrize("id", ["fib-4", "apri"])
@pytest.mark.parametrize(("days", "computed"), [(29, True), (30, True), (30.001, False)])
def test_fibrosis_tests_take_results_thirty_days_apart(id: str, days: float, computed: bool) -> None:
    chart = Chart().labs({"ast": 60, "alt": 50}, days=1, hours=0, upper=40).lab("platelets", 150, days=1 + days)
    if computed:
        assert "value" in score(chart, id)
    else:
        no_score(chart, id, "SPREAD")


# Spread


@pytest.mark.hazard("C-8")
@pytest.mark.parametrize(
    ("hours", "expected"),
    [(20, "plain"), (24, "plain"), (24 + SECOND, "SPREAD"), (72, "SPREAD"), (168, "SPREAD"), (168 + SECOND, "refused"),
     (240, "refused")],
)  # fmt: skip
def test_spread(hours: float, expected: str) -> None:
    chart = without("inr").lab("inr", 1.5, hours=2 + hours)
    match expected:
        case "plain":
            value(chart, "meld-3.0", 18)
        case "SPREAD":
            value(chart, "meld-3.0", 18, "SPREAD")
        case _:
            no_score(chart, "meld-3.0", "SPREAD")


@pytest.mark.hazard("C-8")
def test_ten_days_apart_leaves_no_number_on_a_card() -> None:
    no_meld(without("inr").lab("inr", 1.5, days=10), "SPREAD")


@pytest.mark.hazard("C-8")
def test_a_score_is_judged_by_its_own_inputs_only() -> None:
    chart = without("albumin").lab("albumin", 3.0, days=20)
    value(chart, "meld", 15)
    value(chart, "meld-na", 18)
    no_score(chart, "meld-3.0", "SPREAD")


@pytest.mark.hazard("C-8")
def test_dates_without_times_are_one_draw_on_one_day() -> None:
    chart = Chart()
    for name, number in REFERENCE.items():
        chart = chart.lab(name, number, at=day_ago(1))
    value(chart, "meld-3.0", 18)
    mixed = without("inr").lab("inr", 1.5, at=NOW.date().isoformat())
    value(mixed, "meld-3.0", 18)


# Newest


@pytest.mark.hazard("C-9")
def test_the_newest_by_instant_not_by_text() -> None:
    """23:30 in New York is later than 02:00 of the next day in Kolkata, whatever the texts say."""
    chart = without("inr").lab("inr", 1.5, at="2026-11-21T23:30:00-05:00")
    chart = chart.lab("inr", 4.0, at="2026-11-22T02:00:00+05:30")
    found = score(chart, "meld-3.0")
    assert input_of(found, "inr")["value"] == 1.5
    assert input_of(found, "inr")["effective"] == "2026-11-22T04:30:00Z"


@pytest.mark.hazard("C-9")
def test_the_order_of_the_bundle_does_not_matter() -> None:
    chart = Chart().reference().lab("inr", 4.0, days=3)
    expected = chart.json()
    backwards = Chart(resources=tuple(reversed(chart.resources)))
    assert backwards.json() == expected
    assert input_of(score(chart, "meld-3.0"), "inr")["value"] == 1.5


@pytest.mark.hazard("C-9")
def test_the_end_of_a_period_counts() -> None:
    period = {"effectivePeriod": {"start": ago(hours=30), "end": ago(hours=2)}}
    chart = Chart().reference(hours=4).lab("inr", 1.5, at=ABSENT, **period)
    assert input_of(score(chart, "meld-3.0"), "inr")["effective"] == ago(hours=2)


@pytest.mark.hazard("C-9")
def test_an_instant_counts() -> None:
    chart = without("inr").lab("inr", 1.5, at=ABSENT, effectiveInstant=ago(hours=1))
    value(chart, "meld-3.0", 18)


@pytest.mark.hazard("C-9")
@pytest.mark.parametrize(
    "when",
    [{}, {"effectivePeriod": {"start": ago(hours=2)}}, {"effectiveTiming": {"event": [ago(hours=2)]}},
     {"effectiveDateTime": "2026-11"}, {"effectiveDateTime": "2026"}, {"effectiveDateTime": "yesterday"},
     {"effectiveDateTime": "2026-13-40"}],
)  # fmt: skip
def test_without_a_usable_specimen_time_a_result_is_undated(when: Any) -> None:
    chart = without("inr").lab("inr", 1.5, at=ABSENT, issued=ago(hours=1), **when)
    no_score(chart, "meld-3.0", "UNDATED")


@pytest.mark.hazard("C-9")
def test_issued_never_stands_in_for_the_specimen_time() -> None:
    chart = without("inr").lab("inr", 1.5, hours=2, issued=ago(hours=0))
    chart = chart.lab("inr", 9.0, days=3, issued=ago(hours=0))
    value(chart, "meld-3.0", 18)


@pytest.mark.hazard("C-9")
@pytest.mark.parametrize(("minutes", "used"), [(0, True), (59, True), (60, True), (61, False), (60 * 24 * 400, False)])
def test_more_than_an_hour_ahead_is_the_future(minutes: int, used: bool) -> None:
    ahead = (NOW + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")
    chart = without("inr").lab("inr", 1.5, at=ahead)
    if used:
        assert score(chart, "meld-3.0")["value"] == 18
    else:
        no_meld(chart, "FUTURE")


@pytest.mark.hazard("C-9")
def test_a_future_result_does_not_hide_a_usable_one() -> None:
    caveat(Chart().reference().lab("inr", 9.0, days=-2), "meld-3.0", 18, "FUTURE")


@pytest.mark.hazard("C-9")
def test_a_date_is_judged_by_its_start() -> None:
    """30 days and some hours before the clock: the start of the day is older than 30 times 24 hours."""
    chart = Chart()
    for name, number in REFERENCE.items():
        chart = chart.lab(name, number, at=day_ago(30))
    caveat(chart, "meld-3.0", 18, "STALE")


@pytest.mark.hazard("C-9")
def test_a_date_of_tomorrow_is_the_future() -> None:
    no_score(without("inr").lab("inr", 1.5, at=day_ago(-1)), "meld-3.0", "FUTURE")


@pytest.mark.hazard("C-9")
def test_late_in_the_evening_the_date_of_tomorrow_may_begin_within_the_hour() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    chart = Chart().at(late).reference(inr=None, hours=3).lab("inr", 1.5, at="2026-11-23")
    assert score(chart, "meld-3.0")["value"] == 18


@pytest.mark.hazard("C-29", "C-35")
def test_cards_carry_the_times_of_the_computation_and_of_every_input() -> None:
    detail = Chart().cirrhosis().reference().cards()[0]["detail"].replace("\\", "")
    assert "2026-11-22 10:00 UTC" in detail
    assert detail.count("2026-11-22 08:00") >= len(REFERENCE)
    assert "ecalculate" in detail


@pytest.mark.hazard("C-29")
def test_a_newer_result_changes_the_answer() -> None:
    before = Chart().reference(hours=20)
    after = before.lab("bilirubin", 6.0, hours=1)
    assert score(after, "meld-3.0")["value"] > score(before, "meld-3.0")["value"]
