"""Reads the project's own modules as syntax trees, for the tests that walk all of them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("cds", "hooks", "fhir_profiles")
NOT_OURS = {".git", ".venv", ".venv-lock", "build", "__pycache__", ".hypothesis"} | {
    f".{tool}_cache" for tool in ("mypy", "pytest", "ruff")
}


@dataclass(frozen=True)
class Module:
    """One source file. A package's `__init__` has the name of the package."""

    name: str
    path: Path

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.path))

    def nodes(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        """All nodes of these kinds, function bodies included."""
        return (node for node in ast.walk(self.tree) if isinstance(node, kinds))

    def at(self, node: ast.AST) -> str:
        """Where a finding is, for the message of a failing test."""
        return f"{self.path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"

    @cached_property
    def imported(self) -> list[tuple[str, ast.AST]]:
        """Everything imported, at any depth; `from a import b` is `a.b` where that is a module of ours."""
        found: list[tuple[str, ast.AST]] = []
        for node in self.nodes(ast.Import, ast.ImportFrom):
            if isinstance(node, ast.Import):
                found += [(alias.name, node) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                start = self._start(node)
                for alias in node.names:
                    full = f"{start}.{alias.name}"
                    found.append((full if full in NAMES else start, node))
        return found

    def _start(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        here = self.name.split(".")
        if self.path.name != "__init__.py":
            here = here[:-1]
        here = here[: len(here) - node.level + 1]
        return ".".join([*here, *([node.module] if node.module else [])])

    @cached_property
    def docstrings(self) -> set[int]:
        """The ids of the nodes that are docstrings."""
        owners = self.nodes(ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
        return {id(owner.body[0].value) for owner in owners if ast.get_docstring(owner) is not None}  # type: ignore[attr-defined, arg-type]

    def strings(self) -> Iterator[ast.Constant]:
        """String constants that are not docstrings."""
        for node in self.nodes(ast.Constant):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in self.docstrings:
                yield node


def _modules() -> list[Module]:
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found.append(Module(".".join(parts[:-1] if parts[-1] == "__init__" else parts), path))
    return found


MODULES = _modules()
NAMES = {module.name for module in MODULES}


def files() -> Iterator[Path]:
    """Every file of the project, whatever its kind."""
    for path in sorted(ROOT.rglob("*")):
        parts = path.relative_to(ROOT).parts
        if path.is_file() and not NOT_OURS.intersection(parts) and not any(".egg-info" in part for part in parts):
            yield path
