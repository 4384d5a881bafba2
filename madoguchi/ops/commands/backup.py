"""Take a backup while everybody goes on working: *data* and *keys*, in two places.

`backup check` reads every *data* that is kept for what should never have come into it.
"""

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path

from madoguchi.ops import start
from madoguchi.tools.misconfigured import Misconfigured, reason

ELSEWHERE = "別のディスクのフォルダーを書いてください"
HELP = "データと鍵の控えを、2つのフォルダーに取る"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The two places, what is copied anew, what is removed."""
    parser.add_argument(
        "what",
        nargs="?",
        choices=("take", "check"),
        default="take",
        help="check：控えに、封をしたファイルのほかのものがないかを見る。書かなければ、控えを取る",
    )
    parser.add_argument("--data", type=Path, required=True, help="データの控えのフォルダー")
    parser.add_argument(
        "--keys", type=Path, help="鍵の控えのフォルダー。別の場所に。控えを取るときに要ります"
    )
    parser.add_argument("--full", action="store_true", help="前の控えにあるファイルも、写し直す")
    parser.add_argument("--expire", action="store_true", help="35日より古い鍵の控えを消す")
    parser.add_argument(
        "--keep", type=_many, metavar="N", help="データの控えを、新しい N 個だけ残す。N は1から"
    )


def _many(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}：1からの数を書いてください")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """0 when everything was copied; 1 when files were not there, or lines contradict the keys.

    Of a check: 1 when something is named.

    Raises:
        Misconfigured: the places are one, or have no room; earlier backups stay as they are.
    """
    if args.what == "check":
        return check(args.data.resolve())
    if args.keys is None:
        raise Misconfigured("--keys", "書かれていません", ELSEWHERE)
    data, keys = args.data.resolve(), args.keys.resolve()
    if data == keys or data in keys.parents or keys in data.parents:
        raise Misconfigured("--keys", "--data と同じ場所です", ELSEWHERE)
    start.django("desk")
    from madoguchi.ops.safekeeping import artefact
    from madoguchi.ops.safekeeping.take import back_up
    from madoguchi.web.kit.arrival import now

    moment = now()
    try:
        with ExitStack() as stack:
            for place in (data, keys):
                stack.enter_context(artefact.tended(place))
            taken = back_up(data, keys, moment, full=args.full)
            removed = artefact.expire_keys(keys, moment) if args.expire else []
            removed += artefact.expire_data(data, args.keep) if args.keep else []
    except OSError as error:
        place = error.filename or f"{data} か {keys}"
        remedy = "場所を空けるか、つないでください。控えは作られていません"
        raise Misconfigured(f"控え {place}", reason(error), remedy) from error
    sys.stdout.write(f"{taken.keys}\n{taken.data}\n")
    sys.stdout.write(
        f"{taken.rows:,} 行、{taken.files:,} ファイル（うち新しいもの {taken.new_files:,}）\n"
    )
    sys.stdout.writelines(f"消しました：{folder}\n" for folder in removed)
    for missing in taken.missing:
        sys.stderr.write(
            f"ファイル {missing}：ないか、切れています。madoguchi-desk verify で調べてください\n"
        )
    for case in taken.contradicted:
        sys.stderr.write(
            f"相談 {case}：廃棄した記録があるのに、鍵があります。鍵は控えに入れました。"
            "madoguchi-desk verify で調べてください\n"
        )
    return 1 if taken.missing or taken.contradicted else 0


def check(place: Path) -> int:
    """Name what lies among the sealed files of every *data* and is none: a key, say."""
    start.django("desk")
    from madoguchi.ops.safekeeping import artefact
    from madoguchi.tools.vault import store

    kept = artefact.whole(place, "data")
    count = 0
    for one in kept:
        for path in sorted((one.folder / "files").rglob("*")):
            if path.is_dir() and not path.is_symlink():
                continue
            if not store.is_sealed(path):
                count += 1
                sys.stderr.write(
                    f"{path}：封をしたファイルではありません。この控えは廃棄してください\n"
                )
    sys.stdout.write(f"data {len(kept)} 個を調べました。要対応 {count} 件\n")
    return 1 if count else 0
