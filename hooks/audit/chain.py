"""The chain of the audit: each row's hash covers its document and the hash of the row before it.

A reader with no other tool than a hash can follow it: `hash` of a row is the SHA-256, in hexadecimal, of the text
`previous` followed by the text `document`; `previous` is the `hash` of the row before, 64 zeros in the first row.
With a key it is the HMAC-SHA-256 of the same text, and the document names the key by `sealed`.

What it shows: a row that was changed, removed, inserted or moved, and that the rows before the first were purged by
the service. What it cannot show: rows cut off at the end, and without a key a chain that somebody with write access
computed anew. Against both, keep the last number and hash elsewhere and verify against them.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson

START = "0" * 64
"""`previous` of the first row."""
COPIED = ("seq", "at", "kind", "client", "patient")
"""Columns that repeat what the document says, to search by."""


class Mark(NamedTuple):
    """A place in the chain: the number of a row, and its hash. `Mark(0, START)` is where an empty chain begins."""

    seq: int
    hash: str

    def __str__(self) -> str:
        """As it is written down, number and hash with a colon between."""
        return f"{self.seq}:{self.hash}"


BEGINNING = Mark(0, START)


@dataclass(frozen=True, slots=True)
class Record:
    """What is to be recorded: `at` (ISO 8601, UTC), and what is said about it, as plain JSON.

    `kept` is what is stored beside the record and can be deleted without it; the document holds its digest.
    """

    at: str
    kind: str
    client: str
    patient: str
    said: dict[str, Any]
    kept: bytes = b""


@dataclass(frozen=True, slots=True)
class Row:
    """One row as stored. `kept` is what stands beside it, None where there is nothing (any more)."""

    seq: int
    at: str
    kind: str
    client: str
    patient: str
    document: str
    previous: str
    hash: str
    kept: bytes | None = None


def link(head: Mark, records: Iterable[Record], key: bytes = b"") -> list[Row]:
    """The rows that go on from `head` with these records, sealed with `key` unless it is empty.

    To be stored in the transaction in which `head` was read, with no other writer between.
    """
    rows = []
    sealed = {"sealed": name_of(key)} if key else {}
    for record in records:
        seq = head.seq + 1
        said = {
            **record.said,
            **sealed,
            "seq": seq,
            "at": record.at,
            "kind": record.kind,
            "client": record.client,
            "patient": record.patient,
        }
        if record.kept:
            said["kept"] = hashlib.sha256(record.kept).hexdigest()
        document = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
        found = digest(head.hash, document, key)
        rows.append(
            Row(
                seq, record.at, record.kind, record.client, record.patient, document.decode(), head.hash, found,
                record.kept or None,
            )
        )  # fmt: skip
        head = Mark(seq, found)
    return rows


def digest(previous: str, document: bytes, key: bytes = b"") -> str:
    """The hash of a row."""
    text = previous.encode() + document
    return hmac.digest(key, text, "sha256").hex() if key else hashlib.sha256(text).hexdigest()


def name_of(key: bytes) -> str:
    """What a document calls the key that sealed it; nothing of the key can be learnt from it."""
    return hmac.digest(key, b"name", "sha256").hex()[:16]


@dataclass(slots=True)
class Verdict:
    """What verification found. `fault` names the first row that is not as it was written, "" if all are.

    `deleted` counts rows beside which something was kept that is there no more; `unsealed` rows without a key.
    """

    last: Mark = BEGINNING
    rows: int = 0
    fault: str = ""
    deleted: int = 0
    unsealed: int = 0
    first: int = 0


@dataclass(slots=True)
class Verification:
    """Goes along the chain, one row at a time, in constant memory.

    `keys` are the newest first. From row `sealed_from` on every row must carry one of them, and never an older one than
    a row before it: but for `overlap` after a key was first used, because not all processes change at the same moment.
    `expected` must be a row of the chain.
    """

    keys: Sequence[bytes] = ()
    sealed_from: int = 1
    expected: Mark | None = None
    overlap: timedelta = timedelta(0)
    verdict: Verdict = field(default_factory=Verdict)
    _rank: int = -1
    _until: str = ""
    _latest: str = ""
    _gone: Mark = BEGINNING
    _anchored: bool = True
    _met: bool = False

    def take(self, row: Row) -> bool:
        """One more row, in order of `seq`. False if it is at fault: the first such row ends the verification."""
        found = self.verdict
        if not found.rows:
            self._begin(row)
        found.fault = self._place(row) or self._content(row)
        if found.fault:
            return False
        found.last = Mark(row.seq, row.hash)
        found.rows += 1
        self._met = self._met or found.last == self.expected
        return True

    def end(self) -> Verdict:
        """The verdict, when all rows were taken or one was at fault."""
        found = self.verdict
        if found.fault:
            return found
        if not self._anchored:
            found.fault = f"{_missing(1, self._gone.seq)}, and no purge says so"
        elif self.expected is not None and not self._met:
            found.fault = self._unmet(self.expected)
        return found

    def _begin(self, row: Row) -> None:
        self.verdict.first = row.seq
        self.verdict.last = self._gone = Mark(row.seq - 1, row.previous)
        self._anchored = self._gone == BEGINNING
        self._rank = len(self.keys)

    def _place(self, row: Row) -> str:
        """What is wrong with where the row stands."""
        last = self.verdict.last
        if row.seq > last.seq + 1:
            return _missing(last.seq + 1, row.seq - 1)
        if row.seq <= last.seq or (row.seq == 1 and row.previous != START):
            return f"row {row.seq} stands where it does not belong"
        if row.previous != last.hash:
            return f"row {row.seq} does not follow from row {last.seq}: one of them was replaced or moved"
        return ""

    def _content(self, row: Row) -> str:
        """What is wrong with what the row says."""
        try:
            said = orjson.loads(row.document)
        except orjson.JSONDecodeError:
            said = None
        if not isinstance(said, dict):
            return f"row {row.seq} was changed: its document cannot be read"
        rank, fault = self._signed(row, said)
        if fault:
            return fault
        key = self.keys[rank] if rank < len(self.keys) else b""
        if digest(row.previous, row.document.encode(), key) != row.hash:
            return f"row {row.seq} was changed: its document does not have its hash"
        for column in COPIED:
            if said.get(column) != getattr(row, column):
                return f"row {row.seq} was changed: {column} is not what its document says"
        return self._order(row, rank) or self._beside(row, said)

    def _signed(self, row: Row, said: dict[str, Any]) -> tuple[int, str]:
        """(which of the keys sealed the row, their number for none; what is wrong with that)."""
        name = said.get("sealed", "")
        if not name:
            self.verdict.unsealed += 1
            if self.keys and row.seq >= self.sealed_from:
                return 0, f"row {row.seq} is not sealed with a key"
            return len(self.keys), ""
        names = [name_of(key) for key in self.keys]
        if name not in names:
            return 0, f"row {row.seq} is sealed with a key that was not given ({str(name)[:16]!r})"
        return names.index(name), ""

    def _order(self, row: Row, rank: int) -> str:
        """What is wrong with sealing this row, whose document is sound, with this key after the rows before it."""
        self._latest = max(self._latest, row.at)
        if rank < self._rank:
            self._rank = rank
            self._until = (datetime.fromisoformat(row.at) + self.overlap).isoformat(timespec="milliseconds")
        elif rank > self._rank and self._latest >= self._until:
            return f"row {row.seq} is sealed with an older key than a row before it"
        return ""

    def _beside(self, row: Row, said: dict[str, Any]) -> str:
        """What is wrong with what is kept beside the row; a purge is noted."""
        kept = said.get("kept")
        if row.kept is not None and hashlib.sha256(row.kept).hexdigest() != kept:
            return f"row {row.seq} was changed: what is kept beside it does not have its digest"
        if kept and row.kept is None:
            self.verdict.deleted += 1
        if row.kind == "purge" and said.get("through") == list(self._gone):
            self._anchored = True
        return ""

    def _unmet(self, expected: Mark) -> str:
        last = self.verdict.last
        if expected.seq > last.seq:
            return f"the chain ends with row {last.seq}: the rows from there to {expected.seq} were cut off"
        if expected.seq < self.verdict.first:
            return f"row {expected.seq} is no longer kept; the first row is {self.verdict.first}"
        return f"row {expected.seq} is not the row that was expected: the chain was written anew"


def _missing(first: int, last: int) -> str:
    return f"row {first} is missing" if first == last else f"rows {first} to {last} are missing"
