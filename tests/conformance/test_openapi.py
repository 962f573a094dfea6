"""The OpenAPI document says what the routes do: calls made up from it get answers that it describes."""

from urllib.parse import unquote

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as examples

from hooks.services import SERVICES
from tests import calls
from tests.tokens import bearer


@pytest.fixture
def api(client):
    return schemathesis.openapi.from_wsgi("/openapi.json", client.application)


OPERATIONS = [
    ("/cds-services", "GET"),
    ("/cds-services/{id}", "POST"),
    ("/cds-services/{id}/feedback", "POST"),
    ("/records/$validate", "POST"),
    ("/livez", "GET"),
    ("/readyz", "GET"),
    ("/metrics", "GET"),
    ("/openapi.json", "GET"),
]
CHECKS = [
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_schema_conformance,
]


@pytest.mark.hazard("T-43")
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_no_call_made_up_from_the_document_breaks_the_service(api, path, method):
    operation = api[path][method]

    @given(operation.as_strategy())
    @examples(max_examples=60 if method == "POST" else 3, suppress_health_check=list(HealthCheck), deadline=None)
    def call(case):
        case.validate_response(case.call(), checks=CHECKS)

    call()


@pytest.mark.hazard("T-43", "T-17")
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
@pytest.mark.parametrize("shown", [True, False], ids=["token", "no token"])
def test_nor_in_production(callers, path, method, shown):
    """The same with a new token for each call, and without any."""
    operation = schemathesis.openapi.from_wsgi("/openapi.json", callers.application)[path][method]

    @given(operation.as_strategy())
    @examples(max_examples=25 if method == "POST" else 2, suppress_health_check=list(HealthCheck), deadline=None)
    def call(case):
        headers = bearer(callers.token(unquote(case.formatted_path))) if shown else {"Authorization": "Bearer x"}
        case.validate_response(case.call(headers=headers), checks=CHECKS)

    call()


def test_what_asks_for_a_token_says_so(callers, client):
    def asking(document):
        return {path for path, item in document["paths"].items() for each in item.values() if "security" in each}

    assert asking(client.get("/openapi.json").get_json()) == set()
    described = callers.get("/openapi.json").get_json()
    services = {"/cds-services/{id}", "/cds-services/{id}/feedback"}
    assert asking(described) == services | {"/records/$validate"}
    for path in asking(described):
        wanted = {"401", "429", "503"} | ({"403"} if path in services else set())
        assert wanted <= set(described["paths"][path]["post"]["responses"])


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_answered_has_the_shape_that_is_described(client, post, service):
    described = client.get("/openapi.json").get_json()
    for name, answer in (("Cards", post(service)), ("OperationOutcome", post(service, hook=...))):
        shape = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
        jsonschema_rs.validate(shape, answer.get_json())


def test_every_route_of_the_protocol_is_described(client):
    described = set(client.get("/openapi.json").get_json()["paths"])
    served = {
        rule.rule.replace("<service_id>", "{id}")
        for rule in client.application.url_map.iter_rules()
        if not rule.rule.startswith(("/guide", "/demo"))
    }
    assert described == served - {"/"}


def test_the_hooks_of_the_document_are_those_of_the_services(client):
    offered = client.get("/openapi.json").get_json()["components"]["schemas"]["Offered"]
    assert set(offered["properties"]["hook"]["enum"]) == set(calls.HOOKS.values())
