"""The service of this very program, in development mode and without a network, for commands that show cards."""

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace

import click

from hooks.caller import Local
from hooks.command import configured


@contextmanager
def service(language: str = "") -> Iterator[Local]:
    """It, asked for cards in `language`, with a store that is gone afterwards. What it logs goes to standard error, and
    only after a fault of ours.
    """
    settings = configured(None, dev=True)
    log = io.StringIO()
    from hooks.app import create_app  # noqa: PLC0415  (takes longer to import than a chart to assess)

    with tempfile.TemporaryDirectory() as folder, redirect_stdout(log):
        settings = replace(settings, storage=replace(settings.storage, url=f"sqlite:///{folder}/hepar.db"))
        yield Local(create_app(settings).test_client(), language)
    if '"level":"error"' in log.getvalue():
        click.echo(log.getvalue(), err=True, nl=False)
