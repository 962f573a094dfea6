"""The command line `hepar`: serve, assess, check, records, purge, feedback report, audit, replay, config check."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import click

from cds import content
from cds.assess import assess as assess_chart
from cds.chart import KINDS
from cds.fhir import Malformed, WrongPatient, read_chart
from cds.report import to_json
from cds.words import counted
from hooks import check as checking
from hooks import files, here
from hooks.caller import Remote
from hooks.cli_audit import audit, replay_command
from hooks.cli_demo import demo
from hooks.cli_feedback import feedback
from hooks.cli_records import records
from hooks.cli_store import purge
from hooks.command import Coding, Instant, Wrong, config_option, configured, named_faults
from hooks.languages import ENGLISH, LANGUAGES
from hooks.progress import Step, progress
from hooks.scores_as_fhir import score_bundle
from hooks.settings import Settings, load, secret
from hooks.terminal import console, speak_plainly
from hooks.terminal_assessment import show_assessment
from hooks.terminal_cards import show_check
from hooks.urls import base

WRONG_PATIENT = (
    "one record names two patients, or two Patients with one id lie on different servers. Assess them one at a time."
)


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


def _version() -> str:
    """The versions of the program and of its clinical content."""
    try:
        program = metadata.version("hepar")
    except metadata.PackageNotFoundError:
        program = "(not installed)"
    return f"hepar {program}, content {content.VERSION}"


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(_version(), message="%(version)s")
def main() -> None:
    """Decision support for liver disease over CDS Hooks.

    Exit status: 0 done, 1 the answer is no, 2 wrong usage or configuration.
    """
    for stream in (sys.stdout, sys.stderr):
        speak_plainly(stream)


@main.command()
@click.option("--now", type=Instant(), help="The clinical clock, such as 2026-11-22T10:00:00Z (default: now).")
@click.option("--json", "as_json", is_flag=True, help="One JSON document per patient, one a line.")
@click.option("--fhir", "as_fhir", is_flag=True, help="The MELD scores as FHIR: one Bundle per patient, one a line.")
@click.option(
    "--not-retrieved",
    type=Kinds(),
    default=frozenset(),
    metavar="KINDS",
    help=f"Kinds of record that were never read, so that they are unknown, not absent: {', '.join(sorted(KINDS))}.",
)
@click.option(
    "--product-code",
    "products",
    type=Coding(),
    multiple=True,
    metavar="SYSTEM|CODE",
    help="A code of your own for an MSC product that was given; repeat it for several.",
)
@click.argument("names", nargs=-1, required=True, metavar="FILE...")
def assess(
    now: datetime | None,
    as_json: bool,
    as_fhir: bool,
    not_retrieved: frozenset[str],
    products: tuple[tuple[str, str], ...],
    names: tuple[str, ...],
) -> None:
    """Assess the patients in FHIR files: Bundles, arrays, single resources or NDJSON; "-" reads standard input.

    The files are taken together as the whole chart of each patient in them. What they do not hold is charted
    nowhere, unless --not-retrieved says that it was never read.
    """
    if as_json and as_fhir:
        raise Wrong("--json and --fhir exclude each other: choose one.")
    clock = now or datetime.now(UTC)
    out = console()
    try:
        with progress("Reading", len(names)) as step:
            read = files.charts(_counted(names, step))
    except files.Unreadable as fault:
        raise Wrong(str(fault)) from None
    except WrongPatient:
        raise Wrong(WRONG_PATIENT) from None
    for doubt in read.doubts:
        click.echo(f"hepar: {doubt}", err=True)
    empty = 0
    with progress("Assessing", len(read.patients)) as step:
        for patient, resources in read.patients.items():
            try:
                chart = read_chart(resources, patient, clock, KINDS - not_retrieved, products=frozenset(products))
            except WrongPatient:
                raise Wrong(WRONG_PATIENT) from None
            except Malformed as fault:
                raise Wrong(f"a record is JSON but not FHIR: {fault}.") from None
            found = assess_chart(chart)
            if as_json:
                click.echo(json.dumps(to_json(found), allow_nan=False))
            elif as_fhir:
                bundle = score_bundle(found)
                empty += "entry" not in bundle
                click.echo(json.dumps(bundle, allow_nan=False))
            else:
                show_assessment(out, found)
            step()
    if empty:
        of = counted(len(read.patients), "patient")
        click.echo(f"hepar: no MELD that is one number for {empty} of {of}; such a Bundle is empty.", err=True)


def _counted(names: Iterable[str], step: Step) -> Iterator[str]:
    """The names, one more piece of work done after each."""
    for name in names:
        yield name
        step()


@main.command()
@config_option
@click.option("--dev", is_flag=True, help="Development mode: loopback only, no tokens, demonstration charts.")
@click.option("--host", help="Listen on this host instead of the configured one.")
@click.option("--port", type=click.IntRange(1, 65535), help="Listen on this port instead of the configured one.")
def serve(config: str | None, dev: bool, host: str | None, port: int | None) -> None:
    """Start the service. It ends on Ctrl-C or SIGTERM, after the calls that are under way.

    On SIGHUP it reads the configuration again; one with a fault is refused, and the old one goes on.
    """

    def read() -> Settings:
        settings = load(config, dev)
        if host or port:
            chosen = host or settings.server.host
            shown = f"[{chosen}]" if ":" in chosen else chosen
            settings = load(config, dev, f"{shown}:{port or settings.server.port}")
        rehearse(settings)
        return settings

    from hooks import serve as server  # noqa: PLC0415  (slow to import, and no other command needs it)
    from hooks import tidying  # noqa: PLC0415
    from hooks.app import create_app, opened_by_a_worker, rehearse  # noqa: PLC0415

    def make(now: Settings, counters: Path) -> Any:
        store = opened_by_a_worker(now)
        tidying.begin(store, now.storage)
        return create_app(now, store, counters=counters)

    with named_faults():
        settings = read()
    try:
        server.serve(settings, read, make)
    except server.Occupied as fault:
        raise Wrong(str(fault)) from None


main.add_command(purge)
main.add_command(feedback)
main.add_command(audit)
main.add_command(replay_command)
main.add_command(records)
main.add_command(demo)


@main.group("config")
def configuration() -> None:
    """Look at a configuration."""


@configuration.command("check")
@click.option("--config", default="hepar.toml", show_default=True, metavar="FILE", help="The configuration.")
@click.option("--dev", is_flag=True, help="Check it as development mode would.")
def config_check(config: str, dev: bool) -> None:
    """Validate a configuration and name every fault by file and key."""
    settings = configured(config, dev)
    count = len(settings.clients)
    click.echo(f"{config}: no fault found. {count} client{'' if count == 1 else 's'}, {settings.server.public_url}.")


@main.command()
@click.option("--fhir", "fhir", required=True, metavar="BASE", help="The FHIR server to read from.")
@click.option("--patient", required=True, metavar="ID", help="The patient's id on that server.")
@click.option("--service", default="msc-liver-evaluation", show_default=True, metavar="ID", help="The service to call.")
@click.option("--url", metavar="SERVICE_BASE", help="Where the service is (default: this program, without a network).")
@click.option("--token-env", metavar="VAR", help="Environment variable that holds a token for the FHIR server.")
@click.option("--encounter", default="", metavar="ID", help="The encounter, where the hook needs one.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), default=ENGLISH, show_default=True, help="Of cards.")
@click.option("--json", "as_json", is_flag=True, help="The whole exchange as one JSON document.")
def check(
    fhir: str,
    patient: str,
    service: str,
    url: str | None,
    token_env: str | None,
    encounter: str,
    language: str,
    as_json: bool,
) -> None:
    """Act as the EHR: run the prefetch queries against a FHIR server, call the service, show the cards.

    Exit status: 0 the service answered, 1 it answered with an error, 2 nothing could be asked.
    """
    for option, address in (("--fhir", fhir), ("--url", url)):
        if address is not None and base(address) is None:
            raise Wrong(f"{option} is no http address. Write it as https://host/path.")
    token = secret(token_env) if token_env else ""
    if token_env and not token:
        raise Wrong(f"the environment variable {token_env} that --token-env names is not set.")
    records = Remote(fhir, token)
    try:
        if url is None:
            with here.service(language) as place:
                checked = checking.check(place, records, patient.removeprefix("Patient/"), service, encounter)
        else:
            there = Remote(url.rstrip("/").removesuffix("/cds-services"), language=language)
            checked = checking.check(there, records, patient.removeprefix("Patient/"), service, encounter)
    except checking.Unreachable as fault:
        raise Wrong(str(fault)) from None
    if as_json:
        click.echo(json.dumps(checking.to_json(checked)))
    else:
        show_check(console(), checked)
    if not checked.answered:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
