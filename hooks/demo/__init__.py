"""The demonstration: a chart-review page that acts as an EHR, in development mode only. It keeps nothing."""

import uuid
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request

from cds.chart import Chart
from hooks import strict_json
from hooks.context import context_of
from hooks.demo import cards, case, summary, what_if
from hooks.demo.case import Case
from hooks.demo.charts import Template, templates
from hooks.demo.drafts import TITLES, drafts
from hooks.errors import BadRequest, WrongMediaType
from hooks.languages import LANGUAGES
from hooks.services import SERVICES
from hooks.site import Settings

USER = "demo-clinician"
STATIC = Path(__file__).parent / "static"
FILES = {
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "plot.js": "text/javascript; charset=utf-8",
    "vendor/uPlot.iife.min.js": "text/javascript; charset=utf-8",
    "vendor/uPlot.min.css": "text/css; charset=utf-8",
}
"""The page's own files, and the plotting library."""
MEDIA_TYPES = ("application/json", "application/fhir+json")
"""What only this page can send: for other types a browser asks no permission of the service."""
POLICY = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

Json = dict[str, Any]


def blueprint(settings: Settings) -> Blueprint:
    """The page at `/`, and what it asks for below `/demo/`. The dates of the charts follow the service's clock."""
    pages = Blueprint("demo", __name__, template_folder="templates")
    review = Review(settings)
    pages.get("/")(review.page)
    pages.get("/demo/<path:name>")(file)
    pages.get("/demo/charts/<chart_id>")(review.chart)
    pages.get("/demo/charts/<chart_id>/call")(review.call)
    pages.post("/demo/charts")(review.dropped)
    pages.post("/demo/what-if")(review.what_if)
    pages.post("/demo/cards")(review.cards)
    pages.after_request(guard)
    return pages


def file(name: str) -> Response:
    """One of the page's files."""
    if name not in FILES:
        abort(404)
    return Response((STATIC / name).read_bytes(), content_type=FILES[name])


def guard(response: Response) -> Response:
    """The page may load what this service serves, and nothing else."""
    response.headers["Content-Security-Policy"] = POLICY
    return response


class Review:
    """What the page asks for. Nothing of it outlives the request."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def page(self) -> Response:
        """The page, with the chart that `?chart=` names, else with the first."""
        first = next(iter(templates().values()))
        shown = case.made_up(templates().get(request.args.get("chart", ""), first), self._settings.clock())
        text = render_template(
            "page.html",
            charts=[(each.id, case.name_of(each.prefetch["patient"]), each.title) for each in templates().values()],
            shown=shown.id,
            services=SERVICES.values(),
            orders=TITLES,
            languages=LANGUAGES,
            chart=self._middle(shown),
        )
        return Response(text, content_type="text/html; charset=utf-8")

    def chart(self, chart_id: str) -> Response:
        """A demonstration chart, as the page shows it."""
        return jsonify(self._shown(case.made_up(_chart(chart_id), self._settings.clock())))

    def call(self, chart_id: str) -> Response:
        """A whole hook call about a demonstration chart, to be sent on as it is."""
        found = case.made_up(_chart(chart_id), self._settings.clock())
        service = SERVICES.get(request.args.get("service", found.service))
        if service is None:
            abort(404)
        return jsonify(
            hook=service.hook,
            hookInstance=str(uuid.uuid4()),
            context=context_of(service.hook, found.id, USER),
            prefetch=found.prefetch,
        )

    def dropped(self) -> Response:
        """The patients of a FHIR document, as the page shows them."""
        try:
            document = self._body()
        except BadRequest:
            raise BadRequest("The file is not one JSON document (RFC 8259: UTF-8, each name once).") from None
        return jsonify(charts=[self._shown(each) for each in case.dropped(document)])

    def what_if(self) -> Response:
        """A chart with imagined results, and what differs."""
        sent = _members(self._body(), prefetch=dict, values=dict, patient=str)
        patient = sent["patient"]
        found = what_if.changed(sent["prefetch"], patient, sent["values"], lambda held: self._read(held, patient))
        return jsonify(html=render_template("what_if.html", **found), prefetch=found["prefetch"])

    def cards(self) -> Response:
        """The cards of an answer, as the page shows them."""
        sent = _members(self._body(), answer=dict, imagined=bool, language=str)
        found = cards.of(sent["answer"])
        own = self._settings.server.public_url
        text = render_template(
            "cards.html",
            cards=found,
            imagined=sent["imagined"],
            language=sent["language"],
            basis=cards.basis(found, trials=self._settings.msc.text),
            markdown=lambda text: cards.rendered(text, own),
            dated=cards.dated,
            opened=cards.opened,
            followed=cards.links_to(own),
        )
        return jsonify(html=text)

    def _shown(self, one: Case) -> Json:
        """A chart with all that the page needs to show it and to call a service about it."""
        return {
            "id": one.id,
            "name": one.name,
            "html": self._middle(one),
            "service": one.service,
            "prefetch": one.prefetch,
            "contexts": {each.hook: context_of(each.hook, one.id, USER) for each in SERVICES.values()},
            "drafts": drafts(one.id),
        }

    def _middle(self, one: Case) -> str:
        chart = self._read(one.prefetch, one.id)
        return render_template("chart.html", **summary.of(one, chart), fields=what_if.fields(chart))

    def _read(self, sent: Json, patient: str) -> Chart:
        """The chart as the service reads it."""
        return case.chart_of(sent, patient, self._settings.clock(), self._settings.msc.product_codes)

    def _body(self) -> Any:
        """The JSON that was sent. BadRequest, WrongMediaType, or 413 where it is larger than a call may be."""
        if request.mimetype not in MEDIA_TYPES:
            raise WrongMediaType("The body must be application/json.")
        limits = self._settings.limits
        request.max_content_length = limits.body_bytes
        return strict_json.read(request.get_data(), limits.json_depth)


def _chart(chart_id: str) -> Template:
    return templates().get(chart_id) or abort(404)


def _members(body: object, **kinds: type) -> Json:
    """The members of an object. BadRequest if one is missing or of another type."""
    if not isinstance(body, dict):
        raise BadRequest("The body is no JSON object.")
    wrong = tuple(name for name, kind in kinds.items() if not isinstance(body.get(name), kind))
    if wrong:
        raise BadRequest("Members are missing or of another type.", wrong)
    return body
