"""The page of sources: every one that is declared, and where each is cited."""

from collections.abc import Iterable, Iterator

from cds import adverse, follow_up, handbook, sources
from cds.knowledge import CONCLUSIONS, EVALUATION, EXCLUSIONS, PATHWAYS
from cds.labs import LABS
from cds.reasons import words_for
from cds.scoring import SCORES
from cds.sources import Source
from cds.trials import FAMILIES
from hooks.guide.markup import OF_TRIALS, Html, guarded, join, link, p, table, tag
from hooks.guide.phrases import cited


def cited_by() -> dict[Source, list[Html]]:
    """Source -> where it is cited."""
    found: dict[Source, list[Html]] = {}

    def cite(sources: Iterable[Source], path: str, label: str) -> None:
        where = guarded(tag("div", link(path, label)), always=path.partition("/")[0].partition("#")[0] in OF_TRIALS)
        for each in sources:
            found.setdefault(each, []).append(where)

    for score in SCORES.values():
        cite(score.sources, f"scores/{score.id}", score.title)
    for family in PATHWAYS.values():
        for rule in (family.gate, *family.criteria):
            anchor = "gate" if rule is family.gate else rule.id
            cite(rule.sources, f"pathways/{family.gate.id}#{anchor}", rule.title)
    for page, named in handbook.ALSO_CITED.items():
        cite(named, page, page.replace("-", " ").capitalize())
    for rule in EXCLUSIONS.values():
        cite(rule.sources, f"exclusions#{rule.id}", rule.title)
    for step in EVALUATION.values():
        cite(step.sources, f"evaluation#{step.id}", step.title)
    for conclusion in CONCLUSIONS.values():
        cite(conclusion.sources, f"conclusions#{conclusion.name}", words_for(conclusion.name))
    cite((*follow_up.SOURCES, *adverse.SOURCES), "follow-up", "Follow-up")
    for lab in LABS.values():
        cite(lab.sources, "analytes", "Analytes")
    for family_id, trials in FAMILIES.items():
        cite((each.source for each in trials), f"pathways/{family_id}#trials", f"Trials: {family_id}")
    return {source: list(dict.fromkeys(places)) for source, places in found.items()}


def declared() -> tuple[Source, ...]:
    """Every source of `cds.sources`."""
    return tuple(each for each in vars(sources).values() if isinstance(each, Source))


def all_sources() -> Iterator[Html]:
    """Every source, how far it is confirmed, and where it is used."""
    places = cited_by()
    listed = dict.fromkeys((*sorted(places, key=lambda each: each.key.lower()), *declared()))
    yield p("In alphabetical order, each with how far it is confirmed and where it is used.")
    rows = ((cited(each), join(*places.get(each, []))) for each in listed)
    yield table(("Source", "Used for"), rows, "Sources")
