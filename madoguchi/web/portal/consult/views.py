"""Asking for help, step by step (相談の申し込み): steps, lines to ring, check page, receipt.

Every page is saved before it is judged: nothing typed is lost.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import path

from madoguchi.rules.programme.meaning import Meaning
from madoguchi.rules.referral import Helplines, Reached
from madoguchi.tools.forms.form import Filled, HeldFile, Typed
from madoguchi.tools.office.network import network
from madoguchi.tools.vault import visit
from madoguchi.tools.vault.fairness import Busy
from madoguchi.tools.vault.receipt import grouped
from madoguchi.web.kit.arrival import TOKYO
from madoguchi.web.kit.display import as_pressed, stays
from madoguchi.web.kit.formatting import Formatter, texts_for
from madoguchi.web.kit.publications import changes
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.consult import steps
from madoguchi.web.portal.consult.steps import (
    Step,
    as_far_as_written,
    build,
    in_words,
    only_unnamed,
    parts,
    phone_lines,
    silences,
    ticked,
    unready,
    written,
)
from madoguchi.web.portal.follow import session
from madoguchi.web.portal.page import (
    Calm,
    calm,
    heard,
    helplines_for,
    persons,
    reached,
    shown_agencies,
    with_chat,
)
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
    where_web_is_taken,
)
from madoguchi.work.intake import public as intake

AS_IT_IS = "as_it_is"
FROM_CHECK, UNKEPT = "?back", "?unkept"
WAYS = ("send", "stay", "check", "before")
"""Where a notice of danger leads, if not to the step after: in its address, so in each language."""


@private
@where_web_is_taken
def step(request: OfficeRequest, name: str) -> HttpResponse:
    """Shows one step, or saves what it sent and goes on."""
    if name not in steps.STEPS:
        raise Http404
    step = steps.STEPS[name]
    if request.method == "POST":
        sender = newcomer(request)
        return as_pressed(request, welcome(_save(request, sender, step), sender))
    who = visitor(request)
    draft = visit.recall(who, "draft", request.now) if who else None
    if who is None or draft is None:
        return nothing_here(request, who)
    if "begun" in request.GET:
        return see("consult", step.name)
    filled = steps.show(step, draft["answers"], request.programme.desk)
    return _page(request, step, with_files(filled, who))


@private
@where_web_is_taken
def numbered(request: OfficeRequest, number: int) -> HttpResponse:
    """A step by the number that it once had: what a page of then sends is saved like any other.

    The steps had another order, so it leads to the first one that was not sent yet.
    """
    if number not in steps.OLD_NUMBERS:
        raise Http404
    if request.method == "POST":
        sender = newcomer(request)
        step = steps.STEPS[steps.OLD_NUMBERS[number]]
        return welcome(_save(request, sender, step, numbered=True), sender)
    who = visitor(request)
    draft = visit.recall(who, "draft", request.now) if who else None
    if who is None or draft is None:
        return nothing_here(request, who)
    return _at(steps.unfinished(draft["answers"]))


def _at(name: str | None) -> HttpResponse:
    """Leads to a step, or to the check page where none is left."""
    return see("consult", name) if name else see("consult-check")


def _save(
    request: OfficeRequest, who: visit.Holder, step: Step, *, numbered: bool = False
) -> HttpResponse:
    """Save what the step's page sent, words and files, then judge it; files may be taken back."""
    now = request.now
    before = visit.recall(who, "draft", now)
    if before is None and visit.recall(who, "done", now):
        return see("consult-done", mark=UNKEPT if set_aside(who, step, request) else "")
    typed = step.form.take(request.POST)
    mixed = before is not None and _mix(typed, before["answers"], request.POST.get("was", ""))

    def change(draft: dict[str, Any]) -> None:
        draft["answers"].update(typed)

    remove(request, who)
    kept = intake.keep(who, change, uploads(request, "files"), network(request), now)
    answers = kept.draft["answers"]
    noticed = newly_noticed(request, step, typed, before["answers"] if before else {})
    if mixed:
        shown = steps.check(step, answers, request.programme.desk)
        return _page(request, step, with_files(shown, who), noticed, mixed=True)
    if "remove" in request.POST and noticed:
        shown = steps.show(step, answers, request.programme.desk)
        return _page(request, step, with_files(shown, who), noticed)
    if "remove" in request.POST:
        return see("consult", step.name, mark=FROM_CHECK if "back" in request.POST else "")
    filled = steps.check(step, answers, request.programme.desk)
    unkept_files = (*kept.unkept, *unkept(request))
    filled = with_files(filled, who, unkept_files)
    early = "finish" in request.POST
    to_before = "before" in request.POST and not unkept_files  # kept, and judged another time
    by_tool = stays(request) and not unkept_files
    told = before is not None and steps.own_answers(step, before["answers"]) == typed
    passes = told and not unkept_files and all(map(steps.may_stay, filled.wrong))
    if not (filled.ok or early or to_before or by_tool or passes):
        return _page(request, step, filled, noticed)
    if noticed:
        back = "back" in request.POST
        asked = {"send": early, "stay": by_tool, "check": back, "before": to_before}
        return see("consult-lines", step.name, *[way for way in WAYS if asked[way]][:1])
    if by_tool:
        return see("consult", step.name, mark=FROM_CHECK if "back" in request.POST else "")
    if early:
        return _send(request, who, answers, early=True)
    if "back" in request.POST:
        return see("consult-check")
    if to_before:
        return see("consult", steps.before(step) or step.name)
    if steps.calls_for_lines(filled, answers):
        return see("consult-lines", step.name)
    return _at(steps.unfinished(answers) if numbered else steps.after(step))


def _mix(typed: Typed, before: Typed, was: str) -> bool:
    """Put what another tab wrote meanwhile below the story; whether there is more of it now.

    `was`: the mark of the story that the page showed. An empty page takes no words away.
    """
    now, stored = (_story(answers) for answers in (typed, before))
    if "text" not in typed or not stored or was in ("", _mark(stored)) or stored in now:
        return False
    typed["text"] = [f"{now}\r\n\r\n{stored}" if now else stored]
    return bool(now)


def _story(answers: Typed) -> str:
    return "".join(answers.get("text", ())[:1]).strip()


def _mark(story: str) -> str:
    return hashlib.sha256(story.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Noticed:
    """What is shown before the way goes on: lines for a danger, whom to show a letter to."""

    calm: Calm | None
    letter: Helplines | None


def newly_noticed(
    request: OfficeRequest, step: Step, typed: Typed, before: Typed
) -> Noticed | None:
    """What is shown for what was sent, where it means what the draft did not hold before.

    So each danger brings its lines once, whatever others were met; a tick only where no words did.
    """
    met = heard(request, *all_written(before))
    now = heard(request, *written(step, typed))
    told = {*persons(met), *persons(now), *ticked(step, before)}
    new_danger = any(each.danger and each not in met for each in now)
    new_letter = has_letter(now) and not has_letter(met)
    new = new_danger or new_letter or set(ticked(step, typed)) - told
    return noticed_on(request, step, {**before, **typed}) if new else None


def noticed_on(request: OfficeRequest, step: Step, answers: Typed) -> Noticed | None:
    """What is shown for what the words and ticks of one step mean.

    To a child, or whoever looks after one, who listens to children is named, too.
    """
    meant, ticks = heard(request, *written(step, answers)), ticked(step, answers)
    if steps.with_child(answers) and (ticks or any(each.danger for each in meant)):
        ticks = (*ticks, "child")
    letter = helplines_for(request, "sued") if has_letter(meant) else None
    found = Noticed(calm(request, meant, ticks), letter)
    return found if found.calm or found.letter else None


def has_letter(meant: Iterable[Meaning]) -> bool:
    """Whether it tells of a letter that wants an answer by a date."""
    return any(each.letter for each in meant)


def all_written(answers: Typed) -> list[str]:
    """What was written on all steps in own words."""
    return [words for each in steps.STEPS.values() for words in written(each, answers)]


def _page(
    request: OfficeRequest,
    step: Step,
    filled: Filled,
    noticed: Noticed | None = None,
    *,
    mixed: bool = False,
) -> HttpResponse:
    cards: dict[str, object] = {
        "calm": noticed.calm if noticed else None,
        "letter": noticed.letter if noticed else None,
        "step": step,
        "last": steps.LAST,
        "form": filled,
        "back": "back" in request.GET or "back" in request.POST,
        "before": steps.before(step),
        "may_stay": all(map(steps.may_stay, filled.wrong)),
        "was": _mark(filled.words("text").strip()) if "text" in filled.values else "",
        "mixed": mixed,
    }
    status = filled.status if request.method == "POST" else 200
    return draw(request, "portal/consult/step.html", cards, status)


@private
@where_web_is_taken
def lines(request: OfficeRequest, name: str, way: str = "") -> HttpResponse:
    """Shows lines to ring before the request goes on, or is sent as far as it is written."""
    who = visitor(request)
    draft = visit.recall(who, "draft", request.now) if who else None
    if draft is None or name not in steps.STEPS or way not in ("", *WAYS):
        return nothing_here(request, who)
    step, answers = steps.STEPS[name], draft["answers"]
    following = steps.after(step)
    cards: dict[str, object] = {"step": step, "last": steps.LAST, "next": following}
    if noticed := noticed_on(request, step, answers):
        cards["files"] = bool(held(who)) if who else False
        if way in ("before", "stay"):
            cards["next"] = (way == "before" and steps.before(step)) or name
        cards |= {"calm": noticed.calm, "letter": noticed.letter, "way": way}
        return draw(request, "portal/consult/noticed.html", cards)
    if following is None:
        return see("consult-check")
    first = steps.show(steps.STEPS["danger"], answers, request.programme.desk)
    danger = name == "danger" and first.value("danger") == "yes"
    young = name != "danger" or first.value("who") in steps.WITH_CHILD
    agencies = to_ring(request, danger=danger, young=young)
    voiceless = helplines_for(request, "silent")
    own = {"agencies": agencies, "danger": danger, "young": young, "voiceless": voiceless}
    return draw(request, "portal/consult/lines.html", own | cards)


def to_ring(request: OfficeRequest, *, danger: bool, young: bool) -> tuple[Reached, ...]:
    """The lines for an answer: in danger whom to ring at once, then who answers now, and a chat."""
    found = reached(request, phone_lines(request.programme, danger=danger, young=young))
    first = steps.at_once() if danger else steps.in_english()
    ordered = sorted(found, key=lambda each: each.agency.id not in first)
    return with_chat(request, "child" if young else "dying", tuple(ordered))


@private
@where_web_is_taken
def check(request: OfficeRequest) -> HttpResponse:
    """Shows all answers with ways to change them; its button files the request, once."""
    who = visitor(request)
    draft = visit.recall(who, "draft", request.now) if who else None
    if who is None or draft is None:
        return nothing_here(request, who)
    if request.method == "POST":
        shown = _shown(who, draft["answers"], held(who))
        if request.POST.get("shown", shown) != shown:
            return _check_page(request, who, draft["answers"], changed=True)
        return _send(request, who, draft["answers"], early="finish" in request.POST)
    return _check_page(request, who, draft["answers"])


def _shown(who: visit.Holder, answers: Typed, files: Iterable[HeldFile]) -> str:
    """A mark of what the check page shows, so that nothing else is sent from it."""
    return who.bind(f"shown/{json.dumps([answers, [file.ref for file in files]])}")


def _check_page(
    request: OfficeRequest,
    who: visit.Holder,
    answers: Typed,
    *,
    busy: bool = False,
    changed: bool = False,
) -> HttpResponse:
    rule, files = steps.not_as_chosen(answers), held(who)
    cards: dict[str, object] = {
        "parts": parts(answers, files),
        "rule": f"consult.done_{rule}" if rule else "",
        "busy": busy,
        "changed": changed,
        "shown": _shown(who, answers, files),
    }
    status = 503 if busy else 409 if changed else 200
    return draw(request, "portal/consult/check.html", cards, status)


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
    return for_its_time(draw(request, "portal/consult/done.html", cards), done, now)


def for_its_time(page: HttpResponse, done: dict[str, Any], now: datetime) -> HttpResponse:
    """The page with the numbers, on a screen that nobody touches, while the visit holds them."""
    left = datetime.fromisoformat(done["at"]) + visit.LIVES["done"] - now
    page["Refresh"] = str(int(left.total_seconds()) + 1)
    return page


def receipt_cards(request: OfficeRequest, done: dict[str, Any]) -> dict[str, object]:
    """The receipt that the visit holds after sending, and when the desk reads what was sent."""
    read_at = datetime.fromisoformat(done["read_at"]).astimezone(TOKYO)
    sent_at = datetime.fromisoformat(done["at"]).astimezone(TOKYO)
    return {
        "number": grouped(done["number"]),
        "secret": grouped(done["secret"]),
        "urgent": done["urgent"],
        "to_talk": to_talk(request, done.get("lines", ())) if done["urgent"] else (),
        "voiceless": helplines_for(request, "silent"),
        "unvoiced": done.get("unvoiced", False),
        "rule": f"consult.done_{done['rule']}",
        "silent": done["rule"] == "wait",
        "when": Formatter(texts_for(request)).opening(read_at, request.now),
        "read_now": read_at <= sent_at,
        "sent_on": sent_at.date(),
    }


def to_talk(request: OfficeRequest, lines: Iterable[str]) -> tuple[Reached, ...]:
    """Who answers first for each danger that was sent, then whoever wants to die."""
    listens = [each.agency for each in helplines_for(request, "dying").first[:1]]
    named = dict.fromkeys((*shown_agencies(request.programme, lines), *listens))
    return tuple(each for agency in named for each in reached(request, (agency,)))


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


def _send(
    request: OfficeRequest, who: visit.Holder, answers: dict[str, Any], *, early: bool
) -> HttpResponse:
    """File the request; `early`: as far as it is written, whatever is missing."""
    desk, now = request.programme.desk, request.now
    sent = as_far_as_written(answers, desk, texts_for(request), early=early)
    if early and request.POST["finish"] != AS_IT_IS and silences(sent, answers):
        asked = steps.check(steps.STEPS["contact"], answers, desk)
        return draw(request, "portal/consult/silent.html", {"form": asked})
    if (incomplete := unready(sent, desk)) and not (early and only_unnamed(incomplete[1])):
        step, filled = incomplete
        return _page(request, step, with_files(filled, who))
    ready = replace(build(sent, desk, changes(request), now), answers=answers)
    meant = heard(request, *all_written(answers))
    signs = not {"sign", "writing"}.isdisjoint(answers.get("support", ()))
    ready = replace(ready, unvoiced=signs or any(each.voiceless for each in meant))
    if found := calm(request, meant):  # it stands on top until somebody has read it
        ready = replace(ready, urgent=True, lines=found.firsts)
    if steps.with_child(answers):
        child = helplines_for(request, "child").first[:1]
        ready = replace(ready, lines=(*(each.agency.id for each in child), *ready.lines))
    try:
        filed = intake.ask(who, request.office, ready, network(request), now=now)
    except Busy:
        return _check_page(request, who, answers, busy=True)
    if not filed and visit.recall(who, "draft", now) is None:  # another press was quicker
        return nothing_here(request, who)
    return see("consult-done" if filed else "consult-check")


urlpatterns = [
    path("s/c/check/", check, name="consult-check"),
    path("s/c/done/", done, name="consult-done"),
    path("s/c/<int:number>/", numbered, name="consult-numbered"),
    path("s/c/<slug:name>/", step, name="consult"),
    path("s/c/<slug:name>/lines/<slug:way>/", lines, name="consult-lines"),
    path("s/c/<slug:name>/lines/", lines, name="consult-lines"),
]
