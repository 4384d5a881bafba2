"""Lines of the audit that do not hold: two colleagues say that they were looked into (調査済み)."""

import argparse
import sys
from uuid import UUID

from madoguchi.ops import start, terminal

HELP = "合わない行を調べ終えたことを2人で残し、検証点をまた書けるようにする"
WHY = """だれが書いたか、分かるかぎりで：portal（公開側を乗っ取った者）、database（データベースを
直接書きかえた者）、program（古い版のプログラム）、unknown（分からない）"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "2人の職員の利用者名とパスワードを、端末で順に聞きます（標準入力の4行でも渡せます）。"
        "行はそのまま残り、正しい記録には数えません。verify は、これからも番号を言います。"
        "分かったことではなく、それを書いた報告書の番号だけを残します。"
    )
    parser.add_argument("what", choices=("looked-into",), help="調べたことを残す")
    terminal.office(parser)
    parser.add_argument(
        "lines",
        type=_span,
        nargs="+",
        metavar="line",
        help="verify が言う行の番号。57-90 と書くと、そのあいだの合わない行のすべて",
    )
    parser.add_argument(
        "--why", choices=("portal", "database", "program", "unknown"), required=True, help=WHY
    )
    parser.add_argument(
        "--record", required=True, help="分かったことを書いた報告書の番号。たとえば 2026-114"
    )


def _span(text: str) -> range:
    """`57`, or `57-90` with both ends.

    Raises:
        ValueError: no such thing.
    """
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def run(args: argparse.Namespace) -> int:
    """0 when it is written down; 1 with a sentence when it was declined.

    Raises:
        Misconfigured: no such office.
    """
    start.django("desk")
    from madoguchi.ops import accounts, checkpoints, prepare
    from madoguchi.rules.steps.proposal import ACTS
    from madoguchi.tools.audit import looked_into
    from madoguchi.web.kit.arrival import now
    from madoguchi.work.cases.public import AtOffice
    from madoguchi.work.notices import proposals
    from madoguchi.work.trail import actions as trail

    office, moment = prepare.existing_office(args.office), now()
    act = ACTS[trail.LOOKED_INTO]
    try:
        seqs = _open(office.id, args.lines, args.record)
        if len(seqs) > len(args.lines):
            sys.stdout.write(
                f"{office.slug}：調べ終えたことにする合わない行は、{len(seqs)} 行です\n"
            )
        actors = accounts.both(office, act, moment)
    except accounts.Declined as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    at = AtOffice(office.id)
    proposed = trail.ask(actors[0], at, now=moment)
    proposals.SIGN[act.signs](actors[1], at, proposed, now=moment)
    looked_into.write(actors, seqs, args.why, args.record, now=moment)
    for first, last in looked_into.runs(seqs):
        lines = f"{first}-{last}" if last > first else first
        sys.stdout.write(f"{office.slug}：行 {lines} を調べ終えました。正しい記録には数えません\n")
    checkpoints.write(moment)
    left = next(checkpoints.unsigned(office.id, office.slug), None)
    signed = f"検証点はまだ書けません。行 {left.seq} も合いません" if left else "検証点を書きました"
    sys.stdout.write(f"{signed}\n")
    return 0


def _open(office_id: UUID, spans: list[range], record: str) -> list[int]:
    """The numbers of the lines that do not hold and were not looked into.

    Raises:
        Declined: one of the numbers is none of them, or one of the spans has none.
    """
    from madoguchi.ops.accounts import Declined
    from madoguchi.tools.audit import chain, looked_into
    from madoguchi.tools.audit.models import Line

    if not looked_into.RECORD.fullmatch(record):
        raise Declined(
            "--record：報告書の番号だけを、A-Z、a-z、0-9、. _ / - の40文字までで。たとえば 2026-114"
        )
    faults, known = set(chain.faults(office_id)), looked_into.of(office_id)
    for span in spans:
        if len(span) != 1:
            if not any(seq in span for seq in faults - known.keys()):
                raise Declined(
                    f"行 {span.start}-{span.stop - 1}：調べ終えていない合わない行はありません"
                )
            continue
        (seq,) = span
        if seq in known:
            raise Declined(f"行 {seq}：もう調べ終えています。番号は、これからも出ます")
        if not Line.objects.filter(office_id=office_id, seq=seq).exists():
            raise Declined(
                f"行 {seq}：この行はありません。行がないことは、調べ終えたものにできません"
            )
        if seq not in faults:
            raise Declined(f"行 {seq}：合っています。調べることはありません")
    last = max(line.seq for line in chain.newest(office_id, None, 1))
    still = (seq for seq in faults - known.keys() if seq <= last)  # a line that is gone is not here
    return sorted(seq for seq in still if any(seq in span for span in spans))
