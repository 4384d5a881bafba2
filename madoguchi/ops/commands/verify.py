"""Compare everything with what was written down when it was done.

Nothing is changed. That the cases were opened for it is written into the audit, unless the house
was just restored or cannot be written.
"""

import argparse
import json
import sys
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

from madoguchi.ops import start
from madoguchi.ops.diagnostics.result import wrong
from madoguchi.ops.findings import KINDS, Finding
from madoguchi.tools.misconfigured import Misconfigured

if TYPE_CHECKING:  # a model, which is loaded only after Django is started
    from madoguchi.tools.office.models import Office

HOUSE = "サーバー全体"  # what is of no office
UNWRITTEN = "戻したばかりか、書けない場所なので、操作記録には残しません\n"
NOTE = "verified"  # beside the checkpoints, which are kept outside
HELP = "操作記録、検証点、保管した記録とファイルを、書かれたときのものと比べる"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Which office, and the form of the answer."""
    parser.add_argument("office", nargs="?", help="窓口の名前。書かなければ、すべて")
    parser.add_argument(
        "--quick", action="store_true", help="ファイルは長さだけ。鍵もファイルも開かない"
    )
    parser.add_argument("--json", action="store_true", help="窓口ごとの結果を JSON で")


def run(args: argparse.Namespace) -> int:
    """0 when everything holds, 1 with findings.

    Raises:
        Misconfigured: no such office, or a wrong or missing master key.
    """
    start.django("desk")
    from madoguchi.tools.audit.chain import writable

    return report(args, written=writable())


def report(args: argparse.Namespace, *, written: bool) -> int:
    """Check and print; 1 with findings; Django has been started.

    `written`: whether the audit gets a line of it. What a check of the whole house came to is noted
    for `doctor`.
    """
    from madoguchi.ops import checkpoints, notes
    from madoguchi.ops.soundness import astray, findings, unwitnessed
    from madoguchi.tools.office.models import Office
    from madoguchi.tools.vault import masterkey
    from madoguchi.web.kit.arrival import now

    masterkey.current()
    offices = Office.objects.order_by("slug")
    if args.office:
        offices = offices.filter(slug=args.office)
        if not offices:
            remedy = "書かなければ、すべての窓口を調べます"
            raise Misconfigured(args.office, "この名前の窓口はありません", remedy)
    moment = now()
    if not written:
        sys.stderr.write(UNWRITTEN)
    found = {
        office.slug: findings(office, deep=not args.quick, now=moment if written else None)
        + unwitnessed(office, moment)
        for office in offices
    }
    if strange := astray():
        found[HOUSE] = strange
    if args.json:
        data = {slug: [asdict(finding) for finding in all_of] for slug, all_of in found.items()}
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")
    else:
        for office in offices:
            _tell_what_holds(office)
        for slug, all_of in found.items():
            _tell(slug, all_of)
    if not args.office and not args.quick:
        counts = Counter(finding.kind for all_of in found.values() for finding in all_of)
        try:
            notes.write(checkpoints.folder() / NOTE, notes.Note(moment, counts))
        except Misconfigured as problem:  # what was found counts, whether it can be noted or not
            sys.stderr.write(f"{problem}\n")
    return 1 if any(found.values()) else 0


def _tell_what_holds(office: "Office") -> None:
    """With what it was compared, and what is no finding although it looks like one."""
    from madoguchi.ops import checkpoints
    from madoguchi.ops.soundness import forgotten
    from madoguchi.tools.audit import looked_into

    marks = list(checkpoints.kept(office.id, office.slug))
    newest = f"（いちばん新しいもの {marks[0].name}）" if marks else ""
    sys.stdout.write(f"{office.slug}：検証点 {len(marks)} 個と比べました{newest}\n")
    if cases := forgotten(office.id):
        sys.stdout.write(f"{office.slug}：記録のとおりに廃棄された相談 {len(cases)} 件\n")
    for seq, seen in looked_into.of(office.id).items():
        sys.stdout.write(
            f"{office.slug}：行 {seq} は合わないので、正しい記録に数えません。{seen.at:%Y-%m-%d} に"
            f"{len(seen.by)}人が調べ終えています（{seen.why}、報告書 {seen.record}）\n"
        )


def _tell(slug: str, found: list[Finding]) -> None:
    """A line for each kind as `doctor` says it, and below it where."""
    from madoguchi.ops.databases import typed

    for kind, (words, remedy) in KINDS.items():
        places = [finding.what for finding in found if finding.kind == kind]
        if places:
            result = wrong(f"{slug} {kind}", f"{words}（{len(places)}件）", typed(remedy))
            sys.stdout.write(f"{result.line}\n")
        for place in places:  # a file's name may hold signs that a terminal obeys
            signs = (one if one.isprintable() else ascii(one)[1:-1] for one in place)
            sys.stdout.write(f"　　　　{''.join(signs)}\n")
    sys.stdout.write(f"{slug}：{f'要対応 {len(found)} 件' if found else 'すべて合っています'}\n")
