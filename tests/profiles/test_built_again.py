"""The package is what its source gives, byte for byte, and a profile of somebody else can be built on it.

These run the compiler, so they are asked for: `make profiles`, then HEPAR_TEST_PROFILES=1 and these tests, as CI does.
"""

import gzip
import json
import os
import shutil
import tarfile
from pathlib import Path

import pytest

from fhir_profiles import PACKAGE
from fhir_profiles.__main__ import compiled
from fhir_profiles.packing import pack
from tests.profiles.shelf import BY_URL, CANONICAL, FILES
from tests.source_tree import ROOT

pytestmark = [
    pytest.mark.skipif("HEPAR_TEST_PROFILES" not in os.environ, reason="HEPAR_TEST_PROFILES=1 compiles them again"),
    pytest.mark.skipif(not shutil.which("node"), reason="there is no node"),
]

MODULES = ROOT / "build/profiles/node_modules"
MANIFEST = json.loads(FILES["package/package.json"])
CHILD = """
Profile: SiteAdministration
Parent: MscAdministration
Id: site-administration
Description: "An administration at one site: always with a monitoring period."
* extension[monitoringPeriod] 1..1

Instance: site-adm
InstanceOf: SiteAdministration
Usage: #example
* status = #in-progress
* medicationCodeableConcept = MscProductType#msc
* subject.reference = "Patient/1"
* effectiveDateTime = "2026-03-01T09:00:00Z"
* reasonReference.reference = "Condition/1"
* extension[administeredProduct].valueReference.reference = "BiologicallyDerivedProduct/1"
* extension[monitoringPeriod].valuePeriod.start = "2026-03-01T09:00:00Z"
* extension[monitoringPeriod].valuePeriod.end = "2026-03-01T15:00:00Z"
"""


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder to compile in, with nothing in its package cache."""
    (tmp_path / "node_modules").symlink_to(MODULES.resolve(strict=True))
    return tmp_path


def test_building_it_again_gives_the_same_package(work: Path) -> None:
    again = pack(compiled(work))
    assert gzip.decompress(again) == gzip.decompress(PACKAGE.read_bytes())


def test_a_profile_of_a_site_compiles_against_the_installed_package(work: Path) -> None:
    with tarfile.open(PACKAGE) as tar:
        tar.extractall(work / f"home/.fhir/packages/{MANIFEST['name']}#{MANIFEST['version']}", filter="data")
    project = work / "site"
    (project / "input/fsh").mkdir(parents=True)
    (project / "input/fsh/site.fsh").write_text(CHILD, encoding="utf-8")
    config = {
        "canonical": "https://example.org/site",
        "fhirVersion": "4.0.1",
        "FSHOnly": True,
        "dependencies": {MANIFEST["name"]: MANIFEST["version"]},
    }
    (project / "sushi-config.yaml").write_text(json.dumps(config), encoding="utf-8")

    made = compiled(work, project)

    child = json.loads((made / "StructureDefinition-site-administration.json").read_bytes())
    assert child["baseDefinition"] in BY_URL
    kept = {rule["key"] for rule in child["snapshot"]["element"][0]["constraint"]}
    assert kept >= {"msc-adm-1", "msc-adm-2", "msc-adm-3", "msc-adm-4"}
    example = json.loads((made / "MedicationAdministration-site-adm.json").read_bytes())
    assert example["extension"][0]["url"] == f"{CANONICAL}/StructureDefinition/administered-product"
