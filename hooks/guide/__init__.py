"""The clinical handbook: pages written from the declarations of the content, and the routes that serve them.

The pages are rendered by `python -m hooks.guide` and packaged; serving them reads no declaration and no request.
"""

from pathlib import Path

from flask import Blueprint, Response, abort, request

from fhir_profiles import PACKAGE, r5
from hooks.guide.markup import OF_TRIALS, unmarked, without_trials
from hooks.site import Settings

FOLDER = Path(__file__).parent / "pages"
TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".json": "application/json"}
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
CACHE = "public, max-age=3600"


def packaged(*, trials: bool) -> dict[str, tuple[str, str | bytes]]:
    """Path below /guide/ -> (media type, content). Without `trials` nothing speaks of investigational products."""
    found: dict[str, tuple[str, str | bytes]] = {}
    if trials:
        for package in (PACKAGE, r5.PACKAGE):
            found[f"profiles/{package.name}"] = ("application/gzip", package.read_bytes())
    for file in sorted(FOLDER.rglob("*.*")):
        name = file.relative_to(FOLDER).as_posix()
        path = name.removesuffix(".html")
        if trials or path.partition("/")[0] not in OF_TRIALS:
            text = file.read_text(encoding="utf-8")
            served = unmarked(text) if trials else without_trials(text)
            found["" if path == "index" else path] = (TYPES[file.suffix], served)
    return found


def blueprint(settings: Settings) -> Blueprint:
    """The handbook at `/guide/`. An unknown path is 404; the text of a path never reaches the file system."""
    guide = Blueprint("guide", __name__)
    pages = packaged(trials=settings.msc.text)

    @guide.get("/guide")
    def outside() -> Response:
        """The framework would send to an absolute address, made of what the caller says of itself."""
        return Response(status=308, headers={"Location": "guide/"})

    @guide.get("/guide/")
    @guide.get("/guide/<path:page>")
    def page(page: str = "") -> Response:
        if page.endswith("/") and (name := page[:-1]) in pages:
            return Response(status=308, headers={"Location": f"../{name.rpartition('/')[2]}"})
        if page not in pages:
            abort(404)
        media_type, content = pages[page]
        response = Response(content, content_type=media_type)
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = CACHE
        response.add_etag()
        response.make_conditional(request)
        return response

    return guide
