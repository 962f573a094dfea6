"""What was found in records, as a person reads it in a terminal."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hooks.records.judging import Judged
from hooks.terminal import heading, plain

STYLES = {"error": "bold red", "warning": "yellow"}


def show_file(out: Console, name: str) -> None:
    """The title of a file."""
    heading(out, plain(name))


def show_judged(out: Console, record: Any, judged: Judged) -> None:
    """One record: its name, whether it is valid, and a row for each issue: how grave, where, what mends it."""
    verdict = "valid" if judged.valid else "not valid"
    counted = [
        f"{judged.counts[each]} {each}{'' if judged.counts[each] == 1 else 's'}" for each in ("error", "warning")
    ]
    found = ", ".join(each for each in counted if not each.startswith("0 "))
    out.print(Text(f"{_name(record)}: {verdict}{f' ({found})' if found else ''}"))
    issues = judged.outcome["issue"]
    if any(issue.get("expression") for issue in issues):
        out.print(_table(issues))


def _table(issues: list[Mapping[str, Any]]) -> Table:
    table = Table("", "Where", "What", box=None, pad_edge=False, padding=(0, 2, 0, 2))
    table.columns[0].no_wrap = True
    for column in table.columns[1:]:
        column.overflow = "fold"
    table.columns[1].ratio, table.columns[2].ratio = 2, 3
    table.expand = True
    for issue in issues:
        severity = issue["severity"]
        where = plain(" ".join(issue.get("expression", ())))
        table.add_row(Text(severity, STYLES.get(severity, "")), Text(where), Text(plain(issue["details"]["text"])))
    return table


def _name(record: Any) -> str:
    """Type and id of a record, as far as it has them."""
    if not isinstance(record, Mapping):
        return "what is no resource"
    type, id = record.get("resourceType"), record.get("id")
    name = type if isinstance(type, str) else "a resource without type"
    return plain(f"{name}/{id}" if isinstance(id, str) else name)[:120]
