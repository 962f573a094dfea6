"""The command line `hepar`: serve, assess, check, config check."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import click

from cds.assess import assess as assess_chart
from cds.chart import KINDS
from cds.fhir import Malformed, WrongPatient, patients_in, read_chart, resources_in
from cds.report import to_json
from hooks import files
from hooks.progress import progress
from hooks.terminal import console, show_assessment


class Wrong(click.ClickException):
    """Something the user can put right: one line on standard error, exit status 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """The line, without a usage text around it."""
        click.echo(f"hepar: {self.message}", file=file, err=True)


class Instant(click.ParamType[datetime]):
    """A point in time with its offset, such as 2026-11-22T10:00:00Z."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The instant in UTC."""
        if isinstance(value, datetime):
            return value
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not an instant. Write it as 2026-11-22T10:00:00Z.", param, ctx)
        if at.tzinfo is None:
            self.fail(f"{value!r} has no offset from UTC. Write it as 2026-11-22T10:00:00Z.", param, ctx)
        return at.astimezone(UTC)


class Kinds(click.ParamType[frozenset[str]]):
    """Kinds of record, separated by commas."""

    name = "kinds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> frozenset[str]:
        """The kinds as a set."""
        if isinstance(value, frozenset):
            return value
        kinds = frozenset(word.strip() for word in value.split(",") if word.strip())
        if kinds - KINDS:
            self.fail(f"{', '.join(sorted(kinds - KINDS))}: choose from {', '.join(sorted(KINDS))}.", param, ctx)
        return kinds


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="hepar")
def main() -> None:
    """Decision support for liver disease over CDS Hooks.

    Exit status: 0 done, 1 the answer is no, 2 wrong usage or configuration.
    """
    for stream in (sys.stdout, sys.stderr):
        if "utf" not in (stream.encoding or "").lower():
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]


@main.command()
@click.option("--now", type=Instant(), help="The clinical clock, such as 2026-11-22T10:00:00Z (default: now).")
@click.option("--json", "as_json", is_flag=True, help="One JSON document per patient, one a line.")
@click.option(
    "--not-retrieved",
    type=Kinds(),
    default=frozenset(),
    metavar="KINDS",
    help=f"Kinds of record that were never read, so that they are unknown, not absent: {', '.join(sorted(KINDS))}.",
)
@click.argument("names", nargs=-1, required=True, metavar="FILE...")
def assess(now: datetime | None, as_json: bool, not_retrieved: frozenset[str], names: tuple[str, ...]) -> None:
    """Assess the patients in FHIR files: Bundles, arrays, single resources or NDJSON; "-" reads standard input.

    The files are taken together as the whole chart of each patient in them. What they do not hold is charted
    nowhere, unless --not-retrieved says that it was never read.
    """
    clock = now or datetime.now(UTC)
    groups = _patients(names)
    out = console()
    with progress("Assessing", len(groups)) as step:
        for patient, resources in groups.items():
            try:
                chart = read_chart(resources, patient, clock, KINDS - not_retrieved)
            except WrongPatient as fault:
                raise Wrong(f"the chart of one patient holds a resource of another ({fault}).") from None
            found = assess_chart(chart)
            if as_json:
                click.echo(json.dumps(to_json(found), allow_nan=False))
            else:
                show_assessment(out, found)
            step()


def _patients(names: Sequence[str]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The resources of all files, by patient. A file without any patient is an error."""
    resources: list[Mapping[str, Any]] = []
    with progress("Reading", len(names)) as step:
        for name in names:
            held = _resources(name)
            if not patients_in(held):
                raise Wrong(
                    f"{files.label(name)} holds no patient: neither a Patient nor a resource whose subject is one."
                )
            resources += held
            step()
    return patients_in(resources)


def _resources(name: str) -> list[Mapping[str, Any]]:
    """Every resource in one file."""
    try:
        return [resource for document in files.documents(name) for resource in resources_in(document)]
    except files.Unreadable as fault:
        raise Wrong(str(fault)) from None
    except Malformed as fault:
        raise Wrong(f"{files.label(name)} is JSON but not FHIR: {fault}") from None


if __name__ == "__main__":
    main()
