"""What a colleague of the town does at the desk, in a case and around a place with the lawyer."""

import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from uuid import UUID

from madoguchi.ops.town.people import Seat, Step, Story
from madoguchi.ops.town.person import ReceiptNumbers, StoryNotTaken
from madoguchi.ops.town.scene import COMING, OVER, Scene
from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.programme.texts import texts
from madoguchi.rules.steps.case import forbids
from madoguchi.rules.steps.outcome import UNREACHED, Outcome, Result, what_next
from madoguchi.rules.steps.referral import Verb
from madoguchi.tools.office.actor import Actor
from madoguchi.web.desk.phone.sheet import KIND_OF_DOOR, SHEET, WAY_OF_DOOR, build, check_sheet
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import dues, queries
from madoguchi.work.cases.contact import Against
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.clinic.bookings import actions as bookings
from madoguchi.work.clinic.bookings.public import BookingRevision, Place, Rules, Wanted
from madoguchi.work.clinic.briefs import actions as briefs
from madoguchi.work.clinic.briefs.queries import BriefText
from madoguchi.work.clinic.models import Booking
from madoguchi.work.clinic.packs import actions as packs
from madoguchi.work.clinic.sittings import actions as sittings
from madoguchi.work.clinic.waiting import actions as waiting
from madoguchi.work.intake.desk import actions as desk
from madoguchi.work.interviews import actions as interviews
from madoguchi.work.interviews.public import Wanted as WantedInterview
from madoguchi.work.interviews.public import When
from madoguchi.work.notices.public import changes
from madoguchi.work.record import actions as record
from madoguchi.work.record.promises import Ending
from madoguchi.work.referrals import actions as referrals
from madoguchi.work.referrals.public import Summary

type Act = Callable[[datetime], None]
DOORS = ("phone", "counter", "letter")


def come(scene: Scene, story: Story, moment: datetime) -> ReceiptNumbers:
    """Take the person in at the story's door; the receipt that was read to them.

    Raises:
        StoryNotTaken: the sheet finds something missing.
    """
    office, actor = scene.office, scene.staff[story.by]
    filled = check_sheet(SHEET.check(story.answers), moment.date())
    if not filled.ok:
        raise StoryNotTaken(f"{story.at} {filled.errors}")
    new = build(filled, story.door, texts(office.slug))
    where, idempotency_key = AtOffice(office.id), uuid.uuid4().hex
    case_id = desk.take_in(actor, where, office, new, now=moment, idempotency_key=idempotency_key)
    receipt = desk.show_receipt(actor, queries.find(actor, case_id), now=moment)
    if receipt is None:
        raise StoryNotTaken(story.at)
    desk.hand_receipt(actor, queries.find(actor, case_id), handed=True, now=moment)
    return ReceiptNumbers(receipt["number"], receipt["secret"])


def work(scene: Scene, by: str, case_id: UUID, step: Step, moment: datetime) -> None:
    """The account `by` opens the case and does the step.

    Raises:
        ValueError: for a step that no colleague knows.
    """
    actor, again_on = scene.staff[by], scene.past.in_days(moment, step.days)
    queries.open_case(actor, case_id, now=moment)
    case = queries.find(actor, case_id)
    match step.do:
        case "take":
            cases.take(actor, case, now=moment)
        case "answer":
            record.answer(actor, case, step.text, again_on, said=_kept(case), now=moment)
        case "note":
            record.note(actor, case, step.text, now=moment)
        case "log":
            _log(actor, case, step, again_on, moment)
        case "refer":
            _refer(actor, case, step, again_on, moment)
        case "plan":
            cases.plan(actor, case, step.code, again_on, step.text, "working_days", now=moment)
        case "book":
            when = When(again_on, time.fromisoformat(step.code))
            wanted = WantedInterview(note=step.text)
            interviews.book(actor, case, scene.desk, (), when, wanted, now=moment)
        case "close":
            answered = {each.id: Ending("kept") for each in dues.awaited(case)}
            record.close(actor, case, step.code, {**_kept(case), **answered}, now=moment)
        case "safe":
            record.look_at_danger(actor, case, step.text, over=True, now=moment)
        case "reopen":
            record.reopen(actor, case, now=moment)
        case "level":
            cases.set_level(actor, case, step.code, now=moment)
        case "confirm":
            confirm(actor, case, moment)
        case "deny":
            cases.deny(actor, case, scene.staff[step.code].colleague, now=moment)
        case _:
            raise ValueError(step.do)


UNAVOIDABLE = "急ぎのため、係長の了解を得て連絡した。"


def _log(actor: Actor, case: queries.Found, step: Step, again_on: date, moment: datetime) -> None:
    """A call, a visit or a letter, with what came of it."""
    outcome = Outcome(step.code)
    kind = KIND_OF_DOOR[step.way]
    wish = case.contact_rule
    against = Against(wish, UNAVOIDABLE) if forbids(wish, kind, mail=False) else None
    contact = record.Contact(
        kind=kind,
        way=WAY_OF_DOOR[step.way],
        direction="out",
        outcome=outcome,
        text=step.text,
        minutes=step.minutes,
        next_on=again_on if what_next(outcome).asks_for_day else None,
        against=against,
    )
    said = {} if outcome in UNREACHED else _kept(case)
    record.log(actor, case, contact, said=said, now=moment)


def _kept(case: queries.Found) -> dict[UUID, Ending]:
    """Whatever was promised was kept."""
    return {each.id: Ending("kept") for each in dues.promises(case)}


def _refer(actor: Actor, case: queries.Found, step: Step, again_on: date, moment: datetime) -> None:
    """To an agency; where it asks for consent, the person heard what is passed on and agreed."""
    consent, summary = referrals.Consent(step.consent), Summary(told=step.text)
    new = referrals.NewReferral(step.code, consent, again_on, summary)
    made = referrals.refer(actor, case, new, now=moment)
    steps = ((Verb.APPROVE, "aloud"), (Verb.GIVE, "")) if step.consent == "person" else ()
    for verb, how in steps:
        found = queries.find(actor, case.id)
        referrals.move(actor, found, made, referrals.Move(verb, again_on, how), now=moment)


def seat(scene: Scene, own: Seat, case_id: Callable[[], UUID]) -> Iterator[tuple[datetime, Act]]:
    """What happens around one place, each at its moment; nothing where its day was not public.

    `case_id`: known once the person has asked.
    """
    if scene.saturdays is None:
        return
    past, day = scene.past, scene.saturdays.days[own.day]
    moment = past.moment(own.ago, own.at)
    published = past.before_year(fiscal_year(day.on))
    if published is None or published >= moment:
        return
    acts = _SeatActs(scene, own, case_id)
    yield moment, acts.take
    if own.brief:
        yield past.before(day.on, 2, after=moment), acts.prepare
    if own.day == OVER:
        yield past.before(day.on, 1, after=moment), acts.print
    if own.day == OVER and own.came:
        yield past.following(day.on), acts.end


class _SeatActs:
    """What the desk does about one place of one case, act by act."""

    def __init__(self, scene: Scene, own: Seat, case_id: Callable[[], UUID]) -> None:
        self._scene, self._own, self._case_id = scene, own, case_id

    def take(self, at: datetime) -> None:
        """The desk books the place for the person, or puts them on the waiting list."""
        scene, own = self._scene, self._own
        if scene.saturdays is None:
            return
        actor, case = self._opened(at)
        day = scene.saturdays.days[own.day]
        rules = Rules(scene.saturdays.clinic, scene.desk, changes(scene.office.id))
        if not own.number:
            waiting.wait(actor, case, day.ref, rules, now=at)
            return
        wanted = Wanted(own.subject, own.other_party, own.people, names_ok=own.names_ok)
        wished = dues.promises(case).filter(kind="clinic")
        kept = {each.id: Ending("kept") for each in wished}
        bookings.book(actor, case, rules, Place(day.ref, own.number), wanted, said=kept, now=at)

    def prepare(self, at: datetime) -> None:
        """The person agreed on the telephone, and the brief is written."""
        actor, case = self._opened(at)
        brief = BriefText(
            agreed=True,
            how="phone",
            on=at.date(),
            names=self._own.names_ok,
            happened=self._own.brief,
            asks=self._own.subject,
        )
        briefs.write(actor, case, self._seen(case).id, brief, 0, now=at)

    def print(self, at: datetime) -> None:
        """What lies in the lawyer's envelope is printed."""
        actor, case = self._opened(at)
        if self._scene.saturdays:
            day = self._scene.saturdays.days[self._own.day]
            packs.print_pack(actor, case, self._seen(case).id, day, now=at)

    def end(self, at: datetime) -> None:
        """The lawyer's sheet is typed in on the next working day."""
        own = self._own
        actor, case = self._opened(at)
        results = tuple(map(Result, own.results))
        outcome = sittings.Consultation(own.came, results, own.note, own.told)
        sittings.write(actor, case, self._seen(case), outcome, now=at)

    def _opened(self, at: datetime) -> tuple[Actor, queries.Found]:
        actor, case_id = self._scene.staff[self._own.by], self._case_id()
        queries.open_case(actor, case_id, now=at)
        return actor, queries.find(actor, case_id)

    def _seen(self, case: queries.Found) -> BookingRevision:
        row = Booking.of(case.office_id).only("id", "revision").get(case_id=case.id)
        return BookingRevision(row.id, row.revision)


def confirm(actor: Actor, case: queries.Found, at: datetime) -> None:
    """The desk confirms what the person of the case asked for."""
    row = Booking.of(case.office_id).only("id", "revision").get(case_id=case.id)
    bookings.confirm(actor, case, BookingRevision(row.id, row.revision), now=at)


def keep(scene: Scene, at: datetime) -> None:
    """The desk keeps the last slot of the coming day free (使わない枠)."""
    found = scene.saturdays
    if found is None:
        return
    actor = scene.colleague("supervisor")
    day, where = found.days[COMING], AtOffice(scene.office.id)
    place = Place(day.ref, day.slots[-1].number)
    rules = Rules(found.clinic, scene.desk, changes(scene.office.id))
    sittings.keep(actor, where, rules, place, now=at)
