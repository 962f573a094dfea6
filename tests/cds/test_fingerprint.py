"""What makes advice the same: the situation, never a value, a date or a word."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cds.advise import Topic, advise
from cds.assess import assess
from cds.fingerprint import fingerprints
from tests.charts import NOW, Chart, ago

FEW = settings(max_examples=25, deadline=None, derandomize=True)


def prints(chart: Chart, topic: Topic = "evaluation", resources: Any = None) -> dict[str, str]:
    assessment = assess(chart.chart(resources))
    findings = advise(assessment, topic, msc_text=True, protocol="P-1", clinical_owner="Dr A")
    return dict(zip([each.topic for each in findings], fingerprints(findings, assessment), strict=True))


def cirrhotic(**labs: Any) -> Chart:
    return Chart().reference(**labs).cirrhosis()


BEFORE = prints(cirrhotic().screened())


@pytest.mark.hazard("C-31")
@FEW
@given(
    st.decimals("2.00", "2.15", places=2).map(float),
    st.decimals("1.49", "1.52", places=2).map(float),
    st.decimals("1.19", "1.22", places=2).map(float),
    st.sampled_from([133, 134]),
    st.decimals("2.98", "3.04", places=2).map(float),
    st.integers(1, 40),
    st.randoms(use_true_random=False),
)
def test_order_and_values_within_a_band_are_the_same_advice(
    bilirubin: float, inr: float, creatinine: float, sodium: int, albumin: float, hours: int, random: Any
) -> None:
    labs = {"bilirubin": bilirubin, "inr": inr, "creatinine": creatinine, "sodium": sodium, "albumin": albumin}
    chart = cirrhotic(**labs, hours=hours).screened()
    shuffled = [chart.patient, *chart.resources]
    random.shuffle(shuffled)
    assert prints(chart, resources=shuffled) == BEFORE


def test_another_patient_and_another_day_are_the_same_advice() -> None:
    later = replace(cirrhotic().screened(), now=NOW + timedelta(hours=1))
    assert prints(later.person(birthDate="1970-05-05")) == BEFORE


@pytest.mark.hazard("C-31")
@pytest.mark.parametrize(
    "other",
    [
        pytest.param(cirrhotic(bilirubin=9.0).screened(), id="band of a score"),
        pytest.param(cirrhotic(sodium=126).screened(), id="a MELD variant without published bands"),
        pytest.param(cirrhotic(inr=None).screened(), id="no value any more"),
        pytest.param(cirrhotic().screened().person(gender=None), id="a range, no value"),
        pytest.param(cirrhotic().screened().condition("C22.0"), id="an exclusion and its trial families"),
        pytest.param(cirrhotic().screened().condition("I85.01", days=20), id="decompensation"),
        pytest.param(cirrhotic(), id="steps that are open"),
        pytest.param(cirrhotic(albumin=30).screened(), id="a result that cannot be right"),
        pytest.param(cirrhotic().screened().without_access_to("procedures"), id="what could not be read"),
        pytest.param(Chart().reference().screened(), id="no liver disease charted"),
        pytest.param(Chart().reference().screened().without_access_to("conditions"), id="liver disease unknown"),
    ],
)
def test_another_situation_is_other_advice(other: Chart) -> None:
    assert prints(other).get("liver-evaluation") != BEFORE["liver-evaluation"]


@pytest.mark.hazard("C-31")
@pytest.mark.parametrize(("inr", "low", "high", "meld"), [(1.5, 1.5, 1.8, 14), (2.2, 7.0, 7.8, 24)])
def test_the_thresholds_of_the_transplant_prompt_are_other_advice(
    inr: float, low: float, high: float, meld: int
) -> None:
    """Both lie in one published band of MELD and of everything else."""
    below, above = (cirrhotic(bilirubin=value, inr=inr, sodium=140, albumin=4.0) for value in (low, high))
    assert (below.assess().score("meld").value, above.assess().score("meld").value) == (meld, meld + 1)
    assert below.assess().score("meld").band == above.assess().score("meld").band
    assert prints(below) != prints(above)


@pytest.mark.hazard("C-31")
def test_a_visit_that_falls_due_is_other_advice() -> None:
    visits = [cirrhotic().administration(ago(days)) for days in (20, 27, 40)]
    found = [prints(chart, "follow-up")["msc-follow-up"] for chart in visits]
    assert len(set(found)) == 3


def test_every_rule_has_its_own() -> None:
    assert len(set(BEFORE.values())) == len(BEFORE) == 2


@pytest.mark.hazard("C-31", "C-32")
@pytest.mark.parametrize(
    ("chart", "doubt"),
    [
        (cirrhotic(), False),
        (cirrhotic(inr=None), False),
        (cirrhotic(inr=None).lab("inr", 400, hours=2), True),
        (cirrhotic(bilirubin=None).lab("bilirubin", 2.0, "", hours=2), True),
        (Chart().cirrhosis(), True),
        (Chart().reference().without_access_to("conditions"), True),
    ],
)
def test_a_finding_knows_whether_it_says_that_data_are_not_to_be_trusted(chart: Chart, doubt: bool) -> None:
    findings = advise(chart.assess(), "evaluation", msc_text=False)
    assert [each.doubt for each in findings] == [doubt]


@pytest.mark.hazard("C-31")
def test_a_new_doubt_is_other_advice() -> None:
    missing = cirrhotic(inr=None)
    doubtful = missing.lab("inr", 1.5, hours=2, valueQuantity={"value": 1.5, "unit": "widgets"})
    assert prints(missing) != prints(doubtful)


def test_unreadable_administrations_are_a_doubt() -> None:
    (finding,) = advise(cirrhotic().without_access_to("administrations").assess(), "follow-up", msc_text=True)
    assert finding.doubt


def test_only_the_finding_with_the_prompt_leads() -> None:
    prompted = advise(cirrhotic().assess(), "evaluation", msc_text=True, protocol="P-1", clinical_owner="Dr A")
    assert [each.leads for each in prompted] == [True, False]
    healthy = {"bilirubin": 0.8, "inr": 1.0, "creatinine": 0.8, "sodium": 140, "albumin": 4.2}
    compensated = Chart().labs(healthy).cirrhosis()
    calm = advise(compensated.assess(), "evaluation", msc_text=True, protocol="P-1", clinical_owner="Dr A")
    assert [each.leads for each in calm] == [False, False]


CALM = cirrhotic().screened().administration(ago(28)).assess()
SAID = advise(CALM, "evaluation", msc_text=False)[0]


def first(part: str, **changes: Any) -> dict[str, Any]:
    """The first of a part of the assessment, with some members changed."""
    found = getattr(CALM, part)
    return {part: (replace(found[0], **changes), *found[1:])}


@pytest.mark.hazard("C-31")
@pytest.mark.parametrize(
    ("changes", "same"),
    [
        (first("scores", value=None), False),
        (first("scores", band="another"), False),
        (first("scores", high=Decimal(40)), False),
        (first("scores", low=None, high=None, value=None), False),
        (first("scores", reasons=("UNIT_CONFLICT",)), False),
        (first("scores", reasons=("STALE",)), True),
        (first("scores", unrounded=15.01), True),
        (first("pathways", status="matches"), False),
        (first("pathways", because="else"), True),
        (first("exclusions", status="unknown"), False),
        (first("exclusions", evidence=("Condition/9",)), True),
        (first("evaluation", status="done"), False),
        (first("evaluation", status="out-of-date"), False),
        (first("evaluation", because="else"), True),
        (first("follow_up", status="due"), False),
        ({"follow_up": (*CALM.follow_up[:-1], replace(CALM.follow_up[-1], status="done"))}, True),
        ({"liver_disease": "unknown"}, False),
        ({"liver_disease_because": "else"}, True),
        ({"transplant_prompt": ""}, False),
        ({"transplant_prompt": "in other words"}, True),
        ({"decompensated": True}, False),
        ({"patient": "another"}, True),
        ({"computed_at": NOW + timedelta(days=1)}, True),
    ],
    ids=repr,
)
def test_each_part_of_the_situation_counts_for_itself(changes: dict[str, Any], same: bool) -> None:
    assert (fingerprints((SAID,), replace(CALM, **changes)) == fingerprints((SAID,), CALM)) is same


@pytest.mark.hazard("C-31")
@pytest.mark.parametrize(
    ("changes", "same"),
    [({"severity": "info"}, False), ({"topic": "else"}, False), ({"doubt": True}, False), ({"headline": "else"}, True)],
)
def test_so_does_each_part_of_the_finding(changes: dict[str, Any], same: bool) -> None:
    assert (fingerprints((replace(SAID, **changes),), CALM) == fingerprints((SAID,), CALM)) is same
