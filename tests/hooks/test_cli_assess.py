"""`hepar assess`: charts on disk in, an assessment out, and a clear word where that cannot be."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hooks.cli import main
from hooks.demo.charts import resources, templates
from tests.charts import OWN, Chart, ago, concept, quantity

Json = dict[str, Any]
NOW = "2026-11-22T10:00:00Z"
CLOCK = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def chart(name: str) -> list[Json]:
    return list(resources(templates()[f"demo-{name}"], CLOCK))


def bundle(records: list[Json], kind: str = "collection") -> Json:
    return {"resourceType": "Bundle", "type": kind, "entry": [{"resource": record} for record in records]}


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main, ["assess", "--now", NOW, *arguments], input=given)


def assessed(*arguments: str, given: str | None = None) -> list[Json]:
    result = run("--json", *arguments, given=given)
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def score(found: Json, id: str) -> Json:
    return next(each for each in found["scores"] if each["id"] == id)


@pytest.fixture
def decompensated(tmp_path: Path) -> Path:
    path = tmp_path / "chart.json"
    path.write_text(json.dumps(bundle(chart("decompensated"))))
    return path


def test_one_document_a_patient_and_nothing_else_on_standard_output(tmp_path: Path) -> None:
    both = tmp_path / "both.json"
    both.write_text(json.dumps(bundle(chart("decompensated") + chart("dialysis"))))
    found = assessed(str(both))
    assert [each["patient"] for each in found] == ["Patient/demo-decompensated", "Patient/demo-dialysis"]
    assert {each["computedAt"] for each in found} == {NOW}
    assert all(score(each, "meld-3.0")["value"] for each in found)


@pytest.mark.parametrize("kind", ["searchset", "transaction", "document", "history", "collection"])
def test_a_bundle_of_any_type(tmp_path: Path, kind: str, decompensated: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text(json.dumps(bundle(chart("decompensated"), kind)))
    assert assessed(str(path)) == assessed(str(decompensated))


def test_an_array_ndjson_standard_input_and_several_files_are_one_chart(tmp_path: Path, decompensated: Path) -> None:
    wanted = assessed(str(decompensated))
    records = chart("decompensated")
    lines = "\n".join(json.dumps(record) for record in records)
    first, second = tmp_path / "a.ndjson", tmp_path / "b.json"
    first.write_text("\n".join(json.dumps(record) for record in records[:5]))
    second.write_text(json.dumps(records[5:]))
    assert assessed("-", given=json.dumps(records)) == wanted
    assert assessed("-", given=lines) == wanted
    assert assessed(str(first), str(second)) == wanted


def test_a_patient_who_is_only_referenced_is_assessed_without_age_and_sex() -> None:
    [found] = assessed("-", given=json.dumps(chart("decompensated")[1:]))
    assert found["patient"] == "Patient/demo-decompensated"
    assert "AGE_UNKNOWN" in score(found, "meld-3.0")["reasons"]
    assert "value" not in score(found, "meld-3.0")


def test_one_resource_alone_is_a_chart() -> None:
    [found] = assessed("-", given=json.dumps(chart("decompensated")[0]))
    assert score(found, "meld-3.0")["status"] == "not-computed"


@pytest.mark.hazard("C-10")
def test_what_was_not_retrieved_is_unknown_and_not_absent(decompensated: Path) -> None:
    [found] = assessed("--not-retrieved", "procedures,medications", str(decompensated))
    meld = score(found, "meld-3.0")
    assert "range" in meld
    assert {"DIALYSIS_UNKNOWN", "ANTICOAGULANT_UNKNOWN"} <= set(meld["reasons"])


def test_the_clock_decides_what_is_old(decompensated: Path) -> None:
    result = CliRunner().invoke(main, ["assess", "--json", "--now", "2027-11-22T11:00:00+01:00", str(decompensated)])
    found = json.loads(result.stdout)
    assert found["computedAt"] == "2027-11-22T10:00:00Z"
    assert score(found, "meld-3.0")["reasons"] == ["STALE"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("", "is empty"),
        ("{", "not readable JSON"),
        ('{"resourceType": "Bundle", "type": "collection", "entry": []}', "holds no patient"),
        ('{"resourceType": "Organization", "id": "1"}', "holds no patient"),
        ("[]", "holds no patient"),
        ('{"hello": "ZZPATIENTNAME"}', "not FHIR"),
        ("3", "not FHIR"),
    ],
)
def test_a_file_that_holds_no_chart_is_named_in_one_line(given: str, says: str) -> None:
    for arguments in (["-"], ["--json", "-"]):
        result = run(*arguments, given=given)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith("hepar: standard input ")
        assert says in result.stderr
        assert result.stderr.count("\n") == 1
        assert "ZZPATIENTNAME" not in result.stderr


def test_one_bad_file_among_good_ones_is_named(decompensated: Path, tmp_path: Path) -> None:
    result = run("--json", str(decompensated), str(tmp_path / "none.json"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "none.json" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [["--now", "yesterday"], ["--now", "2026-11-22"], ["--now", "2026-11-22T10:00:00"], ["--not-retrieved", "lab"]],
)
def test_wrong_usage_says_what_would_be_right(arguments: list[str], decompensated: Path) -> None:
    result = CliRunner().invoke(main, ["assess", *arguments, str(decompensated)])
    assert result.exit_code == 2
    assert "2026-11-22T10:00:00Z" in result.stderr or "procedures" in result.stderr


def test_without_a_file_there_is_nothing_to_assess() -> None:
    assert CliRunner().invoke(main, ["assess"]).exit_code == 2


@pytest.mark.parametrize("name", [id.removeprefix("demo-") for id in templates()])
def test_people_read_it_at_80_columns_without_colour(name: str, tmp_path: Path) -> None:
    path = tmp_path / "chart.json"
    path.write_text(json.dumps(chart(name)))
    result = run(str(path))
    assert result.exit_code == 0, result.stderr
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "\x1b" not in result.stdout
    assert "MELD 3.0" in result.stdout


@pytest.mark.hazard("C-35")
def test_a_score_stands_beside_its_inputs_dates_and_reasons(tmp_path: Path) -> None:
    path = tmp_path / "chart.json"
    path.write_text(json.dumps(chart("dialysis")))
    said = " ".join(run(str(path)).stdout.split())
    assert "creatinine 5.1 mg/dL (used as 3)" in said
    assert "2026-11-21 07:00: " in said
    assert "Dialysis in the week before" in said


def read(chart: Chart) -> str:
    """What a person reads of a chart, without line ends."""
    result = run("-", given=json.dumps(chart.bundle()))
    assert result.exit_code == 0, result.stderr
    return " ".join(result.stdout.split())


def test_a_band_is_not_taken_for_a_range() -> None:
    said = read(Chart().cirrhosis().reference().ascites("mild").west_haven(0))
    assert "MELD (UNOS 2002) 15 (15.34 before rounding) band 10 to 19" in said
    assert "Child-Pugh (Pugh 1973) 8 class B" in said


@pytest.mark.hazard("C-6")
def test_a_comparator_stands_beside_its_number() -> None:
    said = read(Chart().cirrhosis().reference(bilirubin=None).lab("bilirubin", 1.0, comparator="<", hours=2))
    assert "bilirubin <1 mg/dL (used as 1)" in said
    molar = Chart().cirrhosis().reference(bilirubin=None)
    said = read(molar.lab("bilirubin", 17, "umol/L", code="14631-6", comparator="<", hours=2))
    assert "bilirubin <0.99 mg/dL (charted as <17 µmol/L)" in said


@pytest.mark.hazard("C-44")
def test_a_score_that_another_system_charted_otherwise_stands_beside_ours() -> None:
    other = {
        "resourceType": "Observation",
        "status": "final",
        "code": concept((OWN + "msc-observation", "meld")),
        "method": concept((OWN + "meld-version", "meld-3")),
        "effectiveDateTime": ago(1),
        "valueQuantity": quantity(25, "{score}"),
    }
    said = read(Chart().cirrhosis().reference().add(other))
    assert "the chart holds 25 of 2026-11-21 under the same name. It was not used." in said
    assert "Another value in the chart" not in read(Chart().cirrhosis().reference())


def test_a_visit_and_a_trend_are_named_once(tmp_path: Path) -> None:
    path = tmp_path / "chart.json"
    path.write_text(json.dumps(chart("follow-up")))
    said = " ".join(run(str(path)).stdout.split())
    assert "Week 1 laboratory tests, due" in said
    assert "MELD 3.0 (OPTN 2023) 20 → 18, −2, week 1" in said
    assert "MELD 3.0 (OPTN 2023). MELD 3.0" not in said


@pytest.mark.hazard("T-38")
def test_no_text_of_the_chart_reaches_the_terminal(tmp_path: Path) -> None:
    records = chart("decompensated")
    for record in records:
        if "code" in record:
            record["code"]["text"] = "ZZTEXT\x1b[31m"
            record["code"]["coding"][0]["display"] = "ZZTEXT"
        record["note"] = [{"text": "ZZTEXT"}]
    records[0]["name"] = [{"family": "ZZTEXT"}]
    path = tmp_path / "chart.json"
    path.write_text(json.dumps(records))
    result = run(str(path))
    assert result.exit_code == 0
    assert "ZZTEXT" not in result.stdout + result.stderr


def test_a_terminal_without_the_signs_gets_their_nearest_ascii(tmp_path: Path) -> None:
    path = tmp_path / "chart.json"
    path.write_text(json.dumps(chart("decompensated")))
    result = CliRunner(charset="ascii").invoke(main, ["assess", "--now", NOW, str(path)])
    assert result.exit_code == 0
    assert ">= 15" in " ".join(result.stdout.split())
    assert "?" not in result.stdout


def test_the_version_names_the_content_too() -> None:
    said = CliRunner().invoke(main, ["--version"]).stdout
    assert said.startswith("hepar ")
    assert "content 2026." in said


ADA = {"resourceType": "Patient", "id": "a"}
HERS = {"resourceType": "DiagnosticReport", "id": "1", "subject": {"reference": "Patient/a"}}


@pytest.mark.hazard("T-29", "T-37", "T-52")
@pytest.mark.parametrize(
    "text",
    [
        json.dumps({**ADA, "multipleBirthInteger": 5}).replace("5", "1e999999999999999999999"),
        json.dumps([ADA, {**HERS, "patient": {"reference": 5}}]),
        json.dumps([ADA, {**HERS, "patient": {"reference": "Patient/b"}}]),
        json.dumps([ADA, {**HERS, "contained": [{"resourceType": "Observation", "subject": "Patient/a"}]}]),
        json.dumps([ADA, {**HERS, "contained": [{**HERS, "subject": {"reference": "Patient/b"}}]}]),
        json.dumps(
            {
                "resourceType": "Bundle",
                "entry": [{"fullUrl": f"https://{host}.net/Patient/a", "resource": ADA} for host in "xy"],
            }
        ),
    ],
    ids=range(6),
)
def test_a_hostile_file_is_refused_in_one_line(text: str, tmp_path: Path) -> None:
    file = tmp_path / "chart.json"
    file.write_text(text)
    result = CliRunner().invoke(main, ["assess", "--json", str(file)])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("hepar: ")
    assert result.stderr.count("\n") == 1


def written(*arguments: str, given: str | None = None) -> list[Json]:
    result = run("--fhir", *arguments, given=given)
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_the_scores_of_each_patient_as_one_bundle_a_line(tmp_path: Path) -> None:
    both = tmp_path / "both.json"
    both.write_text(json.dumps(bundle(chart("decompensated") + chart("compensated") + chart("dialysis"))))
    found = written(str(both))
    assert [(each["resourceType"], each["type"], each["timestamp"]) for each in found] == [
        ("Bundle", "collection", NOW)
    ] * 3
    for bundled, assessment in zip(found, assessed(str(both)), strict=True):
        values = [score(assessment, id).get("value") for id in ("meld", "meld-na", "meld-3.0")]
        records = [entry["resource"] for entry in bundled.get("entry", ())]
        assert [each["valueQuantity"]["value"] for each in records] == [each for each in values if each is not None]
        assert {each["subject"]["reference"] for each in records} <= {assessment["patient"]}
    assert "entry" not in found[1]
    assert written(str(both)) == found


def test_a_file_without_any_meld_says_so_beside_its_bundle() -> None:
    result = run("--fhir", "-", given=json.dumps(chart("compensated")))
    assert json.loads(result.stdout)["type"] == "collection"
    assert result.stderr == "hepar: no MELD that is one number for 1 of 1 patient; such a Bundle is empty.\n"
    assert run("--fhir", "-", given=json.dumps(chart("dialysis"))).stderr == ""


def test_fhir_and_json_exclude_each_other(decompensated: Path) -> None:
    result = run("--fhir", "--json", str(decompensated))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "hepar: --json and --fhir exclude each other: choose one.\n"


def test_a_code_of_the_site_starts_the_schedule(tmp_path: Path) -> None:
    given = {"medicationCodeableConcept": concept(("urn:site|drugs", "MSC-1"))}
    file = tmp_path / "chart.json"
    file.write_text(json.dumps(Chart().cirrhosis().administration(ago(28), **given).bundle()), encoding="utf-8")
    for options, status in (((), "not-started"), (("--product-code", "urn:site|drugs|MSC-1"), "due")):
        [found] = assessed(*options, str(file))
        assert next(each["status"] for each in found["followUp"] if each["id"] == "week-4") == status


@pytest.mark.parametrize("written", ["MSC-1", "urn:site|", "|MSC-1"])
def test_a_code_without_its_system_is_wrong_usage(written: str, decompensated: Path) -> None:
    result = run("--product-code", written, str(decompensated))
    assert result.exit_code == 2
    assert "SYSTEM|CODE" in result.stderr


def test_adverse_events_are_shown(tmp_path: Path) -> None:
    chart = Chart().cirrhosis().administration(ago(28)).adverse_event(ago(28), resolved=ago(27.5))
    file = tmp_path / "chart.json"
    file.write_text(json.dumps(chart.bundle()), encoding="utf-8")
    [found] = assessed(str(file))
    assert [each["event"] for each in found["adverseEvents"]] == ["fever"]
    result = run(str(file))
    assert "Fever, CTCAE grade 1, 2026-10-25 10:00, resolved after 12 h." in " ".join(result.stdout.split())
