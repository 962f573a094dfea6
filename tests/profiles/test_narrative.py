"""The narrative of a record is the simple XHTML that FHIR allows: whoever shows it may trust that."""

import pytest

from fhir_profiles.validator import validate
from tests.profiles.good import GOOD

DIV = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'


def faults(div: str) -> list[str]:
    record = GOOD["product"] | {"text": {"status": "generated", "div": div}}
    return [issue.key for issue in validate(record) if issue.severity == "error"]


def test_a_plain_narrative_is_taken() -> None:
    assert faults(DIV.format("<p>One <b>bag</b></p>")) == []


@pytest.mark.parametrize(
    "div", ["One bag", DIV.format("<script>run()</script>"), DIV.format('<p onclick="run()">x</p>'), "<p>One bag</p>"]
)
def test_what_is_no_simple_xhtml_is_refused(div: str) -> None:
    assert faults(div) == ["txt-1"]
