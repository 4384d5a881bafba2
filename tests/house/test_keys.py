"""Every key that code or a template asks for has words, and every key with words is asked for."""

import ast
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.house.source import PACKAGE, files, name, tree
from tests.house.words import keyed

IN_TEMPLATE = re.compile(r"""\{%\s*ta?\s+["']([a-z0-9_]+(?:\.[a-z0-9_]+)+)["']\s*(\|)?""")
PREFIX = re.compile(r"""["']([a-z0-9_.]+\.)["']\s*\|\s*add:""")
FAMILY = re.compile(r'root="([a-z0-9_.]+)"')
KEY = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)+")


@cache
def asked_in_templates() -> dict[str, str]:
    """Literal keys of `{% t %}` and `{% ta %}` → the template."""
    return {
        hit[1]: name(path)
        for path in files(PACKAGE / "web", "*.html")
        for hit in IN_TEMPLATE.finditer(path.read_text("utf-8"))
        if not hit[2]
    }


def pattern(node: ast.JoinedStr) -> str:
    """A regular expression for an f-string: its literal parts, anything between."""
    return "".join(
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-z0-9_.]+"
        for part in node.values
    )


@cache
def literals() -> frozenset[str]:
    """Strings of the code, and of its TOML data, that look like a key."""
    strings = {
        node.value
        for path in files(PACKAGE, "*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    quoted = {
        hit
        for kind in ("*.html", "*.toml")
        for path in files(PACKAGE, kind)
        for hit in re.findall(r"""["']([a-z0-9_.]+)["']""", path.read_text("utf-8-sig"))
    }
    return frozenset(text for text in strings | quoted if KEY.fullmatch(text))


def called(path: Path, wanted: Callable[[str], bool]) -> list[ast.expr]:
    """First arguments of the file's calls to a plain name that is wanted."""
    return [
        node.args[0]
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and wanted(node.func.id)
        and node.args
    ]


@cache
def of_forms() -> frozenset[str]:
    """Patterns of the keys that forms make: `Form("contact", (Line("name"), …))`."""
    patterns: set[str] = set()
    for path in files(PACKAGE / "web", "*.py"):
        constants = {
            ast.unparse(node.targets[0]): str(node.value.value)
            for node in tree(path).body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        }
        words = {
            constants.get(ast.unparse(first), str(getattr(first, "value", "")))
            for first in called(path, lambda name: name == "Form")
        }
        names = {
            first.value
            for first in called(path, lambda name: name[:1].isupper() and name != "Form")
            if isinstance(first, ast.Constant) and isinstance(first.value, str)
        }
        patterns |= {re.escape(f"{word}.{field}") + r"\..+" for word in words for field in names}
    return frozenset(patterns)


@cache
def made() -> tuple[str, ...]:
    """Patterns of keys put together: f-strings with a dot, `"form."|add:`, `root="form"`."""
    joined = {
        pattern(node)
        for path in files(PACKAGE, "*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.JoinedStr)
    }
    written = [path.read_text("utf-8") for path in files(PACKAGE / "web", "*.html")]
    added = {re.escape(hit) + ".+" for page in written for hit in PREFIX.findall(page)}
    added |= {re.escape(f"{hit}.") + ".+" for page in written for hit in FAMILY.findall(page)}
    told = joined | added
    return (*of_forms(), *(one for one in told if re.search(r"[a-z]\\\.|\\\.[a-z]", one)))


def test_every_key_in_a_template_has_words() -> None:
    known = {text.key for text in keyed()}
    assert asked_in_templates()
    assert not {key: where for key, where in asked_in_templates().items() if key not in known}


def test_every_key_with_words_is_asked_for() -> None:
    put_together = re.compile("|".join(made()))
    idle = {
        f"{text.file}: {text.key}"
        for text in keyed()
        if text.key not in literals() and not put_together.fullmatch(text.key)
    }
    assert not idle, "nothing shows these words:\n" + "\n".join(sorted(idle))


def test_every_row_has_japanese() -> None:
    columns: dict[str, set[str]] = {}
    for text in keyed():
        columns.setdefault(text.key, set()).add(text.column)
    assert not [key for key, has in columns.items() if "ja" not in has]
