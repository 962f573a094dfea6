"""The demonstration: a chart-review page that acts as an EHR, with made-up charts, in development mode only."""

import uuid
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from hooks.context import context_of
from hooks.demo import summary
from hooks.demo.charts import Template, prefetch, templates
from hooks.services import SERVICES
from hooks.site import Settings

USER = "demo-clinician"
STATIC = Path(__file__).parent / "static"
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}
POLICY = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def blueprint(settings: Settings) -> Blueprint:
    """The page at `/`, its files and the charts below `/demo/`. The dates of the charts follow the service's clock."""
    pages = Blueprint("demo", __name__)

    @pages.get("/")
    def page() -> Response:
        return _static("page.html")

    @pages.get("/demo/<any('page.css', 'page.js', 'gfm.js'):name>")
    def file(name: str) -> Response:
        return _static(name)

    @pages.get("/demo/charts")
    def charts() -> Response:
        return jsonify(charts=[_listed(chart) for chart in templates().values()])

    @pages.get("/demo/charts/<chart_id>")
    def chart(chart_id: str) -> Response:
        found = _chart(chart_id)
        now = settings.clock()
        contexts = {service.hook: context_of(service.hook, found.id, USER) for service in SERVICES.values()}
        return jsonify(
            _listed(found) | summary.of(found, now) | {"prefetch": prefetch(found, now), "contexts": contexts}
        )

    @pages.get("/demo/charts/<chart_id>/call")
    def call(chart_id: str) -> Response:
        """A whole hook call about the chart, to be sent on as it is."""
        found = _chart(chart_id)
        service = SERVICES.get(request.args.get("service", found.services[0]))
        if service is None:
            abort(404)
        now = settings.clock()
        return jsonify(
            hook=service.hook,
            hookInstance=str(uuid.uuid4()),
            context=context_of(service.hook, found.id, USER),
            prefetch=prefetch(found, now),
        )

    @pages.after_request
    def guard(response: Response) -> Response:
        """The page may load what this service serves, and nothing else."""
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return pages


def _static(name: str) -> Response:
    """One of the page's own files."""
    return Response((STATIC / name).read_bytes(), content_type=TYPES[Path(name).suffix])


def _chart(chart_id: str) -> Template:
    return templates().get(chart_id) or abort(404)


def _listed(chart: Template) -> dict[str, Any]:
    """What the list of charts says about one."""
    return {
        "id": chart.id,
        "patientId": chart.id,
        "name": summary.name_of(chart),
        "title": chart.title,
        "story": chart.story,
        "expect": chart.expect,
        "services": list(chart.services),
    }
