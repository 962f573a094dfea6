"""What must hold of every response, whatever it says."""

import json
import re
import uuid
from functools import cache
from typing import Any

from fhir.resources.R4B.observation import Observation
from fhir.resources.R4B.servicerequest import ServiceRequest

Json = dict[str, Any]

ASSESSMENT = "io.github.hepar-cds.assessment"
MODELS = {"ServiceRequest": ServiceRequest, "Observation": Observation}
MAY_BE_EMPTY = {"cards", "services"}


def strictly(text: str) -> Any:
    """The JSON of a response, read by a parser that accepts no NaN and no name twice."""

    def unique(pairs: list[tuple[str, Any]]) -> Json:
        assert len({name for name, _ in pairs}) == len(pairs)
        return dict(pairs)

    def refuse(constant: str) -> Any:
        raise AssertionError(constant)

    return json.loads(text, object_pairs_hook=unique, parse_constant=refuse)


def without_emptiness(node: Any, name: str = "", inside: bool = False) -> None:
    """No member is null, "", [] or {}; lists may be empty inside the assessment."""
    if isinstance(node, dict):
        assert node, f"{name} is empty"
        for key, value in node.items():
            without_emptiness(value, key, inside or key == ASSESSMENT)
    elif isinstance(node, list):
        assert node or name in MAY_BE_EMPTY or inside, f"{name} is empty"
        for value in node:
            without_emptiness(value, name, inside)
    else:
        assert node is not None, f"{name} is null"
        assert node != "", f"{name} is empty"


def conforms(body: Json, patient: str, *, kept: bool = False) -> None:
    """The response to a hook call is one that any client can show. `kept`: this one may keep scores in the chart."""
    assert set(body) == {"cards"}
    assert isinstance(body["cards"], list)
    assert len(body["cards"]) <= 2
    without_emptiness(body)
    ids = re.findall(r'"uuid": ?"([^"]+)"', json.dumps(body))
    assert len(ids) == len(set(ids))
    for card in body["cards"]:
        _card(card, patient, kept)


def _card(card: Json, patient: str, kept: bool) -> None:
    allowed = {"uuid", "summary", "detail", "indicator", "source", "suggestions", "selectionBehavior"}
    assert set(card) <= allowed | {"overrideReasons", "links", "extension"}
    assert str(uuid.UUID(card["uuid"], version=4)) == card["uuid"]
    assert 0 < len(card["summary"]) < 140
    assert "\n" not in card["summary"]
    assert card["indicator"] in ("info", "warning")
    assert isinstance(card["detail"], str)
    source = card["source"]
    assert isinstance(source["label"], str)
    assert _is_web(source["url"])
    assert re.fullmatch(r"[A-Za-z0-9]{1,100}", source["topic"]["code"])
    assert isinstance(source["topic"]["system"], str)
    assert isinstance(card["extension"][ASSESSMENT], dict)
    for reason in card["overrideReasons"]:
        assert all(isinstance(reason[name], str) for name in ("code", "system", "display"))
    for link in card.get("links", ()):
        assert set(link) == {"label", "url", "type"}
        assert link["type"] == "absolute"
        assert _is_web(link["url"])
        assert patient not in link["url"]
    assert ("suggestions" in card) == ("selectionBehavior" in card)
    assert card.get("selectionBehavior", "any") == "any"
    for suggestion in card.get("suggestions", ()):
        _suggestion(suggestion, patient, kept)


def _suggestion(suggestion: Json, patient: str, kept: bool) -> None:
    assert set(suggestion) == {"label", "uuid", "actions"}
    assert str(uuid.UUID(suggestion["uuid"], version=4)) == suggestion["uuid"]
    assert len(suggestion["actions"]) == 1
    for action in suggestion["actions"]:
        assert set(action) == {"type", "description", "resource"}
        assert action["type"] == "create"
        resource = action["resource"]
        assert resource["subject"] == {"reference": f"Patient/{patient}"}
        _validate(json.dumps(resource))
        if kept and resource["resourceType"] == "Observation":
            assert resource["status"] == "preliminary"
            continue
        assert (resource["resourceType"], resource["status"]) == ("ServiceRequest", "draft")
        assert resource["intent"] in ("proposal", "plan")


@cache
def _validate(resource: str) -> None:
    MODELS[json.loads(resource)["resourceType"]].model_validate_json(resource)


def _is_web(url: str) -> bool:
    return re.match(r"https?://[^/\s]+", url) is not None
