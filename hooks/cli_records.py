"""`hepar records`: judge records of MSC administrations, and build one from a short description."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import orjson

from hooks import files
from hooks.command import Wrong
from hooks.progress import progress
from hooks.records import judging
from hooks.settings import Fault
from hooks.terminal import console
from hooks.terminal_records import show_file, show_judged, show_sum


@click.group()
def records() -> None:
    """Work with records of MSC administrations."""


@records.command()
@click.option(
    "--profile", "profiles", multiple=True, metavar="PROFILE", help="Ask for this profile too (address or id)."
)
@click.option("--json", "as_json", is_flag=True, help="One OperationOutcome per record, one a line.")
@click.argument("names", nargs=-1, required=True, metavar="FILE...")
def validate(names: tuple[str, ...], profiles: tuple[str, ...], *, as_json: bool) -> None:
    """Judge the records in FHIR files by the profiles that they name; "-" reads standard input.

    A file holds one resource, a Bundle (one record, with all that is in it), an array of records, or NDJSON. Exit
    status: 0 all are valid (warnings are allowed), 1 at least one is not, 2 a file cannot be read.
    """
    try:
        found = [(name, list(_records(name))) for name in names]
    except files.Unreadable as fault:
        raise Wrong(str(fault)) from None
    out = console()
    valid, records = 0, sum(len(held) for _, held in found)
    with progress("Judging", records) as step:
        for name, held in found:
            if not as_json:
                show_file(out, files.label(name))
            for record in held:
                judged = judging.judge(record, profiles)
                valid += judged.valid
                if as_json:
                    click.echo(orjson.dumps(judged.outcome))
                else:
                    show_judged(out, record, judged)
                step()
    if not as_json:
        show_sum(out, records, valid)
    if valid < records:
        raise SystemExit(1)


def _records(name: str) -> Iterator[Any]:
    """Each record of a file: documents, and what stands in an array."""
    for document in files.documents(name):
        yield from document if isinstance(document, list) else (document,)


@records.command()
@click.argument("name", required=False, metavar="DESCRIPTION")
@click.option("-o", "--output", metavar="FILE", help="Write the record here instead of to standard output.")
@click.option("--example", is_flag=True, help="Print a description to begin with, and nothing else.")
def new(name: str | None, output: str | None, example: bool) -> None:
    """Build a record (a FHIR Bundle) from a description in TOML or JSON; "-" reads standard input.

    The record says what was given and what happened, and holds a plan of the follow-up visits with their dates. The
    same description gives the same bytes. Exit status: 0 built, 2 a description with faults, all of which are named.
    """
    from hooks.records import building, description  # noqa: PLC0415  (they read the package; no other command needs it)

    if (name is None) != example:
        raise Wrong("name one description, or ask for one with --example.")
    if name is None:
        built = description.EXAMPLE.read_bytes()
    else:
        try:
            made = building.build(description.read(name))
            faults = _faults(files.label(name), made.record)
        except files.Unreadable as fault:
            raise Wrong(str(fault)) from None
        except description.Faulty as error:
            raise _refused(error.faults) from None
        if faults:
            raise _refused(faults)
        for remark in made.remarks:
            click.echo(f"hepar: {files.label(name)}: {remark}", err=True)
        built = building.written_out(made.record)
    _write(built, output)


def _faults(name: str, record: Any) -> tuple[Fault, ...]:
    """What the profiles have against a record that was built. What they only ask about is told at once."""
    issues = judging.judge(record).outcome["issue"]
    told = [
        (each["severity"], Fault(name, each.get("expression", ["record"])[0], each["details"]["text"]))
        for each in issues
    ]
    for severity, fault in told:
        if severity == "warning":
            click.echo(f"hepar: {fault}", err=True)
    return tuple(fault for severity, fault in told if severity == "error")


def _refused(faults: tuple[Fault, ...]) -> SystemExit:
    for fault in faults:
        click.echo(f"hepar: {fault}", err=True)
    return SystemExit(2)


def _write(content: bytes, output: str | None) -> None:
    if output is None:
        click.echo(content, nl=False)
        return
    try:
        Path(output).write_bytes(content)
    except OSError as fault:
        raise Wrong(f"{output} cannot be written: {fault.strerror}.") from None
