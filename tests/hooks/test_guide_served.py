"""How the handbook is served: by name only, cacheable, and without a word of trials where a site wants none."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fhir_profiles import PACKAGE, r5
from hooks.guide import POLICY, blueprint
from hooks.guide.markup import END, OF_TRIALS, START, TRIALS


def served(*, trials: bool) -> FlaskClient:
    app = Flask("guide", static_folder=None)
    app.register_blueprint(blueprint(SimpleNamespace(msc=SimpleNamespace(text=trials))))  # type: ignore[arg-type]
    return app.test_client()


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return served(trials=True)


@pytest.fixture(scope="module")
def quiet() -> FlaskClient:
    return served(trials=False)


def links(client: FlaskClient) -> Iterator[str]:
    """Every page that the server knows, by walking from the first one."""
    found, todo = {"/guide/"}, ["/guide/"]
    while todo:
        here = todo.pop()
        answer = client.get(here)
        if answer.status_code == 308:
            here = urljoin(here, answer.headers["Location"])
            answer = client.get(here)
        yield here
        assert answer.status_code == 200, here
        if answer.mimetype != "text/html":
            continue
        for part in answer.text.split('href="')[1:]:
            href = part.partition('"')[0].partition("#")[0]
            if href.startswith("http") or not href:
                continue
            path = urljoin(here, href)
            if path not in found:
                found.add(path)
                todo.append(path)


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/guide/", "text/html"),
        ("/guide/scores/meld-3.0", "text/html"),
        ("/guide/pathways/cirrhosis", "text/html"),
        ("/guide/guide.css", "text/css"),
        ("/guide/source-attributes", "text/html"),
        ("/guide/source-attributes.json", "application/json"),
        ("/guide/profiles", "text/html"),
        ("/guide/profiles/msc-product", "text/html"),
    ],
)
def test_a_page_is_found(client: FlaskClient, path: str, media_type: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert "max-age" in answer.headers["Cache-Control"]
    assert START not in answer.text
    again = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/guide/nothing",
        "/guide/index",
        "/guide/scores/meld.html",
        "/guide/scores/../../render.py",
        "/guide/%2e%2e/render.py",
        "/guide/..%2frender.py",
        "/guide//etc/passwd",
        "/guide/scores/%00",
        "/guide/pages/guide.css",
    ],
)
def test_nothing_else_is_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in (308, 404)
    assert client.get(path, follow_redirects=True).status_code == 404


@pytest.mark.hazard("T-19")
def test_the_way_in_says_nothing_of_what_the_caller_says_of_itself(client: FlaskClient) -> None:
    answer = client.get("/guide", headers={"Host": "evil.example", "X-Forwarded-Proto": "javascript"})
    assert (answer.status_code, answer.headers["Location"], answer.data) == (308, "guide/", b"")
    assert client.get("/guide", follow_redirects=True).status_code == 200


@pytest.mark.parametrize("package", [PACKAGE, r5.PACKAGE], ids=["R4", "R5"])
def test_the_packages_are_handed_out_as_they_were_built(client: FlaskClient, quiet: FlaskClient, package: Path) -> None:
    answer = client.get(f"/guide/profiles/{package.name}")
    assert (answer.status_code, answer.mimetype) == (200, "application/gzip")
    assert answer.data == package.read_bytes()
    assert quiet.get(f"/guide/profiles/{package.name}").status_code == 404


@pytest.mark.parametrize(("path", "to"), [("/guide/profiles/", "profiles"), ("/guide/scores/meld/", "meld")])
def test_a_slash_too_many_leads_to_the_page(client: FlaskClient, path: str, to: str) -> None:
    answer = client.get(path, headers={"Host": "evil.example"})
    assert (answer.status_code, answer.headers["Location"], answer.data) == (308, f"../{to}", b"")
    assert client.get(urljoin(path, answer.headers["Location"])).status_code == 200


def test_it_is_only_read(client: FlaskClient) -> None:
    assert client.post("/guide/").status_code == 405


def test_every_link_is_served(client: FlaskClient) -> None:
    assert len(list(links(client))) > 40


@pytest.mark.hazard("M-8")
def test_without_trials_no_page_speaks_of_them_and_no_link_is_broken(quiet: FlaskClient) -> None:
    for path in links(quiet):
        text = quiet.get(path).text
        assert TRIALS.search(text) is None, path
        assert START not in text
        assert END not in text


@pytest.mark.hazard("M-8")
@pytest.mark.parametrize("page", [*OF_TRIALS, "pathways/cirrhosis"])
def test_without_trials_their_pages_are_not_there(quiet: FlaskClient, client: FlaskClient, page: str) -> None:
    assert quiet.get(f"/guide/{page}").status_code == 404
    assert client.get(f"/guide/{page}").status_code == 200
