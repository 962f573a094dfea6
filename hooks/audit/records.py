"""What is recorded of a call: one record of the call itself, one of every key that was read from the EHR for it.

Members of a document, each left out where it has no value:

    seq, at                  number of the row, time (UTC)
    kind                     "evaluation" (a hook call), "feedback", "validation" (of a record), "read" (from the EHR),
                             "purge"
    client, issuer, token_id who called: the name in the settings; what its token said, once it was verified
    service, hook, instance  what was called; the EHR's id of the call
    user, patient, encounter for whom and about whom, ids of the EHR
    status, outcome, refused what was answered, in which words; why the caller was not let in
    cards, held              what was shown: id and rule; what was held back: rule, why, until when
    reasons                  why scores are not computed, or computed with a caveat
    inputs                   the records that the rules looked at, with their versions where the EHR tells them
    unread                   keys that could not be read, and why
    key, query, resources,   of a read: what was asked, how many were found, how long it took
    server, milliseconds
    issues                   of a validation: how many errors, warnings and remarks were found; nothing of the record
    told                     of feedback: card, outcome, and why an item does not count
    content, program         versions of the medicine and of the program
    correlation              the id under which the log speaks of the call
    kept                     digest of what stands beside the row: chart, assessment, cards
    sealed                   which key sealed the row

Nothing of a caller who was not verified is recorded but which of our services was called. Never a token, a name, a
comment or any other text of a chart.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from importlib import metadata
from typing import Any, Literal

from cds import content
from cds.assessment import Assessment
from cds.chart import Chart
from hooks.answers import Resource, versions
from hooks.audit.basis import pack
from hooks.audit.chain import Mark, Record
from hooks.audit.chart import worth_keeping
from hooks.ehr import NO_SERVER, Read
from hooks.pipeline import Reply
from hooks.request import HookRequest
from hooks.services import Service
from hooks.store.nouns import FeedbackEvent, instant
from hooks.upstream import READ

_REFERENCE = re.compile(r"[A-Za-z]{1,64}/[!-~]{1,128}\Z")
_WORD = re.compile(r"[!-~]{1,256}\Z")

Json = dict[str, Any]
Kind = Literal["evaluation", "feedback", "validation"]


def program() -> str:
    """The version of this program, "" where it runs without having been installed."""
    try:
        return metadata.version("hepar")
    except metadata.PackageNotFoundError:
        return ""


PROGRAM = program()


@dataclass(frozen=True, slots=True)
class Call:
    """One call, as far as it is known. `client` is "" unless it was verified; `refused` is a word of ours."""

    correlation: str
    kind: Kind
    service: Service | None
    client: str = ""
    issuer: str = ""
    token_id: str = ""
    refused: str = ""
    hook: HookRequest | None = None

    def record(self, status: int, at: str, more: Json, patient: str = "", kept: bytes = b"") -> Record:
        """The record of this call, answered with `status`."""
        return Record(
            at,
            self.kind,
            self.client,
            patient or (self.hook.patient if self.hook else ""),
            _filled({**self._known(), "status": status, "refused": self.refused, **more}),
            kept,
        )

    def reads(self, reads: Iterable[Read], at: str) -> list[Record]:
        """The records of what was read from the EHR; what was not asked, as there was no server, is none."""
        if self.hook is None:
            return []
        known = {**self._known(), "server": _word(self.hook.fhir_server)}
        return [
            Record(
                at,
                "read",
                self.client,
                self.hook.patient,
                _filled(
                    {
                        **known,
                        "key": read.key,
                        "query": read.query,
                        "outcome": read.outcome,
                        "resources": read.resources,
                        "milliseconds": round(read.milliseconds, 1),
                    }
                ),
            )
            for read in reads
            if read.outcome != NO_SERVER
        ]

    def _known(self) -> Json:
        hook = self.hook
        return {
            "correlation": self.correlation,
            "issuer": _word(self.issuer),
            "token_id": _word(self.token_id),
            "service": self.service.id if self.service else "",
            "hook": self.service.hook if self.service else "",
            "instance": hook.instance if hook else "",
            "user": hook.user if hook else "",
            "encounter": hook.encounter if hook else "",
            "content": content.VERSION,
            "program": PROGRAM,
        }


def evaluated(call: Call, reply: Reply, reads: Sequence[Read], at: datetime | None = None) -> list[Record]:
    """The records of a hook call that is about to be answered with `reply`."""
    when = instant(at or datetime.now(UTC))
    said = {
        "outcome": "cards" if reply.shown else "held" if reply.held else "nothing",
        "cards": [{"uuid": shown.uuid, "rule": shown.rule} for shown in reply.shown],
        "held": [{"rule": held.rule, "why": held.why, "until": instant(held.until)} for held in reply.held],
        "reasons": _reasons(reply.assessment),
        "unread": _unread(reads),
    }
    kept = b""
    if reply.basis is not None and reply.report is not None:
        basis = replace(reply.basis, chart=worth_keeping(reply.basis.chart))
        said["inputs"] = _inputs(basis.chart, reply.resources)
        kept = pack(basis, reply.report, reply.body["cards"])
    return [call.record(HTTPStatus.OK, when, said, kept=kept), *call.reads(reads, when)]


def refused(call: Call, status: int, reads: Sequence[Read] = (), at: datetime | None = None) -> list[Record]:
    """The records of a call that was not answered, but with an error."""
    when = instant(at or datetime.now(UTC))
    said = {"outcome": HTTPStatus(status).name.lower().replace("_", "-"), "unread": _unread(reads)}
    return [call.record(status, when, said), *call.reads(reads, when)]


def told(
    call: Call, events: Sequence[FeedbackEvent], patients: Mapping[str, str], at: datetime | None = None
) -> list[Record]:
    """The record of feedback that is about to be stored. `patients`: card -> patient, of cards that we gave out."""
    when = instant(at or datetime.now(UTC))
    items = [
        _filled(
            {
                "card": event.card if event.card in patients else "",
                "outcome": event.outcome,
                "quarantined": event.quarantined,
            }
        )
        for event in events
    ]
    about = {patients[event.card] for event in events if event.card in patients}
    patient = about.pop() if len(about) == 1 else ""
    return [call.record(HTTPStatus.OK, when, {"outcome": "stored", "told": items}, patient)]


def judged(call: Call, outcome: str, issues: Mapping[str, int], at: datetime | None = None) -> list[Record]:
    """The record of a validation: `outcome` "valid" or "invalid", and how many issues there were by severity."""
    when = instant(at or datetime.now(UTC))
    return [call.record(HTTPStatus.OK, when, {"outcome": outcome, "issues": dict(issues)})]


def purged(
    last: Mark | None,
    removed: Mapping[str, int],
    at: datetime | None = None,
    client: str = "",
    patient: str = "",
    **why: str,
) -> Record:
    """The record of a purge. `last` is the last row of the chain that is gone, if any went; `removed` counts rows.

    `client` and `patient` stand for one patient's rows; `why` says by which rule.
    """
    through = {"through": list(last)} if last else {}
    said = {**through, "removed": dict(removed), **why, "program": PROGRAM, "content": content.VERSION}
    return Record(instant(at or datetime.now(UTC)), "purge", client, patient, said)


def _filled(members: Json) -> Json:
    """Without those that have no value."""
    return {name: value for name, value in members.items() if value not in ("", [], None)}


def _word(text: str) -> str:
    """An identifier; "" for what is none: too long, not printable, with spaces."""
    return text if _WORD.match(text) else ""


def _unread(reads: Iterable[Read]) -> list[Json]:
    return [{"key": read.key, "why": read.outcome} for read in reads if read.outcome != READ]


def _reasons(assessment: Assessment | None) -> list[str]:
    if assessment is None:
        return []
    return sorted({reason for score in assessment.scores for reason in score.reasons})


def _inputs(chart: Chart, resources: Sequence[Resource]) -> list[str]:
    """The records that were looked at, with their versions where the EHR told them."""
    sources = {source for source in _sources(chart) if _REFERENCE.match(source)}
    known = versions(resources, sources)
    return sorted(f"{source}/_history/{known[source]}" if source in known else source for source in sources)


def _sources(chart: Chart) -> Iterable[str]:
    yield chart.patient
    for group in (chart.results, chart.unusable, chart.answers, chart.events):
        for found in group.values():
            yield from (each.source for each in found)
    yield from (each.source for each in chart.administrations)
    yield from (each.source for each in chart.adverse_events)
