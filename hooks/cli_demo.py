"""The commands `hepar demo …`: the demonstration charts, to see their cards, or to fill a FHIR server with them."""

import time
from datetime import UTC, datetime

import click
from rich.text import Text

from hooks import here
from hooks.caller import Remote, Reply
from hooks.command import Wrong
from hooks.demo.charts import templates
from hooks.demo.transaction import transaction
from hooks.progress import progress
from hooks.settings import secret
from hooks.terminal import console
from hooks.terminal_cards import show_cards
from hooks.urls import base

PAUSE = 2.0
"""Seconds between two looks at a server that is not there yet."""


@click.group()
def demo() -> None:
    """The demonstration charts: people who were made up."""


@demo.command()
@click.argument("chart", default="demo-decompensated")
def show(chart: str) -> None:
    """Show the cards for a demonstration chart, such as demo-compensated. Nothing has to run for it.

    Exit status: 0 they are shown, 1 the service answered with an error, 2 there is no such chart.
    """
    charts = templates()
    if chart not in charts:
        raise Wrong(f"there is no chart {chart}; there are {', '.join(charts)}.")
    wanted = charts[chart]
    with here.service() as place:
        call = place.get(f"/demo/charts/{chart}/call").body
        reply = place.post(f"/cds-services/{wanted.services[0]}", call)
    if reply.status != 200:
        click.echo(f"hepar: the service answered {reply.status}.", err=True)
        raise SystemExit(1)
    out = console()
    out.print(Text(f"{wanted.title}. {wanted.story}"))
    show_cards(out, reply.body)


@demo.command()
@click.option("--fhir", required=True, metavar="BASE", help="The FHIR server to write to. Never one of real patients.")
@click.option("--token-env", metavar="VAR", help="Environment variable that holds a token for the FHIR server.")
@click.option("--wait", type=click.IntRange(0), default=0, metavar="SECONDS", help="How long to wait for the server.")
def load(fhir: str, token_env: str | None, wait: int) -> None:
    """Write the demonstration charts to a FHIR server, one transaction each, with dates seen from now.

    Their ids begin with "demo-"; loading again writes the same records anew.
    Exit status: 0 all are there, 1 the server refused one, 2 nothing could be asked.
    """
    if base(fhir) is None:
        raise Wrong("--fhir is no http address. Write it as https://host/path.")
    token = secret(token_env) if token_env else ""
    if token_env and not token:
        raise Wrong(f"the environment variable {token_env} that --token-env names is not set.")
    server = Remote(fhir, token)
    _await(server, wait)
    refused: list[str] = []
    charts = templates()
    with progress("Loading", len(charts)) as step:
        for chart in charts.values():
            reply = server.post("", transaction(chart, datetime.now(UTC)))
            if reply.status not in (200, 201):
                refused.append(f"{chart.id}: {_why(reply)}")
            step()
    for line in refused:
        click.echo(f"hepar: {line}", err=True)
    click.echo(f"{len(charts) - len(refused)} of {len(charts)} demonstration charts are on {fhir}.")
    if refused:
        raise SystemExit(1)


def _await(server: Remote, seconds: int) -> None:
    """Wait until the server tells what it can. Wrong if it does not in time."""
    end = time.monotonic() + seconds
    while True:
        reply = server.get("metadata")
        if reply.status and (reply.status < 500 or time.monotonic() >= end):
            return
        if time.monotonic() >= end:
            raise Wrong(f"the FHIR server does not answer: {_why(reply)}.")
        time.sleep(min(PAUSE, max(0.0, end - time.monotonic())))


def _why(reply: Reply) -> str:
    return reply.fault or f"answered {reply.status}"
