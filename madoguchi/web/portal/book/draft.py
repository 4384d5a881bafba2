"""The draft of a booking (予約の下書き): it lies apart from a request in the same browser.

It names the case whose receipt was open (its mark), or none: what one person typed is neither shown
to nor sent for another who opens their receipt in the same browser.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest

from madoguchi.tools.office.network import network
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.drawer import MARK_LENGTH
from madoguchi.web.kit.form import Typed
from madoguchi.web.portal.book.steps import KNOWN, NEW, Way
from madoguchi.web.portal.follow import opened
from madoguchi.web.portal.safety.visitor import newcomer, visitor
from madoguchi.work.cases import public as cases
from madoguchi.work.intake import public as intake


@dataclass(frozen=True)
class Booker:
    """Who books: the visitor, the case whose receipt is open, what was typed until now."""

    who: visit.Holder
    held: cases.Holding | None
    draft: dict[str, Any] | None

    @property
    def own(self) -> visit.Holder:
        """Where the draft, the hold and the receipt of this procedure lie."""
        return self.who.second

    @property
    def mark(self) -> str:
        """By what the forms name the case; empty for who comes new."""
        return self.held.drawer.mark if self.held else ""

    @property
    def way(self) -> Way:
        """The pages that this person sees."""
        return KNOWN if self.held else NEW

    @property
    def answers(self) -> Typed:
        """What was typed until now."""
        typed: Typed = (self.draft or {}).get("answers", {})
        return typed


def reader(request: HttpRequest) -> Booker | None:
    """Who reads a page; None without a cookie."""
    who = visitor(request)
    if who is None:
        return None
    held = opened.recall(who, request.now)  # type: ignore[attr-defined] # set on arrival
    return Booker(who, held, _own_draft(request, who, held.drawer.mark if held else ""))


def sender(request: HttpRequest) -> Booker | None:
    """Who sends a form; None when the receipt that its page belonged to is open no more."""
    return sent_by(request, newcomer(request))


def saved(request: HttpRequest, who: visit.Holder, typed: Typed) -> Booker | None:
    """Who sends a form, with what it sent saved first, though the receipt be closed by now."""
    mark, booker = _mark(request), sent_by(request, who)
    if _own_draft(request, who, mark) is None:
        visit.drop(who.second, "draft")

    def change(draft: dict[str, Any]) -> None:
        draft["case"] = mark
        draft["answers"].update(typed)

    now = request.now  # type: ignore[attr-defined] # set on arrival
    before = () if booker and booker.held else None  # who shows a receipt takes nothing of the day
    kept = intake.keep(who.second, change, (), network(request), now, before=before)
    return booker and replace(booker, draft=kept.draft)


def sent_before(request: HttpRequest, who: visit.Holder) -> bool:
    """Whether the form comes after the booking was sent: there is no draft any more."""
    now = request.now  # type: ignore[attr-defined] # set on arrival
    there = visit.recall(who.second, "draft", now)
    return there is None and visit.recall(who.second, "done", now) is not None


def choose(request: HttpRequest, booker: Booker, place: str) -> None:
    """Save the place that was chosen."""
    now = request.now  # type: ignore[attr-defined] # set on arrival
    visit.hold(booker.own, lambda draft: draft.update(place=place), now)


def sent_by(request: HttpRequest, who: visit.Holder) -> Booker | None:
    """Who sends a form in this visit; None as with `sender`."""
    mark = _mark(request)
    held = opened.recall(who, request.now) if mark else None  # type: ignore[attr-defined] # set on arrival
    if mark and (held is None or held.drawer.mark != mark):
        return None
    return Booker(who, held, _own_draft(request, who, mark))


def _mark(request: HttpRequest) -> str:
    """The mark of the case that a form names; empty for who comes new."""
    return str(request.POST.get("case", ""))[:MARK_LENGTH]


def _own_draft(request: HttpRequest, who: visit.Holder, mark: str) -> dict[str, Any] | None:
    """The draft, unless it was typed for another case."""
    draft = visit.recall(who.second, "draft", request.now)  # type: ignore[attr-defined] # set on arrival
    return draft if draft and draft.get("case", "") in ("", mark) else None
