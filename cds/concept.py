"""What is declared of a problem, procedure, medicine or coded answer, and how a charted code finds it.

The rows are in `cds.codes`. A code is found by its system: SNOMED CT, RxNorm, CPT and LOINC exactly, the ICD
editions and ATC by prefix, with or without dots.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

ConceptKind = Literal["conditions", "procedures", "medications"]
Family = Literal["", "snomed", "icd10", "icd10cm", "icd9", "loinc", "cpt", "rxnorm", "atc"]


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing that a rule may ask for, with the codes that mean it, separated by spaces.

    `icd10` are prefixes of ICD-10-CM and of every national ICD-10: `cm:` and `who:` limit one to an edition and
    make it exact, `=` makes it exact, `!` takes it out again. `icd9` likewise. `pcs`, `icd9_procedures` are
    prefixes, all others exact. `words` are whole words of a medicine's name.
    """

    name: str
    title: str
    kind: ConceptKind
    snomed: str = ""
    icd10: str = ""
    icd9: str = ""
    pcs: str = ""
    icd9_procedures: str = ""
    cpt: str = ""
    loinc: str = ""
    rxnorm: str = ""
    atc: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One coded answer: the codes of the question as (system, code), and what its coded values mean.

    `values`: (system, code) -> value; "text" as the system stands for exactly that string. `scale`: a whole
    number from 0 to `scale` is the value. `interpreted`: a coded interpretation may answer by itself.
    """

    name: str
    title: str
    codes: tuple[tuple[str, str], ...]
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)
    scale: int | None = None
    interpreted: bool = False


@dataclass(frozen=True, slots=True)
class Prefixes:
    """Codes by prefix: which concepts a prefix or an exact code adds, and which it takes out."""

    begins: dict[str, tuple[str, ...]]
    exactly: dict[str, tuple[str, ...]]
    without: dict[str, tuple[str, ...]]
    longest: int

    def find(self, code: str) -> tuple[str, ...]:
        """The names of the concepts of `code`, in the order of their table; separators are ignored."""
        plain = "".join(filter(str.isalnum, code)).upper()[:8]
        found = list(self.exactly.get(plain, ()))
        removed: set[str] = set()
        for length in range(1, min(len(plain), self.longest) + 1):
            found.extend(self.begins.get(plain[:length], ()))
            removed.update(self.without.get(plain[:length], ()))
        return tuple(dict.fromkeys(name for name in found if name not in removed))


def prefixes(rows: Iterable[tuple[str, str]], edition: str) -> Prefixes:
    """The index of (concept, codes) rows for one edition, "cm" or "who"."""
    begins: dict[str, tuple[str, ...]] = {}
    exactly: dict[str, tuple[str, ...]] = {}
    without: dict[str, tuple[str, ...]] = {}
    for name, codes in rows:
        for token in codes.split():
            mark, _, rest = token.rpartition(":")
            if mark and mark != edition:
                continue
            target = exactly if mark or rest[0] == "=" else without if rest[0] == "!" else begins
            code = rest.lstrip("=!")
            target[code] = (*target.get(code, ()), name)
    longest = max(map(len, (*begins, *without)), default=0)
    return Prefixes(begins, exactly, without, longest)


SYSTEMS: dict[str, Family] = {
    "http://snomed.info/sct": "snomed",
    "urn:oid:2.16.840.1.113883.6.96": "snomed",
    "http://hl7.org/fhir/sid/icd-10-cm": "icd10cm",
    "urn:oid:2.16.840.1.113883.6.90": "icd10cm",
    "http://hl7.org/fhir/sid/icd-10": "icd10",
    "urn:oid:2.16.840.1.113883.6.3": "icd10",
    "urn:oid:2.16.840.1.113883.6.4": "icd10",
    "http://www.cms.gov/Medicare/Coding/ICD10": "icd10",
    "http://hl7.org/fhir/sid/icd-9-cm": "icd9",
    "urn:oid:2.16.840.1.113883.6.103": "icd9",
    "urn:oid:2.16.840.1.113883.6.104": "icd9",
    "urn:oid:2.16.840.1.113883.6.42": "icd9",
    "http://loinc.org": "loinc",
    "urn:oid:2.16.840.1.113883.6.1": "loinc",
    "http://www.ama-assn.org/go/cpt": "cpt",
    "urn:oid:2.16.840.1.113883.6.12": "cpt",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "urn:oid:2.16.840.1.113883.6.88": "rxnorm",
    "http://www.whocc.no/atc": "atc",
    "urn:oid:2.16.840.1.113883.6.73": "atc",
}
"""Code systems by their usual addresses."""

AMERICAN_ICD10 = re.compile(r"icd-?10-?cm|mimic", re.IGNORECASE)
ANY_ICD10 = re.compile(r"(?:icd|cim|cie)-?10", re.IGNORECASE)
WORD = re.compile(r"\w+")
ANY_ICD9 = re.compile(r"icd-?9", re.IGNORECASE)


def family_of(system: str) -> Family:
    """Which family of codes an address belongs to: "" if to none that is read."""
    known = SYSTEMS.get(system)
    if known is not None:
        return known
    if system.startswith("http://snomed.info/sct/"):
        return "snomed"
    if ANY_ICD10.search(system):
        return "icd10cm" if AMERICAN_ICD10.search(system) else "icd10"
    return "icd9" if ANY_ICD9.search(system) else ""


class Index:
    """Finds the concepts of a charted code. Made once from the table."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        rows = tuple(concepts)
        self._exact: dict[tuple[str, str], tuple[str, ...]] = {}
        for concept in rows:
            for family in ("snomed", "loinc", "cpt", "rxnorm"):
                for code in getattr(concept, family).split():
                    self._exact[family, code] = (*self._exact.get((family, code), ()), concept.name)
        diagnoses = [(each.name, each.icd10) for each in rows]
        self._diagnoses = {
            "icd10cm": prefixes(diagnoses, "cm"),
            "icd10": prefixes(diagnoses, "who"),
            "icd9": prefixes(((each.name, each.icd9) for each in rows), "cm"),
        }
        american = prefixes(((each.name, each.pcs) for each in rows), "cm")
        self._procedures = {
            "icd10cm": american,
            "icd10": american,
            "icd9": prefixes(((each.name, each.icd9_procedures) for each in rows), "cm"),
        }
        self._medicines = prefixes(((each.name, each.atc) for each in rows), "cm")
        self._words = {word: each.name for each in rows for word in each.words.split()}

    def condition(self, system: str, code: str) -> tuple[str, ...]:
        """The concepts of a diagnosis code."""
        return self._find(self._diagnoses, system, code)

    def procedure(self, system: str, code: str) -> tuple[str, ...]:
        """The concepts of a procedure code (ICD-10-PCS and ICD-9-CM volume 3 here, not diagnoses)."""
        return self._find(self._procedures, system, code)

    def _find(self, tables: dict[str, Prefixes], system: str, code: str) -> tuple[str, ...]:
        family = family_of(system)
        table = tables.get(family)
        return table.find(code) if table else self._exact.get((family, code), ())

    def medicine(self, system: str, code: str) -> tuple[str, ...]:
        """The concepts of a medicine code."""
        family = family_of(system)
        return self._medicines.find(code) if family == "atc" else self._exact.get((family, code), ())

    def medicine_named(self, text: str) -> tuple[str, ...]:
        """The concepts whose ingredients stand as whole words in the name of a medicine."""
        words = WORD.findall(_small(text))
        return tuple(dict.fromkeys(self._words[word] for word in words if word in self._words))


def _small(text: str) -> str:
    """The text in small letters; of the two letters i of Turkish one."""
    return text.casefold().replace("\u0307", "").replace("ı", "i")
