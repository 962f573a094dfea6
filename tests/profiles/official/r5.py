"""The official validator about the R5 edition: every definition, every example, every fault.

`python -m tests.profiles.official.r5` asks again, as `make profiles-official` does.
"""

import sys

from fhir_profiles import r5
from fhir_profiles.archive import as_json
from fhir_profiles.opened import opened
from tests.profiles.changes import changed
from tests.profiles.faults_r5 import FAULTS
from tests.profiles.official import golden
from tests.profiles.official.__main__ import NotAsked, ask, keep, tables
from tests.profiles.official.subjects import Subject, named

R5 = opened(r5.PACKAGE)
VERDICTS, MESSAGES = golden.HERE / "verdicts-r5.csv", golden.HERE / "messages-r5.csv"


def subjects() -> dict[Subject, bytes]:
    """Everything of the package, and every fault."""
    examples = {each["id"]: each for each in R5.examples}
    held = {f"definition/{each['resourceType']}-{each['id']}": each for each in R5.definitions.values()}
    held |= {f"example/{id}": each for id, each in examples.items()}
    held |= {f"fault/{each.name}": changed(dict(examples[each.start]), each.change) for each in FAULTS}
    return dict(named((name, as_json(resource)) for name, resource in held.items()))


def main() -> str | None:
    """Renews both tables; says what is missing where it cannot."""
    try:
        version, said = ask(subjects(), R5.definitions.values(), "R5")
    except NotAsked as reason:
        return str(reason)
    keep(version, *tables(said), VERDICTS, MESSAGES)
    return None


if __name__ == "__main__":
    sys.exit(main())
