"""The definition of a resource, a data type or a profile as a tree of elements, compiled from its snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Raw = Mapping[str, Any]

SEEN_BY_STRUCTURE = {"ele-1", "ext-1", "dom-2", "dom-3", "dom-4", "dom-5", "dom-6"}
"""Constraints of nearly every element. The validator sees the same in the shape of a record; dom-6 is only advice."""

_SYSTEM = "http://hl7.org/fhirpath/System."
_CHOICE = "[x]"


@dataclass(frozen=True)
class Kind:
    """One type that an element may have: its code, profiles of the type, and what a reference may lead to."""

    code: str
    profiles: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A constraint: its id, how bad it is to break it, what it says, and the same as FHIRPath."""

    key: str
    severity: str
    human: str
    expression: str


@dataclass(frozen=True, eq=False)
class Element:
    """One element. `max` is None for any number; `many` says that JSON has a list; `same_as` names another element."""

    path: str
    min: int
    max: int | None
    many: bool
    kinds: tuple[Kind, ...]
    rules: tuple[Rule, ...]
    fixed: Any = None
    pattern: Any = None
    value_set: str = ""
    same_as: str = ""
    told_by: tuple[tuple[str, str], ...] = ()
    """What tells slices apart: (value, pattern, exists, type or profile; the path that is looked at)."""
    closed: bool = False
    children: Mapping[str, "Element"] = field(default_factory=dict)
    """By name; a choice is named "value[x]"."""
    slices: Mapping[str, "Element"] = field(default_factory=dict)

    @cached_property
    def name(self) -> str:
        """Its name in FHIRPath, which for a choice is that of all its types."""
        return self.path.rpartition(".")[2].removesuffix(_CHOICE)

    @cached_property
    def choice(self) -> bool:
        """Whether its name in JSON says its type."""
        return self.path.endswith(_CHOICE)

    @cached_property
    def members(self) -> dict[str, tuple["Element", Kind | None]]:
        """Name in JSON -> the child, and the type that the name of a choice says."""
        found: dict[str, tuple[Element, Kind | None]] = {}
        for child in self.children.values():
            if child.choice:
                for kind in child.kinds:
                    found[child.name + kind.code[:1].upper() + kind.code[1:]] = child, kind
            else:
                found[child.name] = child, None
        return found


    @cached_property
    def demanding(self) -> tuple["Element", ...]:
        """The children that must be there, or some of whose slices must."""
        return tuple(
            child
            for child in self.children.values()
            if child.min or any(each.min for each in child.slices.values())
        )


@dataclass(frozen=True, eq=False)
class Structure:
    """A compiled definition. `contexts` are the elements that an extension may stand on."""

    id: str
    url: str
    type: str
    kind: str
    abstract: bool
    contexts: tuple[str, ...]
    root: Element
    elements: Mapping[str, Element]


def compiled(definition: Raw) -> Structure:
    """The tree of a StructureDefinition that has a snapshot."""
    raw = {each["id"]: each for each in definition["snapshot"]["element"]}
    below: dict[str, list[str]] = {}
    for id in raw:
        above, _, last = id.rpartition(".")
        base, is_slice, _ = last.partition(":")
        parent = (f"{above}.{base}" if above else base) + ":" if is_slice else above
        below.setdefault(parent, []).append(id)
    made: dict[str, Element] = {}
    root = next(iter(raw))
    _element(root, raw, below, made)
    return Structure(
        id=definition["id"],
        url=definition["url"],
        type=definition["type"],
        kind=definition["kind"],
        abstract=definition.get("abstract", False),
        contexts=tuple(each["expression"] for each in definition.get("context", []) if each["type"] == "element"),
        root=made[root],
        elements=made,
    )


def _element(id: str, raw: Mapping[str, Raw], below: Mapping[str, list[str]], made: dict[str, Element]) -> Element:
    said = raw[id]
    slicing = said.get("slicing", {})
    maximum, base = said.get("max", "*"), said.get("base", {}).get("max", said.get("max", "*"))
    made[id] = Element(
        path=".".join(part.partition(":")[0] for part in id.split(".")),
        min=said.get("min", 0),
        max=None if maximum == "*" else int(maximum),
        many=base not in {"0", "1"} and "." in id,
        kinds=tuple(_kind(each) for each in said.get("type", [])),
        rules=tuple(
            Rule(each["key"], each["severity"], each["human"], each["expression"])
            for each in said.get("constraint", [])
            if "expression" in each and each["key"] not in SEEN_BY_STRUCTURE
        ),
        fixed=next((value for name, value in said.items() if name.startswith("fixed")), None),
        pattern=next((value for name, value in said.items() if name.startswith("pattern")), None),
        value_set=_required(said.get("binding", {})),
        same_as=said.get("contentReference", "").rpartition("#")[2],
        told_by=tuple((each["type"], each["path"]) for each in slicing.get("discriminator", [])),
        closed=slicing.get("rules") == "closed",
        children={_last(each): _element(each, raw, below, made) for each in below.get(id, [])},
        slices={_last(each).partition(":")[2]: _element(each, raw, below, made) for each in below.get(f"{id}:", [])},
    )
    return made[id]


def _last(id: str) -> str:
    return id.rpartition(".")[2]


def _kind(said: Raw) -> Kind:
    code = said["code"]
    if code.startswith(_SYSTEM):
        code = next((each["valueUrl"] for each in said.get("extension", []) if "valueUrl" in each), "string")
    return Kind(code, tuple(said.get("profile", [])), tuple(said.get("targetProfile", [])))


def _required(binding: Raw) -> str:
    return str(binding["valueSet"]).partition("|")[0] if binding.get("strength") == "required" else ""
