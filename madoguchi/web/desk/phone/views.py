"""The sheet: written while somebody speaks, kept as it grows, filed once. Works without script."""

import uuid
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.rules.decision import Absent
from madoguchi.tools.vault.lane import Busy
from madoguchi.tools.vault.upload import SealedUpload
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.phone import cards, forms
from madoguchi.web.desk.phone.build import build
from madoguchi.web.desk.uploads import takes_files, unkept
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.form import Filled, HeldFile, Typed
from madoguchi.web.kit.reading import words_for
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.intake.sheets import actions, queries
from madoguchi.work.intake.sheets.queries import Sheet
from madoguchi.work.search import queries as number_queries

BUSY = 503
AGAIN = frozenset({"apart", "busy"})


@require_safe
def begin(request: DeskRequest, door: str) -> HttpResponse:
    """An empty sheet; nothing is kept before something is written."""
    queries.owner(request.actor)
    return _page(request, queries.Sheet(uuid.uuid4(), door), forms.SHEET.show())


@takes_files
def sheet(request: DeskRequest, sheet_id: UUID) -> HttpResponse:
    """A saved sheet; on POST keep it and do what its button says."""
    if request.method == "POST":
        return _sent(request, sheet_id)
    found = queries.sheet(request.actor, sheet_id, request.now)
    if found is None:
        case_id = queries.filed_as(request.actor, sheet_id, request.now)
        return redirect("receipt", case_id) if case_id else redirect("phone")
    filled = forms.SHEET.show(found.answers)
    said = request.GET.get("said", "")
    return _page(request, found.sheet, filled, said=said if said in AGAIN else "")


def _sent(request: DeskRequest, sheet_id: UUID) -> HttpResponse:
    sheet, typed = _read(request, sheet_id), forms.SHEET.take(request.POST)
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
    checked, lost = forms.SHEET.check(typed), {*saved.unkept, *unkept(request)}
    shown = forms.SHEET.show(typed)
    for code in lost:
        checked, shown = checked.refuse("files", code), shown.refuse("files", code)
    if todo == "take" and not saved.apart:
        filled = forms.check(checked, request.now.date())
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
    at, heeds = AtOffice(request.office.id), cards.heeds(filled)
    shown = forms.SHEET.show(filled.typed)
    if not digits:
        return _page(request, sheet, shown, number=cards.Number(heeds, needed=True))
    if todo == "ask_number":
        known = number_queries.known(request.actor, at, digits, now=request.now)
        return _page(request, sheet, shown, number=cards.Number(heeds, known))
    if not why:
        slips = [slip for slip in filled.slips if slip.name == "number_why"]
        code = slips[0].code if slips else "required"
        return _page(
            request, sheet, shown.refuse("number_why", code), number=cards.Number(heeds, known=None)
        )
    found = number_queries.open_known(request.actor, at, digits, why, now=request.now)
    return _page(request, sheet, shown, number=cards.Number(heeds, bool(found), found))


def _page(
    request: DeskRequest,
    sheet: Sheet,
    filled: Filled,
    *,
    said: str = "",
    number: cards.Number | None = None,
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
        "number": number or cards.Number(cards.heeds(filled)),
        "emergency": cards.emergency(request.programme),
        "saved": tuple(
            cards.Saved(one.sheet, one.began_at) for one in saved if one.sheet.id != sheet.id
        ),
    }
    status = BUSY if said == "busy" else filled.status
    return render(request, "desk/phone/page.html", shown, status=status)
