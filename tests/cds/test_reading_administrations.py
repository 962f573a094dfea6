"""Administrations of MSC products: by our codes and by those of a site, in the record or in a Medication."""

from typing import Any

import pytest

from cds.chart import Administration
from cds.fhir import patients_in, read_chart, resources_in
from tests.charts import ABSENT, ME, NOW, OWN, Chart, Json, ago, concept, quantity

SITE = ("urn:site", "MSC-1")
PRODUCT = OWN + "msc-product-type"


def given(*codings: tuple[str, str], products: frozenset[tuple[str, str]] = frozenset(), **more: Any) -> Any:
    """What is read of one administration with these codings."""
    chart = Chart(products=products).administration(ago(3), medicationCodeableConcept=concept(*codings), **more)
    return chart.chart().administrations


def test_a_code_of_the_site_counts_where_it_is_configured() -> None:
    (found,) = given(SITE, products=frozenset({SITE}))
    assert isinstance(found, Administration)
    assert found.product == "msc"
    assert given(SITE) == ()


@pytest.mark.parametrize("code", [("urn:site", "MSC-2"), ("urn:other", "MSC-1"), ("", "MSC-1")])
def test_only_the_very_code_counts(code: tuple[str, str]) -> None:
    assert given(code, products=frozenset({SITE})) == ()


def test_any_coding_of_the_medicine_may_say_it() -> None:
    assert len(given(("urn:other", "x"), SITE, products=frozenset({SITE}))) == 1
    assert given(("urn:other", "x"), (PRODUCT, "msc-ev"))[0].product == "msc-ev"


@pytest.mark.hazard("C-5", "C-25")
@pytest.mark.parametrize("status", ["in-progress", "not-done", "entered-in-error", "on-hold", "unknown"])
def test_a_code_of_the_site_is_held_to_the_same_statuses(status: str) -> None:
    assert given(SITE, products=frozenset({SITE}), status=status) == ()


@pytest.mark.hazard("C-25")
@pytest.mark.parametrize(("dose", "counts"), [(35, True), (0, False), (ABSENT, False)])
def test_a_stopped_one_counts_after_a_dose(dose: Any, counts: bool) -> None:
    dosage: Json = {} if dose is ABSENT else {"dose": quantity(dose, "10*6")}
    assert bool(given((PRODUCT, "msc"), status="stopped", dosage=dosage)) is counts


MEDICATION = {"resourceType": "Medication", "id": "m1", "code": concept((PRODUCT, "msc"))}
BY_REFERENCE = {"medicationCodeableConcept": ABSENT, "medicationReference": {"reference": "Medication/m1"}}


def test_a_medication_of_the_same_document_is_followed() -> None:
    whole = Chart().administration(ago(3), **BY_REFERENCE)
    assert whole.chart().administrations == ()
    assert len(whole.add({**MEDICATION, "subject": ABSENT}).chart().administrations) == 1


def test_the_code_of_the_site_may_stand_in_the_medication() -> None:
    medication = {**MEDICATION, "code": concept(SITE), "subject": ABSENT}
    chart = Chart(products=frozenset({SITE})).administration(ago(3), **BY_REFERENCE).add(medication)
    assert len(chart.chart().administrations) == 1


def test_an_ingredient_may_say_it() -> None:
    held = {"resourceType": "Medication", "id": "m", "ingredient": [{"itemCodeableConcept": concept((PRODUCT, "msc"))}]}
    contained = {**BY_REFERENCE, "medicationReference": {"reference": "#m"}, "contained": [held]}
    assert len(Chart().administration(ago(3), **contained).chart().administrations) == 1


def test_a_medication_elsewhere_is_not_followed() -> None:
    elsewhere = {**BY_REFERENCE, "medicationReference": {"reference": "https://other.example/Medication/m9"}}
    whole = Chart().administration(ago(3), **elsewhere).add({**MEDICATION, "subject": ABSENT})
    assert whole.chart().administrations == ()


def test_the_address_of_a_bundle_entry_names_its_medication() -> None:
    chart = Chart().administration(ago(3), **{**BY_REFERENCE, "medicationReference": {"reference": "urn:uuid:4-2"}})
    bundle = chart.bundle()
    bundle["entry"].append({"fullUrl": "urn:uuid:4-2", "resource": MEDICATION})
    group = patients_in(resources_in(bundle))[ME]
    assert len(read_chart(group, ME, NOW).administrations) == 1


def test_the_catheter_procedure_is_no_administration() -> None:
    act = {"extension": [{"url": OWN.replace("CodeSystem/", "StructureDefinition/administered-product")}]}
    assert Chart().procedure("76015000", **act).chart().administrations == ()
