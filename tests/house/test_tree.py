"""The shape of the tree: empty packages, telling names, clocks and ciphers in their rooms."""

import ast
from pathlib import Path

import pytest

from tests.house.source import PACKAGE, ROOT, dotted, files, name, tree

VAGUE = {"utils", "util", "common", "core", "helpers", "helper", "misc", "actions_more"}
CLOCKS = {
    "datetime.now",
    "datetime.datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "date.today",
    "datetime.date.today",
    "time.time",
    "timezone.now",
    "timezone.localdate",
    "timezone.localtime",
}
CLOCK_ROOMS = ("madoguchi/web/kit/", "madoguchi/ops/")
IMPORT_ROOMS = {
    "cryptography": ("madoguchi/tools/vault/",),
    "django.core.files": ("madoguchi/tools/vault/",),
    "django.contrib.admin": (),
    "django.db.models.signals": ("madoguchi/tools/signin/signals.py",),
    "django.dispatch": ("madoguchi/tools/signin/signals.py",),
}
MARKED_SAFE = {"madoguchi/web/kit/templatetags/words.py": 1}  # markdown whose renderer escapes
SOURCES = files(PACKAGE, "*.py")


def imports(path: Path) -> set[str]:
    """Every dotted name that the file imports, a `from a import b` also as `a.b`."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_every_package_file_is_empty() -> None:
    full = [name(path) for path in files(PACKAGE, "__init__.py") if path.read_bytes().strip()]
    assert not full, f"an import here hides from the contracts: {full}"


def test_every_folder_of_code_is_a_package() -> None:
    folders = {path.parent for path in SOURCES}
    bare = [name(folder) for folder in folders if not (folder / "__init__.py").exists()]
    assert not bare, f"add an empty __init__.py: {bare}"


def test_no_file_or_folder_has_a_vague_name() -> None:
    parts = {(part.removesuffix(".py"), name(path)) for path in SOURCES for part in path.parts}
    assert not [where for part, where in parts if part in VAGUE]


def test_programmes_hold_no_python() -> None:
    assert not files(PACKAGE / "programmes", "*.py")


@pytest.mark.parametrize("banned", IMPORT_ROOMS)
def test_what_is_dangerous_is_imported_in_its_room_only(banned: str) -> None:
    strays = [
        name(path)
        for path in SOURCES
        if not name(path).startswith(IMPORT_ROOMS[banned] or ("nowhere",))
        and any(word == banned or word.startswith(f"{banned}.") for word in imports(path))
    ]
    assert not strays, f"{banned} may be imported in {IMPORT_ROOMS[banned]} only"


def test_only_kit_and_ops_read_the_clock() -> None:
    strays = [
        f"{name(path)}:{node.lineno}"
        for path in SOURCES
        if not name(path).startswith(CLOCK_ROOMS)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and dotted(node) in CLOCKS
    ]
    assert not strays, "take now as an argument"


def test_a_moments_day_is_that_of_japan() -> None:
    strays = [name(path) for path in SOURCES for _ in days_by_hand(tree(path))]
    assert strays == ["madoguchi/rules/koyomi/dates.py"], "ask day_in_japan"


def days_by_hand(source: ast.Module) -> list[int]:
    """Where a moment of a row or a card (`at`, `…_at`), or one that was moved, becomes a day."""
    return [
        node.lineno
        for node in ast.walk(source)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "date"
        and any(_is_moment(part) for part in ast.walk(node.func.value))
    ]


def _is_moment(part: ast.expr | ast.AST) -> bool:
    called = part.func if isinstance(part, ast.Call) else None
    if isinstance(called, ast.Attribute):
        return called.attr == "astimezone"
    if isinstance(called, ast.Name):
        return called.id == "localtime"
    return isinstance(part, ast.Attribute) and (part.attr == "at" or part.attr.endswith("_at"))


@pytest.mark.parametrize(
    "line",
    [
        "one.at.date()",
        "row.sent_at.date()",
        "(card.starts or card.agreed_at).date()",
        "at.astimezone(now.tzinfo).date()",
        "localtime(at).date()",
    ],
)
def test_a_day_made_by_hand_is_seen(line: str) -> None:
    assert days_by_hand(ast.parse(line)) == [1]
    assert not days_by_hand(ast.parse("now.date(); card.starts.date(); day_in_japan(one.at)"))


def test_no_model_hides_a_verb_in_save_or_delete() -> None:
    hidden = [
        f"{name(path)}:{node.lineno}"
        for path in SOURCES
        if path.name == "models.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef) and node.name in {"save", "delete", "post_save"}
    ]
    assert not hidden, "write an action instead"


def test_nothing_is_marked_safe_but_rendered_prose() -> None:
    counted = {name(path): path.read_text("utf-8").count("mark_safe(") for path in SOURCES}
    assert {where: count for where, count in counted.items() if count} == MARKED_SAFE


def test_no_todo_is_left() -> None:
    words = ("TO" + "DO", "FIX" + "ME", "X" + "XX")
    left = [
        name(path)
        for folder in (PACKAGE, ROOT / "tests", ROOT / "docs")
        for pattern in ("*.py", "*.html", "*.md", "*.toml")
        for path in files(folder, pattern)
        if any(word in path.read_text("utf-8") for word in words)
    ]
    assert not left
