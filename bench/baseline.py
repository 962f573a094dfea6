"""The least that could answer: Flask, orjson, and MELD computed from the dicts. No check, no unit, no provenance.

Two more routes do less still, to show what each part costs.
"""

from math import log
from typing import Any

import orjson
from flask import Flask, Response, request

app = Flask(__name__)

WANTED = {"1975-2": "bilirubin", "2160-0": "creatinine", "6301-6": "inr"}


def newest(entries: list[dict[str, Any]]) -> dict[str, float]:
    """The newest value of each wanted code; times are compared as text."""
    found: dict[str, tuple[str, float]] = {}
    for entry in entries:
        resource = entry["resource"]
        for coding in resource["code"]["coding"]:
            name = WANTED.get(coding["code"])
            if name and (name not in found or resource["effectiveDateTime"] > found[name][0]):
                found[name] = (resource["effectiveDateTime"], resource["valueQuantity"]["value"])
    return {name: value for name, (_, value) in found.items()}


def meld(bilirubin: float, creatinine: float, inr: float) -> int:
    """MELD of 2002."""
    creatinine = min(max(creatinine, 1.0), 4.0)
    return round(10 * (0.957 * log(creatinine) + 0.378 * log(max(bilirubin, 1)) + 1.12 * log(max(inr, 1)) + 0.643))


def answer(cards: list[dict[str, Any]]) -> Response:
    """The answer of a hook."""
    return Response(orjson.dumps({"cards": cards}), content_type="application/json")


@app.get("/livez")
def alive() -> Response:
    return answer([])


@app.post("/nothing")
def nothing() -> Response:
    request.get_data()
    return answer([])


@app.post("/parse")
def parse() -> Response:
    orjson.loads(request.get_data())
    return answer([])


@app.post("/meld")
def whole() -> Response:
    body = orjson.loads(request.get_data())
    value = meld(**newest(body["prefetch"]["labs"]["entry"]))
    card = {"summary": f"MELD {value}", "indicator": "info", "source": {"label": "baseline"}}
    return answer([card])
