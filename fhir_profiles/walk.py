"""Judging a value by the definition of its element: the walk through a record.

Several definitions may hold for one value: that of its type, of the profile, of a slice, of an extension. Each is asked
for itself, once, and the same fault found twice is kept once.
"""

from collections.abc import Sequence
from typing import Any

from fhir_profiles import library
from fhir_profiles.bindings import judge_binding, judge_coding
from fhir_profiles.elements import Element, Kind, Structure
from fhir_profiles.extensions import definition_of
from fhir_profiles.invariants import judge_rules
from fhir_profiles.members import MISSING, Found, Value, missing, sorted_out, values
from fhir_profiles.plain_rules import OF_TYPES
from fhir_profiles.primitives import fits, how, is_primitive
from fhir_profiles.references import Target, judge_reference
from fhir_profiles.resources import judge_whole, named_profiles
from fhir_profiles.run import Json, Place, Run
from fhir_profiles.slices import judge_slices
from fhir_profiles.values import judge_fixed, quoted

NAMELESS = {"BackboneElement", "Element"}
"""Types whose definition says less than every element of them says itself."""
ANY = {"Resource", "DomainResource"}

Names = frozenset[str]


def judge_resource(run: Run, value: Any, place: Place, allowed: Sequence[Kind] = ()) -> None:
    """A resource by FHIR R4, by what is asked of it here, and by the profiles that it names."""
    type = value.get("resourceType") if isinstance(value, dict) else None
    if not isinstance(type, str) or not library.is_resource(type):
        known = f"FHIR R4 knows no resource {quoted(type)}." if type else "A resource has a resourceType."
        run.add(place.path, "type", known)
        return
    named = [kind.code for kind in allowed]
    if named and type not in named and not ANY & set(named):
        run.add(place.path, "type", f"A {type} is not allowed here; use {' or '.join(named)}.")
        return
    if run.first_time(place.path, judge_whole):
        judge_whole(run, value, place)
        asked = list(named_profiles(run, value, place))
        for profile in asked:
            judge_by(run, value, profile, place)
        if not asked:  # a profile repeats all that its base says
            judge_by(run, value, library.core(type), place)
    for kind in allowed:
        for url in kind.profiles:
            judge_by(run, value, library.structure(url), place)


def judge_by(run: Run, value: Json, structure: Structure | None, place: Place) -> None:
    """An object by a whole definition: a type, a profile, an extension."""
    if structure:
        _object(run, value, structure.root, place, structure.type, frozenset({structure.type}))


def _object(run: Run, value: Json, element: Element, place: Place, type: str, names: Names) -> None:
    """`type` is what FHIRPath calls the value, `names` what contexts of extensions may call it."""
    if not run.first_time(place.path, element):
        return
    if element.children:
        groups = sorted_out(run, value, element, place.path)
        for found in groups.values():
            _child(run, value, found.child, found, place, names)
        for child in element.demanding:
            if child.path not in groups:
                _child(run, value, child, None, place, names)
    judge_rules(run, value, element.rules, type, place)


def _child(run: Run, value: Json, child: Element, found: Found | None, place: Place, names: Names) -> None:
    items = list(values(run, value, found, place)) if found else []
    path = f"{place.path}.{child.name}"
    hits, absent = judge_slices(run, items, child, path) if child.slices else ([], False)
    if len(items) < child.min and not absent and not (found and (found.refused or path in run.misshapen)):
        run.add(path, "min", missing(child, len(items)), "required")
    if child.max is not None and len(items) > child.max:
        allowed = f"at most {child.max} may stand here" if child.max else "it may not stand here"
        run.add(path, "max", f"{child.name}: {allowed}.")
    for item in items:
        judge_value(run, item, child, place, names)
    for item, each in hits:
        judge_value(run, item, each, place, names)


def judge_value(run: Run, item: Value, element: Element, place: Place, owner: Names) -> None:
    """One value by its element, its type, the profiles of the type and the slice it belongs to. `owner` names what
    it is a part of, for extensions.
    """
    kind = item.kind or (element.kinds[0] if element.kinds else None)
    here = place.at(item.path)
    if kind and is_primitive(kind.code):
        _primitive(run, item, kind, here)
    elif not isinstance(item.content, dict):
        run.add(item.path, "type", f"{element.name} is an object with members of its own: write it in {{ }}.")
        return
    elif not item.content:
        run.add(item.path, "empty", f"{element.name} is empty; leave it out.")
        return
    elif kind and (kind.code in ANY or library.is_resource(kind.code)):
        judge_resource(run, item.content, run.inside(item.content, here, place), element.kinds)
    else:
        _layers(run, item.content, element, kind, here, owner)
    if element.fixed is not None and isinstance(item.companion, dict) and "extension" in item.companion:
        run.add(here.path, "fixed", f"{element.name} is fixed: it has no extensions.", "value")
    if item.content is not MISSING:
        judge_fixed(run, item.content, element, here.path)
        judge_binding(run, item.content, element, kind, here.path)
        if kind and kind.code == "Coding":
            judge_coding(run, item.content, here.path)


def _layers(run: Run, value: Json, element: Element, kind: Kind | None, place: Place, owner: Names) -> None:
    if element.same_as:
        of = library.core(element.same_as.partition(".")[0])
        element = of.elements[element.same_as] if of else element
    type = kind.code if kind and kind.code not in NAMELESS else element.path
    names = frozenset({element.path, type})
    _object(run, value, element, place, type, names)
    if kind is None or kind.code in NAMELESS:
        return
    own = None
    if kind.code == "Extension" and run.first_time(place.path, definition_of):
        own = definition_of(run, value, owner, place)
        judge_by(run, value, own, place)
    base = library.core(kind.code)
    if base and (element.children or own):  # these repeat the members of the type, but not its rules
        judge_rules(run, value, base.root.rules, type, place)
    elif base:
        _object(run, value, base.root, place, type, names)
    judge_rules(run, value, OF_TYPES.get(kind.code, ()), type, place)
    for url in kind.profiles:
        judge_by(run, value, library.structure(url), place)
    if kind.code == "Reference" and run.first_time(place.path, kind):
        judge_reference(run, value, kind, place, _fault)


def _fault(run: Run, target: Target, profile: str) -> str:
    """The first fault that a resource which does not name a profile has by it; "" where it has none."""
    mark = id(target.resource), profile
    if mark not in run.faults:
        run.faults[mark] = ""  # for who comes back here: a circle of references is no fault
        apart = run.apart()
        place = Place(target.resource["resourceType"], target.resource, target.holder, target.full_url)
        judge_by(apart, target.resource, library.structure(profile), place)
        wrong = (issue for issue in apart.found.values() if issue.severity == "error")
        run.faults[mark] = next((f"{issue.path}: {issue.words}" for issue in wrong), "")
    return run.faults[mark]


def _primitive(run: Run, item: Value, kind: Kind, place: Place) -> None:
    if item.content is not MISSING and not fits(item.content, kind.code):
        shown = "" if kind.code in {"string", "markdown", "xhtml"} else f"{quoted(item.content)} is not valid: "
        run.add(item.path, "format", f"{shown}write {how(kind.code)} ({kind.code}).", "value")
    if item.companion is not MISSING:
        if not isinstance(item.companion, dict) or not item.companion:
            run.add(item.path, "type", "The member with _ before its name holds an object with an id or extensions.")
        else:
            judge_by(run, item.companion, library.core("Element"), place)
