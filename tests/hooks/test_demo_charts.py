"""The demonstration charts are valid FHIR, fresh on any day, and clearly made up."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from hooks.demo.charts import FOLDER, moment, prefetch, resources, templates

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
LEAP_DAY = datetime(2028, 2, 29, 23, 59, tzinfo=UTC)
CHARTS = list(templates().values())


@pytest.mark.parametrize(
    ("offset", "written"),
    [
        ("@-2d08:00", "2026-11-20T08:00:00Z"),
        ("@-30d", "2026-10-23"),
        ("@-58y-40d", "1968-10-13"),
        ("@-58y", "1968-11-22"),
        ("@-5h", "2026-11-22T05:00:00Z"),
        ("@", "@"),
        ("anna@-2d", "anna@-2d"),
        ("@-2d8:00", "@-2d8:00"),
    ],
)
def test_an_offset_is_a_date_seen_from_the_clock(offset: str, written: str) -> None:
    assert moment(offset, NOW) == written


def test_a_birthday_on_29_february_has_a_date_in_every_year() -> None:
    assert moment("@-1y", LEAP_DAY) == "2027-02-28"


def test_the_clock_counts_in_utc() -> None:
    evening_in_the_west = datetime.fromisoformat("2026-11-21T22:00:00-08:00")
    assert moment("@-0d", evening_in_the_west) == "2026-11-22"


@pytest.mark.parametrize("now", [NOW, LEAP_DAY], ids=["a November day", "a leap day"])
@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.id)
def test_every_resource_is_valid_fhir(chart: Any, now: datetime) -> None:
    for resource in [*resources(chart, now), *prefetch(chart, now).values()]:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.id)
def test_nothing_is_dated_after_the_clock(chart: Any) -> None:
    for now in (NOW, NOW.replace(hour=0, minute=1)):
        written = json.dumps(list(resources(chart, now)))
        for date in re.findall(r"\d{4}-\d\d-\d\d(?:T[\d:]+Z)?", written):
            at = datetime.fromisoformat(date)
            assert at.replace(tzinfo=at.tzinfo or UTC) <= now + timedelta(minutes=1)


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.id)
def test_no_offset_is_left_unresolved(chart: Any) -> None:
    assert "@" not in json.dumps(list(resources(chart, NOW)))


@pytest.mark.hazard("C-43")
@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.id)
def test_every_person_is_marked_as_made_up(chart: Any) -> None:
    patient = next(resources(chart, NOW))
    assert patient["name"][0]["family"] == "Demo"
    assert patient["id"].startswith("demo-")
    assert patient["meta"]["tag"][0]["code"] == "HTEST"


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.id)
def test_every_record_is_about_the_patient_of_its_chart_and_has_an_id_of_its_own(chart: Any) -> None:
    patient, *others = resources(chart, NOW)
    assert {record["subject"]["reference"] for record in others} == {f"Patient/{patient['id']}"}
    assert len({record["id"] for record in others}) == len(others)


def test_the_charts_are_in_order_and_as_many_as_there_are_files() -> None:
    assert [chart.order for chart in CHARTS] == list(range(1, len(CHARTS) + 1))
    assert len(CHARTS) == len(list(FOLDER.glob("*.json"))) >= 8


def test_a_key_that_was_not_read_stays_absent_and_one_without_records_is_an_empty_answer() -> None:
    partial = prefetch(templates()["demo-partial"], NOW)
    assert "procedures" not in partial
    assert partial["administrations"] == {"resourceType": "Bundle", "type": "searchset", "total": 0}
