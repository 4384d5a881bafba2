"""The repository as the house's tests read it: its files, their words, their syntax trees."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "madoguchi"
SKIPPED = {"__pycache__", "node_modules", ".venv", "migrations", "var", "out"}


@cache
def files(folder: Path, pattern: str) -> tuple[Path, ...]:
    """The files below the folder that match, sorted, without what tools made."""
    found = (path for path in folder.rglob(pattern) if path.is_file())
    return tuple(sorted(path for path in found if not SKIPPED & set(path.parts)))


@cache
def tree(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text("utf-8"), str(path))


def name(path: Path) -> str:
    """The path as a person would write it: from the repository's root."""
    return path.relative_to(ROOT).as_posix()


def dotted(node: ast.expr) -> str:
    """`a.b.c` for an attribute or name, empty for anything else."""
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return node.id if isinstance(node, ast.Name) else ""
