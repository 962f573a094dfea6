"""The demonstration page in a real browser: cards as a clinician sees them, feedback, the keyboard, no complaints."""

import io
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from hooks.app import create_app
from hooks.demo.charts import templates
from hooks.services import SERVICES
from hooks.settings import settings_from
from tests.hooks.browser import BROWSER, DRIVER, Browser, browsing

pytestmark = pytest.mark.skipif(not (BROWSER and DRIVER), reason="no chromium with chromedriver on this machine")

IDLE = "return document.getElementById('state').textContent.match(/ in \\d+ ms/) !== null"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, str, list[Any]]]:
    """The browser, the address of the service, and the feedback that the service was sent."""
    folder = tmp_path_factory.mktemp("demo")
    settings = settings_from({"storage": {"url": f"sqlite:///{folder}/hepar.db"}}, "test", True)
    app = create_app(settings)
    sent: list[Any] = []

    def keeping(environ: dict[str, Any], start: Any) -> Any:
        if environ["PATH_INFO"].endswith("/feedback"):
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            sent.append(json.loads(body))
            environ["wsgi.input"] = io.BytesIO(body)
        return app(environ, start)

    server = make_server("127.0.0.1", 0, keeping, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with browsing(folder / "profile") as browser:
            yield browser, f"http://127.0.0.1:{server.server_port}/", sent
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def show(page: tuple[Browser, str, list[Any]], chart: str) -> Browser:
    browser, address, _ = page
    browser.open("about:blank")
    browser.open(f"{address}#demo-{chart}")
    browser.until(IDLE)
    return browser


def test_a_chart_is_opened_and_its_cards_are_shown(page: Any) -> None:
    browser = show(page, "decompensated")
    assert browser.texts(".charts button[aria-pressed=true]")[0].startswith("Demo, Clara")
    summaries = browser.texts(".card h3")
    assert 1 <= len(summaries) <= 2
    assert browser.texts(".card .source")[0].startswith("Source: ")
    assert browser.texts(".card .detail table")
    assert browser.texts("#traffic summary") == ["Request (JSON)", "Response (JSON)"]


def test_the_banner_says_that_nothing_is_real(page: Any) -> None:
    browser = show(page, "steatosis")
    assert browser.texts(".banner")[0].startswith("Demonstration data. Investigational.")


def test_silence_is_explained(page: Any) -> None:
    browser = show(page, "no-liver-disease")
    assert browser.texts(".card") == []
    assert "Nothing to say" in browser.texts("#cards")[0]


@pytest.mark.parametrize("chart", [id.removeprefix("demo-") for id in templates()])
def test_no_markup_is_left_over_and_nothing_is_reported_to_the_console(page: Any, chart: str) -> None:
    browser = show(page, chart)
    for text in browser.texts(".card .detail"):
        assert "**" not in text
        assert "](" not in text
        assert "\\" not in text
        assert "|" not in text
    assert browser.complaints() == []


def test_a_suggestion_is_accepted(page: Any) -> None:
    browser = show(page, "compensated")
    browser.click(".suggestions button")
    browser.until("return document.querySelector('.suggestions button').textContent === 'Accepted'")
    [entry] = page[2][-1]["feedback"]
    assert entry["outcome"] == "accepted"
    assert entry["acceptedSuggestions"][0]["id"]


def test_a_card_is_dismissed_with_a_reason(page: Any) -> None:
    browser = show(page, "compensated")
    before = len(browser.texts(".card"))
    browser.click(".answer button")
    browser.until("return document.querySelectorAll('.card').length === arguments[0]", before - 1)
    [entry] = page[2][-1]["feedback"]
    assert entry["outcome"] == "overridden"
    assert entry["overrideReason"]["reason"]["code"]


@pytest.mark.parametrize("service", sorted(set(SERVICES) - {"msc-liver-evaluation"}))
def test_every_hook_is_called_as_it_wants(page: Any, service: str) -> None:
    browser = show(page, "carcinoma")
    browser.run(
        "const s = document.getElementById('service'); s.value = arguments[0];"
        "document.getElementById('state').textContent = ''; s.dispatchEvent(new Event('change'))",
        service,
    )
    browser.until(IDLE)
    assert "refused" not in browser.texts("#state")[0]


def test_it_works_with_the_keyboard_alone(page: Any) -> None:
    browser = show(page, "steatosis")
    browser.run("document.querySelector('[data-chart=demo-aclf]').focus()")
    browser.run("document.getElementById('state').textContent = ''")
    browser.type("\ue007")
    browser.until(IDLE)
    assert browser.texts("#chart h3") == ["Demo, David"]


@pytest.mark.hazard("T-38")
def test_hostile_markdown_stays_text(page: Any) -> None:
    browser = show(page, "steatosis")
    found = browser.run(
        """
        const [markdown, done] = [arguments[0], document.createElement("div")];
        return import("/demo/gfm.js").then(({ render }) => {
          done.append(render(markdown));
          const [all, links] = ["*", "a"].map((css) => [...done.querySelectorAll(css)]);
          return [all.map((e) => e.tagName), links.map((e) => e.href)];
        });
        """,
        "<img src=x onerror=alert(1)> [a](javascript:alert(1)) [b](data:text/html,x) [c](http://evil.example/) "
        "![d](https://evil.example/p.png) <script>x</script>\n\n| a |\n| --- |\n| <b>x</b> |",
    )
    assert set(found[0]) <= {"P", "TABLE", "THEAD", "TBODY", "TR", "TH", "TD", "A"}
    assert all(href.startswith("https://") for href in found[1])


def test_the_dates_are_fresh(page: Any) -> None:
    browser = show(page, "decompensated")
    newest = max(browser.texts("#chart td.date"))
    assert (datetime.now(UTC).date() - datetime.fromisoformat(newest).date()).days <= 3


def test_it_fits_a_narrow_window(page: Any, tmp_path: Path) -> None:
    browser = show(page, "decompensated")
    overflow = browser.run("document.body.style.width = '380px'; return document.querySelector('main').scrollWidth")
    assert overflow <= 1400
