"""Which score is worth writing into the chart."""

import pytest

from cds.assessment import Assessment
from cds.codes import MELD_CODE, MELD_VERSION
from cds.recording import METHODS, entry, is_recordable
from tests.charts import MELDS, Chart, ago, concept, quantity

SICK = Chart().cirrhosis()


def offered(chart: Chart) -> tuple[str, int] | None:
    found = entry(chart.assess())
    return (found.score.id, int(found.score.value or 0)) if found else None


def charted(chart: Chart, value: int, hours: float = 2, status: str = "final") -> Chart:
    """With the MELD 3.0 that another system wrote."""
    return chart.add(
        {
            "resourceType": "Observation",
            "status": status,
            "code": concept(MELD_CODE),
            "method": concept((MELD_VERSION, "meld-3")),
            "effectiveDateTime": ago(hours=hours),
            "valueQuantity": quantity(value, "{score}"),
        }
    )


def test_each_meld_that_the_profile_knows_has_its_formula() -> None:
    assert METHODS == {"meld": "meld", "meld-na": "meld-na", "meld-3.0": "meld-3"}


def test_the_meld_that_leads_the_card_is_offered() -> None:
    assert offered(SICK.reference()) == ("meld-3.0", 18)
    assert offered(SICK.reference(albumin=None)) == ("meld-na", 18)
    assert offered(SICK.reference(albumin=None, sodium=None)) == ("meld", 15)
    assert offered(SICK.reference().person(gender="unknown")) == ("meld-na", 18)


def test_nothing_is_offered_without_one_number() -> None:
    assert offered(SICK) is None
    assert offered(SICK.reference().without_access_to("procedures")) is None
    assert offered(SICK.reference().procedure("302497006", days=1)) is None
    assert offered(SICK.reference().condition("Z94.4")) is None


def test_a_number_that_is_to_be_verified_first_is_not_offered() -> None:
    unusual = SICK.reference(creatinine=0.2)
    assert unusual.assess().score("meld-3.0").value
    assert offered(unusual) is None


def test_what_the_chart_already_holds_is_not_offered_again() -> None:
    assert offered(charted(SICK.reference(), 18)) is None
    assert offered(charted(SICK.reference(), 18, hours=30)) == ("meld-3.0", 18)
    assert offered(charted(SICK.reference(), 21)) == ("meld-3.0", 18)


def recordable(assessment: Assessment) -> list[str]:
    return [each.id for each in assessment.scores if is_recordable(each)]


@pytest.mark.hazard("C-10")
def test_a_range_is_not_recordable() -> None:
    assert recordable(SICK.reference().assess()) == list(MELDS)
    assert recordable(SICK.reference().without_access_to("procedures").assess()) == []
