"""`hepar records`: build a record of an MSC administration from a short description."""

from pathlib import Path

import click

from hooks import files
from hooks.command import Wrong
from hooks.settings import Fault


@click.group()
def records() -> None:
    """Work with records of MSC administrations."""


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
        except files.Unreadable as fault:
            raise Wrong(str(fault)) from None
        except description.Faulty as error:
            raise _refused(error.faults) from None
        built = building.written_out(made)
    _write(built, output)


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
