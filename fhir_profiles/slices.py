"""Slices: which items of a list belong to which, and how many of each there must be."""

from collections.abc import Iterator, Sequence
from typing import Any

from fhir_profiles import library
from fhir_profiles.elements import Element
from fhir_profiles.members import Value
from fhir_profiles.run import Run, claimed
from fhir_profiles.values import contains, in_words, same

Hit = tuple[Value, Element]
"""An item and the slice that it belongs to."""


def judge_slices(run: Run, items: Sequence[Value], element: Element, path: str) -> tuple[list[Hit], bool]:
    """Counts the items of each slice. Returns each item with its slice, and whether a slice lacks items, so that the
    list lacks them too.
    """
    counts = dict.fromkeys(element.slices, 0)
    hits: list[Hit] = []
    for item in items:
        names = _slices_of(item, element)
        for name in names:
            counts[name] += 1
            hits.append((item, element.slices[name]))
        if not names and element.closed:
            run.add(item.path, "closed", f"{element.name} may only be one of: {', '.join(element.slices)}.")
    absent = False
    for name, count in counts.items():
        each = element.slices[name]
        if count < each.min:
            absent = True
            words = f"{element.name} needs at least {each.min} {name}{_told(each, element)}; there are {count}."
            run.add(path, "slice-min", words, "required")
        if each.max is not None and count > each.max:
            words = f"{element.name} may have at most {each.max} {name}{_told(each, element)}; there are {count}."
            run.add(path, "slice-max", words)
    return hits, absent


def _slices_of(item: Value, element: Element) -> list[str]:
    return [
        name
        for name, each in element.slices.items()
        if all(_matches(item, each, how, path) for how, path in element.told_by)
    ]


def _told(each: Element, element: Element) -> str:
    """How items of a slice are told from others, in words."""
    for how, path in element.told_by:
        said = _resource_types(each, path) if how == "type" else _wanted_in_words(each, path)
        if said:
            return f" ({said})"
    return ""


def _resource_types(each: Element, path: str) -> str:
    found = _part(each, path)
    return " or ".join(kind.code for kind in found.kinds) if found else ""


def _wanted_in_words(each: Element, path: str) -> str:
    found = _part(each, path)
    if found is None:
        return ""
    wanted = found.fixed if found.fixed is not None else found.pattern
    return "" if wanted is None else f"{path} {in_words(wanted)}" if path != "$this" else in_words(wanted)


def _matches(item: Value, each: Element, how: str, path: str) -> bool:
    wanted = _part(each, path)
    if wanted is None:
        return False
    given = list(_at(item.content, path))
    if how == "exists":
        return bool(given) == (wanted.min > 0)
    if how == "type":
        kinds = {kind.code for kind in wanted.kinds}
        if path == "$this" and item.kind:
            return item.kind.code in kinds
        types = (one.get("resourceType") for one in given if isinstance(one, dict))
        return any(isinstance(type, str) and type in kinds for type in types)
    if how == "profile":
        return any(_claims(one, {url for kind in wanted.kinds for url in kind.profiles}) for one in given)
    return any(_is(one, wanted) for one in given)


def _is(value: Any, wanted: Element) -> bool:
    """Whether a value is what a slice is told by: fixed, a pattern, a required code, or fixed parts."""
    if wanted.fixed is not None:
        return same(value, wanted.fixed)
    if wanted.pattern is not None:
        return contains(value, wanted.pattern)
    parts = [each for each in wanted.children.values() if each.fixed is not None or each.pattern is not None]
    return bool(parts) and all(any(_is(one, part) for one in _at(value, part.name)) for part in parts)


def _claims(value: Any, urls: set[str]) -> bool:
    return isinstance(value, dict) and not urls.isdisjoint(claimed(value))


def _part(each: Element, path: str) -> Element | None:
    """The element at a path below a slice, looked up in its type where the slice does not unfold it."""
    for step in () if path == "$this" else path.split("."):
        below = _child(each, step) or _child(_type_of(each), step)
        if below is None:
            return None
        each = below
    return each


def _child(element: Element | None, name: str) -> Element | None:
    return (element.children.get(name) or element.children.get(name + "[x]")) if element else None


def _type_of(element: Element) -> Element | None:
    urls = [url for kind in element.kinds for url in (*kind.profiles, library.OF_FHIR + kind.code)]
    of = library.structure(urls[0]) if urls else None
    return of.root if of else None


def _at(value: Any, path: str) -> Iterator[Any]:
    """The values at a path; those of lists one by one."""
    first, _, rest = path.partition(".")
    if path == "$this":
        yield value
    elif isinstance(value, dict):
        held = value.get(first, [])
        for each in held if isinstance(held, list) else [held]:
            yield from _at(each, rest) if rest else (each,)
