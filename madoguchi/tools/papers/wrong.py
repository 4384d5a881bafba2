"""What is said of a paper that cannot be printed; never a word of what was to stand on it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from madoguchi.rules.programme.paper import Template

_PLACE = re.compile(r"─ (?:\S*/)?(main|office)\.typ:(\d+):")
_NAMED = re.compile(r"unknown variable: ([\w-]+)|does not contain (?:key )?[\"`]([\w-]+)[\"`]")
_HEADINGS = re.compile(r"skipped from heading level|first heading must")


class PaperError(Exception):
    """A paper cannot be printed (書類の誤り): which, where and what to do, without its facts."""


def cannot(template: Template, where: str, remedy: str) -> PaperError:
    """The error for one place of a paper's folder."""
    return PaperError(f"{template.called}/{where}：{remedy}")


def from_typst(template: Template, source: str, message: str, diagnostic: str) -> PaperError:
    """The error for what Typst said: its text may quote the applicant, so only places come out.

    A name is repeated only where it stands in the paper's own source.
    """
    place = _PLACE.search(diagnostic)
    file = "paper.typ" if place is None or place[1] == "main" else "office.typ"
    line = f" {place[2]} 行目" if place else ""
    return cannot(template, f"{file}{line}", _remedy(source, message))


def _remedy(source: str, message: str) -> str:
    named = _NAMED.search(message)
    name = next(filter(None, named.groups()), "") if named else ""
    if name and re.search(rf"\b{re.escape(name)}\b", source):
        return (
            f"「{name}」という項目はありません。つづりを、facts のクラスと docs/adding/paper.md に"
            "合わせてください。"
        )
    if _HEADINGS.search(message):
        return "見出しの段が飛んでいます。題のすぐ下は section にしてください。"
    return (
        "組版できません。この行の書き方を docs/adding/paper.md と比べてください。"
        "何が入るかによるときは、`madoguchi papers` で見本の値を試してください。"
    )
