"""Every text in the source that may reach a card: literals, and f-strings with a number in each place."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.source_tree import ROOT

NUMBER = "7"


def literals(path: Path) -> Iterator[str]:
    """The texts of one module: no docstrings, and no part of a longer text by itself."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = set(_silent(tree))
    for node in ast.walk(tree):
        if id(node) in silent:
            continue
        if isinstance(node, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else NUMBER for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _silent(tree: ast.Module) -> Iterator[int]:
    """Nodes that are no text of ours: docstrings and annotations, keys, and what stands inside an f-string."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            yield id(node.value)
        elif isinstance(node, ast.JoinedStr):
            for part in node.values:
                yield id(part)
                if isinstance(part, ast.FormattedValue) and part.format_spec:
                    yield id(part.format_spec)
        for name in ("annotation", "returns"):
            for part in ast.walk(getattr(node, name, None) or ast.Pass()):
                yield id(part)
        if isinstance(node, ast.Subscript):
            yield from (id(part) for part in ast.walk(node.slice))
