"""What lacks before a day of the lawyer's (書類の確認): times and ids, nothing that was said."""

import argparse
import json
import sys
from datetime import date

from madoguchi.ops import start, typed, whose
from madoguchi.rules.slots import ClinicDay, coming
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.work.clinic.bookings.public import Offer
from madoguchi.work.clinic.packs.queries import Lack

HELP = "which places of a day lack consent, brief or print; 1 where any does"
WORDS = {"consent": "同意", "brief": "要点", "print": "印刷"}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whose day, and which."""
    parser.add_argument("city", help="the office's programme, such as shibukawa")
    parser.add_argument("--on", required=True, type=typed.day, metavar="DATE", help="2026-12-19")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """Print what lacks of every day on that date, at whichever venue.

    Raises:
        Misconfigured: no such office, or no day of its clinic then.
    """
    start.django("desk")
    from madoguchi.work.clinic.bookings.public import in_force
    from madoguchi.work.clinic.packs.queries import lacks

    office = whose.office(args.city)
    offer = in_force(office.id, args.on)
    found = _days(offer, args.on) if offer else ()
    if not found:
        raise Misconfigured(
            str(args.on), "no day of the lawyer's clinic", "see `madoguchi clinic dates`"
        )
    lacking = [one for day in found for one in lacks(office.id, day) if one.any]
    if args.json:
        sys.stdout.write(json.dumps([_plain(one) for one in lacking]) + "\n")
    else:
        lines = [_line(one) for one in lacking]
        sys.stdout.write("\n".join(lines or ["足りない書類はありません。"]) + "\n")
    return 1 if lacking else 0


def _days(offer: Offer, on: date) -> tuple[ClinicDay, ...]:
    days = coming(offer.clinic, on, offer.changes)
    return tuple(day for day in days if day.on == on)


def _plain(one: Lack) -> dict[str, object]:
    return {
        "starts": f"{one.starts:%H:%M}",
        "booking": str(one.booking_id),
        "lacks": [name for name in WORDS if getattr(one, name)],
    }


def _line(one: Lack) -> str:
    lacks = "・".join(words for name, words in WORDS.items() if getattr(one, name))
    return f"{one.starts:%H:%M}  {one.booking_id}  {lacks}"
