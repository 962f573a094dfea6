"""Judges records against the profiles: what is asked in a call, what a call may cost, and the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hooks.errors import BadRequest, TooLarge

MOST_VALUES = 5_000
"""JSON values in a record that is judged in a call. A Bundle of a hundred resources has fewer. So many take some tenths
of a second, and about two seconds where somebody chose them to.
"""
MOST_PROFILES = 10
PROFILE_LENGTH = 500
SEVERITIES = ("error", "warning", "information")


@dataclass(frozen=True, slots=True)
class Judged:
    """What was found: the OperationOutcome, and how many issues there are of each severity."""

    outcome: dict[str, Any]
    counts: dict[str, int]

    @property
    def valid(self) -> bool:
        """Whether the record may be used: warnings do not speak against it."""
        return not self.counts["error"]

    @property
    def word(self) -> str:
        """It in one word: "valid" or "invalid"."""
        return "valid" if self.valid else "invalid"


def judge(record: object, profiles: Sequence[str] = ()) -> Judged:
    """One record by the profiles that it names, and by `profiles` as well: addresses, or ids of ours."""
    from fhir_profiles import validator  # noqa: PLC0415  (the definitions take time to load; few processes need them)

    issues = validator.validate(record, profiles=profiles)
    counts = {severity: sum(issue.severity == severity for issue in issues) for severity in SEVERITIES}
    return Judged(validator.outcome(issues), counts)


def asked(document: Any, profiles: Sequence[str]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The record that a call is about, and the profiles that it asks for besides those that the record names.

    Parameters that hold a parameter `resource` are unpacked. BadRequest if there is no record, TooLarge if it is more
    than is judged in one call.
    """
    named = list(profiles)
    if isinstance(document, dict) and document.get("resourceType") == "Parameters":
        document, more = _unpacked(document)
        named += more
    if not isinstance(document, dict) or not isinstance(document.get("resourceType"), str):
        raise BadRequest("The body is no FHIR resource: there is no resourceType.", ("resourceType",))
    if len(named) > MOST_PROFILES or any(not name or len(name) > PROFILE_LENGTH for name in named):
        raise BadRequest(f"There may be {MOST_PROFILES} profiles, each an address or an id.", ("profile",))
    if not _within(document, MOST_VALUES):
        raise TooLarge(f"The record holds more than {MOST_VALUES} values. Send its parts one by one.")
    return document, tuple(named)


def _unpacked(parameters: dict[str, Any]) -> tuple[Any, list[str]]:
    listed = parameters.get("parameter")
    parts = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    records = [each.get("resource") for each in parts if each.get("name") == "resource"]
    if len(records) != 1:
        raise BadRequest("Parameters must hold one parameter `resource`.", ("Parameters.parameter",))
    profiles = [_text(each) for each in parts if each.get("name") == "profile"]
    return records[0], profiles


def _text(parameter: dict[str, Any]) -> str:
    found = (parameter.get(f"value{type}") for type in ("Uri", "Canonical", "Url", "String"))
    return next((each for each in found if isinstance(each, str)), "")


def _within(record: Any, most: int) -> bool:
    """Whether the record holds at most so many values, counted no further."""
    waiting, counted = [record], 0
    while waiting:
        value = waiting.pop()
        counted += 1
        if counted + len(waiting) > most:
            return False
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return True
