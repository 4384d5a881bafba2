"""Reading the answer with the receipt (受付番号で見る): messages, files, wishes, deletion."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.http import HttpResponse
from django.urls import path

from madoguchi.rules.steps.case import BY_PHONE
from madoguchi.tools.forms.form import Filled
from madoguchi.tools.office.network import network
from madoguchi.tools.vault import receipt, visit
from madoguchi.tools.vault.fairness import Busy
from madoguchi.tools.vault.upload import SealedUpload
from madoguchi.web.kit.display import as_pressed, stays
from madoguchi.web.kit.pager import skipped
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.book.places import renewed
from madoguchi.web.portal.consult.steps import wishes as wishes_of
from madoguchi.web.portal.consult.views import remove, with_files
from madoguchi.web.portal.follow import session
from madoguchi.web.portal.own_clinic.cards import clinic_card
from madoguchi.web.portal.own_grant.cards import grant_page
from madoguchi.web.portal.page import calm, heard
from madoguchi.web.portal.safety.visitor import (
    draw,
    newcomer,
    private,
    see,
    unmarked,
    uploads,
    visitor,
    welcome,
)
from madoguchi.work.cases import public as cases
from madoguchi.work.evidence import public as evidence
from madoguchi.work.evidence.public import FileCard
from madoguchi.work.intake import public as intake
from madoguchi.work.interviews import public as interviews
from madoguchi.work.interviews.public import Booked
from madoguchi.work.record import public as record
from madoguchi.work.record.public import Message
from madoguchi.work.referrals import public as referrals
from madoguchi.work.subsidy.own import public as grants

SHOWN = ("received", "sent", "deletion")
JUST_SENT = ("sent", "further")
ONWARD = (
    *("follow-wishes", "follow-deletion", "visit", "agree"),
    *("own-clinic", "book", "own-grant", "apply"),
)
"""The pages to which the case's page leads; what stands in its form is kept on the way."""


@dataclass(frozen=True)
class CasePage:
    """What the page shows of a case; `asked`: a summary waits for the person's yes."""

    state: str
    rule: str
    silent: bool
    messages: tuple[Message, ...] = field(repr=False)
    files: tuple[FileCard, ...] = field(repr=False)
    asked: bool
    interviews: tuple[Booked, ...]

    @property
    def news(self) -> int:
        """How many messages of the desk are new."""
        return sum(message.new for message in self.messages)


@unmarked
def follow(request: OfficeRequest) -> HttpResponse:
    """Asks for the receipt, or shows the case whose receipt is open."""
    if request.method == "POST":
        return _open(request)
    who = visitor(request)
    held = session.recall(who, request.now)
    if who and held:
        return _case(request, who, held)
    return _ask(request, who, session.RECEIPT.show())


@private
def message(request: OfficeRequest) -> HttpResponse:
    """Adds a message and files to the case; what was typed waits while the receipt is closed."""
    return as_pressed(request, _add(request)) if request.method == "POST" else see("follow")


def _add(request: OfficeRequest) -> HttpResponse:
    now = request.now
    who = newcomer(request)
    token = request.POST.get("token") or os.urandom(16).hex()
    idempotency_key = who.bind(f"{token}/{request.POST.get('case', '')}")
    held = session.meant(request, session.recall(who, now))
    actor = cases.consultee(who.office_id)
    typed, files = session.MESSAGE.take(request.POST), uploads(request, "files")
    if held and (earlier := intake.added(actor, idempotency_key)):
        return _sent_before(request, who, held, earlier, files)
    remove(request, who.beside)
    to = request.POST.get("to", "")
    leaves = see("follow") if stays(request) else None
    if held and to in ONWARD:
        leaves = see(to)
    begun = files or "".join(typed.get("text", [])).strip()
    if leaves and not begun and not visit.recall(who.beside, "draft", now):
        return welcome(leaves, who)
    kept = session.keep(request, who.beside, held, typed, files)
    if leaves and not kept.unkept:
        return welcome(leaves, who)
    if held is None or "remove" in request.POST:
        return welcome(see("follow"), who)
    filled = _check_message(who, kept)
    if not filled.ok:
        return _case(request, who, held, filled)
    words = {"text": filled.value("text")}
    entry_id = intake.add(
        actor,
        held,
        words,
        who.beside,
        session.look_on(request),
        now=now,
        idempotency_key=idempotency_key,
    )
    if record.words(held.drawer, entry_id) != words:  # another press was quicker, with others
        return _sent_before(request, who, held, entry_id, ())
    complete = session.forget(who, held.drawer, entry_id, typed, now)
    session.note(who, "sent" if complete else "further", now)
    return see("follow")


@private
def wishes(request: OfficeRequest) -> HttpResponse:
    """Shows and changes how contact is safe."""
    now = request.now
    who = newcomer(request)
    held = session.recall(who, now)
    if request.method == "POST":
        held = session.meant(request, held)
    if held is None:
        if request.method == "POST":
            session.keep(request, who.beside, None, session.WISHES.take(request.POST))
            return welcome(see("follow"), who)
        return see("follow")
    if request.method != "POST":
        answers = (session.written(who.beside, held.drawer.mark, now) or visit.new_draft())[
            "answers"
        ]
        typed = (
            answers if "contact_rule" in answers else session.as_typed(cases.wishes(held.drawer))
        )
        return _wishes_page(request, held, session.WISHES.show(typed))
    typed = session.WISHES.take(request.POST)
    if stays(request):
        return as_pressed(request, _wishes_page(request, held, session.WISHES.show(typed)))
    filled = session.WISHES.check(typed)
    about = cases.about(held.drawer)
    if filled.value("contact_rule") == "mail_only" and not about.get("email"):
        filled = filled.refuse("contact_rule", "no_address")
    elif filled.value("mail") == "yes" and not about.get("email"):
        filled = filled.refuse("mail", "unaddressed")
    if filled.value("contact_rule") in BY_PHONE and not about.get("phone"):
        filled = filled.refuse("contact_rule", "no_phone")
    if not filled.ok:
        return _wishes_page(request, held, filled)
    new = wishes_of({**filled.values, "email": about.get("email", "")})
    if not filled.value("mail"):  # no answer lets a mail come, as long as nobody asked
        new = replace(new, mail=None)
    record.change_wishes(cases.consultee(who.office_id), held, new, now=now)
    session.note(who, "wishes", now)
    booking = visit.recall(who.second, "draft", now) or {}
    return see("book-check" if booking.get("place") else "follow")


@private
def deletion(request: OfficeRequest) -> HttpResponse:
    """Says what deletion means here, and takes the request for it, once."""
    now = request.now
    who = visitor(request)
    held = session.recall(who, now)
    if who is None or held is None:
        return see("follow")
    if request.method != "POST":
        return draw(request, "portal/follow/deletion.html", {"mark": held.drawer.mark})
    if session.meant(request, held) is None:
        return see("follow")
    record.ask_deletion(
        cases.consultee(who.office_id),
        held,
        session.look_on(request),
        now=now,
        idempotency_key=session.idempotency_key(who, "deletion", now),
    )
    session.note(who, "deletion", now)
    return see("follow")


def _open(request: OfficeRequest) -> HttpResponse:
    """Opens the case for the right pair; one answer for every wrong one."""
    office_id, now = request.office.id, request.now
    filled = session.check_receipt(session.RECEIPT.take(request.POST))
    if not filled.ok:
        return _ask(request, visitor(request), filled)
    pair = filled.words("number"), filled.words("secret")
    try:
        drawer = receipt.present(office_id, *pair, network(request))
    except Busy:
        return draw(request, "portal/follow/receipt.html", {"form": filled, "busy": True}, 503)
    if drawer is None:
        typed = {"number": [pair[0]]}  # the other number is repeated on no page
        wrong = session.RECEIPT.show(typed).refuse("number", "receipt")
        return _ask(request, visitor(request), wrong)
    known = visitor(request)
    who = renewed(known, now) if known else newcomer(request)
    session.remember(who, drawer, now)
    return welcome(see("follow"), who)


def _ask(request: OfficeRequest, who: visit.Holder | None, filled: Filled) -> HttpResponse:
    waiting = who and visit.recall(who.beside, "draft", request.now)
    cards = {"form": filled, "waiting": bool(waiting)}
    return draw(request, "portal/follow/receipt.html", cards, filled.status)


def _case(
    request: OfficeRequest, who: visit.Holder, held: cases.Holding, filled: Filled | None = None
) -> HttpResponse:
    """The case's page, with the message as far as it was written.

    The desk's messages count as read from now on.
    """
    now, actor = request.now, cases.consultee(who.office_id)
    case_mark = held.drawer.mark
    draft = session.written(who.beside, case_mark, now)
    form = session.MESSAGE.show(draft["answers"] if draft else None)
    form = filled or (with_files(form, who.beside) if draft else form)
    desk_interviews = request.programme.desk.interviews
    skip = skipped(request, ("messages",))
    read = record.read(actor, held, skip.get("messages", 0), now=now)
    rule = cases.wishes(held.drawer).effective_rule
    silent = rule == "wait"  # chosen, or nothing was settled: the page says what happens
    case = CasePage(
        state=f"state.public.{cases.state(held)}",
        rule="consult.done_wait" if silent else f"consult.contact_rule.{rule}",
        silent=silent,
        messages=tuple(message for message in read.rows if message.kind in SHOWN),
        files=evidence.cards(held.drawer),
        asked=bool(referrals.proposals(held)),
        interviews=tuple(booked for booked in interviews.own(held) if booked.on >= now.date()),
    )
    grant = grants.own(held)
    note = session.take_note(who, now)
    sent = [each.words.get("text", "") for each in case.messages if each.kind == "received"][:1]
    cards: dict[str, object] = {
        "calm": calm(request, heard(request, *sent)) if note in JUST_SENT else None,
        "case": case,
        "further": read.further,
        "skipped": skip,
        "form": form,
        "token": os.urandom(16).hex(),
        "mark": case_mark,
        "note": note,
        "may_book": bool(desk_interviews and desk_interviews.by_citizens),
        "clinic": clinic_card(request, held),
        "grant": grant_page(request, grant) if grant else None,
    }
    return draw(request, "portal/follow/case.html", cards, form.status)


def _sent_before(
    request: OfficeRequest,
    who: visit.Holder,
    held: cases.Holding,
    entry_id: UUID,
    files: Sequence[SealedUpload],
) -> HttpResponse:
    """The page after a second press: what it changed or added is kept, to be sent as well."""
    now = request.now
    typed, new = session.not_yet_filed(
        held.drawer, entry_id, session.MESSAGE.take(request.POST), files
    )
    further = bool(new or "".join(typed.get("text", [])).strip())
    session.note(who, "further" if further else "sent", now)
    if not further:
        return see("follow")
    kept = session.keep(request, who.beside, held, typed, session.unheld(who.beside, new))
    return _case(request, who, held, _check_message(who, kept))


def _check_message(who: visit.Holder, kept: intake.Kept) -> Filled:
    filled = session.MESSAGE.check(
        {name: kept.draft["answers"].get(name, []) for name in ("text", "files")}
    )
    filled = with_files(filled, who.beside, kept.unkept)
    if filled.ok and not filled.value("text") and not filled.held["files"]:
        return filled.refuse("text", "required")
    return filled


def _wishes_page(request: OfficeRequest, held: cases.Holding, filled: Filled) -> HttpResponse:
    cards: dict[str, object] = {"form": filled, "mark": held.drawer.mark}
    return draw(request, "portal/follow/wishes.html", cards, filled.status)


urlpatterns = [
    path("s/f/", follow, name="follow"),
    path("s/f/m/", message, name="follow-message"),
    path("s/f/w/", wishes, name="follow-wishes"),
    path("s/f/d/", deletion, name="follow-deletion"),
]
