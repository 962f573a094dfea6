"""What was found in records, as a person reads it in a terminal."""

import re
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from hooks.records.judging import Judged
from hooks.terminal import grid, heading, indent, plain

STYLES = {"error": "bold red", "warning": "yellow"}
WIDTH = len("information")
_ENTRY = re.compile(r"Bundle\.entry\[(\d+)\]\.resource\b")


def show_file(out: Console, name: str) -> None:
    """The title of a file."""
    heading(out, plain(name))


def show_judged(out: Console, record: Any, judged: Judged) -> None:
    """One record: its name and whether it is valid; then of each issue how grave it is, where, what is wrong."""
    verdict = "valid" if judged.valid else "not valid"
    counted = ", ".join(_many(judged.counts[each], each) for each in ("error", "warning") if judged.counts[each])
    out.print(Text(f"{_name(record)}: {verdict}{f' ({counted})' if counted else ''}"))
    if any(judged.counts.values()):
        indent(out, grid(((_severity(issue), _said(issue, record)) for issue in judged.outcome["issue"]), WIDTH))


def show_sum(out: Console, judged: int, valid: int) -> None:
    """All records together, where there are several."""
    if judged > 1:
        out.print()
        out.print(Text(f"{judged} records: {valid} valid, {judged - valid} not valid."))


def _many(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _severity(issue: Mapping[str, Any]) -> Text:
    return Text(issue["severity"], STYLES.get(issue["severity"], ""))


def _said(issue: Mapping[str, Any], record: Any) -> Text:
    """Where, with the name of the resource if it is one in a Bundle, and below it what is wrong."""
    where = " ".join(issue.get("expression", ["the record"]))
    match = _ENTRY.match(where)
    if match:
        where += f"   ({_name(record['entry'][int(match[1])].get('resource'))})"
    return Text(f"{plain(where)}\n{plain(issue['details']['text'])}")


def _name(record: Any) -> str:
    """Type and id of a record, as far as it has them."""
    if not isinstance(record, Mapping):
        return "what is no resource"
    type, id = record.get("resourceType"), record.get("id")
    name = type if isinstance(type, str) else "a resource without type"
    return plain(f"{name}/{id}" if isinstance(id, str) else name)[:120]
