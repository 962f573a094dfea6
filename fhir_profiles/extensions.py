"""Extensions: which definition holds for one, and whether it may stand where it stands."""

from difflib import get_close_matches

from fhir_profiles import library
from fhir_profiles.elements import Structure
from fhir_profiles.run import Json, Place, Run
from fhir_profiles.values import quoted

EVERYWHERE = {"Element", "Resource", "DomainResource"}


def definition_of(run: Run, value: Json, owner: frozenset[str], place: Place) -> Structure | None:
    """The definition of an extension, if it is one of ours; it must then be allowed on its owner."""
    url = value.get("url")
    told = any(name.startswith(("value", "_value")) for name in value)
    if told == ("extension" in value):
        wrong = "both" if told else "neither"
        run.add(place.path, "ext-1", f"An extension holds a value or other extensions; here are {wrong}.", "invariant")
    if isinstance(url, str) and ":" not in url and "Extension" not in owner:
        words = f"{quoted(url)} does not say which extension this is: write its whole address."
        run.add(f"{place.path}.url", "extension", words, "extension")
    if not isinstance(url, str) or not url.startswith(library.canonical()):
        return None
    found = library.structure(url)
    name = url.rpartition("/")[2][:50]
    if found is None or found.type != "Extension":
        near = get_close_matches(name, library.extensions(), 1)
        meant = f" Was {near[0]} meant?" if near else ""
        run.add(place.path, "extension", f"{name} is no extension that this package defines.{meant}", "extension")
        return None
    if not (owner | EVERYWHERE) & set(found.contexts):
        where = " or ".join(found.contexts)
        run.add(place.path, "context", f"The extension {name} is not allowed here, only on {where}.", "extension")
    return found
