"""Every command, route and setting is documented, and the example configuration is one that works."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from marshmallow import Schema, fields

from hooks.app import create_app
from hooks.cli import main
from hooks.services import KEYS, SERVICES
from hooks.settings import CLOCK_VARIABLE, load
from hooks.settings_schema import CodeTable, ConfigFile
from tests.source_tree import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / "hepar.example.toml").read_text(encoding="utf-8")


def commands(group: click.Command, name: str = "hepar") -> Iterator[tuple[str, click.Command]]:
    """(full name, command) of every command that does something."""
    if isinstance(group, click.Group):
        for part, command in group.commands.items():
            yield from commands(command, f"{name} {part}")
    else:
        yield name, group


def keys(schema: Schema, table: str = "") -> Iterator[tuple[str, str]]:
    """(table, key) of every setting; tables in tables as TOML names them, free-form tables by their own name."""
    for key, field in schema.fields.items():
        inner = field.inner if isinstance(field, fields.List) else field
        within = f"{table}.{key}" if table else key
        if isinstance(inner, fields.Nested) and not isinstance(inner.schema, CodeTable):
            yield from keys(inner.schema, within)
        elif isinstance(inner, fields.Dict):
            yield within, ""
        else:
            yield table, key


@pytest.mark.parametrize(("name", "command"), list(commands(main)))
def test_every_command_stands_in_the_readme_and_explains_itself(name: str, command: click.Command) -> None:
    assert name in README
    assert command.help
    silent = [one.name for one in command.params if isinstance(one, click.Option) and not one.help]
    assert not silent


def test_every_route_stands_in_the_readme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    missing = []
    for rule in create_app(load(None, dev=True)).url_map.iter_rules():
        path = re.sub(r"<(?:[^:<>]+:)?\w+>", "{id}", rule.rule)
        shown = next((part for part in ("/demo/", "/guide/") if path.startswith(part)), path)
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        missing += [f"{method} {path}" for method in methods if f"`{method} {shown}" not in README]
    assert not missing


def test_every_service_and_prefetch_key_stands_in_the_readme() -> None:
    assert [id for id in SERVICES if f"`{id}`" not in README] == []
    assert [key for key in KEYS if f"`{key}`" not in README] == []


def test_every_setting_stands_in_the_example_with_a_remark() -> None:
    found: set[tuple[str, str]] = set()
    table = ""
    for line in EXAMPLE.splitlines():
        if header := re.match(r"#? ?\[+([\w.]+)\]+", line):
            table = header[1]
            found.add((table, ""))
        elif key := re.match(r'#? ?"?([\w-]+)"? = ', line):
            found.add((table, key[1]))
    missing = [f"{table}.{key}" for table, key in keys(ConfigFile()) if (table, key) not in found]
    assert not missing


def test_the_example_is_read_without_an_unknown_key() -> None:
    assert ConfigFile().validate(tomllib.loads(EXAMPLE)) == {}


def test_the_example_shows_the_defaults() -> None:
    document, defaults = tomllib.loads(EXAMPLE), ConfigFile().load({})
    shown = ("server", "limits")
    own = {"public_url"}
    wrong = [
        f"{table}.{key}"
        for table in shown
        for key, value in defaults[table].items()
        if key not in own and document[table][key] != (list(value) if isinstance(value, tuple) else value)
    ]
    assert not wrong


def test_the_clock_variable_is_documented() -> None:
    assert CLOCK_VARIABLE in README + EXAMPLE


def test_every_link_of_the_readme_leads_somewhere() -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", README)
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_every_make_target_named_in_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert [
        name for name in re.findall(r"`?make (\w+)`?", README) if not re.search(rf"^{name}:", makefile, re.MULTILINE)
    ] == []


def promises() -> list[str]:
    return [line for line in README.splitlines() if re.match(r"\| .*\([TFC]-\d[^()]*\) \|$", line)]


@pytest.mark.parametrize("row", promises(), ids=lambda row: row[2:60])
def test_the_tests_named_beside_a_promise_hold_its_marks(row: str) -> None:
    proof, _, marks = row.rpartition(" | ")[2].partition(" (")
    files = [file for named in re.findall(r"`([\w/*]+\.py)`", proof) for file in (ROOT / "tests").glob(named)]
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    promised = set()
    for kind, first, last in re.findall(r"([TFC])-(\d+)(?: … [TFC]-(\d+))?", marks):
        promised |= {f"{kind}-{number}" for number in range(int(first), int(last or first) + 1)}
    assert files
    assert sorted(mark for mark in promised if f'"{mark}"' not in text) == []


def test_there_are_promises_to_check() -> None:
    assert len(promises()) > 10
