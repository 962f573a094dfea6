"""What is known of one call to a service while it lasts: for its log line, its counters and its record."""

from dataclasses import dataclass, field

from flask import g, request

from hooks.audit.records import Call, Kind
from hooks.ehr import Read
from hooks.pipeline import Reply
from hooks.records.judging import Judged
from hooks.request import HookRequest
from hooks.services import KEYS, SERVICES, VALIDATION, Service
from hooks.trust import Caller
from hooks.upstream import READ

NOBODY = "nobody"
"""Stands for the client where none has been shown to call."""


@dataclass(slots=True)
class Visit:
    """One call. `client` is the name of whoever called, as far as that is proven; `claimed` and `token_id` are what a
    token that failed says, if it named a client of ours, and `peer` is the address that it came from.

    `refused` is a word for why it was not let in; `reads` are the keys that were wanted from the EHR; `kept` is whether
    a record of the call was made, or failed to be: it is not tried twice. `judged`: what came of a validation.
    """

    service: Service | None
    kind: Kind
    client: str = NOBODY
    caller: Caller | None = None
    claimed: str = ""
    token_id: str = ""
    peer: str = ""
    refused: str = ""
    hook: HookRequest | None = None
    reply: Reply | None = None
    judged: Judged | None = None
    reads: list[Read] = field(default_factory=list)
    kept: bool = False

    def outcome(self, status: int) -> str:
        """What became of the call, in one word of a closed list."""
        if self.judged is not None and status == 200:
            return self.judged.word
        if self.reply is not None and status == 200:
            return "cards" if self.reply.shown else "held" if self.reply.held else "nothing"
        return "failed" if status == 500 else str(status)

    def keys(self) -> dict[str, str]:
        """Each prefetch key that the call needed: sent, read, or not_read."""
        wanted = {read.key: "read" if read.outcome == READ else "not_read" for read in self.reads}
        used = self.reply is not None and self.reply.chart is not None
        return {**dict.fromkeys(KEYS, "sent"), **wanted} if used else wanted

    @property
    def call(self) -> Call:
        """What its records say of it."""
        who = (self.caller.client.name, self.caller.issuer, self.caller.token_id) if self.caller else ("", "", "")
        return Call(g.correlation, self.kind, self.service, *who, self.refused, self.hook)

    def said(self, status: int) -> dict[str, str]:
        """The fields of its log line."""
        caller = self.caller
        held = self.reply.held if self.reply else ()
        fields = {
            "service": self.service.id if self.service else "",
            "client": self.client,
            "claimed": self.claimed,
            "peer": self.peer,
            "outcome": self.outcome(status),
            "refused": self.refused,
            "issuer": caller.issuer if caller else "",
            "token_id": caller.token_id if caller else self.token_id,
            "unread": ", ".join(f"{read.key} ({read.outcome})" for read in self.reads if read.outcome != READ),
            "held": ", ".join(f"{each.rule} ({each.why})" for each in held),
        }
        return {name: value for name, value in fields.items() if value}


def begin() -> Visit:
    """The visit that this request is. Call it once the request has been routed to a service."""
    asked = (request.view_args or {}).get("service_id", "")
    visit: Visit = Visit(SERVICES.get(asked), _kind(request.path))
    g.visit = visit
    return visit


def _kind(path: str) -> Kind:
    if path == VALIDATION:
        return "validation"
    return "feedback" if path.endswith("/feedback") else "evaluation"
