"""The pages of the terms of the FHIR profiles: code systems, value sets, maps, codes of others, search, schedule."""

from collections.abc import Iterator
from itertools import groupby

from fhir_profiles.described import Coded
from fhir_profiles.described_terms import (
    Listed,
    Mapped,
    Term,
    Visit,
    code_systems,
    concept_maps,
    foreign,
    schedules,
    searches,
    value_sets,
)
from fhir_profiles.opened import opened
from hooks.guide.markup import Html, Text, code, join, link, p, pairs, part, section, table
from hooks.guide.profiles import TERMS, coded, links, profiles, resource, system

RELATIONS = {
    "equivalent": "means the same",
    "wider": "the target is wider",
    "narrower": "the target is narrower",
    "unmatched": "nothing fits",
}
"""What a map says of its target, in words."""


def pages() -> dict[str, tuple[str, Iterator[Html]]]:
    """Path -> (title, blocks) of each page of terms."""
    blocks = {
        "value-sets": values(),
        "code-systems": systems(),
        "concept-maps": maps(),
        "codes": others(),
        "search": search(),
        "schedule": schedule(),
    }
    titles = {path: title for path, title, _ in TERMS}
    return {f"profiles/{path}": (titles[path], made) for path, made in blocks.items()}


def values() -> Iterator[Html]:
    """Every value set with its codes."""
    yield p("“Required” elsewhere means that only these codes are accepted; “extensible” and “preferred” allow others.")
    used: dict[str, list[str]] = {}
    for each in profiles():
        for row in each.rows:
            used.setdefault(row.values, []).append(each.id)
    for listed in value_sets(opened()):
        rows = [(code(each.code), system(each.system), each.display) for each in listed.rows if isinstance(each, Coded)]
        users = links(each for each in profiles() if each.id in used.get(listed.url, ()))
        more = p("Used by ", users, ".") if users else ""
        yield named_list(listed, table(("Code", "System", "Name"), rows, listed.title), more)


def named_list(listed: Listed, shown: Html, more: Text = "") -> Html:
    """One part of a page: what it is, its rows, its identifier, the owners of its codes."""
    notice = p(listed.notice) if listed.notice else ""
    return part(listed.title, p(listed.says), shown, more, p("Identifier: ", code(listed.url)), notice, id=listed.id)


def systems() -> Iterator[Html]:
    """Every code system of ours with its codes."""
    yield p("Where no published code could be verified, the code is one of our own. Upper and lower case differ.")
    for listed in code_systems(opened()):
        terms = (each for each in listed.rows if isinstance(each, Term))
        rows = ((join("– " * each.depth, code(each.code)), each.display, each.says) for each in terms)
        yield named_list(listed, table(("Code", "Name", "Definition"), rows, listed.title))


def maps() -> Iterator[Html]:
    """Every map with its lines."""
    for listed in concept_maps(opened()):
        rows = (line(each) for each in listed.rows if isinstance(each, Mapped))
        head = ("From", "Only with", "To", "Relation", "Note")
        yield named_list(listed, table(head, rows, listed.title))


def line(each: Mapped) -> tuple[Text, ...]:
    """One line of a map."""
    target = coded(each.target) if each.target.code else "–"
    only = join(*map(coded, each.only_with), by=", ")
    return coded(each.source), only, target, RELATIONS[each.relation], each.says


def others() -> Iterator[Html]:
    """The codes of others, by their owner."""
    yield p(
        "Every code in the profiles, their examples and maps that is not ours stands here, with the place where it was"
        " read. A code that could not be verified is not used; ",
        link("profiles/code-systems", "one of our own"),
        " stands instead. Whoever runs a system with these codes needs the licences that apply; see ",
        link("notices", "the notices"),
        ".",
    )
    for url, members in groupby(foreign(), key=lambda each: each.coded.system):
        rows = ((code(each.coded.code), each.coded.display, each.source, each.licence) for each in members)
        name = system(url)
        head = ("Code", "Name", "Read in", "Licence")
        yield section(name, table(head, rows, "Codes"), p("System: ", code(url)) if url else "")


def search() -> Iterator[Html]:
    """Every search parameter."""
    yield p(
        "FHIR R4 has no search parameters for products of cells, and none for our extensions. A server that loads"
        " these can be asked by them."
    )
    rows = (
        (code(each.code), join(*map(resource, each.bases), by=", "), each.kind, each.says, code(each.expression))
        for each in searches(opened())
    )
    yield table(("Parameter", "On", "Type", "What it finds", "As FHIRPath"), rows, "Search parameters")
    first = searches(opened())[0]
    yield p("As in ", code(f"GET [base]/{first.bases[0]}?{first.code}=1"), ".")


def schedule() -> Iterator[Html]:
    """The follow-up protocol."""
    for plan, visits in schedules(opened()):
        yield p(plan["description"])
        start, *later = visits
        rows = ((code(each.id), each.title, code(each.activity), after(each, start)) for each in later)
        yield table(("Visit", "What", "Activity", "Due"), rows, plan["title"])
        yield p(
            "The service computes the same schedule; its windows are on the page ", link("follow-up", "Follow-up"), "."
        )
        about: list[tuple[Text, Text]] = [
            ("Identifier", code(plan["url"])),
            ("Activities", link("profiles/code-systems#msc-activity", "defined here")),
            ("Requests that follow it", link("profiles/msc-follow-up-request", "MSC follow-up request")),
        ]
        yield pairs(about)


def after(visit: Visit, start: Visit) -> str:
    """As in "4 weeks after the end of: Infusion"."""
    number, _, unit = visit.after.partition(" ")
    word = {"wk": "week", "mo": "month"}[unit] + ("" if number == "1" else "s")
    return f"{number} {word} after the end of the {start.title.lower()}"
