"""Files as people have them: one document or one resource a line, and a clear word about the rest."""

import io
import json
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from hooks.files import Unreadable, charts, documents


def read(tmp_path: Path, content: str | bytes) -> list[object]:
    path = tmp_path / "chart.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(documents(str(path)))


@pytest.mark.parametrize(
    "content",
    ['{"a": 1}\n{"a": 2}\n', '{"a":1}\r\n\r\n{"a":2}', '\n  {"a": 1}\n{"a": 2}\n\n', b'\xef\xbb\xbf{"a":1}\n{"a":2}'],
)
def test_one_value_a_line(tmp_path: Path, content: str | bytes) -> None:
    assert read(tmp_path, content) == [{"a": 1}, {"a": 2}]


def test_a_document_over_many_lines_is_one(tmp_path: Path) -> None:
    assert read(tmp_path, '{\n "a": [1,\n 2]\n}') == [{"a": [1, 2]}]


def test_a_line_separator_inside_a_string_ends_no_line(tmp_path: Path) -> None:
    assert read(tmp_path, '{"a": "x\u2028y"}\n{"a": 2}') == [{"a": "x\u2028y"}, {"a": 2}]


def test_numbers_stay_as_written(tmp_path: Path) -> None:
    [found] = read(tmp_path, '{"value": 2.00}')
    assert str(found["value"]) == "2.00"  # type: ignore[index]
    assert isinstance(found["value"], Decimal)  # type: ignore[index]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"a": 1}')))
    assert list(documents("-")) == [{"a": 1}]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "is empty"),
        (" \n\t\n", "is empty"),
        ('{"a": ', "not readable JSON (line 1"),
        ('{"a": 1}\n{"a": }\n', "line 2, column 7"),
        ('{\n"a": 1,\n}', "not readable JSON (line 3"),
        (b"\xff\xfe{\x00", "not UTF-8"),
        (b"PK\x03\x04\x00", "not readable JSON"),
        ('{"a": NaN}', "not readable JSON"),
        ('{"a": 1, "a": 2}', "not readable JSON"),
        ("[" * 100_000, "not readable JSON"),
        ("9" * 10_000, "not readable JSON"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(tmp_path: Path, content: str | bytes, says: str) -> None:
    with pytest.raises(Unreadable) as fault:
        read(tmp_path, content)
    assert says in str(fault.value)
    assert "\n" not in str(fault.value)


def test_a_message_never_repeats_the_content(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as fault:
        read(tmp_path, '{"name": "ZZPATIENTNAME" "x"}\n{"name": ZZPATIENTNAME}')
    assert "ZZPATIENTNAME" not in str(fault.value)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="No such file"):
        list(documents(str(tmp_path / "none.json")))
    with pytest.raises(Unreadable, match="directory"):
        list(documents(str(tmp_path)))


def observation(**members: object) -> dict[str, object]:
    return {"resourceType": "Observation", "status": "final", "code": {"coding": []}, **members}


def test_a_record_without_a_patient_stays_with_the_patients_of_its_own_file(tmp_path: Path) -> None:
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    first.write_text(json.dumps([{"resourceType": "Patient", "id": "p1"}, observation(id="o1")]))
    second.write_text(json.dumps([{"resourceType": "Patient", "id": "p2"}]))
    read = charts([str(first), str(second)])
    assert {patient: len(records) for patient, records in read.patients.items()} == {"p1": 2, "p2": 1}
    assert read.doubts == []


@pytest.mark.hazard("T-29")
@pytest.mark.parametrize(
    ("one", "other", "doubted"),
    [
        ({"birthDate": "1960-01-01"}, {"birthDate": "1961-01-01"}, True),
        ({"birthDate": "1960-01-01"}, {"birthDate": "1960"}, False),
        ({"birthDate": "1960-01-01"}, {}, False),
        ({"gender": "male"}, {"gender": "female"}, True),
        ({"gender": "male"}, {"gender": "male", "birthDate": "1960"}, False),
    ],
)
def test_one_id_for_two_people_is_said(
    tmp_path: Path, one: dict[str, str], other: dict[str, str], doubted: bool
) -> None:
    names = []
    for name, person in (("a.json", one), ("b.json", other)):
        (tmp_path / name).write_text(json.dumps({"resourceType": "Patient", "id": "p1", **person}))
        names.append(str(tmp_path / name))
    read = charts(names)
    assert list(read.patients) == ["p1"]
    assert bool(read.doubts) is doubted
