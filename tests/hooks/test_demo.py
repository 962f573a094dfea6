"""What the demonstration serves, and that each chart shows what it says it shows."""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from hooks.app import create_app
from hooks.demo import FILES, STATIC, cards
from hooks.demo.charts import FOLDER, templates
from hooks.demo.over_time import DAYS, HIGH
from hooks.services import SERVICES
from hooks.settings import settings_from
from hooks.store import Store
from tests.source_tree import ROOT

Json = dict[str, Any]
EXTENSION = "io.github.hepar-cds.assessment"
PROMISES = re.compile(
    r"treat(?:ment)?s? with msc|therapy option|improv|restor|regenerat|cure|promis|\bsafe|proven|breakthrough"
    r"|last hope|eligible|candidate|urgent|immediate",
    re.IGNORECASE,
)
PAGES = STATIC.parent / "templates"
OWN = "http://127.0.0.1:8080"
VENDORED = {
    "uPlot.iife.min.js": "19c8d4c6ad88929a79f4ae49d6f7161566dfd0ba3d15cc495e974f787eb78f1f",
    "uPlot.min.css": "df630c6a8d6f8eeaff264b50f73ce5b114f646ffd9a0bb74f049b0a00135fa04",
    "uPlot.LICENSE.txt": "8f989229699b4fe2f1a0432d0e9edc338a8a911e250e2d1b01ecd770a5f5b1bd",
}
"""SHA-256 of what stands in the package uplot 1.6.32."""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('demo')}/hepar.db")
    yield create_app(settings_from({}, "test", True), store).test_client()
    store.close()


def assessed(client: FlaskClient, chart: str, service: str = "msc-liver-evaluation") -> Json:
    call = client.get(f"/demo/charts/demo-{chart}/call?service={service}").get_json()
    found: Json = answered(client, call, service)["cards"][0]["extension"][EXTENSION]
    return found


def answered(client: FlaskClient, call: Json, service: str = "msc-liver-evaluation") -> Json:
    answer: Json = client.post(f"/cds-services/{service}", json=call).get_json()
    assert answer["cards"]
    return answer


def of(found: Json, part: str, id: str) -> Json:
    each: Json = next(each for each in found[part] if each["id"] == id)
    return each


def drop(client: FlaskClient, *resources: Json) -> Json:
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in resources]}
    answer: Json = client.post("/demo/charts", json=bundle).get_json()
    return answer


@pytest.mark.hazard("T-55")
@pytest.mark.parametrize("path", ["/", "/demo/charts/demo-aclf", *(f"/demo/{name}" for name in FILES)])
def test_the_page_loads_nothing_from_elsewhere(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if path == "/" or (path.endswith(("js", "css")) and "vendor" not in path):
        assert not re.search(r"https?://|<script>|\bon\w+=|style=", answer.get_data(as_text=True))


def test_the_plotting_library_is_the_published_one_and_named_with_its_licence() -> None:
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (STATIC / "vendor").iterdir()}
    assert found == VENDORED
    notice = (ROOT / "NOTICE").read_text()
    assert "uPlot 1.6.32" in notice
    assert VENDORED["uPlot.iife.min.js"] in notice


@pytest.mark.parametrize("path", ["/demo/charts/none", "/demo/charts/none/call", "/demo/secret.py", "/demo/../app.py"])
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.get_json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize("chart", templates())
def test_a_chart_has_all_that_the_page_shows(client: FlaskClient, chart: str) -> None:
    found = client.get(f"/demo/charts/{chart}").get_json()
    assert found["name"].startswith("Demo, ")
    assert found["id"] == found["prefetch"]["patient"]["id"]
    assert set(found["contexts"]) == {service.hook for service in SERVICES.values()}
    assert found["service"] in SERVICES
    assert found["name"] in found["html"]
    assert '<table class="results">' in found["html"]


@pytest.mark.parametrize("chart", templates())
def test_every_record_of_a_chart_is_named_in_words(client: FlaskClient, chart: str) -> None:
    named = re.findall('<span class="what">([^<]+)</span>', client.get(f"/demo/charts/{chart}").get_json()["html"])
    assert named
    assert [name for name in named if re.fullmatch(r"[A-Z]?[\d.]+|Not named", name)] == []


def test_a_page_shows_the_chart_that_its_address_names(client: FlaskClient) -> None:
    shown = client.get("/?chart=demo-dialysis").get_data(as_text=True)
    assert "<h2>Demo, Farid</h2>" in shown
    assert "<h2>Demo, Anna</h2>" in client.get("/?chart=<script>").get_data(as_text=True)


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("chart", templates())
def test_every_service_answers_for_every_chart(client: FlaskClient, chart: str, service: str) -> None:
    call = client.get(f"/demo/charts/{chart}/call?service={service}").get_json()
    answer = client.post(f"/cds-services/{service}", json=call)
    assert answer.status_code == 200, answer.get_json()
    shown = client.post("/demo/cards", json={"answer": answer.get_json(), "imagined": False, "language": "en"})
    html = shown.get_json()["html"]
    assert html.count("<article") == len(answer.get_json()["cards"])


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


def test_the_page_shows_no_score_that_the_cards_leave_out(client: FlaskClient) -> None:
    def titles(chart: str) -> list[str]:
        html = client.get(f"/demo/charts/demo-{chart}").get_json()["html"]
        return re.findall("<dt>([^<]+)</dt>", html.partition('<dl class="scores">')[2].partition("</dl>\n\n")[0])

    assert titles("steatosis") == ["MELD 3.0", "MELD-Na", "MELD", "FIB-4"]
    assert titles("decompensated") == ["MELD 3.0", "MELD-Na", "MELD", "Child-Pugh", "ALBI", "FIB-4"]
    found = what_if(client, "steatosis", bilirubin="9.5").get_json()["html"]
    assert "Child-Pugh" not in found
    said = "No liver disease is charted; blood tests alone do not show it. The scores are made for liver disease."
    assert said in client.get("/demo/charts/demo-no-liver-disease").get_json()["html"]
    assert "made for liver disease" not in client.get("/demo/charts/demo-steatosis").get_json()["html"]


def test_a_chart_without_liver_disease_gets_no_card(client: FlaskClient) -> None:
    call = client.get("/demo/charts/demo-no-liver-disease/call").get_json()
    assert client.post("/cds-services/msc-liver-evaluation", json=call).get_json() == {"cards": []}


# A file


def test_a_dropped_bundle_becomes_a_chart_that_the_service_answers_for_alike(client: FlaskClient) -> None:
    held = client.get("/demo/charts/demo-decompensated").get_json()
    sent = [each for value in held["prefetch"].values() for each in cards_or_one(value)]
    [chart] = drop(client, *sent)["charts"]
    assert (chart["id"], chart["name"]) == (held["id"], held["name"])
    call = client.get("/demo/charts/demo-decompensated/call").get_json()
    first, second = (
        answered(client, {**call, "prefetch": each["prefetch"]})["cards"][0]["extension"][EXTENSION]
        for each in (held, chart)
    )
    for part in ("scores", "pathways", "exclusions", "evaluation"):
        assert first[part] == second[part]


def cards_or_one(value: Json) -> list[Json]:
    return [each["resource"] for each in value.get("entry", [])] if value["resourceType"] == "Bundle" else [value]


def test_records_that_name_the_patient_by_the_address_of_the_entry_find_them(client: FlaskClient) -> None:
    address = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"
    sodium = {
        "resourceType": "Observation", "id": "1", "status": "final", "subject": {"reference": address},
        "code": {"coding": [{"system": "http://loinc.org", "code": "2951-2"}]}, "effectiveDateTime": "2026-01-01",
        "valueQuantity": {"value": 140, "unit": "mmol/L", "code": "mmol/L", "system": "http://unitsofmeasure.org"},
    }  # fmt: skip
    entries = [{"fullUrl": address, "resource": {"resourceType": "Patient", "id": "p"}}, {"resource": sodium}]
    [chart] = client.post("/demo/charts", json={"resourceType": "Bundle", "entry": entries}).get_json()["charts"]
    assert "140 mmol/L" in chart["html"]
    call = {"hook": "patient-view", "hookInstance": "1", "prefetch": chart["prefetch"]}
    call["context"] = chart["contexts"]["patient-view"]
    assert client.post("/cds-services/msc-liver-evaluation", json=call).status_code == 200


def test_every_patient_of_a_file_is_a_chart(client: FlaskClient) -> None:
    people = [{"resourceType": "Patient", "id": id, "name": [{"text": f"Name of {id}"}]} for id in ("a", "b")]
    assert [chart["name"] for chart in drop(client, *people)["charts"]] == ["Name of a", "Name of b"]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"not json", 400, "not one JSON document"),
        (b"{}", 400, "not FHIR"),
        (b"[1]", 400, "not FHIR"),
        (b'{"resourceType": "Bundle"}', 400, "holds no patient"),
        (b'{"resourceType": "Bundle", "entry": 1}', 400, "not FHIR"),
        (b"[" + b" " * 6_000_000 + b"]", 413, "too large"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(client: FlaskClient, body: bytes, status: int, said: str) -> None:
    answer = client.post("/demo/charts", data=body, content_type="application/fhir+json")
    assert answer.status_code == status
    assert said in json.dumps(answer.get_json())


def test_another_site_cannot_send_a_file(client: FlaskClient) -> None:
    assert client.post("/demo/charts", data=b"{}", content_type="text/plain").status_code == 415


def test_text_of_a_chart_is_never_markup(client: FlaskClient) -> None:
    bad = "<img src=x onerror=alert(1)>"
    problem = {
        "resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"}, "code": {"text": bad},
    }  # fmt: skip
    patient = {"resourceType": "Patient", "id": "p", "name": [{"family": bad}]}
    [chart] = drop(client, patient, problem)["charts"]
    assert "<img" not in chart["html"]
    assert "&lt;img" in chart["html"]


def test_results_that_are_not_used_are_counted_with_the_reason_and_the_clock_is_told(client: FlaskClient) -> None:
    patient = {"resourceType": "Patient", "id": "p", "gender": "male", "birthDate": "2090-01-01"}
    later = [result(code, value, unit, -30_000) for code, value, unit in MELD]
    [chart] = drop(client, patient, *later)["charts"]
    day = (datetime.now(UTC) + timedelta(days=30_000, hours=-1)).date()
    assert f"Results that the service does not use: {len(MELD)}" in chart["html"]
    row = chart["html"].partition('<th scope="row">Bilirubin</th><td>A result is dated in the future')[2]
    assert f'<td class="number">1</td><td class="date">{day}</td>' in row.partition("</tr>")[0]
    assert f"HEPAR_NOW={day + timedelta(days=1)}T00:00:00Z" in chart["html"]
    assert " years)" not in chart["html"]
    fresh = client.get("/demo/charts/demo-decompensated").get_json()["html"]
    assert "HEPAR_NOW" not in fresh
    assert "does not use" not in fresh


def test_a_file_without_a_patient_is_said_to_be_of_no_use_for_a_call(client: FlaskClient) -> None:
    [chart] = drop(client, *(result(code, value, unit, 1) for code, value, unit in MELD))["charts"]
    assert "holds no record of the patient" in chart["html"]
    [chart] = drop(client, {"resourceType": "Patient", "id": "p"})["charts"]
    assert "holds no record of the patient" not in chart["html"]


def test_records_that_a_rule_reads_come_first(client: FlaskClient) -> None:
    patient = {"resourceType": "Patient", "id": "p"}
    codes = [{"text": "Epistaxis"}, {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "K74.60"}]}]
    problems = [
        {"resourceType": "Condition", "id": f"c{i}", "subject": {"reference": "Patient/p"}, "code": code}
        for i, code in enumerate(codes)
    ]
    [chart] = drop(client, patient, *problems)["charts"]
    assert 0 < chart["html"].index("irrhosis") < chart["html"].index("Epistaxis")


# What if


def what_if(client: FlaskClient, chart: str, **values: str) -> Any:
    held = client.get(f"/demo/charts/demo-{chart}").get_json()
    return client.post("/demo/what-if", json={"patient": held["id"], "prefetch": held["prefetch"], "values": values})


def meld_of(client: FlaskClient, chart: str, prefetch: Json) -> Json:
    call = client.get(f"/demo/charts/demo-{chart}/call").get_json()
    found = answered(client, {**call, "prefetch": prefetch})["cards"][0]["extension"][EXTENSION]
    return of(found, "scores", "meld-3.0")


def test_another_value_moves_the_score_and_leaves_the_chart(client: FlaskClient) -> None:
    held = client.get("/demo/charts/demo-decompensated").get_json()["prefetch"]
    found = what_if(client, "decompensated", bilirubin="9.5").get_json()
    before = meld_of(client, "decompensated", held)
    after = meld_of(client, "decompensated", found["prefetch"])
    assert after["value"] > before["value"]
    assert [used["value"] for used in after["inputs"] if used["name"] == "bilirubin"] == [9.5]
    assert "2.6 mg/dL" in found["html"]
    assert f"<strong>{before['value']}</strong>" in found["html"]
    assert f"<strong>{after['value']}</strong>" in found["html"]


def test_a_missing_result_can_be_imagined(client: FlaskClient) -> None:
    found = what_if(client, "compensated", inr="1.3", albumin="3.4").get_json()
    assert "value" in meld_of(client, "compensated", found["prefetch"])


def test_a_result_in_another_unit_is_shown_as_charted_beside_the_unit_that_is_asked_for(client: FlaskClient) -> None:
    html = client.get("/demo/charts/demo-si-units").get_json()["html"]
    said = re.search(r'id="what-if-bilirubin-charted">charted ([^<]+)<', html)
    assert said
    assert re.fullmatch(r"[\d.]+ µmol/L \([\d.]+ mg/dL\)", said[1])


IMPOSSIBLE = ("many", "-1", "NaN", "1e999")


@pytest.mark.parametrize("values", [{}, {"crp": "1"}, *({"bilirubin": each} for each in IMPOSSIBLE)])
def test_what_is_no_result_is_refused(client: FlaskClient, values: dict[str, str]) -> None:
    assert what_if(client, "decompensated", **values).status_code == 400


# Over time


def plotted(html: str) -> Json:
    found = re.search(r'data-plot="([^"]+)"', html)
    assert found
    plot: Json = json.loads(found[1].replace("&#34;", '"').replace("&quot;", '"').replace("\\u0027", "'"))
    return plot


def test_the_score_over_time_is_that_of_the_engine_at_each_time(client: FlaskClient) -> None:
    chart = client.get("/demo/charts/demo-follow-up").get_json()
    plot = plotted(chart["html"])
    assert [panel["name"] for panel in plot["panels"]] == [
        "meld", "bilirubin", "creatinine", "inr", "sodium", "albumin",
    ]  # fmt: skip
    newest = plot["panels"][0]["points"][-1]
    assert newest["low"] == meld_of(client, "follow-up", chart["prefetch"])["value"]
    assert len(plot["panels"][0]["points"]) == 7
    assert len(plot["given"]) == 1
    assert chart["html"].count("MSC product given") == 1


def test_an_earlier_score_rests_on_nothing_that_was_drawn_later(client: FlaskClient) -> None:
    chart = client.get("/demo/charts/demo-follow-up").get_json()
    points = plotted(chart["html"])["panels"][0]["points"]
    held = [each for value in chart["prefetch"].values() for each in cards_or_one(value)]
    then = points[-2]["when"].replace(" ", "T")
    earlier = [each for each in held if str(each.get("effectiveDateTime", ""))[: len(then)] <= then]
    [alone] = drop(client, *earlier)["charts"]
    assert plotted(alone["html"])["panels"][0]["points"][-1] == points[-2]
    assert points[-2]["low"] != points[-1]["low"]


def test_of_many_days_the_newest_are_shown_and_it_says_so(client: FlaskClient) -> None:
    patient = {"resourceType": "Patient", "id": "p", "gender": "male", "birthDate": "1970-01-01"}
    results = [result(code, value, unit, day) for day in range(100) for code, value, unit in MELD]
    [chart] = drop(client, patient, *results)["charts"]
    plot = plotted(chart["html"])
    assert {len(panel["points"]) for panel in plot["panels"]} == {DAYS}
    assert {point["said"] for point in plot["panels"][0]["points"]} == {plot["panels"][0]["points"][0]["said"]} != {""}
    assert f"The {DAYS} newest days" in chart["html"]
    assert {len(point["when"]) for panel in plot["panels"] for point in panel["points"]} == {len("2026-11-21")}


MELD = (
    ("1975-2", 2.6, "mg/dL"), ("2160-0", 1.1, "mg/dL"), ("6301-6", 1.6, "{INR}"),
    ("2951-2", 134, "mmol/L"), ("1751-7", 3.0, "g/dL"),
)  # fmt: skip


def result(code: str, value: float, unit: str, day: int) -> Json:
    drawn = datetime.now(UTC) - timedelta(days=day, hours=1)
    return {
        "resourceType": "Observation", "id": f"o{day}-{code}", "status": "final", "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]}, "effectiveDateTime": f"{drawn:%Y-%m-%d}",
        "valueQuantity": {"value": value, "unit": unit, "code": unit, "system": "http://unitsofmeasure.org"},
    }  # fmt: skip


@pytest.mark.parametrize(("values", "high"), [((136, 137), False), ((120, 150), True)])
def test_a_small_change_does_not_look_like_a_large_one(
    client: FlaskClient, values: tuple[float, float], high: bool
) -> None:
    patient = {"resourceType": "Patient", "id": "p"}
    sodium = [result("2951-2", value, "mmol/L", day) for day, value in enumerate(values)]
    [chart] = drop(client, patient, *sodium)["charts"]
    found = re.search(r'aria-label="2 results, sodium (\d+) mmol/L .*?polyline points="([^"]+)"', chart["html"])
    assert found
    assert int(found[1]) == values[1]
    first, last = (float(point.split(",")[1]) for point in found[2].split(" "))
    assert (abs(first - last) > HIGH / 2) is high


def test_a_score_that_is_only_bounded_is_plotted_with_both_bounds(client: FlaskClient) -> None:
    points = plotted(client.get("/demo/charts/demo-si-units").get_json()["html"])["panels"][0]["points"]
    assert points[-1]["low"] < points[-1]["high"]
    assert " to " in points[-1]["said"]


def test_a_score_that_could_not_be_computed_leaves_a_gap_with_its_reason(client: FlaskClient) -> None:
    points = plotted(client.get("/demo/charts/demo-compensated").get_json()["html"])["panels"][0]["points"]
    assert points
    for point in points:
        assert "low" not in point
        assert "No usable result: INR." in point["why"]


# The cards


def shown(client: FlaskClient, answer: object, *, imagined: bool = False) -> Any:
    return client.post("/demo/cards", json={"answer": answer, "imagined": imagined, "language": "en"})


def test_what_was_used_is_shown_with_what_was_clamped(client: FlaskClient) -> None:
    call = client.get("/demo/charts/demo-steatosis/call").get_json()
    html = shown(client, answered(client, call)).get_json()["html"]
    row = html[html.index('<th scope="row">Bilirubin') :].partition("</tr>")[0]
    assert "0.9 mg/dL" in row
    assert "<strong>to 1</strong>" in row
    assert "MELD 3.0" in row


def test_a_criterion_is_a_word_and_a_symbol(client: FlaskClient) -> None:
    call = client.get("/demo/charts/demo-partial/call").get_json()
    html = shown(client, answered(client, call)).get_json()["html"]
    for symbol, word in (("✓", "met"), ("?", "unknown")):
        assert f'<span aria-hidden="true">{symbol}</span> {word}</span>' in html


def test_a_criterion_that_another_decided_keeps_its_title(client: FlaskClient) -> None:
    call = client.get("/demo/charts/demo-carcinoma/call").get_json()
    answer = answered(client, call)
    ids = [each["id"] for each in of(answer["cards"][0]["extension"][EXTENSION], "pathways", "cirrhosis")["criteria"]]
    assert "meld-over-10" in ids
    html = shown(client, answer).get_json()["html"]
    assert "meld-over-10" not in html
    assert html.count('<th scope="row">Severity within the published window</th>') == 1


def test_an_imagined_result_has_no_date(client: FlaskClient) -> None:
    held = what_if(client, "decompensated", bilirubin="9.5").get_json()["prefetch"]
    call = client.get("/demo/charts/demo-decompensated/call").get_json()
    html = shown(client, answered(client, {**call, "prefetch": held}), imagined=True).get_json()["html"]
    row = html[html.index("what if, not charted") :].partition("</tr>")[0]
    assert "9.5 mg/dL" in row
    assert not re.search(r"\d{4}-\d\d", row)


def test_a_band_is_not_taken_for_a_range(client: FlaskClient) -> None:
    html = client.get("/demo/charts/demo-decompensated").get_json()["html"]
    assert re.findall(r'<span class="band">(band|class|grade)', html) == ["band", "class", "grade"]


def test_imagined_cards_take_no_answer(client: FlaskClient) -> None:
    call = client.get("/demo/charts/demo-compensated/call").get_json()
    answer = answered(client, call)
    real, imagined = (shown(client, answer, imagined=each).get_json()["html"] for each in (False, True))
    for part in ("data-suggestion", 'class="override"'):
        assert part in real
        assert part not in imagined
    assert "nobody charted" in imagined


@pytest.mark.parametrize("answer", [{}, {"cards": 1}, {"cards": [1]}, {"resourceType": "OperationOutcome"}])
def test_what_is_no_answer_is_refused(client: FlaskClient, answer: Json) -> None:
    assert shown(client, answer).status_code == 400


@pytest.mark.hazard("T-38")
def test_hostile_markdown_stays_text() -> None:
    html = cards.rendered(
        "<img src=x onerror=alert(1)> [a](javascript:alert(1)) [b](data:text/html,x) [c](http://evil.example/) "
        "![d](https://evil.example/p.png) <script>x</script> [e](https://hepar.example/) [f](/etc)\n\n"
        "| a |\n| --- |\n| <b>x</b> |",
        OWN,
    )
    assert set(re.findall(r"<(\w+)", html)) <= {"p", "a", "div", "table", "thead", "tbody", "tr", "th", "td"}
    assert re.findall(r'href="([^"]+)"', html) == ["https://evil.example/p.png", "https://hepar.example/"]


def test_the_text_of_a_card_is_rendered() -> None:
    html = cards.rendered(f"### A title\n\n**Bold** on 2026-11-21 08:00, see [g]({OWN}/guide/x)\n\n- one\n- two", OWN)
    assert "<h4>A title</h4>" in html
    assert '<strong>Bold</strong> on <span class="date">2026-11-21 08:00</span>' in html
    assert f'href="{OWN}/guide/x"' in html
    assert html.count("<li>") == 2


@pytest.mark.hazard("M-2")
@pytest.mark.parametrize(
    "path",
    sorted([*STATIC.glob("*.*"), *PAGES.iterdir(), *FOLDER.iterdir()]),
    ids=lambda path: path.name,
)
def test_no_words_of_promise(path: Path) -> None:
    if path.suffix == ".json":
        written = json.loads(path.read_text())
        said = " ".join(str(written[name]) for name in ("title", "story", "expect"))
    else:
        said = path.read_text().replace("|safe", "").replace("ctx.restore()", "")
    assert not PROMISES.search(said)
