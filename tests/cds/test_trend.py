"""The MELD scores beside their baseline: which are compared, and when no difference may be stated."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from cds.assessment import Outcome, Used
from cds.chart import Administration, Moment
from cds.trend import baseline_panel, first_of_course, trends
from cds.views import Lab, Records
from tests.cds.clinic import TITLES, on, result

NAMES = ("bilirubin", "inr", "creatinine", "sodium", "albumin")
INFUSION = "2026-03-01"


def at(day: str) -> Moment:
    when = datetime.fromisoformat(day).replace(hour=8, tzinfo=UTC)
    return Moment(when, when.isoformat())


def given(day: str) -> Administration:
    when = datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)
    moment = Moment(when, when.isoformat())
    return Administration(f"MedicationAdministration/{day}", moment, moment, "msc")


def outcome(name: str, value: int, day: str, performer: str = "", reasons: tuple[str, ...] = ()) -> Outcome:
    number = Decimal(value)
    used = (Used("bilirubin", 1.0, when=at(day), performer=performer),)
    return Outcome(
        TITLES[name].id, TITLES[name].title, "computed", reasons, used, value=number, low=number, high=number
    )


def found(
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    drawn: str = "2026-05-24",
    open_end: bool = False,
    given_on: tuple[str, ...] = (INFUSION,),
) -> list[Any]:
    """Trends of MELD 3.0 with results at baseline and on `drawn`."""
    records = Records(tuple(given(day) for day in given_on))
    labs = {name: Lab(name, datetime(2026, 11, 22, tzinfo=UTC), (result(name, 1, at=at(drawn)),)) for name in NAMES}

    def score_at(moment: datetime) -> Mapping[str, Outcome]:
        later = moment > records.administrations[0].start.at
        told = {"value": 19, "day": "2026-02-20", **before} if not later else {"value": 14, "day": drawn, **after}
        nothing = {each: Outcome(each, TITLES[name].title, "not-computed") for name, each in VARIANTS.items()}
        score = outcome("meld_3_0", **told)
        return {**nothing, "meld-3.0": replace(score, value=None) if open_end and later else score}

    return list(trends(records, **labs, score_at=score_at))


VARIANTS = {"meld": "meld", "meld_na": "meld-na", "meld_3_0": "meld-3.0"}


def test_the_same_variant_is_compared_with_its_dates() -> None:
    (trend,) = found({}, {})
    assert (trend.score, trend.difference) == ("meld-3.0", Decimal(-5))
    assert trend.because == "MELD 3.0 (OPTN 2023) 19 → 14, −5, week 12 (2026-02-20, 2026-05-24)."


@pytest.mark.hazard("C-20")
@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ({"performer": "A"}, {"performer": "B"}, "different laboratories"),
        ({"value": 15}, {}, "one point"),
        ({"value": 13}, {}, "one point"),
        ({"reasons": ("DIALYSIS_APPLIED",)}, {}, "dialysis"),
        ({}, {"reasons": ("DIALYSIS_ASK",)}, "dialysis"),
        ({}, {"reasons": ("ANTICOAGULANT",)}, "anticoagulant"),
        ({"day": "2026-01-29"}, {}, "no baseline"),
    ],
)
def test_when_no_difference_is_stated(before: dict[str, Any], after: dict[str, Any], says: str) -> None:
    (trend,) = found(before, after)
    assert trend.difference is None
    assert says in trend.because


@pytest.mark.hazard("C-20")
def test_one_laboratory_and_no_change_is_a_difference_of_nothing() -> None:
    (trend,) = found({"value": 14, "performer": "A"}, {"performer": "A"})
    assert trend.difference == 0
    assert "14 → 14, 0, week 12" in trend.because


def test_a_score_that_rests_on_results_from_before_the_visit_is_no_trend() -> None:
    assert found({}, {"day": "2026-05-16"}) == []


def test_results_outside_any_visit_make_no_trend() -> None:
    assert found({}, {}, drawn="2026-03-02") == []


@pytest.mark.parametrize(
    ("days", "first"),
    [
        (("2026-03-01",), "2026-03-01"),
        (("2026-03-01", "2026-04-30"), "2026-03-01"),
        (("2026-03-01", "2026-05-01"), "2026-05-01"),
        (("2025-01-01", "2026-03-01", "2026-03-08", "2026-03-15"), "2026-03-01"),
    ],
)
def test_infusions_at_most_sixty_days_apart_are_one_course(days: tuple[str, ...], first: str) -> None:
    found_ = first_of_course(Records(tuple(given(day) for day in days)))
    assert found_ is not None
    assert found_.start.day.isoformat() == first


def test_the_baseline_panel_is_the_newest_of_the_thirty_days_before_the_course() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    labs = {
        name: Lab(name, now, tuple(result(name, 1, at=on(day)) for day in ("2026-03-02", "2026-02-20", "2026-01-30")))
        for name in ("alt", "ast", "ggt", *NAMES)
    }
    panel = baseline_panel(Records((given(INFUSION),)), labs)
    assert {each.when.day.isoformat() for each in panel.values()} == {"2026-02-20"}
    assert len(panel) == 8
    assert baseline_panel(Records(), labs) == {}


def test_a_rise_has_its_sign() -> None:
    (trend,) = found({"value": 10}, {})
    assert "10 → 14, +4" in trend.because


def test_a_range_has_no_difference() -> None:
    (trend,) = found({"value": 10}, {"reasons": ("SEX_UNKNOWN",)}, open_end=True)
    assert trend.difference is None
    assert "only a range" in trend.because
