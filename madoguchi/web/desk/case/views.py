"""The case page: one opening, one line; every act is a form and works without script."""

import secrets
from dataclasses import dataclass, field
from functools import lru_cache
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.programme.texts import Texts
from madoguchi.tools.act.action import done_before
from madoguchi.tools.forms.fields import showable
from madoguchi.tools.forms.form import Filled, Typed
from madoguchi.web.desk.case import acts, files, links
from madoguchi.web.desk.case.acts import ACTS, SELDOM, Doing, offered
from madoguchi.web.desk.case.cards import cards
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.grants.head import status
from madoguchi.web.desk.issued.views import papers
from madoguchi.web.desk.subsidy import views as subsidy
from madoguchi.web.kit.act_page import submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import words_for
from madoguchi.work.cases import queries
from madoguchi.work.notices import public as notices

INTO = {"answer": "answer_text", "log": "log_text", "note": "note_text"}  # act → its field
SETS = {"answer": "answer", "log": "record", "note": "record"}
FIRST_TYPED = {
    "answer": {"answer_days": [acts.FOLLOW_UP_DAYS]},
}
NO_ACT, STALE, NOT_YOURS = "", "case.stale", "case.not_yours"
NEVER_STALE = ("note",)  # it overwrites nothing, and nobody has to write it twice


@dataclass(frozen=True)
class Block:
    """A text block (定型文), put after what was typed by a button that saves nothing else."""

    code: str
    title: str
    words: str


@dataclass(frozen=True)
class Attempt:
    """An act that was not done: which, what was typed, why not (as the code of a reason)."""

    act: str = NO_ACT
    filled: Filled | None = field(default=None, repr=False)
    token: str = field(default="", repr=False)
    grounds: tuple[str, ...] = ()

    def unshown(self, may: frozenset[str]) -> tuple[str, ...]:
        """What was typed for an act that is no longer offered, so that its form is not there."""
        if self.filled is None or self.act in may:
            return ()
        typed = (self.filled.words(f.name) for f in self.filled.form.fields if f.in_own_words)
        return tuple(showable(words) for words in typed if words.strip())

    @property
    def failed(self) -> bool:
        """Whether the page has to say why; a text block that was put in says nothing."""
        return bool(self.grounds) or not (self.filled is None or self.filled.ok)

    @property
    def status(self) -> int:
        """409 when the case moved on, 422 when something has to be changed."""
        if not self.failed:
            return 200
        return 409 if {STALE, NOT_YOURS} & set(self.grounds) else 422


@require_safe
def case(request: DeskRequest, case_id: UUID) -> HttpResponse:
    return _page(request, case_id, Attempt())


def act(request: DeskRequest, case_id: UUID, name: str) -> HttpResponse:
    """Do a verb and go back to the page, or show it again with everything that was typed."""
    if name not in ACTS:
        raise Absent
    if request.method != "POST":
        return redirect("case", case_id)
    row = queries.find(request.actor, case_id)
    inserts = "insert" in request.POST and name in INTO
    attempt = _insert(request, row, name) if inserts else _do(request, row, name)
    if attempt is not None:
        return _page(request, case_id, attempt)
    return SeeOther(_onward(request, row, name))


def _onward(request: DeskRequest, row: queries.Found, name: str) -> str:
    """Where an act leads: away from the case, to the clinic that was asked for, or back to it."""
    if name == "deny":
        return reverse("inbox")
    if name == "log" and request.programme.clinic and queries.waits(row, "clinic"):
        return reverse("case-clinic", args=[row.id])
    return reverse("case", args=[row.id])


def _insert(request: DeskRequest, row: queries.Found, name: str) -> Attempt:
    """What was typed with the text block that was asked for; nothing is done yet."""
    form, code = ACTS[name].form, request.POST.get("block", "")
    typed = inserted(words_for(request), name, form.take(request.POST), code)
    reasons = (STALE,) if _moved_on(request, row, name) else ()
    return Attempt(name, form.show(typed), request.POST.get("token", ""), reasons)


def _do(request: DeskRequest, row: queries.Found, name: str) -> Attempt | None:
    """None where it is done, now or before; else what was typed and why it is not."""
    todo, token = ACTS[name], request.POST.get("token", "")
    typed = todo.form.take(request.POST)
    idempotency_key = submission_key(request, row.id, typed)
    if done_before(request.actor, f"case.{name}", idempotency_key):
        return None
    filled = todo.check(todo.form.check(typed), request)
    if _moved_on(request, row, name):
        return Attempt(name, filled, token, (STALE,))
    if not filled.ok:
        return Attempt(name, filled, token)
    try:
        todo.do(Doing(request, row, filled, idempotency_key, notices.changes(request.office.id)))
    except Refused as refused:
        return Attempt(name, filled, token, tuple(reason.code for reason in refused.reasons))
    except Absent:  # no longer theirs; who may not see the case finds nothing on the page either
        return Attempt(name, filled, token, (NOT_YOURS,))
    return None


def _moved_on(request: DeskRequest, row: queries.Found, name: str) -> bool:
    return name not in NEVER_STALE and request.POST.get("revision") != str(row.revision)


def _page(request: DeskRequest, case_id: UUID, attempt: Attempt) -> HttpResponse:
    opened = queries.open_case(request.actor, case_id, now=request.now)
    may = offered(request.actor, opened)
    opened_cards = cards(request, opened)
    filled = {
        name: attempt.filled
        if name == attempt.act and attempt.filled
        else one.form.show(FIRST_TYPED.get(name))
        for name, one in ACTS.items()
    }
    shown = {
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
        "forms": filled,
        "attempt": attempt,
        "unshown": attempt.unshown(may),
        "grounds": tuple(f"ground.{code}" for code in attempt.grounds),
        "form": attempt.filled,
        "token": attempt.token if attempt.act and not attempt.grounds else secrets.token_hex(16),
        "blocks": {name: blocks(words_for(request), name) for name in INTO},
        "outcomes": acts.outcomes_offered(
            opened_cards.unreached, filled["log"].words("log_outcome")
        ),
    }
    return render(request, "desk/case/page.html", shown, status=attempt.status)


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
    said = next((block.words for block in blocks(texts, act) if block.code == code), "")
    name = INTO[act]
    before, *others = typed[name] or [""]
    start = before.rstrip() + "\n\n" if before.strip() else ""
    return {**typed, name: [start + said if said else before, *others]}


urlpatterns = [
    path("cases/<uuid:case_id>/", case, name="case"),
    path("cases/<uuid:case_id>/files/<uuid:file_id>/", files.file, name="case-file"),
    path("cases/<uuid:case_id>/links/<uuid:entry_id>/<int:place>/", links.link, name="case-link"),
    path("cases/<uuid:case_id>/<slug:name>/", act, name="case-act"),
]
