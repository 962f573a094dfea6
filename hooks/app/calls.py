"""The routes of the protocol: discovery, the hook call, feedback.

One order for every call: who calls (before anything is read), may they call this, are they within their share, what do
they ask; then it is evaluated, what is given out is kept, and only then is it answered.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from flask import Flask, Response, g

from hooks import feedback, telemetry
from hooks.app import body
from hooks.app.access import Caller
from hooks.app.answers import answer
from hooks.ehr import Read
from hooks.errors import NotEntitled, NotFound, Refusal, TooMany, Unavailable
from hooks.limits import Places
from hooks.pipeline import Reply
from hooks.pipeline import answer as evaluate
from hooks.request import parse
from hooks.services import SERVICES, Service, discovery
from hooks.site import Client, Settings
from hooks.store import Store, StoreDown
from hooks.upstream import READ, Upstreams

RESERVE = 0.05
"""Seconds of the deadline that are kept for computing and answering."""
WINDOW = 60
"""Seconds over which the calls of a client are counted."""


class Calls:
    """The protocol's routes over one store."""

    def __init__(self, settings: Settings, store: Store, meters: telemetry.Meters, upstreams: Upstreams) -> None:
        self._settings = settings
        self._upstreams = upstreams
        self._store = store
        self._meters = meters
        clients = settings.clients or (settings.development_client,)
        self._places = Places(settings.server.threads, (client.name for client in clients))
        self._offered = discovery(_services(clients), settings.msc.text)

    def discover(self) -> Response:
        """Discovery."""
        return answer(self._offered)

    def hook(self, service_id: str) -> Response:
        """One hook call."""
        with self._granted(service_id) as (service, client):
            started = time.monotonic()
            said = "failed"
            reads: list[Read] = []
            try:
                reply = self._evaluated(service, client, started, reads)
                self._keep(reply, service)
                said = "cards" if reply.shown else "nothing"
                return answer(reply.body)
            except Refusal as refusal:
                said = str(refusal.status)
                raise
            finally:
                unread = [read for read in reads if read.outcome != READ]
                for read in unread:
                    self._meters.not_read.labels(read.key).inc()
                self._meters.calls.labels(service.id, said).inc()
                self._meters.seconds.labels(service.id).observe(time.monotonic() - started)
                g.seen = {"service": service.id, "outcome": said, **_unread(unread)}

    def feedback(self, service_id: str) -> Response:
        """Feedback to cards."""
        with self._granted(service_id) as (service, client):
            items = feedback.parse(body.read(self._settings.limits))
            clocks = (self._settings.clock(), datetime.now(UTC))
            try:
                known = self._store.cards(item["card"].lower() for item in items)
                events = feedback.events(items, known, service.id, client.name, clocks)
                self._store.record(events)
            except StoreDown as error:
                telemetry.log("store_down", "error", service=service.id, reason=str(error))
                raise Unavailable("The feedback could not be stored. Send it again.") from None
            for event in events:
                self._meters.feedback.labels(service.id, "quarantined" if event.quarantined else event.outcome).inc()
            return answer({})

    @contextmanager
    def _granted(self, service_id: str) -> Iterator[tuple[Service, Client]]:
        """The service and the client, if this client may call it now; a place is held for it meanwhile."""
        caller: Caller = g.caller
        if service_id not in SERVICES:
            raise NotFound("There is no such service.")
        if not {"*", service_id} & set(caller.client.services):
            raise NotEntitled("This client may not call this service.")
        if caller.recent > self._settings.limits.requests_per_minute:
            raise TooMany("This client has made its calls of the last minute.", WINDOW)
        with self._places.one(caller.client.name):
            yield SERVICES[service_id], caller.client

    def _evaluated(self, service: Service, client: Client, started: float, reads: list[Read]) -> Reply:
        limits = self._settings.limits
        hook = parse(body.read(limits), service, client.prefetch_aliases, limits.entries)
        deadline = started + limits.deadline_ms / 1000 - RESERVE
        upstream = self._upstreams.find(hook.fhir_server, client)
        return evaluate(hook, self._settings, client, self._settings.clock(), deadline, upstream, reads.append)

    def _keep(self, reply: Reply, service: Service) -> None:
        """Keep which cards are given out. Without, there is no answer; development answers, as a trial should go on."""
        try:
            self._store.show(reply.shown)
        except StoreDown as error:
            self._meters.not_stored.inc()
            telemetry.log("store_down", "error", service=service.id, reason=str(error))
            if not self._settings.dev:
                raise Unavailable("What was advised could not be recorded. Call again.") from None
        for shown in reply.shown:
            self._meters.cards.labels(service.id, shown.rule).inc()
        for score in reply.assessment.scores if reply.assessment else ():
            if score.status == "not-computed":
                for reason in score.reasons:
                    self._meters.not_computed.labels(score.id, reason).inc()


def register(app: Flask, calls: Calls) -> None:
    """/cds-services and what is below it."""
    app.get("/cds-services")(calls.discover)
    app.post("/cds-services/<service_id>")(calls.hook)
    app.post("/cds-services/<service_id>/feedback")(calls.feedback)


def _services(clients: tuple[Client, ...]) -> tuple[str, ...]:
    """What any of them may call: discovery asks nobody who they are."""
    return tuple({service for client in clients for service in client.services})


def _unread(reads: list[Read]) -> dict[str, str]:
    """The keys that could not be read and why, for the log."""
    return {"unread": ", ".join(f"{read.key} ({read.outcome})" for read in reads)} if reads else {}
