"""The shape of the code: which way imports point, who may know what, how big things get."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatchcase

import pytest

from tests.source_tree import MODULES, NAMES, PACKAGES, ROOT, Module, files

ORDER = [
    line
    for line in (ROOT / "tests/reading_order.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]

CDS_MAY_IMPORT = {
    "abc", "bisect", "calendar", "collections", "dataclasses", "datetime", "decimal", "enum", "fractions",
    "functools", "hashlib", "importlib", "inspect", "itertools", "math", "operator", "pkgutil", "re", "statistics",
    "string", "types", "typing", "unicodedata",
}  # fmt: skip
"""Of the standard library: nothing that reads a clock, a file, the network, the environment, or that logs."""

ONLY_IN = {
    "flask": ("hooks.app*", "hooks.guide*", "hooks.demo*"),
    "werkzeug": ("hooks.app*", "hooks.guide*", "hooks.demo*"),
    "fhir": ("hooks.card", "hooks.orders", "hooks.audit.fhir", "fhir_profiles*"),
    "sqlalchemy": ("hooks.store*", "hooks.settings*"),
    "importlib": ("cds.scores", "cds.pathways", "hooks.*"),
    "hooks.app": ("hooks.app*", "hooks.cli", "hooks.here"),
}
"""A library or module of ours, and who alone may import it."""

IMPORTED_AS = {"markdown_it_py": "markdown_it", "pyjwt": "jwt"}
"""Libraries that are not imported by the name under which they are installed."""

CLINICAL_ELEMENTS = {
    "valueQuantity", "valueCodeableConcept", "valueString", "valueInteger", "dataAbsentReason", "referenceRange",
    "effectiveDateTime", "effectivePeriod", "effectiveInstant", "onsetDateTime", "onsetPeriod", "abatementDateTime",
    "abatementPeriod", "abatementString", "recordedDate", "clinicalStatus", "verificationStatus", "performedDateTime",
    "performedPeriod", "medicationCodeableConcept", "medicationReference", "authoredOn", "dosageInstruction",
    "birthDate", "deceasedBoolean", "deceasedDateTime", "modifierExtension", "implicitRules", "bodySite",
}  # fmt: skip
CLINICAL_ELEMENTS_IN = (
    "cds.fhir*", "hooks.card", "hooks.orders", "hooks.scores_as_fhir", "hooks.audit.fhir", "hooks.demo*",
    "hooks.records*", "fhir_profiles*",
)  # fmt: skip
"""Who reads FHIR, and who writes it: cards, draft orders, scores, audit events, demonstration charts, records of
administrations, profiles.
"""

PROTOCOL_WORDS = re.compile(
    r"prefetch|hookInstance|draftOrders|fhirServer|fhirAuthorization|overrideReasons?|systemActions|isRecommended"
    r"|selectionBehavior|cds-services|\bCDS Hooks\b|OperationOutcome|\bFlask\b",
    re.IGNORECASE,
)

NOT_SAID = {
    r"/work\b|/root/|/home/\w": "a path of one machine",
    r"pypi\.org|pythonhosted|npmjs\.|crates\.io|index-url": "a package registry",
    r"\b(?:interface|architecture|clinical|safety|cds-hooks|fhir-profiles)\.md\b": "a document that is not here",
    r"\b(?:TODO|FIXME|XXX)\b": "unfinished work",
    r"\b(?:this|previous|earlier|last) session\b|\bas requested\b": "how the project came to be",
}
NOT_SAID_IN_CODE = {r"[\"'`]/tmp\b": "a path of one machine"}


def allowed(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def place(name: str) -> int | None:
    """The line of the reading order on which a module stands: by its name, else by the first pattern."""
    if name in ORDER:
        return ORDER.index(name)
    return next((at for at, line in enumerate(ORDER) if "*" in line and fnmatchcase(name, line)), None)


def of(*packages: str) -> list[Module]:
    return [module for module in MODULES if module.name.split(".")[0] in packages]


def test_every_module_has_its_place_in_the_reading_order() -> None:
    missing = sorted(name for name in NAMES if place(name) is None)
    assert not missing, f"put these into tests/reading_order.txt, below all that they import: {missing}"


def test_the_reading_order_names_only_modules_that_exist_and_each_once() -> None:
    places = {place(name) for name in NAMES}
    assert [line for at, line in enumerate(ORDER) if at not in places] == []
    assert sorted(ORDER) == sorted(set(ORDER))


def test_a_module_imports_only_what_stands_before_it() -> None:
    wrong = []
    for module in MODULES:
        here = place(module.name)
        for name, node in module.imported:
            if name.split(".")[0] not in PACKAGES:
                continue
            there = place(name)
            if name not in NAMES:
                wrong.append(f"{module.at(node)} imports {name}, which does not exist")
            elif here is not None and there is not None and there >= here:
                wrong.append(f"{module.at(node)} imports {name}, which stands after it")
    assert not wrong, "\n".join(wrong)


def test_the_medicine_imports_itself_and_a_few_plain_modules_only() -> None:
    wrong = [
        f"{module.at(node)} imports {name}"
        for module in of("cds")
        for name, node in module.imported
        if name.split(".")[0] not in {"cds", *CDS_MAY_IMPORT}
    ]
    assert not wrong, "\n".join(wrong)
    assert sys.stdlib_module_names >= CDS_MAY_IMPORT


def test_the_medicine_has_no_clock_and_no_files() -> None:
    outside = {"now", "utcnow", "today", "open", "print", "input", "eval", "exec", "__import__"}
    assert not list(_calls(of("cds"), outside))


def test_the_clock_is_never_read_without_a_time_zone() -> None:
    assert not list(_calls(MODULES, {"utcnow", "utcfromtimestamp", "today"}))


def _calls(modules: list[Module], names: set[str]) -> Iterator[str]:
    for module in modules:
        for node in module.nodes(ast.Call):
            called = node.func  # type: ignore[attr-defined]
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in names:
                yield f"{module.at(node)} calls {name}"


@pytest.mark.parametrize("library", ONLY_IN)
def test_only_some_may_import(library: str) -> None:
    wrong = [
        f"{module.at(node)} imports {name}"
        for module in MODULES
        for name, node in module.imported
        if (name == library or name.startswith(f"{library}.")) and not allowed(module.name, ONLY_IN[library])
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("folder", ["cds.scores", "cds.pathways"])
def test_scores_and_pathways_ask_by_name_and_import_neither_the_chart_nor_each_other(folder: str) -> None:
    wrong = [
        f"{module.at(node)} imports {name}"
        for module in MODULES
        if module.name.startswith(f"{folder}.")
        for name, node in module.imported
        if allowed(name, ("cds.chart", "cds.fhir*", "cds.assess", "cds.scores*", "cds.pathways*"))
    ]
    assert not wrong, "\n".join(wrong)


def test_a_score_has_a_file_of_its_own() -> None:
    for module in of("cds"):
        declared = [
            node.name  # type: ignore[attr-defined]
            for node in module.nodes(ast.FunctionDef)
            for decorator in node.decorator_list  # type: ignore[attr-defined]
            if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "score"
        ]
        wanted = 1 if module.name.startswith("cds.scores.") else 0
        assert len(declared) == wanted, f"{module.name} declares {declared}"


def test_only_the_fhir_reader_and_the_cards_know_clinical_elements() -> None:
    wrong = [
        f"{module.at(node)} knows {node.value}"
        for module in MODULES
        if not allowed(module.name, CLINICAL_ELEMENTS_IN)
        for node in module.strings()
        if node.value in CLINICAL_ELEMENTS
    ]
    assert not wrong, "\n".join(wrong)


def test_the_medicine_does_not_know_the_protocol() -> None:
    wrong = [
        f"{module.path.relative_to(ROOT)}:{at} {found.group()}"
        for module in of("cds")
        for at, line in enumerate(module.text.splitlines(), 1)
        if (found := PROTOCOL_WORDS.search(line))
    ]
    assert not wrong, "\n".join(wrong)


def test_no_loinc_code_outside_the_medicine() -> None:
    wrong = [
        f"{module.at(node)} {code}"
        for module in of("hooks")
        if not module.name.startswith("hooks.demo")
        for node in module.strings()
        for code in re.findall(r"(?<![\w-])\d{3,6}-\d(?![\w-])", str(node.value))
        if _loinc_check_digit(code)
    ]
    assert not wrong, "\n".join(wrong)


def _loinc_check_digit(code: str) -> bool:
    digits = [int(digit) for digit in code.replace("-", "")][::-1]
    return sum(sum(divmod(digit * (1 + at % 2), 10)) for at, digit in enumerate(digits)) % 10 == 0


def test_a_loinc_code_is_recognised() -> None:
    assert _loinc_check_digit("1975-2")
    assert not _loinc_check_digit("1975-3")


def test_the_environment_is_read_in_one_place() -> None:
    wrong = [
        module.at(node)
        for module in MODULES
        if module.name != "hooks.settings"
        for node in module.nodes(ast.Attribute, ast.Name, ast.alias)
        if {getattr(node, field, "") for field in ("attr", "id", "name")} & {"environ", "environb", "getenv", "getenvb"}
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_swallows_every_exception() -> None:
    wrong = []
    for module in MODULES:
        for node in module.nodes(ast.ExceptHandler, ast.With):
            if isinstance(node, ast.With):
                caught: list[ast.expr] = [
                    argument
                    for item in node.items
                    if isinstance(item.context_expr, ast.Call) and _name(item.context_expr.func) == "suppress"
                    for argument in item.context_expr.args
                ]
            else:
                kind = node.type  # type: ignore[attr-defined]
                caught = kind.elts if isinstance(kind, ast.Tuple) else [kind]
                if isinstance(node.body[-1], ast.Raise):  # type: ignore[attr-defined]
                    continue
            if any(one is None or _name(one) in {"Exception", "BaseException"} for one in caught):
                wrong.append(f"{module.at(node)} catches everything and goes on")
    assert not wrong, "\n".join(wrong)


def _name(node: ast.AST) -> str:
    return str(getattr(node, "attr", "") or getattr(node, "id", ""))


def test_modules_are_short_and_functions_fit_a_screen() -> None:
    wrong = []
    for module in MODULES:
        lines = len(module.text.splitlines())
        if lines >= 300:
            wrong.append(f"{module.at(module.tree)} has {lines} lines")
        for node in module.nodes(ast.FunctionDef, ast.AsyncFunctionDef):
            length = node.end_lineno - node.lineno + 1  # type: ignore[attr-defined]
            if length > 60 and not is_table(node):
                wrong.append(f"{module.at(node)} has a function of {length} lines")
    assert not wrong, "\n".join(wrong)


def is_table(function: ast.AST) -> bool:
    """Rows of declared knowledge and nothing else: each statement yields some, or names a text in them."""
    return all(
        isinstance(statement, ast.Expr | ast.Assign)
        and isinstance(statement.value, ast.Yield | ast.YieldFrom | ast.Constant)
        for statement in function.body  # type: ignore[attr-defined]
    )


def test_every_module_says_what_it_owns() -> None:
    silent = [module.name for module in MODULES if module.text.strip() and not ast.get_docstring(module.tree)]
    assert not silent


def test_every_file_that_a_module_reads_is_packaged() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    kinds = {pattern.rpartition(".")[2] for pattern in project["tool"]["setuptools"]["package-data"]["*"]}
    data = [path for path in files() if path.relative_to(ROOT).parts[0] in PACKAGES and path.suffix != ".py"]
    assert [str(path) for path in data if path.suffix[1:] not in kinds] == []


def test_every_runtime_dependency_is_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    installed = {re.split(r"[^\w.-]", line)[0].replace("-", "_") for line in project["dependencies"]}
    wanted = {IMPORTED_AS.get(name, name) for name in installed}
    used = {".".join(name.split(".")[:depth]) for module in MODULES for name, _ in module.imported for depth in (1, 2)}
    assert wanted - used == set()


def test_the_project_speaks_of_itself_alone() -> None:
    wrong = []
    for path in files():
        if path.name == "test_architecture.py":
            continue
        rules = NOT_SAID if path.is_relative_to(ROOT / "tests") else NOT_SAID | NOT_SAID_IN_CODE
        for at, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            wrong += [
                f"{path.relative_to(ROOT)}:{at} names {what}" for words, what in rules.items() if re.search(words, line)
            ]
    assert not wrong, "\n".join(wrong)
