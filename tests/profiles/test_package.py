"""The package is the one that its source gives, is put together as FHIR packages are, and names no registry."""

import io
import json
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from fhir_profiles.archive import archive, index
from fhir_profiles.packing import HERE, SUMS, inputs, sums
from fhir_profiles.r5.__main__ import made_from
from tests.profiles.shelf import CANONICAL, DEFINITIONS, EXAMPLES, FILES
from tests.source_tree import MODULES

MANIFEST = json.loads(FILES["package/package.json"])
GUIDE = DEFINITIONS[f"ImplementationGuide-{MANIFEST['name']}.json"]
PROMISED = {
    "msc-product", "msc-ev-product", "prp-product", "msc-release-test", "msc-certificate-of-analysis",
    "msc-administration", "prp-co-administration", "msc-delivery-procedure", "meld-score", "meld-change", "liver-lab",
    "liver-elastography", "msc-treatment-response", "msc-adverse-event", "msc-follow-up-plan", "msc-follow-up-request",
    "msc-evaluation-referral", "msc-research-subject", "msc-provenance", "msc-administration-bundle",
}  # fmt: skip
"""Ids that records in the world name: one may be added, none taken away."""


def test_the_package_is_not_stale() -> None:
    assert SUMS.read_text(encoding="utf-8") == sums(), "say: make profiles"


def test_every_source_file_counts_as_an_input() -> None:
    aside = {".tgz", ".sha256", ".csv", ".pyc", ".py", ".gz"}
    source = {path for path in HERE.rglob("*") if path.is_file() and path.suffix not in aside}
    assert source | builders("fhir_profiles.__main__") | builders("fhir_profiles.r5.__main__") == set(made_from())
    assert builders("fhir_profiles.__main__") <= set(inputs())


def builders(name: str) -> set[Path]:
    """The module that builds, and all of ours that it is built with."""
    modules = {module.name: module for module in MODULES if module.name.startswith("fhir_profiles")}
    found: set[str] = set()
    todo = {name, "fhir_profiles"}
    while todo:
        found.add(here := todo.pop())
        todo |= {used for used, _ in modules[here].imported if used in modules} - found
    return {modules[each].path for each in found}


def test_an_archive_depends_on_its_content_alone() -> None:
    one = archive({"package/b": b"2", "package/a": b"1"})
    assert one == archive({"package/a": b"1", "package/b": b"2"})
    assert one[3] == 0  # no file name, no comment
    assert one[4:8] == bytes(4)  # no time
    with tarfile.open(fileobj=io.BytesIO(one)) as tar:
        said = [(entry.name, entry.mtime, entry.mode, entry.uid, entry.uname) for entry in tar]
    assert said == [("package/a", 0, 0o644, 0, ""), ("package/b", 0, 0o644, 0, "")]


def test_the_package_says_what_it_is() -> None:
    assert MANIFEST["name"] == "io.github.hepar-cds.msc-liver"
    assert MANIFEST["version"] == GUIDE["version"]
    assert MANIFEST["canonical"] == CANONICAL
    assert MANIFEST["fhirVersions"] == ["4.0.1"]
    assert MANIFEST["dependencies"] == {"hl7.fhir.r4.core": "4.0.1"}
    assert MANIFEST["type"] == "IG"


@pytest.mark.parametrize(("folder", "held"), [("package", DEFINITIONS), ("package/example", EXAMPLES)])
def test_the_index_lists_every_resource(folder: str, held: dict[str, dict[str, object]]) -> None:
    assert json.loads(FILES[f"{folder}/.index.json"]) == index(sorted(held.items()))
    assert held


def test_every_definition_lives_below_the_canonical_base_and_has_version_and_date() -> None:
    wrong = [
        name
        for name, each in DEFINITIONS.items()
        if each["url"] != f"{CANONICAL}/{each['resourceType']}/{each['id']}"
        or (each["version"], each["date"], each["status"]) != (GUIDE["version"], GUIDE["date"], GUIDE["status"])
        or not each["experimental"]
    ]
    assert not wrong


def test_every_structure_has_its_snapshot() -> None:
    structures = [each for each in DEFINITIONS.values() if each["resourceType"] == "StructureDefinition"]
    assert [each["id"] for each in structures if len(each["snapshot"]["element"]) < 3] == []
    assert {each["id"] for each in structures} >= PROMISED


def test_the_bundle_is_built_on_the_bundle_that_hl7_published() -> None:
    bundle = DEFINITIONS["StructureDefinition-msc-administration-bundle.json"]
    elements = {each["id"]: each for each in bundle["snapshot"]["element"]}
    outcomes = [each["type"] for id, each in elements.items() if id.endswith(".response.outcome")]
    assert outcomes == [[{"code": "Resource"}]] * 6
    rules = {each["key"]: each["expression"] for each in elements["Bundle.entry"]["constraint"]}
    assert rules["bdl-8"] == "fullUrl.contains('/_history/').not()"


def test_no_definition_is_an_example_and_no_example_a_definition() -> None:
    assert [name for name, each in EXAMPLES.items() if "url" in each] == []


def test_everything_of_ours_that_is_named_anywhere_is_in_the_package() -> None:
    urls = {each["url"] for each in DEFINITIONS.values()} | {CANONICAL}
    text = b"\n".join(FILES.values()).decode()
    named = {found.rstrip(".") for found in re.findall(re.escape(CANONICAL) + r"[\w/.-]*", text)}
    assert named - urls == set()


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="there is no sha256sum")
def test_the_sums_are_read_by_the_usual_tool() -> None:
    subprocess.run(["sha256sum", "--check", "--quiet", str(SUMS)], cwd=HERE, check=True)


def test_the_compiler_is_pinned_with_hashes_and_without_an_address() -> None:
    lock = (HERE / "package-lock.json").read_text(encoding="utf-8")
    packages = json.loads(lock)["packages"]
    wanted = json.loads((HERE / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    assert [version for version in wanted.values() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    assert packages.pop("")["devDependencies"] == wanted
    assert [name for name, each in packages.items() if "integrity" not in each and not each.get("inBundle")] == []
    assert "resolved" not in lock
    assert "://" not in re.sub(r'"(?:url|integrity)": "[^"]*"', "", lock)


def test_what_is_fixed_is_also_required() -> None:
    """A fixed value of an element that may be missing forces nothing."""
    loose = []
    for name, each in DEFINITIONS.items():
        if each["resourceType"] == "StructureDefinition":
            elements = {element["id"]: element for element in each["snapshot"]["element"]}
            ours = [element["id"] for element in each["differential"]["element"] if _fixed(element)]
            loose += [f"{name} {id}" for id in ours if id != "Extension.url" and elements[id]["min"] != 1]
    assert not loose


def _fixed(element: dict[str, object]) -> bool:
    return any(key.startswith("fixed") for key in element)


def test_every_slice_of_an_extension_is_unfolded() -> None:
    """Without that a snapshot does not say which extension a slice is about."""
    for each in DEFINITIONS.values():
        elements = {element["id"]: element for element in each.get("snapshot", {}).get("element", [])}
        for id, element in elements.items():
            if element.get("sliceName") and re.search(r"\.extension:\w+$", id):
                assert elements[f"{id}.url"]["fixedUri"] == element["type"][0]["profile"][0], id
