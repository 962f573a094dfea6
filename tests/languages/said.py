"""Every text in the source that may reach a card: literals, and f-strings with a number in each place."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

NUMBER = "7"


def literals(path: Path) -> Iterator[str]:
    """The texts of one module: no docstrings, and no part of a longer text by itself."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    silent = set(_silent(tree))
    for node in ast.walk(tree):
        if id(node) in silent:
            continue
        if isinstance(node, ast.JoinedStr):
            yield _filled(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _filled(text: ast.JoinedStr) -> str:
    """A number in each place; a sentence where another one follows, and nothing where a word goes on."""
    said = ""
    for part, after in zip(text.values, [*text.values[1:], None], strict=True):
        if isinstance(part, ast.Constant):
            said += str(part.value)
        elif not said[-1:].islower():
            follows = str(after.value) if isinstance(after, ast.Constant) else ""
            said += f"{NUMBER}." if re.match(" [A-Z]", follows) and not follows.isupper() else NUMBER
    return said


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
