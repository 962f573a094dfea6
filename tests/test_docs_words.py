"""Whatever a reader meets is explained: commands, statuses, log, reasons, make targets, variables, links."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cds.reasons import REASONS
from hooks import errors, serve
from hooks.cli import main
from hooks.telemetry import FIELDS
from tests import command_reference
from tests.source_tree import MODULES, ROOT, Module

PAGES = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))}
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
SCRIPTS = (*(ROOT / "deploy").glob("*.py"), *(ROOT / "deploy").glob("*.sh"))


def modules(package: str) -> Iterator[Module]:
    """Our own modules of one package."""
    return (module for module in MODULES if module.name.split(".")[0] == package)


def test_the_reference_of_commands_is_what_the_commands_say() -> None:
    assert PAGES["commands.md"] == command_reference.page(), "python -m tests.command_reference"


def written_commands() -> Iterator[tuple[str, list[str]]]:
    """(page, words) of each `hepar …` in code, indented or in backticks, up to what the shell reads as its end."""
    for name, text in PAGES.items():
        code = [line for line in text.splitlines() if line.startswith("    ")] + re.findall(r"`([^`\n]+)`", text)
        for line in code:
            for found in re.findall(r"(?:^\s*(?:\$ )?|[|;&] *|\bdo |bin/)hepar ([a-z-][^|>;&()…'\"]*)", line):
                yield name, found.partition(" #")[0].split()


@pytest.mark.parametrize(("page", "words"), list(written_commands()), ids=str)
def test_every_command_in_the_pages_is_one_that_there_is(page: str, words: list[str]) -> None:
    command: click.Command = main
    rest = [word for word in words if word != "\\"]
    while isinstance(command, click.Group) and rest and rest[0] in command.commands:
        command = command.commands[rest.pop(0)]
    known = {option for one in command.params for option in one.opts} | {"--help", "--version"}
    assert not isinstance(command, click.Group) or not rest or rest[0].startswith("--"), (page, words)
    assert [word for word in rest if re.match(r"--?[a-z]", word) and word not in known] == []


def targets() -> list[str]:
    return re.findall(r"[\w-]+", re.search(r"\.PHONY:(.*)", MAKEFILE)[1])  # type: ignore[index]


def test_every_make_target_is_explained_and_every_one_explained_exists() -> None:
    assert [name for name in targets() if f"`make {name}`" not in PAGES["development.md"]] == []
    named = {name for text in PAGES.values() for name in re.findall(r"`make (?!PYTHON)([\w-]+)", text)}
    assert named <= {*targets(), "-C"}


def variables() -> Iterator[str]:
    """Names of the environment that our programs, tests and scripts read."""
    for folder in ("hooks", "tests", "bench", "deploy", "cds", "fhir_profiles"):
        for file in (ROOT / folder).rglob("*.py"):
            text = file.read_text(encoding="utf-8")
            yield from re.findall(r'environ(?:\.get\(|\[)\s*"([A-Z_]+)"', text)
            yield from re.findall(r'"([A-Z_]+)" (?:not )?in os\.environ', text)
            yield from re.findall(r'^[A-Z]+_VARIABLE = "([A-Z_]+)"', text, re.MULTILINE)
    for file in (ROOT / ".ci/run", *(ROOT / "deploy").rglob("*.sh")):
        yield from re.findall(r"\$\{([A-Z_]+):-", file.read_text(encoding="utf-8"))
    yield from (name for name in re.findall(r"\$[({]([A-Z_0-9]+)[)}]", MAKEFILE) if not _assigned(name))


def _assigned(name: str) -> bool:
    return bool(re.search(rf"^{name} *=", MAKEFILE, re.MULTILINE))


def test_every_variable_of_the_environment_is_explained() -> None:
    found = set(variables()) - {"PATH"}
    assert {"HEPAR_NOW", "CI", "SUITE", "UPGRADE"} <= found
    assert sorted(name for name in found if not re.search(rf"`[^`]*\b{name}\b[^`]*`", PAGES["development.md"])) == []


def test_every_status_is_explained() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.Refusal)]
    statuses = {kind.status for kind in kinds} | set(serve.UNREAD.values()) | {200, 405, 500}
    rows = "".join(re.findall(r"^\| ([\d, ]+) \|", PAGES["README.md"], re.MULTILINE))
    assert sorted(each for each in statuses if str(each) not in rows) == []


def logged() -> Iterator[str]:
    """The events that the service writes to its log."""
    for module in modules("hooks"):
        for node in module.nodes(ast.Call):
            assert isinstance(node, ast.Call)
            if ast.unparse(node.func) in {"log", "telemetry.log"}:
                event = node.args[0]
                assert isinstance(event, ast.Constant), module.at(node)
                yield str(event.value)


def section(page: str, title: str) -> str:
    """What stands between a heading and the next one of the same rank."""
    rank = title.partition(" ")[0]
    return PAGES[page].partition(f"\n{title}\n")[2].partition(f"\n{rank} ")[0]


def firsts(text: str) -> set[str]:
    """The words in backticks in the first column of the tables."""
    cells = re.findall(r"^\| (`.*?) \|.*(?!\n\| ---)$", text, re.MULTILINE)
    return {word for cell in cells for word in re.findall(r"`([\w-]+)`", cell)}


def test_every_event_and_field_of_the_log_is_explained_and_no_other() -> None:
    _, events, fields, *_ = section("operations.md", "## The log").split("\n| --- | --- |\n")
    assert firsts(events.partition("\n\n")[0]) == {*logged(), "library"}
    assert firsts(fields.partition("\n\n")[0]) == FIELDS


def words_of_refusal() -> Iterator[str]:
    for module in modules("hooks"):
        for node in module.nodes(ast.Assign):
            assert isinstance(node, ast.Assign)
            target = node.targets[0]
            if isinstance(target, ast.Attribute) and target.attr == "refused" and isinstance(node.value, ast.Constant):
                yield str(node.value.value)


def test_every_word_for_a_limit_is_explained() -> None:
    words = set(words_of_refusal())
    assert {"rate", "store", "judging"} <= words
    assert words <= firsts(section("operations.md", "## The log"))
    busy = set(re.findall(r"^\| `(\w+)` \| 503 \|", PAGES["operations.md"], re.MULTILINE))
    assert firsts(section("runbook.md", "## Callers get 503")) == busy


def test_every_reason_stands_in_the_guide() -> None:
    page = (ROOT / "hooks/guide/pages/reasons.html").read_text(encoding="utf-8")
    assert [code for code in REASONS if code not in page] == []


def topics() -> Iterator[str]:
    for module in modules("cds"):
        for node in module.nodes(ast.keyword):
            assert isinstance(node, ast.keyword)
            if node.arg == "topic" and isinstance(node.value, ast.Constant):
                yield str(node.value.value)


def test_every_rule_that_is_counted_is_explained() -> None:
    assert set(topics()) == firsts(section("operations.md", "### Rules"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_every_script_is_named_and_explains_its_options(script: Path) -> None:
    assert any(f"deploy/{script.name}" in text for text in PAGES.values())
    text = script.read_text(encoding="utf-8")
    assert [line for line in re.findall(r"add_argument\(\"-.*", text) if "help=" not in line] == []


def anchors(text: str) -> set[str]:
    """The fragments under which the headings of a page are found."""
    return {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }


def links() -> Iterator[tuple[str, str]]:
    for name, text in PAGES.items():
        yield from ((name, target) for target in re.findall(r"\]\((?!https?:)([^)\s]+)\)", text))


@pytest.mark.parametrize(("page", "target"), list(links()))
def test_every_link_leads_somewhere(page: str, target: str) -> None:
    file, _, fragment = target.partition("#")
    folder = ROOT if page == "README.md" else ROOT / "docs"
    place = (folder / file).resolve() if file else folder / page
    assert place.exists()
    assert not fragment or fragment in anchors(place.read_text(encoding="utf-8"))


def test_every_page_is_named_in_the_readme() -> None:
    assert [name for name in PAGES if name != "README.md" and f"(docs/{name})" not in PAGES["README.md"]] == []
