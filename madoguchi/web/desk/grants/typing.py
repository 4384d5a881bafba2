"""The pages on which the desk types in what came on paper (紙で届いた書類の入力).

What the person left out may stay empty: the desk asks for it with a correction. Attachments stay
on paper; files that came by the web stay with the application.
"""

import secrets
from collections.abc import Mapping
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
from madoguchi.rules.subsidy.fields import TASKS, Task, circled
from madoguchi.tools.act.action import allowed, done_before, earlier_result
from madoguchi.tools.forms.fields import Field, FieldError, Files, Yen
from madoguchi.tools.forms.form import FieldCard, Filled, Form, Typed
from madoguchi.web.desk.frame import DeskRequest, go_on
from madoguchi.web.desk.grants import forms
from madoguchi.web.desk.grants.acts import PAPERS, paper_of
from madoguchi.web.desk.grants.forms import Press, Why, in_words
from madoguchi.web.desk.grants.opened import OnGrant, open_page, rules_today
from madoguchi.web.desk.grants.summary import number_of
from madoguchi.web.kit import application
from madoguchi.web.kit.act_page import Submission, submission_key
from madoguchi.web.kit.application import applied as read
from madoguchi.web.kit.application import as_typed
from madoguchi.web.kit.formatting import texts_for
from madoguchi.work.subsidy.acts.review import Receive
from madoguchi.work.subsidy.application import Applied, Promise, promises
from madoguchi.work.subsidy.files import queries
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.typing import actions as typing
from madoguchi.work.subsidy.typing.actions import Applicant, applicant_by_number

MISSING = frozenset({"required", "choose", "choose_some"})
HIDDEN = ("postal_code", "address")
APPLIED_YEN = Yen("applied_yen", hint=True, mark=circled(8))  # 申請額, where paper says another
KEPT = ("estimate_files", "screen_files", "other_files")
NEEDED = ("name",)  # all else may be left out on paper, and asked for afterwards
TYPES = ("unit", "applied")  # situations in which somebody types applications in
COMPLETE = "complete"


@dataclass(frozen=True)
class Tick:
    """A promise on the paper, ticked or not."""

    promise: Promise
    ticked: bool


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
class TypedForm:
    """The whole form as it was typed, and the application that it makes."""

    parts: tuple[Part, ...]
    applied: Applied = field(repr=False)

    @property
    def wrong(self) -> tuple[FieldCard, ...]:
        """The fields that have an error."""
        return tuple(card for part in self.parts for card in part.filled.wrong)


def offered(version: SubsidyVersion, before: Applied | None) -> TypedForm:
    """The form before it is submitted: with the application `before`, to be changed, or empty."""
    typed = as_typed(before, version) if before else {}
    if before is not None and before.protected:
        typed["delivery_address"] = []
    if before and before.applied_yen is not None:
        typed[APPLIED_YEN.name] = [f"{before.applied_yen:,}"]
    return _typed_form(version, typed, before or Applied())


def submitted(
    version: SubsidyVersion, post: QueryDict, before: Applied | None, today: date
) -> TypedForm:
    """The form as it was submitted; only what cannot be understood is an error."""
    before = before or Applied()
    typed = {
        asked.name: post.getlist(asked.name)
        for form in _forms(version, protected=before.protected).values()
        for asked in form.fields
    }
    return _typed_form(version, typed, before, today)


def _typed_form(
    version: SubsidyVersion, typed: Typed, before: Applied, today: date | None = None
) -> TypedForm:
    """The form, with its errors where it is checked, as of `today`.

    Paper does not change the files that were sent, the day of birth where it is not asked, and an
    address that the page did not show: they stay as they were `before`.
    """
    ticked = typed.get("promises", [])
    ticks = tuple(Tick(promise, promise.code in ticked) for promise in promises(version))
    parts = []
    for task, form in _forms(version, protected=before.protected).items():
        if form.fields:
            values = {asked.name: typed.get(asked.name, []) for asked in form.fields}
            filled = form.show(values)
            if today:
                found = application.check(version, task, {**typed, **values}, today)
                own = (each for each in form.check(values).errors if each.name == APPLIED_YEN.name)
                errors = (*(error for error in found.errors if error.name in values), *own)
                wrong = tuple(error for error in errors if not _is_missing(error, values))
                filled = replace(filled, errors=wrong)
            parts.append(Part(task, filled, ticks if task == "promise" else ()))
    sums = Form("apply", (APPLIED_YEN,)).check(typed)
    new = replace(read(version, typed), applied_yen=sums.value(APPLIED_YEN.name) or None)
    kept = {name: getattr(before, name) for name in KEPT}
    if before.protected:
        kept |= {name: getattr(before, name) for name in HIDDEN}
        if not new.delivery.address:
            kept["delivery"] = replace(new.delivery, address=before.delivery.address)
    applied = replace(new, born_on=new.born_on or before.born_on, **kept)
    return TypedForm(tuple(parts), applied)


def _forms(version: SubsidyVersion, *, protected: bool) -> Mapping[Task, Form]:
    """The questions that paper answers: without files, and without a protected address."""
    asked = application.forms(version)

    def on_paper(asked_field: Field) -> bool:
        is_file = isinstance(asked_field, Files | application.Papers)
        return not is_file and not (protected and asked_field.name in HIDDEN)

    return {
        task: replace(
            asked[task],
            fields=(
                *(
                    replace(asked_field, required=asked_field.name in NEEDED)
                    for asked_field in asked[task].fields
                    if on_paper(asked_field)
                ),
                *((APPLIED_YEN,) if task == "lawyer" else ()),
            ),
        )
        for task in TASKS
    }


def _is_missing(error: FieldError, values: Typed) -> bool:
    """Whether the error says only that something is missing, which paper may leave out."""
    empty = not any(word.strip() for word in values.get(error.name, []))
    return empty or error.code in MISSING or error.code.startswith("apply_")


def arrival_form(post: QueryDict | None, today: date) -> Filled:
    """Day and number of receipt, as they were typed or as they are known."""
    if post is None:
        return Receive.form().show({"received_on": [wareki(today)]})
    return Receive.check(Receive.form().take(post), today)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: DeskRequest) -> HttpResponse:
    """Whose paper it is, by its number; then the whole form; then the application, received."""
    if not any(rights.may(request.actor.role, "grant.type_in", situation) for situation in TYPES):
        raise Absent
    if request.method != "POST":
        return _ask(request, forms.NUMBER.show())
    asked = forms.NUMBER.check(forms.NUMBER.take(request.POST))
    applicant = applicant_by_number(request.actor, asked.words("number")) if asked.ok else None
    if applicant is None:
        return _ask(request, asked.refuse("number", "grant_number") if asked.ok else asked)
    version = rules_today(request)
    if "received_on" not in request.POST:
        arrived = arrival_form(None, request.now.date())
        return _form(request, applicant, asked, arrived, offered(version, None))
    return _type_in(request, applicant, asked, version)


def _type_in(
    request: DeskRequest, applicant: Applicant, asked: Filled, version: SubsidyVersion
) -> HttpResponse:
    key = submission_key(request, f"{applicant.case_id}/type_in")
    if earlier := earlier_result(request.actor, "grant.type_in", key):
        return _to(request, earlier)
    arrived = arrival_form(request.POST, request.now.date())
    form = submitted(version, request.POST, None, request.now.date())
    if not arrived.ok or form.wrong:
        return _form(request, applicant, asked, arrived, form)
    received_number = str(arrived.value("received_number") or "")
    paper = typing.PaperApplication(form.applied, arrived.value("received_on"), received_number)
    try:
        made = typing.type_in(request.actor, applicant, paper, now=request.now, idempotency_key=key)
    except Refused as refused:
        reasons = in_words(refused.reasons, texts_for(request))
        return _form(request, applicant, asked, arrived, form, reasons)
    return _to(request, made)


def _to(request: DeskRequest, grant_id: UUID) -> HttpResponse:
    """Redirect to the grant, or to the case for who may not read the grant."""
    row = queries.find(request.actor, grant_id)
    if allowed(request.actor, "grant.read", row):
        here = reverse("grant", args=[grant_id])
    else:
        here = reverse("case", args=[row.case_id])
    return go_on(request, here, "desk.done.grant.type_in")


def _ask(request: DeskRequest, asked: Filled) -> HttpResponse:
    cards = {"page": "grants", "lists": _lists(request), "form": asked}
    return render(request, "desk/grants/number.html", cards, status=asked.status)


def _lists(request: DeskRequest) -> bool:
    return rights.may(request.actor.role, "grant.list", "office")


def _form(
    request: DeskRequest,
    applicant: Applicant,
    asked: Filled,
    arrived: Filled,
    form: TypedForm,
    reasons: tuple[Why, ...] = (),
) -> HttpResponse:
    wrong = (*arrived.wrong, *form.wrong)
    cards = {
        "page": "grants",
        "lists": _lists(request),
        "to": reverse("grant-new"),
        "what": "desk.grant.new.title",
        "digits": applicant.case.short_name,
        "number": asked.words("number"),
        "arrived": arrived,
        "parts": form.parts,
        "wrong": wrong,
        "grounds": reasons,
        "token": secrets.token_hex(16),
    }
    status = 422 if wrong or reasons else 200
    return render(request, "desk/grants/new.html", cards, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def type_paper(request: DeskRequest, grant_id: UUID, name: str) -> HttpResponseBase:
    """The form for a paper that came after the application; a post writes it down."""
    if name != COMPLETE and name not in PAPERS:
        raise Absent
    if name != COMPLETE:
        return _type_paper(request, grant_id=grant_id, name=name)
    key = submission_key(request, request.path)
    if request.method == "POST" and done_before(request.actor, "grant.complete", key):
        return go_on(request, reverse("grant", args=[grant_id]), "desk.done.grant.complete")
    return _complete(request, open_page(request, grant_id), key)


class TypePaper(OnGrant):
    """A contract, a report or a claim that came on paper."""

    opens_again = False
    not_yours = ""

    def verb(self) -> str:
        return f"grant.{self.kwargs['name']}"

    def first(self, opened: GrantView) -> Submission:
        name = self.kwargs["name"]
        offered = Submission(name, paper_of(name, opened.life).show(opened))
        late = name not in opened.verbs
        return offered.refused(Reason(f"grant.{name}"), stale=True) if late else offered

    def check(self, opened: GrantView) -> Submission:
        paper, request = paper_of(self.kwargs["name"], opened.life), self.request
        filled = paper.submitted(opened, request.POST, request.now.date())
        return Submission(self.kwargs["name"], filled)

    def perform(self, opened: GrantView, submission: Submission, key: str) -> UUID:
        press = Press(self.request, opened, submission.filled, key)
        return paper_of(submission.act, opened.life).do(press)

    def draw(self, opened: GrantView, submission: Submission) -> HttpResponse:
        cards = {
            "page": "grants",
            "file": opened.card,
            "name": number_of(opened.card, opened.words),
            "action": reverse("grant-type", args=[opened.card.id, submission.act]),
            "back": reverse("grant", args=[opened.card.id]),
            "back_key": "desk.grant.file",
            "do": "desk.grant.typing.save",
            "leads": True,
            "what": f"desk.grant.typing.{submission.act}",
            "form": submission.form,
            "attempt": submission,
            "why_not": in_words(submission.reasons, opened.words),
            "token": secrets.token_hex(16),
        }
        return render(self.request, "desk/grants/typing.html", cards, status=submission.status)


_type_paper = TypePaper.as_view()


def _complete(request: DeskRequest, view: GrantView, key: str) -> HttpResponse:
    """The application as it is, to be changed by what came in (補正)."""
    version = view.version
    if version is None:
        raise Absent
    if request.method != "POST":
        late = () if COMPLETE in view.verbs else in_words((Reason("grant.complete"),), view.words)
        return _completion_form(request, view, offered(version, view.applied), late)
    form = submitted(version, request.POST, view.applied, view.today)
    if form.wrong:
        return _completion_form(request, view, form)
    moved_on = request.POST.get("revision") != str(view.card.revision)
    if moved_on and COMPLETE in view.verbs:  # else the act itself says what came meanwhile
        stale = in_words((Reason("grant.stale"),), view.words)
        return _completion_form(request, view, form, stale)
    try:
        typing.complete(request.actor, view.row, form.applied, now=request.now, idempotency_key=key)
    except Refused as refused:
        return _completion_form(request, view, form, in_words(refused.reasons, view.words))
    return go_on(request, reverse("grant", args=[view.card.id]), "desk.done.grant.complete")


def _completion_form(
    request: DeskRequest, view: GrantView, form: TypedForm, reasons: tuple[Why, ...] = ()
) -> HttpResponse:
    cards = {
        "page": "grants",
        "file": view.card,
        "name": number_of(view.card, view.words),
        "to": reverse("grant-type", args=[view.card.id, COMPLETE]),
        "what": "desk.grant.typing.complete",
        "parts": form.parts,
        "wrong": form.wrong,
        "grounds": reasons,
        "token": secrets.token_hex(16),
    }
    status = 409 if reasons else 422 if form.wrong else 200
    return render(request, "desk/grants/new.html", cards, status=status)
