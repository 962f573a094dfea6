"""One hook call from request to cards: what was sent and read, to a chart, an assessment, findings, cards.

No threshold and no clinical condition stands here; what is worth saying is decided in `cds`.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cds.assess import assess
from cds.assessment import Assessment
from cds.chart import Chart
from cds.fhir import Malformed, WrongPatient, read_chart
from cds.fhir.drafts import orders_msc, reference_to
from cds.findings import Finding
from cds.fingerprint import fingerprints
from cds.report import to_json
from hooks import ehr, urls
from hooks.answers import Answer, Resource
from hooks.audit.basis import Basis
from hooks.card import Form, card
from hooks.errors import BadRequest, MissingData
from hooks.repetition import Held, Remembered, held_back, reach
from hooks.request import HookRequest
from hooks.services import KEYS, REQUIRED, Codes
from hooks.site import Client, Settings
from hooks.store import ShownCard, instant
from hooks.upstream import Upstream

OTHER_PATIENT = "A resource belongs to another patient than the call. Nothing was computed."
BANNER = "development, not for clinical use"


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered: which cards are given out, which advice is held back, and what both rest on.

    `assessment`, `chart` and what else the record of the call needs are None where no chart was looked at: `basis` is
    what the cards were made from, `report` the assessment as plain data, `resources` what was read.
    """

    body: dict[str, Any]
    shown: tuple[ShownCard, ...] = ()
    held: tuple[Held, ...] = ()
    assessment: Assessment | None = None
    chart: Chart | None = None
    basis: Basis | None = None
    report: dict[str, Any] | None = None
    resources: tuple[Resource, ...] = ()


SILENT = Reply({"cards": []})

Recall = Callable[[str, str, str, datetime], Iterable[Remembered]]
"""(client, patient, service, since) -> the cards shown since then."""


def nothing(client: str, patient: str, service: str, since: datetime) -> Iterable[Remembered]:
    """The memory of one that keeps none."""
    return ()


def answer(
    call: HookRequest,
    settings: Settings,
    client: Client,
    now: datetime,
    deadline: float,
    upstream: Upstream | None = None,
    told: Callable[[ehr.Read], None] = lambda read: None,
    recall: Recall = nothing,
) -> Reply:
    """The reply to one call at the clinical clock `now`. `deadline` (`time.monotonic`) ends all reading.

    `upstream` is where to read what was not sent; `told` hears of each key that was wanted there. `recall` is
    asked only where there is something to say that may be held back. BadRequest if anything belongs to another
    patient or is no FHIR; MissingData if a required key could not be had.
    """
    base = call.fhir_server.rstrip("/")
    products = settings.msc.product_codes
    if call.drafts:
        _chart(call.drafts, call.patient, now, frozenset(), base)
    if call.service.about_orders and not _msc_order(call, settings):
        for each in call.answers.values():
            _chart(each.resources, call.patient, now, frozenset(), base)
        return SILENT
    answers = ehr.fill(call, upstream, settings.limits, deadline, told, products)
    resources = _required(answers, call.patient, now, base)
    read = frozenset(key for key in KEYS if answers[key].state == "whole") - {"patient"}
    basis = _basis(_chart(resources, call.patient, now, read, base, products), call, settings, client)
    return replace(_reply(basis, call, settings, client, now, recall), basis=basis, resources=resources)


def _basis(chart: Chart, call: HookRequest, settings: Settings, client: Client) -> Basis:
    """What the cards are made from."""
    form = Form(
        public_url=settings.server.public_url,
        patient=call.patient,
        encounter=call.encounter,
        actions_per_suggestion=client.actions_per_suggestion,
        action_codes=client.action_codes,
        banner=BANNER if settings.dev else "",
        score_suggestions=client.score_suggestions,
        language=call.language,
    )
    msc = settings.msc
    return Basis(chart, call.service.topic, msc.text, msc.protocol, msc.clinical_owner, form)


def _reply(basis: Basis, call: HookRequest, settings: Settings, client: Client, now: datetime, recall: Recall) -> Reply:
    """What is said of the chart: every finding a card, or held back."""
    chart = basis.chart
    assessment = assess(chart)
    findings = basis.findings(assessment)
    prints = _remembered(fingerprints(findings, assessment), call, client)
    held = _held_back(findings, prints, call, client, settings.msc.repeat_after_days, now, recall)
    said = [(finding, mark) for finding, mark, back in zip(findings, prints, held, strict=True) if back is None]
    back = tuple(each for each in held if each is not None)
    report = to_json(assessment)
    cards = [card(finding, report, basis.form) for finding, _ in said]
    shown = tuple(
        ShownCard(
            uuid=made["uuid"],
            client=client.name,
            service=call.service.id,
            rule=finding.topic,
            hook_instance=call.instance,
            shown_at=instant(now),
            suggestions=tuple(suggestion["uuid"] for suggestion in made.get("suggestions", ())),
            hook=call.service.hook,
            patient=call.patient,
            fingerprint=mark,
        )
        for (finding, mark), made in zip(said, cards, strict=True)
    )
    return Reply({"cards": cards}, shown, back, assessment, chart, report=report)


def _remembered(prints: Sequence[str], call: HookRequest, client: Client) -> Sequence[str]:
    """The fingerprints as they are remembered: at a client with several FHIR servers one id is a patient at each."""
    if len(client.fhir_servers) < 2:
        return prints
    return [hashlib.sha256(f"{urls.base(call.fhir_server)} {each}".encode()).hexdigest() for each in prints]


def _held_back(
    findings: Sequence[Finding],
    prints: Sequence[str],
    call: HookRequest,
    client: Client,
    days: int,
    now: datetime,
    recall: Recall,
) -> tuple[Held | None, ...]:
    """For each finding whether it is held back. Services that are asked about an order hold nothing back."""
    if not (findings and days and call.service.unasked):
        return (None,) * len(findings)
    memory = recall(client.name, call.patient, call.service.id, now - reach(days))
    return held_back(findings, prints, memory, days, now)


def _msc_order(call: HookRequest, settings: Settings) -> bool:
    """Whether an MSC product is among the orders; where the hook tells which were just picked, among those."""
    drafts = call.drafts
    if call.selected is not None:
        picked = {"/".join(each.split("/")[-2:]) for each in call.selected}
        drafts = tuple(draft for draft in drafts if reference_to(draft) in picked)
    return any(orders_msc(draft, call.drafts, settings.msc.order_codes) for draft in drafts)


def _required(answers: dict[str, Answer], patient: str, now: datetime, base: str) -> tuple[Resource, ...]:
    """The resources of all that could be had whole. MissingData if what there must be is not among it."""
    missing = sorted(key for key in REQUIRED if answers[key].state != "whole")
    if "patient" not in missing and not any(each["resourceType"] == "Patient" for each in answers["patient"].resources):
        missing.append("patient")
    for key in KEYS:
        if answers[key].state == "partial":
            _chart(answers[key].resources, patient, now, frozenset(), base)
    if missing:
        where = tuple(f"prefetch.{key}" for key in missing)
        raise MissingData(f"Required and neither sent nor readable: {', '.join(missing)}.", where)
    return tuple(resource for key in KEYS if answers[key].state == "whole" for resource in answers[key].resources)


def _chart(
    resources: Iterable[Resource],
    patient: str,
    now: datetime,
    read: frozenset[str],
    base: str,
    products: Codes = frozenset(),
) -> Chart:
    try:
        return read_chart(resources, patient, now, read, base, products)
    except WrongPatient:
        raise BadRequest(OTHER_PATIENT) from None
    except Malformed as error:
        raise BadRequest(str(error)) from None
