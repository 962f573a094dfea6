"""When a result is from, and which of several counts."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from cds.fhir import read_chart
from cds.fhir.times import bounds, event_moment, moment
from tests.cds.reading import Json, observation, only, read, refused
from tests.charts import ME, NOW, UCUM


def result(value: float, at: str, id: str = "", **more: Any) -> Json:
    return observation(value=value, effectiveDateTime=at, id=id or f"{value}", **more)


def values(*resources: Json) -> list[float]:
    return [float(each.value) for each in read(*resources).results.get("bilirubin", ())]


@pytest.mark.hazard("C-9")
@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-11-21T08:00:00Z", "2026-11-21T08:00:00"),
        ("2026-11-21T08:00:00-00:00", "2026-11-21T08:00:00"),
        ("2026-11-21T08:00:00+09:00", "2026-11-20T23:00:00"),
        ("2026-11-21T08:00:00.123456789-05:00", "2026-11-21T13:00:00.123456"),
        ("2026-11-21T08:00:00", "2026-11-21T08:00:00"),
        ("2026-11-21T08:00Z", "2026-11-21T08:00:00"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59"),
        ("2026-11-21", "2026-11-21T00:00:00"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00"),
    ],
)
def test_a_time_is_an_instant(written: str, instant: str) -> None:
    found = moment(written)
    assert found is not None
    assert found.at == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert found.at.tzinfo is UTC
    assert found.day == date.fromisoformat(written[:10])
    assert str(found) == (written if found.day_only else f"{instant[:19]}Z")


@pytest.mark.parametrize(
    "written",
    [
        "2026", "2026-11", "", "2026-11-31", "2026-02-30T08:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T25:00:00Z",
        "20261121", "2026-W47-6", "21.11.2026", "2026-11-21 08:00:00Z", "2026-11-21T", "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00", "2026-11-21T08:00:00+99:00", "\u0662026-11-21", "now", None, 20261121,
        ["2026-11-21"], {}, "2026-11-21T08:00:00Z" * 1000,
    ],
)  # fmt: skip
def test_what_is_no_time_is_none(written: Any) -> None:
    assert moment(written) is None


@pytest.mark.parametrize(
    ("written", "span"),
    [
        ("1970", (date(1970, 1, 1), date(1970, 12, 31))),
        ("1972-02", (date(1972, 2, 1), date(1972, 2, 29))),
        ("1970-03-01", (date(1970, 3, 1), date(1970, 3, 1))),
        ("1970-13", None), ("0000", None), ("197O", None), ("19 0", None), ("-970", None), (None, None), (1970, None),
        ("\u0661\u0669\u0667\u0660", None),
    ],
)  # fmt: skip
def test_a_partial_date_is_the_days_that_it_may_mean(written: Any, span: Any) -> None:
    assert bounds(written) == span


@pytest.mark.parametrize(
    ("written", "day"),
    [("2024", "2024-12-31"), ("2026-10", "2026-10-31"), ("2026-11", None), ("2026", None), ("x", None)],
)
def test_an_event_is_never_taken_for_older_than_it_is(written: str, day: str | None) -> None:
    found = event_moment(written, NOW)
    assert (found and found.written) == day


@pytest.mark.hazard("C-9")
@pytest.mark.parametrize(
    "times",
    [
        {"effectiveDateTime": ...},
        {"effectiveDateTime": "2026"},
        {"effectiveDateTime": "2026-11"},
        {"effectiveDateTime": "yesterday"},
        {"effectiveDateTime": ..., "effectivePeriod": {"start": "2026-11-21"}},
        {"effectiveDateTime": ..., "effectivePeriod": "2026-11-21"},
        {"effectiveDateTime": ..., "effectiveTiming": {"event": ["2026-11-21"]}},
        {"effectiveDateTime": ..., "issued": "2026-11-21T08:00:00Z"},
    ],
)
def test_without_a_specimen_time_a_result_is_not_used(times: Json) -> None:
    assert refused("bilirubin", observation(**times)) == ["UNDATED"]


@pytest.mark.parametrize(
    "times",
    [
        {"effectiveInstant": "2026-11-21T08:00:00Z"},
        {"effectivePeriod": {"start": "2026-11-01", "end": "2026-11-21T08:00:00Z"}},
    ],
)
def test_the_specimen_time_is_the_instant_or_the_end_of_the_period(times: Json) -> None:
    found = only("bilirubin", observation(effectiveDateTime=..., **times))
    assert str(found.when) == "2026-11-21T08:00:00Z"


@pytest.mark.hazard("C-9")
@pytest.mark.parametrize(
    ("written", "future"),
    [
        ("2026-11-22T11:00:00Z", False),
        ("2026-11-22T11:00:01Z", True),
        ("2026-11-22T13:00:01+02:00", True),
        ("2026-11-22", False),
        ("2026-11-23", True),
        ("2180-01-01T00:00:00Z", True),
    ],
)
def test_more_than_an_hour_ahead_is_the_future(written: str, future: bool) -> None:
    given = observation(effectiveDateTime=written)
    assert (refused("bilirubin", given) == ["FUTURE"]) if future else only("bilirubin", given)


@pytest.mark.hazard("C-9")
def test_the_newest_comes_first_whatever_the_order_and_the_offsets() -> None:
    three = [
        result(1, "2026-11-20T23:30:00-05:00"),
        result(2, "2026-11-21T05:00:00+01:00"),
        result(3, "2026-11-21T04:45:00Z"),
    ]
    assert {tuple(values(*order)) for order in permutations(three)} == {(3, 1, 2)}


@pytest.mark.hazard("C-26")
def test_repeats_are_one_result() -> None:
    at = "2026-11-21T08:00:00Z"
    assert values(result(2, at, "a"), result(2, at, "b"), result(2, "2026-11-21T09:00:00+01:00", "c")) == [2]


@pytest.mark.hazard("C-26")
def test_the_same_in_another_unit_is_a_repeat() -> None:
    molar = observation("14631-6", 34.2, "umol/L", id="si")
    assert values(observation(), molar) == [2]


@pytest.mark.hazard("C-26")
@pytest.mark.parametrize("status", ["corrected", "amended"])
def test_a_correction_wins(status: str) -> None:
    at = "2026-11-21T08:00:00Z"
    for order in permutations([result(2, at), result(3, at, status=status), result(4, at)]):
        assert values(*order) == [3]


@pytest.mark.hazard("C-26")
def test_of_several_corrections_the_latest_wins() -> None:
    at, early, late = "2026-11-21T08:00:00Z", "2026-11-21T23:00:00-05:00", "2026-11-22T05:00:00Z"
    given = [
        result(2, at),
        result(3, at, status="corrected", issued=early),
        result(4, at, status="amended", issued=late),
    ]
    for order in permutations(given):
        assert values(*order) == [4]


@pytest.mark.hazard("C-26")
def test_contradicting_results_of_one_time_are_all_taken_out_and_older_ones_stay() -> None:
    at = "2026-11-21T08:00:00Z"
    for order in permutations([result(2, at), result(3, at), result(1, "2026-11-20T08:00:00Z")]):
        chart = read(*order)
        assert [each.value for each in chart.results["bilirubin"]] == [1]
        assert [(each.reason, str(each.when), each.source) for each in chart.unusable["bilirubin"]] == [
            ("CONFLICTING_RESULTS", at, "Observation/2"),
            ("CONFLICTING_RESULTS", at, "Observation/3"),
        ]


@pytest.mark.hazard("C-26")
def test_a_limit_and_a_number_of_one_time_contradict_each_other() -> None:
    limit = observation(
        id="2", valueQuantity={"value": 2, "unit": "mg/dL", "system": UCUM, "code": "mg/dL", "comparator": "<"}
    )
    assert refused("bilirubin", observation(), limit) == ["CONFLICTING_RESULTS"] * 2


def test_serum_is_preferred_to_whole_blood_and_that_to_capillary_blood() -> None:
    serum, blood = observation("2160-0", 1.0, id="s"), observation("38483-4", 1.4, id="b")
    assert only("creatinine", serum, blood).value == 1
    capillary, laboratory = observation("46418-0", 2.1, "1", id="c"), observation("34714-6", 1.9, "1", id="l")
    assert float(only("inr", capillary, laboratory).value) == 1.9


@pytest.mark.hazard("C-3")
@pytest.mark.parametrize(
    ("older", "newer", "days", "asked"),
    [
        (2.0, 34.2, 10, True),
        (2.0, 20.0, 10, False),
        (20.1, 2.0, 10, True),
        (2.0, 34.2, 90, True),
        (2.0, 34.2, 91, False),
    ],
)
def test_a_tenfold_change_within_90_days_is_asked_about(older: float, newer: float, days: int, asked: bool) -> None:
    before = (NOW - timedelta(days=days, hours=2)).isoformat()
    chart = read(result(newer, "2026-11-22T08:00:00Z"), result(older, before))
    flags = [each.flags for each in chart.results["bilirubin"]]
    assert flags == [("VERIFY_VALUE",) if asked else (), ()]


def test_what_rises_and_falls_by_nature_is_not_asked_about() -> None:
    before = observation("1988-5", 2, "mg/L", id="1", effectiveDateTime="2026-11-20T08:00:00Z")
    assert read(before, observation("1988-5", 90, "mg/L", id="2")).results["crp"][0].flags == ()


@pytest.mark.hazard("C-9")
@pytest.mark.parametrize(("value", "flags"), [(3, ("BOUNDARY_AMBIGUOUS",)), (2, ())])
def test_which_of_one_day_is_newer_cannot_be_told_without_a_time(value: float, flags: tuple[str, ...]) -> None:
    chart = read(result(2, "2026-11-21T08:00:00Z", "a"), result(value, "2026-11-21", "b"))
    assert [each.flags for each in chart.results["bilirubin"]] == [flags, flags]


def test_what_is_unusable_is_listed_newest_first_and_undated_last() -> None:
    given = [
        result(2, "2026-11-20T08:00:00Z", "a", status="unknown"),
        result(2, "2026", "b"),
        result(2, "2026-11-21T08:00:00Z", "c", status="cancelled"),
    ]
    for order in permutations(given):
        found = read(*order).unusable["bilirubin"]
        assert [each.source for each in found] == ["Observation/c", "Observation/a", "Observation/b"]


def test_a_clock_without_a_time_zone_is_utc() -> None:
    assert read_chart([], ME, NOW.replace(tzinfo=None)).now == NOW
