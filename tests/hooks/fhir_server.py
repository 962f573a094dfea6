"""A tiny FHIR server on loopback for tests, and some of the ways in which real ones differ."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]


@dataclass
class FhirServer:
    """Holds `resources`; each flag is one quirk. `seen`: (method, path with query, Authorization) of each request."""

    resources: list[Json]
    page: int = 0
    """Entries on a page; 0 for all on one, without links."""
    ignores_search: bool = False
    cuts_at: int = 0
    """Sends no more than this many, says the true total, and offers no next page."""
    only_post: bool = False
    token: str = ""
    fails: dict[str, int] = field(default_factory=dict)
    """Resource type -> HTTP status in place of an answer."""
    html: str = ""
    """The resource type that is answered with a login page."""
    next_base: str = ""
    """Where next links point to, if not here."""
    endless: bool = False
    seen: list[tuple[str, str, str]] = field(default_factory=list)
    sent: list[Json] = field(default_factory=list)
    """Transactions that were sent; what they hold is held from then on, unless `fails` names Bundle."""
    base: str = ""

    def answer(self, method: str, path: str, parameters: dict[str, list[str]]) -> tuple[int, Json | str]:
        kind, _, rest = path.strip("/").partition("/")
        if not kind and method == "POST":
            return self._take(self.sent[-1])
        if kind in self.fails:
            return self.fails[kind], {"resourceType": "OperationOutcome", "issue": []}
        if kind == self.html:
            return 200, "<html>log in</html>"
        if rest and rest != "_search":
            found = [r for r in self.resources if (r["resourceType"], r["id"]) == (kind, rest)]
            return (200, found[0]) if found else (404, {"resourceType": "OperationOutcome", "issue": []})
        if self.only_post and method == "GET" and kind != "Patient":
            return 405, {"resourceType": "OperationOutcome", "issue": []}
        found = [r for r in self.resources if r["resourceType"] == kind]
        found = [r for r in found if self.ignores_search or self._asked(r, parameters)]
        return 200, self._bundle(found, kind, parameters)

    def _take(self, transaction: Json) -> tuple[int, Json]:
        if "Bundle" in self.fails:
            return self.fails["Bundle"], {"resourceType": "OperationOutcome", "issue": []}
        for entry in transaction["entry"]:
            new = entry["resource"]
            assert entry["request"] == {"method": "PUT", "url": f"{new['resourceType']}/{new['id']}"}
            name = new["resourceType"], new["id"]
            self.resources = [*(r for r in self.resources if (r["resourceType"], r["id"]) != name), new]
        return 200, {"resourceType": "Bundle", "type": "transaction-response"}

    def _asked(self, resource: Json, parameters: dict[str, list[str]]) -> bool:
        patient = parameters.get("patient", [""])[0].removeprefix("Patient/")
        if resource["subject"]["reference"] != f"Patient/{patient}":
            return False
        codes = {code.rpartition("|")[2] for code in ",".join(parameters.get("code", [])).split(",")}
        return not parameters.get("code") or any(coding["code"] in codes for coding in _codings(resource))

    def _bundle(self, found: list[Json], kind: str, parameters: dict[str, list[str]]) -> Json:
        bundle: Json = {"resourceType": "Bundle", "type": "searchset", "total": len(found)}
        start = int(parameters.get("_offset", ["0"])[0])
        shown = found[start : start + self.page] if self.page else found[: self.cuts_at or None]
        if self.page and (start + self.page < len(found) or (self.endless and found)):
            following = 0 if self.endless else start + self.page
            patient = parameters["patient"][0]
            link = f"{self.next_base or self.base}/{kind}?patient={patient}&_offset={following}"
            link += f"&_n={len(self.seen)}" if self.endless else ""
            bundle["link"] = [{"relation": "next", "url": link}]
        if shown:
            bundle["entry"] = [{"resource": resource} for resource in shown]
        return bundle


def _codings(resource: Json) -> list[Json]:
    coded = resource.get("code") or resource.get("medicationCodeableConcept") or {}
    return list(coded.get("coding", []))


@contextmanager
def serving(server: FhirServer) -> Iterator[FhirServer]:
    """The server at `server.base`, on a free port of loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply("GET", parse_qs(urlsplit(self.path).query))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if "json" in self.headers.get("Content-Type", ""):
                server.sent.append(json.loads(body))
            self._reply("POST", parse_qs(body))

        def _reply(self, method: str, parameters: dict[str, list[str]]) -> None:
            given = self.headers.get("Authorization", "")
            server.seen.append((method, self.path, given))
            path = urlsplit(self.path).path.removeprefix("/fhir")
            status, body = server.answer(method, path, parameters)
            if server.token and given != f"Bearer {server.token}":
                status, body = 401, {"resourceType": "OperationOutcome", "issue": []}
            raw = (body if isinstance(body, str) else json.dumps(body)).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/fhir+json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: Any) -> None:
            """Say nothing of callers that hung up."""

    http = Quiet(("127.0.0.1", 0), Handler)
    server.base = f"http://127.0.0.1:{http.server_port}/fhir"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
