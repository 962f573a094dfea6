"""A headless browser driven over the WebDriver protocol, which is plain JSON over HTTP."""

import base64
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

DRIVER = shutil.which("chromedriver")
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]


class Browser:
    """One page in one window."""

    def __init__(self, session: str) -> None:
        self.session = session
        self.http = requests.Session()
        self.http.trust_env = False

    def _ask(self, method: str, path: str, **body: Any) -> Any:
        answer = self.http.request(method, f"{self.session}{path}", json=body if method == "POST" else None, timeout=20)
        value = answer.json()["value"]
        assert answer.ok, value
        return value

    def open(self, address: str) -> None:
        self._ask("POST", "/url", url=address)

    def later(self, script: str, *arguments: Any) -> Any:
        """What a script hands to its last argument, whenever that is."""
        return self._ask("POST", "/execute/async", script=script, args=list(arguments))

    def run(self, script: str, *arguments: Any) -> Any:
        return self._ask("POST", "/execute/sync", script=script, args=list(arguments))

    def texts(self, css: str) -> list[str]:
        found = self.run("return [...document.querySelectorAll(arguments[0])].map(e => e.innerText)", css)
        return [str(text) for text in found]

    def click(self, css: str) -> None:
        found = self._ask("POST", "/element", using="css selector", value=css)
        self._ask("POST", f"/element/{found[ELEMENT]}/click")

    def type(self, keys: str) -> None:
        """Press keys one after the other, wherever the focus is."""
        strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._ask("POST", "/actions", actions=[{"type": "key", "id": "keyboard", "actions": strokes}])

    def until(self, script: str, *arguments: Any, seconds: float = 10) -> Any:
        """What the script returns, once that is true."""
        end = time.monotonic() + seconds
        while not (found := self.run(script, *arguments)):
            assert time.monotonic() < end, f"never true: {script}"
            time.sleep(0.05)
        return found

    def attach(self, css: str, path: Path) -> None:
        """Choose a file in a file field."""
        found = self._ask("POST", "/element", using="css selector", value=css)
        self._ask("POST", f"/element/{found[ELEMENT]}/value", text=str(path))

    def size(self, width: int, height: int = 1000) -> None:
        """Make the page so many CSS pixels wide, also narrower than a window can be."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self._ask("POST", "/goog/cdp/execute", cmd="Emulation.setDeviceMetricsOverride", params=metrics)

    def colours(self, scheme: str) -> None:
        """Prefer "light" or "dark"."""
        wanted = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        self._ask("POST", "/goog/cdp/execute", cmd="Emulation.setEmulatedMedia", params=wanted)

    def picture(self, path: Path) -> None:
        """The whole page as a PNG file."""
        whole = {"format": "png", "captureBeyondViewport": True}
        taken = self._ask("POST", "/goog/cdp/execute", cmd="Page.captureScreenshot", params=whole)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(taken["data"]))

    def complaints(self) -> list[str]:
        """What the browser's console holds: errors, and what the content security policy stopped."""
        return [entry["message"] for entry in self._ask("POST", "/se/log", type="browser")]


@contextmanager
def browsing(profile: Path) -> Iterator[Browser]:
    """A browser without a history; it is gone afterwards."""
    assert DRIVER is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    driver = subprocess.Popen([DRIVER, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}/session"
    options = {"args": [*FLAGS, f"--user-data-dir={profile}"], "binary": BROWSER}
    wanted = {"alwaysMatch": {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}
    try:
        for _ in range(100):
            try:
                answer = requests.post(base, json={"capabilities": wanted}, timeout=60)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        session = answer.json()["value"]
        assert "sessionId" in session, session
        address = f"{base}/{session['sessionId']}"
        yield Browser(address)
        requests.delete(address, timeout=20)
    finally:
        driver.terminate()
        driver.wait()
