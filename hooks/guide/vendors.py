"""The pages for whoever connects an EHR: what is to be copied into it, and in what vendors differ."""

import re
from collections.abc import Iterator

from cds.knowledge import EVALUATION
from hooks.guide.markup import Html, Text, code, join, link, p, pairs, points, section, table, tag
from hooks.guide.vendor_words import NEEDED, SETTINGS, STEPS, VENDORS, Vendor
from hooks.overriding import REASONS, SYSTEM
from hooks.services import REQUIRED, SERVICES, queries

HERE = "https://cds.hospital.org"
"""Stands for `server.public_url` where an address is shown."""

_MARKED = re.compile(r"`([^`]+)`|\[([^\]]+)\]\(([^)]+)\)")


def pages() -> dict[str, tuple[str, Iterator[Html]]]:
    """Path -> (title, blocks) of the pages below the first."""
    made = {vendor.path: (vendor.title, page(vendor)) for vendor in VENDORS}
    return made | {"vendors/other": ("Any other EHR", other())}


def said(text: str) -> Html:
    """A text with its codes and links, and what is known only here."""
    text = text.replace("{here}", HERE).replace("{resources}", ", ".join(f"`{kind}`" for kind in resources()))
    parts: list[Text] = []
    end = 0
    for found in _MARKED.finditer(text):
        parts += [text[end : found.start()], code(found[1]) if found[1] else link(found[3], found[2])]
        end = found.end()
    return join(*parts, text[end:])


def rows(found: tuple[tuple[str, str], ...]) -> Iterator[tuple[Html, Html]]:
    """Pairs of texts."""
    return ((said(one), said(other)) for one, other in found)


def index() -> Iterator[Html]:
    """What every EHR must be told."""
    listed = [f"[{vendor.title}]({vendor.path})" for vendor in VENDORS]
    yield p(said(f"What is the same for every EHR. Then see {', '.join(listed)} or [any other EHR](vendors/other)."))
    yield p(said("`{here}` stands for the address of your service, `public_url` in its configuration."))
    yield section("Services", services(), id="services")
    needed = " and ".join(f"`{key}`" for key in sorted(REQUIRED))
    yield section(
        "Prefetch",
        p(said(f"Copy each query as a whole, with its key. {needed} are needed; what else is left out is unknown.")),
        prefetch(),
        p(
            said(
                "`GET /cds-services` of your own service holds the codes of your site too: where it differs, it counts."
            )
        ),
        p(said("The EHR has to let {resources} be read.")),
        id="prefetch",
    )
    yield section("Feedback", p(said("Goes to the address of the service and `/feedback`.")), id="feedback")
    steps = ((code(id), step.title) for id, step in EVALUATION.items() if step.orders)
    yield section(
        "Suggested orders",
        p(said("Draft ServiceRequests with standard codes; with `action_codes` under a code of the EHR, by this id.")),
        table(("Id", "What"), steps, "Steps with orders"),
        id="orders",
    )
    reasons = ((code(each.code), each.display) for each in REASONS.values())
    yield section(
        "Reasons to dismiss a card",
        p(said(f"Each card lists them, of the code system `{SYSTEM}`.")),
        table(("Code", "Words"), reasons, "Reasons to dismiss"),
        id="overrides",
    )


def services() -> Html:
    """Each service, its hook and its address."""
    each = ((code(one.id), code(one.hook), code(f"{HERE}/cds-services/{one.id}")) for one in SERVICES.values())
    return table(("Service", "Hook", "Address"), each, "Services")


def prefetch() -> Html:
    """The queries, to copy."""
    each = ((code(key), "yes" if key in REQUIRED else "no", code(query)) for key, query in queries().items())
    return table(("Key", "Needed", "Query"), each, "Prefetch queries")


def resources() -> list[str]:
    """The types of record that the queries ask for."""
    return sorted({re.split("[/?]", query)[0] for query in queries().values()})


def page(vendor: Vendor) -> Iterator[Html]:
    """The page of one vendor."""
    yield from (p(said(text)) for text in vendor.first)
    yield section("What to enter where", pairs(rows(vendor.typed)), id="fields")
    settings = tag("pre", code(vendor.settings))
    yield section("In hepar.toml", settings, p(said(vendor.about_settings)), id="settings")
    differs = table((vendor.title, "hepar"), rows(vendor.differs), f"{vendor.title} and hepar")
    yield section("What it does otherwise, and what answers it", differs, id="differences")
    yield section("What this rests on", points(map(said, vendor.rests_on)), id="sources")


def other() -> Iterator[Html]:
    """An EHR that follows CDS Hooks."""
    yield section("In this order", tag("ol", *(tag("li", said(step)) for step in STEPS)), id="steps")
    when = ((said(says), code(setting)) for setting, says in SETTINGS)
    yield section("Where EHRs differ", table(("When", "Setting"), when, "Settings of a client"), id="settings")
    yield section("What hepar needs, and what it does not use", points(map(said, NEEDED)), id="needs")
