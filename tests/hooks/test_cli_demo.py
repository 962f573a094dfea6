"""`hepar demo load`: the demonstration charts on a FHIR server, from which the checks then read them."""

import threading

import pytest
from click.testing import CliRunner, Result

from hooks.cli import main
from hooks.demo.charts import templates
from tests.hooks.fhir_server import FhirServer, serving
from tests.live import free_port


def load(base: str, *arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, ["demo", "load", "--fhir", base, *arguments], env=environment)


def test_every_chart_is_loaded_and_can_be_assessed_from_there() -> None:
    with serving(FhirServer([])) as server:
        done = load(server.base)
        assert done.exit_code == 0, done.stderr
        patients = {record["id"] for record in server.resources if record["resourceType"] == "Patient"}
        assert patients == set(templates())
        assert len(server.sent) == len(templates())
        assert not any("@" in str(record.get("effectiveDateTime", "")) for record in server.resources)
        asked = ["check", "--fhir", server.base, "--patient", "demo-decompensated"]
        assert "MELD" in CliRunner().invoke(main, asked).stdout


def test_loading_again_leaves_each_record_once() -> None:
    with serving(FhirServer([])) as server:
        load(server.base)
        before = len(server.resources)
        assert load(server.base).exit_code == 0
        assert len(server.resources) == before


def test_a_refusal_is_named_and_is_exit_status_1() -> None:
    with serving(FhirServer([], fails={"Bundle": 422})) as server:
        done = load(server.base)
    assert done.exit_code == 1
    assert "demo-aclf: answered 422" in done.stderr
    assert f"0 of {len(templates())}" in done.stdout


def test_a_server_that_is_not_there_is_exit_status_2() -> None:
    done = load(f"http://127.0.0.1:{free_port()}/fhir")
    assert done.exit_code == 2
    assert "does not answer" in done.stderr


def test_the_token_is_sent_and_must_be_there() -> None:
    with serving(FhirServer([], token="secret")) as server:
        assert load(server.base, "--token-env", "FHIR_TOKEN", FHIR_TOKEN="secret").exit_code == 0
        assert load(server.base, "--token-env", "NOT_SET").exit_code == 2
        assert load(server.base).exit_code == 1


def test_it_waits_for_a_server_that_is_starting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hooks.cli_demo.PAUSE", 0.1)
    with serving(FhirServer([], fails={"metadata": 503})) as server:
        threading.Timer(0.5, server.fails.clear).start()
        done = load(server.base, "--wait", "20")
    assert done.exit_code == 0, done.stderr
    assert [path for _, path, _ in server.seen].count("/fhir/metadata") > 1


@pytest.mark.parametrize("chart", templates())
def test_the_cards_of_a_chart_are_shown_without_anything_else_running(chart: str) -> None:
    shown = CliRunner().invoke(main, ["demo", "show", chart])
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert templates()[chart].title in shown.stdout
    assert "Source: " in shown.stdout or "No cards: " in shown.stdout


def test_a_chart_that_is_not_there_is_exit_status_2_with_those_that_are() -> None:
    shown = CliRunner().invoke(main, ["demo", "show", "nobody"])
    assert shown.exit_code == 2
    assert "demo-decompensated" in shown.stderr
