"""The errors of papers that cannot be printed; they never quote what was to be printed."""

import re

from madoguchi.rules.programme.paper import Template

_PLACE = re.compile(r"^\s*┌─ (?:\S*/)?(__typst_py_bytes__|office)\.typ:(\d+):", re.MULTILINE)
_NAMED = re.compile(r"unknown variable: ([\w-]+)|does not contain (?:key )?[\"`]([\w-]+)[\"`]")
_KNOWN = {
    "skipped from heading level": "見出しの段が飛んでいます。題のすぐ下は section にしてください。",
    "missing alt text": "絵に言葉がありません。picture に alt を書いてください。",
    "unknown font family": "ない書体の名前です。書体は sans だけで変えてください。",
}


class PaperError(Exception):
    """A paper cannot be printed (書類の誤り): which, where and what to do, without its facts."""


class TooLong(PaperError):
    """More words than one paper takes (長すぎる書類): it is not made, and nothing of it is cut."""


def cannot(template: Template, where: str, remedy: str) -> PaperError:
    """The error for one place of a paper's folder."""
    return PaperError(f"{template.called}/{where}：{remedy}")


def from_typst(template: Template, source: str, message: str, diagnostic: str) -> PaperError:
    """The error for Typst's message, which may quote the applicant: only places are kept of it.

    A name is repeated only where it stands in the paper's own source.
    """
    places = dict(reversed(_PLACE.findall(diagnostic)))  # of each file the first
    if own := places.get("__typst_py_bytes__"):
        where = f"paper.typ {own} 行目"
    else:
        where = "paper.typ" + (
            f"（office.typ {line} 行目）" if (line := places.get("office")) else ""
        )
    return cannot(template, where, _remedy(source, message))


def _remedy(source: str, message: str) -> str:
    named = _NAMED.search(message)
    name = next(filter(None, named.groups()), "") if named else ""
    if name and re.search(rf"\b{re.escape(name)}\b", source):
        return (
            f"「{name}」という項目はありません。つづりを、facts のクラスと docs/adding/paper.md に"
            "合わせてください。"
        )
    for known, remedy in _KNOWN.items():
        if known in message:
            return remedy
    return (
        "組版できません。この行の書き方を docs/adding/paper.md と比べてください。"
        "何が入るかによるときは、`madoguchi papers` で見本の値を試してください。"
    )
