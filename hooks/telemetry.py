"""What is logged: one JSON line for each event on standard output, with fields from a closed list.

Nothing of a patient is among the fields. There is no way to log an object, a message of an exception or a body.
"""

import logging
from datetime import UTC, datetime
from typing import Any

import orjson

from hooks.outlet import stdout

FIELDS = frozenset(
    {
        "claimed", "client", "correlation", "event", "fault", "held", "issuer", "level", "logger", "message",
        "method", "milliseconds", "outcome", "peer", "place", "reason", "refused", "route", "service", "status",
        "time", "token_id", "unread", "url",
    }
)  # fmt: skip
"""The only names under which anything is logged."""


def log(event: str, level: str = "info", **fields: str | float) -> None:
    """Write one event. ValueError for a field that is not in `FIELDS`."""
    unknown = fields.keys() - FIELDS
    if unknown:
        raise ValueError(f"not to be logged: {sorted(unknown)}")
    record = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "level": level, "event": event, **fields}
    stdout.put(orjson.dumps(record).decode())


class Out(logging.Handler):
    """Where the log records of libraries go."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line."""
        stdout.put(self.format(record))


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
