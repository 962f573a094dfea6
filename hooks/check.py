"""Acts as an EHR: reads discovery, runs the prefetch queries against a FHIR server, and calls the service."""

import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urljoin

from cds.fhir import patients_in
from hooks.caller import Json, Remote, Reply, Service
from hooks.context import context_of
from hooks.progress import progress

TOKEN = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
PAGES = 20
TRY_POST = frozenset({405, 414, 431})
"""What servers answer when a query is too long for an address, or when they search by POST alone."""
USER = "hepar-check"
REFUSED = {
    401: "wants a token (401); name the variable that holds it with --token-env",
    403: "does not allow this (403); the token needs to read this patient",
    404: "has no patient with this id, or is not below this address (404)",
    410: "has deleted this patient (410)",
}
"""What the answers to reading the patient mean, when they end the check."""


class Unreachable(Exception):
    """The check cannot be made: nothing answers, or what was asked for is not there. One sentence for the user."""


@dataclass(slots=True)
class Query:
    """One prefetch key: what was asked, and what came back. `answer` is None if the EHR would leave the key out."""

    key: str
    query: str
    status: int = 0
    found: int = 0
    milliseconds: int = 0
    notes: list[str] = field(default_factory=list)
    answer: Json | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """The whole exchange of one check."""

    service: str
    queries: tuple[Query, ...]
    request: Json
    reply: Reply
    milliseconds: int

    @property
    def answered(self) -> bool:
        """Whether the service answered with cards, perhaps none."""
        return self.reply.status == 200 and isinstance(self.reply.body, dict) and "cards" in self.reply.body


def check(service: Service, ehr: Remote, patient: str, service_id: str, encounter: str = "") -> Checked:
    """One hook call with everything the advertised queries find. Raises Unreachable."""
    offered = discover(service, service_id)
    context = context_of(offered["hook"], patient, USER, encounter)
    queries = _queries(ehr, offered.get("prefetch", {}), context)
    request: Json = {
        "hook": offered["hook"],
        "hookInstance": str(uuid.uuid4()),
        "fhirServer": ehr.base,
        "context": context,
        "prefetch": {query.key: query.answer for query in queries if query.answer is not None},
    }
    start = time.monotonic()
    reply = service.post(f"/cds-services/{service_id}", request)
    if not reply.status:
        raise Unreachable(f"the service does not answer: {reply.fault}.")
    return Checked(service_id, queries, request, reply, _since(start))


def _queries(ehr: Remote, templates: Mapping[str, str], context: Json) -> tuple[Query, ...]:
    """Every prefetch query. Raises Unreachable if the FHIR server does not answer, or knows no such patient."""
    found: list[Query] = []
    with progress("Asking the FHIR server", len(templates)) as step:
        for key, template in templates.items():
            query = run(ehr, key, template, context)
            if not found and not query.status:
                raise Unreachable(f"the FHIR server does not answer: {'; '.join(query.notes)}.")
            if key == "patient" and query.status in REFUSED:
                raise Unreachable(f"the FHIR server {REFUSED[query.status]}.")
            found.append(query)
            step()
    return tuple(found)


def discover(service: Service, service_id: str) -> Json:
    """The service's entry in discovery. Raises Unreachable, naming what is offered."""
    reply = service.get("/cds-services")
    if not reply.status:
        raise Unreachable(f"the service does not answer: {reply.fault}.")
    if reply.status != 200 or not isinstance(reply.body, dict) or not isinstance(reply.body.get("services"), list):
        raise Unreachable(f"no CDS services are offered there (discovery answered {reply.status}).")
    offered = {entry.get("id"): entry for entry in reply.body["services"] if isinstance(entry, dict)}
    if service_id not in offered:
        raise Unreachable(f"there is no service {service_id}; offered are {', '.join(sorted(map(str, offered)))}.")
    return dict(offered[service_id])


def to_json(checked: Checked) -> Json:
    """The exchange as plain data."""
    queries = [
        {
            "key": query.key,
            "query": query.query,
            "status": query.status,
            "found": query.found,
            "milliseconds": query.milliseconds,
            "sent": query.answer is not None,
            "notes": query.notes,
        }
        for query in checked.queries
    ]
    return {
        "service": checked.service,
        "queries": queries,
        "status": checked.reply.status,
        "milliseconds": checked.milliseconds,
        "response": checked.reply.body,
    }


def run(ehr: Remote, key: str, template: str, context: Mapping[str, Any]) -> Query:
    """One prefetch query, all pages up to `PAGES`, without the records of other patients."""
    values = {f"context.{name}": value for name, value in context.items() if isinstance(value, str)}
    values["userPractitionerId"] = USER
    unknown = [token for token in TOKEN.findall(template) if token not in values]
    if unknown:
        return Query(key, template, notes=[f"this check has no value for {', '.join(unknown)}"])
    query = Query(key, TOKEN.sub(lambda found: quote(values[found[1]], safe=""), template))
    start = time.monotonic()
    reply = ehr.get(query.query)
    if reply.status in TRY_POST and "?" in query.query:
        query.notes.append(f"answered {reply.status} to GET, then searched by POST")
        reply = ehr.search_by_post(query.query)
    query.status = reply.status
    query.answer = _answer(ehr, query, reply, str(context["patientId"]))
    query.milliseconds = _since(start)
    return query


def _answer(ehr: Remote, query: Query, reply: Reply, patient: str) -> Json | None:
    """What goes into the prefetch for this key: a resource or one Bundle of all pages; None for an error."""
    if reply.fault:
        query.notes.append(reply.fault)
        return None
    if reply.status != 200:
        query.notes.append("left out of the call")
        return None
    kind = reply.body.get("resourceType") if isinstance(reply.body, dict) else None
    if kind == "Bundle":
        return _all_pages(ehr, query, reply.body, patient)
    if kind in (None, "OperationOutcome"):
        query.notes.append("no resource came back; left out of the call")
        return None
    query.found = 1
    return dict(reply.body)


def _all_pages(ehr: Remote, query: Query, first: Json, patient: str) -> Json:
    """The first page with the matches of all others. A `next` link stays in it if not everything could be read."""
    entries = _entries(first)
    page, read, pages = first, {query.query}, 1
    while (following := _next(page, ehr)) and pages < PAGES and following not in read and ehr.holds(following):
        read.add(following)
        reply = ehr.get(following)
        if reply.status != 200 or not isinstance(reply.body, dict):
            break
        page, pages = reply.body, pages + 1
        entries += _entries(page)
    if pages > 1:
        query.notes.append(f"{pages} pages")
    mine = [entry for entry in entries if _may_be_of(patient, entry["resource"])]
    if len(mine) < len(entries):
        query.notes.append(
            f"{len(entries) - len(mine)} of {len(entries)} are of other patients and were left out: "
            "the server does not search as asked"
        )
    query.found = sum(entry["resource"].get("resourceType") != "OperationOutcome" for entry in mine)
    whole: Json = {name: first[name] for name in ("resourceType", "type") if name in first}
    if following:
        query.notes.append("not everything was read: the rest stays behind a next link")
        whole["link"] = [{"relation": "next", "url": following}]
    total = first.get("total")
    if isinstance(total, int) and total > len(entries) and not following:
        query.notes.append(f"the server counts {total} but sent {len(entries)}, with no next page")
        whole["total"] = total
    elif not following:
        whole["total"] = query.found
    return whole | ({"entry": mine} if mine else {})


def _entries(bundle: Json) -> list[Json]:
    entries = bundle.get("entry")
    entries = entries if isinstance(entries, list) else []
    return [entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get("resource"), dict)]


def _next(bundle: Json, ehr: Remote) -> str:
    links = bundle.get("link")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("relation") == "next":
            return urljoin(f"{ehr.base}/", str(link.get("url", "")))
    return ""


def _may_be_of(patient: str, resource: Json) -> bool:
    """Whether a resource names this patient, or nobody."""
    named = patients_in([resource])
    return not named or patient in named


def _since(start: float) -> int:
    return round((time.monotonic() - start) * 1000)
