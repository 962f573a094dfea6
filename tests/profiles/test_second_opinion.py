"""Another reading of FHIR takes what the package holds: elements, types, cardinalities; no profiles, no terms."""

from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from tests.profiles.mutations import cases
from tests.profiles.shelf import DEFINITIONS, EXAMPLES

PLAIN = {
    name: each
    for name, each in (*EXAMPLES.items(), *DEFINITIONS.items())
    if each["resourceType"] != "StructureDefinition"
}
SEEN_WITHOUT_PROFILES = {"card-max", "unknown-el", "bad-dt", "bad-int"}


def read(resource: dict[str, Any]) -> None:
    """ValidationError if it is no FHIR R4B, which is R4 in all that is used here."""
    get_fhir_model_class(resource["resourceType"]).model_validate(resource)


@pytest.mark.parametrize("name", PLAIN)
def test_it_is_fhir(name: str) -> None:
    read(PLAIN[name])


@pytest.mark.parametrize("name", sorted(SEEN_WITHOUT_PROFILES))
def test_what_is_no_fhir_at_all_is_seen(name: str) -> None:
    (case,) = (case for case in cases() if case.name == name)
    with pytest.raises(ValidationError):
        read(case.record)
