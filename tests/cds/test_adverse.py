"""Adverse events: what is read of a record, which are shown after an administration, and in what words."""

from typing import Any

import pytest

from cds.adverse import EVENTS, GRADES, after_course, course, described, graded, seriousness
from cds.chart import AdverseEvent, Chart
from cds.fhir import Malformed, WrongPatient, patients_in, read_chart, resources_in
from cds.views import Records
from tests.cds.reading import read
from tests.charts import ABSENT, AE_OUTCOME, AE_RESOLVED, ME, NOW, SNOMED, ago, concept
from tests.charts import Chart as Written

INFUSION = ago(28)
TREATED = Written().cirrhosis().administration(INFUSION)


def charted(began: Any = "2026-10-26T14:00:00Z", **more: Any) -> Chart:
    return Written().adverse_event(began, **more).chart()


def event(**more: Any) -> AdverseEvent:
    (found,) = charted(**more).adverse_events
    return found


def refused(**more: Any) -> list[str]:
    chart = charted(**more)
    assert chart.adverse_events == ()
    return [each.reason for each in chart.unusable.get("adverse_events", ())]


def outcome(code: str) -> dict[str, Any]:
    return {"outcome": concept((AE_OUTCOME, code))}


def test_fever_with_its_grade_and_duration() -> None:
    found = event(resolved="2026-10-27T00:00:00Z")
    assert described(found) == "Fever, CTCAE grade 1, 2026-10-26 14:00, resolved after 10 h."
    assert seriousness(found) == "not serious"


@pytest.mark.parametrize(("code", "name"), [(code, name) for (_, code), name in EVENTS.items()])
def test_events_have_names_of_ours(code: str, name: str) -> None:
    assert event(event=code).event == name


def test_an_event_with_another_code_is_told_without_its_words() -> None:
    found = event(event={"coding": [{"system": SNOMED, "code": "1"}], "text": "Stubbed toe"})
    assert described(found).startswith("An event that is coded otherwise, CTCAE grade 1")


@pytest.mark.parametrize(("code", "grade"), [(code, grade) for (_, code), grade in GRADES.items()])
def test_grades(code: str, grade: int) -> None:
    assert graded(event(grade=code)) == f"CTCAE grade {grade}"


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"grade": ""}, "grade not recorded"),
        ({"grade": "C99999"}, "grade not recorded"),
        ({"grade": "", "severity": concept(("urn:x", "mild"))}, "grade not recorded, severity mild"),
        ({"severity": concept(("urn:x", "mild"))}, "CTCAE grade 1"),
    ],
)
def test_an_unknown_grade_is_said_to_be_unknown(more: dict[str, Any], says: str) -> None:
    assert graded(event(**more)) == says


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({}, "whether it has resolved is not recorded"),
        (outcome("unknown"), "whether it has resolved is not recorded"),
        (outcome("ongoing"), "ongoing"),
        (outcome("recovering"), "recovering"),
        (outcome("fatal"), "fatal"),
        (outcome("resolved"), "resolved, when is not recorded"),
        (outcome("resolvedWithSequelae"), "resolved with sequelae, when is not recorded"),
        ({"resolved": "2026-10-26T14:30:00Z"}, "resolved after 30 min"),
        ({"resolved": "2026-10-26T16:00:00+02:00"}, "resolved after 0 min"),
        ({"resolved": "2026-10-28T14:00:00Z"}, "resolved after 48 h"),
        ({"resolved": "2026-10-30T13:00:00Z"}, "resolved after 4 days"),
        ({"resolved": "2026-10-26"}, "resolved on the same day"),
        ({"resolved": "2026-10-27"}, "resolved after 1 day"),
        ({"resolved": "2026-10-27T14:00:00Z", **outcome("resolvedWithSequelae")}, "resolved with sequelae after 24 h"),
        ({"resolved": "2026-10-27T14:00:00Z", **outcome("ongoing")}, "recorded as ongoing and as resolved"),
        ({"resolved": "2026-10-27T14:00:00Z", "began": ABSENT}, "resolved on 2026-10-27 14:00, its beginning is not"),
        ({"resolved": "2026-10-26T13:00:00Z"}, "resolved, its end is recorded before its beginning"),
        ({"resolved": "2026-10-25"}, "resolved, its end is recorded before its beginning"),
        ({"resolved": "2026-12-01"}, "whether it has resolved is not recorded"),
        ({"resolved": "soon"}, "whether it has resolved is not recorded"),
    ],
)
def test_how_it_went_on(more: dict[str, Any], says: str) -> None:
    assert course(event(**more)).startswith(says)


@pytest.mark.parametrize("written", [ABSENT, {"text": "Serious"}])
def test_seriousness_that_is_not_coded_is_not_recorded(written: Any) -> None:
    assert seriousness(event(seriousness=written)) == "not recorded"


@pytest.mark.hazard("C-5")
@pytest.mark.parametrize("more", [{"actuality": "potential"}, {"status": "entered-in-error"}])
def test_what_did_not_happen_is_not_read(more: dict[str, Any]) -> None:
    assert refused(**more) == []


@pytest.mark.hazard("T-30")
@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"subject": ABSENT}, "UNATTRIBUTED"),
        ({"subject": {"display": "A name"}}, "UNATTRIBUTED"),
        ({"modifierExtension": [{"url": "urn:x"}]}, "UNKNOWN_MODIFIER"),
        ({"began": "2026-11-24"}, "FUTURE"),
    ],
)
def test_a_record_that_cannot_be_used_says_why(more: dict[str, Any], reason: str) -> None:
    assert refused(**more) == [reason]


@pytest.mark.hazard("T-29")
def test_the_event_of_another_patient_is_refused() -> None:
    with pytest.raises(WrongPatient):
        charted(subject={"reference": "Patient/other"})
    with pytest.raises(Malformed):
        read({"resourceType": "AdverseEvent", "subject": "Patient/p1"})


def test_an_event_without_a_date_has_the_one_on_which_it_was_noticed() -> None:
    assert str(event(began=ABSENT, detected="2026-10-26").when) == "2026-10-26"
    assert event(began=ABSENT).when is None


def shown(chart: Written) -> list[str]:
    read_ = chart.chart()
    return [str(each.when or "undated") for each in after_course(Records(read_.administrations), read_.adverse_events)]


def test_events_from_the_first_infusion_of_the_course_on_are_shown_in_order() -> None:
    chart = TREATED.administration(ago(7)).adverse_event("2026-11-01T08:00:00Z").adverse_event("2026-10-25T11:00:00Z")
    chart = chart.adverse_event("2026-10-25T09:59:59Z").adverse_event(ABSENT).adverse_event("2026-10-25")
    assert shown(chart) == ["2026-10-25", "2026-10-25T11:00:00Z", "2026-11-01T08:00:00Z", "undated"]


def test_an_earlier_event_is_shown_only_if_it_names_an_administration() -> None:
    chart = Written().administration(ago(200), id="a1").plus(Written().administration(ago(20)))
    named = {"suspectEntity": [{"instance": {"reference": "https://h.example/r4/MedicationAdministration/a1/_history/2"}}]}
    assert shown(chart.adverse_event(ago(199))) == []
    assert len(shown(chart.adverse_event(ago(199), **named))) == 1


def test_without_an_administration_nothing_is_shown() -> None:
    assert shown(Written().adverse_event(ago(1))) == []


@pytest.mark.hazard("C-30")
def test_nothing_of_a_restricted_record_is_shown() -> None:
    label = {"meta": {"security": [{"system": "urn:x", "code": "R"}]}}
    (found,) = TREATED.adverse_event(ago(27), resolved=ago(26), **label).json()["adverseEvents"]
    assert set(found) == {"because", "linked"}
    assert found["because"] == "An adverse event whose record is restricted; its content is not shown here."


def test_the_assessment_carries_what_is_shown() -> None:
    (found,) = TREATED.adverse_event("2026-10-26", resolved="2026-10-27T14:00:00Z", **outcome("resolved")).json()[
        "adverseEvents"
    ]
    assert found == {
        "because": "Fever, CTCAE grade 1, 2026-10-26, resolved after 1 day.",
        "event": "fever",
        "date": "2026-10-26",
        "resolved": "2026-10-27T14:00:00Z",
        "grade": 1,
        "outcome": "resolved",
        "serious": False,
        "linked": False,
        "source": "AdverseEvent/r3",
    }
    assert "adverseEvents" not in TREATED.json()


@pytest.mark.parametrize("address", ["urn:uuid:4-2", "https://fhir.example.org/r4/MedicationAdministration/given"])
def test_the_address_of_a_bundle_entry_names_the_administration(address: str) -> None:
    suspected = {"suspectEntity": [{"instance": {"reference": address}}]}
    bundle = Written().administration(INFUSION, id="given").adverse_event(ago(27), **suspected).bundle()
    for entry in bundle["entry"]:
        if entry["resource"]["resourceType"] == "MedicationAdministration":
            entry["fullUrl"] = address
    (group,) = patients_in(resources_in(bundle)).values()
    (event,) = read_chart(group, ME, NOW).adverse_events
    assert event.suspects == ("MedicationAdministration/given",)


def test_two_extensions_are_told_apart_by_their_address() -> None:
    other = {"extension": [{"url": AE_RESOLVED + "-not", "valueDateTime": "2026-10-27"}]}
    assert event(**other).resolved is None
    assert event(**other).grade is None
