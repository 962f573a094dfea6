"""How long a Bundle of 30 resources takes, and that nothing of the validator is loaded before it is used."""

import copy
import json
import subprocess
import sys
import time
from typing import Any

from fhir_profiles.validator import validate
from tests.profiles.shelf import EXAMPLES
from tests.source_tree import ROOT

BASE = "https://example.org/fhir/"
LONGEST = 0.2
"""Seconds of one core. A quiet machine takes a sixth of it: `python -m tests.profiles.test_validator_speed`."""


def bundle_of_thirty() -> dict[str, Any]:
    """The example Bundle, and other examples of ours about the same patient until there are 30."""
    made = copy.deepcopy(EXAMPLES["Bundle-bundle.json"])
    held = {entry["fullUrl"] for entry in made["entry"]}
    for each in EXAMPLES.values():
        url = f"{BASE}{each['resourceType']}/{each['id']}"
        if url not in held and each["resourceType"] not in {"Patient", "Bundle"} and len(made["entry"]) < 30:
            made["entry"].append({"fullUrl": url, "resource": each})
    assert len(made["entry"]) == 30
    return made


def seconds(times: int = 9) -> list[float]:
    """Seconds of processor time that each judging took after the first."""
    record = bundle_of_thirty()
    assert [issue for issue in validate(record) if issue.severity != "information"] == []
    taken = []
    for _ in range(times):
        start = time.process_time()
        validate(record)
        taken.append(time.process_time() - start)
    return taken


def test_a_bundle_of_thirty_resources_is_judged_soon() -> None:
    assert min(seconds()) < LONGEST


def test_the_service_starts_without_the_validator() -> None:
    script = "import sys, json, hooks.app, hooks.cli; print(json.dumps(sorted(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(json.loads(ran.stdout))
    assert "hooks.app" in loaded
    assert loaded.isdisjoint({"fhirpathpy", "fhir_profiles.walk", "fhir_profiles.library"})


if __name__ == "__main__":
    found = sorted(seconds(30))
    print(f"{found[0] * 1000:.1f} ms at best, {found[15] * 1000:.1f} ms in the middle")  # noqa: T201
