"""Reads from the caller's FHIR server what was not sent along: all keys at once, inside one deadline.

Only our own queries are asked, and only `next` links below the same base are followed; nothing that stands in a
resource is ever dialled. Whatever is incomplete counts as not read.
"""

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from urllib.parse import urljoin

from hooks import strict_json
from hooks.answers import UNREADABLE, Answer, answer, joined
from hooks.errors import BadRequest
from hooks.outbound import Unreadable
from hooks.request import HookRequest
from hooks.services import Codes, path_for
from hooks.site import Limits
from hooks.upstream import READ, Upstream
from hooks.urls import Address, below, parse

ACCEPT = "application/fhir+json, application/json;q=0.9"
NOT_FHIR = "upstream_not_fhir"
NO_SERVER = "no_server"


@dataclass(frozen=True, slots=True)
class Read:
    """One key that was wanted from the FHIR server, and what became of it.

    `query` is relative to the base, and names the patient: it is for the audit record, not for the log. `outcome` is
    `READ`, or a word of ours for why there is nothing; `resources` is how many were found.
    """

    key: str
    query: str = field(repr=False)
    outcome: str
    resources: int
    milliseconds: float


class Share:
    """What one call may still read, in bytes and in resources: all its keys together, as when they are sent along."""

    def __init__(self, octets: int, entries: int) -> None:
        self.octets = octets
        self._entries = entries
        self._lock = threading.Lock()

    def take(self, octets: int = 0, entries: int = 0) -> None:
        """Unreadable if there is not so much left."""
        with self._lock:
            self.octets -= octets
            self._entries -= entries
            if self.octets < 0 or self._entries < 0:
                raise Unreadable("too_large" if self.octets < 0 else "entries")


Outcome = tuple[Answer | str, float]
"""What was found, or a word for why nothing was; and after how many milliseconds."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the keys of one call from one server until `deadline` (`time.monotonic`)."""

    call: HookRequest
    upstream: Upstream
    limits: Limits
    share: Share
    deadline: float
    products: Codes = frozenset()

    def attempt(self, key: str) -> Outcome:
        """One key, or the word why it cannot be had."""
        started = time.monotonic()
        outcome: Answer | str
        try:
            outcome = self.read(key)
        except Unreadable as fault:
            outcome = fault.reason
        except BadRequest:
            outcome = NOT_FHIR
        return outcome, _since(started)

    def read(self, key: str) -> Answer:
        """All pages of one key, going on from what was sent. Unreadable if it cannot be had completely."""
        sent = self.call.answers[key]
        pages: list[Answer] = []
        if sent.state == "partial" and sent.next:
            pages.append(sent)
            url = self._following(sent.next)
        else:
            url = self._address(f"{self.upstream.address}/{path_for(key, self.call.patient, self.products)}")
        visited: set[str] = set()
        with self.upstream.line(self.deadline) as line:
            while True:
                if str(url) in visited or len(visited) >= self.limits.fhir_pages:
                    raise Unreadable("pages")
                visited.add(str(url))
                body = self.upstream.get(line, url, self._headers, max(0, self.share.octets))
                self.share.take(octets=len(body))
                pages.append(self._page(key, body))
                self.share.take(entries=len(pages[-1].resources))
                if not pages[-1].next:
                    break
                url = self._following(pages[-1].next)
        found = joined(pages)
        if found.state != "whole":
            raise Unreadable("incomplete")
        return found

    def _address(self, text: str) -> Address:
        address = parse(text.replace("|", "%7C"))
        if address is None or not below(address, self.upstream.address):
            raise Unreadable("next")
        return address

    def _following(self, link: str) -> Address:
        """Where a next link leads, if that is below the base, and neither the base itself nor unknown."""
        try:
            address = self._address(urljoin(f"{self.upstream.address}/", link))
        except ValueError:
            address = self.upstream.address
        if link == UNREADABLE or address == self.upstream.address:
            raise Unreadable("next")
        return address

    def _headers(self) -> Mapping[str, str]:
        """Asked for before each GET: a token is not sent once it has expired."""
        headers = {"Accept": ACCEPT}
        if self.call.authorization is not None:
            headers["Authorization"] = self.call.authorization.header()
            if not headers["Authorization"]:
                raise Unreadable("token_expired")
        return headers

    def _page(self, key: str, body: bytes) -> Answer:
        value = strict_json.read(body, self.limits.json_depth)
        if value is None:
            raise Unreadable(NOT_FHIR)
        found = answer(key, value)
        if found.state == "absent":
            raise Unreadable("refused")
        return found


def fill(
    call: HookRequest,
    upstream: Upstream | None,
    limits: Limits,
    deadline: float,
    told: Callable[[Read], None] = lambda read: None,
    products: Codes = frozenset(),
) -> dict[str, Answer]:
    """The answers of the call, with the keys that are not whole read from `upstream` where possible.

    A key that could not be read whole keeps its state. `told` hears of each key that was wanted, read or not.
    `products` are the site's own codes of MSC products.
    """
    found = dict(call.answers)
    wanted = [key for key, sent in found.items() if sent.state != "whole"]
    if not wanted:
        return found
    for key, (outcome, milliseconds) in _outcomes(call, upstream, limits, deadline, wanted, products).items():
        query = path_for(key, call.patient, products)
        if isinstance(outcome, Answer):
            found[key] = outcome
            told(Read(key, query, READ, len(outcome.resources), milliseconds))
        else:
            told(Read(key, query, outcome, 0, milliseconds))
    return found


def _outcomes(
    call: HookRequest, upstream: Upstream | None, limits: Limits, deadline: float, wanted: list[str], products: Codes
) -> Mapping[str, Outcome]:
    """Every key with its outcome. Where nothing may be read now, that is known at once, and no thread is made."""
    reason = NO_SERVER
    if upstream is not None:
        try:
            with upstream.turn() as judged:
                sent = sum(len(each.resources) for each in call.answers.values())
                share = Share(limits.body_bytes, limits.entries - sent)
                outcomes = _at_once(Reader(call, upstream, limits, share, deadline, products), wanted)
                judged.extend([READ if isinstance(outcome, Answer) else outcome for outcome, _ in outcomes.values()])
                return outcomes
        except Unreadable as fault:
            reason = fault.reason
    return dict.fromkeys(wanted, (reason, 0.0))


def _at_once(reader: Reader, wanted: list[str]) -> dict[str, Outcome]:
    """All keys, each in a thread that ends by itself at the deadline; back then at the latest.

    A fault of ours in one of them is raised here.
    """
    started = time.monotonic()
    pool = ThreadPoolExecutor(len(wanted), "read")
    try:
        running = {key: pool.submit(reader.attempt, key) for key in wanted}
        wait(running.values(), max(0.0, reader.deadline - time.monotonic()))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    late: Outcome = ("deadline", _since(started))
    return {key: one.result() if one.done() and not one.cancelled() else late for key, one in running.items()}


def _since(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 2)
