"""The receipt of a case that was just taken in: shown to be read aloud, until that is done."""

from dataclasses import dataclass, field
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from madoguchi.tools.office.public import portal_host
from madoguchi.tools.vault.receipt import grouped
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.phone.cards import emergency
from madoguchi.web.desk.printed import printed
from madoguchi.web.kit.display import SeeOther
from madoguchi.work.cases import queries
from madoguchi.work.cases.papers import ReceiptCard
from madoguchi.work.intake.desk.actions import hand_receipt, print_receipt, show_receipt

ANSWERS = "/s/f/"  # where the portal asks for both numbers


@dataclass(frozen=True)
class Group:
    """Some digits that are read in one breath, each with the text key of how it is read."""

    digits: str = field(repr=False)

    @property
    def read(self) -> tuple[str, ...]:
        """The text keys of the digits."""
        return tuple(f"desk.digit.{digit}" for digit in self.digits)


def receipt(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """Number and secret in groups; on POST they count as handed over and are gone.

    Who wants the clinic goes on to its bookings.
    """
    case = queries.find(request.actor, case_id)
    if request.method == "POST":
        hand_receipt(request.actor, case, now=request.now)
        wants_clinic = request.programme.clinic and queries.waits(case, "clinic")
        return SeeOther(reverse("case-clinic" if wants_clinic else "case", args=[case_id]))
    told = show_receipt(request.actor, case, now=request.now)
    cards = {
        "page": "phone",
        "case_id": case_id,
        "short_name": case.short_name,
        "urgent": case.urgent,
        "emergency": emergency(request.programme),
        "number": _groups(told["number"]) if told else (),
        "secret": _groups(told["secret"]) if told else (),
    }
    return render(request, "desk/phone/receipt.html", cards)


@require_POST
def card(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """Both numbers on the card to take home; once handed over, the page that says so."""
    case = queries.find(request.actor, case_id)
    told = print_receipt(request.actor, case, now=request.now)
    if told is None:
        return SeeOther(reverse("receipt", args=[case_id]))
    facts = ReceiptCard(
        office=request.office.name,
        address=f"{portal_host(request.office.id)}{ANSWERS}",
        number=tuple(grouped(told["number"]).split("-")),
        secret=tuple(grouped(told["secret"]).split("-")),
    )
    return printed(request, "receipt_card", facts, "card.pdf")


def _groups(digits: str) -> tuple[Group, ...]:
    return tuple(Group(part) for part in grouped(digits).split("-"))
