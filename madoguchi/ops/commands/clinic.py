"""`madoguchi clinic dates|publish|move|cancel|packs CITY …`: the days of the lawyer's clinic."""

import argparse
import json

from madoguchi.ops import start, terminal
from madoguchi.ops.start import now
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.koyomi.hours import spans_from_text
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.load import programme
from madoguchi.rules.slots import ClinicDay, days

DECIDED = "窓口で決めたこと（公開、移動、中止、追加）を入れて。窓口の登録が要ります"
DAY = "日の名前：はじめに知らせた日付。たとえば 2026-12-19（ほかの会場は 2026-12-19_kita）"
LACKS = "同意、まとめ、印刷のどれかが足りない枠を調べる。あれば終了コード 1"
HELP = "無料相談の日を一覧にする、公開・移動・中止する、足りないものを調べる"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to list, the city and the fiscal year."""
    verbs = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    dates = verbs.add_parser("dates", help="年度の開催日を一覧にする")
    dates.add_argument("city", help="制度のフォルダーの名前。たとえば shibukawa")
    terminal.fiscal_year(dates)
    dates.add_argument("--decided", action="store_true", help=DECIDED)
    terminal.json_wished(dates)
    packs = verbs.add_parser("packs", help=LACKS)
    terminal.office(packs, "city")
    packs.add_argument(
        "--on",
        required=True,
        type=terminal.day,
        metavar="DATE",
        help="調べる日。たとえば 2026-12-19",
    )
    terminal.json_wished(packs)
    _decision_verbs(verbs)


def _decision_verbs(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Which city, which year or day, and the words for the public where others are wanted."""
    publish = verbs.add_parser("publish", help="年度の開催日の公開を、申し出る")
    terminal.office(publish, "city")
    terminal.fiscal_year(publish, required=True)
    publish.add_argument(
        "--venue", default="", metavar="KEY", help="会場の記号。書かなければ、おもな会場"
    )
    flags = {
        "--hold": "祝日や年末年始でも開く日。何度でも書けます",
        "--without": "開かない日。何度でも書けます",
    }
    for flag, what in flags.items():
        publish.add_argument(
            flag, action="append", default=[], type=terminal.day, metavar="DATE", help=what
        )
    move = verbs.add_parser(
        "move", help="公開した日の移動を、申し出る。予約した人の枠はそのままです"
    )
    terminal.office(move, "city")
    move.add_argument("--day", required=True, help=DAY)
    move.add_argument("--to", required=True, type=terminal.day, metavar="DATE", help="移す先の日")
    move.add_argument("--hold", action="store_true", help="祝日や年末年始でも移す")
    move.add_argument(
        "--hours",
        default="",
        type=_hours,
        help="時間。たとえば 13:00-16:00。書かなければ、いつもの時間",
    )
    cancel = verbs.add_parser("cancel", help="公開した日の中止を、申し出る")
    terminal.office(cancel, "city")
    cancel.add_argument("--day", required=True, help=DAY)
    confirm = verbs.add_parser(
        "confirm", help="2人目として、待っている中でいちばん古い申し出を確かめる"
    )
    terminal.office(confirm, "city")
    for each in (publish, move, cancel):
        each.add_argument("--title", help="お知らせの題。書かなければ、職員の画面と同じ文")
        each.add_argument("--body", help="お知らせの文。書かなければ、職員の画面と同じ文")


def _hours(text: str) -> str:
    """The hours of one day; nothing for the standing ones.

    Raises:
        ArgumentTypeError: they cannot be read.
    """
    try:
        if text:
            spans_from_text(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None
    return text


def run(args: argparse.Namespace) -> int:
    """Print the days in order; a computed day that nobody has published is marked.

    They are those of the folder, or as the desk decided since (`--decided`).
    Or the papers missing before one of them (`packs`), or an act of a colleague about them.
    """
    changes: tuple[Change, ...] = ()
    if args.what == "dates" and not args.decided:
        clinic = programme(args.city).clinic
    else:
        start.django("desk")
        from madoguchi.ops import clinic_days

        if args.what == "packs":
            return clinic_days.packs(args)
        if args.what != "dates":
            return clinic_days.decide(args)
        clinic, changes = clinic_days.decided(args.city, now().date())
    which = fiscal_year(now().date()) if args.fiscal_year is None else args.fiscal_year
    found = days(clinic, which, changes) if clinic else ()
    names = {each.key: each.name.ja for each in clinic.venue} if clinic else {}
    if args.json:
        data = [_plain(day, names.get(day.venue)) for day in found]
        print(json.dumps(data, ensure_ascii=False))
    else:
        lines = [_line(day, names.get(day.venue, "")) for day in found]
        print("\n".join(lines) or "無料相談の日はありません。")
    return 0


def _plain(day: ClinicDay, venue_name: str | None) -> dict[str, object]:
    """Every day has every key; null where there is nothing to say."""
    return {
        "on": day.on.isoformat(),
        "slots": [{"starts": f"{s.starts:%H:%M}", "ends": f"{s.ends:%H:%M}"} for s in day.slots],
        "venue": day.venue or None,
        "venue_name": venue_name,
        "published": day.published,
        "holiday": day.holiday,
        "at_year_end": day.at_year_end,
        "moved_from": day.moved_from and day.moved_from.isoformat(),
        "cancelled": day.cancelled,
    }


def _line(day: ClinicDay, venue: str) -> str:
    marks = [
        venue,
        "" if day.published else "未公表",
        f"{day.moved_from}から変更" if day.moved_from else "",
        "中止" if day.cancelled else "",
        day.holiday or "",
        "年末年始" if day.at_year_end else "",
    ]
    starts = " ".join(f"{slot.starts:%H:%M}" for slot in day.slots)
    return f"{day.on}  {starts}  {'・'.join(filter(None, marks))}".rstrip()
