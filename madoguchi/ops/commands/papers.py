"""`madoguchi papers`: every paper with its sample, to look at before anybody prints it."""

import argparse
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any, cast

from madoguchi.ops import start
from madoguchi.rules.programme import paper
from madoguchi.rules.programme.paper import Template
from madoguchi.rules.programme.read import ProgrammeError, read, read_toml

HELP = "すべての書類を、見本の内容で刷ってみる"
CASE = ("見本 太郎", "令和8年4月1日 8時30分")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which, and where to put them."""
    parser.add_argument("name", nargs="*", help="この書類だけ。たとえば subsidy_guide")
    parser.add_argument("--city", help="この自治体が刷るもの。書かなければ、すべてのフォルダー")
    parser.add_argument("--png", type=Path, metavar="DIR", help="PDF と画像を置くフォルダー")


def run(args: argparse.Namespace) -> int:
    """Print one line a paper; 1 if one of them cannot be printed."""
    if args.city:
        every = [paper.find(args.city, name) for name in paper.names(args.city)]
    else:
        every = list(paper.everywhere())
    found = [each for each in every if not args.name or each.name in args.name]
    if unknown := set(args.name) - {each.name for each in every}:
        names = "、".join(sorted({each.name for each in every}))
        raise ProgrammeError(
            f"「{min(unknown)}」という書類はありません。いまあるのは {names} です。"
        )
    start.django("desk")
    if args.png:
        args.png.mkdir(parents=True, exist_ok=True)
    worked = [_print_one(f"{at}/{len(found)}", each, args.png) for at, each in enumerate(found, 1)]
    return 0 if all(worked) else 1


def sample(template: Template) -> object:
    """The facts of the paper's sample; Django has been started.

    Raises:
        ProgrammeError: the file is wrong, or no room has these facts.
    """
    called = f"{template.called}/sample.toml"
    return read(kind(template), read_toml(template.file("sample.toml"), called), called)


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


def _print_one(place: str, template: Template, folder: Path | None) -> bool:
    """One paper: its line, and its files if they are wanted."""
    from madoguchi.tools.papers.engine import Printed, pictures, render
    from madoguchi.tools.papers.wrong import PaperError

    try:
        facts, begun = sample(template), perf_counter()
        made = render(template, facts, printed := Printed(*CASE))
        size, took = (
            f"{len(made.content) / 1000:.0f} KB",
            f"{(perf_counter() - begun) * 1000:.0f} ms",
        )
        missing = f"、〓 {' '.join(made.missing)}" if made.missing else ""
        print(
            f"{place} {template.called}  {made.pages} ページ、{size}、{took}{missing}", flush=True
        )
        if folder:
            stem = f"{template.folder.parts[-3]}-{template.name}"
            (folder / f"{stem}.pdf").write_bytes(made.content)
            for number, page in enumerate(pictures(template, facts, printed), 1):
                (folder / f"{stem}-{number}.png").write_bytes(page)
    except (PaperError, ProgrammeError) as wrong:
        print(f"{place} {wrong}", flush=True)
        return False
    return True
