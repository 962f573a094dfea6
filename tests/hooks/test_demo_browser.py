"""The chart-review page in a real browser, as a clinician and as a keyboard meet it. Pictures go to build/pictures."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import axe_core_python
import pytest
from sqlalchemy import create_engine, text
from werkzeug.serving import make_server

from hooks.app import create_app
from hooks.demo.charts import prefetch, templates
from hooks.services import SERVICES
from hooks.settings import settings_from
from tests.hooks.browser import BROWSER, DRIVER, Browser, browsing
from tests.source_tree import ROOT

pytestmark = pytest.mark.skipif(not (BROWSER and DRIVER), reason="no chromium with chromedriver on this machine")

PICTURES = ROOT / "build/pictures"
AXE = Path(axe_core_python.__file__).with_name("axe.min.js")
READY = "return / in \\d+ ms/.test(document.getElementById('state').textContent)"
AFRESH = "document.getElementById('state').textContent = '';"
DROP = """
    const held = new DataTransfer();
    held.items.add(new File([arguments[0]], 'a.json'));
    document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, dataTransfer: held }))"""
SLOW = """
    const [late, ask] = [arguments[0], window.fetch];
    window.fetch = async (address, ...more) => {
      const answer = await ask(address, ...more);
      if (String(address).startsWith(late) && !window.held) {
        window.held = true;
        await new Promise((done) => { window.release = done; });
        window.late = true;
      }
      return answer;
    }"""
"""Holds the first answer from an address back until `window.release` is called."""
TAB, ENTER, SPACE = "\ue004", "\ue007", " "


@dataclass
class Page:
    """The browser, the address of the service, and its store."""

    browser: Browser
    address: str
    store: str

    def show(self, chart: str, width: int = 1440) -> Browser:
        """A chart, afresh, after its first call."""
        self.browser.size(width)
        self.browser.open(f"{self.address}?chart=demo-{chart}")
        self.browser.until(READY)
        return self.browser

    def choose(self, id: str, value: str) -> None:
        """An entry of a list, and the call that follows."""
        chosen = "const e = document.getElementById(arguments[0]); e.value = arguments[1]; "
        self.browser.run(f"{AFRESH} {chosen} e.dispatchEvent(new Event('change'))", id, value)
        self.browser.until(READY)

    def feedback(self) -> list[Any]:
        """What the store holds of it, the newest last."""
        engine = create_engine(self.store)
        with engine.connect() as connection:
            query = text("select * from feedback_event order by received_at, outcome_at")
            found = list(connection.execute(query).mappings())
        engine.dispose()
        return found


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The page, served as `hepar serve --dev` would."""
    folder = tmp_path_factory.mktemp("demo")
    store = f"sqlite:///{folder}/hepar.db"
    app = create_app(settings_from({"storage": {"url": store}}, "test", True))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with browsing(folder / "profile") as browser:
            yield Page(browser, f"http://127.0.0.1:{server.server_port}/", store)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A chart as a file: the same person under another id."""
    chart = templates()["demo-decompensated"]
    values = prefetch(chart, datetime.now(UTC)).values()
    people = [{"resource": value} for value in values if value["resourceType"] == "Patient"]
    entries = people + [entry for value in values for entry in value.get("entry", [])]
    file = tmp_path / "bundle.json"
    written = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries})
    file.write_text(written.replace("demo-decompensated", "from-a-file").replace("Clara", "Dora"))
    return file


def test_a_chart_is_opened_and_its_cards_are_shown(page: Page) -> None:
    browser = page.show("decompensated")
    assert browser.texts("[aria-current=page]")[0].startswith("Demo, Clara")
    assert browser.texts("#chart h2") == ["Demo, Clara"]
    assert 1 <= len(browser.texts(".card h3")) <= 2
    assert browser.texts("#state")[0].startswith("Demo, Clara: ")
    assert browser.texts(".card .source")[0].startswith("Source: ")
    assert "Bilirubin" in browser.texts(".used")[0]
    assert browser.texts("#traffic summary") == ["Request (JSON)", "Response (JSON)"]
    assert browser.texts(".banner")[0].startswith("Demonstration. Investigational.")


def test_silence_is_explained(page: Page) -> None:
    browser = page.show("no-liver-disease")
    assert browser.texts(".card") == []
    assert "there is nothing to say" in browser.texts("#cards")[0]


@pytest.mark.parametrize("chart", [id.removeprefix("demo-") for id in templates()])
def test_no_markup_is_left_over_and_nothing_is_reported_to_the_console(page: Page, chart: str) -> None:
    browser = page.show(chart)
    for said in browser.texts(".card .detail"):
        assert not [mark for mark in ("**", "](", "\\", "|") if mark in said]
    assert browser.complaints() == []


def test_results_and_the_score_are_plotted_and_the_administration_is_marked(page: Page) -> None:
    browser = page.show("follow-up")
    titles = [said.split("\n")[0].split(" ")[0] for said in browser.texts(".panel-head")]
    assert titles == ["MELD", "Bilirubin", "Creatinine", "INR", "Sodium", "Albumin"]
    script = """
        const canvas = document.querySelectorAll('.panel canvas')[arguments[0]];
        const hue = getComputedStyle(document.documentElement).getPropertyValue('--given').trim().slice(1);
        const [r, g, b] = [0, 2, 4].map((i) => parseInt(hue.slice(i, i + 2), 16));
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        let found = 0;
        for (let i = 0; i < data.length; i += 4) found += data[i] === r && data[i + 1] === g && data[i + 2] === b;
        return found"""
    assert all(browser.run(script, i) > 30 for i in range(6))
    page.show("decompensated")
    assert browser.run(script, 0) == 0


@pytest.mark.parametrize("service", sorted(SERVICES))
def test_every_hook_is_called_as_it_wants(page: Page, service: str) -> None:
    browser = page.show("carcinoma")
    page.choose("service", service)
    sent = json.loads(browser.run("return document.getElementById('request').textContent"))
    got = json.loads(browser.run("return document.getElementById('response').textContent"))
    assert sent["hook"] == SERVICES[service].hook
    assert len(got["cards"]) == len(browser.texts(".card"))
    assert got["cards"] or service == "msc-liver-follow-up"
    browser.picture(PICTURES / f"{service}.png")


def test_only_an_msc_order_is_answered(page: Page) -> None:
    browser = page.show("carcinoma")
    page.choose("service", "msc-liver-order-sign")
    assert browser.texts(".card.warning")
    page.choose("order", "product")
    assert browser.texts(".card.warning")
    page.choose("order", "other")
    assert browser.texts(".card") == []


def test_the_encounter_is_the_one_that_was_entered(page: Page) -> None:
    browser = page.show("decompensated")
    page.choose("service", "msc-liver-evaluation-encounter")
    browser.run("document.getElementById('encounter').value = 'e-7'")
    browser.run(AFRESH)
    browser.click("#call button")
    browser.until(READY)
    assert '"encounterId": "e-7"' in browser.run("return document.getElementById('request').textContent")


def test_a_suggestion_is_accepted_and_stored(page: Page) -> None:
    browser = page.show("compensated")
    suggestion = browser.run("return document.querySelector('[data-suggestion]').dataset.suggestion")
    browser.click("[data-suggestion]")
    browser.until("return document.querySelector('.accepted .receipt')?.textContent.startsWith('Accepted')")
    assert '"ServiceRequest"' in browser.run("return document.querySelector('.accepted pre').textContent")
    assert browser.texts(".card:has(.accepted) .override") == []
    assert browser.run("return document.activeElement.className") == "receipt"
    stored = page.feedback()[-1]
    assert (stored["outcome"], stored["quarantined"]) == ("accepted", "")
    assert suggestion in stored["suggestions"]
    browser.picture(PICTURES / "accepted.png")


def test_a_card_is_overridden_with_a_reason_and_stored(page: Page) -> None:
    browser = page.show("compensated")
    before = len(browser.texts(".card"))
    browser.click(".override button")
    assert browser.run("return document.querySelector('.override').checkValidity()") is False
    assert browser.texts(".gone") == []
    reason = browser.run("const s = document.querySelector('.override select'); s.selectedIndex = 2; return s.value")
    browser.click(".override button")
    browser.until("return document.querySelectorAll('.card').length === arguments[0]", before - 1)
    assert browser.texts(".gone")[0].startswith("Dismissed: ")
    stored = page.feedback()[-1]
    assert (stored["outcome"], stored["quarantined"], stored["reason_code"]) == ("overridden", "", reason)
    browser.picture(PICTURES / "overridden.png")


def test_a_bundle_is_chosen_from_disk(page: Page, bundle: Path) -> None:
    browser = page.show("steatosis")
    browser.run(AFRESH)
    browser.attach("#file", bundle)
    browser.until(READY)
    assert browser.texts("#chart h2") == ["Demo, Dora"]
    assert browser.texts("#dropped .patient") == ["Demo, Dora\nfrom bundle.json"]
    assert browser.texts(".card")
    browser.run(AFRESH)
    browser.click("[data-chart=demo-aclf]")
    browser.until(READY)
    browser.run(AFRESH)
    browser.click("#dropped .patient")
    browser.until(READY)
    assert browser.texts("#chart h2") == ["Demo, Dora"]
    browser.picture(PICTURES / "dropped.png")


def test_files_about_the_same_patient_stand_side_by_side(page: Page, bundle: Path) -> None:
    browser = page.show("steatosis")
    other = bundle.with_name("other.json")
    other.write_text(bundle.read_text().replace("Dora", "Berta"))
    for file in (bundle, other):
        browser.run(AFRESH)
        browser.attach("#file", file)
        browser.until(READY)
    told = browser.texts("#dropped .patient")
    assert told == ["Demo, Dora\nfrom bundle.json", "Demo, Berta\nfrom other.json"]
    assert browser.texts("#chart h2") == ["Demo, Berta"]


def test_a_chart_that_cannot_be_drawn_has_no_cards_of_another_beside_it(page: Page) -> None:
    browser = page.show("decompensated")
    assert browser.texts(".card")
    browser.run("window.uPlot = undefined")
    browser.click("[data-chart=demo-compensated]")
    browser.until("return document.getElementById('state').className === 'error'")
    assert browser.texts("#chart h2") == ["Demo, Bruno"]
    assert browser.texts(".card") == []
    assert browser.run("return document.getElementById('request').textContent") == ""


def test_a_file_that_is_refused_does_not_stop_the_call_under_way(page: Page) -> None:
    browser = page.show("decompensated")
    browser.run(SLOW, "/cds-services/")
    browser.click("[data-chart=demo-compensated]")
    browser.until("return Boolean(window.release)")
    browser.run(DROP, "no bundle")
    browser.until("return document.getElementById('drop-state').textContent !== ''")
    browser.run("window.release()")
    browser.until(READY)
    assert browser.texts("#chart h2") == ["Demo, Bruno"]
    assert browser.texts(".card")


def test_a_bundle_is_dropped_on_the_page(page: Page, bundle: Path) -> None:
    browser = page.show("steatosis")
    browser.run(AFRESH + DROP, bundle.read_text())
    browser.until(READY)
    assert browser.texts("#chart h2") == ["Demo, Dora"]
    browser.run(DROP, "no bundle")
    browser.until("return document.getElementById('drop-state').textContent.includes('a.json: ')")
    assert "a.json: The file is not one JSON document" in browser.texts("#drop-state")[0]
    assert browser.texts("#chart h2") == ["Demo, Dora"]


def test_what_if_moves_scores_and_cards_and_leaves_the_chart(page: Page) -> None:
    browser = page.show("decompensated")
    told = len(page.feedback())
    charted = browser.texts("#chart .results")
    browser.run("document.getElementById('what-if-panel').open = true")
    browser.run("document.getElementById('what-if-bilirubin').focus()")
    browser.type("11.5")
    browser.run(AFRESH)
    browser.type(ENTER)
    browser.until(READY)
    assert "2.6 mg/dL" in browser.texts("#what-if-result")[0]
    assert "moved" in browser.texts("#what-if-result tr.moved")[0]
    assert browser.texts("#chart .results") == charted
    assert browser.texts(".imagined")
    assert len(browser.texts(".card.what-if")) == len(browser.texts(".card"))
    assert browser.texts("[data-suggestion], .override") == []
    sent = browser.run("return document.getElementById('request').textContent")
    assert json.loads(sent)["context"]["userId"] == "Practitioner/what-if"
    browser.picture(PICTURES / "what-if.png")
    browser.run(AFRESH)
    browser.click("#what-if [type=reset]")
    browser.until(READY)
    assert browser.texts(".imagined, #what-if-result tr") == []
    assert len(page.feedback()) == told


def test_a_value_that_is_none_is_said_beside_the_form(page: Page) -> None:
    browser = page.show("decompensated")
    browser.run("document.getElementById('what-if-panel').open = true")
    browser.run("document.getElementById('what-if-inr').focus()")
    browser.type("many" + ENTER)
    browser.until("return document.getElementById('what-if-state').textContent !== ''")
    assert "INR: enter a number" in browser.texts("#what-if-state")[0]


def test_it_works_with_the_keyboard_alone(page: Page) -> None:
    browser = page.show("steatosis")
    browser.run("document.body.focus()")
    focused = "const e = document.activeElement; return [e.tagName, e.id || e.dataset.chart || '', e.innerText || '']"
    seen = []
    for _ in range(60):
        browser.type(TAB)
        seen.append(browser.run(focused))
        if seen[-1][1] == "demo-aclf":
            break
    assert seen[0][2] == "Skip to the chart"
    browser.run(AFRESH)
    browser.type(ENTER)
    browser.until(READY)
    assert browser.texts("#chart h2") == ["Demo, David"]
    wanted = {"INPUT file", "SUMMARY", "SELECT service", "BUTTON Call the service", "BUTTON Accept"}
    for _ in range(120):
        browser.type(TAB)
        tag, id, said = browser.run(focused)
        wanted -= {f"{tag} {id}", f"{tag} {said}".strip(), tag}
        outline = browser.run("return getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none" or tag in ("BODY", "PRE")
        if said == "Accept":
            break
    assert wanted == set()
    browser.type(SPACE)
    browser.until("return document.querySelector('.accepted') !== null")


@pytest.mark.parametrize("late", ["/demo/charts/", "/cds-services/", "/demo/cards"])
def test_what_arrives_late_about_another_patient_is_not_shown(page: Page, late: str) -> None:
    browser = page.show("decompensated")
    browser.run(SLOW, late)
    browser.click("[data-chart=demo-compensated]")
    browser.until("return Boolean(window.release)")
    browser.run(AFRESH)
    browser.click("[data-chart=demo-no-liver-disease]")
    browser.until(READY)
    browser.run("window.release()")
    browser.until("return window.late")
    assert browser.later("setTimeout(() => arguments[0](document.querySelectorAll('.card').length), 300)") == 0
    assert browser.texts("#chart h2") == ["Demo, Jonas"]
    sent = browser.run("return document.getElementById('request').textContent")
    assert json.loads(sent)["context"]["patientId"] == "demo-no-liver-disease"


def test_cards_come_in_the_language_that_was_chosen(page: Page) -> None:
    browser = page.show("decompensated")
    english = browser.texts(".card h3")
    page.choose("language", "es")
    told = ".card :is(h3, div.detail, .detail > div, .suggestion span, .override select, .source span)"
    spoken = "return [...document.querySelectorAll(arguments[0])].map((part) => part.closest('[lang]').lang)"
    assert set(browser.run(spoken, told)) == {"es"}
    assert browser.run("return document.querySelector('.override button').closest('[lang]').lang") == "en"
    assert browser.texts(".card h3") != english


def test_the_request_is_copied(page: Page) -> None:
    browser = page.show("decompensated")
    browser.run("document.querySelector('#traffic details').open = true")
    browser.run("navigator.clipboard.writeText = async (text) => { window.copied = text }")
    browser.click("[data-copy=request]")
    browser.until("return window.copied && window.copied === document.getElementById('request').textContent")
    browser.run("navigator.clipboard.writeText = async () => { throw new DOMException('no', 'NotAllowedError') }")
    browser.click("[data-copy=request]")
    browser.until("return document.getElementById('state').textContent.startsWith('The browser did not allow')")


def test_the_dates_are_fresh(page: Page) -> None:
    browser = page.show("decompensated")
    newest = max(browser.texts("#chart .results td.date"))
    assert (datetime.now(UTC).date() - datetime.fromisoformat(newest).date()).days <= 3


VIOLATIONS = """
    const done = arguments[arguments.length - 1];
    axe.run({ resultTypes: ["violations"] }).then((found) =>
      done([found.passes.length, found.violations.map((one) => `${one.id}: ${one.nodes.map((each) => each.html)}`)]))"""


@pytest.mark.parametrize(("width", "scheme"), [(300, "light"), (900, "dark"), (1440, "light")])
def test_it_fits_the_width_and_axe_finds_nothing(page: Page, width: int, scheme: str) -> None:
    page.browser.colours(scheme)
    try:
        browser = page.show("follow-up", width)
        browser.picture(PICTURES / f"chart-{width}-{scheme}.png")
        browser.run("document.getElementById('what-if-panel').open = true")
        browser.run(f"document.getElementById('what-if-bilirubin').value = '9'; {AFRESH}")
        browser.click("#what-if [type=submit]")
        browser.until(READY)
        browser.run("for (const each of document.querySelectorAll('pre')) each.textContent = '{}'")  # axe is slow
        browser.run("for (const each of document.querySelectorAll('details')) each.open = true")
        assert browser.run("return document.documentElement.scrollWidth") <= width
        assert faults(browser) == []
    finally:
        page.browser.colours("light")


def faults(browser: Browser) -> list[str]:
    """What axe finds wrong with the page as it stands."""
    browser.run(AXE.read_text())
    passed, violations = browser.later(VIOLATIONS)
    assert passed > 20
    found: list[str] = violations
    return found
