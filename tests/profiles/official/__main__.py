"""Asks the official validator again and writes what it says: `make profiles-official`.

`python -m tests.profiles.official [FOLDER...]`: the folders hold further examples that HL7 published with R4. The
verdicts on such examples that are not at hand now are kept, as they depend on the version of the validator alone.
"""

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from fhir_profiles.archive import as_json
from tests.profiles.official import golden
from tests.profiles.official.golden import MESSAGES, VERDICTS, Judged, Message
from tests.profiles.official.subjects import R4_AT_HAND, Subject, own, published
from tests.profiles.shelf import DEFINITIONS
from tests.source_tree import ROOT

WORK = ROOT / "build/official"
BY_WHOM = "# By whom: the official validator of HL7, as HAPI FHIR {version} carries it, Java 17."
HOW = (
    "# How: make profiles-official, without a terminology server; references lead to what their URL says.",
    "# What counts: every error, and the warnings of our own invariants; advice on best practice is left out.",
)


class NotAsked(Exception):
    """There is no answer; says why."""


def ask(subjects: dict[Subject, bytes]) -> tuple[str, dict[Subject, list[Message]]]:
    """The version of the validator, and everything it says of each subject."""
    shutil.rmtree(WORK / "asked", ignore_errors=True)
    (WORK / "asked").mkdir(parents=True)
    numbered = {f"{number:05}.json": subject for number, subject in enumerate(subjects)}
    for file, subject in numbered.items():
        (WORK / "asked" / file).write_bytes(subjects[subject])
    answers = WORK / "answers.tsv"
    given = f"-Dexec.args={_definitions()} {WORK / 'asked'} {answers}"
    maven = ["mvn", "--batch-mode", "--quiet", "--file", str(golden.HERE / "pom.xml"), "compile", "exec:java", given]
    log = WORK / "maven.log"  # the validator prints there what its libraries trip over, such as dates that are none
    with log.open("w", encoding="utf-8") as into:
        if subprocess.run(maven, stdout=into, stderr=into, check=False).returncode:
            raise NotAsked(f"The official validator did not run: see {log}")
    version, *lines = answers.read_text(encoding="utf-8").splitlines()
    said: dict[Subject, list[Message]] = {subject: [] for subject in subjects}
    for line in lines:
        file, *parts = line.split("\t")
        said[numbered[file]] += [Message(numbered[file][0], *parts)] if parts else []
    return version, said


def _definitions() -> Path:
    folder = WORK / "definitions"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, resource in DEFINITIONS.items():
        (folder / name).write_bytes(as_json(resource))
    return folder


def tables(by_whom: str, said: dict[Subject, list[Message]]) -> tuple[list[Judged], list[Message]]:
    """The rows of both tables. Of the examples of others only the verdict is kept, not what was said."""
    telling = {subject: [each for each in heard if golden.counts(each)] for subject, heard in said.items()}
    rows = {Judged(*subject, golden.verdict(heard)) for subject, heard in telling.items()}
    if VERDICTS.exists() and golden.head(VERDICTS)[0] == by_whom:
        absent = {subject: was for subject, was in golden.verdicts().items() if subject not in said}
        rows |= {Judged(*subject, was) for subject, was in absent.items() if subject[0].startswith("r4/")}
    words = {each for heard in telling.values() for each in heard if not each.subject.startswith("r4/")}
    return sorted(rows), sorted(words)


def main(folders: list[str]) -> str | None:
    """Renews both tables; says what is missing where it cannot."""
    missing = [tool for tool in ("java", "mvn") if not shutil.which(tool)]
    if missing:
        return f"The official validator needs Java 17 and Maven. Not found: {', '.join(missing)}."
    try:
        version, said = ask(own() | published([R4_AT_HAND, *map(Path, folders)]))
    except NotAsked as reason:
        return str(reason)
    by_whom = BY_WHOM.format(version=version)
    rows, words = tables(by_whom, said)
    if VERDICTS.exists() and (golden.head(VERDICTS)[0], golden.kept()) == (by_whom, (rows, words)):
        sys.stdout.write(f"{len(said)} judged, all as before.\n")
        return None
    top = (by_whom, *HOW, f"# When: {datetime.now(UTC):%-d %B %Y}.")
    VERDICTS.write_text(golden.table(top, rows), encoding="utf-8")
    MESSAGES.write_text(golden.table(top, words), encoding="utf-8")
    sys.stdout.write(f"{len(said)} judged; {VERDICTS.name} and {MESSAGES.name} are new.\n")
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
