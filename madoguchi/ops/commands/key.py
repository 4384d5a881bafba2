"""The master key: made once, kept on paper, verified from it, entered again on a bad day."""

import argparse
import os
import sys
from pathlib import Path

from madoguchi.ops import start, terminal
from madoguchi.tools.misconfigured import Misconfigured, reason

HELP = "マスター鍵を作る、紙に写す、紙から確かめる、紙から入れる"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and the file where there is one."""
    parser.add_argument(
        "what",
        choices=("init", "paper", "verify", "enter"),
        help="init：作る。paper：紙に写す。verify：紙と比べる。enter：紙から入れる",
    )
    parser.add_argument(
        "--file", type=Path, help="verify、enter：鍵を聞かずに、このファイルから読む"
    )
    parser.add_argument("--to", type=Path, help="paper：刷る HTML ファイル。データの場所の外に")


def run(args: argparse.Namespace) -> int:
    """0 when the key was made, printed or entered, or is the right one."""
    start.django("desk")
    match args.what:
        case "init":
            return init()
        case "paper":
            return paper(args.to)
        case "enter":
            return enter(args.file)
        case _:
            return verify(args.file)


def init() -> int:
    """Make the master key file and the tables; nothing is ever overwritten.

    Raises:
        Misconfigured: there is a key, or data that another one opens.
    """
    from django.conf import settings

    from madoguchi.ops import prepare
    from madoguchi.tools.vault import masterkey
    from madoguchi.tools.vault.models import MasterMark

    prepare.databases()
    mark = MasterMark.objects.first()
    if mark is not None and not settings.MASTER_KEY_FILE.exists():
        found = f"ここのデータには、確認値 {mark.check_value} の鍵が要ります。鍵は作っていません"
        remedy = "その鍵の紙から入れてください：madoguchi key enter"
        raise Misconfigured(masterkey.KEY_VARIABLE, found, remedy)
    masterkey.make(settings.MASTER_KEY_FILE)
    value = masterkey.check_value(masterkey.read(settings.MASTER_KEY_FILE))
    sys.stdout.write(
        f"{settings.MASTER_KEY_FILE}：書きました。確認値 {value}\n"
        "次に紙に写します：madoguchi key paper --to ファイル を2枚刷り、2か所に分けて保管し、\n"
        "紙から入れて確かめます：madoguchi key verify\n"
    )
    return 0


def paper(to: Path | None) -> int:
    """Write the sheet with the key (0600), to be printed and deleted.

    Raises:
        Misconfigured: no file was named, it is there already, or lies in the home.
    """
    from django.conf import settings

    from madoguchi.ops.paper.sheet import sheet
    from madoguchi.tools.vault import masterkey
    from madoguchi.web.kit.arrival import now

    if to is None or to.resolve().is_relative_to(settings.HOME.resolve()):
        found = "書かれていません" if to is None else "データと同じ場所です"
        remedy = "別の場所の、できればメモリの中（/dev/shm）のファイルを書いてください"
        raise Misconfigured("--to", found, remedy)
    page = sheet(masterkey.current(), now().date())
    try:
        handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        remedy = "新しいファイルの名前を書いてください"
        raise Misconfigured(str(to), reason(error), remedy) from error
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(page)
    except OSError as error:
        to.unlink()
        remedy = "別の場所のファイルを書いてください"
        raise Misconfigured(str(to), reason(error), remedy) from error
    sys.stdout.write(f"{to}：2枚刷ってから、消してください\n")
    return 0


def typed(file: Path | None) -> bytes | None:
    """The key from the file or the keyboard; None after saying which groups are mistyped."""
    from madoguchi.ops.paper import sheet as paper_sheet

    words = file.read_text("utf-8") if file else terminal.secret("マスター鍵（13組）：")
    try:
        return paper_sheet.from_groups(words)
    except paper_sheet.Mistyped as wrong:
        if wrong.numbers:
            groups = "、".join(map(str, wrong.numbers))
            sys.stderr.write(
                f"紙と違います：{groups} 番の組。13組すべてを、もう一度入れてください\n"
            )
        else:
            sys.stderr.write(f"{wrong.found} 文字です。5文字を13組（または16進数の64文字）です\n")
        return None


def enter(file: Path | None) -> int:
    """Write the master key file (0400) from the sheet; nothing is ever overwritten."""
    from django.conf import settings

    from madoguchi.tools.vault import masterkey

    key = typed(file)
    if key is None:
        return 1
    masterkey.write(settings.MASTER_KEY_FILE, key)
    value = masterkey.check_value(key)
    sys.stdout.write(f"{settings.MASTER_KEY_FILE}：書きました。確認値 {value}\n")
    return 0


def verify(file: Path | None) -> int:
    """Compare a typed key with the one in use and put the verification on record."""
    from django.conf import settings

    from madoguchi.tools.vault import masterkey
    from madoguchi.tools.vault.models import MasterMark
    from madoguchi.web.kit.arrival import now

    key = typed(file)
    if key is None:
        return 1
    value = masterkey.check_value(key)
    mark = MasterMark.objects.first()
    expected = mark.check_value if mark else masterkey.check_value(masterkey.current())
    if value != expected:
        sys.stderr.write(f"ここの鍵ではありません：確認値 {value}。正しい鍵は {expected}\n")
        return 1
    MasterMark.objects.update_or_create(check_value=expected, defaults={"verified_at": now()})
    sys.stdout.write(f"正しい鍵です：確認値 {value}（{settings.MODE}）\n")
    return 0
