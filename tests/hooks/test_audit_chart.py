"""What is kept of a chart: enough to reach the same conclusions, equal when read back, and no names."""

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cds.assess import assess
from cds.assessment import Assessment
from cds.chart import (
    KINDS,
    Administration,
    AdverseEvent,
    Answer,
    Chart,
    Event,
    Moment,
    Original,
    Person,
    Result,
    Unusable,
)
from cds.fhir import patients_in, read_chart, resources_in
from cds.report import to_json
from hooks.audit.chart import Unreadable, decode, encode, worth_keeping
from hooks.demo.charts import resources, templates
from tests.charts import ABSENT, ATC, ME, NOW, REFERENCE, ago, quantity
from tests.charts import Chart as Written
from tests.hazards.test_properties import EXTRAS, LABS, PEOPLE, build

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data"
AFTER_ALL = datetime(2205, 1, 1, tzinfo=UTC)


def same_conclusions(chart: Chart) -> Chart:
    """What is kept after the chart was assessed, read back: it is equal, and says the same."""
    assessment = assess(chart)
    kept = worth_keeping(chart)
    back = decode(Chart, encode(kept))
    assert back == kept
    again = assess(back)
    assert to_json(again) == to_json(assessment)
    assert unnamed(again) == unnamed(assessment)
    return back


def unnamed(assessment: Assessment) -> str:
    """All of it, but for who performed a test."""
    return re.sub(r"performer='[^']*'", "", repr(assessment))


@pytest.mark.parametrize("id", list(templates()))
@pytest.mark.hazard("C-46")
def test_the_conclusions_on_a_demonstration_chart(id: str) -> None:
    patient, *others = resources(templates()[id], NOW)
    same_conclusions(read_chart([patient, *others], patient["id"], NOW))


@given(LABS, PEOPLE, EXTRAS)
@settings(max_examples=60, deadline=None)
@pytest.mark.hazard("C-46")
def test_the_conclusions_on_charts_made_up(labs: Any, gender: Any, extras: Any) -> None:
    same_conclusions(build(labs, gender, extras).chart())


def of_others() -> Iterator[Path]:
    for source in ("mimic-iv-demo", "eicu-demo", "clinosim", "synthea-r4"):
        yield from sorted((DATA / source / "bundles").glob("*.json"))[:6]


@pytest.mark.skipif(not DATA.is_dir(), reason="the charts of others are not part of the project")
@pytest.mark.hazard("C-46")
def test_the_conclusions_on_charts_of_others() -> None:
    count = 0
    for path in of_others():
        everything = list(resources_in(json.loads(path.read_text(encoding="utf-8"))))
        for patient, group in patients_in(everything).items():
            whole = read_chart(group, patient, AFTER_ALL)
            last = max((each.when.at for found in whole.results.values() for each in found), default=NOW)
            same_conclusions(read_chart(group, patient, last + timedelta(hours=1)))
            count += 1
    assert count > 10


TEXT = st.text(max_size=8)
WHEN = st.datetimes(timezones=st.just(UTC))
MOMENT = st.builds(Moment, WHEN, TEXT, st.booleans())
NUMBER = st.decimals(allow_nan=False, allow_infinity=False)
REASONS = st.lists(TEXT, max_size=2).map(tuple)
ORIGINAL = st.builds(Original, NUMBER, TEXT, TEXT, TEXT)
RESULT = st.builds(
    Result, TEXT, NUMBER, TEXT, MOMENT, TEXT, ORIGINAL, TEXT, st.none() | NUMBER, TEXT, st.booleans(),
    st.integers(0, 9), REASONS, REASONS,
)  # fmt: skip
UNUSABLE = st.builds(Unusable, TEXT, TEXT, TEXT, st.none() | MOMENT)
ANSWER = st.builds(Answer, TEXT, TEXT | st.integers(-(2**53), 2**53), MOMENT, TEXT)
STATUS = st.sampled_from(["active", "past", "provisional"])
EVENT = st.builds(
    Event, TEXT, STATUS, TEXT, st.none() | MOMENT, st.none() | MOMENT, TEXT, TEXT, st.booleans()
)  # fmt: skip
PERSON = st.builds(
    Person, st.none() | st.dates(), st.none() | st.dates(), st.lists(st.tuples(TEXT, TEXT), max_size=2).map(tuple),
    st.booleans(),
)  # fmt: skip


def by_name(item: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.dictionaries(TEXT, st.lists(item, max_size=2).map(tuple), max_size=2)


ADVERSE = st.builds(
    AdverseEvent, TEXT, TEXT, st.none() | MOMENT, st.none() | MOMENT, st.none() | st.integers(1, 5), TEXT, TEXT,
    st.none() | st.booleans(), st.lists(TEXT, max_size=2).map(tuple), st.booleans(),
)  # fmt: skip
CHARTS = st.builds(
    Chart, TEXT, WHEN, PERSON, by_name(RESULT), by_name(UNUSABLE), by_name(ANSWER), by_name(EVENT),
    st.lists(st.builds(Administration, TEXT, MOMENT, MOMENT, TEXT), max_size=2).map(tuple),
    st.lists(ADVERSE, max_size=2).map(tuple), st.frozensets(st.sampled_from(sorted(KINDS))),
)  # fmt: skip


@given(CHARTS)
@settings(max_examples=100, deadline=None)
@pytest.mark.hazard("C-46")
def test_whatever_a_chart_may_hold_comes_back_equal(chart: Chart) -> None:
    assert decode(Chart, encode(chart)) == chart


@pytest.mark.parametrize(
    "kind", [Chart, Moment, Original, Result, Unusable, Answer, Event, Administration, AdverseEvent, Person]
)
def test_every_field_is_among_those_made_up(kind: Any) -> None:
    """The strategies above name every field: a field that is added must be added there."""
    known = {Chart: 10, Result: 13, Event: 8, Person: 4, AdverseEvent: 10}
    assert len(fields(kind)) == known.get(kind, 3 if kind is Moment else 4)


def test_only_what_was_looked_at_is_kept() -> None:
    long = Written().reference()
    for week in range(2, 40):
        long = long.labs(REFERENCE, days=7 * week)
    chart = long.cirrhosis().chart()
    assess(chart)
    looked_at = sum(map(len, worth_keeping(chart).results.values()))
    assert 5 <= looked_at <= 20
    assert looked_at < sum(map(len, chart.results.values())) == 5 * 39


def test_nothing_is_converted_only_to_be_kept() -> None:
    chart = Written().reference().chart()
    assert worth_keeping(chart).results == {}


@pytest.mark.hazard("T-42")
def test_names_and_free_text_are_not_kept() -> None:
    chart = (
        Written()
        .person(name=[{"family": "ZZPATIENTNAME"}], identifier=[{"value": "ZZMRN123"}], address=[{"city": "ZZCITY"}])
        .reference(bilirubin=None)
        .lab("bilirubin", 2, performer=[{"display": "Dr ZZPERFORMER"}], note=[{"text": "ZZNOTE"}])
        .lab("bilirubin", 3, days=20, performer=[{"display": "Dr ZZOTHER"}])
        .said("albumin", "ZZTEXT", hours=1)
        .condition("K74.60", note=[{"text": "ZZNOTE"}], encounter={"display": "ZZTEXT"})
        .medicine((ATC, "B01AF02"), text="ZZTEXT", note=[{"text": "ZZNOTE"}])
        .cirrhosis()
        .administration(ago(40), performer=[{"actor": {"display": "ZZNURSE"}}])
        .adverse_event(ago(39), event={"text": "ZZTEXT"}, suspectEntity=[{"instance": {"reference": "ZZ/ZZTEXT"}}])
    )
    kept = same_conclusions(chart.chart())
    assert b"ZZ" not in encode(kept)
    assert len({each.performer for each in kept.results["bilirubin"]}) == 2


def test_a_reference_to_a_laboratory_is_kept() -> None:
    chart = Written().reference(inr=None).lab("inr", 1.5, performer=[{"reference": "Organization/lab-1"}]).chart()
    assess(chart)
    assert worth_keeping(chart).results["inr"][0].performer == "Organization/lab-1"


@pytest.mark.parametrize(
    "text",
    [b"{}", b"[]", b'{"patient": 3, "now": "2026-01-01T00:00:00Z"}', b'{"patient": "Patient/1", "now": "yesterday"}'],
)
def test_what_is_no_chart_is_said_to_be_none(text: bytes) -> None:
    with pytest.raises(Unreadable, match="no Chart"):
        decode(Chart, text)


def test_numbers_keep_their_digits() -> None:
    chart = Written().lab("bilirubin", 0, valueQuantity=quantity(2.50, "mg/dL")).chart()
    chart.results["bilirubin"][0]
    (found,) = decode(Chart, encode(worth_keeping(chart))).results["bilirubin"]
    assert str(found.value) == str(chart.results["bilirubin"][0].value)
    assert found.source == "Observation/r1"
    assert chart.patient == f"Patient/{ME}"


@pytest.mark.hazard("C-46")
def test_records_that_could_not_be_used_are_kept_with_their_reason() -> None:
    alone = Written().cirrhosis().administration(ago(40), effectivePeriod=ABSENT)
    assert same_conclusions(alone.chart()).unusable["administrations"][0].reason == "UNDATED"
    beside = alone.administration(ago(30)).adverse_event(ago(29), subject=ABSENT).adverse_event(ago(28))
    kept = same_conclusions(beside.chart())
    assert kept.unusable["adverse_events"][0].reason == "UNATTRIBUTED"
    assert len(kept.adverse_events) == 1
