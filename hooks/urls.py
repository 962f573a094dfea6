"""Web addresses, parsed strictly: what cannot be read in exactly one way is no address."""

import re
from dataclasses import dataclass
from ipaddress import ip_address

_URL = re.compile(
    r"(?P<scheme>[Hh][Tt][Tt][Pp][Ss]?)://(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<path>(?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]*)*)"
    r"(?P<query>\?[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?"
)
_PORTS = {"http": 80, "https": 443}
_DOT_SEGMENT = re.compile(r"(?:/|%2f|%5c)(?:\.|%2e){1,2}(?:[/;]|%2f|%5c|%3b|$)", re.IGNORECASE)
"""Also as servers read it that unpack the signs between segments first, or drop what stands behind a semicolon."""


@dataclass(frozen=True, slots=True)
class Address:
    """One http(s) address: lower-case scheme and host, explicit port, path without its last slash, query with "?"."""

    scheme: str
    host: str
    port: int
    path: str
    query: str = ""

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port."""
        return self.scheme, self.host, self.port

    def __str__(self) -> str:
        """As it is dialled."""
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.path}{self.query}"


def parse(text: str) -> Address | None:
    """The address; None for user information, a fragment, dot segments, anything not ASCII, or another scheme."""
    match = _URL.fullmatch(text)
    if match is None or not text.isascii() or _DOT_SEGMENT.search(match["path"]):
        return None
    scheme = match["scheme"].lower()
    port = int(match["port"] or _PORTS[scheme])
    if not 0 < port < 65536:
        return None
    return Address(scheme, match["host"].lower(), port, match["path"].rstrip("/"), match["query"] or "")


def base(text: str) -> Address | None:
    """The same for the base of a server, which has no query."""
    address = parse(text)
    return None if address is None or address.query else address


def below(address: Address, root: Address) -> bool:
    """Whether `address` is on the origin of `root` and its path is that of `root` or below it."""
    return address.origin == root.origin and (address.path + "/").startswith(root.path + "/")


def host_of(url: str) -> str:
    """The host of a URL, lower case; "" if it cannot be read."""
    address = parse(url)
    return address.host if address else ""


def is_loopback(host: str) -> bool:
    """Whether the host is this machine: "localhost", 127.0.0.0/8 or ::1."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
