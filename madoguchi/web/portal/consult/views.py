"""Asking for help, step by step (相談の申し込み): steps, lines to ring, check page, receipt.

Every page is saved before it is judged: nothing typed is lost.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import path

from madoguchi.tools.forms.form import Filled, HeldFile
from madoguchi.tools.office.network import network
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.fairness import Busy
from madoguchi.tools.vault.receipt import grouped
from madoguchi.web.kit.arrival import TOKYO
from madoguchi.web.kit.formatting import Formatter, texts_for
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.consult import steps
from madoguchi.web.portal.consult.steps import Step, build, in_words, parts, phone_lines, unready
from madoguchi.web.portal.follow import session
from madoguchi.web.portal.safety.visitor import (
    MOST_FILES,
    draw,
    newcomer,
    private,
    see,
    unkept,
    uploads,
    visitor,
    welcome,
)
from madoguchi.work.intake import public as intake

FROM_CHECK, UNKEPT = "?back", "?unkept"


@private
def step(request: OfficeRequest, number: int) -> HttpResponse:
    """Shows one step, or saves what it sent and goes on."""
    step = steps.STEPS.get(number)
    if step is None:
        raise Http404
    if request.method == "POST":
        sender = newcomer(request)
        return welcome(_save(request, sender, step), sender)
    who = visitor(request)
    draft = visit.recall(who, "draft", request.now) if who else None
    if who is None or draft is None:
        return nothing_here(request, who)
    if "begun" in request.GET:
        return see("consult", number)
    return _page(request, step, with_files(steps.show(step, draft["answers"]), who))


def _save(request: OfficeRequest, who: visit.Holder, step: Step) -> HttpResponse:
    """Save what the step's page sent, words and files, then judge it; files may be taken back."""
    now = request.now
    if visit.recall(who, "draft", now) is None and visit.recall(who, "done", now):
        return see("consult-done", mark=UNKEPT if set_aside(who, step, request) else "")
    typed = step.form.take(request.POST)

    def change(draft: dict[str, Any]) -> None:
        draft["answers"].update(typed)
        draft["step"] = max(draft.get("step", 0), step.number)

    remove(request, who)
    kept = intake.keep(who, change, uploads(request, "files"), network(request), now)
    if "remove" in request.POST:
        return see("consult", step.number, mark=FROM_CHECK if "back" in request.POST else "")
    answers = kept.draft["answers"]
    filled = steps.check(step, answers, request.programme.desk)
    filled = with_files(filled, who, (*kept.unkept, *unkept(request)))
    if not filled.ok:
        return _page(request, step, filled)
    if "finish" in request.POST:
        return _send(request, who, answers)
    if "back" in request.POST:
        return see("consult-check")
    if steps.calls_for_lines(filled, answers):
        return see("consult-lines", step.number)
    return see("consult-check") if step.number == steps.LAST else see("consult", step.number + 1)


def _page(request: OfficeRequest, step: Step, filled: Filled) -> HttpResponse:
    cards = {
        "step": step,
        "last": steps.LAST,
        "form": filled,
        "back": "back" in request.GET or "back" in request.POST,
        "before": step.number - 1,
    }
    return draw(request, "portal/consult/step.html", cards, filled.status)


@private
def lines(request: OfficeRequest, number: int) -> HttpResponse:
    """Shows lines to ring before the request goes on."""
    who = visitor(request)
    draft = visit.recall(who, "draft", request.now) if who else None
    if draft is None or number >= steps.LAST:
        return nothing_here(request, who)
    first = steps.show(steps.STEPS[1], draft["answers"])
    danger = number == 1 and first.value("danger") == "yes"
    young = number != 1 or first.value("who") in steps.WITH_CHILD
    agencies = phone_lines(request.programme, danger=danger, young=young)
    cards = {"agencies": agencies, "danger": danger, "young": young, "next": number + 1}
    place = {"number": number, "last": steps.LAST}
    return draw(request, "portal/consult/lines.html", cards | place)


@private
def check(request: OfficeRequest) -> HttpResponse:
    """Shows all answers with ways to change them; its button files the request, once."""
    who = visitor(request)
    draft = visit.recall(who, "draft", request.now) if who else None
    if who is None or draft is None:
        return nothing_here(request, who)
    if request.method == "POST":
        return _send(request, who, draft["answers"])
    return draw(request, "portal/consult/check.html", {"parts": parts(draft["answers"], held(who))})


@private
def done(request: OfficeRequest) -> HttpResponse:
    """Shows the receipt for as long as the visit holds it."""
    now = request.now
    who = visitor(request)
    done = visit.recall(who, "done", now) if who else None
    if who is None or done is None:
        return nothing_here(request, who)
    cards = receipt_cards(request, done) | {
        "promised": request.programme.desk.promise.confirmed,
        "aside": visit.recall(who.beside, "draft", now) is not None,
        "unkept": "unkept" in request.GET,
    }
    return draw(request, "portal/consult/done.html", cards)


def receipt_cards(request: OfficeRequest, done: dict[str, Any]) -> dict[str, object]:
    """The receipt that the visit holds after sending, and when the desk reads what was sent."""
    read_at = datetime.fromisoformat(done["read_at"]).astimezone(TOKYO)
    sent_at = datetime.fromisoformat(done["at"]).astimezone(TOKYO)
    return {
        "number": grouped(done["number"]),
        "secret": grouped(done["secret"]),
        "urgent": done["urgent"],
        "rule": f"consult.done_{done['rule']}",
        "when": Formatter(texts_for(request)).opening(read_at, request.now),
        "read_now": read_at <= sent_at,
        "sent_on": sent_at.date(),
    }


def remove(request: OfficeRequest, who: visit.Holder) -> None:
    """Take back the file whose button was pressed."""
    try:
        file_id = UUID(request.POST.get("remove", ""))
    except ValueError:
        return
    visit.remove_file(who, file_id)


def held(who: visit.Holder) -> tuple[HeldFile, ...]:
    """The files of the draft by name and size."""
    return tuple(
        HeldFile(str(file_id), about.name, about.length) for file_id, about in visit.held_files(who)
    )


def with_files(filled: Filled, who: visit.Holder, unkept: tuple[str, ...] = ()) -> Filled:
    """The form with its held files, and why others could not be kept."""
    if "files" not in filled.values:
        return filled
    for code in unkept[:1]:
        filled = filled.refuse("files", code, most=MOST_FILES.get(code, 0))
    return filled.holding("files", held(who))


def set_aside(
    who: visit.Holder, step: Step, request: OfficeRequest, at: visit.Holder | None = None
) -> tuple[str, ...]:
    """What a step changes after the request was sent waits beside it, for the receipt's page.

    `at`: where the visit holds what was sent, if not with the request. Why files could not be kept
    (codes), if any could not.
    """
    typed, files = step.form.take(request.POST), uploads(request, "files")
    now = request.now
    changed, new = intake.not_yet_filed(at or who, typed, files, now)
    if not (changed or new):
        return unkept(request)

    text = in_words(step, changed, texts_for(request))
    case_mark = (visit.recall(at or who, "done", now) or {}).get("mark", "")

    def change(draft: dict[str, Any]) -> None:
        draft["case"] = case_mark
        before = "".join(draft["answers"].get("text", []))
        if text not in before:
            draft["answers"]["text"] = [f"{before}\n\n{text}".strip()]

    session.make_room(who.beside, case_mark, now)
    kept = intake.keep(who.beside, change, new, network(request), now)
    return (*kept.unkept, *unkept(request))


def nothing_here(request: OfficeRequest, who: visit.Holder | None) -> HttpResponse:
    """Where a page without a draft leads: the receipt, the first page, or how to allow cookies."""
    if who and visit.recall(who, "done", request.now):
        return see("consult-done")
    if who is None and "begun" in request.GET:
        return draw(request, "portal/safety/cookies.html")
    return see("safety")


def _send(request: OfficeRequest, who: visit.Holder, answers: dict[str, Any]) -> HttpResponse:
    desk, now = request.programme.desk, request.now
    if incomplete := unready(answers, desk):
        step, filled = incomplete
        return _page(request, step, with_files(filled, who))
    ready = build(answers, desk, changes(request), now)
    try:
        filed = intake.ask(who, request.office, ready, network(request), now=now)
    except Busy:
        cards: dict[str, object] = {"parts": parts(answers, held(who)), "busy": True}
        return draw(request, "portal/consult/check.html", cards, 503)
    if not filed and visit.recall(who, "draft", now) is None:  # another press was quicker
        return nothing_here(request, who)
    return see("consult-done" if filed else "consult-check")


urlpatterns = [
    path("s/c/<int:number>/", step, name="consult"),
    path("s/c/<int:number>/lines/", lines, name="consult-lines"),
    path("s/c/check/", check, name="consult-check"),
    path("s/c/done/", done, name="consult-done"),
]
