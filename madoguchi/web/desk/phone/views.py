"""The sheet, written while somebody speaks and filed once; and the receipt it ends with."""

import uuid
from dataclasses import dataclass, field
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_POST, require_safe

from madoguchi.rules.decision import Absent
from madoguchi.rules.telephone import caution
from madoguchi.tools.forms.days import at_desk
from madoguchi.tools.forms.form import Filled, HeldFile, Typed
from madoguchi.tools.office.public import portal_host
from madoguchi.tools.vault.fairness import Busy
from madoguchi.tools.vault.receipt import grouped
from madoguchi.tools.vault.upload import SealedUpload
from madoguchi.web.desk.danger.views import emergency
from madoguchi.web.desk.door import takes_files, unkept
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.phone.sheet import SHEET, build, check_sheet
from madoguchi.web.desk.printed import printed
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import texts_for
from madoguchi.web.kit.publications import changes
from madoguchi.work.cases import queries as case_queries
from madoguchi.work.cases.papers import ReceiptCard
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.cases.queries import CaseCard
from madoguchi.work.intake.desk.actions import hand_receipt, print_receipt, show_receipt
from madoguchi.work.intake.sheets import actions, queries
from madoguchi.work.intake.sheets.queries import Sheet
from madoguchi.work.search import queries as number_queries

ANSWERS = "/s/f/"  # where the portal asks for both numbers
BUSY = 503
ANSWERED = {True: "known", False: "unknown", None: "uncertain"}  # whether a number is known
AGAIN = frozenset({"apart", "busy"})


@dataclass(frozen=True)
class Number:
    """What the page shows of the caller's number; `known` is empty while nobody has asked.

    Hit, miss and forbidden look the same but for two words of the same length. `heeds`: the text
    keys of warnings; `needed`: it was asked about without a number.
    """

    heeds: tuple[str, ...]
    known: str = ""
    found: tuple[CaseCard, ...] | None = field(default=None, repr=False)
    needed: bool = False

    @property
    def key(self) -> str:
        """The text key of the answer."""
        return f"desk.number.{self.known}"


@dataclass(frozen=True)
class Group:
    """Digits that are read out together."""

    digits: str = field(repr=False)

    @property
    def read(self) -> tuple[str, ...]:
        """The text keys of the digits."""
        return tuple(f"desk.digit.{digit}" for digit in self.digits)


@require_safe
def begin(request: DeskRequest, door: str) -> HttpResponse:
    """An empty sheet; nothing is stored before something is written."""
    queries.owner(request.actor)
    return _page(request, queries.Sheet(uuid.uuid4(), door), SHEET.show())


@takes_files
def sheet(request: DeskRequest, sheet_id: UUID) -> HttpResponse:
    """A saved sheet; a post saves it and does what its button says."""
    if request.method == "POST":
        return _save(request, sheet_id)
    found = queries.sheet(request.actor, sheet_id, request.now)
    if found is None:
        case_id = queries.filed_as(request.actor, sheet_id, request.now)
        return redirect("receipt", case_id) if case_id else redirect("phone")
    filled = SHEET.show(found.answers)
    said = request.GET.get("said", "")
    return _page(request, found.sheet, filled, said=said if said in AGAIN else "")


def _save(request: DeskRequest, sheet_id: UUID) -> HttpResponse:
    """Save what was typed, unless it is filed already; then what the button asked for."""
    door, revision = request.POST.get("door", ""), request.POST.get("revision", "")
    if door not in queries.DOORS or not revision.isascii() or not revision.isdigit():
        raise Absent
    sheet, typed = queries.Sheet(sheet_id, door, int(revision)), SHEET.take(request.POST)
    button, actor = request.POST.get("do", "keep"), request.actor
    if case_id := actions.filed(actor, sheet, typed):
        return SeeOther(reverse("receipt", args=[case_id]))
    if button == "drop":
        actions.drop(actor, sheet)
        return SeeOther(reverse(sheet.door))
    uploads = [file for file in request.FILES.getlist("files") if isinstance(file, SealedUpload)]
    saved = actions.save(actor, sheet, typed, uploads, now=request.now)
    address = reverse("intake", args=[saved.sheet.id])
    if button == "autosave":  # what the page's script needs to go on
        state = {"to": address, "revision": saved.sheet.revision, "apart": saved.apart}
        status = 200 if saved.whole else 422
        return JsonResponse({**state, "at": f"{request.now:%H:%M}"}, status=status)
    if remove := request.POST.get("remove"):
        try:
            file_id = UUID(remove)
        except ValueError as error:
            raise Absent from error
        actions.remove_file(actor, saved.sheet, file_id)
    if saved.apart and saved.whole:
        return SeeOther(f"{address}?said=apart")
    return _go_on(request, saved, typed, button)


def _go_on(request: DeskRequest, saved: actions.Saved, typed: Typed, button: str) -> HttpResponse:
    """What the button asked for, once everything is saved."""
    sheet, actor, now = saved.sheet, request.actor, request.now
    checked, lost = SHEET.check(typed), {*saved.unkept, *unkept(request)}
    shown = SHEET.show(typed)
    for code in lost:
        checked, shown = checked.refuse("files", code), shown.refuse("files", code)
    if button == "take" and not saved.apart:
        desk, published = request.programme.desk, changes(request)
        filled = at_desk(check_sheet(checked, now.date()), now.date(), desk, published)
        if not filled.ok:
            return _page(request, sheet, filled)
        new = build(filled, sheet.door, texts_for(request))
        try:
            case_id = actions.file(actor, request.office, sheet, filled.typed, new, now=now)
        except Busy:
            return _page(request, sheet, filled, said="busy")
        return SeeOther(reverse("receipt", args=[case_id]))
    if button in ("ask_number", "open_number"):
        return _number(request, sheet, checked, button)
    if saved.whole and not lost:
        return SeeOther(reverse("intake", args=[sheet.id]))
    return _page(request, sheet, shown if saved.whole else checked)


def _number(request: DeskRequest, sheet: Sheet, filled: Filled, button: str) -> HttpResponse:
    """Whether the number is known; with a reason, which cases have it."""
    digits, why = filled.value("phone") or "", filled.value("number_why") or ""
    at, heeds = AtOffice(request.office.id), heeds_of(filled)
    shown = SHEET.show(filled.typed)
    if not digits:
        return _page(request, sheet, shown, number=Number(heeds, needed=True))
    if button == "ask_number":
        known = number_queries.known(request.actor, at, digits, now=request.now)
        return _page(request, sheet, shown, number=Number(heeds, ANSWERED[known]))
    if not why:
        errors = [error for error in filled.errors if error.name == "number_why"]
        shown = shown.refuse("number_why", errors[0].code if errors else "required")
        return _page(request, sheet, shown, number=Number(heeds))
    found = number_queries.open_known(request.actor, at, digits, why, now=request.now)
    return _page(request, sheet, shown, number=Number(heeds, found=found))


def _page(
    request: DeskRequest,
    sheet: Sheet,
    filled: Filled,
    *,
    said: str = "",
    number: Number | None = None,
) -> HttpResponse:
    """The sheet; `said`: why it is shown again, as a code of `desk.intake`."""
    saved = queries.unfinished(request.actor, request.now)
    own = next((each for each in saved if each.sheet.id == sheet.id), None)
    held = [HeldFile(str(id_), about.name, about.length) for id_, about in own.held] if own else []
    values = {
        "page": "phone",
        "sheet": sheet,
        "began_at": own and own.began_at,
        "doors": queries.DOORS,
        "form": filled.holding("files", held),
        "said": said and f"desk.intake.{said}",
        "number": number or Number(heeds_of(filled)),
        "emergency": emergency(request.programme),
        "saved": tuple(each for each in saved if each.sheet.id != sheet.id),
    }
    status = BUSY if said == "busy" else filled.status
    return render(request, "desk/phone/page.html", values, status=status)


def receipt(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """Number and secret in groups; on POST it is said whether they were handed over, and are gone.

    Who wants the clinic goes on to its bookings.
    """
    case = case_queries.find(request.actor, case_id)
    if request.method == "POST":
        handed = request.POST.get("handed") == "yes"
        hand_receipt(request.actor, case, handed=handed, now=request.now)
        return SeeOther(reverse(_onward(request, case), args=[case_id]))
    numbers = show_receipt(request.actor, case, now=request.now)
    values = {
        "page": "phone",
        "case_id": case_id,
        "short_name": case.short_name,
        "urgent": case.urgent,
        "not_reached_on": case_queries.out_of_reach(case),
        "by_mail": case.channel == "mail",
        "emergency": emergency(request.programme),
        "number": _groups(numbers["number"]) if numbers else (),
        "secret": _groups(numbers["secret"]) if numbers else (),
    }
    return render(request, "desk/phone/receipt.html", values)


def _onward(request: DeskRequest, case: case_queries.Found) -> str:
    """Where the first contact leads: to the clinic or the referral that was agreed, or the case."""
    if request.programme.clinic and case_queries.waits(case, "clinic"):
        return "case-clinic"
    return "refer" if case_queries.waits(case, "referral") else "case"


@require_POST
def card(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """Both numbers on the card to take home; once handed over, the page that says so."""
    case = case_queries.find(request.actor, case_id)
    numbers = print_receipt(request.actor, case, now=request.now)
    if numbers is None:
        return SeeOther(reverse("receipt", args=[case_id]))
    facts = ReceiptCard(
        office=request.office.name,
        address=f"{portal_host(request.office.id)}{ANSWERS}",
        number=tuple(grouped(numbers["number"]).split("-")),
        secret=tuple(grouped(numbers["secret"]).split("-")),
    )
    return printed(request, "receipt_card", facts, "card.pdf")


def _groups(digits: str) -> tuple[Group, ...]:
    return tuple(Group(part) for part in grouped(digits).split("-"))


def heeds_of(filled: Filled) -> tuple[str, ...]:
    """The text keys of warnings about the number: what was noted, what it looks like."""
    noted = tuple(filled.value("phone_note") or ())
    looks_like = caution(filled.value("phone") or "")
    return tuple(f"desk.number.heed.{code}" for code in (*noted, looks_like) if code)


urlpatterns = [
    path("phone/", begin, {"door": "phone"}, name="phone"),
    path("counter/", begin, {"door": "counter"}, name="counter"),
    path("letter/", begin, {"door": "letter"}, name="letter"),
    path("intake/<uuid:sheet_id>/", sheet, name="intake"),
    path("receipts/<uuid:case_id>/", receipt, name="receipt"),
    path("receipts/<uuid:case_id>/card/", card, name="receipt-card"),
]
