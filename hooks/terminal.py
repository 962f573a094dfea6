"""A terminal for people: 80 columns, no meaning in colour alone, and nothing that could steer it."""

import codecs
import re
from collections.abc import Iterable
from io import TextIOWrapper
from typing import TextIO

from rich.console import Console
from rich.markdown import Markdown
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
WIDEST = 100
IN_ASCII = {"≥": ">=", "≤": "<=", "×": "x", "⁹": "^9", "µ": "u", "–": "-", "−": "-", "±": "+/-", "→": "->"}


def speak_plainly(stream: TextIO) -> None:
    """Let a stream that cannot write all characters write the nearest ASCII: ">=" for a sign that must not be lost."""
    codecs.register_error("hepar", _nearest)
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="hepar")


def _nearest(fault: UnicodeError) -> tuple[str, int]:
    """What is written for the characters that cannot be."""
    if not isinstance(fault, UnicodeEncodeError):
        raise fault
    return "".join(IN_ASCII.get(sign, "?") for sign in fault.object[fault.start : fault.end]), fault.end


def console(*, stderr: bool = False) -> Console:
    """A console no wider than is pleasant to read, which never guesses at numbers or links to colour."""
    made = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    made.width = min(made.width, WIDEST)
    return made


def plain(text: str) -> str:
    """`text` without the characters that could steer a terminal or hide what it says."""
    return CONTROL.sub(" ", text)


def heading(out: Console, text: str) -> None:
    """A line with a title, after an empty one."""
    out.print()
    out.rule(Text(text, style="bold"), align="left", characters="-")


def indent(out: Console, shown: Text | Table | Markdown) -> None:
    """Print four columns further in."""
    out.print(Padding(shown, (0, 0, 0, 4), expand=False))


def grid(rows: Iterable[tuple[Text, Text]], first: int) -> Table:
    """Two columns without lines: the state, then what there is to say."""
    table = Table.grid(padding=(0, 2))
    table.add_column(min_width=first, overflow="fold")
    table.add_column(overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table
