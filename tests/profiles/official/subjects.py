"""What the official validator is asked about, as the bytes it is given."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from click.testing import CliRunner

from fhir_profiles.archive import as_json
from hooks.cli import main
from hooks.records.description import EXAMPLE
from hooks.scores_as_fhir import score_bundle
from tests.charts import Chart
from tests.profiles.mutations import cases
from tests.profiles.shelf import DEFINITIONS, EXAMPLES, FILES
from tests.source_tree import ROOT

R4_AT_HAND = ROOT.parent / "shared/data/hl7-r4-examples/core"
"""A part of the example resources that HL7 published with R4. They are not part of the project."""

Subject = tuple[str, str]
"""Name such as "case/card-min", and SHA-256 of the content: a verdict is about both."""


def own() -> dict[Subject, bytes]:
    """Everything of the package, every case, and what we write ourselves."""
    held = {f"definition/{name}": FILES[f"package/{name}"] for name in DEFINITIONS}
    held |= {f"example/{name}": FILES[f"package/example/{name}"] for name in EXAMPLES}
    held |= {f"case/{case.name}": as_json(case.record) for case in cases()}
    return dict(named((held | {f"written/{name}": content for name, content in written().items()}).items()))


def written() -> dict[str, bytes]:
    """What `hepar records new` makes of its own example, and `hepar assess --fhir` of a chart; with a fixed version."""
    chart = Chart().cirrhosis().reference(bilirubin=None).lab("bilirubin", 53, "umol/L", code="14631-6", days=1)
    scores = replace(chart.assess(), content_version="2026.11.0")
    record = CliRunner().invoke(main, ["records", "new", str(EXAMPLE)], catch_exceptions=False)
    assert record.exit_code == 0, record.stderr
    return {"record.json": record.stdout_bytes, "scores.json": as_json(score_bundle(scores))}


def published(folders: Iterable[Path]) -> dict[Subject, bytes]:
    """The records among R4's published examples in these folders; not the Bundles of R4's definitions."""
    files = (path for folder in folders for path in sorted(folder.glob("*.json")))
    return dict(named((f"r4/{path.name}", path.read_bytes()) for path in files if _is_record(path)))


def named(contents: Iterable[tuple[str, bytes]]) -> Iterator[tuple[Subject, bytes]]:
    """Each content with the sum that its verdict is about."""
    return (((name, hashlib.sha256(content).hexdigest()), content) for name, content in contents)


def _is_record(path: Path) -> bool:
    resource = json.loads(path.read_bytes())
    if resource["resourceType"] != "Bundle":
        return resource["resourceType"] in RECORDED
    return not any("url" in entry.get("resource", {}) for entry in resource.get("entry", []))


RECORDED = {each["resourceType"] for each in EXAMPLES.values()} | {"PlanDefinition"}
"""The types of resources that the profiles are about."""
