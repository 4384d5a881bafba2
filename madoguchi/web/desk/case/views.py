"""The case page: it opens the case once, with one audit line; its acts work without script."""

import secrets
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.programme.texts import Texts
from madoguchi.tools.act.action import done_before
from madoguchi.tools.forms.fields import showable
from madoguchi.tools.forms.form import Typed
from madoguchi.web.desk.case import acts, files, links
from madoguchi.web.desk.case.acts import ACTS, SELDOM, Press, offered
from madoguchi.web.desk.case.cards import cards
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.grants.summary import status
from madoguchi.web.desk.issued.views import papers
from madoguchi.web.desk.subsidy import views as subsidy
from madoguchi.web.kit.act_page import Submission, submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import texts_for
from madoguchi.work.cases import queries

INTO = {"answer": "answer_text", "log": "log_text", "note": "note_text"}  # act → its field
SETS = {"answer": "answer", "log": "record", "note": "record"}
FIRST_TYPED = {"answer": {"answer_days": [acts.FOLLOW_UP_DAYS]}}
STALE, NOT_YOURS = "case.stale", "case.not_yours"
NEVER_STALE = ("note",)  # it overwrites nothing, and nobody has to write it twice


@dataclass(frozen=True)
class Block:
    """A text block (定型文), put after what was typed by a button that saves nothing else."""

    code: str
    title: str
    words: str


@require_safe
def case(request: DeskRequest, case_id: UUID) -> HttpResponse:
    return _page(request, case_id, Submission())


def act(request: DeskRequest, case_id: UUID, name: str) -> HttpResponse:
    """Do a verb and go back to the page, or show it again with everything that was typed."""
    if name not in ACTS:
        raise Absent
    if request.method != "POST":
        return redirect("case", case_id)
    case, act = queries.find(request.actor, case_id), ACTS[name]
    typed = act.form.take(request.POST)
    moved_on = name not in NEVER_STALE and request.POST.get("revision") != str(case.revision)
    if "insert" in request.POST and name in INTO:  # a text block; nothing is done yet
        typed = inserted(texts_for(request), name, typed, request.POST.get("block", ""))
        submission = Submission(name, act.form.show(typed))
        if moved_on:
            submission = submission.refused(Reason(STALE), stale=True)
        return _page(request, case_id, submission)
    key = submission_key(request, case.id, typed)
    if done_before(request.actor, f"case.{name}", key):
        return SeeOther(_onward(request, case, name))
    submission = Submission(name, act.check(act.form.check(typed), request))
    if moved_on:
        submission = submission.refused(Reason(STALE), stale=True)
    if submission.failed:
        return _page(request, case_id, submission)
    try:
        act.perform(Press(request, case, submission.filled, key))
    except Refused as refused:
        return _page(request, case_id, submission.refused_by(refused, (STALE, NOT_YOURS)))
    except Absent:  # no longer theirs; who may not see the case finds nothing on the page either
        return _page(request, case_id, submission.refused(Reason(NOT_YOURS), stale=True))
    return SeeOther(_onward(request, case, name))


def _onward(request: DeskRequest, case: queries.Found, name: str) -> str:
    """Where an act leads: away from the case, to the clinic that was asked for, or back to it."""
    if name == "deny":
        return reverse("inbox")
    if name == "log" and request.programme.clinic and queries.waits(case, "clinic"):
        return reverse("case-clinic", args=[case.id])
    return reverse("case", args=[case.id])


def _page(request: DeskRequest, case_id: UUID, submission: Submission) -> HttpResponse:
    opened = queries.open_case(request.actor, case_id, now=request.now)
    may = offered(request.actor, opened)
    opened_cards = cards(request, opened)
    forms = {name: act.form.show(FIRST_TYPED.get(name)) for name, act in ACTS.items()}
    unshown: tuple[str, ...] = ()
    if (filled := submission.form) is not None:
        forms[submission.act] = filled
        if submission.act not in may:  # its form is not on the page any more
            typed = (filled.words(each.name) for each in filled.form.fields if each.in_own_words)
            unshown = tuple(showable(words) for words in typed if words.strip())
    typed_token = submission.act and not submission.reasons
    values = {
        "page": "inbox",
        "opened": opened_cards,
        "case": opened.card,
        "issued": papers(request.actor, opened, opened_cards.colleagues),
        "grant": status(request, opened),
        "subsidy": subsidy.offered(request, opened),
        "may": may,
        "seldom": may & set(SELDOM),
        "may_wish": rights.may(request.actor.role, "wish.record", opened.situation),
        "may_read_files": rights.may(request.actor.role, "file.read", opened.situation),
        "forms": forms,
        "attempt": submission,
        "unshown": unshown,
        "grounds": submission.grounds,
        "form": filled,
        "token": request.POST.get("token", "") if typed_token else secrets.token_hex(16),
        "blocks": {name: blocks(texts_for(request), name) for name in INTO},
        "outcomes": acts.outcomes_offered(
            opened_cards.unreached, forms["log"].words("log_outcome")
        ),
    }
    return render(request, "desk/case/page.html", values, status=submission.status)


@lru_cache(maxsize=64)  # thousands of keys are looked through; the same texts are one object
def blocks(texts: Texts, act: str) -> tuple[Block, ...]:
    """The blocks for an act, in the order of the texts."""
    start, end = f"block.{SETS[act]}.", ".title"
    codes = [
        key[len(start) : -len(end)]
        for key in texts.words
        if key.startswith(start) and key.endswith(end)
    ]
    return tuple(
        Block(
            code, texts.get(f"{start}{code}.title").words, texts.get(f"{start}{code}.words").words
        )
        for code in codes
    )


def inserted(texts: Texts, act: str, typed: Typed, code: str) -> Typed:
    """What was typed, with the block after it; unchanged where there is no such block."""
    words = next((block.words for block in blocks(texts, act) if block.code == code), "")
    name = INTO[act]
    before, *others = typed[name] or [""]
    start = before.rstrip() + "\n\n" if before.strip() else ""
    return {**typed, name: [start + words if words else before, *others]}


urlpatterns = [
    path("cases/<uuid:case_id>/", case, name="case"),
    path("cases/<uuid:case_id>/files/<uuid:file_id>/", files.file, name="case-file"),
    path("cases/<uuid:case_id>/links/<uuid:entry_id>/<int:place>/", links.link, name="case-link"),
    path("cases/<uuid:case_id>/<slug:name>/", act, name="case-act"),
]
