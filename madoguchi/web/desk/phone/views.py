"""The sheet, written while somebody speaks and filed once; and the receipt it ends with."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST, require_safe

from madoguchi.rules.decision import Absent
from madoguchi.rules.programme.agency import Agency
from madoguchi.rules.programme.programme import Programme
from madoguchi.rules.spelling import heed
from madoguchi.tools.forms.form import Filled, HeldFile, Typed
from madoguchi.tools.office.public import portal_host
from madoguchi.tools.vault.fairness import Busy
from madoguchi.tools.vault.receipt import grouped
from madoguchi.tools.vault.upload import SealedUpload
from madoguchi.web.desk.door import takes_files, unkept
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.phone.sheet import SHEET, build, check_sheet
from madoguchi.web.desk.printed import printed
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import words_for
from madoguchi.work.cases import queries as case_queries
from madoguchi.work.cases.papers import ReceiptCard
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.cases.queries import CaseCard
from madoguchi.work.intake.desk.actions import hand_receipt, print_receipt, show_receipt
from madoguchi.work.intake.sheets import actions, queries
from madoguchi.work.intake.sheets.queries import Sheet
from madoguchi.work.search import queries as number_queries

DANGER = ("police_110", "police_9110", "dv_plus", "inochi_sos")
ANSWERS = "/s/f/"  # where the portal asks for both numbers
BUSY = 503
AGAIN = frozenset({"apart", "busy"})


@dataclass(frozen=True)
class Number:
    """What is said of the caller's number; `known` is None while nobody has asked.

    Hit, miss and forbidden are drawn the same, with two words of the same length.
    """

    heeds: tuple[str, ...]
    known: bool | None = None
    found: tuple[CaseCard, ...] | None = field(default=None, repr=False)
    needed: bool = False

    @property
    def key(self) -> str:
        """The text key of the answer."""
        return "desk.number.known" if self.known else "desk.number.unknown"


@dataclass(frozen=True)
class Saved:
    """One unfinished sheet, as a way back to it."""

    sheet: Sheet
    began_at: datetime

    @property
    def door_key(self) -> str:
        """The text key of its door."""
        return f"desk.intake.door_{self.sheet.door}"


@dataclass(frozen=True)
class Group:
    """Some digits that are read in one breath, each with the text key of how it is read."""

    digits: str = field(repr=False)

    @property
    def read(self) -> tuple[str, ...]:
        """The text keys of the digits."""
        return tuple(f"desk.digit.{digit}" for digit in self.digits)


@require_safe
def begin(request: DeskRequest, door: str) -> HttpResponse:
    """An empty sheet; nothing is kept before something is written."""
    queries.owner(request.actor)
    return _page(request, queries.Sheet(uuid.uuid4(), door), SHEET.show())


@takes_files
def sheet(request: DeskRequest, sheet_id: UUID) -> HttpResponse:
    """A saved sheet; on POST keep it and do what its button says."""
    if request.method == "POST":
        return _sent(request, sheet_id)
    found = queries.sheet(request.actor, sheet_id, request.now)
    if found is None:
        case_id = queries.filed_as(request.actor, sheet_id, request.now)
        return redirect("receipt", case_id) if case_id else redirect("phone")
    filled = SHEET.show(found.answers)
    said = request.GET.get("said", "")
    return _page(request, found.sheet, filled, said=said if said in AGAIN else "")


def _sent(request: DeskRequest, sheet_id: UUID) -> HttpResponse:
    sheet, typed = _read(request, sheet_id), SHEET.take(request.POST)
    todo, actor = request.POST.get("do", "keep"), request.actor
    if case_id := actions.filed(actor, sheet, typed):
        return SeeOther(reverse("receipt", args=[case_id]))
    if todo == "drop":
        actions.drop(actor, sheet)
        return SeeOther(reverse(sheet.door))
    uploads = [one for one in request.FILES.getlist("files") if isinstance(one, SealedUpload)]
    saved = actions.save(actor, sheet, typed, uploads, now=request.now)
    if todo == "autosave":
        return _told(request, saved)
    if file_id := request.POST.get("remove"):
        actions.remove_file(actor, saved.sheet, _id(file_id))
    if saved.apart and saved.whole:
        return SeeOther(_to(saved.sheet) + "?said=apart")
    return _go_on(request, saved, typed, todo)


def _go_on(request: DeskRequest, saved: actions.Saved, typed: Typed, todo: str) -> HttpResponse:
    """What the button asked for, once everything is kept."""
    checked, lost = SHEET.check(typed), {*saved.unkept, *unkept(request)}
    shown = SHEET.show(typed)
    for code in lost:
        checked, shown = checked.refuse("files", code), shown.refuse("files", code)
    if todo == "take" and not saved.apart:
        filled = check_sheet(checked, request.now.date())
        return _take(request, saved.sheet, filled)
    if todo in ("ask_number", "open_number"):
        return _number(request, saved.sheet, checked, todo)
    if saved.whole and not lost:
        return SeeOther(_to(saved.sheet))
    return _page(request, saved.sheet, shown if saved.whole else checked)


def _read(request: DeskRequest, sheet_id: UUID) -> Sheet:
    door, revision = request.POST.get("door", ""), request.POST.get("revision", "")
    if door not in queries.DOORS or not revision.isascii() or not revision.isdigit():
        raise Absent
    return queries.Sheet(sheet_id, door, int(revision))


def _id(words: str) -> UUID:
    try:
        return uuid.UUID(words)
    except ValueError as error:
        raise Absent from error


def _to(sheet: Sheet) -> str:
    return reverse("intake", args=[sheet.id])


def _told(request: DeskRequest, saved: actions.Saved) -> JsonResponse:
    """What the page's script needs to go on: where the sheet lies now, and whether all of it."""
    told = {"to": _to(saved.sheet), "revision": saved.sheet.revision, "apart": saved.apart}
    status = 200 if saved.whole else 422
    return JsonResponse({**told, "at": f"{request.now:%H:%M}"}, status=status)


def _take(request: DeskRequest, sheet: Sheet, filled: Filled) -> HttpResponse:
    if not filled.ok:
        return _page(request, sheet, filled)
    actor, now = request.actor, request.now
    new = build(filled, sheet.door, now.date(), words_for(request))
    try:
        case_id = actions.file(actor, request.office, sheet, filled.typed, new, now=now)
    except Busy:
        return _page(request, sheet, filled, said="busy")
    return SeeOther(reverse("receipt", args=[case_id]))


def _number(request: DeskRequest, sheet: Sheet, filled: Filled, todo: str) -> HttpResponse:
    """Whether the number is known; with a reason, which cases have it."""
    digits, why = filled.value("phone") or "", filled.value("number_why") or ""
    at, heeds = AtOffice(request.office.id), heeds_of(filled)
    shown = SHEET.show(filled.typed)
    if not digits:
        return _page(request, sheet, shown, number=Number(heeds, needed=True))
    if todo == "ask_number":
        known = number_queries.known(request.actor, at, digits, now=request.now)
        return _page(request, sheet, shown, number=Number(heeds, known))
    if not why:
        errors = [slip for slip in filled.errors if slip.name == "number_why"]
        code = errors[0].code if errors else "required"
        return _page(
            request, sheet, shown.refuse("number_why", code), number=Number(heeds, known=None)
        )
    found = number_queries.open_known(request.actor, at, digits, why, now=request.now)
    return _page(request, sheet, shown, number=Number(heeds, bool(found), found))


def _page(
    request: DeskRequest,
    sheet: Sheet,
    filled: Filled,
    *,
    said: str = "",
    number: Number | None = None,
) -> HttpResponse:
    saved = queries.unfinished(request.actor, request.now)
    own = next((one for one in saved if one.sheet.id == sheet.id), None)
    held = [HeldFile(str(one), about.name, about.length) for one, about in own.held] if own else []
    shown = {
        "page": "phone",
        "sheet": sheet,
        "began_at": own and own.began_at,
        "doors": queries.DOORS,
        "form": filled.holding("files", held),
        "said": said and f"desk.intake.{said}",
        "number": number or Number(heeds_of(filled)),
        "emergency": emergency(request.programme),
        "saved": tuple(Saved(one.sheet, one.began_at) for one in saved if one.sheet.id != sheet.id),
    }
    status = BUSY if said == "busy" else filled.status
    return render(request, "desk/phone/page.html", shown, status=status)


def receipt(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """Number and secret in groups; on POST they count as handed over and are gone.

    Who wants the clinic goes on to its bookings.
    """
    case = case_queries.find(request.actor, case_id)
    if request.method == "POST":
        hand_receipt(request.actor, case, now=request.now)
        wants_clinic = request.programme.clinic and case_queries.waits(case, "clinic")
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
    case = case_queries.find(request.actor, case_id)
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


def heeds_of(filled: Filled) -> tuple[str, ...]:
    """The text keys of what to heed about the number: what was noted, what it looks like."""
    noted = tuple(filled.value("phone_note") or ())
    seen = heed(filled.value("phone") or "")
    return tuple(f"desk.number.heed.{code}" for code in (*noted, seen) if code)


def emergency(programme: Programme) -> tuple[Agency, ...]:
    """The agencies with a telephone that a caller in danger is told of."""
    shown = {agency.id: agency for agency in programme.directory}
    return tuple(shown[name] for name in DANGER if name in shown and shown[name].phone)


urlpatterns = [
    path("phone/", begin, {"door": "phone"}, name="phone"),
    path("counter/", begin, {"door": "counter"}, name="counter"),
    path("letter/", begin, {"door": "letter"}, name="letter"),
    path("intake/<uuid:sheet_id>/", sheet, name="intake"),
    path("receipts/<uuid:case_id>/", receipt, name="receipt"),
    path("receipts/<uuid:case_id>/card/", card, name="receipt-card"),
]
