"""The clinic's days from the command line (日程の公表・移動・中止), signed for by a colleague.

The same acts as at the desk, with the same rights and words: whoever types gives their own user
name and password, and stands in the audit line. Nobody decides without a name.
"""

import argparse
import sys
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from madoguchi.ops import start, typed, whose
from madoguchi.rules.clinic_year import ClinicDay
from madoguchi.rules.decision import Refused
from madoguchi.rules.koyomi.hours import spans_from_text
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.slots import day as day_of
from madoguchi.rules.slots import days
from madoguchi.rules.sound import Standing
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic.actions import Said

type Deed = Callable[[Actor, argparse.Namespace, Clinic, Standing, AtOffice, datetime], UUID]


DAY = "the day's name: the date first announced, such as 2026-12-19 (2026-12-19_kita elsewhere)"
PUBLISH, MOVE, CANCEL = "publish", "move", "cancel"
VERBS = {PUBLISH: "clinic.publish", MOVE: "clinic.move_day", CANCEL: "clinic.cancel_day"}


def arguments(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", year: Callable[[str], int]
) -> None:
    """Which city, which year or day, and the words for the public where others are wanted."""
    publish = verbs.add_parser(PUBLISH, help="make the days of a fiscal year public")
    publish.add_argument("city")
    publish.add_argument("--fiscal-year", required=True, type=year, metavar="YYYY")
    publish.add_argument("--venue", default="", metavar="KEY", help="left out: the main one")
    flags = {
        "--hold": "a day on a holiday or about New Year that is held all the same; may be repeated",
        "--without": "a day that is left out; may be repeated",
    }
    for flag, what in flags.items():
        publish.add_argument(
            flag, action="append", default=[], type=typed.day, metavar="DATE", help=what
        )
    move = verbs.add_parser(MOVE, help="move a public day; who has booked keeps the place")
    move.add_argument("city")
    move.add_argument("--day", required=True, help=DAY)
    move.add_argument("--to", required=True, type=typed.day, metavar="DATE")
    move.add_argument(
        "--hold", action="store_true", help="also where that is a holiday or about New Year"
    )
    move.add_argument("--hours", default="", type=_hours, help="such as 13:00-16:00")
    cancel = verbs.add_parser(CANCEL, help="cancel a public day")
    cancel.add_argument("city")
    cancel.add_argument("--day", required=True, help=DAY)
    for each in (publish, move, cancel):
        each.add_argument("--title", help="of the notice; as the desk's page begins it")
        each.add_argument("--body")


def run(args: argparse.Namespace) -> int:
    """0 when it is decided and public; 1 with the reasons when it was refused.

    Raises:
        Misconfigured: no such office, or it has no clinic.
    """
    start.django("desk")
    from madoguchi.ops.duties.staff import Declined, signed
    from madoguchi.tools.office.actor import Actor
    from madoguchi.web.kit.arrival import now
    from madoguchi.work.cases.public import AtOffice
    from madoguchi.work.clinic.decisions import standing

    office = whose.office(args.city)
    at, moment = AtOffice(office.id), now()
    here = standing(at, moment)
    if here.programme.clinic is None:
        raise Misconfigured(args.city, "has no clinic.toml", "see docs/adding/city.md")
    try:
        row = signed(office, VERBS[args.what], moment)
        actor = Actor(office.id, row.role, row.id)
        DEEDS[args.what](actor, args, here.programme.clinic, here, at, moment)
    except Declined as reason:
        sys.stderr.write(f"{reason}\n")
        return 1
    except Refused as refused:
        for ground in refused.grounds:
            words = here.texts.get(f"ground.{ground.code}", "ja", **ground.values)
            sys.stderr.write(f"{words.words}\n")
        return 1
    sys.stdout.write("公表しました。" + ("" if args.what == PUBLISH else _then(args.day)) + "\n")
    return 0


def _publish(
    actor: Actor,
    args: argparse.Namespace,
    clinic: Clinic,
    here: Standing,
    at: AtOffice,
    now: datetime,
) -> UUID:
    from madoguchi.ops.duties.staff import Declined
    from madoguchi.web.desk.clinic.wording import of_year
    from madoguchi.work.clinic import actions
    from madoguchi.work.clinic.decisions import Year, flagged

    venues = [each.key for each in clinic.venue]
    if args.venue and args.venue not in venues:
        raise Declined(
            f"「{args.venue}」という会場はありません。いまあるのは {'・'.join(venues)} です。"
        )
    found = [day for day in days(clinic, args.fiscal_year, here.changes) if day.venue == args.venue]
    if found and all(day.published for day in found):
        raise Refused("setting.clinic_published")
    if unknown := sorted({*args.hold, *args.without} - {day.on for day in found}):
        told = "、".join(map(str, unknown))
        raise Declined(
            f"{told} は、相談の日ではありません。`madoguchi clinic dates` で見られます。"
        )
    decided = {*args.hold, *args.without}
    drafts = [day for day in found if flagged(day) and not day.published]
    if undecided := [day for day in drafts if day.on not in decided]:
        raise Declined(_to_choose(here, undecided))
    kept = [day for day in found if day.on not in args.without]
    dates = tuple(day.on for day in kept)
    plan = Year(args.fiscal_year, dates, args.venue, looked=args.hold, without=args.without)
    title, body = of_year(here.texts, args.fiscal_year, kept, here.today)
    return actions.publish(actor, at, plan, _said(args, title, body), now=now)


def _to_choose(here: Standing, days: list[ClinicDay]) -> str:
    """What the desk's page asks, and what is to be typed for each of the days."""
    lines = (
        f"  {day.on}（{day.holiday or '年末年始'}）  --hold {day.on} か --without {day.on}"
        for day in days
    )
    return "\n".join([here.texts.get("ground.clinic_day.look", "ja").words, *lines])


def _move(
    actor: Actor,
    args: argparse.Namespace,
    clinic: Clinic,
    here: Standing,
    at: AtOffice,
    now: datetime,
) -> UUID:
    from madoguchi.ops.duties.staff import Declined
    from madoguchi.web.desk.clinic.wording import of_day
    from madoguchi.work.clinic import actions, decisions

    change = decisions.moving(here, at, args.day, args.to, args.hours, now)
    was = day_of(clinic, args.day, here.changes)
    new = decisions.after(here, args.day, change)
    if new and decisions.flagged(new) and not args.hold:
        raise Declined(
            f"{new.on} は{new.holiday or '年末年始'}です。それでも行うときは --hold を付けます。"
        )
    title, body = of_day(here.texts, clinic, "move", was, new) if was and new else ("", "")
    return actions.move(actor, at, args.day, args.to, args.hours, _said(args, title, body), now=now)


def _cancel(
    actor: Actor,
    args: argparse.Namespace,
    clinic: Clinic,
    here: Standing,
    at: AtOffice,
    now: datetime,
) -> UUID:
    from madoguchi.web.desk.clinic.wording import of_day
    from madoguchi.work.clinic import actions

    was = day_of(clinic, args.day, here.changes)
    title, body = of_day(here.texts, clinic, "cancel", was, was) if was else ("", "")
    return actions.cancel_day(actor, at, args.day, _said(args, title, body), now=now)


DEEDS: dict[str, Deed] = {PUBLISH: _publish, MOVE: _move, CANCEL: _cancel}


def _said(args: argparse.Namespace, title: str, body: str) -> Said:
    from madoguchi.work.clinic.actions import Said

    return Said(args.title or title, body if args.body is None else args.body)


def _then(ref: str) -> str:
    """Where those who have booked are told."""
    return f" 予約した人への連絡：職員の画面の /clinic/on/{ref}/told/"


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
