"""The R5 edition is the one that the sources and the table give, and holds what the R4 edition holds."""

import gzip
import os
import re
import shutil
from pathlib import Path

import pytest

from fhir_profiles import r5
from fhir_profiles.opened import opened
from fhir_profiles.packing import pack, sums
from fhir_profiles.r5 import edition
from fhir_profiles.r5.__main__ import LIBRARY, SUMS, compiled, made_from
from tests.profiles.shelf import BY_URL, CANONICAL, PROFILES, nodes
from tests.source_tree import ROOT

R5 = opened(r5.PACKAGE)
IN_R5 = {each["id"]: each for each in R5.structures(extensions=False)}
WORK = ROOT / "build/profiles"


def test_the_package_is_not_stale() -> None:
    assert SUMS.read_text(encoding="utf-8") == sums(r5.PACKAGE, made_from()), "say: make profiles-r5"


def test_the_package_says_what_it_is() -> None:
    assert R5.manifest["name"] == "io.github.hepar-cds.msc-liver.r5"
    assert R5.manifest["fhirVersions"] == ["5.0.0"]
    assert R5.manifest["dependencies"] == {"hl7.fhir.r5.core": "5.0.0"}
    assert R5.manifest["canonical"] == CANONICAL
    assert "R5" in R5.manifest["description"]
    structures = [*R5.structures(extensions=False), *R5.structures(extensions=True)]
    assert {each["fhirVersion"] for each in structures} == {"5.0.0"}
    assert [each["id"] for each in structures if len(each["snapshot"]["element"]) < 3] == []


def test_every_profile_is_in_both_editions_under_one_identifier() -> None:
    assert set(IN_R5) == {*PROFILES, "msc-dispense"}
    for id, profile in PROFILES.items():
        assert (IN_R5[id]["url"], IN_R5[id]["type"]) == (profile["url"], profile["type"])


def test_what_is_left_out_is_what_the_table_says() -> None:
    gone = [each for url, each in BY_URL.items() if url not in R5.definitions]
    assert {each["id"] for each in gone if each["resourceType"] == "StructureDefinition"} == {
        "donor-relationship", "cell-source", "passage-number", "expiration-date", "biological-source-event",
        "processing-facility", "ae-resolved",
    }  # fmt: skip
    others = {each["resourceType"] for each in gone} - {"StructureDefinition"}
    assert others == {"ConceptMap", "SearchParameter", "ImplementationGuide"}


def test_the_rules_are_those_of_r4_without_the_one_on_severity() -> None:
    def rules(profiles: list[object]) -> dict[str, str]:
        return {each["key"]: each["expression"] for each in nodes(profiles) if each.get("key", "").startswith("msc-")}

    r4, now = rules(list(PROFILES.values())), rules(list(IN_R5.values()))
    assert set(now) == set(r4) - {"msc-ae-1"}
    assert {key for key in now if now[key] != r4[key]} == {"msc-bdp-1"}


@pytest.mark.parametrize(
    ("profile", "element", "path"),
    [
        ("msc-product", "property:cellSource.value[x]", {"strength": "required"}),
        ("msc-product", "property:passageNumber", {"min": 1}),
        ("msc-product", "expirationDate", {"mustSupport": True}),
        ("msc-dispense", "originRelationshipType", {"min": 1}),
        ("msc-administration", "occurence[x]", {"mustSupport": True}),
        ("msc-administration", "reason", {"min": 1}),
        ("msc-administration", "medication", {"strength": "required"}),
        ("msc-adverse-event", "code", {"min": 1}),
        ("msc-adverse-event", "extension:ctcaeGrade", {"min": 1}),
        ("meld-score", "method", {"min": 1}),
        ("msc-release-test", "focus", {"min": 1}),
        ("msc-administration-bundle", "entry:dispense", {"max": "*"}),
    ],
)
def test_what_the_table_says_stands_in_the_profile(profile: str, element: str, path: dict[str, object]) -> None:
    definition = IN_R5[profile]
    (found,) = (each for each in definition["snapshot"]["element"] if each["id"] == f"{definition['type']}.{element}")
    assert path.items() <= {**found, **found.get("binding", {})}.items()


def test_there_are_examples_of_the_core_profiles() -> None:
    shown = {url.rpartition("/")[2] for each in R5.examples for url in each.get("meta", {}).get("profile", [])}
    assert shown >= {
        "msc-product", "msc-dispense", "msc-administration", "msc-adverse-event", "meld-score", "msc-release-test",
        "msc-administration-bundle",
    }  # fmt: skip


def test_a_change_that_finds_nothing_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    table = r5.changes()
    table["row"][0]["change"].append({"in": ["MscProduct"], "rule": "no such rule", "becomes": []})
    monkeypatch.setattr(edition, "changes", lambda: table)
    with pytest.raises(edition.NothingToChange, match="MscProduct: no such rule"):
        edition.sources()


def test_a_rule_goes_on_over_several_lines_and_keeps_its_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "// Says.\n\nProfile: A\nParent: B\n* c contains\n    D 0..1\n* e MS\n\nProfile: X\nParent: Y\n"
    (tmp_path / "a.fsh").write_text(source, encoding="utf-8")
    gone = {"in": ["A"], "rule": "c contains", "becomes": []}
    other = {"in": ["A"], "rule": "e", "becomes": ["f{rest}", "g 1..1"]}
    rows = [{"on": "B", "r4": "c", "r5": "f", "change": [gone, other]}]
    monkeypatch.setattr(edition, "R4", tmp_path)
    monkeypatch.setattr(edition, "changes", lambda: {"row": rows, "left_out": [], "without": ["X"]})
    assert edition.sources()["a.fsh"] == "// Says.\n\nProfile: A\nParent: B\n* f MS\n* g 1..1\n"


def test_every_resource_of_the_table_is_one_that_a_profile_is_on() -> None:
    named = {name for row in r5.table() for name in re.findall(r"\w+", row.on)}
    known = {each["type"] for each in IN_R5.values()} | {each["resourceType"] for each in BY_URL.values()}
    assert named - known == set()


@pytest.mark.skipif("HEPAR_TEST_PROFILES" not in os.environ, reason="HEPAR_TEST_PROFILES=1 compiles it again")
@pytest.mark.skipif(not shutil.which("node"), reason="there is no node")
@pytest.mark.skipif(not (WORK / LIBRARY).exists(), reason="make build/profiles/r5.stamp fetches FHIR 5.0.0")
def test_building_it_again_gives_the_same_package(tmp_path: Path) -> None:
    for name in ("node_modules", LIBRARY):
        (tmp_path / name).symlink_to((WORK / name).resolve(strict=True))
    assert gzip.decompress(pack(compiled(tmp_path))) == gzip.decompress(r5.PACKAGE.read_bytes())
