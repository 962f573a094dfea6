"""Dialysis in the week before the creatinine, row by row (C-10)."""

import re

import pytest

from tests.charts import ABSENT, MELDS, NOW, Chart, ago, day_ago, exclusion, input_of, score
from tests.oracles import bounds, caveat, shown_range, value

HD, CRRT, PERITONEAL, PCS_HD, PCS_CRRT = "302497006", "714749008", "265764009", "5A1D70Z", "5A1D90Z"
PLAIN, DIALYSED = 18, 28


def reference() -> Chart:
    return Chart().cirrhosis().reference()


def asks(chart: Chart) -> None:
    """Both scores as a range, with the reason to ask."""
    bounds(chart, "meld-3.0", PLAIN, DIALYSED, "DIALYSIS_ASK")
    for id in ("meld", "meld-na"):
        assert "DIALYSIS_ASK" in score(chart, id)["reasons"]
        assert "range" in score(chart, id)


def applies(chart: Chart) -> None:
    found = caveat(chart, "meld-3.0", DIALYSED, "DIALYSIS_APPLIED")
    assert found["unrounded"] == pytest.approx(27.62, abs=0.005)
    assert input_of(found, "creatinine")["value"] == 1.2
    assert input_of(found, "creatinine")["used"] == 3.0
    assert input_of(score(chart, "meld"), "creatinine")["used"] == 4.0


@pytest.mark.hazard("C-10")
@pytest.mark.parametrize("code", [HD, PERITONEAL, PCS_HD])
def test_two_treatments_on_different_days(code: str) -> None:
    applies(reference().procedure(code, days=2).procedure(code, days=4))


@pytest.mark.hazard("C-10")
def test_the_effect_is_said_on_the_card() -> None:
    detail = reference().procedure(HD, days=2).procedure(HD, days=4).cards()[0]["detail"].replace("\\", "")
    assert re.search(r"used 3(\.0)? \(reported 1\.2\)", detail)
    assert "ialysis" in detail


@pytest.mark.hazard("C-10")
def test_dialysis_overrides_a_low_creatinine() -> None:
    chart = Chart().reference(creatinine=0.7).procedure(HD, days=2).procedure(HD, days=4)
    caveat(chart, "meld-3.0", DIALYSED, "DIALYSIS_APPLIED")


@pytest.mark.hazard("C-10")
def test_two_treatments_on_one_day_are_one_day() -> None:
    asks(
        reference()
        .procedure(HD, performedDateTime="2026-11-20T06:00:00Z")
        .procedure(HD, performedDateTime="2026-11-20T20:00:00Z")
    )


@pytest.mark.hazard("C-10")
def test_one_treatment() -> None:
    chart = reference().procedure(HD, days=2)
    asks(chart)
    shown_range(chart, "MELD 3.0", PLAIN, DIALYSED)


@pytest.mark.hazard("C-10")
@pytest.mark.parametrize("code", ["N18.6", "Z99.2", "Z49.31", "105502003", "236435004"])
def test_a_chronic_code_alone(code: str) -> None:
    asks(reference().condition(code))


@pytest.mark.hazard("C-10")
@pytest.mark.parametrize("clinical", ["resolved", "inactive"])
def test_a_chronic_code_that_is_past_alone(clinical: str) -> None:
    value(reference().condition("N18.6", clinical=clinical), "meld-3.0", PLAIN)


@pytest.mark.hazard("C-10")
@pytest.mark.parametrize("code", ["11042-9", "51619-5"])
def test_a_creatinine_before_dialysis_implies_dialysis(code: str) -> None:
    number, unit = (1.2, "mg/dL") if code == "11042-9" else (106, "umol/L")
    asks(Chart().reference(creatinine=None).lab("creatinine", number, unit, code=code, hours=2))


@pytest.mark.hazard("C-10")
def test_procedures_that_could_not_be_read() -> None:
    chart = reference().without_access_to("procedures")
    bounds(chart, "meld-3.0", PLAIN, DIALYSED, "DIALYSIS_UNKNOWN")
    shown_range(chart, "MELD 3.0", PLAIN, DIALYSED)


@pytest.mark.hazard("C-10")
def test_procedures_that_were_read_and_hold_nothing() -> None:
    value(reference(), "meld-3.0", PLAIN)


@pytest.mark.hazard("C-10")
def test_old_treatments_alone_never_apply() -> None:
    chart = reference()
    for days in (8, 10, 12, 400):
        chart = chart.procedure(HD, days=days)
    value(chart, "meld-3.0", PLAIN)


@pytest.mark.hazard("C-10")
@pytest.mark.parametrize("status", ["preparation", "in-progress", "not-done", "stopped", "entered-in-error", "unknown"])
def test_treatments_that_were_not_completed_never_apply(status: str) -> None:
    chart = reference().procedure(HD, days=2, status=status).procedure(HD, days=4, status=status)
    assert "DIALYSIS_APPLIED" not in score(chart, "meld-3.0")["reasons"]


@pytest.mark.hazard("C-10")
def test_the_week_ends_at_the_creatinine_not_at_the_clock() -> None:
    """Drawn five days ago: treatments since then do not count, those of the week before do."""
    drawn = Chart().cirrhosis().reference(days=5, hours=0)
    value(drawn.procedure(HD, days=1).procedure(HD, days=3), "meld-3.0", PLAIN)
    applies(drawn.procedure(HD, days=7).procedure(HD, days=11))


@pytest.mark.hazard("C-10")
@pytest.mark.parametrize(("hours", "applied"), [(7 * 24 - 0.01, True), (7 * 24 + 0.01, False)])
def test_the_start_of_the_week(hours: float, applied: bool) -> None:
    chart = reference().procedure(HD, days=2).procedure(HD, hours=2 + hours)
    if applied:
        applies(chart)
    else:
        asks(chart)


@pytest.mark.hazard("C-10")
def test_treatments_charted_to_the_day() -> None:
    chart = reference().procedure(HD, performedDateTime=day_ago(2)).procedure(HD, performedDateTime=day_ago(4))
    applies(chart)


# Continuous treatment


@pytest.mark.hazard("C-10")
@pytest.mark.parametrize("code", [CRRT, PCS_CRRT, "233580005", "233590002"])
@pytest.mark.parametrize(("lasting", "applied"), [(24, True), (40, True), (23.9, False)])
def test_continuous_treatment(code: str, lasting: float, applied: bool) -> None:
    chart = reference().procedure(code, days=3, lasting=lasting)
    if applied:
        applies(chart)
    else:
        # It may touch two calendar days, but it is one treatment.
        asks(chart)


@pytest.mark.hazard("C-10")
def test_continuous_treatment_without_an_end_is_running() -> None:
    running = {"performedPeriod": {"start": ago(days=2)}}
    applies(reference().procedure(CRRT, status="completed", **running))


@pytest.mark.hazard("C-10")
def test_continuous_treatment_that_is_in_progress_counts() -> None:
    running = {"performedPeriod": {"start": ago(days=2)}}
    found = score(reference().procedure(CRRT, status="in-progress", **running), "meld-3.0")
    assert {"DIALYSIS_APPLIED", "DIALYSIS_ASK"} & set(found["reasons"])


@pytest.mark.hazard("C-10")
def test_continuous_treatment_as_a_point_in_time() -> None:
    asks(reference().procedure(CRRT, days=2))


@pytest.mark.hazard("C-10")
def test_continuous_treatment_that_began_just_before_the_creatinine() -> None:
    asks(reference().procedure(CRRT, hours=12, lasting=240))


@pytest.mark.hazard("C-10")
def test_only_the_part_inside_the_week_counts() -> None:
    """Three days of treatment, but only the last five hours of them in the week before the creatinine."""
    asks(reference().procedure(CRRT, hours=2 + 7 * 24 + 67, lasting=72))


@pytest.mark.hazard("C-10")
def test_an_undated_treatment_is_asked_about_or_ignored_but_never_applied() -> None:
    when = {"performedDateTime": ABSENT}
    chart = reference().procedure(HD, **when).procedure(HD, **when)
    assert "DIALYSIS_APPLIED" not in score(chart, "meld-3.0")["reasons"]


@pytest.mark.hazard("C-10")
@pytest.mark.parametrize("id", MELDS)
def test_dialysis_never_lowers_a_score(id: str) -> None:
    for creatinine in (0.8, 1.2, 3.5, 6.0):
        without = score(Chart().reference(creatinine=creatinine), id)["value"]
        found = score(Chart().reference(creatinine=creatinine).procedure(HD, days=2).procedure(HD, days=4), id)
        assert found["value"] >= without


@pytest.mark.hazard("C-10")
def test_meld_xi_takes_creatinine_as_measured() -> None:
    plain = score(reference(), "meld-xi")["value"]
    caveat(reference().procedure(HD, days=2).procedure(HD, days=4), "meld-xi", plain, "DIALYSIS_APPLIED")


@pytest.mark.hazard("C-10", "C-25")
@pytest.mark.parametrize(
    ("chart", "status"),
    [
        (reference().condition("N18.6"), "present"),
        (reference().procedure(HD, days=2), "unknown"),
        (reference().procedure(CRRT, days=2, lasting=48), "unknown"),
        (reference().procedure(HD, days=30), "absent"),
        (reference(), "absent"),
        (reference().without_access_to("conditions"), "unknown"),
        (reference().without_access_to("procedures"), "unknown"),
        (reference().condition("N18.6", verified="provisional"), "unknown"),
    ],
)
def test_the_exclusion(chart: Chart, status: str) -> None:
    assert exclusion(chart, "chronic-dialysis")["status"] == status
    assert chart.now == NOW
