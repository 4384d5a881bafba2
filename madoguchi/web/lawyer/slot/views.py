"""What a lawyer is shown of one person: names to check, then brief and files (相談枠)."""

import secrets
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from madoguchi.rules.decision import Refused
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.slots import begins
from madoguchi.tools.vault.cipher import Unreadable
from madoguchi.web.kit import sent
from madoguchi.web.kit.attachment import attachment
from madoguchi.web.kit.form import Filled
from madoguchi.web.kit.reveal import Said, said
from madoguchi.web.lawyer.door import LawyerRequest
from madoguchi.web.lawyer.seats import whom
from madoguchi.web.lawyer.slot.forms import outcome_form, unsettled
from madoguchi.work.clinic.briefs.queries import WORDS, Version
from madoguchi.work.clinic.sittings import queries
from madoguchi.work.clinic.sittings.queries import Met, Names, Sent

STALE = {"clinic.stale", "case.stale"}


@dataclass(frozen=True)
class Fact:
    """One thing to know, with the key of what it is."""

    label: str
    said: Said


@dataclass(frozen=True)
class File:
    """One file that came, by its number as on paper: its name may say what nobody agreed to.

    A picture can be looked at, of the others it is said that they exist.
    """

    number: int
    card: Sent
    picture: bool

    @property
    def on(self) -> date:
        """The day on which it came."""
        return day_in_japan(self.card.at)

    @property
    def key(self) -> str:
        """The text key of its kind."""
        return f"desk.file.looks.{self.card.looks}"


@require_safe
def slot(request: LawyerRequest, booking_id: UUID) -> HttpResponse:
    """Brief and files; the names to check come first."""
    return page(request, whom(request, booking_id))


def page(
    request: LawyerRequest, who: Met, filled: Filled | None = None, grounds: tuple[str, ...] = ()
) -> HttpResponse:
    """The slot with the form of its outcome, as far as it was filled in."""
    try:
        found = queries.told(request.actor, who, now=request.now)
    except Refused:
        return to_check(request, who, grounds)
    form = filled or outcome_form(request).show({"came": [found.state]})
    cards = {
        **about(who),
        "names": facts(found.names),
        "agreed": found.names.agreed,
        "brief": found.brief,
        "told": parts(found.brief),
        "files": tuple(
            File(number, one, one.looks in queries.PICTURES)
            for number, one in enumerate(found.files, 1)
        ),
        "form": form,
        "found": found,
        "begun": begins(who.seat.day, who.number) <= request.now,
        "ask": unsettled(request),
        "token": secrets.token_hex(16),
        "grounds": tuple(f"ground.{code}" for code in grounds),
    }
    return render(request, "lawyer/slot/page.html", cards, status=_status(form, grounds))


def _status(form: Filled, grounds: tuple[str, ...]) -> int:
    return (409 if STALE & set(grounds) else 422) if grounds else form.status


def to_check(request: LawyerRequest, who: Met, grounds: tuple[str, ...] = ()) -> HttpResponse:
    """Whom to check for a conflict of interest; `grounds`: why nothing else is shown yet."""
    found = queries.names(request.actor, who, now=request.now)
    cards = {
        **about(who),
        "names": facts(found),
        "agreed": found.agreed,
        "shown": queries.checked_key(request.actor, who, found),
        "grounds": tuple(f"ground.{code}" for code in grounds),
        "words": sent.words(sent.fields(request)),
    }
    return render(request, "lawyer/slot/names.html", cards, status=409 if grounds else 200)


def about(who: Met) -> dict[str, object]:
    """What every page of a slot says."""
    day = who.seat.day
    return {"id": who.booking_id, "day": day, "slot": day.slot(who.number)}


def facts(found: Names) -> tuple[Fact, ...]:
    """Who comes and against whom, as the page shows it."""
    named = (("person", found.person), ("kana", found.kana), ("other_party", found.other_party))
    return tuple(Fact(f"desk.lawyer.{name}", said(words)) for name, words in named)


def parts(brief: Version | None) -> tuple[Fact, ...]:
    """What the brief says, part by part; what the desk left empty is left out."""
    words = [(name, str(getattr(brief.told, name))) for name in WORDS] if brief else []
    return tuple(Fact(f"desk.lawyer.{name}", said(told)) for name, told in words if told.strip())


@require_safe
def picture(request: LawyerRequest, booking_id: UUID, file_id: UUID) -> HttpResponseBase:
    """A picture that was sent, on the screen and nowhere else."""
    who = whom(request, booking_id)
    try:
        card, pieces = queries.view(request.actor, who, file_id, now=request.now)
        return attachment(
            f"{booking_id}.{card.looks}", card.length, pieces, shown_as=f"image/{card.looks}"
        )
    except Refused:
        return redirect("lawyer-slot", booking_id)
    except (FileNotFoundError, Unreadable):
        return render(request, "desk/unopened.html", {"kind": "tampered"}, status=410)
