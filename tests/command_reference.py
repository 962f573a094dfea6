"""Writes docs/commands.md from the commands themselves: `python -m tests.command_reference`."""

import re
from collections.abc import Iterator

import click

from hooks.cli import main
from tests.source_tree import ROOT

PAGE = ROOT / "docs/commands.md"
TOP = """# Commands

Every command and option of `hepar`, as `--help` says it. Written by `python -m tests.command_reference` in the
environment of `make test`; a test fails when it is stale. Faults go to standard error. `hepar --version` tells the
versions of the program and of its clinical content."""


def commands(group: click.Command, name: str = "hepar") -> Iterator[tuple[str, click.Command]]:
    """(full name, command) of every command that does something."""
    if isinstance(group, click.Group):
        for part, command in group.commands.items():
            yield from commands(command, f"{name} {part}")
    else:
        yield name, group


def page() -> str:
    """The whole page."""
    parts = [TOP, *_paragraphs(main.help)]
    for name, command in commands(main):
        usage = " ".join(command.collect_usage_pieces(click.Context(command)))
        parts += [f"## {name}", f"    {name} {usage}", *_paragraphs(command.help), *_options(command)]
    return "\n\n".join(parts) + "\n"


def _paragraphs(text: str | None) -> list[str]:
    return [re.sub(r"\s+", " ", part).strip() for part in (text or "").split("\n\n")]


def _options(command: click.Command) -> Iterator[str]:
    found = [one.get_help_record(click.Context(command)) for one in command.params if isinstance(one, click.Option)]
    rows = [f"| `{_cell(record[0])}` | {_cell(record[1])} |" for record in found if record]
    if rows:
        yield "\n".join(("| option | what |", "| --- | --- |", *rows))


def _cell(text: str) -> str:
    """Text that ends no cell of a table."""
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
