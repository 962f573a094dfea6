"""The command `hepar purge`: removes what is too old, or what is kept of one patient."""

from datetime import UTC, datetime

import click

from hooks.command import Wrong, config_option, configured, dev_option, existing_store
from hooks.store import Store, retention


@click.command()
@config_option
@dev_option
@click.option("--patient", metavar="ID", help="Remove what is kept of this patient instead.")
@click.option("--client", metavar="NAME", help="The client whose patient it is, where several know one of this id.")
def purge(config: str | None, dev: bool, patient: str | None, client: str | None) -> None:
    """Remove what is older than the configuration keeps it. The service does the same once a day.

    With --patient: remove the charts and cards that are kept of one patient, and the words in the feedback on them.
    The audit records stay, because they must be kept for years, and say whom advice was given on.
    Either is recorded in the audit chain, which can still be verified.
    """
    if client and not patient:
        raise Wrong("--client goes with --patient.")
    settings = configured(config, dev)
    now = datetime.now(UTC)
    with existing_store(settings) as store:
        if patient:
            removed = _forget(store, patient.removeprefix("Patient/"), client, now)
        else:
            days = settings.storage.feedback_retention_days, settings.storage.audit_retention_days
            removed = retention.purge(store, now, *days)
    counts = ", ".join(f"{count} {name}" for name, count in removed.counts().items())
    click.echo(f"Removed: {counts or 'nothing'}.")


def _forget(store: Store, patient: str, client: str | None, now: datetime) -> retention.Removed:
    known = retention.clients_of(store, patient)
    meant = [client] if client else known
    if not set(meant) & set(known):
        raise Wrong("nothing is kept of such a patient.")
    if len(meant) > 1:
        raise Wrong(f"several clients have a patient of this id. Add --client with one of: {', '.join(known)}.")
    return retention.forget_patient(store, now, meant[0], patient)
