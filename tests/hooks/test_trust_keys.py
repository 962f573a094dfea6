"""Where a client's keys come from, how long they hold, and that nobody waits for another one's server of keys."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hooks import outbound
from hooks.outbound import Reply
from hooks.reach import Reach
from hooks.trust import Gate
from hooks.trust.jwks import SET_BYTES
from hooks.trust.keys import COOLDOWN, FETCH_SECONDS, HOUR, lifetime
from tests import tokens
from tests.hooks.gates import HERE, Memory, Ticks, admitted, alarms, reason, site
from tests.hooks.key_server import serving_keys
from tests.hooks.wire import canary, certificate, raw, response
from tests.source_tree import ROOT
from tests.tokens import key

OLD, NEW = key("ES384", "old"), key("RS384", "new")
CLIENT = "ehr-1"
AT_ONCE = 1.0
"""Seconds that nobody waited who took less, on a machine that may be busy: a fetch that is awaited takes twice this."""


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call whose key is known waits however long a busy machine takes to answer, so that the answer counts."""
    monkeypatch.setattr("hooks.trust.keys.MOMENT", FETCH_SECONDS)


def gate_to(jku: str, ticks: Callable[[], float] = time.monotonic, **more: Any) -> Gate:
    client = {"jku": jku, "allow_http_loopback": True, **more}
    return Gate(site(client), Memory().spend, ticks=ticks)


def gates_in(folder: Path, jku: str, ticks: Callable[[], float]) -> Gate:
    """The gate of another process of the same service."""
    client = {"jku": jku, "allow_http_loopback": True}
    return Gate(site(client), Memory().spend, ticks=ticks, folder=folder)


@pytest.mark.hazard("T-9", "F-22")
def test_a_new_worker_goes_on_with_the_keys_of_another_while_the_server_is_down(tmp_path: Path, ticks: Ticks) -> None:
    with serving_keys(OLD) as server:
        jku = server.jku
        assert reason(gates_in(tmp_path, jku, ticks), OLD.token(HERE)) == ""
    fresh = gates_in(tmp_path, jku, ticks)
    assert reason(fresh, OLD.token(HERE)) == ""
    assert dict(fresh.states()) == {CLIENT: "ok"}
    assert reason(gates_in(tmp_path, jku.replace("/jwks", "/other"), ticks), OLD.token(HERE)) == "unknown_key"
    ticks.at += HOUR + 1
    late = gates_in(tmp_path, jku, ticks)
    assert reason(late, OLD.token(HERE)) == ""
    assert settled(late) == "connection"
    ticks.at += HOUR
    assert reason(gates_in(tmp_path, jku, ticks), OLD.token(HERE)) == "unknown_key"


@pytest.mark.hazard("T-9")
@pytest.mark.parametrize("left", [b"", b"x", b"1e9\n", b"nan\n{}", b'1e99\n{"keys": 1}', b"\xff\n\xff"])
def test_what_is_no_set_of_keys_on_the_shelf_is_as_none(tmp_path: Path, ticks: Ticks, left: bytes) -> None:
    with serving_keys(OLD) as server:
        assert reason(gates_in(tmp_path, server.jku, ticks), OLD.token(HERE)) == ""
        [file] = tmp_path.iterdir()
        file.write_bytes(left)
        assert reason(gates_in(tmp_path, server.jku, ticks), OLD.token(HERE)) == ""
        assert server.hits == 2


def settled(gate: Gate) -> str:
    """The state of the client's keys when the fetch that runs is through."""
    for _ in range(300):
        time.sleep(0.01)
        if all(thread.name != "keys" for thread in threading.enumerate()):
            break
    return dict(gate.states())[CLIENT]


@pytest.mark.parametrize("signer", [OLD, NEW], ids=["ES384", "RS384"])
def test_keys_are_read_from_the_registered_address(signer: tokens.Key) -> None:
    with serving_keys(OLD, NEW) as server:
        gate = gate_to(server.jku)
        for _ in range(5):
            assert reason(gate, signer.token(HERE, {"jku": server.jku})) == ""
            assert reason(gate, signer.token(HERE)) == ""
        assert (server.hits, dict(gate.states())) == (1, {CLIENT: "ok"})


@pytest.mark.hazard("T-4")
@pytest.mark.parametrize("path", ["/jwks", "/jwks/", "/a/b%20c", "", "/", "/jwks?tenant=a&b", "/jwks/?c"])
def test_the_registered_address_is_dialled_as_it_is_written(path: str) -> None:
    with serving_keys(OLD) as server:
        assert reason(gate_to(server.jku.replace("/jwks", path)), OLD.token(HERE)) == ""
        assert server.paths == [path or "/"]


@pytest.mark.hazard("T-9")
def test_a_new_key_is_known_after_the_cooldown_at_the_latest(ticks: Ticks) -> None:
    with serving_keys(OLD) as server:
        gate = gate_to(server.jku, ticks)
        assert reason(gate, OLD.token(HERE)) == ""
        server.keys(OLD, NEW)
        ticks.at += COOLDOWN - 1
        assert reason(gate, NEW.token(HERE)) == "unknown_key"
        ticks.at += 1
        assert reason(gate, NEW.token(HERE)) == ""
        assert server.hits == 2


@pytest.mark.hazard("T-9")
@pytest.mark.parametrize(
    ("header", "seconds"),
    [("max-age=2", 2), ("public, max-age=60", 60), ("max-age=86400", HOUR), ("no-store", COOLDOWN), ("", HOUR)],
)
@pytest.mark.usefixtures("patient")
def test_a_key_that_was_removed_ends_with_the_lifetime_of_its_set(ticks: Ticks, header: str, seconds: float) -> None:
    with serving_keys(OLD, Cache_Control=header) as server:
        gate = gate_to(server.jku, ticks)
        assert reason(gate, OLD.token(HERE)) == ""
        server.keys(NEW)
        ticks.at += seconds - 0.5
        assert reason(gate, OLD.token(HERE)) == ""
        ticks.at += 0.5
        assert reason(gate, OLD.token(HERE)) == "unknown_key"
        assert reason(gate, NEW.token(HERE)) == ""
        assert server.hits == 2


@pytest.mark.hazard("T-9")
@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", HOUR),
        ("public", HOUR),
        ("max-age=600", 600),
        ("MAX-AGE = 600", 600),
        ('max-age="600"', 600),
        ("public,max-age=600,must-revalidate", 600),
        ("max-age=600, max-age=60", 60),
        ("max-age=999999999", HOUR),
        ("max-age=9999999999999999999999", HOUR),
        ("max-age=0", COOLDOWN),
        ("max-age=-1", HOUR),
        ("max-age=x", HOUR),
        ("s-maxage=5", HOUR),
        ("xmax-age=5", HOUR),
        ("no-cache, no-store, max-age=0, must-revalidate", COOLDOWN),
        ("max-age=600, no-cache", COOLDOWN),
        ("no-cachex", HOUR),
    ],
)
def test_a_set_is_good_for_as_long_as_its_server_says_within_an_hour(header: str, seconds: float) -> None:
    assert lifetime(header) == seconds


def fixed(body: bytes, *headers: str, status: str = "200 OK", **more: Any) -> Callable[[], AbstractContextManager[Any]]:
    return lambda: raw(response(body, *headers, status=status), **more)


SOUND = tokens.jwks(NEW)

OUTAGES: dict[str, tuple[Callable[[], AbstractContextManager[Any]], set[str]]] = {
    "500": (fixed(b"", status="500 Oops"), {"status"}),
    "404": (fixed(SOUND, status="404 Gone"), {"status"}),
    "empty": (fixed(b""), {"not_keys"}),
    "login page": (fixed(b"<html>log in</html>", "Content-Type: text/html"), {"not_keys"}),
    "other JSON": (fixed(b'{"error": "busy"}'), {"not_keys"}),
    "cut": (fixed(SOUND[:-9]), {"not_keys"}),
    "cut in transit": (lambda: raw(response(SOUND, length=len(SOUND) + 9)), {"connection"}),
    "10 MB": (fixed(b'{"keys": []}' + b" " * 10_000_000), {"too_large"}),
    "compressed": (fixed(SOUND, "Content-Encoding: gzip"), {"encoding"}),
    "no HTTP": (lambda: raw(b"SSH-2.0-OpenSSH\r\n"), {"connection"}),
    "hangs up": (lambda: raw(b""), {"connection"}),
    "drips": (lambda: raw(response(SOUND), pause=0.1, piece=1), {"deadline"}),
}


@pytest.mark.hazard("T-9", "F-22")
@pytest.mark.parametrize("name", OUTAGES)
@pytest.mark.usefixtures("patient")
def test_known_keys_outlive_an_outage_of_their_server_by_an_hour(
    ticks: Ticks, name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    outage, words = OUTAGES[name]
    with serving_keys(OLD, Cache_Control="max-age=60") as server, outage() as broken:
        gate = gate_to(server.jku, ticks)
        assert reason(gate, OLD.token(HERE)) == ""
        if name == "drips":
            monkeypatch.setattr("hooks.trust.FETCH_SECONDS", 0.4)
        monkeypatch.setattr(outbound, "get", elsewhere(outbound.get, lambda: broken.port))
        ticks.at += 61
        assert reason(gate, OLD.token(HERE)) == ""
        word = settled(gate)
        assert word in words
        ticks.at += COOLDOWN
        assert reason(gate, OLD.token(HERE)) == ""
        assert settled(gate) == word
        assert alarms(capsys) == [("error", CLIENT, word)]
        ticks.at += HOUR - COOLDOWN - 2
        assert reason(gate, OLD.token(HERE)) == ""
        settled(gate)
        ticks.at += 1
        assert reason(gate, OLD.token(HERE)) == "unknown_key"
        monkeypatch.undo()
        ticks.at += COOLDOWN
        assert reason(gate, OLD.token(HERE)) == ""
        assert alarms(capsys) == [("info", CLIENT, "ok")]
        assert dict(gate.states()) == {CLIENT: "ok"}


def elsewhere(get: Callable[..., Reply], port: Callable[[], int]) -> Callable[..., Reply]:
    """The same GET, to another port of this machine: the registered server is down, and something else there."""
    return lambda url, **more: get(replace(url, port=port()), **more)


def test_every_state_of_keys_stands_in_the_documentation() -> None:
    page = (ROOT / "docs/callers.md").read_text(encoding="utf-8")
    words = {word for _, found in OUTAGES.values() for word in found}
    words |= {"ok", "not_read_yet", "no_usable_key", "unreadable", "failed", "address_refused", "tls_verify_failed"}
    assert [word for word in words if f"`{word}`" not in page] == []


@pytest.mark.hazard("T-9")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with serving_keys(OLD) as server, canary() as elsewhere_:
        server.status = status
        server.headers["Location"] = f"http://127.0.0.1:{elsewhere_.port}/jwks"
        gate = gate_to(server.jku)
        assert reason(gate, OLD.token(HERE)) == "unknown_key"
        assert dict(gate.states()) == {CLIENT: "status"}
    assert elsewhere_.connections == 0


@pytest.mark.hazard("T-9")
def test_a_set_of_the_greatest_length_is_read_and_a_longer_one_is_not(ticks: Ticks) -> None:
    with serving_keys(OLD) as server:
        server.body = server.body.ljust(SET_BYTES)
        gate = gate_to(server.jku, ticks)
        assert reason(gate, OLD.token(HERE)) == ""
        server.body += b" "
        assert reason(gate_to(server.jku), OLD.token(HERE)) == "unknown_key"


@pytest.mark.hazard("T-3", "T-9")
def test_keys_that_share_an_id_prove_nothing(ticks: Ticks) -> None:
    twin = key("ES384", "old", 1)
    with serving_keys(OLD, twin, NEW) as server:
        gate = gate_to(server.jku, ticks)
        assert reason(gate, OLD.token(HERE)) == "unknown_key"
        assert reason(gate, twin.token(HERE)) == "unknown_key"
        assert reason(gate, NEW.token(HERE)) == ""


@pytest.mark.hazard("T-9")
@pytest.mark.usefixtures("patient")
def test_a_set_without_a_usable_key_shuts_the_client_out(ticks: Ticks, capsys: pytest.CaptureFixture[str]) -> None:
    with serving_keys(OLD, Cache_Control="max-age=60") as server:
        gate = gate_to(server.jku, ticks)
        assert reason(gate, OLD.token(HERE)) == ""
        server.keys()
        ticks.at += 60
        assert reason(gate, OLD.token(HERE)) == "unknown_key"
        assert alarms(capsys) == [("error", CLIENT, "no_usable_key")]


@contextmanager
def flooded(gate: Gate, count: int) -> Iterator[list[str]]:
    """Meanwhile, tokens with keys that nobody knows are tried one after the other on a few threads."""
    reasons: list[str] = []
    made = [OLD.token(HERE, {"kid": f"random-{at}"}) for at in range(count)]
    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(lambda token=token: reasons.append(reason(gate, token))) for token in made]
        yield reasons
        for each in running:
            each.result()


@pytest.mark.hazard("T-8")
def test_a_flood_of_unknown_keys_asks_once_and_holds_nobody_up(ticks: Ticks) -> None:
    with serving_keys(OLD) as server, serving_keys(NEW) as other:
        gate = Gate(
            site(
                {"jku": server.jku, "allow_http_loopback": True},
                {"jku": other.jku, "allow_http_loopback": True, "tenant": "other"},
            ),
            Memory().spend,
            ticks=ticks,
        )
        assert reason(gate, OLD.token(HERE)) == ""
        ticks.at += COOLDOWN
        server.gate.clear()
        with flooded(gate, 200) as reasons:
            for _ in range(5):
                assert elapsed(gate, OLD.token(HERE)) < AT_ONCE
            assert elapsed(gate, NEW.token(HERE, tenant="other")) < AT_ONCE
            until = time.monotonic() + AT_ONCE
            while len(reasons) < 199 and time.monotonic() < until:
                time.sleep(0.01)
            assert len(reasons) >= 199, "all but the one that waits for the answer"
            server.gate.set()
        assert set(reasons) == {"unknown_key"}
        assert (server.hits, other.hits) == (2, 1)


def elapsed(gate: Gate, token: str) -> float:
    """Seconds until the token was let in."""
    started = time.perf_counter()
    admitted(gate, token)
    return time.perf_counter() - started


@pytest.mark.hazard("T-8", "F-22")
def test_only_the_first_waits_for_a_key_and_not_longer_than_a_fetch_may_take() -> None:
    with serving_keys(OLD) as server:
        gate = gate_to(server.jku)
        server.gate.clear()
        waited: list[float] = []

        def first() -> None:
            started = time.perf_counter()
            assert reason(gate, OLD.token(HERE)) == "unknown_key"
            waited.append(time.perf_counter() - started)

        thread = threading.Thread(target=first)
        thread.start()
        while not server.hits:
            time.sleep(0.01)
        started = time.perf_counter()
        for _ in range(10):
            assert reason(gate, OLD.token(HERE)) == "unknown_key"
        assert time.perf_counter() - started < AT_ONCE
        thread.join(5)
        assert AT_ONCE < waited[0] < FETCH_SECONDS + 1
        assert server.hits == 1
        assert settled(gate) == "deadline"


@pytest.mark.hazard("T-8")
def test_many_who_need_the_same_keys_at_once_ask_once() -> None:
    with serving_keys(OLD) as server:
        gate = gate_to(server.jku)
        made = [OLD.token(HERE) for _ in range(20)]
        with ThreadPoolExecutor(20) as pool:
            assert "" in set(pool.map(lambda token: reason(gate, token), made))
        assert server.hits == 1
        assert {reason(gate, OLD.token(HERE)) for _ in range(5)} == {""}


@pytest.mark.hazard("T-9")
def test_known_keys_past_their_time_are_used_while_a_slow_server_is_asked(ticks: Ticks) -> None:
    with serving_keys(OLD, Cache_Control="max-age=60") as server:
        gate = gate_to(server.jku, ticks)
        assert reason(gate, OLD.token(HERE)) == ""
        server.gate.clear()
        server.keys(NEW)
        ticks.at += 61
        assert elapsed(gate, OLD.token(HERE)) < AT_ONCE
        assert elapsed(gate, OLD.token(HERE)) < AT_ONCE
        server.gate.set()
        assert settled(gate) == "ok"
        assert reason(gate, OLD.token(HERE)) == "unknown_key"
        assert reason(gate, NEW.token(HERE)) == ""
        assert server.hits == 2


@pytest.mark.hazard("T-8", "T-9")
def test_a_server_that_fails_is_left_alone_for_a_while(ticks: Ticks) -> None:
    with serving_keys(OLD, Cache_Control="max-age=2") as server:
        gate = gate_to(server.jku, ticks)
        assert reason(gate, OLD.token(HERE)) == ""
        server.status = 503
        for _ in range(20):
            ticks.at += 3
            assert reason(gate, OLD.token(HERE)) == ""
            settled(gate)
        assert server.hits <= 1 + 60 / COOLDOWN + 1


@pytest.mark.hazard("T-9")
@pytest.mark.parametrize("status", [200, 500])
def test_an_answer_that_comes_after_a_later_one_counts_no_more(
    ticks: Ticks, status: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    late = threading.Event()
    answers = iter([OLD, NEW])

    def get(*_: Any, **__: Any) -> Reply:
        signer = next(answers)
        if signer is NEW:
            return Reply(200, {}, tokens.jwks(NEW))
        late.wait(10)
        return Reply(status, {}, tokens.jwks(OLD))

    monkeypatch.setattr(outbound, "get", get)
    gate = gate_to("https://ehr.hospital.org/jwks", ticks)
    assert dict(gate.states()) == {CLIENT: "not_read_yet"}
    ticks.at += COOLDOWN
    assert reason(gate, NEW.token(HERE)) == ""
    late.set()
    assert settled(gate) == "ok"
    assert reason(gate, NEW.token(HERE)) == ""
    assert alarms(capsys) == []


@pytest.mark.hazard("F-22")
def test_the_service_starts_without_its_clients_servers_and_says_so(
    ticks: Ticks, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving_keys(OLD) as server:
        server.status = 500
        server.gate.clear()
        gate = gate_to(server.jku, ticks)
        assert dict(gate.states()) == {CLIENT: "not_read_yet"}
        server.gate.set()
        assert settled(gate) == "status"
        assert reason(gate, OLD.token(HERE)) == "unknown_key"
        server.status = 200
        ticks.at += COOLDOWN
        assert reason(gate, OLD.token(HERE)) == ""
        assert dict(gate.states()) == {CLIENT: "ok"}
        assert alarms(capsys) == [("error", CLIENT, "status"), ("info", CLIENT, "ok")]


@pytest.mark.hazard("F-22")
def test_a_warm_gate_has_its_keys_at_hand_and_waits_for_no_server_for_long(file: Path) -> None:
    with serving_keys(OLD) as server, serving_keys(OLD) as slow:
        slow.gate.clear()
        loopback = {"allow_http_loopback": True}
        clients = [
            {"jku": server.jku, **loopback},
            {"jku": slow.jku, "tenant": "slow", **loopback},
            {"jku": slow.jku, "tenant": "slow too", **loopback},
            {"jwks_file": str(file), "tenant": "file"},
        ]
        gate = Gate(site(*clients), Memory().spend)
        started = time.perf_counter()
        gate.warm()
        assert time.perf_counter() - started < FETCH_SECONDS + 1
        server.gate.clear()
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(lambda _: reason(gate, OLD.token(HERE)), range(20))) == {""}
        assert {name: state for name, state in gate.states().items() if state != "ok"} == {
            "ehr-2": "deadline",
            "ehr-3": "deadline",
        }


@pytest.mark.hazard("F-22")
def test_a_server_that_is_not_there_is_named() -> None:
    with canary() as free:
        port = free.port
    gate = gate_to(f"http://127.0.0.1:{port}/jwks")
    assert reason(gate, OLD.token(HERE)) == "unknown_key"
    assert dict(gate.states()) == {CLIENT: "connection"}


@pytest.mark.hazard("T-9", "F-22")
def test_asking_how_keys_are_renews_those_that_are_due_without_waiting(ticks: Ticks) -> None:
    with serving_keys(OLD, Cache_Control="max-age=60") as server:
        gate = gate_to(server.jku, ticks)
        started = time.perf_counter()
        server.gate.clear()
        assert dict(gate.states()) == {CLIENT: "not_read_yet"}
        assert time.perf_counter() - started < AT_ONCE
        server.gate.set()
        assert settled(gate) == "ok"
        ticks.at += 59
        assert dict(gate.states()) == {CLIENT: "ok"}
        assert server.hits == 1
        ticks.at += 1
        assert (dict(gate.states()), settled(gate)) == ({CLIENT: "ok"}, "ok")
        assert server.hits == 2


@pytest.mark.hazard("T-4")
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_dialled_only_where_a_client_may(host: str) -> None:
    with canary() as listening:
        gate = Gate(site({"jku": f"https://{host}:{listening.port}/jwks"}), Memory().spend)
        assert reason(gate, OLD.token(HERE)) == "unknown_key"
        assert dict(gate.states()) == {CLIENT: "address_refused"}
    assert listening.connections == 0


@pytest.mark.hazard("T-4")
@pytest.mark.parametrize("private", [False, True])
def test_private_networks_are_dialled_only_where_a_server_of_the_client_may_be(
    private: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Reach] = []

    def get(url: Any, *, reach: Reach, deadline: float, **_: Any) -> Reply:
        asked.append(reach)
        raise outbound.Unreadable("connection")

    monkeypatch.setattr(outbound, "get", get)
    servers = [
        {"base_url": "https://fhir.hospital.org/r4"},
        {"base_url": "https://10.0.0.2/r4", "allow_private": private},
    ]
    gate = Gate(site({"jku": "https://10.0.0.1/jwks", "fhir_server": servers}), Memory().spend)
    assert reason(gate, OLD.token(HERE)) == "unknown_key"
    assert asked == [Reach(private=private, loopback=False)]


@pytest.mark.hazard("T-4")
def test_link_local_addresses_are_never_dialled() -> None:
    servers = [{"base_url": "https://10.0.0.2/r4", "allow_private": True}]
    client = {"jku": "https://169.254.169.254/jwks", "fhir_server": servers, "allow_http_loopback": True}
    gate = Gate(site(client), Memory().spend)
    assert reason(gate, OLD.token(HERE)) == "unknown_key"
    assert dict(gate.states()) == {CLIENT: "address_refused"}


def test_the_certificates_of_the_client_are_used(tmp_path: Path) -> None:
    shown = certificate(tmp_path)
    with raw(response(tokens.jwks(OLD)), tls=shown.server()) as server:
        jku = server.base.replace("/fhir", "/jwks")
        assert reason(gate_to(jku), OLD.token(HERE)) == "unknown_key"
        assert reason(gate_to(jku, ca_file=str(shown.file)), OLD.token(HERE)) == ""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "keys.json"
    path.write_bytes(tokens.jwks(OLD))
    return path


def gate_with(path: Path) -> Gate:
    return Gate(site({"jwks_file": str(path)}), Memory().spend)


@pytest.mark.hazard("T-9")
def test_a_file_of_keys_is_read_again_when_it_changed(file: Path) -> None:
    gate = gate_with(file)
    assert reason(gate, OLD.token(HERE)) == ""
    file.write_bytes(tokens.jwks(NEW))
    assert reason(gate, NEW.token(HERE)) == ""
    assert reason(gate, OLD.token(HERE)) == "unknown_key"
    other = file.with_name("other")
    other.write_bytes(tokens.jwks(OLD))
    other.replace(file)
    assert reason(gate, OLD.token(HERE)) == ""


@pytest.mark.hazard("T-9", "F-26")
@pytest.mark.parametrize("broken", [b"", b"{", b"<html>", b'{"keys": 1}', b'{"keys": []}' + b" " * SET_BYTES, None])
def test_a_broken_file_of_keys_leaves_the_last_good_one_in_force(
    file: Path, broken: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    gate = gate_with(file)
    if broken is None:
        file.unlink()
    else:
        file.write_bytes(broken)
    for _ in range(3):
        assert reason(gate, OLD.token(HERE)) == ""
    word = "unreadable" if broken is None else "not_keys"
    assert dict(gate.states()) == {CLIENT: word}
    file.write_bytes(tokens.jwks(NEW))
    assert reason(gate, NEW.token(HERE)) == ""
    assert reason(gate, OLD.token(HERE)) == "unknown_key"
    assert alarms(capsys) == [("error", CLIENT, word), ("info", CLIENT, "ok")]


@pytest.mark.hazard("F-22")
def test_the_service_starts_with_a_broken_file_of_keys(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = site({"jwks_file": str(file)})
    file.write_bytes(b"{")
    gate = Gate(settings, Memory().spend)
    assert dict(gate.states()) == {CLIENT: "not_keys"}
    assert reason(gate, OLD.token(HERE)) == "unknown_key"
    file.write_bytes(tokens.jwks())
    assert dict(gate.states()) == {CLIENT: "no_usable_key"}
    file.write_bytes(tokens.jwks(OLD))
    assert reason(gate, OLD.token(HERE)) == ""
    assert [word for _, _, word in alarms(capsys)] == ["not_keys", "no_usable_key", "ok"]


def test_many_threads_may_read_a_file_that_changes(file: Path) -> None:
    gate = gate_with(file)
    made = [OLD.token(HERE) for _ in range(300)]
    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(reason, gate, token) for token in made]
        other = file.with_name("other")
        for at in range(20):
            other.write_bytes(tokens.jwks(OLD, key("ES384", f"more-{at % 2}")))
            other.replace(file)
        assert {each.result() for each in running} == {""}
