"""Every paper of every programme here, with the dataclass that it prints."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any

from madoguchi.ops.commands import papers
from madoguchi.rules.programme.paper import Template, everywhere
from madoguchi.rules.programme.read import read, read_toml
from tests.tools.papers import letters


def every() -> list[Template]:
    """The letter of the tests, then all papers found."""
    return [letters.template(), *everywhere()]


def kind(template: Template) -> type[Any]:
    """The dataclass of its facts."""
    return letters.Letter if template.folder == letters.FOLDER else papers.kind(template)


def table(template: Template) -> dict[str, Any]:
    """Its sample as written."""
    return read_toml(template.file("sample.toml"), template.called)


def sample(template: Template) -> Any:
    """Its sample as facts."""
    return read(kind(template), table(template), template.called)


def filled(facts: Any, write: Callable[[str], str]) -> Any:
    """The same facts with every string rewritten; choices between words of a Literal stay."""
    if isinstance(facts, str):
        return write(facts)
    if isinstance(facts, tuple):
        return tuple(filled(each, write) for each in facts)
    if is_dataclass(facts) and not isinstance(facts, type):
        return replace(
            facts,
            **{each.name: filled(getattr(facts, each.name), write) for each in fields(facts)},
        )
    return facts
