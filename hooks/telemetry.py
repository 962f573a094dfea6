"""What operations see: one JSON line for each event on stdout, with fields from a closed list, and counters.

Nothing of a patient is among the fields. There is no way to log an object, a message of an exception or a body.
"""

import logging
import sys
from datetime import UTC, datetime
from typing import Any, TextIO

import orjson
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

FIELDS = frozenset(
    {
        "client", "correlation", "event", "fault", "hook_instance", "key", "level", "logger", "message", "method",
        "milliseconds", "outcome", "place", "port", "reason", "route", "service", "status", "time", "unread", "url",
        "version",
    }
)  # fmt: skip
"""The only names under which anything is logged."""

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def log(event: str, level: str = "info", stream: TextIO | None = None, **fields: str | float) -> None:
    """Write one event. ValueError for a field that is not in `FIELDS`."""
    unknown = fields.keys() - FIELDS
    if unknown:
        raise ValueError(f"not to be logged: {sorted(unknown)}")
    record = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "level": level, "event": event, **fields}
    out = stream or sys.stdout
    out.write(orjson.dumps(record).decode() + "\n")
    out.flush()


class Lines(logging.Formatter):
    """The log records of libraries as lines of the same form.

    Only the server's own messages (`gunicorn`) are repeated; of all others level and logger, because their messages may
    hold addresses with a patient's id.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": "library",
            "logger": record.name,
        }
        if record.name.partition(".")[0] == "gunicorn":
            line["message"] = record.getMessage()
        if record.exc_info and record.exc_info[0]:
            line["fault"] = record.exc_info[0].__name__
        return orjson.dumps(line).decode()


def place_of(error: BaseException) -> str:
    """Where an exception was raised: file and line of its innermost frames, no values."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return " < ".join(reversed(frames[-6:]))


class Meters:
    """The counters of one process. Labels are ids of ours only, so that their number is bounded."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.calls = Counter("hepar_calls", "Hook calls", ["service", "outcome"], registry=self.registry)
        self.seconds = Histogram(
            "hepar_call_seconds",
            "Duration of hook calls",
            ["service"],
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0),
            registry=self.registry,
        )
        self.cards = Counter("hepar_cards", "Cards shown", ["service", "rule"], registry=self.registry)
        self.not_computed = Counter(
            "hepar_not_computed", "Scores not computed, by reason", ["score", "reason"], registry=self.registry
        )
        self.not_read = Counter("hepar_not_retrieved", "Keys that could not be read", ["key"], registry=self.registry)
        self.feedback = Counter("hepar_feedback", "Feedback", ["service", "outcome"], registry=self.registry)
        self.not_stored = Counter("hepar_not_stored", "Writes that the store did not take", registry=self.registry)

    def text(self) -> bytes:
        """All of them in the text format of Prometheus."""
        return generate_latest(self.registry)
