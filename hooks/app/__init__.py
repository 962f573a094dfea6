"""Puts the service together: settings, store and gate in, a WSGI application out."""

from functools import partial
from pathlib import Path
from time import sleep

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from hooks import guide, orders
from hooks.app import access, answers, around, calls, operations
from hooks.meters import Meters
from hooks.outlet import stdout
from hooks.settings import Fault, Passing, Settings, SettingsError
from hooks.store import Store, StoreAway, StoreUnusable
from hooks.telemetry import log
from hooks.trust import Gate
from hooks.upstream import Upstreams

AGAIN = 1.0
"""Seconds after which another worker tries to open a database that was not there."""


def create_app(
    settings: Settings, store: Store | None = None, gate: access.Admits | None = None, counters: Path | None = None
) -> Flask:
    """The service. SettingsError if it cannot run as configured.

    `store` and `gate` replace those that the settings describe. `counters` is where all workers count, and
    leave fetched keys for each other.
    """
    store = store or opened(settings)
    gate = gate or _gate(settings, store, counters)
    meters = Meters(counters)
    upstreams = Upstreams(settings)
    stdout.dropped = lambda: meters.count("hepar_log_lines_lost")
    orders.prepare()
    app = Flask("hepar", static_folder=None)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.url_map.merge_slashes = False
    hops = settings.server.trusted_hops
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    answers.register(app)
    around.register(app, settings)
    calls.register(app, calls.Calls(settings, store, upstreams, meters))
    operations.register(app, settings, operations.Condition(store, gate, upstreams), meters)
    app.register_blueprint(guide.blueprint(settings))
    if settings.dev:
        from hooks import demo  # noqa: PLC0415  (with its libraries, which production does not need)

        app.register_blueprint(demo.blueprint(settings))
    access.register(app, settings, gate, meters)
    return app


def _gate(settings: Settings, store: Store, folder: Path | None) -> access.Admits:
    """Where clients are registered one that has their keys at hand, as far as they can be had."""
    anybody = access.Open(settings.development_client)
    if settings.dev and not any(client.jwks_file or client.jku for client in settings.clients):
        return anybody
    spend = partial(store.spend, at_most=settings.limits.requests_per_minute)
    gate = Gate(settings, spend, folder=folder)
    gate.warm()
    return access.Familiar(gate, anybody) if settings.dev else gate


def opened(settings: Settings) -> Store:
    """The store of the settings. SettingsError if it cannot be used; Passing if it may be soon."""
    try:
        return Store.of(settings)
    except StoreUnusable as error:
        fault = Fault(settings.file, "storage.url", f"{error}.", "Check path and permissions.")
        raise (Passing if isinstance(error, StoreAway) else SettingsError)(fault) from None


def opened_by_a_worker(settings: Settings) -> Store:
    """As `opened`. Without a database that may come back this worker ends, and another one is started in its place.

    Any other exception of a worker that starts would end the service, whose other workers still answer.
    """
    try:
        return opened(settings)
    except Passing:
        log("store_down", "error", reason="start")
        sleep(AGAIN)
        raise SystemExit(1) from None


def rehearse(settings: Settings) -> None:
    """Put the service together and let it go again. SettingsError if it cannot run as configured.

    No client's keys are fetched: that one's server is down keeps nobody from starting, and no thread may run before
    the workers are made.
    """
    store = opened(settings)
    try:
        create_app(settings, store, access.Open(settings.development_client))
    finally:
        store.close()
