"""What the demonstration serves, and that each chart shows what it says it shows."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from hooks.app import create_app
from hooks.demo import STATIC
from hooks.demo.charts import FOLDER, templates
from hooks.services import SERVICES
from hooks.settings import settings_from
from hooks.store import Store

Json = dict[str, Any]
EXTENSION = "io.github.hepar-cds.assessment"
PROMISES = re.compile(
    r"treat(?:ment)?s? with msc|therapy option|improv|restor|regenerat|cure|promis|\bsafe|proven|breakthrough"
    r"|last hope|eligible|candidate|urgent|immediate",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('demo')}/hepar.db")
    yield create_app(settings_from({}, "test", True), store).test_client()
    store.close()


def assessed(client: FlaskClient, chart: str, service: str = "msc-liver-evaluation") -> Json:
    call = client.get(f"/demo/charts/demo-{chart}/call?service={service}").get_json()
    cards: list[Json] = client.post(f"/cds-services/{service}", json=call).get_json()["cards"]
    assert cards
    found: Json = cards[0]["extension"][EXTENSION]
    return found


def of(found: Json, part: str, id: str) -> Json:
    each: Json = next(each for each in found[part] if each["id"] == id)
    return each


@pytest.mark.hazard("T-55")
@pytest.mark.parametrize("path", ["/", "/demo/page.css", "/demo/page.js", "/demo/gfm.js"])
def test_the_page_loads_nothing_from_elsewhere(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.search(r"https?://|<script>|\bon\w+=|style=", answer.get_data(as_text=True))


@pytest.mark.parametrize("path", ["/demo/charts/none", "/demo/charts/none/call", "/demo/secret.py", "/demo/../app.py"])
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.get_json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize("chart", templates())
def test_a_chart_has_all_that_the_page_shows(client: FlaskClient, chart: str) -> None:
    found = client.get(f"/demo/charts/{chart}").get_json()
    assert found["name"].startswith("Demo, ")
    assert found["patientId"] == found["prefetch"]["patient"]["id"]
    assert set(found["contexts"]) == {service.hook for service in SERVICES.values()}
    assert found["problems"] or chart == "demo-no-liver-disease"
    assert found["results"]
    assert set(found["services"]) <= set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("chart", templates())
def test_every_service_answers_for_every_chart(client: FlaskClient, chart: str, service: str) -> None:
    call = client.get(f"/demo/charts/{chart}/call?service={service}").get_json()
    answer = client.post(f"/cds-services/{service}", json=call)
    assert answer.status_code == 200, answer.get_json()


def test_a_complete_chart_matches_with_every_criterion_and_exclusion_known(client: FlaskClient) -> None:
    found = assessed(client, "decompensated")
    cirrhosis = of(found, "pathways", "cirrhosis")
    assert cirrhosis["status"] == "matches"
    assert {criterion["status"] for criterion in cirrhosis["criteria"]} == {"met"}
    assert {exclusion["status"] for exclusion in found["exclusions"]} == {"absent"}


def test_the_other_charts_show_what_they_say(client: FlaskClient) -> None:
    assert of(assessed(client, "steatosis"), "pathways", "steatosis")["status"] == "matches"
    assert "MISSING_INR" in of(assessed(client, "compensated"), "scores", "meld-3.0")["reasons"]
    grade = of(assessed(client, "aclf"), "scores", "aclf-grade")
    assert grade.get("range", [grade.get("value")])[0] == 2
    assert of(assessed(client, "carcinoma"), "exclusions", "hepatic-malignancy")["status"] == "present"
    assert "DIALYSIS_APPLIED" in of(assessed(client, "dialysis"), "scores", "meld-3.0")["reasons"]
    anticoagulated = assessed(client, "anticoagulated")
    assert "ANTICOAGULANT" in of(anticoagulated, "scores", "meld-3.0")["reasons"]
    assert of(anticoagulated, "pathways", "cirrhosis")["status"] == "cannot-determine"
    assert of(assessed(client, "si-units"), "scores", "meld-3.0")["reasons"] == ["SEX_UNKNOWN"]
    assert "DIALYSIS_UNKNOWN" in of(assessed(client, "partial"), "scores", "meld-3.0")["reasons"]
    visits = assessed(client, "follow-up", "msc-liver-follow-up")["followUp"]
    assert [visit["status"] for visit in visits[:3]] == ["done", "due", "upcoming"]


def test_a_chart_without_liver_disease_gets_no_card(client: FlaskClient) -> None:
    call = client.get("/demo/charts/demo-no-liver-disease/call").get_json()
    assert client.post("/cds-services/msc-liver-evaluation", json=call).get_json() == {"cards": []}


@pytest.mark.hazard("M-2")
@pytest.mark.parametrize("path", sorted([*STATIC.iterdir(), *FOLDER.iterdir()]), ids=lambda path: path.name)
def test_no_words_of_promise(path: Path) -> None:
    if path.suffix == ".json":
        written = json.loads(path.read_text())
        said = " ".join(str(written[name]) for name in ("title", "story", "expect"))
    else:
        said = path.read_text().replace("safeAddress", "").replace("Promise.all", "")
    assert not PROMISES.search(said)
