"""Which pages the handbook has, and the text of each: every page is made here, none is written by hand."""

import json
from collections.abc import Callable, Iterator

from cds import content, handbook, wording
from cds.knowledge import PATHWAYS
from cds.scoring import SCORES
from hooks.guide import citations, profile_terms, profiles, rules, scores, silence, tables, texts, vendors
from hooks.guide.examples import every
from hooks.guide.markup import OF_TRIALS, Html, emphasised, frame, link, unmarked
from hooks.guide.translated import ENGLISH_ONLY
from hooks.languages import LANGUAGES

Blocks = Callable[[], Iterator[Html]]

SECTIONS: tuple[tuple[str, str, str, Blocks], ...] = (
    ("scores", "Scores", "Every score: equation, inputs, limits, bands, worked examples, sources.", scores.index),
    ("evaluation", "Evaluation", "Which tests, images and referrals belong to the evaluation.", rules.evaluation),
    ("pathways", "Trial families", "Published entry criteria of investigational MSC trials.", rules.pathways),
    ("exclusions", "Exclusions", "What rules out every family of investigational MSC trials.", rules.exclusions),
    ("follow-up", "Follow-up", "Visits after an administration of an investigational MSC product.", rules.follow_up),
    ("profiles", "FHIR profiles", "How records of MSC products and their administration are written.", profiles.index),
    ("not-screened", "Not screened", "What MSC trials ask that a chart does not answer.", texts.not_screened),
    ("statuses", "Statuses", "How it is decided what is said, and how numbers are treated.", texts.statuses),
    ("reasons", "Reasons", "The codes that say why an answer is limited, and what would mend it.", tables.reasons),
    ("freshness", "Freshness", "How old results may be, and the thresholds that rules share.", tables.freshness),
    ("analytes", "Analytes", "Which codes and units are read, and which values are believed.", tables.analytes),
    ("codes", "Codes", "The codes of conditions, procedures, medicines and coded answers.", tables.codes),
    ("facts", "Facts", "How age, sex, dialysis, ascites and the like are found.", tables.facts),
    ("conclusions", "Conclusions", "What several rules conclude together.", rules.conclusions),
    ("survival", "Survival", "What some scores meant in the cohorts they were fitted to.", tables.survival),
    ("repetition", "Repetition", "When advice that was given stays away, and when it comes back.", silence.repetition),
    ("vendors", "Connecting an EHR", "What to enter into an EHR, with pages for some vendors.", vendors.index),
    ("limits", "Known limits", "What the service cannot do or does only in part.", texts.limits),
    ("intended-use", "Intended use", "What the service is for, for whom, and what it is not.", texts.intended_use),
    ("source-attributes", "Source attributes", "Who made the content, and from what.", texts.attributes),
    ("sources", "Sources", "Every publication and policy, and how far each is confirmed.", citations.all_sources),
    ("notices", "Notices", "Owners of the code systems that are used.", texts.notices),
)  # fmt: skip
"""(path, title, what it says, its blocks), in the order of the navigation."""


def pages() -> dict[str, str]:
    """Path below the handbook (without .html, "" for the first page) -> the page."""
    examples = every()
    listed = [(path, title, says) for path, title, says, _ in SECTIONS]
    made = {"": page("", "hepar handbook", texts.first(listed))}
    for path, title, _, blocks in SECTIONS:
        made[path] = page(path, title, blocks())
    for score in SCORES.values():
        path = f"scores/{score.id}"
        made[path] = page(path, score.title, scores.page(score, examples.get(score.id, ())))
    for family in PATHWAYS.values():
        path = f"pathways/{family.gate.id}"
        made[path] = page(path, family.gate.title, rules.pathway(family))
    for path, (title, blocks_of) in (profiles.pages() | profile_terms.pages() | vendors.pages()).items():
        made[path] = page(path, title, blocks_of)
    return made


INVESTIGATIONAL = (wording.INVESTIGATIONAL, wording.NOT_APPROVED, wording.FIRST, wording.REGISTRY)
"""Stands on every page about trials, before anything else."""


def page(path: str, title: str, blocks: Iterator[Html]) -> str:
    """One page in its frame. A page that is about trials alone carries no marks: it is left out as a whole."""
    about_trials = path.partition("/")[0] in OF_TRIALS
    nav = [("", "Handbook"), *((each[0], each[1]) for each in SECTIONS)]
    use = link("intended-use", "What it is for, and what it is not")
    foot = (
        Html(f"<p>{handbook.ROLE} {use}.</p>"),
        Html(f"<p>Content {content.VERSION} ({content.STATUS}), review due {content.REVIEW_DUE.isoformat()}.</p>"),
    )
    first = map(emphasised, INVESTIGATIONAL) if about_trials else ()
    languages = () if path.partition("/")[0] in ENGLISH_ONLY else LANGUAGES.items()
    text = frame(path, title, nav, (*first, *blocks), foot, OF_TRIALS, languages)
    return unmarked(text) if about_trials else text


def attributes() -> str:
    """The machine-readable source attributes."""
    return json.dumps(texts.attributes_json(), indent=2, ensure_ascii=False) + "\n"
