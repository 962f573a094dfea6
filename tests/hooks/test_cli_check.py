"""`hepar check`: the whole way from a FHIR server to cards in a terminal."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hooks.cli import main
from hooks.demo.charts import resources, templates
from hooks.services import SERVICES
from tests.hooks.fhir_server import FhirServer, serving

WHO = "demo-decompensated"


@pytest.fixture
def fhir() -> Iterator[FhirServer]:
    now = datetime.now(UTC)
    charts = [templates()[id] for id in (WHO, "demo-follow-up", "demo-no-liver-disease")]
    with serving(FhirServer([record for chart in charts for record in resources(chart, now)])) as server:
        yield server


def run(fhir: FhirServer, *arguments: str, who: str = WHO, **environment: str) -> Result:
    return CliRunner().invoke(main, ["check", "--fhir", fhir.base, "--patient", who, *arguments], env=environment)


def test_the_queries_and_the_cards_are_shown(fhir: FhirServer) -> None:
    result = run(fhir)
    assert result.exit_code == 0, result.stderr
    assert f"Patient/{WHO}" in result.stdout
    assert "HTTP 200" in result.stdout
    assert "Warning: Transplant evaluation" in result.stdout
    assert "investigational" in result.stdout
    assert "**" not in result.stdout
    assert result.stderr == ""
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_the_cards_come_in_the_language_that_was_asked_for(fhir: FhirServer) -> None:
    result = run(fhir, "--language", "es")
    assert result.exit_code == 0, result.stderr
    assert "Evaluación para trasplante" in result.stdout


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_can_be_checked(fhir: FhirServer, service: str) -> None:
    result = run(fhir, "--service", service, "--json", who="demo-follow-up")
    assert result.exit_code == 0, result.stdout + result.stderr
    [line] = result.stdout.splitlines()
    found: dict[str, Any] = json.loads(line)
    assert found["status"] == 200
    assert {query["key"]: query["status"] for query in found["queries"]}["labs"] == 200
    assert found["response"]["cards"]


def test_silence_is_said(fhir: FhirServer) -> None:
    result = run(fhir, who="demo-no-liver-disease")
    assert result.exit_code == 0
    assert "No cards" in result.stdout


def test_the_same_check_twice_shows_the_same(fhir: FhirServer) -> None:
    first, second = (json.loads(run(fhir, "--json").stdout)["response"]["cards"] for _ in range(2))
    assert [card["summary"] for card in first] == [card["summary"] for card in second]


def test_a_required_key_that_fails_is_an_error_of_the_call(fhir: FhirServer) -> None:
    fhir.fails = {"Observation": 500}
    result = run(fhir)
    assert result.exit_code == 1
    assert "412" in result.stdout
    assert "not sent" in result.stdout


def test_the_token_comes_from_the_environment(fhir: FhirServer) -> None:
    fhir.token = "secret"
    refused = run(fhir)
    assert refused.exit_code == 2
    assert "--token-env" in refused.stderr
    result = run(fhir, "--token-env", "EHR_TOKEN", EHR_TOKEN="secret")
    assert result.exit_code == 0
    assert "secret" not in result.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--token-env", "NOT_SET_ANYWHERE"], "NOT_SET_ANYWHERE"),
        (["--service", "no-such"], "offered are"),
        (["--url", "http://127.0.0.1:9"], "does not answer"),
        (["--url", "localhost:8080"], "--url"),
        (["--patient", "nobody"], "no patient"),
        (["--fhir", "file:///etc/passwd"], "--fhir"),
        (["--fhir", "http://127.0.0.1:9/fhir"], "does not answer"),
    ],
)
def test_what_cannot_be_checked_is_said_in_one_line(fhir: FhirServer, arguments: list[str], says: str) -> None:
    result = run(fhir, *arguments)
    assert result.exit_code == 2, result.output
    assert says in result.stderr
    assert result.stderr.startswith("hepar: ")
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_hostile_text_of_a_service_does_not_reach_the_terminal() -> None:
    card = {
        "summary": "\x1b[2Jred \u202egnp",
        "indicator": "\x1b[31mhard-stop",
        "source": {"label": "\x07bell"},
        "detail": "# \x1b]0;title\x07\n| a |\n|---|\n| [red]x[/red] |",
        "suggestions": [{"label": "\x1b[1m"}],
    }

    class Hostile(FhirServer):
        def answer(self, method: str, path: str, parameters: dict[str, list[str]]) -> tuple[int, Any]:
            if method == "GET" and path.endswith("/cds-services"):
                entry = {"id": "s", "hook": "patient-view", "prefetch": {"patient": "Patient/{{context.patientId}}"}}
                return 200, {"services": [entry]}
            if method == "GET":
                return 200, {"resourceType": "Patient", "id": "p"}
            return 200, {"cards": [card]}

    with serving(Hostile([])) as server:
        arguments = ["--fhir", server.base, "--patient", "p", "--url", server.base, "--service", "s"]
        result = CliRunner().invoke(main, ["check", *arguments])
    assert result.exit_code == 0, result.output
    assert not set("\x1b\x07\u202e") & set(result.output)
