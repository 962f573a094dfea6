"""The verdicts of the official validator, as they are kept: one table of verdicts, one of what it said."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any, Literal

HERE = Path(__file__).parent
VERDICTS, MESSAGES = HERE / "verdicts.csv", HERE / "messages.csv"

Verdict = Literal["valid", "warning", "error"]


@dataclass(frozen=True, order=True)
class Judged:
    """A subject (name, SHA-256 of its content) and its verdict; only warnings of our own rules count as a warning."""

    subject: str
    sha256: str
    verdict: Verdict


@dataclass(frozen=True, order=True)
class Message:
    """One message; `id` is the validator's own name for what it says."""

    subject: str
    severity: str
    location: str
    id: str
    words: str


def counts(message: Message) -> bool:
    """Whether it is about the record: advice on best practice and what needs a terminology server is left out."""
    return message.severity in ("error", "fatal") or (message.severity == "warning" and "failed: msc-" in message.words)


def verdict(messages: Iterable[Message]) -> Verdict:
    """The verdict on a subject of which these count."""
    severities = {message.severity for message in messages}
    return "error" if severities & {"error", "fatal"} else "warning" if severities else "valid"


def head(path: Path) -> list[str]:
    """The lines of the head: by whom, with which versions, how and when."""
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]


def kept(verdicts: Path = VERDICTS, messages: Path = MESSAGES) -> tuple[list[Judged], list[Message]]:
    """The rows of both tables."""
    return [Judged(**row) for row in _rows(verdicts)], [Message(**row) for row in _rows(messages)]


def verdicts() -> dict[tuple[str, str], Verdict]:
    """(subject, SHA-256) -> verdict."""
    return {(row.subject, row.sha256): row.verdict for row in kept()[0]}


def messages() -> dict[str, list[Message]]:
    """Subject -> what counts of what was said of it."""
    said = defaultdict(list)
    for message in kept()[1]:
        said[message.subject].append(message)
    return said


def _rows(path: Path) -> Iterable[dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return csv.DictReader(line for line in lines if not line.startswith("#"))


def table(top: Sequence[str], rows: Sequence[Judged] | Sequence[Message]) -> str:
    """A table as it is kept: the head, the names of the columns, the rows."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(field.name for field in fields(rows[0]))
    writer.writerows(astuple(row) for row in rows)
    return "".join(f"{line}\n" for line in top) + text.getvalue()
