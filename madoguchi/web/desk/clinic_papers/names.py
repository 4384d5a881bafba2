"""The list of names of a lawyer's day (当日名簿): by a button, a PDF, one line a case."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect

from madoguchi.rules.koyomi.wareki import wareki_day
from madoguchi.rules.programme.texts import Texts
from madoguchi.web.desk.clinic_papers.about import clinic_of
from madoguchi.web.desk.clinic_papers.ready import day_of
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.printed import on_paper, printed
from madoguchi.web.kit.reading import words_for
from madoguchi.web.kit.reveal import said
from madoguchi.web.kit.standing import changes
from madoguchi.work.clinic.packs import actions, queries
from madoguchi.work.clinic.packs.actions import Listed
from madoguchi.work.clinic.packs.papers import NameList, Place
from madoguchi.work.clinic.packs.queries import Paper, Slot

UNSETTLED = {"asked": "desk.pack.asked", "offered": "desk.clinic.state.offered"}


def sheet(request: DeskRequest, ref: str) -> HttpResponse:
    """The list of names of a day; with `surname`, of each name the first part alone."""
    if request.method != "POST":
        return redirect("clinic-packs", ref)
    day, clinic = day_of(request, ref), clinic_of(request)
    found = queries.of_day(request.actor, clinic, day, changes(request), now=request.now)
    papers = [seat.paper for slot in found for seat in slot.seats if seat.paper]
    listed = actions.list_names(request.actor, papers, now=request.now)
    filling = Filling(
        words_for(request), listed, several=clinic.lawyers > 1, surname="surname" in request.POST
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
class Filling:
    """Puts the places of a day into words; `listed`: who comes, as far as it may be printed."""

    words: Texts
    listed: Mapping[UUID, Listed]
    several: bool
    surname: bool

    def places(self, slots: tuple[Slot, ...]) -> Iterator[Place]:
        """Every place of every slot."""
        for slot in slots:
            for at, seat in enumerate(slot.seats, 1):
                number = f"{slot.slot.number}–{at}" if self.several else str(slot.slot.number)
                starts = _clock(slot.slot.starts)
                if seat.paper:
                    yield self._taken(number, starts, seat.paper)
                else:
                    key = "desk.pack.other" if seat.shut else "desk.pack.free"
                    yield Place(number, starts, self._say(key))

    def _taken(self, number: str, starts: str, paper: Paper) -> Place:
        one = self.listed.get(paper.card.id)
        who = on_paper(said(self._name(one, paper)))
        marks = tuple(self._say(key) for key in _unsettled(paper))
        if one is None:
            return Place(number, starts, who, taken=True, marks=marks)
        naming = "desk.namelist.name_yes" if one.wishes.name_desk else "desk.namelist.name_no"
        return Place(
            number,
            starts,
            who,
            taken=True,
            marks=marks,
            people=self._say("desk.clinic.people", count=one.people),
            contact=self._say(f"desk.contact.{one.wishes.contact_rule}"),
            phone=one.phone,
            naming=self._say(naming) if one.phone else "",
        )

    def _name(self, listed: Listed | None, paper: Paper) -> str:
        """The name that is asked for; where there is none, what the case is called."""
        name = listed.name if listed else ""
        return (surname_of(name) if self.surname else name) or paper.card.short_name

    def _say(self, key: str, **values: object) -> str:
        return self.words.get(key, "ja", **values).words


def surname_of(name: str) -> str:
    """The first part of a name that has parts; nothing of one that cannot be told apart.

    >>> surname_of("𠮷田 花子"), surname_of("渋川　太郎"), surname_of("山田花子")
    ('𠮷田', '渋川', '')
    """
    first, *rest = name.split() or [""]
    return first if rest else ""


def _unsettled(paper: Paper) -> Iterator[str]:
    if paper.card.state in UNSETTLED:
        yield UNSETTLED[paper.card.state]
    if paper.card.moved:
        yield "desk.clinic.unanswered"


def _clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02}"
