"""`POST /records/$validate`: one record in, an OperationOutcome out; guarded like a hook call, and nothing is kept."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from time import process_time
from typing import Any

import pytest
from sqlalchemy import select

from fhir_profiles.opened import opened
from hooks.app import create_app
from hooks.audit.fhir import audit_event
from hooks.records import judging
from hooks.store.tables import audit_event as kept
from tests.hooks.production import BASE, Callers

Json = dict[str, Any]
ROUTE = "/records/$validate"
PROFILE = "https://hepar-cds.github.io/msc-liver/StructureDefinition/msc-product"


def example(name: str) -> Json:
    kind, _, id = name.partition("/")
    found = [each for each in opened().examples if (each["resourceType"], each["id"]) == (kind, id)]
    return dict(json.loads(json.dumps(found[0])))


@pytest.fixture
def product() -> Json:
    return example("BiologicallyDerivedProduct/product-1")


@pytest.fixture
def spoilt(product: Json) -> Json:
    del product["identifier"]
    return product


@pytest.fixture
def ask(client: Any) -> Callable[..., Any]:
    """One call in development, where nobody needs a token."""

    def send(record: Any, query: str = "", media_type: str = "application/fhir+json") -> Any:
        return client.post(ROUTE + query, data=json.dumps(record), content_type=media_type)

    return send


def severities(answer: Any) -> list[str]:
    assert answer.json["resourceType"] == "OperationOutcome"
    return [issue["severity"] for issue in answer.json["issue"]]


@pytest.mark.parametrize("media_type", ["application/fhir+json", "application/json"])
def test_a_valid_record(ask, product: Json, media_type: str) -> None:
    answer = ask(product, media_type=media_type)
    assert answer.status_code == 200
    assert answer.mimetype == "application/fhir+json"
    assert set(severities(answer)) == {"information"}
    assert answer.json["id"] == answer.headers["X-Correlation-Id"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_record_with_a_fault_is_answered_as_well(ask, spoilt: Json) -> None:
    answer = ask(spoilt)
    assert answer.status_code == 200
    assert "error" in severities(answer)
    (fault,) = (issue for issue in answer.json["issue"] if issue["severity"] == "error")
    assert "identifier" in " ".join([*fault["expression"], fault["details"]["text"]])


def test_a_bundle_is_judged_as_a_whole(ask) -> None:
    bundle = example("Bundle/bundle")
    assert set(severities(ask(bundle))) == {"information"}
    del bundle["timestamp"]
    assert "error" in severities(ask(bundle))


@pytest.mark.parametrize("value", ["valueUri", "valueCanonical"])
def test_parameters_are_unpacked(ask, spoilt: Json, value: str) -> None:
    del spoilt["meta"]
    parameters: Json = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": spoilt}]}
    assert "error" not in severities(ask(parameters))
    parameters["parameter"].append({"name": "profile", value: PROFILE})
    assert "error" in severities(ask(parameters))


@pytest.mark.parametrize("profile", [PROFILE, "msc-product"])
def test_a_profile_is_asked_for(ask, spoilt: Json, profile: str) -> None:
    del spoilt["meta"]
    assert "error" not in severities(ask(spoilt))
    assert "error" in severities(ask(spoilt, f"?profile={profile}"))


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"\xff", b'{"a":1,"a":2}', b"[" * 100 + b"]" * 100, b"{}", b'{"resourceType":1}',
        b'{"resourceType":"Parameters"}', b'{"resourceType":"Parameters","parameter":[{"name":"resource"}]}',
        b'{"resourceType":"Parameters","parameter":{"name":"resource"}}',
    ],
)  # fmt: skip
def test_what_is_no_record_is_400(client, body: bytes) -> None:
    answer = client.post(ROUTE, data=body, content_type="application/fhir+json")
    assert answer.status_code == 400
    assert severities(answer) == ["error"]


def test_the_methods(client) -> None:
    assert client.get(ROUTE).status_code == 405
    preflight = client.options(ROUTE, headers={"Origin": "http://localhost:3000"})
    assert preflight.headers["Access-Control-Allow-Origin"] == "http://localhost:3000"
    assert client.post("/records/$convert").status_code == 404
    encoded = client.post("/records/%24validate", data=b"{", content_type="application/json")
    assert encoded.status_code == 400


def test_the_media_types(client) -> None:
    assert client.post(ROUTE, data=b"{}", content_type="text/plain").status_code == 415
    assert client.post(ROUTE, json={}, headers={"Content-Encoding": "gzip"}).status_code == 415


def test_what_is_too_large_is_413(settings, store, product: Json) -> None:
    small = create_app(replace(settings, limits=replace(settings.limits, body_bytes=1024)), store).test_client()
    assert small.post(ROUTE, json={**product, "id": "x" * 1024}).status_code == 413


def test_what_would_cost_too_much_is_413(ask, product: Json, monkeypatch: pytest.MonkeyPatch) -> None:
    def judge(*_: Any) -> Any:
        raise AssertionError("judged")

    many = [{"system": "x", "value": "y"}] * (judging.MOST_VALUES // 3)
    assert ask({**product, "identifier": many[:10]}).status_code == 200
    monkeypatch.setattr(judging, "judge", judge)
    answer = ask({**product, "identifier": many})
    assert answer.status_code == 413
    assert str(judging.MOST_VALUES) in answer.json["issue"][0]["details"]["text"]


ODD: tuple[Any, ...] = (None, True, -1, 1e300, "", [], {}, [[]], [{}], "x", {"resourceType": []}, {"reference": 5})
MUTATIONS = 80


def test_no_change_of_a_record_is_a_fault_of_ours(ask) -> None:
    chance = Random(7)
    original = example("Bundle/bundle")
    places = [path for path in _places(original) if path != ("resourceType",)]
    for _ in range(MUTATIONS):
        record = json.loads(json.dumps(original))
        *above, last = chance.choice(places)
        node: Any = record
        for part in above:
            node = node[part]
        node[last] = chance.choice(ODD)
        answer = ask(record)
        assert answer.status_code == 200, (above, last, node[last])
        assert answer.json["issue"]


def _places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in a record."""
    inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for part, value in inside:
        yield (*path, part)
        yield from _places(value, (*path, part))


HOSTILE: dict[str, Callable[[int], Json]] = {
    "definition": lambda most: {
        "resourceType": "StructureDefinition",
        "snapshot": {"element": [{"id": f"A.{at}", "path": f"A.{at}"} for at in range(most // 3 - 10)]},
    },
    "contained": lambda most: {
        "resourceType": "Observation",
        "contained": [{"resourceType": "Patient", "id": f"a{at}"} for at in range(most // 5 - 10)],
        "performer": [{"reference": f"#a{at}"} for at in range(most // 5 - 10)],
    },
    "components": lambda most: {
        "resourceType": "Observation",
        "meta": {"profile": [PROFILE.replace("msc-product", "meld-score")]},
        "component": [{"code": {"text": "a"}, "valueQuantity": {"value": 1}}] * (most // 5 - 10),
    },
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_record_that_is_made_to_be_costly_holds_nobody_up(ask, kind: str) -> None:
    ask(HOSTILE[kind](40))
    begun = process_time()
    assert ask(HOSTILE[kind](judging.MOST_VALUES)).status_code == 200
    assert process_time() - begun < 5


@pytest.mark.parametrize("query", ["?profile=" + "a" * 600, "?" + "&".join(["profile=a"] * 11), "?profile="])
def test_too_many_profiles_are_400(ask, product: Json, query: str) -> None:
    assert ask(product, query).status_code == 400


def test_a_fault_of_ours_is_500_and_says_nothing_of_the_record(ask, product, monkeypatch, capsys) -> None:
    def judge(*_: Any) -> Any:
        raise RuntimeError("UC-2026-0007-A")

    monkeypatch.setattr(judging, "judge", judge)
    answer = ask(product)
    assert answer.status_code == 500
    assert answer.headers["X-Correlation-Id"] in answer.text
    assert "UC-2026" not in answer.text + capsys.readouterr().out


def test_a_worker_judges_one_record_at_a_time(settings, store, product, monkeypatch) -> None:
    client = create_app(replace(settings, limits=replace(settings.limits, deadline_ms=50)), store).test_client()
    inner: list[Any] = []
    judge = judging.judge

    def meanwhile(*asked: Any) -> Any:
        if not inner:
            inner.append(None)
            inner[0] = client.application.test_client().post(ROUTE, json=product)
        return judge(*asked)

    monkeypatch.setattr(judging, "judge", meanwhile)
    assert client.post(ROUTE, json=product).status_code == 200
    assert inner[0].status_code == 503
    assert int(inner[0].headers["Retry-After"]) > 0
    assert client.post(ROUTE, json=product).status_code == 200


# In production


@pytest.mark.hazard("T-17", "T-44")
def test_production_asks_for_a_token_for_this_very_address(callers: Callers, product: Json) -> None:
    without = callers.application.test_client().post(ROUTE, json=product)
    assert (without.status_code, without.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert callers.post(product, ROUTE).status_code == 200
    assert callers.post(product, ROUTE, token=callers.token()).status_code == 401
    assert callers.post({}, token=callers.token(ROUTE)).status_code == 401
    once = callers.token(ROUTE)
    assert [callers.post(product, ROUTE, token=once).status_code for _ in range(2)] == [200, 401]


def test_a_list_of_audiences_may_name_it(callers: Callers, product: Json) -> None:
    audiences = [BASE + ROUTE, BASE + "/cds-services/msc-liver-evaluation"]
    assert callers.post(product, ROUTE, token=callers.token(ROUTE, aud=audiences)).status_code == 200


def test_every_client_may_have_records_judged_within_its_share(site, memory, product: Json) -> None:
    few = Callers(create_app(replace(site, limits=replace(site.limits, requests_per_minute=3)), memory))
    assert [few.post(product, ROUTE, "ehr-b").status_code for _ in range(4)] == [200, 200, 200, 429]


@pytest.mark.hazard("T-61")
def test_each_call_leaves_one_record_without_anything_of_what_was_sent(callers, memory, product: Json) -> None:
    spoilt = {name: value for name, value in product.items() if name != "identifier"}
    callers.post(product, ROUTE)
    callers.post(spoilt, ROUTE)
    callers.post([], ROUTE)
    with memory.reading() as connection:
        rows = connection.execute(select(kept).order_by(kept.c.seq)).mappings().all()
    assert [(row["kind"], row["client"], row["patient"]) for row in rows] == [("validation", "ehr-a", "")] * 3
    said = [json.loads(row["document"]) for row in rows]
    assert [(each["status"], each["outcome"]) for each in said] == [
        (200, "valid"),
        (200, "invalid"),
        (400, "bad-request"),
    ]
    assert said[1]["issues"]["error"] == 1
    assert "UC-2026" not in json.dumps(said)
    exported = [audit_event(each, BASE) for each in said]
    assert [event["outcome"] for event in exported] == ["0", "0", "4"]


def test_the_calls_are_counted(callers: Callers, product: Json) -> None:
    callers.post(product, ROUTE)
    callers.post({**product, "identifier": []}, ROUTE)
    callers.post([], ROUTE)
    for outcome in ("valid", "invalid", "400"):
        assert callers.counted(f'hepar_records_total{{client="ehr-a",outcome="{outcome}"}}') == 1
    assert callers.counted('hepar_record_seconds_count{client="ehr-a"}') == 3
    assert callers.counted('hepar_calls_total{client="ehr-a"') == 0
