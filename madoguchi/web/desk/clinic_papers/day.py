"""The papers of a lawyer's day: what is ready, the list of names (当日名簿), envelopes (封筒)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from madoguchi.rules import slots
from madoguchi.rules.decision import Absent
from madoguchi.rules.koyomi.wareki import wareki_day
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.slots import ClinicDay
from madoguchi.rules.steps.outcome import offered
from madoguchi.web.desk.case.cards import Attachment
from madoguchi.web.desk.clinic.acts import clinic_of
from madoguchi.web.desk.clinic_papers.briefs import CAME
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.printed import on_paper, printed
from madoguchi.web.kit.formatting import texts_for
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.sanitize import SanitizedText, sanitized, visible
from madoguchi.work.clinic.bookings import parting
from madoguchi.work.clinic.briefs.queries import WORDS
from madoguchi.work.clinic.packs import actions, queries
from madoguchi.work.clinic.packs.actions import Contents, Listed
from madoguchi.work.clinic.packs.papers import NameList, PlaceLine
from madoguchi.work.clinic.packs.queries import Paper, Slot

NAMING = {
    True: "desk.namelist.name_yes",
    False: "desk.namelist.name_no",
    None: "desk.namelist.name_unheard",
}
SHUT = "desk.clinic.shut"  # as on the day's page: paper tells no more of a place than the screen
UNSETTLED = {"asked": "desk.pack.asked", "offered": "desk.clinic.state.offered"}


@require_safe
def ready(request: DeskRequest, ref: str) -> HttpResponse:
    """The day's slots: consent and brief, the envelope, the outcome."""
    day = day_of(request, ref)
    found = queries.of_day(
        request.actor, clinic_of(request), day, changes(request), now=request.now
    )
    papers = [seat.paper for slot in found for seat in slot.seats if seat.paper]
    values = {
        "page": "clinic-year",
        "day": day,
        "slots": found,
        "several": clinic_of(request).lawyers > 1,
        "over": day.on < request.now.date(),
        "begun": datetime.combine(day.on, day.starts, request.now.tzinfo) <= request.now,
        "to_print": any(paper.to_print and "clinic.pack" in paper.may for paper in papers)
        or any(not (seat.paper or seat.shut) for slot in found for seat in slot.seats),
    }
    return render(request, "desk/clinic_papers/ready.html", values)


def day_of(request: DeskRequest, ref: str) -> ClinicDay:
    """The day of an address that takes place.

    Raises:
        Absent: there is none.
    """
    day = slots.day(clinic_of(request), ref, changes(request))
    if day is None or day.cancelled:
        raise Absent
    return day


def sheet(request: DeskRequest, ref: str) -> HttpResponse:
    """The list of names of a day; with `surname`, of each name the first part alone."""
    if request.method != "POST":
        return redirect("clinic-packs", ref)
    day, clinic = day_of(request, ref), clinic_of(request)
    found = queries.of_day(request.actor, clinic, day, changes(request), now=request.now)
    papers = [seat.paper for slot in found for seat in slot.seats if seat.paper]
    listed = actions.list_names(request.actor, papers, now=request.now)
    coming = {paper.card.case_id for paper in papers}
    filling = NameListWriter(
        texts_for(request),
        listed,
        several=clinic.lawyers > 1,
        surname="surname" in request.POST,
        apart=parting.arrangements(request.actor, coming, now=request.now),
    )
    desk_phone = request.programme.desk.phone
    facts = NameList(
        on=wareki_day(day.on),
        hours=f"{_clock(day.starts)}–{_clock(day.ends)}",
        place=clinic.at(day.venue).place.ja,
        lawyers=tuple(queries.sitting(request.office.id, day).values()),
        places=tuple(filling.places(found)),
        phone=str(desk_phone.number or "") if desk_phone else "",
    )
    return printed(request, "clinic_day", facts, "day.pdf")


@dataclass(frozen=True)
class NameListWriter:
    """Puts the places of a day into words.

    `listed`: who comes, as far as it may be printed; `apart`: how they are kept apart, by case.
    """

    words: Texts
    listed: Mapping[UUID, Listed]
    several: bool
    surname: bool
    apart: Mapping[UUID, tuple[str, ...]] = field(default_factory=dict)

    def places(self, slots: tuple[Slot, ...]) -> Iterator[PlaceLine]:
        for slot in slots:
            for at, seat in enumerate(slot.seats, 1):
                number = f"{slot.slot.number}–{at}" if self.several else str(slot.slot.number)
                starts = _clock(slot.slot.starts)
                if seat.paper:
                    yield self._taken(number, starts, seat.paper)
                else:
                    key = SHUT if seat.shut else "desk.pack.free"
                    yield PlaceLine(number, starts, self._text(key))

    def _taken(self, number: str, starts: str, paper: Paper) -> PlaceLine:
        card, listed = paper.card, self.listed.get(paper.card.id)
        name = listed.name if listed else ""
        asked_for = surname_of(name) if self.surname else name
        who = on_paper(sanitized(asked_for or card.short_name))
        marks = []
        if card.state in UNSETTLED:
            marks.append(self._text(UNSETTLED[card.state]))
        if card.moved:
            marks.append(self._text("desk.clinic.unanswered"))
        label = self._text("desk.clinic.book.arrangement.label")
        marks += [
            f"{label}：{on_paper(sanitized(how))}" for how in self.apart.get(card.case_id, ())
        ]
        if listed is None:
            return PlaceLine(number, starts, who, taken=True, marks=tuple(marks))
        naming = NAMING[listed.wishes.name_desk]
        return PlaceLine(
            number,
            starts,
            who,
            taken=True,
            marks=tuple(marks),
            people=self._text("desk.clinic.people", count=listed.people),
            contact=self._text(f"desk.contact.{listed.wishes.contact_rule}"),
            phone=listed.phone,
            naming=self._text(naming) if listed.phone else "",
        )

    def _text(self, key: str, **values: object) -> str:
        return self.words.get(key, "ja", **values).words


def surname_of(name: str) -> str:
    """The first part of a name that has parts; empty for a name without parts.

    >>> surname_of("𠮷田 花子"), surname_of("渋川　太郎"), surname_of("山田花子")
    ('𠮷田', '渋川', '')
    """
    first, *rest = name.split() or [""]
    return first if rest else ""


def _clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02}"


@dataclass(frozen=True)
class Part:
    """A part of a brief: the text key of its heading, what it says."""

    key: str
    said: SanitizedText


@dataclass(frozen=True)
class Envelope:
    """An envelope as it is printed."""

    slot: Slot
    seat: int
    contents: Contents
    parts: tuple[Part, ...]
    files: tuple[Attachment, ...]
    lawyer: str

    @property
    def person(self) -> SanitizedText:
        """The person's name, where the lawyer may learn it."""
        return sanitized(self.contents.person)

    @property
    def other_party(self) -> SanitizedText:
        """The other party's name, where the lawyer may learn it."""
        return sanitized(self.contents.other_party)


@dataclass(frozen=True)
class Spare:
    """A blank consultation sheet of a place that is free (予備の相談票)."""

    slot: Slot
    seat: int
    lawyer: str


def packs(request: DeskRequest, ref: str) -> HttpResponse:
    """The envelopes of a day, or of one booking; asked for otherwise, back to the day."""
    if request.method != "POST":
        return redirect("clinic-packs", ref)
    day, clinic = day_of(request, ref), clinic_of(request)
    found = queries.of_day(request.actor, clinic, day, changes(request), now=request.now)
    only = request.POST.get("booking", "")
    asked = [
        seat.paper
        for slot in found
        for seat in slot.seats
        if seat.paper and only in ("", str(seat.paper.card.id))
    ]
    contents = actions.print_packs(request.actor, asked, day, now=request.now)
    lawyers = queries.sitting(request.office.id, day)
    envelopes, spares = [], []
    others = []  # the slots of which another colleague prints an envelope, and those not in use
    for slot in found:
        for at, seat in enumerate(slot.seats, 1):
            paper = seat.paper
            if paper and paper.card.id in contents:
                inside = contents[paper.card.id]
                lawyer = lawyers.get(paper.seat, "")
                files = tuple(Attachment(card, visible(card.name)) for card in inside.files)
                envelopes.append(Envelope(slot, paper.seat, inside, _parts(inside), files, lawyer))
            elif seat.shut:
                others.append((slot, SHUT))
            elif paper and paper.to_print:
                others.append((slot, "desk.pack.other"))
            elif paper is None:  # somebody may come without a booking
                spares.append(Spare(slot, at, lawyers.get(at, "")))
    venue = next((each for each in clinic.venue if each.key == day.venue), None)
    values = {
        "page": "clinic-year",
        "day": day,
        "place": venue.place if venue else clinic.place,
        "several": clinic.lawyers > 1,
        "came": tuple(f"desk.consulted.came.{how}" for how in CAME),
        "envelopes": tuple(envelopes),
        "spares": () if only else tuple(spares),
        "others": () if only else tuple(others),
        "results": tuple(f"desk.consulted.result.{code}" for code in offered(clinic.may_take)),
        "may_take": {"yes": "yes", "no": "no"}.get(clinic.may_take, "ask"),
        "takes": tuple(f"desk.pack.takes.{answer}" for answer in ("yes", "no", "later")),
    }
    return render(request, "desk/clinic_papers/packs.html", values)


def _parts(inside: Contents) -> tuple[Part, ...]:
    """The parts of the brief that say something."""
    brief = inside.brief
    texts = [(name, sanitized(getattr(brief, name))) for name in WORDS] if brief else []
    return tuple(
        Part(f"desk.brief.{name}.label", text) for name, text in texts if text.words.strip()
    )
