"""Asks the official validator again and writes what it says: `make profiles-official`.

`python -m tests.profiles.official [FOLDER...]`: the folders hold further examples that HL7 published with R4. The
verdicts on such examples that are not at hand now are kept, as they depend on the version of the validator alone.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from fhir_profiles.archive import as_json
from fhir_profiles.opened import Json
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


def ask(
    subjects: dict[Subject, bytes], definitions: Iterable[Json] = DEFINITIONS.values(), version: str = "R4"
) -> tuple[str, dict[Subject, list[Message]]]:
    """The version of the validator, and everything it says of each subject."""
    shutil.rmtree(WORK / "asked", ignore_errors=True)
    (WORK / "asked").mkdir(parents=True)
    numbered = {f"{number:05}.json": subject for number, subject in enumerate(subjects)}
    for file, subject in numbered.items():
        (WORK / "asked" / file).write_bytes(subjects[subject])
    answers = WORK / "answers.tsv"
    given = f"-Dexec.args={_written(definitions)} {WORK / 'asked'} {answers} {version}"
    maven = ["mvn", "--batch-mode", "--quiet", "--file", str(golden.HERE / "pom.xml"), "compile", "exec:java", given]
    log = WORK / "maven.log"  # the validator prints there what its libraries trip over, such as dates that are none
    with log.open("w", encoding="utf-8") as into:
        if subprocess.run(maven, stdout=into, stderr=into, check=False).returncode:
            raise NotAsked(f"The official validator did not run: see {log}")
    by_whom, *lines = answers.read_text(encoding="utf-8").splitlines()
    said: dict[Subject, list[Message]] = {subject: [] for subject in subjects}
    for line in lines:
        file, *parts = line.split("\t")
        said[numbered[file]] += [Message(numbered[file][0], *parts)] if parts else []
    return by_whom, said


def _written(definitions: Iterable[Json]) -> Path:
    folder = WORK / "definitions"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for each in definitions:
        (folder / f"{each['resourceType']}-{each['id']}.json").write_bytes(as_json(each))
    return folder


def tables(said: dict[Subject, list[Message]]) -> tuple[list[Judged], list[Message]]:
    """The rows of both tables. Of the examples of others only the verdict is kept, not what was said."""
    telling = {subject: [each for each in heard if golden.counts(each)] for subject, heard in said.items()}
    words = {each for heard in telling.values() for each in heard if not each.subject.startswith("r4/")}
    return sorted(Judged(*subject, golden.verdict(heard)) for subject, heard in telling.items()), sorted(words)


def _not_at_hand(version: str, said: dict[Subject, list[Message]]) -> list[Judged]:
    """What the same version said of examples of others that are not at hand now."""
    if not VERDICTS.exists() or golden.head(VERDICTS)[0] != BY_WHOM.format(version=version):
        return []
    absent = {subject: was for subject, was in golden.verdicts().items() if subject not in said}
    return [Judged(*subject, was) for subject, was in absent.items() if subject[0].startswith("r4/")]


def keep(version: str, rows: list[Judged], words: list[Message], verdicts: Path, messages: Path) -> None:
    """Writes both tables where they have changed, and says whether they have."""
    by_whom = BY_WHOM.format(version=version)
    if verdicts.exists() and (golden.head(verdicts)[0], golden.kept(verdicts, messages)) == (by_whom, (rows, words)):
        sys.stdout.write(f"{verdicts.name}: {len(rows)} verdicts, all as before.\n")
        return
    top = (by_whom, *HOW, f"# When: {datetime.now(UTC):%-d %B %Y}.")
    verdicts.write_text(golden.table(top, rows), encoding="utf-8")
    messages.write_text(golden.table(top, words), encoding="utf-8")
    sys.stdout.write(f"{verdicts.name}: {len(rows)} verdicts, some new; {messages.name} says why.\n")


def main(folders: list[str]) -> str | None:
    """Renews both tables; says what is missing where it cannot."""
    missing = [tool for tool in ("java", "mvn") if not shutil.which(tool)]
    if missing:
        return f"The official validator needs Java 17 and Maven. Not found: {', '.join(missing)}."
    try:
        version, said = ask(own() | published([R4_AT_HAND, *map(Path, folders)]))
    except NotAsked as reason:
        return str(reason)
    rows, words = tables(said)
    keep(version, sorted({*rows, *_not_at_hand(version, said)}), words, VERDICTS, MESSAGES)
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
