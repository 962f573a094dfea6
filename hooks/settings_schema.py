"""The shape of the configuration file, key by key, with the words for each fault ("what | mend")."""

import re
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate, validates_schema
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from hooks.languages import LANGUAGES
from hooks.services import KEYS, SERVICES
from hooks.urls import base, parse

ALGORITHMS = ("ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
"""Asymmetric signatures only: a shared secret proves nothing about who signed."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")


def _one_of(allowed: tuple[str, ...], what: str) -> validate.OneOf:
    return validate.OneOf(allowed, error=f"is no {what}. | Use one of: {', '.join(allowed)}.")


def _whole(least: int, most: int, default: int) -> fields.Integer:
    return fields.Integer(
        strict=True,
        load_default=default,
        validate=validate.Range(least, most, error="is not between {min} and {max}. | Choose a number in between."),
        error_messages={"invalid": "is not a whole number. | Write a number without quotes."},
    )


def _text(check: Any = None, default: str | None = None) -> fields.String:
    known: dict[str, Any] = {"required": True} if default is None else {"load_default": default}
    words: dict[str, Any] = {"invalid": "is not text. | Put it in quotes.", "required": "is missing."}
    return fields.String(validate=check or [], error_messages=words, **known)


def _texts(check: Any = None, default: tuple[str, ...] = ()) -> "fields.List[str]":
    return fields.List(
        fields.String(validate=check or [], error_messages={"invalid": "is not text. | Put it in quotes."}),
        load_default=list(default),
        error_messages={"invalid": "is not a list. | Write it in square brackets."},
    )


def _flag(*, default: bool = False) -> fields.Boolean:
    return fields.Boolean(
        load_default=default, truthy={True}, falsy={False}, error_messages={"invalid": "is neither true nor false."}
    )


def _origin(text: str) -> None:
    address = parse(text)
    if address is None or address.path or address.query:
        raise ValidationError("is no origin. | Write https://host or https://host:port.")


def _base(text: str) -> None:
    if base(text) is None:
        raise ValidationError("is no address. | Write https://host/path, without user, query or fragment.")


def _bind(text: str) -> None:
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValidationError("is not host:port. | Write 127.0.0.1:8080.")


def _bind_or_nothing(text: str) -> None:
    if text:
        _bind(text)


def _database(text: str) -> None:
    try:
        url = make_url(text)
    except ArgumentError:
        raise ValidationError("is no database address. | Write sqlite:////path/hepar.db.") from None
    if url.drivername not in DRIVERS:
        raise ValidationError(f"uses a database that is not supported. | Use one of: {', '.join(DRIVERS)}.")
    if url.password is not None:
        raise ValidationError("holds a password. | Leave it out and set PGPASSFILE or PGPASSWORD.")


class Table(Schema):
    """A table of the file: a key that is not declared is a fault."""

    class Meta:
        """Read by marshmallow."""

        unknown = RAISE

    error_messages = {  # noqa: RUF012  (as the library declares it)
        "unknown": "is not known. | Check its spelling or remove it.",
        "type": "is not a table.",
    }

    @post_load
    def _plain(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        def plain(value: Any) -> Any:
            lines = isinstance(value, list) and all(isinstance(item, str) for item in value)
            return tuple(value) if lines else value

        return {key: plain(value) for key, value in data.items()}


class CodeTable(Table):
    """{system = "…", code = "…"}."""

    system = _text(validate.Length(min=1, error="is empty."))
    code = _text(validate.Length(min=1, error="is empty."))


def _codes() -> "fields.List[dict[str, str]]":
    return fields.List(
        fields.Nested(CodeTable), load_default=list, error_messages={"invalid": "is not a list of {{system, code}}."}
    )


class ServerTable(Table):
    """[server]."""

    public_url = _text(_base, "http://127.0.0.1:8080")
    bind = _text(_bind, "127.0.0.1:8080")
    workers = _whole(1, 256, 2)
    threads = _whole(1, 256, 8)
    cors_origins = _texts(_origin)
    operations_bind = _text(_bind_or_nothing, "")
    trusted_hops = _whole(0, 10, 0)


class StorageTable(Table):
    """[storage]."""

    url = _text(_database, "sqlite:///hepar-dev.db")
    feedback_retention_days = _whole(1, 36_500, 730)
    audit_retention_days = _whole(1, 36_500, 2190)
    create = _flag(default=True)
    audit_key_file = _text(default="")


class LimitsTable(Table):
    """[limits]."""

    body_bytes = _whole(1024, 104_857_600, 5_242_880)
    json_depth = _whole(16, 256, 64)
    entries = _whole(10, 1_000_000, 20_000)
    deadline_ms = _whole(50, 10_000, 450)
    fhir_pages = _whole(1, 100, 5)
    requests_per_minute = _whole(1, 1_000_000, 600)


class MscTable(Table):
    """[msc]."""

    order_codes = _codes()
    product_codes = _codes()
    clinical_owner = _text(default="")
    protocol = _text(default="")
    repeat_after_days = _whole(0, 3650, 30)


class FhirServerTable(Table):
    """[[client.fhir_server]]."""

    base_url = _text(_base)
    allow_private = _flag()


class FeaturesTable(Table):
    """[client.features]."""

    actions_per_suggestion = _whole(1, 100, 1)
    score_suggestions = _flag()
    language = _text(_one_of(("", *LANGUAGES), "language"), default="")


class ClientTable(Table):
    """[[client]]."""

    name = _text(validate.Regexp(_NAME, error="is not a short name. | Use letters and digits."))
    issuer = _text(_base)
    tenant = _text(default="")
    jwks_file = _text(default="")
    jku = _text(default="")
    algorithms = _texts(_one_of(ALGORITHMS, "algorithm that may be trusted"), ("ES384", "RS384"))
    extra_audiences = _texts()
    foreign_audiences = _flag()
    feedback_accepts_service_audience = _flag()
    max_token_seconds = _whole(1, 86_400, 3600)
    services = _texts(_one_of(("*", *SERVICES), "service"), ("*",))
    fhir_server = fields.List(fields.Nested(FhirServerTable), load_default=list)
    prefetch_aliases = fields.Dict(
        keys=fields.String(), values=fields.String(validate=_one_of(KEYS, "prefetch key")), load_default=dict
    )
    action_codes = fields.Dict(keys=fields.String(), values=fields.Nested(CodeTable), load_default=dict)
    features = fields.Nested(FeaturesTable, load_default=lambda: FeaturesTable().load({}))
    allow_http_loopback = _flag()
    ca_file = _text(default="")

    @validates_schema(skip_on_field_errors=False)
    def _has_keys(self, data: dict[str, Any], **_: Any) -> None:
        if bool(data.get("jwks_file")) == bool(data.get("jku")):
            raise ValidationError("needs either jwks_file or jku. | Name exactly one of them.", "jwks_file")
        if data.get("jku") and parse(data["jku"]) is None:
            raise ValidationError("is no address. | Write https://host/path, without user or fragment.", "jku")


class ConfigFile(Table):
    """The whole file."""

    server = fields.Nested(ServerTable, load_default=lambda: ServerTable().load({}))
    storage = fields.Nested(StorageTable, load_default=lambda: StorageTable().load({}))
    limits = fields.Nested(LimitsTable, load_default=lambda: LimitsTable().load({}))
    msc = fields.Nested(MscTable, load_default=lambda: MscTable().load({}))
    client = fields.List(fields.Nested(ClientTable), load_default=list)
