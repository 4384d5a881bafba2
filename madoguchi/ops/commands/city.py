"""`madoguchi city new SLUG NAME`: a folder to fill in for a new municipality."""

import argparse
import json
import re
import shutil
from pathlib import Path

from madoguchi.rules.programme.load import folder, own_folder, slugs
from madoguchi.rules.programme.read import ProgrammeError

HELP = "start the programme folder of a new municipality (自治体の追加)"
TEMPLATE_NAME = "見本市"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take the folder's name and the municipality's."""
    verbs = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    new = verbs.add_parser("new", help="copy the template")
    new.add_argument("slug", help="letters a-z, figures and _; becomes the folder's name")
    new.add_argument("name", help="the municipality's name in Japanese")
    new.add_argument("--into", type=Path, help="where to put it; default: MADOGUCHI_PROGRAMMES")
    new.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """Copy the template under the new name and say what to do next."""
    parent = args.into or own_folder()
    if parent is None:
        raise ProgrammeError(
            "置き場所が分かりません。--into か MADOGUCHI_PROGRAMMES で指定してください。"
        )
    made = _copy(args.slug, args.name.strip(), parent)
    if args.json:
        print(json.dumps({"city": args.slug, "folder": str(made)}, ensure_ascii=False))
    else:
        print(f"{made} を作りました。中の「要確認」を、市で決めたことに書き換えてください。")
        print(f"書けたら確かめます： madoguchi programme check {args.slug}")
    return 0


def _copy(slug: str, name: str, parent: Path) -> Path:
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,40}", slug):
        raise ProgrammeError(
            f"「{slug}」は使えません。英小文字で始め、英小文字・数字・_ で書いてください。"
        )
    if not name:
        raise ProgrammeError("名前が空です。自治体の名前を書いてください。")
    made = parent / slug
    if slug in slugs() or made.exists():
        raise ProgrammeError(f"「{slug}」はもうあります。別の名前にしてください。")
    quoted = json.dumps(name, ensure_ascii=False)[1:-1]  # as it may stand between TOML's marks
    try:
        shutil.copytree(folder("_template"), made)
        for path in made.rglob("*.toml"):
            text = path.read_text(encoding="utf-8").replace(TEMPLATE_NAME, quoted)
            path.write_text(text, encoding="utf-8")
    except OSError as error:  # all of it, or nothing
        shutil.rmtree(made, ignore_errors=True)
        if isinstance(error, shutil.Error):  # one line for each file, and no number
            raise ProgrammeError(
                f"{made} を作れませんでした。ディスクの空きと、書く権利を確かめてください。"
            ) from error
        raise
    return made
