"""The clinical handbook: pages written from the declarations of the content, and the routes that serve them.

The pages are rendered by `python -m hooks.guide` and packaged; serving them reads no declaration and no request.
"""

from pathlib import Path

from flask import Blueprint, Response, abort, request

from fhir_profiles import PACKAGE, r5
from hooks.guide.markup import OF_TRIALS, unmarked, without_trials
from hooks.languages import ENGLISH, LANGUAGES, preferred
from hooks.site import Settings

FOLDER = Path(__file__).parent / "pages"
TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".json": "application/json"}
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
CACHE = "public, max-age=3600"


def packaged(*, trials: bool) -> dict[str, tuple[str, str | bytes]]:
    """Path below /guide/ -> (media type, content); other languages stand below their tag.

    Without `trials` nothing speaks of investigational products.
    """
    found: dict[str, tuple[str, str | bytes]] = {}
    if trials:
        for package in (PACKAGE, r5.PACKAGE):
            found[f"profiles/{package.name}"] = ("application/gzip", package.read_bytes())
    for file in sorted(FOLDER.rglob("*.*")):
        name = file.relative_to(FOLDER).as_posix()
        path = name.removesuffix(".html")
        language, plain = parted(path)
        if trials or plain.partition("/")[0] not in OF_TRIALS:
            text = file.read_text(encoding="utf-8")
            served = unmarked(text) if trials else without_trials(text)
            plain = "" if plain == "index" else plain
            found[f"{language}/{plain}" if language else plain] = (TYPES[file.suffix], served)
    return found


def parted(path: str) -> tuple[str, str]:
    """The language that a path asks for, and the rest. "" if none; the last one, where one page leads to another."""
    language = ""
    while path.partition("/")[0] in LANGUAGES:
        language, _, path = path.partition("/")
    return language, path


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
        asked, plain = parted(page)
        language = asked or preferred(request.accept_languages)
        there = f"{language}/{plain}" in pages
        if not there and plain not in pages:
            abort(404)
        meant = f"{asked}/{plain}" if asked else f"{language}/{plain}" if there else page
        if meant != page:
            moved = Response(status=308 if asked else 302, headers={"Location": "../" * page.count("/") + meant})
            moved.vary.add("Accept-Language")
            return moved
        media_type, content = pages[page if there else plain]
        response = Response(content, content_type=media_type)
        response.content_language.add(language if there else ENGLISH)
        if not asked:
            response.vary.add("Accept-Language")
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cache-Control"] = CACHE
        response.add_etag()
        response.make_conditional(request)
        return response

    return guide
