"""The pages that are mostly text: first page, intended use, statuses, limits, notices, source attributes."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from cds import content, handbook, wording
from cds.attributes import EVIDENCE_BASED, PREDICTIVE, Attribute
from cds.trials import NOT_SCREENED
from hooks.guide.markup import Html, Text, away, code, emphasised, link, p, pairs, points, section, tag

NOTICE = Path(__file__).parents[2] / "NOTICE"


def first(pages: Iterable[tuple[str, str, str]]) -> Iterator[Html]:
    """The first page; `pages` are (path, title, what it says)."""
    yield p(handbook.INTENDED_USE)
    yield p(
        "This handbook is written from the same declarations that the service computes with: what stands here is what"
        " it does."
    )
    rows: list[tuple[Text, Text]] = [(link(path, title), says) for path, title, says in pages]
    yield section("Pages", pairs(rows), id="pages")
    yield section("About this content", pairs(about()), id="about")


def about() -> Iterator[tuple[Text, Text]]:
    """Version, dates and approval of the content."""
    yield "Version", content.VERSION
    yield "Released", content.RELEASED.isoformat()
    yield "Review due", content.REVIEW_DUE.isoformat()
    yield "Approved", content.APPROVED.isoformat() if content.APPROVED else f"not yet, status {content.STATUS}"


def intended_use() -> Iterator[Html]:
    """What the service is for, and what it is not."""
    yield section("What it is for", p(handbook.INTENDED_USE), id="use")
    yield section("For whom", p(handbook.USERS), p(handbook.POPULATION), id="users")
    yield section("Its part in a decision", p(handbook.ROLE), id="role")
    yield section("What it is not", points(handbook.NOT_FOR), id="not")
    says = (wording.INVESTIGATIONAL, wording.NOT_APPROVED, wording.FIRST, wording.REGISTRY)
    outside = (away(url, label) for label, url in (wording.FDA_ALERT, wording.REGISTRY_SEARCH))
    yield section("Investigational trials", *map(emphasised, says), points(outside), id="trials")


def statuses() -> Iterator[Html]:
    """How statuses are decided."""
    yield p(
        "Everything that can be unknown has a status of its own for that. Unknown is never normal and never absent."
    )
    for title, rows in (
        ("Scores", handbook.SCORE_STATUSES),
        ("Evaluation steps", handbook.EVALUATION_STATUSES),
        ("Criteria", handbook.CRITERION_STATUSES),
        ("Exclusions", handbook.EXCLUSION_STATUSES),
        ("Trial families, decided in this order", handbook.PATHWAY_STATUSES),
        ("Follow-up visits", handbook.FOLLOW_UP_STATUSES),
    ):
        listed = pairs((code(status), says) for status, says in rows)
        yield section(title, listed, id=title.split(",", maxsplit=1)[0].lower().replace(" ", "-"))
    yield section("Numbers", points(handbook.NUMBERS), id="numbers")


def limits() -> Iterator[Html]:
    """Known limits."""
    yield p(wording.LIMITS)
    yield points(handbook.KNOWN_LIMITS)


def not_screened() -> Iterator[Html]:
    """What trials ask that is not looked at."""
    yield p("Trials ask for more than a chart answers. These are left to the trial office, whatever the answer says.")
    yield points(NOT_SCREENED)


def notices() -> Iterator[Html]:
    """The notices of the project, paragraph by paragraph."""
    for block in NOTICE.read_text("utf-8").strip().split("\n\n"):
        yield p(" ".join(block.split()))


def attributes() -> Iterator[Html]:
    """The source attributes, for people."""
    yield p(
        "The same as ",
        tag("a", "one machine-readable file", href="@/source-attributes.json"),
        f", content {content.VERSION}.",
    )
    yield section(f"Scores: {len(PREDICTIVE)} attributes", *grouped(PREDICTIVE), id="scores")
    yield section(f"Rules: {len(EVIDENCE_BASED)} attributes", *grouped(EVIDENCE_BASED), id="rules")


def grouped(found: tuple[Attribute, ...]) -> Iterator[Html]:
    """Attributes under the headings of their groups."""
    for group, members in groupby(found, key=lambda each: each.group):
        yield tag("h3", group)
        yield pairs((each.title, each.text) for each in members)


def attributes_json() -> dict[str, object]:
    """The source attributes, for machines. Members without a value are left out."""
    dates = {"released": content.RELEASED.isoformat(), "reviewDue": content.REVIEW_DUE.isoformat()}
    if content.APPROVED:
        dates["approved"] = content.APPROVED.isoformat()
    return {
        "contentVersion": content.VERSION,
        "status": content.STATUS,
        **dates,
        "predictive": [member(each) for each in PREDICTIVE],
        "evidenceBased": [member(each) for each in EVIDENCE_BASED],
    }


def member(each: Attribute) -> dict[str, object]:
    """One attribute."""
    return {
        "group": each.group,
        "key": each.key,
        "title": each.title,
        "available": each.available,
        "text": each.text,
    }
