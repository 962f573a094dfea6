"""What is shipped of FHIR R4 is what HL7 published, whole enough for every record, and small.

Where Maven has fetched HL7's definitions (`make definitions`), they are made again and compared.
"""

import gzip

import pytest

from fhir_profiles import library
from fhir_profiles.definitions import made
from fhir_profiles.elements import Element
from fhir_profiles.primitives import is_primitive
from tests.profiles.shelf import BY_URL
from tests.source_tree import ROOT

JAR = ROOT / "build/profiles/hapi-fhir-validation-resources-r4-8.4.0.jar"
STRUCTURES = library.core_types()
NOT_AT_HAND = {"currencies", "mimetypes", "ucum-units", "LL379-9"}
"""Value sets of codes that others keep."""


def elements(type: str) -> list[Element]:
    found = library.core(type)
    assert found
    return list(found.elements.values())


@pytest.mark.skipif(not JAR.exists(), reason="make definitions fetches those of HL7")
def test_making_them_again_gives_the_same() -> None:
    assert made(JAR) == gzip.decompress(library.CORE.read_bytes())


def test_they_are_small() -> None:
    assert library.CORE.stat().st_size < 400_000


def test_every_resource_of_r4_is_defined() -> None:
    assert sum(map(library.is_resource, STRUCTURES)) == 146


def test_they_are_those_of_r4_and_of_no_later_version() -> None:
    (outcome,) = (each for each in elements("Bundle") if each.path == "Bundle.entry.response.outcome")
    assert [kind.code for kind in outcome.kinds] == ["Resource"]
    assert not library.is_resource("BiologicallyDerivedProductDispense")


@pytest.mark.parametrize("type", STRUCTURES)
def test_every_type_and_required_code_of_a_type_is_at_hand(type: str) -> None:
    for each in elements(type):
        for kind in each.kinds:
            assert is_primitive(kind.code) or library.core(kind.code), each.path
            assert all(map(library.structure, kind.profiles)), each.path
        if each.value_set and each.value_set.rpartition("/")[2] not in NOT_AT_HAND:
            assert library.codes(each.value_set), each.path
        assert not each.same_as or each.same_as in {one.path for one in elements(type)}


@pytest.mark.parametrize("url", [url for url, each in BY_URL.items() if each["resourceType"] == "ValueSet"])
def test_every_value_set_of_ours_has_codes(url: str) -> None:
    assert library.codes(url)
