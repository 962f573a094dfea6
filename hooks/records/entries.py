"""The entries of a record, each with an id that follows from what it is, and the parts that they are made of."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from cds.analyte import OWN
from hooks.records import terms
from hooks.records.fields import Literal, Measure

Resource = dict[str, Any]

UCUM = "http://unitsofmeasure.org"
_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, OWN.removesuffix("CodeSystem/"))


@dataclass
class Entries:
    """What is in the record so far. `identity`: that by which it is the same record when it is built again."""

    identity: str
    base: str
    entries: list[Resource] = field(default_factory=list)

    def address(self, role: str) -> str:
        """The address of what has this role in the record; of one role there is one."""
        return f"urn:uuid:{uuid.uuid5(uuid.uuid5(_SPACE, self.identity), role)}"

    def add(self, role: str, kind: str, profile: str, **members: Any) -> Resource:
        """A resource of this type and profile ("" for none), with those members that hold something; a Reference to
        it.
        """
        address = self.address(role)
        meta = {"profile": [terms.canonical(f"StructureDefinition/{profile}")]} if profile else None
        return self.put(address, {"resourceType": kind, "id": address[9:], "meta": meta, **members})

    def put(self, address: str, resource: Resource) -> Resource:
        """A resource that has its address already; a Reference to it."""
        filled = {name: value for name, value in resource.items() if value not in (None, "", [], {})}
        self.entries.append({"fullUrl": address, "resource": filled})
        return {"reference": address}

    def outside(self, named: Literal | None) -> Resource | None:
        """A Reference to what is not in the record; where its server is not named, it is that of the patient."""
        if named is None:
            return None
        return {"reference": str(named if named.base else Literal(self.base, named.type, named.id))}


def extension(name: str, **value: Any) -> Resource:
    """One of our extensions."""
    return {"url": terms.canonical(f"StructureDefinition/{name}"), **value}


def coded(system: str, code: str, display: str = "") -> Resource:
    """A CodeableConcept of one code."""
    return {"coding": [{"system": system, "code": code, **({"display": display} if display else {})}]}


def quantity(measure: Measure, shown: str = "", code: str = "") -> Resource:
    """A Quantity in UCUM. `shown` is the unit in words, `code` its UCUM code where another form was written."""
    made = {
        "value": measure.value,
        "comparator": measure.comparator,
        "unit": shown or measure.unit or code,
        "system": UCUM,
        "code": code or measure.unit,
    }
    return {name: value for name, value in made.items() if value != ""}
