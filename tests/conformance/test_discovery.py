"""Discovery, and the prefetch templates in it."""

import re
from dataclasses import replace

import pytest

from cds.codes import ANSWERS, CONCEPTS
from cds.labs import LABS, PANELS
from hooks.app import create_app
from hooks.services import KEYS, REQUIRED, SERVICES, queries
from tests.conformance.checks import without_emptiness

TOKEN = re.compile(r"\{\{([^{}]*)\}\}")
ALLOWED = {"patient", "code", "status", "date", "_count", "_sort", "category"}


@pytest.fixture
def services(client):
    answer = client.get("/cds-services", headers={"Accept": "application/json"})
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    return answer.get_json()["services"]


@pytest.mark.requirement("D-1", "D-3", "H-6", "IF-2", "IF-3", "IF-4", "IF-5")
def test_discovery_is_an_object_with_a_list_of_services(services):
    assert isinstance(services, list)
    for service in services:
        for name in ("hook", "id", "description", "title", "usageRequirements"):
            assert isinstance(service[name], str)
            assert service[name].strip()


@pytest.mark.requirement("D-5", "D-7")
def test_the_ids_are_distinct_stable_and_fit_into_an_address(services):
    assert {service["id"]: service["hook"] for service in services} == {
        "msc-liver-evaluation": "patient-view",
        "msc-liver-evaluation-encounter": "encounter-start",
        "msc-liver-order-select": "order-select",
        "msc-liver-order-sign": "order-sign",
        "msc-liver-follow-up": "patient-view",
    }
    assert all(re.fullmatch(r"[a-z0-9-]+", service["id"]) for service in services)
    assert len(services) == 5


@pytest.mark.requirement("G-2")
def test_nothing_is_null_or_empty(client):
    without_emptiness(client.get("/cds-services").get_json())


@pytest.mark.requirement("D-2")
def test_without_services_the_list_is_empty(settings, store):
    from hooks.site import Client

    nobody = replace(settings, clients=(Client("x", services=()),))
    assert create_app(nobody, store).test_client().get("/cds-services").get_json() == {"services": []}


@pytest.mark.requirement("D-6")
def test_every_service_names_the_same_seven_keys(services):
    assert all(tuple(service["prefetch"]) == KEYS for service in services)
    assert {"patient", "labs"} == REQUIRED


@pytest.mark.requirement("P-1", "P-2")
def test_templates_hold_no_token_but_the_patient(services):
    for service in services:
        for template in service["prefetch"].values():
            assert TOKEN.findall(template) == ["context.patientId"]
            assert "{" not in TOKEN.sub("", template)


@pytest.mark.requirement("P-3")
@pytest.mark.parametrize("key", KEYS)
def test_templates_are_reads_or_plain_searches_with_each_parameter_once(key):
    template = queries()[key]
    path, _, query = template.partition("?")
    if key == "patient":
        assert template == "Patient/{{context.patientId}}"
        return
    assert re.fullmatch(r"[A-Z][A-Za-z]+", path)
    names = [part.partition("=")[0] for part in query.split("&")]
    assert len(names) == len(set(names))
    assert set(names) <= ALLOWED
    assert query.startswith("patient={{context.patientId}}")
    assert re.fullmatch(r"[A-Za-z0-9=&,._{}-]+", query), "needs no encoding, so it works verbatim"
    assert len(template) < 2000


@pytest.mark.hazard("C-30")
def test_the_codes_asked_for_are_exactly_those_that_are_read():
    asked = {
        key: set(re.search(r"code=([^&]*)", queries()[key])[1].split(","))
        for key in ("labs", "vitals", "administrations")
    }
    read = {code.code for lab in LABS.values() for code in lab.codes} | PANELS
    read |= {code for answer in ANSWERS.values() for _, code in answer.codes}
    read |= {code for concept in CONCEPTS.values() for code in concept.loinc.split()}
    assert asked["labs"] | asked["vitals"] == read
    assert asked["administrations"] == {"msc", "msc-ev"}
    assert "status=active" in queries()["medications"]


@pytest.mark.hazard("C-40")
def test_what_silence_means_is_said(services):
    for service in services:
        assert "FHIR R4" in service["usageRequirements"]
        assert "No card means" in service["usageRequirements"]
        assert "412" in service["usageRequirements"]


@pytest.mark.requirement("G-7")
def test_every_service_stands_in_the_openapi_document(client):
    document = client.get("/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    assert document["paths"]["/cds-services/{id}"]["parameters"][0]["schema"]["enum"] == list(SERVICES)


def test_products_of_the_site_are_asked_for_too():
    asked = queries(frozenset({("urn:site", "MSC-1"), ("urn:site", "a b,c|d")}))
    assert "code=MSC-1,a%20b%5C%2Cc%5C%7Cd,msc,msc-ev&" in asked["administrations"]
    assert {key for key, query in asked.items() if query != queries()[key]} == {"administrations"}
