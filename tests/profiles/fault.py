"""What a fault of a record is: where it is put in, where it is found, and by which words."""

from dataclasses import dataclass

from tests.profiles.changes import Change

CODE = "valueCodeableConcept.coding.0.code"


@dataclass(frozen=True)
class Fault:
    """One change that makes the good record `start` wrong.

    `path` is where the fault is, as in `changes` but with choices under their common name ("value"); "" is the record
    as a whole. `issue` stands in the issue: the key of a rule, an element, a slice, a value set; "" where none says it.
    """

    name: str
    start: str
    change: Change
    path: str
    issue: str
