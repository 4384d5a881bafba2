"""Where the product opens sealed values, found in its syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from operator import attrgetter
from pathlib import Path

from tests.house.source import PACKAGE, dotted, files, name, tree

OPENING = ("drawers", "drawers_of", "drawers_held", "loose", "adopt", "adopt_loose")
# What opens a value, or makes a drawer that can.
KEYS = {"cipher.unlock", "cipher.unwrap", "cipher.unwrapper", "cipher.read_letter", "Drawer"}
UNSEAL = PACKAGE / "tools/vault/unseal.py"

type Place = tuple[str, str]


def called(node: ast.AST) -> Iterator[str]:
    """The names that are called, or handed on, inside the node."""
    for one in ast.walk(node):
        if isinstance(one, ast.Name | ast.Attribute) and isinstance(one.ctx, ast.Load):
            yield dotted(one)


def keyholders(path: Path) -> bool:
    """Whether the file calls what opens."""
    calls = (one for one in ast.walk(tree(path)) if isinstance(one, ast.Call))
    return any(dotted(call.func) in KEYS for call in calls)


def openers() -> set[str]:
    """The public functions of the vault's door that come to a key, however many steps away."""
    inside = {one.name: one for one in tree(UNSEAL).body if isinstance(one, ast.FunctionDef)}
    reached = {at for at, one in inside.items() if KEYS & {*called(one)}}
    while more := {at for at, one in inside.items() if reached & {*called(one)}} - reached:
        reached |= more
    return {at for at in reached if not at.startswith("_")}


def functions() -> Iterator[tuple[Place, ast.FunctionDef]]:
    """Every function of the product outside the vault, by module and name."""
    for path in files(PACKAGE, "*.py"):
        module = name(path).removesuffix(".py").replace("/", ".")
        if not module.startswith("madoguchi.tools.vault."):
            yield from _inside(tree(path), module, "")


def _inside(node: ast.AST, module: str, within: str) -> Iterator[tuple[Place, ast.FunctionDef]]:
    for child in ast.iter_child_nodes(node):
        here = within
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            here = f"{within}.{child.name}".removeprefix(".")
        if isinstance(child, ast.FunctionDef):
            yield (module, here), child
            here = f"{here}.<locals>"
        yield from _inside(child, module, here)


def blocks(kind: str) -> set[Place]:
    """The functions that call `opening.<kind>`."""
    return {place for place, one in functions() if f"opening.{kind}" in called(one)}


def acts() -> set[str]:
    """The verbs of the acts that come to an opened drawer by the functions that they name.

    Another act on the way opens under a line of its own.
    """
    bodies = {".".join(place): (place, one) for place, one in functions()}
    named = {at: {*_named(*place, one)} for at, (place, one) in bodies.items()}
    verbs = {at: verb for at, ((module, _), one) in bodies.items() if (verb := _verb(module, one))}
    reached = {f"madoguchi.tools.vault.unseal.{door}" for door in (*OPENING, "new_loose")}
    while more := {at for at, to in named.items() if to & (reached - verbs.keys())} - reached:
        reached |= more
    return {verb for at, verb in verbs.items() if at in reached}


def _named(module: str, here: str, body: ast.FunctionDef) -> Iterator[str]:
    """The functions that a body names, as far as imports and its class tell."""
    imported = _imported(module)
    for one in called(body):
        first, _, rest = one.partition(".")
        yield f"{module}.{one}"
        if first == "self":
            yield f"{module}.{here.rpartition('.')[0]}.{rest}"
        elif first in imported:
            yield f"{imported[first]}.{rest}".rstrip(".")


@cache
def _imported(module: str) -> dict[str, str]:
    path = PACKAGE.parent / f"{module.replace('.', '/')}.py"
    return {
        alias.asname or alias.name: f"{one.module}.{alias.name}"
        for one in ast.walk(tree(path))
        if isinstance(one, ast.ImportFrom)
        for alias in one.names
    }


def _verb(module: str, one: ast.FunctionDef) -> str:
    """The verb under which it is an act; empty where it is none."""
    for how in one.decorator_list:
        if isinstance(how, ast.Call) and dotted(how.func).endswith("action"):
            (verb,) = how.args
            if isinstance(verb, ast.Constant):
                return str(verb.value)
            if not isinstance(verb, ast.Name) or hasattr(import_module(module), verb.id):
                return str(attrgetter(dotted(verb))(import_module(module)))
            return f"{module}.{one.name}"  # of any verb: no test opens under that name
    return ""
