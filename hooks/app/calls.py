"""The routes that clients call: discovery, the hook call, feedback, and the validation of records.

One order for every call: who calls (before anything is read), may they call this, are they within their share, what do
they ask; then it is evaluated, what is given out is kept, and only then is it answered.
"""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, request

from hooks import feedback, strict_json, telemetry
from hooks.app import body
from hooks.app.answers import answer
from hooks.app.visit import Visit
from hooks.audit import records
from hooks.audit.chain import Record
from hooks.errors import FHIR_JSON, NotEntitled, NotFound, TooMany, Unavailable
from hooks.languages import ENGLISH, preferred
from hooks.limits import Places, Room
from hooks.meters import Meters
from hooks.pipeline import Reply
from hooks.pipeline import answer as evaluate
from hooks.records import judging
from hooks.repetition import Remembered
from hooks.request import HookRequest, parse
from hooks.services import VALIDATION, Service, discovery
from hooks.site import Client, Settings
from hooks.store import ShownCard, Store, StoreDown
from hooks.upstream import CLOSED, Upstreams

RESERVE = 0.05
"""Seconds of the deadline that are kept for computing and answering."""
BODIES = 2
"""Bodies of the largest size that a worker works on at one time. Of those of usual size there is room for many."""
WINDOW = 60
"""Seconds over which the calls of a client are counted."""
NOT_LOOKED_INTO = frozenset({"overload", "room", "judging", "store"})
"""Refusals with 503 that leave no record, as 429 leaves none."""


class Calls:
    """The protocol's routes over one store."""

    def __init__(self, settings: Settings, store: Store, upstreams: Upstreams, meters: Meters) -> None:
        self._settings = settings
        self._store = store
        self._upstreams = upstreams
        self._meters = meters
        clients = settings.clients or (settings.development_client,)
        self._places = Places(settings.server.threads, (client.name for client in clients))
        self._room = Room(BODIES * settings.limits.body_bytes)
        self._bench = threading.Lock()
        self._offered = discovery(_services(clients), settings.msc.text, settings.msc.product_codes)

    def discover(self) -> Response:
        """Discovery."""
        return answer(self._offered)

    def hook(self, service_id: str) -> Response:
        """One hook call."""
        visit: Visit = g.visit
        with self._granted(visit, service_id) as (service, client):
            with self._read(visit) as document:
                reply = self._evaluated(visit, service, client, document)
                kept = records.evaluated(visit.call, reply, visit.reads)
            response = _worded(answer(reply.body), visit.hook, client)
            self._keep(visit, reply.shown, kept)
            visit.reply = reply
            return response

    def feedback(self, service_id: str) -> Response:
        """Feedback to cards."""
        visit: Visit = g.visit
        with self._granted(visit, service_id) as (service, client):
            with self._read(visit) as document:
                items = feedback.parse(document)
            clocks = (self._settings.clock(), datetime.now(UTC))
            try:
                known = self._store.cards(item["card"].lower() for item in items)
                events = feedback.events(items, known, service.id, client.name, clocks)
                about = {uuid: card.patient for uuid, card in known.items()}
                self._store.record(events, records.told(visit.call, events, about))
                visit.kept = True
            except StoreDown as error:
                visit.kept = True
                self._store_down("feedback", error)
                raise Unavailable("The feedback could not be stored. Send it again.") from None
            for event in events:
                outcome = "quarantined" if event.quarantined else event.outcome
                self._meters.count("hepar_feedback", client.name, service.id, outcome)
            return answer({})

    def validate(self) -> Response:
        """The judgement on one record."""
        visit: Visit = g.visit
        with self._let_in(visit):
            with self._read(visit) as document:
                record, profiles = judging.asked(document, request.args.getlist("profile"))
                with self._alone(visit):
                    judged = judging.judge(record, profiles)
            self._keep(visit, (), records.judged(visit.call, judged.word, judged.counts))
            visit.judged = judged
            return answer({**judged.outcome, "id": g.correlation}, media_type=FHIR_JSON)

    def end(self, response: Response) -> Response:
        """Count the call and say in the log what became of it, whatever that is."""
        visit: Visit | None = g.get("visit")
        if visit is None:
            return response
        self._record_refusal(visit, response.status_code)
        g.seen = visit.said(response.status_code)
        if visit.refused:
            self._meters.count("hepar_refused", visit.client, visit.refused)
        outcome = visit.outcome(response.status_code)
        if visit.kind == "validation":
            self._meters.judged(visit.client, outcome, time.monotonic() - g.started)
        if visit.service is None or visit.kind != "evaluation":
            return response
        self._meters.took(visit.client, visit.service.id, outcome, time.monotonic() - g.started)
        if visit.reads:
            for server, state in self._upstreams.states().items():
                self._meters.set("hepar_server_left_alone", state != CLOSED, server)
        for key, how in visit.keys().items():
            self._meters.count("hepar_prefetch", visit.client, key, how)
        reply = visit.reply
        if reply is not None:
            held = ((each.rule, each.why) for each in reply.held)
            self._meters.advised(visit.client, visit.service.id, reply.shown, held, reply.assessment)
        return response

    def _evaluated(self, visit: Visit, service: Service, client: Client, document: Any) -> Reply:
        limits = self._settings.limits
        asked = parse(document, service, client.prefetch_aliases, limits.entries)
        call = visit.hook = replace(asked, language=_language(client))
        deadline = g.started + limits.deadline_ms / 1000 - RESERVE
        now = self._settings.clock()
        upstream = self._upstreams.find(call.fhir_server, client)
        return evaluate(call, self._settings, client, now, deadline, upstream, visit.reads.append, self._recall)

    @contextmanager
    def _read(self, visit: Visit) -> Iterator[Any]:
        """The JSON of the call; room is held for it meanwhile."""
        limits = self._settings.limits
        sent = body.read(limits)
        if not self._room.take(len(sent)):
            visit.refused = "room"
            raise Unavailable("The service is busy with large calls. Call again.")
        try:
            yield strict_json.read(sent, limits.json_depth)
        finally:
            self._room.give_back(len(sent))

    @contextmanager
    def _granted(self, visit: Visit, service_id: str) -> Iterator[tuple[Service, Client]]:
        """The service and the client, if this client may call it now; a place is held for it meanwhile."""
        caller = visit.caller
        if visit.service is None or caller is None:
            raise NotFound("There is no such service.")
        if not {"*", service_id} & set(caller.client.services):
            visit.refused = "service"
            raise NotEntitled("This client may not call this service.")
        with self._let_in(visit) as client:
            yield visit.service, client

    @contextmanager
    def _let_in(self, visit: Visit) -> Iterator[Client]:
        """The client, if it has not had its share; a place is held for it meanwhile."""
        caller = visit.caller
        if caller is None:
            raise NotFound("There is nothing here.")
        if caller.recent > self._settings.limits.requests_per_minute:
            visit.refused = "rate"
            raise TooMany("This client has made its calls of the last minute.", WINDOW)
        if not self._places.take(visit.client):
            visit.refused = "places"
            raise TooMany("Too many calls of this client are under way.", 1)
        try:
            yield caller.client
        finally:
            self._places.give_back(visit.client)

    @contextmanager
    def _alone(self, visit: Visit) -> Iterator[None]:
        """A worker judges one record at a time: several would take the processor from hook calls, which have a
        deadline. The next one waits as long as a hook call may take.
        """
        if not self._bench.acquire(timeout=self._settings.limits.deadline_ms / 1000):
            visit.refused = "judging"
            raise Unavailable("The service is busy with other records. Call again.")
        try:
            yield
        finally:
            self._bench.release()

    def _recall(self, client: str, patient: str, service: str, since: datetime) -> Iterable[Remembered]:
        """What was said lately. Where the store does not answer nothing is remembered, and so nothing held back."""
        try:
            return self._store.recall(client, patient, service, since)
        except StoreDown as error:
            self._store_down("memory", error)
            return ()

    def _keep(self, visit: Visit, shown: Sequence[ShownCard], kept: Sequence[Record]) -> None:
        """Keep what is given out, and on what grounds. Without, there is no answer; development answers all the same,
        as a trial should go on.
        """
        try:
            self._store.keep(shown, kept)
            visit.kept = True
        except StoreDown as error:
            visit.kept = True
            self._store_down("cards", error)
            if not self._settings.dev:
                raise Unavailable("What is answered could not be recorded. Call again.") from None

    def _record_refusal(self, visit: Visit, status: int) -> None:
        """A call that failed has a record too. Not so one that nobody looked into: turned away under load, or after too
        many failed tokens. Those are counted alone: nothing of them was read or decided, and a record for each would
        turn a flood of calls into a flood of writes.
        """
        looked = status != HTTPStatus.TOO_MANY_REQUESTS and visit.refused not in NOT_LOOKED_INTO
        if visit.kept or status < HTTPStatus.BAD_REQUEST or not looked:
            return
        try:
            self._store.keep((), records.refused(visit.call, status, visit.reads))
        except StoreDown as error:
            self._store_down("refusals", error)

    def _store_down(self, what: str, error: StoreDown) -> None:
        self._meters.count("hepar_store_failures", what)
        telemetry.log("store_down", "error", correlation=g.correlation, reason=str(error))


def register(app: Flask, calls: Calls) -> None:
    """/cds-services and what is below it, and the validation of records."""
    app.get("/cds-services")(calls.discover)
    app.post("/cds-services/<service_id>")(calls.hook)
    app.post("/cds-services/<service_id>/feedback")(calls.feedback)
    app.post(VALIDATION)(calls.validate)
    app.after_request(calls.end)


def _language(client: Client) -> str:
    """The language of the answer: what the site set for this client, or what the call asks for, or English."""
    return client.language or preferred(request.accept_languages)


def _worded(response: Response, call: HookRequest | None, client: Client) -> Response:
    """Says in which language an answer is, and whether that depends on what was asked for."""
    response.content_language.add(call.language if call else ENGLISH)
    if not client.language:
        response.vary.add("Accept-Language")
    return response


def _services(clients: tuple[Client, ...]) -> tuple[str, ...]:
    """What any of them may call: discovery asks nobody who they are."""
    return tuple({service for client in clients for service in client.services})
