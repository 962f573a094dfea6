"""The handbook in other languages: the same pages with other words, found where they are asked for."""

import re
from collections.abc import Iterator
from types import SimpleNamespace
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient

from hooks.guide import blueprint
from hooks.guide.__main__ import written
from hooks.guide.markup import END, START, without_trials
from hooks.guide.translated import texts, translated

WRITTEN = written()
SPANISH = {name: text for name, text in WRITTEN.items() if name.startswith("es/")}
SHAPE = re.compile(r"<(/?[a-z0-9]+)((?: (?!aria-label)[a-z-]+=\"[^\"]*\")*)[^>]*>|<!--.*?-->|<code>.*?</code>")
MSC = re.compile(r"\bMSC\b(?!-liver-)|mesenquim|células madre|exosoma|infusión", re.IGNORECASE)


def served(*, trials: bool = True) -> FlaskClient:
    app = Flask("guide", static_folder=None)
    app.register_blueprint(blueprint(SimpleNamespace(msc=SimpleNamespace(text=trials))))  # type: ignore[arg-type]
    return app.test_client()


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return served()


def shape(page: str) -> list[str]:
    """The markup without its words; links inside a sentence may stand in another order."""
    tags = (found[0] for found in SHAPE.finditer(page) if "hreflang" not in found[0])
    return sorted(re.sub(' aria-label="[^"]*"', "", tag) for tag in tags if not tag.startswith("<html"))


@pytest.mark.parametrize("name", SPANISH)
def test_only_words_differ(name: str) -> None:
    english, spanish = WRITTEN[name.removeprefix("es/")], SPANISH[name]
    assert shape(spanish) == shape(english)
    assert '<html lang="es">' in spanish
    assert (spanish.count(START), spanish.count(END)) == (english.count(START), english.count(END))


@pytest.mark.hazard("M-8")
@pytest.mark.parametrize("path", ["", "scores/meld-3.0", "reasons", "statuses", "repetition", "codes"])
def test_without_trials_nothing_speaks_of_them(path: str) -> None:
    name = f"es/{path or 'index'}.html"
    page = served(trials=False).get(f"/guide/es/{path}").text
    assert page == without_trials(SPANISH[name])
    assert not MSC.search(re.sub("<[^>]+>", "", page))


@pytest.mark.parametrize(
    ("path", "wanted", "found", "language"),
    [
        ("/guide/", "", "/guide/", "en"),
        ("/guide/", "es", "/guide/es/", "es"),
        ("/guide/scores/meld", "es-AR", "/guide/es/scores/meld", "es"),
        ("/guide/en/scores/meld", "es", "/guide/en/scores/meld", "en"),
        ("/guide/es/scores/meld", "en", "/guide/es/scores/meld", "es"),
        ("/guide/en/es/scores/meld", "", "/guide/es/scores/meld", "es"),
        ("/guide/es/profiles", "", "/guide/es/profiles", "en"),
        ("/guide/es/guide.css", "", "/guide/es/guide.css", "en"),
        ("/guide/scores/meld", "fr", "/guide/scores/meld", "en"),
    ],
)
def test_a_page_is_found_in_the_language_asked_for(
    client: FlaskClient, path: str, wanted: str, found: str, language: str
) -> None:
    answer = client.get(path, headers={"Accept-Language": wanted})
    if answer.status_code in (302, 308):
        path = urljoin(path, answer.headers["Location"])
        answer = client.get(path, headers={"Accept-Language": wanted})
    assert (answer.status_code, path, answer.headers["Content-Language"]) == (200, found, language)


def test_a_plain_path_depends_on_the_language_wanted(client: FlaskClient) -> None:
    for wanted in ("en", "es"):
        assert "Accept-Language" in client.get("/guide/", headers={"Accept-Language": wanted}).headers["Vary"]


def links(page: str) -> Iterator[str]:
    yield from re.findall(r'href="((?!https?:)[^"#]+)', page)


@pytest.mark.parametrize("start", ["/guide/", "/guide/es/", "/guide/en/"])
def test_every_link_leads_to_a_page(client: FlaskClient, start: str) -> None:
    found, todo = {start}, [start]
    while todo:
        here = todo.pop()
        answer = client.get(here)
        while answer.status_code == 308:
            here = urljoin(here, answer.headers["Location"])
            answer = client.get(here)
        assert answer.status_code == 200, here
        new = {urljoin(here, each) for each in links(answer.text)} - found if answer.mimetype == "text/html" else set()
        found |= new
        todo += new
    assert len(found) < 3 * len(WRITTEN)


def test_the_markup_of_a_block_stays_and_its_words_change() -> None:
    page = '<p class="a">See <a href="x">the &lt;card&gt;</a> and <code>A_B</code>.</p>\n<p>12</p>'
    assert list(texts(page)) == ["See ⟨0⟩the <card>⟨/0⟩ and ⟨1/⟩."]
    said = {"See ⟨0⟩the <card>⟨/0⟩ and ⟨1/⟩.": "⟨1/⟩ y ⟨0⟩la <tarjeta>⟨/0⟩."}
    expected = '<p class="a"><code>A_B</code> y <a href="x">la &lt;tarjeta&gt;</a>.</p>\n<p>12</p>'
    assert translated(page, "es", lambda text: said[text]) == expected
