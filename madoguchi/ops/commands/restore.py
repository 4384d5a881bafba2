"""Put a backup back into an empty house, then check everything in it."""

import argparse
import os
import sys
from pathlib import Path

from madoguchi.ops import start
from madoguchi.ops.commands import verify

HELP = "控えを、空のフォルダーかデータベースに戻し、確かめる"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The two artefacts, what was forgotten since, and where they go."""
    parser.add_argument("data", type=Path, help="data-日時 のフォルダー")
    parser.add_argument(
        "keys", type=Path, help="keys-日時 のフォルダー。同じ時か、それより新しいもの"
    )
    parser.add_argument(
        "--forgotten", type=Path, help="もう一度廃棄する相談：受付番号を1行にひとつ"
    )
    parser.add_argument("--into", type=Path, help="戻す場所。書かなければ MADOGUCHI_HOME")


def run(args: argparse.Namespace) -> int:
    """0 when everything was put back and holds, 1 with findings.

    Raises:
        Misconfigured: the pair does not fit, or something is here already.
    """
    if args.into:
        os.environ["MADOGUCHI_HOME"] = str(args.into.absolute())
    start.django("desk")
    from madoguchi.ops import checkpoints
    from madoguchi.ops.safekeeping import artefact
    from madoguchi.ops.safekeeping.put_back import put_back
    from madoguchi.web.kit.arrival import now

    data, keys = artefact.opened(args.data, "data"), artefact.opened(args.keys, "keys")
    changed = put_back(data, keys, now(), args.forgotten)
    sys.stdout.write(
        f"戻しました：{sum(data.told['rows'].values()):,} 行、{data.told['files']:,} ファイル\n"
    )
    if args.forgotten:
        sys.stdout.write(f"{args.forgotten}：ここに鍵のある相談は {changed.listed} 件\n")
    if changed.forgotten:
        sys.stdout.write(f"この控えのあとに廃棄された相談：{changed.forgotten} 件\n")
    if changed.untold:
        sys.stdout.write(f"送らずに止めたメールのある相談：{changed.untold} 件\n")
    for value in changed.cut:
        sys.stdout.write(
            f"{value}：画面から書ける長さを超えています。切って戻し、壊れた値として出ます\n"
        )
    checkpoints.write(now())  # what was put back goes on from here
    args.office, args.json, args.quick = None, False, False
    return verify.report(args, written=False)
