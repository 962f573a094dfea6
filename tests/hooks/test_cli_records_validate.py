"""`hepar records validate`: files in, what is wrong with their records out."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hooks.cli import main
from tests.hooks.test_records_route import example

Json = dict[str, Any]


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main, ["records", "validate", *arguments], input=given)


def outcomes(result: Result) -> list[Json]:
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert all(each["resourceType"] == "OperationOutcome" for each in found)
    return found


@pytest.fixture
def product() -> Json:
    return example("BiologicallyDerivedProduct/product-1")


@pytest.fixture
def spoilt() -> Json:
    return {
        name: value for name, value in example("BiologicallyDerivedProduct/product-1").items() if name != "identifier"
    }


def file(folder: Path, content: str, name: str = "record.json") -> str:
    (folder / name).write_text(content)
    return str(folder / name)


def test_a_valid_record(tmp_path: Path, product: Json) -> None:
    result = run(file(tmp_path, json.dumps(product)))
    assert result.exit_code == 0
    assert "BiologicallyDerivedProduct/product-1: valid" in result.stdout
    assert result.stderr == ""


def test_a_fault_says_where_and_what(tmp_path: Path, spoilt: Json) -> None:
    result = run(file(tmp_path, json.dumps(spoilt)))
    assert result.exit_code == 1
    assert "BiologicallyDerivedProduct/product-1: not valid (1 error)" in result.stdout
    assert "BiologicallyDerivedProduct" in result.stdout
    assert "identifier" in result.stdout


def test_codes_that_would_be_right_are_told_in_words(tmp_path: Path) -> None:
    given = example("MedicationAdministration/adm-1")
    given["dosage"]["route"]["coding"][0]["code"] = "123"
    (outcome,) = outcomes(run("--json", file(tmp_path, json.dumps(given))))
    said = next(each["details"]["text"] for each in outcome["issue"] if "msc-route" in each["details"]["text"])
    assert "58771000052103 (Intraportal route)" in said
    assert "of http://snomed.info/sct" in said


@pytest.mark.parametrize(("asked", "said"), [("msc-prodct", "did you mean msc-product?"), ("x" * 5000, "xxx…”.")])
def test_a_profile_that_there_is_not(tmp_path: Path, product: Json, asked: str, said: str) -> None:
    result = run("--json", "--profile", asked, file(tmp_path, json.dumps(product)))
    assert result.exit_code == 1
    assert said in outcomes(result)[0]["issue"][0]["details"]["text"]


@pytest.mark.parametrize("form", ["array", "lines", "files"])
def test_each_record_has_its_outcome_on_a_line_of_its_own(
    tmp_path: Path, product: Json, spoilt: Json, form: str
) -> None:
    records = [json.dumps(each) for each in (product, spoilt, product)]
    if form == "array":
        names = [file(tmp_path, f"[{', '.join(records)}]")]
    elif form == "lines":
        names = [file(tmp_path, "\n".join(records))]
    else:
        names = [file(tmp_path, record, f"{at}.json") for at, record in enumerate(records)]
    result = run("--json", *names)
    assert result.exit_code == 1
    found = [any(issue["severity"] == "error" for issue in each["issue"]) for each in outcomes(result)]
    assert found == [False, True, False]


def test_a_fault_inside_a_bundle_names_the_resource_that_has_it(tmp_path: Path) -> None:
    bundle = example("Bundle/bundle")
    at, entry = next((at, each) for at, each in enumerate(bundle["entry"]) if each["resource"]["id"] == "adm-1")
    entry["resource"]["status"] = "done"
    result = run(file(tmp_path, json.dumps(bundle)))
    assert result.exit_code == 1
    assert f"Bundle.entry[{at}].resource.status" in result.stdout
    assert "(MedicationAdministration/adm-1)" in result.stdout


def test_several_records_are_counted(tmp_path: Path, product: Json, spoilt: Json) -> None:
    result = run(file(tmp_path, json.dumps([product, spoilt, 5])))
    assert "3 records: 1 valid, 2 not valid." in result.stdout
    assert "A record is a JSON object" in result.stdout


def test_a_bundle_is_one_record(tmp_path: Path) -> None:
    result = run("--json", file(tmp_path, json.dumps(example("Bundle/bundle"))))
    assert result.exit_code == 0
    assert len(outcomes(result)) == 1


def test_standard_input_and_a_profile_that_the_record_does_not_name(spoilt: Json) -> None:
    del spoilt["meta"]
    assert run("-", given=json.dumps(spoilt)).exit_code == 0
    assert run("--profile", "msc-product", "-", given=json.dumps(spoilt)).exit_code == 1


def test_decimals_are_no_fault(tmp_path: Path) -> None:
    record = example("MedicationAdministration/adm-1")
    record["dosage"]["dose"]["value"] = 72.5
    assert run(file(tmp_path, json.dumps(record).replace("72.5", "72.50"))).exit_code == 0


@pytest.mark.parametrize("content", ["", "{", "nothing", '{"a": 1, "a": 2}', "\x00"])
def test_what_cannot_be_read_is_wrong_usage(tmp_path: Path, content: str) -> None:
    result = run("--json", file(tmp_path, content))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "content", ["1", "null", '{"a": 1}', '["a"]', '{"resourceType": 7}', '{"resourceType": "Liver"}']
)
def test_what_is_no_resource_is_not_valid(tmp_path: Path, content: str) -> None:
    name = file(tmp_path, content)
    assert run(name).exit_code == 1
    assert len(outcomes(run("--json", name))) == 1


def test_no_file_is_wrong_usage() -> None:
    assert run().exit_code == 2
    assert run("nowhere.json").exit_code == 2


def test_the_terminal_is_not_steered(spoilt: Json) -> None:
    spoilt["id"] = "\x1b[2J"
    spoilt["\x1b[31m"] = 1
    assert "\x1b" not in run("-", given=json.dumps(spoilt)).stdout


def test_what_is_built_is_valid() -> None:
    runner = CliRunner()
    example = runner.invoke(main, ["records", "new", "--example"]).stdout
    built = runner.invoke(main, ["records", "new", "-"], input=example).stdout
    result = run("--json", "-", given=built)
    assert result.exit_code == 0
    assert [issue["severity"] for issue in outcomes(result)[0]["issue"]] == ["information"]
