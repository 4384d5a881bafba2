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

DECIDED = "as the desk decided since: published, moved, cancelled, added; needs its office"
DAY = "the day's name: the date first announced, such as 2026-12-19 (2026-12-19_kita elsewhere)"
LACKS = "which places of a day lack consent, brief or print; 1 where any does"
HELP = "list the clinic's days, publish, move or cancel them, see what lacks (無料相談の日)"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to list, the city and the fiscal year."""
    verbs = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    dates = verbs.add_parser("dates", help="the days of a fiscal year")
    dates.add_argument("city", help="the programme's folder name, such as shibukawa")
    dates.add_argument(
        "--fiscal-year",
        type=terminal.year,
        metavar="YYYY",
        help=f"{terminal.YEARS}; left out: this one",
    )
    dates.add_argument("--decided", action="store_true", help=DECIDED)
    dates.add_argument("--json", action="store_true")
    packs = verbs.add_parser("packs", help=LACKS)
    packs.add_argument("city", help="the office's programme, such as shibukawa")
    packs.add_argument("--on", required=True, type=terminal.day, metavar="DATE", help="2026-12-19")
    packs.add_argument("--json", action="store_true")
    _decision_verbs(verbs)


def _decision_verbs(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Which city, which year or day, and the words for the public where others are wanted."""
    publish = verbs.add_parser("publish", help="make the days of a fiscal year public")
    publish.add_argument("city")
    publish.add_argument("--fiscal-year", required=True, type=terminal.year, metavar="YYYY")
    publish.add_argument("--venue", default="", metavar="KEY", help="left out: the main one")
    flags = {
        "--hold": "a day on a holiday or about New Year that is held all the same; may be repeated",
        "--without": "a day that is left out; may be repeated",
    }
    for flag, what in flags.items():
        publish.add_argument(
            flag, action="append", default=[], type=terminal.day, metavar="DATE", help=what
        )
    move = verbs.add_parser("move", help="move a public day; who has booked keeps the place")
    move.add_argument("city")
    move.add_argument("--day", required=True, help=DAY)
    move.add_argument("--to", required=True, type=terminal.day, metavar="DATE")
    move.add_argument(
        "--hold", action="store_true", help="also where that is a holiday or about New Year"
    )
    move.add_argument("--hours", default="", type=_hours, help="such as 13:00-16:00")
    cancel = verbs.add_parser("cancel", help="cancel a public day")
    cancel.add_argument("city")
    cancel.add_argument("--day", required=True, help=DAY)
    for each in (publish, move, cancel):
        each.add_argument("--title", help="of the notice; as the desk's page begins it")
        each.add_argument("--body")


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
