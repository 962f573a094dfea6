"""The feedback report as a person reads it in a terminal: counts first, shares only where they mean something."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hooks.feedback_report import NO_REASON, RuleReport, by_number
from hooks.overriding import REASONS
from hooks.terminal import heading, plain

ENOUGH = 20
"""From how many on a share is given in per cent; always beside the counts."""


def show_report(out: Console, rows: Sequence[RuleReport]) -> None:
    """One part for each service, one row for each rule; then why cards were overridden."""
    if not rows:
        out.print(Text("No card was shown and nothing was answered in this time."))
        return
    for service in dict.fromkeys(row.service for row in rows):
        heading(out, plain(service))
        of_service = [row for row in rows if row.service == service]
        out.print(_table(of_service))
        for row in of_service:
            for code, number in by_number(row.reasons):
                out.print(Text(f"  {row.rule}, overridden: {number} × {_says(code)}"))
    out.print()
    for line in _remarks(rows):
        out.print(Text(line))


def _table(rows: Sequence[RuleReport]) -> Table:
    table = Table("Rule", box=None, pad_edge=False)
    for title in ("Shown", "Answered", "Accepted", "Overridden", "Quarantined", "Held back"):
        table.add_column(title, justify="right")
    for row in rows:
        rule = plain(row.rule) or "(no card of it)"
        answered = share(row.answered, row.shown)
        accepted, overridden = share(row.accepted, row.answered), share(row.overridden, row.answered)
        table.add_row(rule, str(row.shown), answered, accepted, overridden, str(row.quarantined), str(row.held))
    return table


def share(part: int, whole: int) -> str:
    """The count, with its share where the whole is large enough for one."""
    return f"{part} ({round(100 * part / whole)} %)" if whole >= ENOUGH else str(part)


def _says(code: str) -> str:
    if code == NO_REASON:
        return "no reason given"
    return f"{REASONS[code].display} ({code})" if code in REASONS else plain(code)


def _remarks(rows: Sequence[RuleReport]) -> list[str]:
    shown, answered = sum(row.shown for row in rows), sum(row.answered for row in rows)
    said = [f"{answered} of {shown} cards were answered; cards that are ignored are never reported."]
    if answered < ENOUGH:
        said.append("So few answers show single cases, no pattern.")
    harm = sum(row.reasons.get(code, 0) for row in rows for code, reason in REASONS.items() if reason.harm)
    if harm:
        said.append(f"{harm} answered with a concern about harm: review each of them.")
    if aside := sum(row.quarantined for row in rows):
        said.append(f"{aside} set aside: they fit no card, or not the card they name.")
    return said
