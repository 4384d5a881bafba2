"""The lawyer's envelopes (封筒): by a button, one line a case."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from madoguchi.rules.slots import ClinicDay
from madoguchi.rules.steps.clinic_outcome import offered
from madoguchi.web.desk.case.cards import Attachment
from madoguchi.web.desk.clinic_papers.about import clinic_of
from madoguchi.web.desk.clinic_papers.forms import CAME
from madoguchi.web.desk.clinic_papers.ready import day_of
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit.reveal import Said, said, shown
from madoguchi.web.kit.standing import changes
from madoguchi.work.clinic.briefs.queries import WORDS
from madoguchi.work.clinic.packs import actions, queries
from madoguchi.work.clinic.packs.actions import Contents
from madoguchi.work.clinic.packs.queries import Paper, Seat, Slot


@dataclass(frozen=True)
class Part:
    """One part of a brief: what it is about, what it says."""

    key: str
    said: Said


@dataclass(frozen=True)
class Envelope:
    """One envelope as it is printed."""

    slot: Slot
    seat: int
    contents: Contents
    parts: tuple[Part, ...]
    files: tuple[Attachment, ...]
    lawyer: str

    @property
    def person(self) -> Said:
        """The person's name, where the lawyer may learn it."""
        return said(self.contents.person)

    @property
    def other_party(self) -> Said:
        """The other party's, where the lawyer may learn it."""
        return said(self.contents.other_party)


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
    day = day_of(request, ref)
    found = _slots(request, day)
    only = request.POST.get("booking", "")
    asked = [
        seat.paper
        for slot in found
        for seat in slot.seats
        if seat.paper and only in ("", str(seat.paper.card.id))
    ]
    contents = actions.print_packs(request.actor, asked, day, now=request.now)
    lawyers = queries.sitting(request.office.id, day)
    cards = {
        **_around(request, day),
        "envelopes": tuple(
            _envelope(slot, seat.paper, contents, lawyers)
            for slot in found
            for seat in slot.seats
            if seat.paper and seat.paper.card.id in contents
        ),
        "spares": () if only else tuple(_spares(found, lawyers)),
        "others": () if only else tuple(_others(found, contents)),
        "results": tuple(f"desk.consulted.result.{one}" for one in offered(_may_take(request))),
        "may_take": {"yes": "yes", "no": "no"}.get(_may_take(request), "ask"),
        "takes": tuple(f"desk.pack.takes.{answer}" for answer in ("yes", "no", "later")),
    }
    return render(request, "desk/clinic_papers/packs.html", cards)


def _slots(request: DeskRequest, day: ClinicDay) -> tuple[Slot, ...]:
    return queries.of_day(request.actor, clinic_of(request), day, changes(request), now=request.now)


def _may_take(request: DeskRequest) -> str:
    return clinic_of(request).may_take


def _around(request: DeskRequest, day: ClinicDay) -> dict[str, object]:
    """What every sheet of a day says."""
    clinic = clinic_of(request)
    venue = next((one for one in clinic.venue if one.key == day.venue), None)
    return {
        "page": "clinic-year",
        "day": day,
        "place": venue.place if venue else clinic.place,
        "several": clinic.lawyers > 1,
        "came": tuple(f"desk.consulted.came.{how}" for how in CAME),
    }


def _envelope(
    slot: Slot, paper: Paper, contents: Mapping[UUID, Contents], lawyers: Mapping[int, str]
) -> Envelope:
    inside = contents[paper.card.id]
    told = inside.told
    words = [(name, said(getattr(told, name))) for name in WORDS] if told else []
    return Envelope(
        slot,
        paper.seat,
        inside,
        tuple(Part(f"desk.brief.{name}.label", one) for name, one in words if one.words.strip()),
        tuple(Attachment(card, shown(card.name)) for card in inside.files),
        lawyers.get(paper.seat, ""),
    )


def _others(slots: tuple[Slot, ...], contents: Mapping[UUID, Contents]) -> Iterator[Slot]:
    """The slots of which another colleague prints an envelope."""
    for slot in slots:
        for seat in slot.seats:
            if seat.shut or (seat.paper and seat.paper.to_print and not _there(seat, contents)):
                yield slot


def _spares(slots: tuple[Slot, ...], lawyers: Mapping[int, str]) -> Iterator[Spare]:
    """A blank sheet for each place that is free: somebody may come without a booking."""
    for slot in slots:
        for at, seat in enumerate(slot.seats, 1):
            if seat.paper is None and not seat.shut:
                yield Spare(slot, at, lawyers.get(at, ""))


def _there(seat: Seat, contents: Mapping[UUID, Contents]) -> bool:
    return seat.paper is not None and seat.paper.card.id in contents
