"""The pages of the FHIR profiles say all that the built package says, and show examples that are in it."""

import json
import re
from html import unescape

import pytest
from click.testing import CliRunner

from fhir_profiles import r5
from fhir_profiles.opened import opened
from hooks.cli import main
from tests.hooks.test_guide import IDS, PAGES, READ
from tests.profiles.shelf import BY_URL, CANONICAL, CODES, DEFINITIONS, EXAMPLES, PROFILES, coded

OWN = [each for each in DEFINITIONS.values() if each["resourceType"] != "ImplementationGuide"]
PLACE = {"CodeSystem": "code-systems", "ValueSet": "value-sets", "ConceptMap": "concept-maps"}


def text(page: str) -> str:
    return READ[f"profiles/{page}"].text


@pytest.mark.parametrize("id", PROFILES)
def test_a_profile_has_a_page_with_all_it_says(id: str) -> None:
    profile, said = PROFILES[id], text(id)
    assert profile["description"] in said
    assert profile["url"] in said
    for element in profile["differential"]["element"]:
        for rule in element.get("constraint", []):
            assert rule["key"] in said
            assert rule["human"] in said
            assert rule["expression"] in said
        if binding := element.get("binding"):
            values = binding["valueSet"]
            name = BY_URL[values]["title"] if values in BY_URL else f"value set {values.rpartition('/')[2]}"
            assert f"{binding['strength']}: {name}" in said
        for member, value in element.items():
            if member.startswith("fixed"):
                assert f"exactly {value}" in said
        for _, code, _ in coded({key: value for key, value in element.items() if key.startswith("pattern")}):
            assert f"at least {code}" in said
        for type in element.get("type", []):
            for url in type.get("profile", []):
                assert BY_URL[url]["title"] in said


@pytest.mark.parametrize("id", PROFILES)
def test_every_element_that_a_record_must_have_is_in_the_table(id: str) -> None:
    rows = re.findall(r'<th scope="row"><code>([^<]+)</code></th><td>([^<]+)</td>', PAGES[f"profiles/{id}"])
    shown = {name.split(":")[0].split(".")[0] for name, _ in rows}
    required = {
        element["path"].split(".")[1]
        for element in PROFILES[id]["differential"]["element"]
        if element.get("min") and element["path"].count(".") == 1
    }
    plain = {name.removesuffix("[x]") for name in required}
    assert all(any(name.startswith(wanted) for name in shown) for wanted in plain), plain


@pytest.mark.parametrize("id", PROFILES)
def test_the_example_is_one_of_the_package(id: str) -> None:
    (block,) = re.findall(r"<pre><code>(.*?)</code></pre>", PAGES[f"profiles/{id}"], re.DOTALL)
    shown = json.loads(unescape(block))
    assert shown in EXAMPLES.values()
    assert PROFILES[id]["url"] in shown["meta"]["profile"]


def test_every_definition_has_its_place_and_its_identifier() -> None:
    missing = []
    for each in OWN:
        kind, id = each["resourceType"], each["id"]
        page = PLACE.get(kind, "")
        if kind == "StructureDefinition":
            page = "extensions" if each["type"] == "Extension" else id
        elif kind == "SearchParameter":
            assert each["expression"] in text("search")
            continue
        elif kind == "PlanDefinition":
            page = "schedule"
        if each["url"] not in text(page) or (
            page in {*PLACE.values(), "extensions"} and id not in IDS[f"profiles/{page}"]
        ):
            missing.append(id)
    assert not missing


def test_every_code_is_shown_with_its_name() -> None:
    for system, listed in CODES.items():
        for code, display in listed.items():
            assert f"{code} {display}" in text("code-systems"), (system, code)
    for each in OWN:
        if each["resourceType"] == "ValueSet":
            assert [row for row in coded(each["compose"]) if f"{row[1]} " not in text("value-sets")] == []


def test_the_commands_that_the_index_names_exist() -> None:
    said = set(re.findall(r"hepar (\w+(?: \w+)?)(?: --fhir)? (?:FILE|DESCRIPTION)", READ["profiles"].text))
    assert said == {"records new", "records validate", "assess"}
    for command in said:
        done = CliRunner().invoke(main, [*command.split(), "--help"])
        assert done.exit_code == 0, command


def test_the_index_lists_every_profile_and_says_how_to_install_the_package() -> None:
    index = READ["profiles"].text
    assert [id for id, each in PROFILES.items() if each["title"] not in index] == []
    assert "tar xzf io.github.hepar-cds.msc-liver.tgz" in index
    assert CANONICAL in index


def test_the_page_of_the_r5_edition_holds_the_whole_table_and_examples_of_its_package() -> None:
    said = text("r5")
    assert [each for each in r5.table() if f"{each.on} {each.r4} {each.r5}" not in said] == []
    blocks = re.findall(r"<pre><code>(\{.*?)</code></pre>", PAGES["profiles/r5"], re.DOTALL)
    assert len(blocks) >= 4
    assert [block for block in blocks if json.loads(unescape(block)) not in opened(r5.PACKAGE).examples] == []


def test_the_schedule_names_every_visit() -> None:
    plan = BY_URL[f"{CANONICAL}/PlanDefinition/msc-follow-up-protocol"]
    for action in plan["action"][1:]:
        (related,) = action["relatedAction"]
        number = related["offsetDuration"]["value"]
        word = {"wk": "week", "mo": "month"}[related["offsetDuration"]["code"]] + "s" * (number > 1)
        assert f"{action['id']} {action['title']}" in text("schedule")
        assert f"{number} {word} after the end of the infusion" in text("schedule")
