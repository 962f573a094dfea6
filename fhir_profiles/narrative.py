"""Whether the narrative of a resource is XHTML of the simple kind that FHIR allows."""

from collections.abc import Mapping
from typing import Any
from xml.parsers import expat

_NAMES = """
    a abbr acronym address area b bdo big blockquote br caption center cite code col colgroup dd del dfn dir div dl dt
    em font h1 h2 h3 h4 h5 h6 hr i img ins kbd li map ol p pre q s samp small span strike strong sub sup table tbody td
    tfoot th thead tr tt u ul var
"""
_ELEMENTS = frozenset(_NAMES.split())
_XHTML = "http://www.w3.org/1999/xhtml"


def is_clean(div: Any) -> bool:
    """Whether a narrative is one well-formed div of text, tables, links and pictures, without scripts and forms."""
    if not isinstance(div, str):
        return True  # absent, or not text: another rule says so
    found: list[bool] = []
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.UseForeignDTD(True)

    def start(name: str, attributes: Mapping[str, str]) -> None:
        space, _, plain = name.rpartition(" ")
        good = space == _XHTML and plain in _ELEMENTS and (bool(found) or plain == "div")
        found.append(good and not any(each.lower().startswith("on") for each in attributes))

    def declared(*_: object) -> None:
        found.append(False)

    parser.StartElementHandler = start
    parser.EntityDeclHandler = declared
    parser.StartDoctypeDeclHandler = lambda *_: None
    try:
        parser.Parse(div, True)
    except expat.ExpatError:
        return False
    return bool(found) and all(found)
