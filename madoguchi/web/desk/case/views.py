"""The case page: it opens the case once, with one audit line; its acts work without script."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from types import MappingProxyType
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.programme.words import COLUMNS
from madoguchi.tools.act.action import done_before
from madoguchi.tools.forms.fields import showable
from madoguchi.tools.forms.form import Typed
from madoguchi.web.desk.case import acts, files, links, promises
from madoguchi.web.desk.case.acts import ACTS, SELDOM, Press, offered
from madoguchi.web.desk.case.cards import cards
from madoguchi.web.desk.danger.views import in_writing
from madoguchi.web.desk.frame import DeskRequest, go_on
from madoguchi.web.desk.grants.summary import status
from madoguchi.web.desk.issued.views import papers
from madoguchi.web.desk.subsidy import views as subsidy
from madoguchi.web.kit.act_page import Submission, submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import texts_for
from madoguchi.web.kit.pager import skipped
from madoguchi.work.cases import queries

INTO = {"answer": "answer_text", "log": "log_text", "note": "note_text"}  # act → its field
SETS = {"answer": "answer", "log": "record", "note": "record"}
FIRST_TYPED = {"answer": {"answer_days": [acts.FOLLOW_UP_DAYS]}}
STALE, NOT_YOURS = "case.stale", "case.not_yours"
PAGED = ("entries", "files", "dues")
NEVER_STALE = ("note",)  # it overwrites nothing, and nobody has to write it twice


@dataclass(frozen=True)
class Block:
    """A text block (定型文), put after what was typed by a button that saves nothing else."""

    code: str
    title: str
    words: str


@require_safe
def case(request: DeskRequest, case_id: UUID) -> HttpResponse:
    return _page(request, case_id, Submission(), skipped(request, PAGED))


def act(request: DeskRequest, case_id: UUID, name: str) -> HttpResponse:
    """Do a verb and go back to the page, or show it again with everything that was typed."""
    if name not in ACTS:
        raise Absent
    if request.method != "POST":
        return redirect("case", case_id)
    case, act = queries.find(request.actor, case_id), ACTS[name]
    promised = queries.promised(case, act.asks) if act.asks else ()
    form = promises.asking(act.form, promised)
    typed, unsent = form.take(request.POST), _unsent(request, name)
    page = partial(_page, request, case_id, unsent=unsent)

    def done(confirmation: str = "") -> HttpResponse:
        """Onward; or the page itself, where its other forms hold what is not sent yet."""
        if unsent:
            return page(Submission())
        onward = _onward(request, case, name)
        said = "desk.done.deny" if name == "deny" else confirmation
        return go_on(request, onward, said) if said else SeeOther(onward)

    moved_on = name not in NEVER_STALE and request.POST.get("revision") != str(case.revision)
    if "insert" in request.POST and name in INTO:  # a text block; nothing is done yet
        typed = inserted(request, name, typed, request.POST.get("block", ""))
        submission = Submission(name, form.show(typed))
        if moved_on:
            submission = submission.refused(Reason(STALE), stale=True)
        return page(submission)
    sent = {**act.form.take(request.POST), **promises.sent(request.POST)}
    key = submission_key(request, case.id, sent)
    if done_before(request.actor, acts.verb_of(name), key):
        return done()
    filled = act.check(form.check(typed), request)
    filled = promises.check(filled, promised, texts_for(request) if name == "close" else None)
    submission = Submission(name, filled)
    if moved_on:
        submission = submission.refused(Reason(STALE), stale=True)
    if submission.failed:
        return page(submission)
    try:
        act.perform(Press(request, case, submission.filled, key, promised))
    except Refused as refused:
        submission = replace(submission, form=acts.second_look(submission.filled, refused))
        return page(submission.refused_by(refused, (STALE, NOT_YOURS)))
    except Absent:  # no longer theirs; who may not see the case finds nothing on the page either
        return page(submission.refused(Reason(NOT_YOURS), stale=True))
    not_kept = name == "log" and acts.not_kept(submission.filled, promised)
    return done("desk.done.unreached" if not_kept else "")


def _unsent(request: DeskRequest, name: str) -> dict[str, Typed]:
    """What stands in the forms of the page's other acts; the script sends it along."""
    found = {}
    for other, act in ACTS.items():
        own = [field.name for field in act.form.fields if not field.asks]
        typed = {each: request.POST.getlist(each) for each in own}
        if other != name and any(word.strip() for words in typed.values() for word in words):
            found[other] = typed
    return found


def _onward(request: DeskRequest, case: queries.Found, name: str) -> str:
    """Where an act leads: away from the case, to the clinic that was asked for, or back to it."""
    if name == "deny":
        return reverse("inbox")
    if name == "log" and request.programme.clinic and queries.waits(case, "clinic"):
        return reverse("case-clinic", args=[case.id])
    return reverse("case", args=[case.id])


def _page(
    request: DeskRequest,
    case_id: UUID,
    submission: Submission,
    skip: queries.Skip | None = None,
    *,
    unsent: Mapping[str, Typed] = MappingProxyType({}),
) -> HttpResponse:
    """The page; `unsent`: by act, what stands in the forms that were not pressed."""
    opened = queries.open_case(request.actor, case_id, now=request.now, skip=skip)
    may = offered(request.actor, opened)
    opened_cards = cards(request, opened)
    forms = {}
    for name, act in ACTS.items():
        asked = opened_cards.asked(act.asks)
        typed = {**FIRST_TYPED.get(name, {}), **unsent.get(name, {})}
        forms[name] = promises.first(act.form, asked, typed)
    if (filled := submission.form) is not None:
        forms[submission.act] = filled
    typed_in = {submission.act, *unsent} - {""}
    gone = [forms[name] for name in typed_in - may if name in forms]  # not on the page any more
    told = (
        form.words(field.name) for form in gone for field in form.form.fields if field.in_own_words
    )
    unshown = tuple(showable(words) for words in told if words.strip())
    typed_token = submission.act and not submission.reasons
    values = {
        "page": "inbox",
        "opened": opened_cards,
        "case": opened.card,
        "issued": papers(request.actor, opened, opened_cards.colleagues),
        **_grant(request, opened),
        "subsidy": subsidy.offered(request, opened),
        "undecided": subsidy.undecided(request),
        "may": may,
        "seldom": may & set(SELDOM),
        "may_wish": rights.may(request.actor.role, "wish.record", opened.situation),
        "may_read_files": rights.may(request.actor.role, "file.read", opened.situation),
        "forms": forms,
        "asked": {
            name: promises.questions(
                filled, opened_cards.dues, None if name == "close" else request.now.date()
            )
            for name, filled in forms.items()
        },
        "second_look": _second_look(submission),
        "attempt": submission,
        "open_forms": {submission.act or "log", *unsent},
        "unsent": typed_in,
        "unshown": unshown,
        "grounds": submission.grounds,
        "form": filled,
        "token": request.POST.get("token", "") if typed_token else secrets.token_hex(16),
        "blocks": {name: blocks(request, name) for name in INTO},
        "outcomes": acts.outcomes_offered(
            opened_cards.unreached, forms["log"].words("log_outcome")
        ),
    }
    return render(request, "desk/case/page.html", values, status=submission.status)


def _second_look(submission: Submission) -> str:
    """The act that the person's wish forbids, so that a reason is asked for; empty for none."""
    asked = acts.FORBIDDEN in submission.reasons
    said = submission.form is not None and submission.form.words("against_rule")
    return submission.act if asked or said else ""


def _grant(request: DeskRequest, opened: queries.OpenedCase) -> dict[str, object]:
    """The grant beside the case, or that it cannot be read."""
    try:
        return {"grant": status(request, opened)}
    except queries.UNREADABLE:
        return {"grant_damaged": True}


def blocks(request: DeskRequest, act: str) -> tuple[Block, ...]:
    """The blocks for an act, in the order of the texts, in each column that has words."""
    texts, start = texts_for(request), f"block.{SETS[act]}."
    numbers = {name: in_writing(request.programme, texts, name) for name in COLUMNS}
    return tuple(
        Block(
            code if name == "ja" else f"{code}-{name}",
            texts.get(f"{start}{code}.title", name).words,
            texts.get(f"{start}{code}.words", name, **numbers[name]).words,
        )
        for code in _codes(texts, start)
        for name in COLUMNS
        if getattr(texts.words[f"{start}{code}.words"], name)
    )


@lru_cache(maxsize=64)  # thousands of keys are looked through; the same texts are one object
def _codes(texts: Texts, start: str) -> tuple[str, ...]:
    end = ".title"
    keys = (key for key in texts.words if key.startswith(start) and key.endswith(end))
    return tuple(key[len(start) : -len(end)] for key in keys)


def inserted(request: DeskRequest, act: str, typed: Typed, code: str) -> Typed:
    """What was typed, with the block after it; unchanged where there is no such block."""
    words = next((block.words for block in blocks(request, act) if block.code == code), "")
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
