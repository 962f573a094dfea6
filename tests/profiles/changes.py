"""A language for changing one thing of a record: dotted paths, and what can be done at one."""

import copy
from collections.abc import Callable
from typing import Any

from tests.profiles.shelf import CANONICAL

Json = dict[str, Any]
Change = Callable[[Json], None]


def changed(record: Json, change: Change) -> Json:
    """A copy with the change."""
    copied = copy.deepcopy(record)
    change(copied)
    assert copied != record
    return copied


def _step(node: Any, part: str) -> Any:
    """One step of a path: a member, the number of an item, or `@id` for the first extension of that id."""
    if part.startswith("@"):
        return node["extension"][_extension(node, part)]
    return node[int(part)] if isinstance(node, list) else node[part]


def _extension(node: Json, part: str) -> int:
    url = f"{CANONICAL}/StructureDefinition/{part[1:]}"
    return [each["url"] for each in node["extension"]].index(url)


def at(record: Json, path: str) -> Any:
    """What stands at a dotted path."""
    node: Any = record
    for part in filter(None, path.split(".")):
        node = _step(node, part)
    return node


def spelled(record: Json, path: str) -> str:
    """The path as FHIRPath writes it, from the resource on: `@id` and the numbers of items become indices."""
    words, node = record["resourceType"], record
    for part in filter(None, path.split(".")):
        words += f"[{part}]" if part.isdigit() else f".extension[{_extension(node, part)}]" if part[0] == "@" else ""
        words += "" if part.isdigit() or part[0] == "@" else f".{part}"
        try:
            node = _step(node, part)
        except (KeyError, IndexError, TypeError):
            node = {}  # what is missing has a path too
    return words


def put(path: str, value: Any) -> Change:
    """Writes `value` at the path."""
    above, _, last = path.rpartition(".")
    return lambda record: at(record, above).__setitem__(int(last) if last.isdigit() else last, value)


def drop(path: str) -> Change:
    """Takes a member, or an extension, away."""
    above, _, last = path.rpartition(".")

    def change(record: Json) -> None:
        node = at(record, above)
        if last.startswith("@"):
            node["extension"].remove(_step(node, last))
            if not node["extension"]:
                del node["extension"]  # an empty list would be another fault
        else:
            del node[int(last) if last.isdigit() else last]

    return change


def add(path: str, value: Any) -> Change:
    """Adds an item to a list."""
    return lambda record: at(record, path).append(value)


def twice(path: str) -> Change:
    """Repeats an item of a list, or an extension."""
    above, _, last = path.rpartition(".")

    def change(record: Json) -> None:
        items = at(record, f"{above}.extension" if last.startswith("@") else above)
        items.append(copy.deepcopy(at(record, path)))

    return change


def rename(path: str, name: str, value: Any) -> Change:
    """Replaces a member by another one."""
    above = path.rpartition(".")[0]
    return both(drop(path), put(f"{above}.{name}" if above else name, value))


def entries(*ids: str) -> Change:
    """Keeps only these entries of a Bundle."""
    return lambda record: record.update(entry=[each for each in record["entry"] if each["resource"]["id"] in ids])


def both(*changes: Change) -> Change:
    """One change after the other."""

    def change(record: Json) -> None:
        for each in changes:
            each(record)

    return change
