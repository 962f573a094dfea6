"""What a site decides: addresses, limits, who may call, who answers for MSC text. Nouns only.

What medicine says is no setting.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime


def host_and_port(bind: str) -> tuple[str, int]:
    """The parts of "host:port"; an IPv6 address without its brackets."""
    host, _, port = bind.rpartition(":")
    return host.strip("[]"), int(port)


@dataclass(frozen=True, slots=True)
class Server:
    """Where the service listens and under which address it is called.

    `operations_bind` is where alone /metrics and /readyz answer; "" for `bind`, if that is loopback. `trusted_hops` is
    how many proxies in front may say who called.
    """

    public_url: str
    bind: str
    workers: int
    threads: int
    cors_origins: tuple[str, ...]
    operations_bind: str = ""
    trusted_hops: int = 0

    @property
    def operations_port(self) -> int | None:
        """The port part of `operations_bind`; None without it."""
        return host_and_port(self.operations_bind)[1] if self.operations_bind else None

    @property
    def host(self) -> str:
        """The host part of `bind`."""
        return host_and_port(self.bind)[0]

    @property
    def port(self) -> int:
        """The port part of `bind`."""
        return host_and_port(self.bind)[1]


@dataclass(frozen=True, slots=True)
class Storage:
    """The database; how long feedback and audit records are kept, in days.

    Without `create` a database that is not there is a fault, not a new one. `audit_key` is what `audit_key_file` holds:
    it seals the audit chain.
    """

    url: str
    feedback_retention_days: int
    audit_retention_days: int
    create: bool = True
    audit_key_file: str = ""
    audit_key: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one call may cost."""

    body_bytes: int
    json_depth: int
    entries: int
    deadline_ms: int
    fhir_pages: int
    requests_per_minute: int


@dataclass(frozen=True, slots=True)
class Msc:
    """Under whose responsibility MSC trials are mentioned, if anybody's.

    `order_codes` and `product_codes` are (system, code): of its orders, and of what it records as given.
    """

    order_codes: frozenset[tuple[str, str]]
    clinical_owner: str
    protocol: str
    repeat_after_days: int
    product_codes: frozenset[tuple[str, str]] = frozenset()

    @property
    def text(self) -> bool:
        """Whether any MSC text may be shown: somebody answers for it, under a protocol."""
        return bool(self.clinical_owner and self.protocol)


@dataclass(frozen=True, slots=True)
class FhirServer:
    """One FHIR server that may be read on a client's behalf. `base_url` has no trailing slash."""

    base_url: str
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Client:
    """One EHR: how its calls are recognised, and in which form it wants the answers.

    `prefetch_aliases`: its key -> ours. `action_codes`: evaluation id -> the (system, code) that it wants.
    `score_suggestions`: whether scores are offered as Observations to create.
    `foreign_audiences`: whether a token may name others beside us. `ca_file`: certificates that its servers are
    verified with, instead of the system's. `language`: the one of its cards, whatever a call asks for; "" if each call
    may choose.
    """

    name: str
    issuer: str = ""
    tenant: str = ""
    jwks_file: str = ""
    jku: str = ""
    algorithms: tuple[str, ...] = ("ES384", "RS384")
    extra_audiences: tuple[str, ...] = ()
    foreign_audiences: bool = False
    feedback_accepts_service_audience: bool = False
    max_token_seconds: int = 3600
    services: tuple[str, ...] = ("*",)
    fhir_servers: tuple[FhirServer, ...] = ()
    prefetch_aliases: Mapping[str, str] = field(default_factory=dict)
    action_codes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    actions_per_suggestion: int = 1
    score_suggestions: bool = False
    language: str = ""
    allow_http_loopback: bool = False
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a site decides. `now` fixes the clinical clock, in development only. `file` is where it stood."""

    server: Server
    storage: Storage
    limits: Limits
    msc: Msc
    clients: tuple[Client, ...] = ()
    dev: bool = False
    now: datetime | None = None
    file: str = ""

    def clock(self) -> datetime:
        """The clinical clock, in UTC."""
        return self.now or datetime.now(UTC)

    @property
    def development_client(self) -> Client:
        """Who is taken to call in development, where nobody proves who they are: the first client, if any."""
        return self.clients[0] if self.clients else Client("development")
