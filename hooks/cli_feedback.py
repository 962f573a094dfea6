"""`hepar feedback report`: what became of the cards."""

from datetime import date
from typing import Any

import click
import orjson

from hooks.command import Wrong, config_option, configured, dev_option, existing_store
from hooks.feedback_report import report, to_json
from hooks.terminal import console
from hooks.terminal_feedback import show_report


class Day(click.ParamType[date]):
    """A calendar date."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date. Write it as 2026-11-01.", param, ctx)


@click.group()
def feedback() -> None:
    """Look at what clinicians did with the cards."""


@feedback.command("report")
@config_option
@dev_option
@click.option("--since", type=Day(), metavar="DAY", help="Only cards shown on this day or later (UTC).")
@click.option("--until", type=Day(), metavar="DAY", help="Only cards shown on this day or before (UTC).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each service and rule, one a line.")
def feedback_report(config: str | None, dev: bool, since: date | None, until: date | None, as_json: bool) -> None:
    """Count the cards shown and what was answered, by service and rule.

    Of several answers to one card the latest counts. An answer that fits no card is counted as quarantined alone.
    """
    if since and until and until < since:
        raise Wrong("--until is before --since.")
    with existing_store(configured(config, dev)) as store:
        rows = report(store, since, until)
    if not as_json:
        show_report(console(), rows)
        return
    for row in rows:
        click.echo(orjson.dumps(to_json(row)).decode())
