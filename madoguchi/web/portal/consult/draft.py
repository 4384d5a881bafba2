"""The draft of a visit (下書き): saved first, judged afterwards; nothing typed is lost."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from madoguchi.rules import limits
from madoguchi.tools.office.network import network
from madoguchi.tools.vault import visit
from madoguchi.web.kit.form import Filled, HeldFile
from madoguchi.web.kit.reading import words_for
from madoguchi.web.portal.consult.answers import in_words
from madoguchi.web.portal.consult.steps import Step
from madoguchi.web.portal.follow import reply
from madoguchi.web.portal.safety.visitor import draw, see, unkept, uploads
from madoguchi.work.intake import public as intake

MOST = {"files_many": limits.FILES_A_REQUEST, "files_case": limits.FILES_A_CASE}


def save(request: HttpRequest, who: visit.Holder, step: Step) -> intake.Kept:
    """Save what the step's page sent, words and files; a file may be taken back as well."""
    typed = step.form.take(request.POST)

    def change(draft: dict[str, Any]) -> None:
        draft["answers"].update(typed)
        draft["step"] = max(draft.get("step", 0), step.number)

    remove(request, who)
    sent, now = uploads(request, "files"), request.now  # type: ignore[attr-defined] # set on arrival
    kept = intake.keep(who, change, sent, network(request), now)
    return intake.Kept(kept.draft, (*kept.unkept, *unkept(request)))


def remove(request: HttpRequest, who: visit.Holder) -> None:
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
        filled = filled.refuse("files", code, most=MOST.get(code, 0))
    return filled.holding("files", held(who))


def set_aside(
    who: visit.Holder, step: Step, request: HttpRequest, at: visit.Holder | None = None
) -> tuple[str, ...]:
    """What a step changes after the request was sent waits beside it, for the receipt's page.

    `at`: where the visit holds what was sent, if not with the request. Why files could not be kept
    (codes), if any could not.
    """
    typed, sent = step.form.take(request.POST), uploads(request, "files")
    now = request.now  # type: ignore[attr-defined] # set on arrival
    changed, new = intake.unsaid(at or who, typed, sent, now)
    if not (changed or new):
        return unkept(request)

    told = in_words(step, changed, words_for(request))
    case_mark = (visit.recall(at or who, "done", now) or {}).get("mark", "")

    def change(draft: dict[str, Any]) -> None:
        draft["case"] = case_mark
        before = "".join(draft["answers"].get("text", []))
        if told not in before:
            draft["answers"]["text"] = [f"{before}\n\n{told}".strip()]

    reply.make_room(who, case_mark, now)
    kept = intake.keep(who.beside, change, new, network(request), now)
    return (*kept.unkept, *unkept(request))


def nothing_here(request: HttpRequest, who: visit.Holder | None) -> HttpResponse:
    """Where a page without a draft leads: the receipt, the first page, or how to allow cookies."""
    if who and visit.recall(who, "done", request.now):  # type: ignore[attr-defined] # set on arrival
        return see("consult-done")
    if who is None and "begun" in request.GET:
        return draw(request, "portal/safety/cookies.html")
    return see("safety")
