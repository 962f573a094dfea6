"""Where the server stands changes nothing: the same answers in every time zone and language."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests import calls
from tests.source_tree import ROOT

NOW = "2028-02-29T00:30:00Z"
TIMES = (
    "2028-02-28", "2028-02-28T20:59:59-03:30", "2028-02-29T14:00:00+14:00", "2028-02-28T24:00:00Z",
    "2028-02-28T20:00:00-00:00",
)  # fmt: skip
ASK = """
import json, sys
from hooks.app import create_app
from hooks.settings import load
from dataclasses import replace
settings = load(None, dev=True)
settings = replace(settings, storage=replace(settings.storage, url="sqlite://"))
answer = create_app(settings).test_client().post("/cds-services/msc-liver-evaluation", data=sys.stdin.buffer.read(),
                                                 content_type="application/json")
print(json.dumps(answer.get_json()))
"""


def body(birth: str, *times: str) -> bytes:
    """A call about results at these times: a day, other offsets, the end of a day."""
    results = [entry["resource"] for entry in calls.labs()["entry"]]
    for result, at in zip(results, times, strict=True):
        result["effectiveDateTime"] = at
    person = calls.patient(birthDate=birth)
    return json.dumps(calls.call(prefetch=calls.sent(patient=person, labs=calls.bundle(*results)))).encode()


def told(sent: bytes, **environment: str) -> tuple[Any, str]:
    """The cards without their ids, and their texts, from a process of its own."""
    variables = {name: value for name, value in os.environ.items() if name not in ("TZ", "LANG", "LC_ALL")}
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT, env=variables | {"HEPAR_NOW": NOW, **environment}, input=sent, capture_output=True, check=True,
    )  # fmt: skip
    cards = json.loads(done.stdout.splitlines()[-1])["cards"]
    assessment = cards[0]["extension"]["io.github.hepar-cds.assessment"]
    return assessment, "\n".join(card["summary"] + card["detail"] for card in cards)


@pytest.mark.hazard("F-30", "C-39")
def test_every_time_zone_and_language_gives_the_same_answer() -> None:
    sent = body("1972-02-29", *TIMES)
    here = told(sent, TZ="UTC")
    assert here[0]["computedAt"] == NOW
    assert told(sent, TZ="Pacific/Kiritimati", LANG="de_DE.UTF-8") == here
    assert told(sent, TZ="America/St_Johns", LC_ALL="C") == here
