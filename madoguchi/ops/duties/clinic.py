"""`madoguchi clinic dates|publish|move|cancel|packs CITY …`: the days of the lawyer's clinic."""

import argparse
import json

from madoguchi.ops import announcing, lacking, start, whose
from madoguchi.ops.clock import now
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.programme.load import programme
from madoguchi.rules.slots import ClinicDay, days

FIRST_YEAR, LAST_YEAR = 1950, 2150
YEARS = "the western year in which it begins: 2026 is 令和8年度"
DECIDED = "as the desk decided since: published, moved, cancelled, added; needs its office"
HELP = "list the clinic's days, publish, move or cancel them, see what lacks (無料相談の日)"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take what to list, the city and the fiscal year."""
    verbs = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    dates = verbs.add_parser("dates", help="the days of a fiscal year")
    dates.add_argument("city", help="the programme's folder name, such as shibukawa")
    dates.add_argument(
        "--fiscal-year", type=year, metavar="YYYY", help=f"{YEARS}; left out: this one"
    )
    dates.add_argument("--decided", action="store_true", help=DECIDED)
    dates.add_argument("--json", action="store_true")
    lacking.arguments(verbs.add_parser("packs", help=lacking.HELP))
    announcing.arguments(verbs, year)


def run(args: argparse.Namespace) -> int:
    """Print the days in order; a computed day that nobody has published is marked.

    They are those of the folder, or as the desk decided since (`--decided`).
    Or what lacks before one of them (`packs`), or what a colleague decides about them.
    """
    if args.what == "packs":
        return lacking.run(args)
    if args.what in announcing.VERBS:
        return announcing.run(args)
    clinic, changes = _decided(args.city) if args.decided else (programme(args.city).clinic, ())
    which = fiscal_year(now().date()) if args.fiscal_year is None else args.fiscal_year
    found = days(clinic, which, changes) if clinic else ()
    names = {each.key: each.name.ja for each in clinic.venue} if clinic else {}
    if args.json:
        said = [_plain(day, names.get(day.venue)) for day in found]
        print(json.dumps(said, ensure_ascii=False))
    else:
        lines = [_line(day, names.get(day.venue, "")) for day in found]
        print("\n".join(lines) or "無料相談の日はありません。")
    return 0


def year(text: str) -> int:
    """A fiscal year for which holidays are known.

    Raises:
        ArgumentTypeError: no such year.
    """
    if len(text) == len("2026") and text.isdecimal() and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    raise argparse.ArgumentTypeError(
        f"{text!r} is no fiscal year from {FIRST_YEAR} to {LAST_YEAR}; write {YEARS}"
    )


def _decided(city: str) -> tuple[Clinic | None, tuple[Change, ...]]:
    start.django("desk")
    from madoguchi.work.clinic.bookings.public import in_force

    offer = in_force(whose.office(city).id, now().date())
    return (offer.clinic, offer.changes) if offer else (None, ())


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
