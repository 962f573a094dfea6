"""Dialling out: to addresses that may be reached, in time, verified, whatever the environment or a name server says."""

import json
import logging
import socket
import ssl
import threading
import time
from contextlib import contextmanager

import pytest

from hooks import outbound
from hooks.outbound import Unreadable, get
from hooks.reach import Reach
from hooks.urls import parse
from tests.hooks.wire import canary, certificate, raw, response

HERE = Reach(loopback=True)
OK = response(b"{}")


def read(base, seconds=2.0, reach=HERE, cap=100_000, ca_file="", **headers):
    return get(
        parse(f"{base}/x"), headers=headers, deadline=time.monotonic() + seconds, cap=cap, reach=reach, ca_file=ca_file
    )


def refused(base, **options):
    with pytest.raises(Unreadable) as found:
        read(base, **options)
    assert found.value.__context__ is None
    assert found.value.__cause__ is None
    return found.value.reason


NEVER = [
    "0.0.0.0", "169.254.169.254", "169.254.1.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
    "192.0.2.1", "198.51.100.1", "203.0.113.9", "198.18.0.1", "192.0.0.192", "100.100.100.200", "168.63.129.16",
    "::", "fe80::1", "fe80::1%2", "fec0::1", "ff02::1", "2001:db8::1", "fd00:ec2::254", "fd20:ce::254", "100::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "::8.8.8.8", "::ffff:0:8.8.8.8",
    "64:ff9b::8.8.8.8", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "2002:7f00:1::", "2002:808:808::1", "2001::1",
]  # fmt: skip
HOUSE = ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "fc00::1", "fd12:3456::1"]
MACHINE = ["127.0.0.1", "127.1.2.3", "::1"]
PUBLIC = ["8.8.8.8", "172.32.0.1", "11.0.0.1", "2606:4700::1111"]


@pytest.mark.hazard("T-24")
@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize("loopback", [False, True])
def test_which_addresses_may_be_dialled(private, loopback):
    reach = Reach(private, loopback)
    assert [each for each in NEVER if reach.admits(each)] == []
    assert [each for each in HOUSE if reach.admits(each)] == (HOUSE if private else [])
    assert [each for each in MACHINE if reach.admits(each)] == (MACHINE if loopback else [])
    assert [each for each in PUBLIC if reach.admits(each)] == PUBLIC


@pytest.mark.hazard("T-24", "T-25")
def test_without_tls_only_this_machine_is_dialled():
    reach = Reach(private=True, loopback=True)
    assert [each for each in NEVER + HOUSE + MACHINE + PUBLIC if reach.admits(each, "http")] == MACHINE


@contextmanager
def names(monkeypatch, *answers):
    """A name server that gives these addresses, a list for each question; notes questions, and whom was dialled."""
    asked, dialled = [], []
    real = socket.getaddrinfo

    def getaddrinfo(host, port, *args, flags=0, **kwargs):
        if flags & socket.AI_NUMERICHOST:
            return real(host, port, *args, flags=flags, **kwargs)
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [entry for each in found for entry in real(each, port, type=socket.SOCK_STREAM)]

    class Noting(outbound.Timed):
        def connect(self, where):
            dialled.append(where[0])
            if not where[0].startswith("127."):
                raise ConnectionRefusedError
            super().connect(where)

    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        patch.setattr(outbound, "Timed", Noting)
        yield asked, dialled


@pytest.mark.hazard("T-24")
@pytest.mark.parametrize("answers", [(["8.8.8.8", "127.0.0.1"],), (["8.8.8.8"], ["127.0.0.1"])])
def test_a_name_that_changes_its_mind_is_asked_once(monkeypatch, answers):
    with canary() as counted, names(monkeypatch, *answers) as (asked, dialled):
        assert refused(f"https://rebind.ehr.net:{counted.port}", reach=Reach()) == "connection"
    assert (asked, dialled) == (["rebind.ehr.net"], ["8.8.8.8"])
    assert counted.connections == 0


@pytest.mark.hazard("T-24")
@pytest.mark.parametrize("address", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "fd00::1"])
def test_a_name_for_what_may_not_be_reached_is_not_dialled(monkeypatch, address):
    with names(monkeypatch, [address]) as (_, dialled):
        assert refused("https://inside.ehr.net", reach=Reach()) == "address_refused"
    assert dialled == []


@pytest.mark.hazard("T-24")
def test_a_private_address_is_dialled_where_that_is_allowed(monkeypatch):
    with names(monkeypatch, ["10.0.0.1"]) as (_, dialled):
        assert refused("https://inside.ehr.net", reach=Reach(private=True)) == "connection"
    assert dialled == ["10.0.0.1"]


@pytest.mark.hazard("T-21", "T-24")
@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]", "[::1]"])
def test_odd_spellings_of_this_machine_are_not_dialled(host):
    with canary() as counted:
        assert refused(f"https://{host}:{counted.port}", reach=Reach(private=True)) in (
            "address_refused",
            "unknown_host",
        )
    assert counted.connections == 0


@pytest.mark.hazard("T-24")
def test_the_name_stays_the_host_and_is_what_the_certificate_is_for(monkeypatch, tmp_path):
    made = certificate(tmp_path, "fhir.ehr.net")
    shown = []
    tls = made.server()
    tls.sni_callback = lambda _, name, __: shown.append(name)
    with raw(OK, tls=tls) as server, names(monkeypatch, ["127.0.0.1"]):
        assert read(f"https://fhir.ehr.net:{server.port}", ca_file=str(made.file)).body == b"{}"
    assert shown == ["fhir.ehr.net"]
    assert f"Host: fhir.ehr.net:{server.port}".encode() in server.heard[0]


@pytest.mark.hazard("F-7")
def test_a_name_server_that_hangs_costs_the_deadline_and_one_thread(monkeypatch):
    hangs = threading.Event()
    asked = []

    def getaddrinfo(*args, **kwargs):
        asked.append(args)
        hangs.wait(5)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    started = time.monotonic()
    assert refused("https://slow.ehr.net", seconds=0.1) == "deadline"
    assert refused("https://slow.ehr.net", seconds=0.1) == "deadline"
    assert time.monotonic() - started < 0.4
    waiting = [thread for thread in threading.enumerate() if thread.name == "resolve"]
    assert (len(asked), len(waiting)) == (1, 1)
    hangs.set()
    waiting[0].join(2)
    assert not waiting[0].is_alive()
    assert refused("https://slow.ehr.net") == "unknown_host"


@pytest.mark.hazard("T-25")
def test_a_certificate_that_is_trusted(tmp_path):
    made = certificate(tmp_path)
    with raw(OK, tls=made.server()) as server:
        assert read(server.base, ca_file=str(made.file)).body == b"{}"


@pytest.mark.hazard("T-25")
@pytest.mark.parametrize("fault", ["self-signed", "another's", "wrong host", "expired"])
def test_a_certificate_that_is_not(tmp_path, fault):
    wrong = {"wrong host": {"host": "fhir.ehr.net"}, "expired": {"days": -1}}.get(fault, {})
    made = certificate(tmp_path, **wrong)
    (tmp_path / "other").mkdir()
    trusted = {"self-signed": "", "another's": certificate(tmp_path / "other").file}.get(fault, made.file)
    with raw(OK, tls=made.server()) as server:
        assert refused(server.base, ca_file=str(trusted), Authorization="Bearer t0ken") == "tls_verify_failed"
    assert not any(server.heard)


@pytest.mark.hazard("T-25")
def test_tls_is_at_least_1_2():
    context = outbound.trust("")
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


@pytest.mark.hazard("T-25")
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_an_old_protocol_is_refused(tmp_path):
    made = certificate(tmp_path)
    old = made.server()
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    with raw(OK, tls=old) as server:
        assert refused(server.base, ca_file=str(made.file)) == "tls_failed"


@pytest.mark.hazard("T-25")
def test_a_server_without_tls_is_not_asked_in_plain_words():
    with raw(OK) as server:
        assert refused(server.base.replace("http:", "https:"), Authorization="Bearer t0ken") == "tls_failed"
    assert not any(b"t0ken" in each for each in server.heard)


def test_an_authority_that_was_replaced_is_read_anew(tmp_path):
    file = tmp_path / "ca.pem"
    (tmp_path / "new").mkdir()
    old, new = certificate(tmp_path), certificate(tmp_path / "new")
    file.write_bytes(old.file.read_bytes())
    with raw(OK, tls=new.server()) as server:
        assert refused(server.base, ca_file=str(file)) == "tls_verify_failed"
        file.write_bytes(new.file.read_bytes())
        assert read(server.base, ca_file=str(file)).status == 200
        file.write_bytes(b"nothing")
        assert refused(server.base, ca_file=str(file)) == "ca_file"
        file.unlink()
        assert refused(server.base, ca_file=str(file)) == "ca_file"


@pytest.mark.hazard("T-26")
def test_the_environment_has_no_say(monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b\n")
    made = certificate(tmp_path)
    with canary() as proxy, raw(OK) as server, raw(OK, tls=made.server()) as secure:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.base)
            monkeypatch.setenv(name.lower(), proxy.base)
        monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
        for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
            monkeypatch.setenv(name, str(made.file))
        monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
        assert read(server.base, Authorization="Bearer t0ken").status == 200
        assert refused(secure.base) == "tls_verify_failed"
    assert b"Authorization: Bearer t0ken\r\n" in server.heard[0]
    assert proxy.connections == 0
    assert not (tmp_path / "keys").exists()


@pytest.mark.hazard("T-22")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status):
    with canary() as elsewhere, raw(response(b"", f"Location: {elsewhere.base}", status=f"{status} There")) as server:
        assert read(server.base, Authorization="Bearer t0ken").status == status
    assert elsewhere.connections == 0


@pytest.mark.hazard("T-22", "T-35", "F-18")
@pytest.mark.parametrize("location", ["/y", "http://[", "http://\u2100/", "/\udcff", ""], ids=ascii)
def test_nothing_of_a_redirect_is_looked_at(location):
    head = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Encoding: gzip\r\nContent-Length: 99999999\r\n\r\n"
    answer = head.encode(errors="surrogateescape") + b"x" * 1_000_000
    with raw(answer, pause=10, piece=len(answer) - 1) as server:
        asked = time.monotonic()
        assert read(server.base, seconds=5).status == 302
        assert time.monotonic() - asked < 1


@pytest.mark.hazard("F-7", "F-8")
@pytest.mark.parametrize(
    ("answer", "pause", "piece"),
    [
        (response(b" " * 1000), 0.03, 10),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000, 0.02, 1),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 90, 0.02, 6),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 50, 0.02, 25),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + b"x" * 1000, 0.02, 1),
        (b"x", 5.0, 0),
    ],
    ids=["body", "one header", "headers", "continue", "chunk size", "nothing"],
)
@pytest.mark.parametrize("tls", [False, True])
def test_what_drips_ends_at_the_deadline(tmp_path, answer, pause, piece, tls):
    made = certificate(tmp_path) if tls else None
    with raw(answer, pause=pause, piece=piece, tls=made and made.server()) as server:
        started = time.monotonic()
        assert refused(server.base, seconds=0.25, ca_file=str(made.file) if made else "") == "deadline"
        assert 0.2 < time.monotonic() - started < 0.35


@pytest.mark.hazard("F-7")
def test_a_server_that_never_shakes_hands_ends_at_the_deadline():
    with canary() as counted:
        started = time.monotonic()
        assert refused(f"https://127.0.0.1:{counted.port}", seconds=0.2) == "deadline"
        assert 0.15 < time.monotonic() - started < 0.3


@pytest.mark.hazard("F-7")
def test_an_address_that_does_not_answer_leaves_time_for_the_next(monkeypatch):
    real = outbound.Timed.connect

    def connect(self, where):
        if where[0] == "::1":
            time.sleep(self.gettimeout())
            raise TimeoutError
        real(self, where)

    with raw(OK) as server, names(monkeypatch, ["::1", "127.0.0.1"]) as (_, dialled):
        monkeypatch.setattr(outbound.Timed, "connect", connect)
        assert read(f"http://two.ehr.net:{server.port}", seconds=0.4).status == 200
    assert dialled == []


@pytest.mark.hazard("T-35", "F-18")
def test_what_is_too_large_or_compressed_is_cut_off():
    with raw(response(b" " * 5_000_000)) as server:
        assert refused(server.base, cap=10_000) == "too_large"
    with raw(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + (b"8000\r\n" + b" " * 0x8000 + b"\r\n") * 99
    ) as s:
        assert refused(s.base, cap=10_000) == "too_large"
    with raw(response(b"x", "Content-Encoding: gzip")) as server:
        assert refused(server.base) == "encoding"
    assert b"Accept-Encoding: identity\r\n" in server.heard[0]


@pytest.mark.hazard("F-13")
@pytest.mark.parametrize(
    "answer",
    [
        response(b"{}", length=5000),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        b"HTTP/9 abc\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"",
    ],
)
def test_a_part_is_never_taken_for_the_whole(answer):
    with raw(answer) as server:
        assert refused(server.base) == "connection"


@pytest.mark.hazard("T-28")
def test_the_token_is_in_nothing_but_the_request(caplog):
    caplog.set_level(logging.DEBUG)
    with raw(response(b'{"a": "ZZPATIENTNAME"}', "X-Echo: t0ken")) as server:
        reply = read(server.base, Authorization="Bearer t0ken")
    assert reply.headers["x-echo"] == "t0ken"
    assert "t0ken" not in caplog.text + repr(reply)
    assert "ZZPATIENTNAME" not in repr(reply)


def test_nothing_listens():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert refused(f"http://127.0.0.1:{port}") == "connection"


def test_one_line_serves_for_several_reads():
    body = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        heard = []

        def serve():
            connection, _ = listener.accept()
            with connection:
                for _ in range(2):
                    heard.append(connection.recv(65536))
                    connection.sendall(body)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        url = parse(f"http://127.0.0.1:{listener.getsockname()[1]}/x")
        with outbound.Line(time.monotonic() + 2, HERE) as line:
            assert [json.loads(line.get(url, {}, 100).body) for _ in range(2)] == [{}, {}]
        thread.join(2)
    assert len(heard) == 2
