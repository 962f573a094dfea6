"""What is worth saying about an assessment, most important first, in words but without markup."""

from datetime import date
from typing import Literal

from cds.assessment import Outcome
from cds.record import record


@record
class Table:
    """A small table; every cell is text of our own."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@record
class Section:
    """A titled part of a finding: sentences, then bullet points, then a table; each may be empty."""

    title: str
    sentences: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    table: Table | None = None


@record
class Suggestion:
    """Orders of one evaluation step (`cds.knowledge.EVALUATION`) that may be accepted together.

    `reason` says why, in one sentence. `window` is when it should be done (both days included), if that matters.
    `visit` is the follow-up id where the order belongs to a visit, else "".
    """

    step: str
    label: str
    reason: str
    window: tuple[date, date] | None = None
    visit: str = ""


@record
class Entry:
    """A score that may be written into the chart as it stands. `visit` is the follow-up id that it is of, or ""."""

    score: Outcome
    visit: str = ""


@record
class Finding:
    """One thing worth saying.

    `topic` is the stable code of the rule that made it: "liver-evaluation", "msc-screening", "msc-order",
    "msc-follow-up", "chart-unreadable". `title` names the topic. `headline` is under 140 characters and never
    holds a sensitive fact. `guide` are (label, path below /guide/). `source` is (label, url). `doubt`: it says that
    data cannot be trusted, or that something could not be read or computed. `leads`: what stands behind it is never
    said without it. `entry`: what a clinician may want to keep of it.
    """

    topic: str
    title: str
    severity: Literal["info", "warning"]
    headline: str
    sections: tuple[Section, ...]
    source: tuple[str, str]
    suggestions: tuple[Suggestion, ...] = ()
    guide: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    entry: Entry | None = None
    doubt: bool = False
    leads: bool = False
