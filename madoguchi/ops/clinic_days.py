"""The clinic's days from the command line: papers that are missing, and acts of a colleague.

Publishing, moving and cancelling (公表・移動・中止) are proposed as at the desk, with the same
rights and words: whoever types gives their own user name and password, and is named in the audit
line. A second confirms, here or at the desk.
Missing papers (書類の確認) are printed as times and ids, never content.
"""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from madoguchi.ops import accounts, prepare
from madoguchi.rules.decision import Refused
from madoguchi.rules.programme.changes import Change
from madoguchi.rules.programme.clinic import Clinic
from madoguchi.rules.slots import coming, days
from madoguchi.rules.slots import day as day_of
from madoguchi.rules.steps.proposal import OF_CLINIC
from madoguchi.rules.validity import InForce
from madoguchi.tools.misconfigured import Misconfigured
from madoguchi.tools.office.actor import Actor
from madoguchi.web.desk.clinic.wording import of_day, of_year
from madoguchi.web.kit import arrival
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic import actions, decisions
from madoguchi.work.clinic.bookings.public import in_force
from madoguchi.work.clinic.packs.queries import missing
from madoguchi.work.notices import proposals

type Handler = Callable[[Actor, argparse.Namespace, Clinic, InForce, AtOffice, datetime], UUID]

VERBS = {
    "publish": "clinic.publish",
    "move": "clinic.move_day",
    "cancel": "clinic.cancel_day",
    "confirm": "clinic.confirm_day",
}
WORDS = {"consent": "同意", "brief": "要点", "print": "印刷"}


def decided(city: str, on: date) -> tuple[Clinic | None, tuple[Change, ...]]:
    """The clinic of that day, and what the desk has decided about its days."""
    offer = in_force(prepare.existing_office(city).id, on)
    return (offer.clinic, offer.changes) if offer else (None, ())


def decide(args: argparse.Namespace) -> int:
    """0 when it is proposed; 1 with the reasons when it was refused.

    Raises:
        Misconfigured: no such office, or it has no clinic.
    """
    office = prepare.existing_office(args.city)
    at, moment = AtOffice(office.id), arrival.now()
    here = decisions.current_rules(at, moment)
    if here.programme.clinic is None:
        raise Misconfigured(args.city, "clinic.toml がありません", "docs/adding/city.md")
    try:
        row = accounts.signed(office, VERBS[args.what], moment)
        actor = Actor(office.id, row.role, row.id)
        HANDLERS[args.what](actor, args, here.programme.clinic, here, at, moment)
    except accounts.Declined as declined:
        sys.stderr.write(f"{declined}\n")
        return 1
    except Refused as refused:
        for reason in refused.reasons:
            words = here.texts.get(f"ground.{reason.code}", "ja", **reason.values)
            sys.stderr.write(f"{words.words}\n")
        return 1
    if args.what != "confirm":
        sys.stdout.write(
            "提案しました。もう1人が職員の画面の /signing/ で確かめると、公表されます。\n"
        )
    return 0


def _publish(
    actor: Actor,
    args: argparse.Namespace,
    clinic: Clinic,
    here: InForce,
    at: AtOffice,
    now: datetime,
) -> UUID:
    venues = [each.key for each in clinic.venue]
    if args.venue and args.venue not in venues:
        raise accounts.Declined(
            f"「{args.venue}」という会場はありません。いまあるのは {'・'.join(venues)} です。"
        )
    found = [day for day in days(clinic, args.fiscal_year, here.changes) if day.venue == args.venue]
    if found and all(day.published for day in found):
        raise Refused("setting.clinic_published")
    if unknown := sorted({*args.hold, *args.without} - {day.on for day in found}):
        days_of = "、".join(map(str, unknown))
        raise accounts.Declined(
            f"{days_of} は、相談の日ではありません。`madoguchi clinic dates` で見られます。"
        )
    decided = {*args.hold, *args.without}
    drafts = [day for day in found if decisions.flagged(day) and not day.published]
    if undecided := [day for day in drafts if day.on not in decided]:
        lines = (
            f"  {day.on}（{day.holiday or '年末年始'}）  --hold {day.on} か --without {day.on}"
            for day in undecided
        )
        question = here.texts.get("ground.clinic_day.look", "ja").words
        raise accounts.Declined("\n".join([question, *lines]))
    kept = [day for day in found if day.on not in args.without]
    dates = tuple(day.on for day in kept)
    plan = decisions.Year(
        args.fiscal_year, dates, args.venue, looked=args.hold, without=args.without
    )
    title, body = of_year(here.texts, args.fiscal_year, kept, here.today)
    return actions.publish(actor, at, plan, _notice(args, title, body), now=now)


def _move(
    actor: Actor,
    args: argparse.Namespace,
    clinic: Clinic,
    here: InForce,
    at: AtOffice,
    now: datetime,
) -> UUID:
    change = decisions.moving(here, at, args.day, args.to, args.hours, now)
    was = day_of(clinic, args.day, here.changes)
    new = decisions.after(here, args.day, change)
    if new and decisions.flagged(new) and not args.hold:
        raise accounts.Declined(
            f"{new.on} は{new.holiday or '年末年始'}です。それでも行うときは --hold を付けます。"
        )
    title, body = of_day(here.texts, clinic, "move", was, new) if was and new else ("", "")
    return actions.move(
        actor, at, args.day, args.to, args.hours, _notice(args, title, body), now=now
    )


def _cancel(
    actor: Actor,
    args: argparse.Namespace,
    clinic: Clinic,
    here: InForce,
    at: AtOffice,
    now: datetime,
) -> UUID:
    was = day_of(clinic, args.day, here.changes)
    title, body = of_day(here.texts, clinic, "cancel", was, was) if was else ("", "")
    return actions.cancel_day(actor, at, args.day, _notice(args, title, body), now=now)


def _confirm(
    actor: Actor,
    args: argparse.Namespace,  # noqa: ARG001 - as the others
    clinic: Clinic,  # noqa: ARG001
    here: InForce,  # noqa: ARG001
    at: AtOffice,
    now: datetime,
) -> UUID:
    """The oldest of what waits: each is looked at before the next."""
    found = [
        card for card in proposals.of_kinds(at.office_id, *OF_CLINIC) if card.outcome == "open"
    ]
    if not found:
        raise accounts.Declined("確かめを待っている日程はありません。")
    card = found[-1]
    made = actions.confirm(actor, at, card.id, now=now)
    sys.stdout.write(f"公表しました：{card.title}\n")
    if card.about:
        sys.stdout.write(f"予約した人への連絡：職員の画面の /clinic/on/{card.about}/told/\n")
    return made


HANDLERS: dict[str, Handler] = {
    "publish": _publish,
    "move": _move,
    "cancel": _cancel,
    "confirm": _confirm,
}


def _notice(args: argparse.Namespace, title: str, body: str) -> actions.Announcement:
    return actions.Announcement(args.title or title, body if args.body is None else args.body)


def packs(args: argparse.Namespace) -> int:
    """Print the papers missing for every day on that date, at any venue; 1 if there are any.

    Raises:
        Misconfigured: no such office, or no day of its clinic then.
    """
    office = prepare.existing_office(args.city)
    offer = in_force(office.id, args.on)
    ahead = coming(offer.clinic, args.on, offer.changes) if offer else ()
    found = [day for day in ahead if day.on == args.on]
    if not found:
        raise Misconfigured(
            str(args.on), "法律相談の日ではありません", "madoguchi clinic dates で見られます"
        )
    incomplete = [each for day in found for each in missing(office.id, day) if each.any]
    lacks = [[name for name in WORDS if getattr(each, name)] for each in incomplete]
    rows = [
        (f"{each.starts:%H:%M}", str(each.booking_id), names)
        for each, names in zip(incomplete, lacks, strict=True)
    ]
    if args.json:
        data = [dict(zip(("starts", "booking", "lacks"), row, strict=True)) for row in rows]
        sys.stdout.write(json.dumps(data) + "\n")
    else:
        lines = [
            f"{starts}  {booking}  {'・'.join(WORDS[name] for name in names)}"
            for starts, booking, names in rows
        ]
        sys.stdout.write("\n".join(lines or ["足りない書類はありません。"]) + "\n")
    return 1 if incomplete else 0
