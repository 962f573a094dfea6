"""The exchange with a CDS service as a person reads it in a terminal: the queries, then the cards."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.markdown import Markdown
from rich.text import Text

from hooks.check import Checked, Query
from hooks.terminal import indent, plain

INDICATORS = {"info": ("Information", "cyan"), "warning": ("Warning", "yellow"), "critical": ("Critical", "red")}


def show_check(out: Console, checked: Checked) -> None:
    """Each query with what it found, then the answer of the service."""
    out.rule(Text("Prefetch queries", style="bold"), align="left", characters="-")
    for query in checked.queries:
        _query(out, query)
    out.print()
    took = f"answered {checked.reply.status} in {checked.milliseconds} ms"
    out.rule(Text(f"{checked.service} {took}", style="bold"), align="left", characters="=")
    if not checked.answered:
        _refusal(out, checked)
        return
    show_cards(out, checked.reply.body)


def show_cards(out: Console, answer: Mapping[str, Any]) -> None:
    """The cards of an answer, or that there are none."""
    cards = _dicts(answer.get("cards"))
    if not cards:
        out.print(Text("No cards: everything was decided, and there is nothing to say."))
    for card in cards:
        _card(out, card)


def _query(out: Console, query: Query) -> None:
    """One line of figures, then the query in full."""
    status = str(query.status) if query.status else "no answer"
    line = Text.assemble(
        (f"{query.key:<16}", "bold"), f"HTTP {status:<6}{query.found:>6} found{query.milliseconds:>8} ms"
    )
    if query.answer is None:
        line.append("  not sent", style="yellow")
    out.print(line)
    for note in query.notes:
        indent(out, Text.assemble(("! ", "yellow"), plain(note)))
    indent(out, Text(plain(query.query), style="dim", overflow="fold"))


def _refusal(out: Console, checked: Checked) -> None:
    """What the service said instead of cards."""
    body = checked.reply.body
    issues = body.get("issue") if isinstance(body, dict) else None
    said = [_issue(issue) for issue in issues if isinstance(issue, dict)] if isinstance(issues, list) else []
    out.print(Text(f"The service refused the call with status {checked.reply.status}.", style="bold"))
    for text in said or [checked.reply.fault or "It gave no reason that can be read."]:
        indent(out, Text(plain(text)))


def _issue(issue: Mapping[str, Any]) -> str:
    details = issue.get("details")
    text = details.get("text") if isinstance(details, dict) else None
    return " ".join(str(part) for part in (text, issue.get("diagnostics")) if part)


def _card(out: Console, card: Mapping[str, Any]) -> None:
    """One card in the order in which a clinician meets it."""
    word, style = INDICATORS.get(str(card.get("indicator")), (str(card.get("indicator")), ""))
    out.print()
    out.print(Text.assemble((f"{plain(word)}: ", f"bold {style}"), (plain(str(card.get("summary", ""))), "bold")))
    source = card.get("source")
    if isinstance(source, dict):
        indent(out, Text(plain(f"Source: {source.get('label', '')} {source.get('url', '')}".rstrip()), style="dim"))
    if card.get("detail"):
        out.print()
        detail = "\n".join(plain(line) for line in str(card["detail"]).split("\n"))
        indent(out, Markdown(detail, hyperlinks=False))
    _listed(out, "Suggested drafts", [_suggestion(one) for one in _dicts(card.get("suggestions"))])
    _listed(out, "Links", [f"{one.get('label', '')}: {one.get('url', '')}" for one in _dicts(card.get("links"))])
    _listed(
        out, "May be dismissed because", [str(one.get("display", "")) for one in _dicts(card.get("overrideReasons"))]
    )


def _suggestion(suggestion: Mapping[str, Any]) -> str:
    actions = "; ".join(str(action.get("description", "")) for action in _dicts(suggestion.get("actions")))
    return f"{suggestion.get('label', '')}" + (f" ({actions})" if actions else "")


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _listed(out: Console, title: str, lines: Iterable[str]) -> None:
    lines = list(lines)
    if lines:
        out.print()
        indent(out, Text(f"{title}:", style="bold"))
    for line in lines:
        indent(out, Text(f"- {plain(line)}"))
