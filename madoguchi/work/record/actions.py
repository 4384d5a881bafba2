"""What staff do that leaves an entry: answer, log a contact, note, close, reopen, correct."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet

from madoguchi.rules.decision import Reason, Refused
from madoguchi.rules.opening import working_day
from madoguchi.rules.steps.case import CLOSING_REASONS, NO_CONTACT, State, Verb
from madoguchi.rules.steps.outcome import UNREACHED, Next, Outcome, Turn, what_next
from madoguchi.tools.act.action import action, allowed, together
from madoguchi.tools.mail import outbox
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import by_id
from madoguchi.tools.vault import unseal
from madoguchi.tools.vault.cipher import Tampered, Unreadable
from madoguchi.tools.vault.seal import STAFF, Drawer
from madoguchi.work.cases import actions as cases
from madoguchi.work.cases import contact as contacts
from madoguchi.work.cases import danger, dues
from madoguchi.work.cases.contact import Against
from madoguchi.work.cases.models import Case, Due
from madoguchi.work.cases.public import OF_PERSON, Wishes, about, has_number
from madoguchi.work.notices.public import changes, in_force
from madoguchi.work.record import promises, public
from madoguchi.work.record.models import Entry
from madoguchi.work.record.promises import NOTHING_SAID, Ending, Said

MOST = 20_000
MOST_MINUTES = 24 * 60
type Kind = Literal["call", "interview", "letter", "received"]
type Way = Literal["web", "phone", "counter", "mail", "letter", "fax"]
type Direction = Literal["in", "out"]
CALLS = ("call", "clinic_call")
ENCLOSED = ("received", "note")  # kinds of entries as which a mail is added
CORRECTABLE = ("call", "interview", "letter", "note", "sent")  # what staff wrote


@dataclass(frozen=True)
class Contact:
    """One contact (やりとり) as staff write it down, in the staff drawer.

    `direction`: `in` from the person, `out` to them. `next_on`: the day that the officer chose,
    None for the outcome's own number of working days. `due`: the kind of the next action, empty for
    the outcome's own. `why`: what it is about.
    `happened_at`: when it was, if it is written down later. `against`: why the desk reached out
    though the person's wish forbids it. `details`: the story by field, as in
    `intake.public`.
    """

    kind: Kind
    way: Way
    direction: Direction
    outcome: Outcome
    text: str = field(default="", repr=False)
    minutes: int = 0
    next_on: date | None = None
    due: str = ""
    why: str = field(default="", repr=False)
    happened_at: datetime | None = None
    against: Against | None = None
    details: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def require_complete(self, today: date) -> None:
        """Raise Refused unless the contact is complete.

        Raises:
            Refused: too long, no such time spent, or no day ahead where the outcome needs one.
        """
        _require_fits(self.text)
        _minutes(self.minutes)
        if self.next_on is None and what_next(self.outcome).asks_for_day:
            raise Refused(Reason("outcome.day"))
        if self.next_on is not None and self.next_on < today:
            raise Refused(Reason("due.past"))

    @property
    def talked(self) -> bool:
        """Whether the person was spoken with, and not put off to another call."""
        put_off = self.outcome in (*UNREACHED, Outcome.CALL_BACK)
        return self.kind in ("call", "interview") and not put_off

    def words(self) -> dict[str, Any]:
        """The form in which it is sealed."""
        own = {name: getattr(self, name) for name in ("way", "direction", "text", "minutes")}
        later = {"happened_at": self.happened_at.isoformat()} if self.happened_at else {}
        against = {"against": self.against.why} if self.against else {}
        return {**self.details, **own, "outcome": self.outcome.value, **later, **against}


def _minutes(spent: int) -> int:
    if not 0 <= spent <= MOST_MINUTES:
        raise Refused(Reason("minutes.range"))
    return spent


def _checked(text: str) -> str:
    if not text.strip():
        raise Refused(Reason("text.empty"))
    _require_fits(text)
    return text


def _require_fits(text: str) -> None:
    if len(text) > MOST:
        raise Refused(Reason("text.long", values={"most": MOST, "length": len(text)}))


@action("case.answer")
def answer(
    actor: Actor,
    case: Case,
    text: str,
    follow_up_on: date,
    *,
    said: Said = NOTHING_SAID,
    now: datetime,
) -> UUID:
    """Write to the person; the case waits for them, with a due on the day `follow_up_on`.

    Who has no number for their page and takes no words by mail cannot read it: no mail is sent, and
    what they wait for stands.
    """
    cases.hold(case)
    shared, staff = unseal.drawers(case.office_id, case.id)
    promises.end(actor, case, (shared, staff), said, now)
    words = {"text": _checked(text)}
    wish, known = contacts.newest(case, shared).wishes, about(shared)
    address, readable = known.get("email"), has_number(case.channel, known)
    if wish and wish.mail and address:
        if wish.mail_takes_words:
            words["mail"], readable = "words", True
        elif readable:
            words["mail"] = "notice"
    entry = public.write(shared, "sent", words, staff_id=actor.staff_id, now=now)
    cases.step(case, Verb.ANSWER, now)
    if readable:
        dues.pass_on(case, dues.TURN, now)
        outbox.queue(case.office_id, case.id, "answered", now=now)
    else:
        cases.step(case, Verb.PROCEED, now)
    due = Due(
        office_id=case.office_id,
        case_id=case.id,
        kind="follow_up",
        on=follow_up_on,
        how="working_days",
    )
    cases.plan_next(case, due, now)
    return entry.id


@action("case.log")
def log(
    actor: Actor, case: Case, contact: Contact, *, said: Said = NOTHING_SAID, now: datetime
) -> UUID:
    """Write down a contact; its outcome moves the case and sets its next due.

    A closed case opens again, unless the outcome itself closes it. Where the outcome closes the
    case and the actor may not, its counsellor gets a due for the next working day.

    Raises:
        Refused: incomplete, a promise is open or danger is not reviewed that the outcome would
            end, or the person's newest wish forbids such a contact and it is not said why it was
            made all the same.
    """
    contact.require_complete(now.date())
    cases.hold(case)
    shared, staff = unseal.drawers(case.office_id, case.id)
    if contact.direction == "out":
        contacts.require(case, shared, contact.kind, contact.against)
    entry = public.write(staff, contact.kind, contact.words(), staff_id=actor.staff_id, now=now)
    _apply_outcome(actor, case, (shared, staff), contact, said, now)
    return entry.id


def _apply_outcome(
    actor: Actor,
    case: Case,
    drawers: tuple[Drawer, Drawer],
    contact: Contact,
    said: Said,
    now: datetime,
) -> None:
    then, (shared, staff) = what_next(contact.outcome), drawers
    if then.closes and case.state == State.CLOSED:
        return
    awaited = {row.id: row for row in dues.awaited(case) if row.id not in said}
    if contact.talked:
        said = {**said, **dict.fromkeys(awaited, Ending("kept"))}
    if then.closes:
        promises.end(actor, case, (shared, staff), said, now)
    if then.closes and case.state != State.RECEIVED and allowed(actor, "case.close", case):
        close(actor, case, then.closing, now=now)
        return
    if then.closes:
        then, said = Next(Turn.DESK, "close", 1), NOTHING_SAID
    on, how = contact.next_on, "chosen"
    if on is None:
        desk = in_force(by_id(case.office_id), now.date()).desk
        on = working_day(desk, now.date(), then.days or 1, changes(case.office_id))
        how = "working_days"
    wish = contacts.newest(case, shared)
    tried = contact.outcome is Outcome.CALL_BACK
    if contact.outcome in UNREACHED:
        tried = contact.kind == "call" and contact.direction == "out" and not wish.forbids("call")
        if tried:
            said = _replace_retry(case, said, now)
            how = how if contact.next_on else dues.RETRY
        said = _call_again(case, said, on, now, tried=tried, against=contact.against)
    if tried:  # the answer that the person waits for is given at the next call
        later = {one for one, row in awaited.items() if row.on < on}
        said = {**said, **dict.fromkeys(later, Ending("moved", on))}
    promises.end(actor, case, (shared, staff), said, now)
    due_kind = contact.due or then.due
    perhaps_out = due_kind == dues.NO_WAY_NAMED and wish.rule == NO_CONTACT
    kind = due_kind
    if perhaps_out or wish.forbids(due_kind):
        known = about(shared)
        number = has_number(case.channel, known)
        kind = wish.otherwise(number=number, phone=bool(known.get("phone")))
    if kind == "call" and not contact.why and _calls(case).filter(on=on).exists():
        dues.pass_on(case, dues.LOOKS, now)
        dues.show(case, kind, now)
    else:
        due = Due(office_id=case.office_id, case_id=case.id, kind=kind, on=on, how=how)
        if contact.why:
            due.why = staff.seal("due", due.id, contact.why)
        cases.plan_next(case, due, now)
    desks = then.turn is Turn.DESK or dues.awaited(case).exists()
    cases.step(case, Verb.PROCEED if desks else Verb.AWAIT, now)


def _calls(case: Case) -> QuerySet[Due]:
    return dues.waiting(case).filter(kind__in=CALLS).order_by("on", "id")


def calls_made(case: Case) -> dict[UUID, Ending]:
    """The calls that a try without an answer, or 「かけ直す」, set: whoever answers ends them.

    A call that says why, or whose day somebody chose, stands.
    """
    by_itself = _calls(case).filter(how__in=(dues.RETRY, "working_days"), why=b"")
    return {due_id: Ending("kept") for due_id in by_itself.values_list("id", flat=True)}


def _replace_retry(case: Case, said: Said, now: datetime) -> Said:
    """End the call that an earlier try without an answer set: what follows takes its place.

    A call that says why, or whose day somebody promised or chose, stands. What was said of it.
    """
    retries = _calls(case).filter(how=dues.RETRY, why=b"")
    replaced = set(retries.values_list("id", flat=True))
    retries.update(done_at=now)
    return {one: each for one, each in said.items() if one not in replaced}


def _call_again(
    case: Case, said: Said, on: date, now: datetime, *, tried: bool, against: Against | None
) -> Said:
    """What was said of the promises, where nobody was reached: one to call moves to this day.

    It is the one said to be kept, or else, of a call that was `tried`, the earliest if it is due
    and nothing was said of it. All others stand.

    Raises:
        Refused: several were said to be kept.
    """
    calls = list(_calls(case))
    meant = [row for row in calls if row.id in said and said[row.id].how == "kept"]
    if len(meant) > 1:
        raise Refused(Reason("promise.unreached"))
    if tried and not meant:
        meant = [row for row in calls[:1] if row.on <= now.date() and row.id not in said]
    said = {row.id: Ending("kept") for row in meant} | dict(said)
    why: dict[str, Any] = {"why": against.why, "rule": against.rule} if against else {}
    to = {"how": "moved", "to": on, **why}
    moved = {row.id: replace(said[row.id], **to) for row in meant if row.on != on}
    return {one: each for one, each in said.items() if one not in {row.id for row in meant}} | moved


@action("case.plan")
def plan_against(
    actor: Actor,
    case: Case,
    kind: str,
    on: date,
    why: str,
    how: str,
    against: Against,
    *,
    now: datetime,
) -> UUID:
    """Plan what the person's wish forbids; why stands in the record."""
    planned = cases.plan(actor, case, kind, on, why, how, against=against, now=now)
    _, staff = unseal.drawers(case.office_id, case.id)
    words = {"due": kind, "on": on.isoformat(), "how": "against", "text": against.why}
    public.write(staff, promises.KIND, words, staff_id=actor.staff_id, now=now)
    return planned


@action("case.plan")
def settle(actor: Actor, case: Case, said: Said, *, now: datetime) -> UUID:
    """Say how promises ended: kept, moved, dropped; an open case keeps a day all the same.

    Raises:
        Refused: nothing was said, it is incomplete, or one is not open any more.
    """
    if all(ending.how == "stands" for ending in said.values()):
        raise Refused(Reason("promise.none"))
    cases.hold(case)
    shared, staff = unseal.drawers(case.office_id, case.id)
    promises.end(actor, case, (shared, staff), said, now)
    dues.show(case, dues.UNPLANNED, now)
    return case.id


@action("case.close")
def close(
    actor: Actor, case: Case, reason: str, said: Said = NOTHING_SAID, *, now: datetime
) -> UUID:
    """Close the case for a coded reason, after it is said how each promise ended.

    Raises:
        Refused: no such reason, the flag of danger stands or words that mean it are unread, a
            promise is open, the person waits for an answer, something is booked, or a grant runs.
    """
    if reason not in CLOSING_REASONS:
        raise Refused(Reason("closing.reason"))
    cases.hold(case)
    shared, staff = unseal.drawers(case.office_id, case.id)
    promises.end(actor, case, (shared, staff), said, now)
    cases.step(case, Verb.CLOSE, now)
    case.closing = reason
    case.save(update_fields=["closing"])
    cases.plan_nothing(case, now)
    public.write(staff, "closed", {"closing": reason}, staff_id=actor.staff_id, now=now)
    return case.id


@action("case.reopen")
def reopen(actor: Actor, case: Case, *, now: datetime) -> UUID:
    """Open a closed case again, with a due for today: no open case is without a day."""
    cases.hold(case)
    cases.open_again(case, "reopened", now)
    _, staff = unseal.drawers(case.office_id, case.id)
    public.write(staff, "reopened", {}, staff_id=actor.staff_id, now=now)
    return case.id


@action("wish.record")
def record_wishes(actor: Actor, case: Case, new: Wishes, *, now: datetime) -> UUID:
    """Write down how contact is safe, as the person said; the earlier row stays.

    Raises:
        Refused: it is not written who said so, or words by mail for somebody who wants no mail.
    """
    if not new.said.strip():
        raise Refused(Reason("wish.said"))
    if new.words and not new.mail_takes_words:
        raise Refused(Reason("wish.words"))
    cases.hold(case)
    shared, staff = unseal.drawers(case.office_id, case.id)
    before = contacts.newest(case, shared).wishes
    contacts.write(case, shared, new, now)
    public.write_change(staff, before, new, staff_id=actor.staff_id, now=now)
    return case.id


@action("case.hear")
def add_details(actor: Actor, case: Case, details: Mapping[str, Any], *, now: datetime) -> UUID:
    """Write down, by field, what the person said since (聞いたこと), in addition to the request.

    Earlier entries stay in the record; of one field the latest answer is shown.
    """
    _, staff = unseal.drawers(case.office_id, case.id)
    entry = public.write(staff, "heard", dict(details), staff_id=actor.staff_id, now=now)
    of_person = {name: details[name] for name in OF_PERSON if name in details}
    if of_person and (changed := cases.amend(case, of_person, now)):
        public.write_change(staff, *changed, staff_id=actor.staff_id, now=now)
    return entry.id


@action("case.note")
def note(actor: Actor, case: Case, text: str, *, now: datetime) -> UUID:
    """Write a note into the staff drawer (記録); the person never sees it."""
    _, staff = unseal.drawers(case.office_id, case.id)
    entry = public.write(staff, "note", {"text": _checked(text)}, staff_id=actor.staff_id, now=now)
    return entry.id


def take_over(
    actor: Actor, case: Case, said: str, *, now: datetime, idempotency_key: str | None = None
) -> UUID:
    """Become the case's counsellor in place of a colleague, which the record says (`said`)."""
    with together(actor, "case.take", case, now=now):
        taken: UUID = cases.take(actor, case, now=now, idempotency_key=idempotency_key)
        note(actor, case, said, now=now, idempotency_key=idempotency_key)
        return taken


@action("case.undeny")
def undeny(actor: Actor, case: Case, staff_id: UUID, why: str, *, now: datetime) -> UUID:
    """Take a colleague off the deny list; the record's note says why, the line whom.

    Raises:
        Refused: the colleague is not on it by an act of the desk, or nothing is said.
    """
    cases.undeny(case, staff_id)
    _, staff = unseal.drawers(case.office_id, case.id)
    words = {"text": _checked(why)}
    return public.write(staff, "note", words, staff_id=actor.staff_id, now=now).id


@action("case.danger")
def look_at_danger(actor: Actor, case: Case, text: str, *, over: bool, now: datetime) -> UUID:
    """Lift the flag of danger, or look again after a week; `text`: what has changed, or has not.

    Raises:
        Refused: the case has no such flag, or nothing is said.
    """
    return _looked(actor, case, {"text": text}, now, danger.lift if over else danger.keep)


@action("case.words")
def read_words(actor: Actor, case: Case, text: str, *, over: bool, now: datetime) -> UUID:
    """Say what the words that mean danger came to: no danger, or a flag that stays.

    Raises:
        Refused: no such words wait to be read, or nothing is said.
    """
    if not danger.noticed(case):
        raise Refused(Reason("danger.read"))
    words = {"text": text, "words": "over" if over else "stays"}
    return _looked(actor, case, words, now, danger.found_none if over else danger.keep)


def _looked(
    actor: Actor,
    case: Case,
    words: dict[str, str],
    now: datetime,
    do: Callable[[Case, datetime], None],
) -> UUID:
    _checked(words["text"])
    cases.hold(case)
    if not case.urgent or case.state == State.CLOSED:
        raise Refused(Reason("danger.none"))
    _, staff = unseal.drawers(case.office_id, case.id)
    do(case, now)
    kind = "watched" if case.urgent else "lifted"
    return public.write(staff, kind, words, staff_id=actor.staff_id, now=now).id


@action("case.correct")
def correct(
    actor: Actor,
    case: Case,
    entry_id: UUID,
    text: str,
    minutes: int | None,
    reason: str,
    *,
    now: datetime,
) -> UUID:
    """Correct what staff wrote (訂正): a new entry points to the earlier, which stays.

    Of two corrections of one entry both stay. The outcome cannot be corrected: it moved the case.
    An answer's person reads the new one in its place, and no `reason`; who had read the earlier is
    told that there is news.

    Raises:
        Refused: it is no such entry, or an answer whose words went out by mail.
    """
    shared, staff = unseal.drawers(case.office_id, case.id)
    rows = Entry.of(case.office_id).filter(case_id=case.id, staff_id__isnull=False)
    earlier = rows.filter(pk=entry_id, kind__in=CORRECTABLE).first()
    if earlier is None:
        raise Refused(Reason("entry.not_ours"))
    drawer = staff if earlier.drawer == staff.name else shared
    words = drawer.open("entry", earlier.id, earlier.words)
    if words.get("mail") == "words":
        raise Refused(Reason("entry.mailed"))
    if "minutes" in words:
        words["minutes"] = _minutes(minutes or 0)
    words |= {"text": _checked(text), "corrects": str(earlier.id)}
    if drawer is staff:
        words["reason"] = reason
    elif earlier.seen_at:
        outbox.queue(case.office_id, case.id, "answered", now=now)
    entry = public.write(drawer, earlier.kind, words, staff_id=actor.staff_id, now=now)
    return entry.id


def take_out(actor: Actor, case: Case, entry_id: UUID, why: str, now: datetime) -> None:
    """Leave of a misfiled mail's entry who took it out, when and why, inside the act.

    What corrects the entry goes with it. The answer that the mail asked for ends, also where it was
    moved, and so does the mark of its danger, unless other unread words mean danger, too.

    Raises:
        Refused: no such entry, an answer was sent since, no reason, or the case was changed since.
    """
    cases.hold(case)
    drawers = {drawer.name: drawer for drawer in unseal.drawers(case.office_id, case.id)}
    rows = list(Entry.of(case.office_id).filter(case_id=case.id).order_by("number"))
    entry = next((row for row in rows if row.id == entry_id), None)
    if entry is None or entry.drawer != STAFF or entry.kind not in ENCLOSED:
        raise Refused(Reason("mail.not_inside"))
    since = [row for row in rows if row.number > entry.number]
    if entry.kind == "received" and any(row.kind == "sent" for row in since):
        raise Refused(Reason("mail.answered"))
    words: dict[UUID, dict[str, Any]] = {row.id: {} for row in rows}
    for row in rows:
        with suppress(Tampered, Unreadable):  # what is damaged stays as it is
            words[row.id] = drawers[row.drawer].open("entry", row.id, row.words)
    gone = {str(entry.id): entry}
    for row in since:
        if words[row.id].get("corrects") in gone:
            gone[str(row.id)] = row
    for row in gone.values():
        left = {"text": _checked(why), "happened_at": row.at.isoformat()}
        row.words = drawers[STAFF].seal("entry", row.id, left)
        row.kind, row.staff_id, row.at = "misfiled", actor.staff_id, now
        row.save(update_fields=["words", "kind", "staff_id", "at"])
    if due_id := words[entry.id].get("answer_due"):
        _end_answer(case, UUID(due_id), [words[row.id] for row in since], now)
    read_at = max((row.number for row in rows if row.kind in ("lifted", "watched")), default=0)
    unread = [words[row.id] for row in rows if row.number > read_at and str(row.id) not in gone]
    danger.take_back(case, words[entry.id], unread, now)
    dues.show(case, "follow_up", now)
    case.touched_at = now
    case.save(update_fields=["touched_at"])


def _end_answer(
    case: Case, due_id: UUID, since: Sequence[Mapping[str, Any]], now: datetime
) -> None:
    """End the answer of a due, where it is open, or what it was moved to (`chosen`) by these."""
    own = Due.of(case.office_id).get(pk=due_id)
    was = on = own.on.isoformat()
    for words in since:
        if (words.get("due"), words.get("on"), words.get("how")) == ("answer", on, "moved"):
            on = words["to"]
    answers = dues.awaited(case).filter(kind="answer")
    moved = answers.filter(how="chosen", on=on) if on != was else answers.none()
    if answer := answers.filter(pk=due_id).first() or moved.first():
        answer.done_at = now
        answer.save(update_fields=["done_at"])
