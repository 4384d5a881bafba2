"""What comes on paper, typed in on a page of its own (紙で届いた書類の入力).

What the person left out may stay out: the desk asks for it with a correction. What was attached
lies on paper; files that came by the web stay with the application.
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.koyomi.wareki import wareki
from madoguchi.rules.programme.subsidy import SubsidyVersion
from madoguchi.rules.programme.words import Words
from madoguchi.rules.subsidy.fields import TASKS, Task
from madoguchi.tools.act.action import allowed, done_before, earlier_result
from madoguchi.tools.forms.fields import Field, FieldError, Files
from madoguchi.tools.forms.form import FieldCard, Filled, Form, Typed
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.grants import forms
from madoguchi.web.desk.grants.acts import PAPERS
from madoguchi.web.desk.grants.forms import Doing, Why, in_words
from madoguchi.web.desk.grants.head import name as named
from madoguchi.web.desk.grants.opened import OnGrant, open_page, rules_today
from madoguchi.web.kit import application
from madoguchi.web.kit.act_page import Submission, submission_key
from madoguchi.web.kit.application import applied as read
from madoguchi.web.kit.application import as_typed
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import words_for
from madoguchi.work.subsidy.acts.review import Receive
from madoguchi.work.subsidy.application import Applied, promises
from madoguchi.work.subsidy.files import queries
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.typing import actions as typing
from madoguchi.work.subsidy.typing.actions import Applicant, numbered

LACKING = frozenset({"required", "choose", "choose_some"})
HIDDEN = ("postal_code", "address")
KEPT = ("estimate_files", "screen_files", "other_files")
NEEDED = ("name",)  # all else may be left out on paper, and asked for afterwards
TYPES = ("unit", "applied")  # situations in which somebody types applications in
COMPLETE = "complete"


@dataclass(frozen=True)
class Tick:
    """A promise on the paper, ticked or not."""

    id: str
    code: str
    words: Words | None
    ticked: bool

    @property
    def key(self) -> str:
        """The text key of one that is not in the city's own words."""
        return f"apply.promises.{self.code}"


@dataclass(frozen=True)
class Part:
    """One task of the form: its fields, and the promises where it has them."""

    task: str
    filled: Filled = field(repr=False)
    promises: tuple[Tick, ...] = ()

    @property
    def heading(self) -> str:
        """The text key of its heading."""
        return f"apply.task_{self.task}"

    @property
    def cards(self) -> tuple[FieldCard, ...]:
        """Its fields; promises are drawn by themselves."""
        return tuple(card for card in self.filled.cards if card.field.name != "promises")


@dataclass(frozen=True)
class Written:
    """The whole form as it was typed, and the application that it makes."""

    parts: tuple[Part, ...]
    applied: Applied = field(repr=False)

    @property
    def wrong(self) -> tuple[FieldCard, ...]:
        """The fields that have a slip."""
        return tuple(card for part in self.parts for card in part.filled.wrong)


def shown(version: SubsidyVersion, told: Applied | None) -> Written:
    """The form before it is sent; with an earlier application to be changed, or empty."""
    typed = as_typed(told, version) if told else {}
    if told is not None and told.protected:
        typed["delivery_address"] = []
    return _written(version, typed, told or Applied(), checked=False)


def sent(version: SubsidyVersion, post: QueryDict, told: Applied | None) -> Written:
    """The form as it was sent; only what cannot be understood has to be changed."""
    typed = {
        one.name: post.getlist(one.name)
        for form in _forms(version, told).values()
        for one in form.fields
    }
    return _written(version, typed, told or Applied(), checked=True)


def _written(version: SubsidyVersion, typed: Typed, told: Applied, *, checked: bool) -> Written:
    parts = tuple(
        Part(
            task, _filled(form, version, task, typed, checked=checked), _ticks(version, task, typed)
        )
        for task, form in _forms(version, told).items()
        if form.fields
    )
    return Written(parts, _with_what_stays(read(version, typed), told))


def _forms(version: SubsidyVersion, told: Applied | None) -> Mapping[Task, Form]:
    """The questions that paper answers: no file is sent, and no protected address is shown."""
    protected = told is not None and told.protected
    asked = application.forms(version)
    return {
        task: replace(
            asked[task],
            fields=tuple(
                replace(one, required=one.name in NEEDED)
                for one in asked[task].fields
                if _is_asked(one, protected=protected)
            ),
        )
        for task in TASKS
    }


def _is_asked(one: Field, *, protected: bool) -> bool:
    on_file = isinstance(one, Files | application.Papers)
    return not on_file and not (protected and one.name in HIDDEN)


def _filled(
    form: Form, version: SubsidyVersion, task: Task, typed: Typed, *, checked: bool
) -> Filled:
    here = {one.name: typed.get(one.name, []) for one in form.fields}
    if not checked:
        return form.show(here)
    found = application.check(version, task, {**typed, **here})
    names = {one.name for one in form.fields}
    errors = tuple(
        error for error in found.errors if error.name in names and not _is_lacking(error, here)
    )
    return replace(form.show(here), errors=errors)


def _is_lacking(error: FieldError, here: Typed) -> bool:
    """Whether a slip says only that something is not there, which paper may leave so."""
    empty = not any(word.strip() for word in here.get(error.name, []))
    return empty or error.code in LACKING or error.code.startswith("apply_")


def _ticks(version: SubsidyVersion, task: Task, typed: Typed) -> tuple[Tick, ...]:
    if task != "promise":
        return ()
    ticked = typed.get("promises", [])
    return tuple(
        Tick(f"promise-{one.code}", one.code, one.words, one.code in ticked)
        for one in promises(version)
    )


def _with_what_stays(new: Applied, told: Applied) -> Applied:
    """What paper does not change: files that were sent, what it asks not, an unseen address."""
    stays = {name: getattr(told, name) for name in KEPT}
    if told.protected:
        stays |= {name: getattr(told, name) for name in HIDDEN}
        if not new.delivery.address:
            stays["delivery"] = replace(new.delivery, address=told.delivery.address)
    return replace(new, born_on=new.born_on or told.born_on, **stays)


def arrival_form(post: QueryDict | None, today: date) -> Filled:
    """Day and number of receipt, as they were typed or as they are known."""
    if post is None:
        return Receive.form().show({"received_on": [wareki(today)]})
    return Receive.check(Receive.form().take(post), today)


def all_wrong(arrived: Filled, written: Written) -> Iterator[FieldCard]:
    """All fields with a slip, in the order of the page."""
    yield from arrived.wrong
    yield from written.wrong


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: DeskRequest) -> HttpResponse:
    """Whose paper it is, by its number; then the whole form; then the application, received."""
    if not any(rights.may(request.actor.role, "grant.type_in", at) for at in TYPES):
        raise Absent
    if request.method != "POST":
        return _ask(request, forms.NUMBER.show())
    asked = forms.NUMBER.check(forms.NUMBER.take(request.POST))
    of = numbered(request.actor, asked.words("number")) if asked.ok else None
    if of is None:
        return _ask(request, asked.refuse("number", "grant_number") if asked.ok else asked)
    version = rules_today(request)
    if "received_on" not in request.POST:
        empty = arrival_form(None, request.now.date()), shown(version, None)
        return _form(request, of, asked, *empty)
    return _type_in(request, of, asked, version)


def _type_in(
    request: DeskRequest, of: Applicant, asked: Filled, version: SubsidyVersion
) -> HttpResponse:
    key = submission_key(request, f"{of.case_id}/type_in")
    if earlier := earlier_result(request.actor, "grant.type_in", key):
        return _to(request, earlier)
    arrived = arrival_form(request.POST, request.now.date())
    told = sent(version, request.POST, None)
    if not arrived.ok or told.wrong:
        return _form(request, of, asked, arrived, told)
    on = arrived.value("received_on")
    paper = typing.OnPaper(told.applied, on, str(arrived.value("received_number") or ""))
    try:
        made = typing.type_in(request.actor, of, paper, now=request.now, idempotency_key=key)
    except Refused as refused:
        return _form(
            request, of, asked, arrived, told, in_words(refused.reasons, words_for(request))
        )
    return _to(request, made)


def _to(request: DeskRequest, grant_id: UUID) -> HttpResponse:
    """To the grant; who may not read its file goes back to the case."""
    row = queries.find(request.actor, grant_id)
    if allowed(request.actor, "grant.read", row):
        return SeeOther(reverse("grant", args=[grant_id]))
    return SeeOther(reverse("case", args=[row.case_id]))


def _ask(request: DeskRequest, asked: Filled) -> HttpResponse:
    cards = {"page": "grants", "lists": _lists(request), "form": asked}
    return render(request, "desk/grants/number.html", cards, status=asked.status)


def _lists(request: DeskRequest) -> bool:
    return rights.may(request.actor.role, "grant.list", "office")


def _form(
    request: DeskRequest,
    of: Applicant,
    asked: Filled,
    arrived: Filled,
    told: Written,
    reasons: tuple[Why, ...] = (),
) -> HttpResponse:
    wrong = tuple(all_wrong(arrived, told))
    cards = {
        "page": "grants",
        "lists": _lists(request),
        "to": reverse("grant-new"),
        "what": "desk.grant.new.title",
        "digits": of.case.short_name,
        "number": asked.words("number"),
        "arrived": arrived,
        "parts": told.parts,
        "wrong": wrong,
        "grounds": reasons,
        "token": secrets.token_hex(16),
    }
    status = 422 if wrong or reasons else 200
    return render(request, "desk/grants/new.html", cards, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def later(request: DeskRequest, grant_id: UUID, name: str) -> HttpResponseBase:
    """The form for a paper that came afterwards; a post writes it down."""
    if name != COMPLETE and name not in PAPERS:
        raise Absent
    if name != COMPLETE:
        return _later(request, grant_id=grant_id, name=name)
    key = submission_key(request, request.path)
    if request.method == "POST" and done_before(request.actor, "grant.complete", key):
        return SeeOther(reverse("grant", args=[grant_id]))
    return _complete(request, open_page(request, grant_id), key)


class Later(OnGrant):
    """A paper that came afterwards: contract, report or claim."""

    opens_again = False
    not_yours = ""

    def verb(self) -> str:
        return f"grant.{self.kwargs['name']}"

    def first(self, opened: GrantView) -> Submission:
        name = self.kwargs["name"]
        offered = Submission(name, PAPERS[name].show(opened))
        late = name not in opened.verbs
        return offered.refused(Reason(f"grant.{name}"), stale=True) if late else offered

    def check(self, opened: GrantView) -> Submission:  # noqa: ARG002 - the page's form
        paper, request = PAPERS[self.kwargs["name"]], self.request
        filled = paper.check(paper.form.take(request.POST), request.now.date())
        return Submission(self.kwargs["name"], filled)

    def perform(self, opened: GrantView, sent: Submission, key: str) -> UUID:
        return PAPERS[sent.act].do(Doing(self.request, opened, sent.filled, key))

    def draw(self, opened: GrantView, sent: Submission) -> HttpResponse:
        return _page(self.request, opened, sent.act, sent)


_later = Later.as_view()


def _page(request: DeskRequest, page: GrantView, name: str, attempt: Submission) -> HttpResponse:
    cards = {
        "page": "grants",
        "file": page.card,
        "name": named(page.card, page.words),
        "action": reverse("grant-type", args=[page.card.id, name]),
        "back": reverse("grant", args=[page.card.id]),
        "back_key": "desk.grant.file",
        "do": "desk.grant.typing.save",
        "leads": True,
        "what": f"desk.grant.typing.{name}",
        "form": attempt.form,
        "attempt": attempt,
        "why_not": in_words(attempt.reasons, page.words),
        "token": secrets.token_hex(16),
    }
    return render(request, "desk/grants/typing.html", cards, status=attempt.status)


def _complete(request: DeskRequest, page: GrantView, key: str) -> HttpResponse:
    """The application as it stands, to be changed by what came in (補正)."""
    version = page.version
    if version is None:
        raise Absent
    if request.method != "POST":
        late = () if COMPLETE in page.verbs else in_words((Reason("grant.complete"),), page.words)
        return _anew(request, page, shown(version, page.applied), late)
    told = sent(version, request.POST, page.applied)
    if told.wrong:
        return _anew(request, page, told)
    try:
        _stale(request, page)
        typing.complete(request.actor, page.row, told.applied, now=request.now, idempotency_key=key)
    except Refused as refused:
        return _anew(request, page, told, in_words(refused.reasons, page.words))
    return SeeOther(reverse("grant", args=[page.card.id]))


def _stale(request: DeskRequest, page: GrantView) -> None:
    """Refuse what was typed on a page of before; a correction that came meanwhile says so itself.

    Raises:
        Refused: the grant moved on.
    """
    moved_on = request.POST.get("revision") != str(page.card.revision)
    if moved_on and COMPLETE in page.verbs:
        raise Refused("grant.stale")


def _anew(
    request: DeskRequest, page: GrantView, told: Written, reasons: tuple[Why, ...] = ()
) -> HttpResponse:
    cards = {
        "page": "grants",
        "file": page.card,
        "name": named(page.card, page.words),
        "to": reverse("grant-type", args=[page.card.id, COMPLETE]),
        "what": "desk.grant.typing.complete",
        "parts": told.parts,
        "wrong": told.wrong,
        "grounds": reasons,
        "token": secrets.token_hex(16),
    }
    status = 409 if reasons else 422 if told.wrong else 200
    return render(request, "desk/grants/new.html", cards, status=status)
