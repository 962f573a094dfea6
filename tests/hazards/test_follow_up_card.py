"""What the card after an administration holds: baseline panel, trend, orders of its visits, adverse events."""

import re
from typing import Any

import pytest

from cds.advise import advise
from cds.fingerprint import fingerprints
from tests.charts import ABSENT, OWN, Chart, Json, ago, concept, follow_up, quantity

PANEL = {
    "alt": 61,
    "ast": 72,
    "ggt": 90,
    "bilirubin": 2.0,
    "albumin": 3.0,
    "inr": 1.5,
    "creatinine": 1.2,
    "sodium": 133,
}
TREATED = Chart().cirrhosis().administration(ago(28))


def detail(chart: Chart) -> str:
    return str(chart.cards("follow-up")[0]["detail"])


def test_the_baseline_panel_is_shown_with_its_dates() -> None:
    shown = detail(TREATED.labs(PANEL, days=30).labs({**PANEL, "alt": 20}, days=5))
    assert "ALT 61 U/L (2026-10-23)" in shown
    assert "INR 1.5 (2026-10-23)" in shown
    assert "No result in the 30 days before" not in shown


def test_what_the_baseline_panel_lacks_is_said() -> None:
    shown = detail(TREATED.labs({name: value for name, value in PANEL.items() if name != "ggt"}, days=30))
    assert "No result in the 30 days before the first infusion of the course: GGT." in shown
    assert "GGT and sodium" not in detail(TREATED.labs(PANEL, days=30))
    assert "course: ALT, AST, GGT, bilirubin, albumin, INR, creatinine and sodium." in detail(TREATED)


@pytest.mark.hazard("C-26")
def test_a_contradiction_at_baseline_is_not_resolved_by_an_older_result() -> None:
    before = TREATED.labs(PANEL, days=35)
    assert "INR 1.5" in detail(before)
    twice = before.lab("inr", 1.4, days=30).lab("inr", 3.9, days=30)
    assert "course: INR." in detail(twice)
    assert "INR 1.5 (2026-10-18)" in detail(before.lab("inr", 1.4, days=3).lab("inr", 3.9, days=3))


def suggested(chart: Chart) -> set[str]:
    (card,) = chart.cards("follow-up")
    codes = set()
    for suggestion in card.get("suggestions", ()):
        for action in suggestion["actions"]:
            codes |= {coding["code"] for coding in action["resource"]["code"].get("coding", ())}
    return codes


def test_an_imaging_visit_asks_for_elastography_in_steatotic_liver_disease_only() -> None:
    visit = Chart().administration(ago(92))
    assert "24558-9" in suggested(visit.cirrhosis())
    assert "77615-3" not in suggested(visit.cirrhosis())
    assert {"24558-9", "77615-3"} <= suggested(visit.condition("K75.81"))


def test_what_a_visit_lacks_is_said_once() -> None:
    because = follow_up(TREATED.labs({"alt": 40, "ast": 40, "bilirubin": 1, "albumin": 4}, days=0), "week-4")["because"]
    assert because == "Missing: INR, creatinine, sodium and GGT."


def test_an_adverse_event_is_shown_with_its_grade_and_duration() -> None:
    fever = TREATED.adverse_event("2026-10-26T14:00:00Z", resolved="2026-10-27T00:00:00Z")
    (card,) = fever.cards("follow-up")
    row = "| Fever | CTCAE grade 1 | 2026-10-26 14:00 | resolved after 10 h | not serious | recorded after |"
    assert row in card["detail"]
    assert card["summary"].endswith("1 adverse event recorded, highest grade 1")
    assert "Monitor per protocol" in card["detail"]


@pytest.mark.hazard("C-25")
def test_a_grade_or_an_end_that_is_not_recorded_is_said_so() -> None:
    fever = TREATED.adverse_event("2026-10-26", grade="").adverse_event("2026-10-27", grade="C41340")
    (card,) = fever.cards("follow-up")
    assert "| Fever | grade not recorded | 2026-10-26 | whether it has resolved is not recorded |" in card["detail"]
    assert card["summary"].endswith("2 adverse events recorded, a grade is missing")


@pytest.mark.hazard("C-25")
def test_without_a_record_it_is_not_said_that_nothing_happened() -> None:
    assert "this does not mean that none happened" in detail(TREATED)


@pytest.mark.hazard("M-2", "C-25")
def test_what_follows_is_never_said_to_come_from_it() -> None:
    named = {"suspectEntity": [{"instance": {"reference": "MedicationAdministration/r2"}}]}
    said = detail(TREATED.adverse_event(ago(27)).adverse_event(ago(26), **named))
    assert "recorded after |" in said
    assert "names the administration as suspected |" in said
    assert "does not show that it came from it" in said
    assert not re.search(r"caused|due to|because of|related to|side effect|induced", said)


@pytest.mark.hazard("T-30")
def test_an_adverse_event_that_cannot_be_used_is_counted() -> None:
    said = detail(TREATED.adverse_event(ago(20), subject=ABSENT))
    assert "1 record of such an event could not be used." in said


@pytest.mark.hazard("C-31", "C-32")
def test_a_new_adverse_event_is_other_advice() -> None:
    def print_of(chart: Chart) -> tuple[str, ...]:
        assessment = chart.assess()
        return fingerprints(advise(assessment, "follow-up", msc_text=True), assessment)

    ongoing = TREATED.adverse_event(ago(20))
    assert len({print_of(each) for each in (TREATED, ongoing, TREATED.adverse_event(ago(20), resolved=ago(19)))}) == 3


@pytest.mark.hazard("C-9", "C-25", "C-40")
@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ({"effectivePeriod": ABSENT}, "UNDATED"),
        ({"effectivePeriod": ABSENT, "effectiveDateTime": "2026-10"}, "UNDATED"),
        ({"effectivePeriod": ABSENT, "effectiveDateTime": "2026-12-24"}, "FUTURE"),
        ({"modifierExtension": [{"url": "urn:x"}]}, "UNKNOWN_MODIFIER"),
        ({"subject": {"display": "somebody"}}, "UNATTRIBUTED"),
    ],
)
def test_an_administration_that_cannot_be_used_is_not_passed_over_in_silence(damage: Any, reason: str) -> None:
    alone = Chart().cirrhosis().administration(ago(28), **damage)
    (card,) = alone.cards("follow-up")
    assert card["indicator"] == "warning"
    assert f"1 record of an administration could not be used ({reason})." in card["detail"].replace("\\", "")
    assert reason in follow_up(alone, "week-4")["because"]
    beside = detail(TREATED.administration(ago(2), **damage)).replace("\\", "")
    assert f"could not be used ({reason}). The schedule may count from another date." in beside


def meld(version: str, value: int, days: int) -> Json:
    """A score as another system recorded it."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": concept((OWN + "msc-observation", "meld")),
        "method": concept((OWN + "meld-version", version)),
        "effectiveDateTime": ago(days),
        "valueQuantity": quantity(value, "{score}"),
    }


@pytest.mark.hazard("C-36", "C-44")
def test_scores_of_different_formulas_are_not_compared() -> None:
    """The baseline lacks what MELD 3.0 needs; what others wrote down stands beside it and is compared with nothing."""
    before = {name: value for name, value in PANEL.items() if name != "albumin"}
    chart = TREATED.labs(before, days=30).labs(PANEL, days=1)
    trends = {each["score"]: each for each in chart.json()["trends"]}
    assert trends["meld-na"]["difference"] == 0
    assert "difference" not in trends["meld-3.0"]
    assert "at baseline there is only MELD (UNOS 2002) and MELD-Na" in trends["meld-3.0"]["because"]
    assert "different formulas are not compared" in trends["meld-3.0"]["because"]
    chart = TREATED.add(meld("meld-na", 19, 30), meld("meld-3", 14, 1), meld("meld", 30, 90))
    assert "trends" not in chart.json()
    said = detail(chart)
    assert "The chart holds MELD-Na (OPTN 2016) 19 (2026-10-23), MELD 3.0 (OPTN 2023) 14 (2026-11-21)." in said
    assert "were not computed for this card and are not compared" in said
    assert "−5" not in said


def test_the_trend_is_part_of_the_assessment() -> None:
    trends = TREATED.labs({**PANEL, "bilirubin": 6}, days=30).labs(PANEL, days=1).json()["trends"]
    assert [each["score"] for each in trends] == ["meld", "meld-na", "meld-3.0"]
    for each in trends:
        assert each["visit"] == "week-4"
        assert each["difference"] == each["value"] - each["baseline"] < 0


@pytest.mark.hazard("C-33", "C-36")
def test_a_course_reads_visit_by_visit() -> None:
    chart = Chart().cirrhosis().administration(ago(88))
    chart = chart.labs({**PANEL, "bilirubin": 6}, days=90).labs({**PANEL, "bilirubin": 4}, days=32).labs(PANEL, days=4)
    said = detail(chart.adverse_event(ago(88), resolved=ago(87)))
    assert "| When | MELD (UNOS 2002) | MELD-Na (OPTN 2016) | MELD 3.0 (OPTN 2023) |" in said
    rows = re.findall(r"(?m)^\| (Baseline|Week \d+) \|(.*)\|$", said)
    assert [name for name, _ in rows] == ["Baseline", "Week 8", "Week 12"]
    assert all(re.fullmatch(r"(?: \d+ \((?:−\d+|not compared)\) \|?)+", cells) for _, cells in rows[1:])
    assert "week 12 (2026-08-24, 2026-11-18)." in said
    assert "week 8 (" not in said
    assert "and MELD 3.0 (OPTN 2023), week 8: no difference stated, one point is within" in said
