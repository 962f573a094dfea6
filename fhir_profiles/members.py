"""Which members of a JSON object belong to which child of an element, and the values they hold."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, NamedTuple

from fhir_profiles import library
from fhir_profiles.elements import Element, Kind
from fhir_profiles.primitives import is_primitive
from fhir_profiles.run import Json, Place, Run

FEW = 5
"""So many types of a choice are named with their members."""
MISSING: Any = object()
"""What stands for a primitive that has only an id or extensions."""


class Value(NamedTuple):
    """One value of a child: where it stands, what it is, its `_name` companion, and its type where the name says it."""

    path: str
    content: Any
    companion: Any
    kind: Kind | None


@dataclass(eq=False)
class Found:
    """The members of an object that belong to one child: name in JSON -> the type that it says."""

    child: Element
    names: dict[str, Kind | None] = field(default_factory=dict)
    refused: bool = False


def sorted_out(run: Run, value: Json, element: Element, path: str) -> dict[str, Found]:
    """The members by the name of the child they belong to. What belongs to none is an issue."""
    groups: dict[str, Found] = {}
    for key in value:
        name = key.removeprefix("_")
        hit = element.members.get(name)
        if hit and (name == key or _may_have_companion(*hit)):
            groups.setdefault(hit[0].path, Found(hit[0])).names[name] = hit[1]
        elif choice := _other_type(name, element):
            groups.setdefault(choice.path, Found(choice)).refused = True
            run.add(f"{path}.{choice.name}", "type", f"{name} is not allowed here; {_instead(name, choice)}.")
        elif key != "resourceType":
            _unknown(run, key, element, path)
    for found in groups.values():
        if len(found.names) > 1:
            run.add(f"{path}.{found.child.name}", "choice", f"Only one of {', '.join(found.names)} may stand here.")
    return groups


def _may_have_companion(child: Element, kind: Kind | None) -> bool:
    kinds = (kind,) if kind else child.kinds
    return any(is_primitive(each.code) for each in kinds)


def _other_type(name: str, element: Element) -> Element | None:
    """The choice that a member of a type that is not allowed was meant for."""
    for child in element.children.values():
        if child.choice and name.startswith(child.name) and library.data_type(name[len(child.name) :]):
            return child
    return None


def _ways(choice: Element) -> str:
    return " or ".join(choice.name + kind.code[:1].upper() + kind.code[1:] for kind in choice.kinds) or "nothing"


def _instead(name: str, choice: Element) -> str:
    """What to write instead of a member of a choice that is of another type."""
    given = name[len(choice.name) :]
    type = given if library.core(given) else given[:1].lower() + given[1:]
    few = choice.kinds if len(choice.kinds) <= FEW else ()
    types = f" ({' or '.join(kind.code for kind in few)}, not {type})" if few else ""
    return f"write {_ways(choice)}{types}"


def _unknown(run: Run, key: str, element: Element, path: str) -> None:
    near = get_close_matches(key, element.members, 1) if len(key) < 50 else []
    meant = f" Was {near[0]} meant?" if near else ""
    run.add(f"{path}.{key[:50]}", "unknown", f"{key[:50]} is no element that FHIR knows here.{meant}")


def values(run: Run, value: Json, found: Found, place: Place) -> Iterator[Value]:
    """The values of a child. Where they have the wrong shape, an issue and nothing."""
    child = found.child
    for name, kind in found.names.items():
        path = f"{place.path}.{child.name}" + (f".ofType({kind.code})" if kind else "")
        content, companion = value.get(name, MISSING), value.get("_" + name, MISSING)
        if not child.many:
            if isinstance(content, list) or isinstance(companion, list):
                run.add(path, "single", f"{name} is a list, but it holds a single value: write it without [ ].")
            else:
                yield Value(path, content, companion, kind)
        else:
            yield from _listed(run, path, name, content, companion)


def _listed(run: Run, path: str, name: str, content: Any, companion: Any) -> Iterator[Value]:
    for each in (content, companion):
        if each is not MISSING and not isinstance(each, list):
            run.add(path, "list", f"{name} is a list in FHIR: write it in [ ], also for one value.")
            return
    if content == []:
        run.add(path, "empty", f"{name} is an empty list; leave it out.")
    ours = [] if content is MISSING else content
    theirs = [] if companion is MISSING else companion
    for number in range(max(len(ours), len(theirs))):
        first = ours[number] if number < len(ours) else MISSING
        second = theirs[number] if number < len(theirs) else MISSING
        if first is None and isinstance(second, dict):
            first = MISSING
        if second is None:
            second = MISSING
        yield Value(f"{path}[{number}]", first, second, None)


def missing(child: Element, count: int) -> str:
    """That there are too few values of a child, in words."""
    name = child.path.rpartition(".")[2]
    how = f": write {_ways(child)}" if child.choice else ""
    if count:
        return f"{name} needs at least {child.min} values; there are {count}."
    return f"{name} is missing, but required{how}."
