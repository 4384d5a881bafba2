"""Programs of houses start Django themselves: what stands above that must not need it."""

import ast
import subprocess
import sys

import pytest

from tests.house.source import ROOT, files

FAILED = "import sys\nfor source in sys.argv[1:]:\n    exec(source, {})\nprint('all')\n"


def head(source: str) -> str:
    """What a program imports before it calls `django(window)`; nothing of what never calls it."""
    above: list[ast.stmt] = []
    for node in ast.parse(source).body:
        match node:
            case ast.Expr(value=ast.Call(func=ast.Name(id="django"))):
                return ast.unparse(ast.Module(above, []))
            case ast.Import() | ast.ImportFrom():
                above.append(node)
    return ""


def said(*heads: str) -> str:
    """What one process without Django's settings says of these imports."""
    done = subprocess.run(
        [sys.executable, "-c", FAILED, *heads],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize("folder", ["tests", "benchmarks"])
def test_what_stands_above_django_does_not_need_it(folder: str) -> None:
    heads = [head(path.read_text("utf-8")) for path in files(ROOT / folder, "*.py")]
    programs = [one for one in heads if one]
    assert len(programs) > 5
    assert said(*programs) == "all\n"


def test_control_a_model_above_it_is_found() -> None:
    late = "from madoguchi.tools.vault.seal import Drawer\ndjango('desk')\n"
    assert "ImproperlyConfigured" in said(head(late))
