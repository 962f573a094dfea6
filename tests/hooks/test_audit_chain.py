"""The chain of the audit: whatever is done to its rows is found, and the first row at fault is named."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from hooks.audit.chain import BEGINNING, START, Mark, Record, Row, Verdict, Verification, link

KEY = b"k" * 32
OLDER = b"o" * 32
COUNT = 6


def records(count: int = COUNT) -> list[Record]:
    return [
        Record(f"2026-11-22T10:00:0{number}.000+00:00", "evaluation", "ehr-a", f"p-{number}", {"status": 200}, b"chart")
        for number in range(count)
    ]


def chain(key: bytes = b"", count: int = COUNT) -> list[Row]:
    return link(BEGINNING, records(count), key)


def verify(
    rows: Sequence[Row],
    *keys: bytes,
    expected: Mark | None = None,
    sealed_from: int = 1,
    overlap: timedelta = timedelta(0),
) -> Verdict:
    verification = Verification(keys, sealed_from, expected, overlap)
    for row in rows:
        if not verification.take(row):
            break
    return verification.end()


@pytest.mark.parametrize("key", [b"", KEY])
@pytest.mark.hazard("T-61")
def test_a_chain_as_it_was_written_is_sound(key: bytes) -> None:
    rows = chain(key)
    found = verify(rows, *([key] if key else []))
    assert (found.fault, found.rows, found.last) == ("", COUNT, Mark(COUNT, rows[-1].hash))


def test_the_hash_can_be_computed_with_any_tool() -> None:
    first, second, *_ = chain()
    assert first.previous == START
    assert second.hash == hashlib.sha256(f"{first.hash}{second.document}".encode()).hexdigest()


def test_it_does_not_matter_how_many_are_written_at_once() -> None:
    one_by_one: list[Row] = []
    for record in records():
        head = Mark(one_by_one[-1].seq, one_by_one[-1].hash) if one_by_one else BEGINNING
        one_by_one += link(head, [record], KEY)
    assert one_by_one == chain(KEY)


Tampering = Callable[[list[Row], int], list[Row]]


def changed(**columns: object) -> Tampering:
    return lambda rows, at: [*rows[:at], replace(rows[at], **columns), *rows[at + 1 :]]  # type: ignore[arg-type]


def reworded(rows: list[Row], at: int) -> list[Row]:
    return changed(document=rows[at].document.replace("200", "400"))(rows, at)


def removed(rows: list[Row], at: int) -> list[Row]:
    return rows[:at] + rows[at + 1 :]


def closed_up(rows: list[Row], at: int) -> list[Row]:
    """Removed, and the numbers of the later rows moved down."""
    return rows[:at] + [replace(row, seq=row.seq - 1) for row in rows[at + 1 :]]


def inserted(rows: list[Row], at: int) -> list[Row]:
    """A row made up where another stood, with hashes that are right by themselves; the later ones moved up."""
    (new,) = link(Mark(rows[at].seq - 1, rows[at].previous), records(1))
    return [*rows[:at], new, *(replace(row, seq=row.seq + 1) for row in rows[at:])]


def swapped(rows: list[Row], at: int) -> list[Row]:
    one, other = rows[at], rows[at + 1]
    return [*rows[:at], replace(other, seq=one.seq), replace(one, seq=other.seq), *rows[at + 2 :]]


def replaced(rows: list[Row], at: int) -> list[Row]:
    """Another record in the same place, hashed anew, but not the rows after it."""
    (new,) = link(Mark(rows[at].seq - 1, rows[at].previous), [replace(records()[at], patient="somebody-else")])
    return [*rows[:at], new, *rows[at + 1 :]]


EDITS: dict[str, tuple[Tampering, int]] = {
    "document": (reworded, 0),
    "not JSON": (changed(document="{"), 0),
    "hash": (changed(hash="é"), 0),
    "previous": (changed(previous="0" * 63 + "1"), 0),
    "patient": (changed(patient="p-9"), 0),
    "time": (changed(at="2020-01-01T00:00:00.000+00:00"), 0),
    "client": (changed(client="ehr-b"), 0),
    "kind": (changed(kind="read"), 0),
    "chart": (changed(kept=b"another"), 0),
    "removed": (removed, 0),
    "removed and renumbered": (closed_up, 0),
    "inserted": (inserted, 1),
    "swapped": (swapped, 0),
    "replaced": (replaced, 1),
}
"""What is done to a row -> (how, how many rows later it shows at the latest)."""


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("at", range(COUNT - 1))
@pytest.mark.hazard("T-61")
def test_every_change_of_any_row_is_found_and_named(edit: str, at: int) -> None:
    tamper, later = EDITS[edit]
    found = verify(tamper(chain(), at))
    named = {f"row {at + 1 + late}" for late in range(later + 1)}
    assert found.fault
    assert any(name in found.fault for name in named), found.fault


@pytest.mark.parametrize("edit", set(EDITS) - {"inserted", "replaced"})
@pytest.mark.hazard("T-61")
def test_a_sealed_chain_is_as_strict(edit: str) -> None:
    tamper, _ = EDITS[edit]
    assert verify(tamper(chain(KEY), 2), KEY).fault


@pytest.mark.hazard("T-61")
def test_without_the_key_nobody_can_go_on_or_replace() -> None:
    rows = chain(KEY)
    forged = link(Mark(3, rows[2].hash), records(3), b"guess" * 8)
    assert "row 4" in verify(rows[:3] + forged, KEY).fault
    named = [replace(row, document=row.document.replace(_name(b"guess" * 8), _name(KEY))) for row in forged]
    assert "row 4 was changed" in verify(rows[:3] + named, KEY).fault
    assert "row 4 is not sealed" in verify(rows[:3] + link(Mark(3, rows[2].hash), records(3)), KEY).fault
    assert "row 1 is not sealed" in verify(chain(), KEY).fault


def _name(key: bytes) -> str:
    from hooks.audit.chain import name_of

    return name_of(key)


@pytest.mark.hazard("T-61")
def test_rows_cut_off_at_the_end_show_against_a_mark_kept_elsewhere() -> None:
    rows = chain()
    kept = Mark(rows[-1].seq, rows[-1].hash)
    assert verify(rows, expected=kept).fault == ""
    assert verify(rows[:-2]).fault == ""
    assert "cut off" in verify(rows[:-2], expected=kept).fault
    assert "cut off" in verify([], expected=kept).fault


@pytest.mark.hazard("T-61")
def test_a_chain_written_anew_shows_against_a_mark_kept_elsewhere() -> None:
    rows, kept = chain(), Mark(4, chain()[3].hash)
    anew = link(BEGINNING, [replace(each, patient="somebody-else") for each in records()])
    assert verify(rows, expected=kept).fault == ""
    assert verify(anew).fault == ""
    assert "row 4" in verify(anew, expected=kept).fault


@pytest.mark.hazard("T-61", "T-62")
def test_rows_may_only_be_missing_at_the_start_if_a_purge_says_so() -> None:
    rows = chain(KEY)
    purge = Record("2026-11-23T00:00:00.000+00:00", "purge", "", "", {"through": [3, rows[2].hash]})
    purged = [*rows[3:], *link(Mark(rows[-1].seq, rows[-1].hash), [purge], KEY)]
    assert verify(purged, KEY).fault == ""
    assert verify(purged, KEY).first == 4
    assert "rows 1 to 3 are missing" in verify(rows[3:], KEY).fault
    assert "rows 1 to 4 are missing" in verify(purged[1:], KEY).fault
    assert "no longer kept" in verify(purged, KEY, expected=Mark(2, rows[1].hash)).fault


@pytest.mark.hazard("T-62")
def test_what_is_kept_beside_a_row_may_be_deleted_and_is_counted() -> None:
    rows = chain()
    rows[2] = replace(rows[2], kept=None)
    found = verify(rows)
    assert (found.fault, found.deleted) == ("", 1)


def test_keys_change_in_one_direction_only() -> None:
    old = chain(OLDER, 2)
    new = link(Mark(2, old[-1].hash), records(2), KEY)
    back = link(Mark(4, new[-1].hash), records(1), OLDER)
    assert verify([*old, *new], KEY, OLDER).fault == ""
    assert "row 1 is sealed with a key that was not given" in verify([*old, *new], KEY).fault
    assert "row 5 is sealed with an older key" in verify([*old, *new, *back], KEY, OLDER).fault


@pytest.mark.hazard("T-61")
def test_while_a_key_is_changed_rows_with_either_are_accepted_but_not_afterwards() -> None:
    def at(second: int, key: bytes, after: list[Row]) -> list[Row]:
        head = Mark(after[-1].seq, after[-1].hash)
        return link(head, [Record(f"2026-11-23T00:00:{second:02}.000+00:00", "call", "ehr-a", "p-1", {})], key)

    rows = chain(OLDER, 2)
    for second, key in ((10, KEY), (12, OLDER), (13, KEY), (39, OLDER)):
        rows += at(second, key, rows)
    overlap = timedelta(seconds=30)
    assert verify(rows, KEY, OLDER, overlap=overlap).fault == ""
    assert "row 4 is sealed with an older key" in verify(rows, KEY, OLDER).fault
    late = [*rows, *at(40, OLDER, rows)]
    assert "row 7 is sealed with an older key" in verify(late, KEY, OLDER, overlap=overlap).fault
    later = [*rows, *at(50, KEY, rows)]
    backdated = [*later, *at(11, OLDER, later)]
    assert "row 8 is sealed with an older key" in verify(backdated, KEY, OLDER, overlap=overlap).fault


def test_a_key_may_come_later_where_the_reader_says_when() -> None:
    first = chain(count=2)
    rows = [*first, *link(Mark(2, first[-1].hash), records(2), KEY)]
    assert verify(rows, KEY, sealed_from=3).fault == ""
    assert verify(rows, KEY, sealed_from=3).unsealed == 2
    assert "row 2 is not sealed" in verify(rows, KEY, sealed_from=2).fault
    unsealed_again = [*rows, *link(Mark(4, rows[-1].hash), records(1))]
    assert "row 5" in verify(unsealed_again, KEY, sealed_from=9).fault
