"""One judging of one record: what was found so far, what was looked at, and where things stand in the record."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from fhir_profiles.issues import Issue, Severity

Json = Mapping[str, Any]

MOST_ISSUES = 500
"""A record with more faults than this is not looked at further."""
SHAPES = {"list", "single", "type", "format", "empty", "nested"}
"""Rules about the shape of a value. No invariant is asked about what is not even shaped right."""


class Enough(Exception):
    """So many faults were found that looking further helps nobody."""


class Place(NamedTuple):
    """Where a value stands: its FHIRPath, the resource it is in, and the one that holds the contained resources."""

    path: str
    resource: Json
    holder: Json
    full_url: str = ""

    def at(self, path: str) -> "Place":
        """The same resource, further down."""
        return Place(path, self.resource, self.holder, self.full_url)


def _typed(resource: Json) -> bool:
    return isinstance(resource.get("resourceType"), str)


class Entries:
    """The resources of a Bundle, by what a reference may call them."""

    def __init__(self, bundle: Json) -> None:
        self.full_urls: dict[int, str] = {}
        self.by_url: dict[str, Json] = {}
        self.by_name: dict[str, Json] = {}
        listed = bundle.get("entry") if bundle.get("resourceType") == "Bundle" else None
        for entry in listed if isinstance(listed, list) else ():
            resource = entry.get("resource") if isinstance(entry, dict) else None
            if isinstance(resource, dict) and _typed(resource):
                self.by_name.setdefault(f"{resource['resourceType']}/{resource.get('id')}", resource)
                if isinstance(entry.get("fullUrl"), str):
                    self.by_url.setdefault(entry["fullUrl"], resource)
                    self.full_urls[id(resource)] = entry["fullUrl"]


@dataclass(eq=False)
class Run:
    """What is collected while a record is judged."""

    record: Json
    found: dict[tuple[str, str], Issue] = field(default_factory=dict)
    seen: set[tuple[str, int]] = field(default_factory=set)
    asked: set[tuple[str, str]] = field(default_factory=set)
    """Path of a value, and id of a rule that was asked about it."""
    misshapen: set[str] = field(default_factory=set)
    faults: dict[tuple[int, str], str] = field(default_factory=dict)
    """What is wrong with a resource by a profile that it does not name, "" for nothing."""
    sizes: Mapping[int, int] = field(default_factory=dict)
    held: dict[int, Mapping[str, Json]] = field(default_factory=dict)
    evaluated: int = 0
    """How many rules in FHIRPath were asked."""
    ours: bool = False
    """Whether one of our profiles was asked."""
    entries: "Entries" = field(default_factory=lambda: Entries({}))

    def add(self, path: str, key: str, words: str, code: str = "structure", severity: Severity = "error") -> None:
        """Keeps an issue, unless the same was found by another way. Enough after MOST_ISSUES."""
        self.found.setdefault((path, words), Issue(severity, code, path, words, key))
        if key in SHAPES:
            self.misshapen.update(_above(path))
        if len(self.found) >= MOST_ISSUES:
            raise Enough

    def apart(self) -> "Run":
        """A judging of a part of the same record, whose issues are kept apart."""
        return Run(self.record, faults=self.faults, sizes=self.sizes, entries=self.entries)

    def contained(self, holder: Json) -> Mapping[str, Json]:
        """The resources contained in another one by id; "" is that one itself."""
        if id(holder) not in self.held:
            listed = holder.get("contained")
            known = (each for each in (listed if isinstance(listed, list) else ()) if isinstance(each, dict))
            named = {each["id"]: each for each in known if isinstance(each.get("id"), str) and _typed(each)}
            self.held[id(holder)] = {"": holder, **named}
        return self.held[id(holder)]

    def inside(self, resource: Json, here: Place, place: Place) -> Place:
        """The place of a resource that stands in another one."""
        if here.path.removeprefix(place.path).startswith(".contained"):
            return Place(here.path, resource, place.holder, place.full_url)
        return Place(here.path, resource, resource, self.entries.full_urls.get(id(resource), ""))

    def first_time(self, path: str, by: object) -> bool:
        """Whether the value at the path was not yet judged by this definition."""
        mark = (path, id(by))
        if mark in self.seen:
            return False
        self.seen.add(mark)
        return True


def claimed(resource: Json) -> list[str]:
    """The addresses of the profiles that a resource names, without their versions."""
    meta = resource.get("meta")
    named = meta.get("profile") if isinstance(meta, dict) else None
    return [url.partition("|")[0] for url in named if isinstance(url, str)] if isinstance(named, list) else []


def _above(path: str) -> Iterator[str]:
    """The path and those of everything that it is in, with and without the number of an item."""
    while path:
        yield path
        if path.endswith("]"):
            path = path[: path.rindex("[")]
            yield path
        path = path.rpartition(".")[0]


def depth_and_sizes(record: Any) -> tuple[int, dict[int, int]]:
    """How deep a record is nested, and by identity how many values stand in each of its objects and lists."""
    order: list[tuple[Any, int, int]] = [(record, -1, 0)]
    deepest, position = 0, 0
    while position < len(order):
        value, _, depth = order[position]
        deepest = max(deepest, depth)
        inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        order.extend((each, position, depth + 1) for each in inside)
        position += 1
    counts = [1] * len(order)
    for number in range(len(order) - 1, 0, -1):
        counts[order[number][1]] += counts[number]
    kept = ((order[number][0], count) for number, count in enumerate(counts))
    return deepest, {id(value): count for value, count in kept if isinstance(value, dict | list)}
