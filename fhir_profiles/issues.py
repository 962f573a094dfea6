"""What is found in a record: an issue, and all of them as an OperationOutcome."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "information"]


@dataclass(frozen=True)
class Issue:
    """One thing found in a record.

    `code` is of FHIR's issue-type, `path` the FHIRPath of what is wrong, `words` say what is wrong and what would
    mend it, `key` is the id of the constraint or the name of the rule.
    """

    severity: Severity
    code: str
    path: str
    words: str
    key: str = ""


def outcome(issues: Iterable[Issue]) -> dict[str, Any]:
    """The issues as an OperationOutcome; where there is none it says that all is well."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [_entry(each) for each in issues]
        or [{"severity": "information", "code": "informational", "details": {"text": "No fault was found."}}],
    }


def _entry(issue: Issue) -> dict[str, Any]:
    entry: dict[str, Any] = {"severity": issue.severity, "code": issue.code, "details": {"text": issue.words}}
    if issue.key:
        entry["diagnostics"] = issue.key
    if issue.path:
        entry["expression"] = [issue.path]
    return entry
