"""The sample of a paper (書類の見本): `sample.toml` as the facts that `paper.toml` names."""

from importlib import import_module
from typing import Any, cast

from madoguchi.rules.programme.paper import Template
from madoguchi.rules.programme.read import ProgrammeError, read, read_toml


def sample(template: Template) -> object:
    """The facts of the paper's sample; Django has been started.

    Raises:
        ProgrammeError: the file is wrong, or no room has these facts.
    """
    called = f"{template.called}/sample.toml"
    return read(kind(template), read_toml(template.folder / "sample.toml", called), called)


def kind(template: Template) -> type[Any]:
    """The dataclass that a paper prints: `subsidy.Guide` is `Guide` in `work/subsidy/papers.py`.

    Raises:
        ProgrammeError: there is none.
    """
    room, _, name = template.paper.facts.rpartition(".")
    try:
        return cast("type[Any]", getattr(import_module(f"madoguchi.work.{room}.papers"), name))
    except (ImportError, AttributeError):
        raise ProgrammeError(
            f"{template.called}/paper.toml の facts：「{template.paper.facts}」という中身は"
            "ありません。docs/adding/paper.md の一覧から選んでください。"
        ) from None
