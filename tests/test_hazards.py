"""Every known hazard has a test that really runs, or stands in a short table that says why not."""

import ast
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.source_tree import ROOT

MUST_BE_COVERED = {"C": 46, "M": 10, "T": 63, "F": 32}
"""Letter and highest number: clinical hazards, wording rules, threats, faults."""

NEVER_RUN = {"skip", "xfail"}


@dataclass(frozen=True)
class Marked:
    """One test (or all of a class or a file) that carries hazard ids."""

    where: str
    ids: tuple[str, ...]
    runs: bool


def marks_of(decorators: list[ast.expr]) -> Iterator[tuple[str, ast.expr]]:
    """(name, node) of every `pytest.mark.NAME` or `pytest.mark.NAME(...)`, inside parametrize too."""
    for decorator in decorators:
        for node in ast.walk(decorator):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "mark":
                yield node.attr, decorator


def ids_in(decorators: list[ast.expr]) -> tuple[str, ...]:
    calls = [node for decorator in decorators for node in ast.walk(decorator) if isinstance(node, ast.Call)]
    marks = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "hazard"]
    return tuple(str(ast.literal_eval(argument)) for call in marks for argument in call.args)


def never_runs(decorators: list[ast.expr], body: list[ast.stmt]) -> bool:
    """Marked skip or xfail as a whole, or skipping before it does anything else."""
    whole = {name for name, node in marks_of(decorators) if _is_mark(node, name)}
    first = next((statement for statement in body if not _is_docstring(statement)), None)
    call = first.value if isinstance(first, ast.Expr) else None
    leaves = isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in NEVER_RUN
    empty = all(_is_docstring(statement) or isinstance(statement, ast.Pass) for statement in body)
    return bool(whole & NEVER_RUN) or leaves or empty


def _is_mark(node: ast.expr, name: str) -> bool:
    called = node.func if isinstance(node, ast.Call) else node
    return isinstance(called, ast.Attribute) and called.attr == name


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def marked_in(text: str, where: str) -> Iterator[Marked]:
    """The marked tests of one file; marks of a class or of `pytestmark` hold for all tests in it."""
    yield from _walk(ast.parse(text).body, where, (), True)


def _walk(body: list[ast.stmt], where: str, ids: tuple[str, ...], runs: bool) -> Iterator[Marked]:
    for statement in body:
        if isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", "") == "pytestmark":
            values = statement.value.elts if isinstance(statement.value, ast.List) else [statement.value]
            ids, runs = ids + ids_in(values), runs and not never_runs(values, list(body))
    for statement in body:
        if isinstance(statement, ast.ClassDef):
            alive = runs and not never_runs(statement.decorator_list, statement.body)
            yield from _walk(statement.body, where, ids + ids_in(statement.decorator_list), alive)
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and statement.name.startswith("test"):
            found = ids + ids_in(statement.decorator_list)
            alive = runs and not never_runs(statement.decorator_list, statement.body)
            if found:
                yield Marked(f"{where}:{statement.lineno} {statement.name}", found, alive)


def all_marked() -> list[Marked]:
    paths = [path for path in sorted((ROOT / "tests").rglob("*.py")) if path != Path(__file__)]
    return [one for path in paths for one in marked_in(path.read_text(encoding="utf-8"), str(path.relative_to(ROOT)))]


def known(letters: dict[str, int]) -> list[str]:
    return [f"{letter}-{number}" for letter, last in letters.items() for number in range(1, last + 1)]


def not_here() -> dict[str, str]:
    table = tomllib.loads((ROOT / "tests/hazards/not_here.toml").read_text(encoding="utf-8"))["not_here"]
    assert isinstance(table, dict)
    return table


def test_every_hazard_has_a_test_or_a_reason() -> None:
    covered = {id for one in all_marked() if one.runs for id in one.ids}
    missing = [id for id in known(MUST_BE_COVERED) if id not in covered and id not in not_here()]
    assert not missing, f"no test that runs, no entry in tests/hazards/not_here.toml: {' '.join(missing)}"


def test_no_marked_test_is_switched_off() -> None:
    assert [one.where for one in all_marked() if not one.runs] == []


def test_marks_name_hazards_that_exist() -> None:
    ids = set(known(MUST_BE_COVERED))
    wrong: dict[str, list[str]] = defaultdict(list)
    for one in all_marked():
        for id in one.ids:
            if id not in ids:
                wrong[id].append(one.where)
    assert not wrong


def test_the_table_of_exceptions_is_honest() -> None:
    covered = {id for one in all_marked() for id in one.ids}
    table = not_here()
    assert set(table) <= set(known(MUST_BE_COVERED))
    assert [id for id in table if id in covered] == [], "covered by a test: take it out of the table"
    assert [id for id, reason in table.items() if len(reason.split()) < 4] == []


@pytest.mark.parametrize(
    ("text", "ids", "runs"),
    [
        ("@pytest.mark.hazard('C-1', 'C-2')\ndef test_a(): assert x", ("C-1", "C-2"), True),
        ("@pytest.mark.skip\n@pytest.mark.hazard('C-1')\ndef test_a(): assert x", ("C-1",), False),
        ("@pytest.mark.xfail(reason='')\n@pytest.mark.hazard('C-1')\ndef test_a(): assert x", ("C-1",), False),
        ("@pytest.mark.skipif(a, reason='')\n@pytest.mark.hazard('C-1')\ndef test_a(): assert x", ("C-1",), True),
        ("@pytest.mark.hazard('C-1')\ndef test_a(): pytest.skip()", ("C-1",), False),
        ("@pytest.mark.hazard('C-1')\ndef test_a(): 'Later.'", ("C-1",), False),
        ("pytestmark = [pytest.mark.hazard('C-1')]\ndef test_a(): assert x", ("C-1",), True),
        ("pytestmark = [pytest.mark.hazard('C-1'), pytest.mark.skip]\ndef test_a(): assert x", ("C-1",), False),
        ("@pytest.mark.hazard('C-1')\nclass TestA:\n    def test_a(self): assert x", ("C-1",), True),
        ("@p('a', [pytest.param(1, marks=pytest.mark.hazard('C-1'))])\ndef test_a(a): assert a", ("C-1",), True),
        (
            "@p('a', [pytest.param(1, marks=[skip, pytest.mark.skip, pytest.mark.hazard('C-1')])])\ndef test_a(a): x()",
            ("C-1",),
            True,
        ),
    ],
)
def test_marks_are_read_as_pytest_reads_them(text: str, ids: tuple[str, ...], runs: bool) -> None:
    assert [(one.ids, one.runs) for one in marked_in(text, "x.py")] == [(ids, runs)]
