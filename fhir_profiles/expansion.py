"""Which codes a value set holds, where its code systems are at hand."""

from collections.abc import Iterable, Iterator
from typing import Any

Resource = dict[str, Any]
Codes = dict[str, list[str]]
"""Code system -> its codes, in the order of the definition."""


class Shelf:
    """Code systems and value sets by their canonical address."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.systems: dict[str, Resource] = {}
        self.value_sets: dict[str, Resource] = {}
        for each in resources:
            if "url" in each and each["resourceType"] in {"CodeSystem", "ValueSet"}:
                kind = self.systems if each["resourceType"] == "CodeSystem" else self.value_sets
                kind[each["url"]] = each


def expanded(url: str, shelf: Shelf, above: tuple[str, ...] = ()) -> Codes | None:
    """The codes of a value set, or None where what it is made of is not all at hand."""
    plain = url.partition("|")[0]
    found = shelf.value_sets.get(plain)
    if found is None or "compose" not in found or plain in above:
        return None
    codes: Codes = {}
    for part in found["compose"].get("include", []):
        included = _part(part, shelf, (*above, plain))
        if included is None:
            return None
        for system, named in included.items():
            held = codes.setdefault(system, [])
            held.extend(code for code in dict.fromkeys(named) if code not in set(held))
    for part in found["compose"].get("exclude", []):
        excluded = _part(part, shelf, (*above, plain))
        if excluded is None:
            return None
        for system, named in excluded.items():
            codes[system] = [code for code in codes.get(system, []) if code not in set(named)]
    return codes


def displays(url: str, shelf: Shelf) -> dict[tuple[str, str], str]:
    """(code system, code) -> its words, for what a value set includes by itself and says in words."""
    found = {}
    for part in shelf.value_sets.get(url, {}).get("compose", {}).get("include", []):
        system = part.get("system", "")
        tree = _lines(shelf.systems.get(system, {}).get("concept", []), ())
        for concept in (*(each for each, _ in tree), *part.get("concept", [])):
            if "display" in concept:
                found[system, concept["code"]] = concept["display"]
    return found


def all_of(system: str, shelf: Shelf) -> list[str] | None:
    """The codes of a code system, or None where they are not all at hand."""
    return _of_system({"system": system}, shelf)


def _part(part: Resource, shelf: Shelf, above: tuple[str, ...]) -> Codes | None:
    parts: list[Codes | None] = [expanded(url, shelf, above) for url in part.get("valueSet", [])]
    if "system" in part:
        named = _of_system(part, shelf)
        parts.append(None if named is None else {part["system"]: named})
    known = [each for each in parts if each is not None]
    if len(known) < len(parts) or not known:
        return None
    first, *others = known
    return {
        system: [code for code in codes if all(code in other.get(system, []) for other in others)]
        for system, codes in first.items()
    }


def _of_system(part: Resource, shelf: Shelf) -> list[str] | None:
    if "concept" in part:
        return [concept["code"] for concept in part["concept"]]
    system = shelf.systems.get(part["system"])
    if system is None or "concept" not in system or system.get("content") != "complete":
        return None
    tree = list(_lines(system["concept"], ()))
    for rule in part.get("filter", []):
        kept = _filtered(tree, rule)
        if kept is None:
            return None
        tree = kept
    return [concept["code"] for concept, _ in tree]


def _lines(concepts: list[Resource], above: tuple[str, ...]) -> Iterator[tuple[Resource, tuple[str, ...]]]:
    """Each concept with the codes that it stands below, itself the last."""
    for concept in concepts:
        line = (*above, concept["code"])
        yield concept, line
        yield from _lines(concept.get("concept", []), line)


def _filtered(
    tree: list[tuple[Resource, tuple[str, ...]]], rule: Resource
) -> list[tuple[Resource, tuple[str, ...]]] | None:
    ancestors = _ancestors(tree)
    wanted = rule["value"]
    if rule["property"] == "concept" and rule["op"] in {"is-a", "descendent-of"}:
        itself = rule["op"] == "is-a"
        return [each for each in tree if wanted in ancestors[each[0]["code"]] or (itself and each[0]["code"] == wanted)]
    return None


def _ancestors(tree: list[tuple[Resource, tuple[str, ...]]]) -> dict[str, set[str]]:
    """Code -> every code above it, by nesting and by the property subsumedBy or parent."""
    parents: dict[str, set[str]] = {}
    for concept, line in tree:
        held = parents.setdefault(concept["code"], set())
        held.update(line[:-1])
        for each in concept.get("property", []):
            if each["code"] in {"subsumedBy", "parent"} and "valueCode" in each:
                held.add(each["valueCode"])
    while True:
        grown = {code: held | {far for near in held for far in parents.get(near, ())} for code, held in parents.items()}
        if grown == parents:
            return grown
        parents = grown
