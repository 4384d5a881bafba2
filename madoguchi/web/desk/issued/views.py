"""A case's issued papers (発行した書類): listed for its page, and opened as they were issued."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from madoguchi.rules import rights
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.signin.colleagues import Colleague
from madoguchi.tools.vault.cipher import Unreadable
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.kit import downloads
from madoguchi.work.cases import queries
from madoguchi.work.cases.queries import OpenedCase
from madoguchi.work.issued.actions import copy
from madoguchi.work.issued.queries import IssuedCard, issued


@dataclass(frozen=True)
class Paper:
    """An issued paper and who issued it."""

    card: IssuedCard
    who: str

    @property
    def missing(self) -> str:
        """The characters that were printed as 〓."""
        return " ".join(self.card.missing)


def papers(actor: Actor, opened: OpenedCase, staff: Iterable[Colleague]) -> tuple[Paper, ...]:
    """The case's issued papers, the newest first; none for who may not open them."""
    if not rights.may(actor.role, "paper.copy", opened.situation):
        return ()
    names = {colleague.id: colleague.name for colleague in staff}
    return tuple(Paper(card, names.get(card.staff_id, "")) for card in issued(opened.staff))


def paper(request: DeskRequest, case_id: UUID, issued_id: UUID) -> HttpResponse:
    """The bytes that were issued; asked for otherwise than by its button, back to the case."""
    if request.method != "POST":
        return redirect("case", case_id)
    case = queries.find(request.actor, case_id)
    try:
        card, content = copy(request.actor, case, issued_id, now=request.now)
    except (FileNotFoundError, Unreadable):
        return render(request, "desk/unopened.html", {"kind": "tampered"}, status=410)
    return downloads.pdf(content, f"paper-{card.number}.pdf")


urlpatterns = [path("cases/<uuid:case_id>/issued/<uuid:issued_id>/", paper, name="issued")]
