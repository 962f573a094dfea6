"""The pages of the FHIR profiles: the package, every profile, the extensions, written from the built package."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from fhir_profiles import PACKAGE
from fhir_profiles import r5 as edition
from fhir_profiles.described import Coded, Row, Structure, as_text, structure
from fhir_profiles.described_terms import named
from fhir_profiles.opened import opened
from hooks.guide.markup import Html, Text, away, code, html, join, link, p, pairs, part, section, table, tag

HL7 = "http://hl7.org/fhir/"
MELD = "https://hepar-cds.github.io/msc-liver/StructureDefinition/meld-score"
SYSTEMS = {
    "http://snomed.info/sct": "SNOMED CT",
    "http://loinc.org": "LOINC",
    "http://unitsofmeasure.org": "UCUM",
    "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl": "NCI Thesaurus",
    "http://purl.obolibrary.org/obo/cl.owl": "Cell Ontology",
    "http://unstats.un.org/unsd/methods/m49/m49.htm": "UN M49",
    "": "ICCBBA and ISCT",
}
"""What people call the systems of others."""

TERMS = (
    ("extensions", "Extensions", "What FHIR has no element for."),
    ("value-sets", "Value sets", "Which codes may stand where."),
    ("code-systems", "Code systems", "Codes of our own, with their definitions."),
    ("concept-maps", "Concept maps", "Which code of one system stands for which of another."),
    ("codes", "Codes of others", "Every code that is not ours, with its source and licence."),
    ("search", "Search parameters", "What a FHIR server can be asked for."),
    ("schedule", "Schedule", "The visits after an administration, as a PlanDefinition."),
    ("r5", "R5 edition", "The same profiles for FHIR R5, with a table of what differs."),
)
"""(page below profiles/, title, what it says)."""


def profiles() -> list[Structure]:
    """Every profile, by id."""
    return [structure(opened(), each) for each in opened().structures(extensions=False)]


def extensions() -> list[Structure]:
    """Every extension, by id."""
    return [structure(opened(), each) for each in opened().structures(extensions=True)]


def pages() -> dict[str, tuple[str, Iterator[Html]]]:
    """Path -> (title, blocks) of each profile and of the extensions."""
    made = {f"profiles/{each.id}": (each.title, profile(each)) for each in profiles()}
    return made | {"profiles/extensions": ("Extensions", all_extensions()), "profiles/r5": ("R5 edition", r5())}


def index() -> Iterator[Html]:
    """The package: what it is, how it is installed, what is in it."""
    yield p(opened().manifest["description"])
    yield p(
        "The profiles say how such a record is written in FHIR R4: which elements are filled, with which codes, and"
        " what must hold between them. They build on the resources of FHIR itself and on no national profile. They are"
        " a draft: an identifier that records name is not taken away, other things may change."
    )
    yield from package(PACKAGE)
    yield section(
        "Writing and checking records",
        pairs((
            (code("hepar records new DESCRIPTION"), "writes a whole record from a short description in TOML or JSON"),
            (code("hepar records validate FILE"), "names every fault of a record, and where it is"),
            (code("POST /records/$validate"), "the same, asked of the running service"),
            (code("hepar assess --fhir FILE"), join("writes MELD scores by the profile ", kind(MELD))),
        )),
        id="tools",
    )  # fmt: skip
    rows = ((link(f"profiles/{each.id}", each.title), resource(each.base), each.says) for each in profiles())
    yield section("Profiles", table(("Profile", "On", "What it is for"), rows, "Profiles"), id="profiles")
    more: list[tuple[Text, Text]] = [(link(f"profiles/{path}", title), says) for path, title, says in TERMS]
    yield section("What they are made of", pairs(more), id="parts")


def package(file: Path) -> Iterator[Html]:
    """One package: where it is, what it calls itself, how it is installed."""
    manifest = opened(file).manifest
    yield section(
        "The package",
        pairs((
            ("Download", tag("a", file.name, href=f"@/profiles/{file.name}")),
            ("Name and version", join(code(manifest["name"]), " ", manifest["version"])),
            ("FHIR version", ", ".join(manifest["fhirVersions"])),
            ("Canonical base", join(code(manifest["canonical"]), ", an identifier: nothing need answer there.")),
            ("Licence", manifest["license"]),
        )),
        id="package",
    )  # fmt: skip
    folder = f"{manifest['name']}#{manifest['version']}"
    yield section(
        "Installing it",
        p("A FHIR package is unpacked into the package cache of the user; compilers and validators look there:"),
        block(f'mkdir -p ~/.fhir/packages/"{folder}"\ntar xzf {file.name} -C ~/.fhir/packages/"{folder}"'),
        p("A project of yours that builds on it names it as a dependency, in SUSHI for example:"),
        block(f"dependencies:\n  {manifest['name']}: {manifest['version']}"),
        p("A FHIR server takes the definitions one by one, or the whole archive where it can install packages."),
        id="install",
    )


SHOWN = ("product-1", "dispense-1", "adm-1", "ae-1")
"""Examples of the R5 edition that differ most from those of R4."""


def r5() -> Iterator[Html]:
    """The R5 edition: its package, what differs, examples."""
    yield p(opened(edition.PACKAGE).manifest["description"])
    yield p(
        "The same profiles for FHIR 5.0.0, made from the same sources by the table below. Identifiers of profiles,"
        " codes and extensions are those of the R4 edition. The service reads and writes R4; this edition is for"
        " systems that have moved on."
    )
    yield from package(edition.PACKAGE)
    rows = ((each.on, each.r4, each.r5) for each in edition.table())
    yield section(
        "What differs", table(("Resource", "In R4", "In R5"), rows, "From R4 to R5"), id="differences"
    )
    yield section("Profiles", p(join(*in_r5(), by=", "), "."), id="profiles")
    examples = {each["id"]: each for each in opened(edition.PACKAGE).examples}
    shown = (part(examples[id]["resourceType"], block(as_text(examples[id])), id=id) for id in SHOWN)
    yield section("Examples", p("The person is invented, and so are the numbers."), *shown, id="examples")


def in_r5() -> Iterator[Html]:
    """The profiles of the R5 edition; those that R4 has too lead to its page."""
    r4 = {each.id for each in profiles()}
    for each in opened(edition.PACKAGE).structures(extensions=False):
        yield link(f"profiles/{each['id']}", each["title"]) if each["id"] in r4 else html(each["title"])


def block(text: str) -> Html:
    """Lines as they are written: a command, a resource."""
    return tag("pre", tag("code", text))


def resource(name: str) -> Html:
    """A resource of FHIR R4, with its page."""
    return away(f"{HL7}R4/{name.lower()}.html", name)


def profile(each: Structure) -> Iterator[Html]:
    """The page of one profile."""
    yield p(each.says)
    yield section("Elements", *elements(each), id="elements")
    rules = ((code(rule.key), weight(rule.severity), rule.says, code(rule.expression)) for rule in each.rules)
    if each.rules:
        yield section(
            "Rules", table(("Rule", "If it is broken", "Says", "As FHIRPath"), rows=rules, caption="Rules"), id="rules"
        )
    yield section("Example", *example(each), id="example")
    yield section("Where it comes from", pairs(origin(each)), id="origin")


def weight(severity: str) -> str:
    """What a broken rule means."""
    return {"error": "the record is refused", "warning": "the record stands, and it is asked about"}[severity]


def elements(each: Structure) -> Iterator[Html]:
    """The table of what is said beyond the base."""
    yield p(
        "Only what the profile says beyond ", resource(each.base), "; everything else of that resource is allowed as it"
        " is there. A name after a colon is one kind of repetition. Elements marked “supported” are those that a system"
        " shows and keeps when it has them (must support).",
    )  # fmt: skip
    head = ("Element", "How often", "Type", "Value", "Supported", "What it is")
    yield table(head, map(cells, each.rows), f"Elements of {each.title}")


def cells(row: Row) -> tuple[Text, ...]:
    """One row of the table."""
    shown = "yes" if row.must_support else ""
    return code(row.name), often(row.cardinality), kinds(row), value(row), shown, row.says


def often(cardinality: str) -> str:
    """As in "1..1, required"."""
    if cardinality.endswith("..0"):
        return f"{cardinality}, not used"
    return cardinality if cardinality.startswith("0") else f"{cardinality}, required"


def kinds(row: Row) -> Html:
    """The types of an element, and what a reference leads to."""
    types = join(*map(kind, row.types), by=", ")
    return join(types, " to ", join(*map(kind, row.targets), by=" or ")) if row.targets else types


def kind(name: str) -> Html:
    """A type: one of ours as a link to its page, one of FHIR by its name."""
    found = opened().definitions.get(name)
    if found is None:
        return html(name.rpartition("/")[2])
    place = "profiles/extensions#" if found["type"] == "Extension" else "profiles/"
    return link(f"{place}{found['id']}", found["title"])


def value(row: Row) -> Html:
    """What the value must be."""
    said: list[Html] = [join("exactly ", code(row.fixed))] if row.fixed else []
    said += [join("at least ", coded(each)) for each in row.pattern]
    if row.values:
        said.append(join(f"{row.strength}: ", values(row.values)))
    return join(*said, by="; ")


def values(url: str) -> Html:
    """A value set: ours as a link, one of FHIR by its name."""
    found = opened().definitions.get(url)
    if found is None:
        return join("value set ", code(url.rpartition("/")[2]), " of FHIR")
    return link(f"profiles/value-sets#{found['id']}", found["title"])


def coded(each: Coded) -> Html:
    """A code with its system and its name."""
    full = named(opened(), each.system, each.code)
    return join(code(full.code), " ", system(full.system), f": {full.display}" if full.display else "")


def system(url: str) -> Html:
    """A code system: ours as a link, others by the name that people know."""
    found = opened().definitions.get(url)
    if found is not None:
        return link(f"profiles/code-systems#{found['id']}", found["title"])
    return html(SYSTEMS[url]) if url in SYSTEMS else code(url.rpartition("/")[2])


def example(each: Structure) -> Iterator[Html]:
    """One example in full, the others by name."""
    if each.examples:
        first, *others = each.examples
        yield p(
            f"{first.name}.", f" {first.says}" if first.says else "", " The person is invented, and so are the numbers."
        )
        yield block(first.text)
        if others:
            yield p("Also in the package: ", join(*(f"{other.name} ({other.id})" for other in others), by=", "), ".")


def origin(each: Structure) -> Iterator[tuple[Text, Text]]:
    """Its identifier, what it is built on, and the file in the package."""
    yield "Identifier", code(each.url)
    yield "Built on", join(resource(each.base), " of FHIR ", ", ".join(opened().manifest["fhirVersions"]))
    yield "File in the package", code(f"package/StructureDefinition-{each.id}.json")
    yield "All profiles", link("profiles", "the package and how to install it")


def all_extensions() -> Iterator[Html]:
    """Every extension, one after another."""
    yield p("FHIR R4 has no element for these. Each carries one value.")
    used: dict[str, list[Structure]] = {}
    for each in profiles():
        for url in dict.fromkeys(url for row in each.rows for url in row.types):
            used.setdefault(url, []).append(each)
    for each in extensions():
        yield part(
            each.title,
            p(each.says),
            table(("Element", "How often", "Type", "Value"), (cells(row)[:4] for row in each.rows), each.title),
            pairs((
                ("Identifier", code(each.url)),
                ("May stand in", join(*map(code, each.contexts), by=", ")),
                ("Used by", links(used.get(each.url, ()))),
            )),
            id=each.id,
        )  # fmt: skip


def links(found: Iterable[Structure]) -> Html:
    """Profiles by name."""
    return join(*(link(f"profiles/{each.id}", each.title) for each in found), by=", ")
