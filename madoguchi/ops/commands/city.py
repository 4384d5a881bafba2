"""`madoguchi city new SLUG NAME`: a folder to fill in for a new municipality."""

import argparse
import json
import re
import shutil
from pathlib import Path

from madoguchi.ops import terminal
from madoguchi.rules.programme.load import folder, own_folder, slugs
from madoguchi.rules.programme.read import ProgrammeError

HELP = "新しい自治体の、制度のフォルダーを作る"
TEMPLATE_NAME, TEMPLATE_PAGE = "見本市", "https://www.example.lg.jp/"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take the folder's name and the municipality's."""
    verbs = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    new = verbs.add_parser("new", help="ひな形を写して作る")
    new.add_argument("slug", help="フォルダーの名前：a-z、0-9、_")
    new.add_argument("name", help="自治体の名前。たとえば 見本市")
    new.add_argument(
        "--page",
        metavar="ADDRESS",
        help="自治体のホームページ。「このページを離れる」の行き先と、最初の出典になります",
    )
    new.add_argument("--into", type=Path, help="作る場所。書かなければ MADOGUCHI_PROGRAMMES")
    terminal.json_wished(new)


def run(args: argparse.Namespace) -> int:
    """Copy the template under the new name and say what to do next."""
    parent = args.into or own_folder()
    if parent is None:
        raise ProgrammeError(
            "置き場所が分かりません。--into か MADOGUCHI_PROGRAMMES で指定してください。"
        )
    made = _copy(args.slug, args.name.strip(), args.page or TEMPLATE_PAGE, parent)
    if args.json:
        print(json.dumps({"city": args.slug, "folder": str(made)}, ensure_ascii=False))
    else:
        print(f"{made} を作りました。中の「要確認」を、市で決めたことに書き換えてください。")
        print(f"書けたら確かめます： madoguchi programme check {args.slug}")
    return 0


def _copy(slug: str, name: str, page: str, parent: Path) -> Path:
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,40}", slug):
        raise ProgrammeError(
            f"「{slug}」は使えません。英小文字で始め、英小文字・数字・_ で書いてください。"
        )
    if not name:
        raise ProgrammeError("名前が空です。自治体の名前を書いてください。")
    made = parent / slug
    if slug in slugs() or made.exists():
        raise ProgrammeError(f"「{slug}」はもうあります。別の名前にしてください。")
    quoted, address = (  # as they may stand between TOML's marks
        json.dumps(words, ensure_ascii=False)[1:-1] for words in (name, page)
    )
    try:
        shutil.copytree(folder("_template"), made)
        for path in made.rglob("*.toml"):
            text = path.read_text(encoding="utf-8").replace(TEMPLATE_NAME, quoted)
            path.write_text(text.replace(TEMPLATE_PAGE, address), encoding="utf-8")
    except OSError as error:  # all of it, or nothing
        shutil.rmtree(made, ignore_errors=True)
        if isinstance(error, shutil.Error):  # one line for each file, and no number
            raise ProgrammeError(
                f"{made} を作れませんでした。ディスクの空きと、書く権利を確かめてください。"
            ) from error
        raise
    return made
