"""Which addresses may be dialled at all, whatever a name is resolved to."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

PRIVATE = tuple(map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")))
"""The networks of a house: RFC 1918, shared address space, unique local addresses."""

NEVER = tuple(
    map(
        ip_network,
        ("192.0.0.0/24", "192.88.99.0/24", "100.100.100.200", "168.63.129.16", "fd00:ec2::254", "fd20:ce::254"),
    )
)
"""Protocol assignments, and where clouds hand out credentials: beside what `ipaddress` knows to be special."""

CARRIES_IPV4 = tuple(
    map(
        ip_network,
        ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"),
    )
)
"""IPv6 that means an IPv4 address: compatible, mapped, translated (three), 6to4, Teredo."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Which addresses may be dialled beside public ones: those of the house (`private`), of this machine (`loopback`).

    Link-local, metadata, multicast, unspecified and reserved addresses never are, nor IPv6 that carries IPv4.
    """

    private: bool = False
    loopback: bool = False

    def admits(self, address: str, scheme: str = "https") -> bool:
        """Whether to dial this IP address. Without TLS ("http") only this machine."""
        ip = ip_address(address)
        if ip.is_loopback and not _carries_ipv4(ip):
            return self.loopback
        if scheme != "https" or _carries_ipv4(ip) or any(ip in network for network in NEVER):
            return False
        if any(ip in network for network in PRIVATE):
            return self.private
        if ip.is_multicast or ip.is_reserved or ip.is_link_local or ip.is_unspecified:
            return False
        return ip.is_global and not (isinstance(ip, IPv6Address) and ip.is_site_local)


def _carries_ipv4(ip: Any) -> bool:
    return ip != IPv6Address(1) and any(ip in network for network in CARRIES_IPV4)
