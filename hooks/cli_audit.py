"""`hepar audit verify`, `hepar audit export` and `hepar replay`: for whoever has to look into what was advised."""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
import orjson

from hooks.audit.basis import unpack
from hooks.audit.chain import Mark, Row, Verdict, Verification
from hooks.audit.chart import Unreadable
from hooks.audit.fhir import audit_event
from hooks.audit.replay import Replayed, replay
from hooks.command import Instant, Wrong, config_option, configured, dev_option, existing_store
from hooks.progress import progress
from hooks.site import Settings
from hooks.store import Store, instant, trail

_CARD = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_MARK = re.compile(r"(\d{1,18}):([0-9a-f]{64})\Z")
SHOWN = 20
"""Differences that are listed."""

old_keys_option = click.option(
    "--old-key",
    "old_keys",
    multiple=True,
    metavar="FILE",
    help="A key that sealed earlier rows; several from newer to older.",
)


class MarkType(click.ParamType[Mark]):
    """A row and its hash, as `audit verify` prints them."""

    name = "mark"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Mark:
        """The mark."""
        if isinstance(value, Mark):
            return value
        found = _MARK.match(value)
        if not found:
            self.fail(f"{value!r} is not NUMBER:HASH, as verify printed it.", param, ctx)
        return Mark(int(found[1]), found[2])


@click.group()
def audit() -> None:
    """Verify and export the audit records.

    Every call has one record, answered or refused; every read from the EHR has one more. Each row is bound to the one
    before it by a hash. To look into a case: verify the chain, export the records of the time, replay the card.
    """


@audit.command("verify")
@config_option
@dev_option
@click.option("--expect", type=MarkType(), metavar="NUMBER:HASH", help="A row that must be there, as printed before.")
@click.option("--sealed-from", type=int, default=1, metavar="NUMBER", help="The first row that must carry a key.")
@old_keys_option
@click.option(
    "--overlap",
    type=click.IntRange(0),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="How long after a key was first used rows with the key before it are accepted.",
)
def audit_verify(
    config: str | None, dev: bool, expect: Mark | None, sealed_from: int, old_keys: Sequence[str], overlap: int
) -> None:
    """Go along the chain and name the first row that was changed, removed, inserted or moved.

    Exit status: 0 all rows are as they were written, 1 one is not.

    The last line is the number and the hash of the last row. Keep it in another place, and give it back with --expect:
    that alone shows rows cut off at the end, and without [storage] audit_key_file a chain that was written anew.
    """
    settings = configured(config, dev)
    verification = Verification(_keys(settings, old_keys), sealed_from, expect, timedelta(seconds=overlap))
    with existing_store(settings) as store, _rows(store, "Verifying") as rows:
        for row in rows:
            if not verification.take(row):
                break
    found = verification.end()
    if found.fault:
        click.echo(f"Broken: {found.fault}.")
        raise SystemExit(1)
    for line in _verdict(found, bool(verification.keys)):
        click.echo(line)


def _verdict(found: Verdict, keyed: bool) -> Iterator[str]:
    if not found.rows:
        yield "There is no row yet."
        return
    yield f"Rows {found.first} to {found.last.seq} are as they were written."
    if found.first > 1:
        yield f"Rows 1 to {found.first - 1} were purged by the service, which recorded it."
    if found.deleted:
        yield f"What was kept beside {found.deleted} of them is deleted: these cards cannot be replayed."
    if found.unsealed:
        who = "as whoever can write to the database could write them" if keyed else "as no key is configured"
        yield f"Without a seal: {found.unsealed}, {who}."
    yield str(found.last)


@audit.command("export")
@config_option
@dev_option
@click.option("--since", type=Instant(), metavar="INSTANT", help="Only records of this time or later.")
@click.option("--until", type=Instant(), metavar="INSTANT", help="Only records before this time.")
def audit_export(config: str | None, dev: bool, since: datetime | None, until: datetime | None) -> None:
    """Write the records as FHIR R4 AuditEvents, one a line (NDJSON), in the patterns of IHE BALP where there is one.

    What is exported is not verified: run `hepar audit verify` first.
    """
    if since and until and until <= since:
        raise Wrong("--until is not after --since.")
    settings = configured(config, dev)
    first, last = (instant(at) if at else "" for at in (since, until))
    with existing_store(settings) as store, _rows(store, "Exporting") as rows:
        for row in rows:
            if row.at >= first and (not last or row.at < last):
                event = audit_event(_document(row), settings.server.public_url)
                click.echo(orjson.dumps(event).decode())


@click.command("replay")
@click.argument("card", metavar="CARD_UUID")
@config_option
@dev_option
@old_keys_option
@click.option("--json", "as_json", is_flag=True, help="One JSON document, with the assessment that was stored.")
def replay_command(card: str, config: str | None, dev: bool, old_keys: Sequence[str], as_json: bool) -> None:
    """Make a card again from what is kept of its call, and compare it with the card that was given out.

    The record is verified, its chart assessed by this release as of the time of the call, the card made as for that
    site and caller. Random ids are not compared.

    Exit status: 0 the same, 1 different or the record was changed, 2 there is no such card, or its chart was deleted.
    """
    card = card.lower().removeprefix("urn:uuid:")
    if not _CARD.match(card):
        raise Wrong("a card's id is a UUID.")
    settings = configured(config, dev)
    with existing_store(settings) as store, store.reading() as connection:
        row = trail.of_card(connection, card)
    if row is None:
        raise Wrong("no record tells of such a card.")
    verification = Verification(_keys(settings, old_keys), row.seq + 1)
    if not verification.take(row):
        click.echo(f"Changed: {verification.verdict.fault}. Nothing was replayed.")
        raise SystemExit(1)
    if row.kept is None:
        raise Wrong(f"what the card was made from (row {row.seq}) was deleted.")
    try:
        found = replay(unpack(row.kept), card)
    except (Unreadable, KeyError):
        raise Wrong(f"this release cannot read what is kept beside row {row.seq}.") from None
    _show(found, row, card, as_json)
    if found.differences:
        raise SystemExit(1)


def _show(found: Replayed, row: Row, card: str, as_json: bool) -> None:
    if as_json:
        told = {"card": card, "row": row.seq, "at": row.at, "same": not found.differences, **asdict(found)}
        click.echo(orjson.dumps(told).decode())
        return
    click.echo(f"Card {card}, given out at {row.at} (row {row.seq}), content {found.content_then}.")
    if found.content_now != found.content_then:
        click.echo(f"This release has content {found.content_now}: a difference need not be a fault.")
    if not found.differences:
        click.echo("Made again: the same assessment and the same card.")
    for each in found.differences[:SHOWN]:
        click.echo(f"{each.path}: {each.stored} was stored, now {each.again}")
    if len(found.differences) > SHOWN:
        click.echo(f"… and {len(found.differences) - SHOWN} more; --json lists all.")


def _keys(settings: Settings, old: Sequence[str]) -> tuple[bytes, ...]:
    """The key of the settings and those before it, as far as there are any."""
    current = settings.storage.audit_key
    try:
        earlier = [Path(name).read_bytes().strip() for name in old]
    except OSError as fault:
        raise Wrong(f"an old key cannot be read: {fault.strerror}.") from None
    return tuple(key for key in (current, *earlier) if key)


@contextmanager
def _rows(store: Store, what: str) -> Iterator[Iterator[Row]]:
    """All rows in their order; who waits for them sees how far it is."""

    def stepping() -> Iterator[Row]:
        for row in found:
            yield row
            step()

    with (
        store.reading() as connection,
        progress(what, trail.count(connection)) as step,
        closing(trail.rows(connection)) as found,
    ):
        yield stepping()


def _document(row: Row) -> dict[str, Any]:
    try:
        found = orjson.loads(row.document)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise Wrong(f"row {row.seq} cannot be read. Run `hepar audit verify`.")
    return found
