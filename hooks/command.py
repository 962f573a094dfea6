"""What the commands share: how a fault is told, how instants are written, how settings and store are opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import click

from hooks.settings import Passing, Settings, SettingsError, load
from hooks.store import Store, StoreDown, StoreUnusable

config_option = click.option("--config", metavar="FILE", help="The configuration, such as hepar.toml.")
dev_option = click.option("--dev", is_flag=True, help="Development mode: what is not configured has its defaults.")


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


class Coding(click.ParamType[tuple[str, str]]):
    """A code with its system, such as urn:site:drugs|MSC-1."""

    name = "coding"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """System and code."""
        system, _, code = value.rpartition("|") if isinstance(value, str) else (value[0], "", value[1])
        if not system or not code:
            self.fail(f"{value!r} is no code with its system. Write it as SYSTEM|CODE.", param, ctx)
        return system, code


@contextmanager
def named_faults() -> Iterator[None]:
    """Whatever is wrong with the configuration, a line for each fault; exit status 2, or 1 for what may pass."""
    try:
        yield
    except SettingsError as error:
        for fault in error.faults:
            click.echo(f"hepar: {fault}", err=True)
        raise SystemExit(1 if isinstance(error, Passing) else 2) from None


def configured(config: str | None, dev: bool) -> Settings:
    """The settings as configured."""
    with named_faults():
        return load(config, dev)


@contextmanager
def existing_store(settings: Settings) -> Iterator[Store]:
    """The store of the settings, which must be there already. Wrong if it cannot be used or does not answer."""
    settings = replace(settings, storage=replace(settings.storage, create=False))
    try:
        store = Store.of(settings, patient=True)
    except StoreUnusable as fault:
        raise Wrong(f"{settings.file}: storage.url: {fault}.") from None
    try:
        yield store
    except StoreDown as fault:
        raise Wrong(f"the database does not answer ({fault}). Try again.") from None
    finally:
        store.close()


