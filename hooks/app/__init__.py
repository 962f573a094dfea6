"""Puts the service together: settings, store and gate in, a WSGI application out."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from hooks import demo, guide, orders, telemetry
from hooks.app import access, answers, around, calls, operations
from hooks.settings import Fault, Settings, SettingsError
from hooks.store import Store, StoreUnusable
from hooks.upstream import Upstreams


def create_app(settings: Settings, store: Store | None = None, gate: access.Gate | None = None) -> Flask:
    """The service. SettingsError if it cannot run as configured.

    `store` and `gate` replace those that the settings describe.
    """
    if store is None:
        try:
            store = Store(settings.storage.url)
        except StoreUnusable as error:
            fault = Fault(settings.file, "storage.url", f"{error}.", "Check path and permissions.")
            raise SettingsError(fault) from None
    if gate is None:
        gate = _gate(settings)
    orders.prepare()
    app = Flask("hepar", static_folder=None)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    hops = settings.server.trusted_hops
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    meters = telemetry.Meters()
    answers.register(app)
    around.register(app, settings)
    calls.register(app, calls.Calls(settings, store, meters, Upstreams(settings)))
    operations.register(app, settings, store, meters)
    app.register_blueprint(guide.blueprint(settings))
    if settings.dev:
        app.register_blueprint(demo.blueprint(settings))
    access.register(app, settings, gate)
    return app


def _gate(settings: Settings) -> access.Gate:
    if settings.dev:
        return access.Open(settings.development_client)
    where = settings.file or "hepar"
    what = "this release does not verify callers: development mode only."
    raise SettingsError(Fault(where, "--dev", what, "Add --dev."))
