"""The pages on which an act on a grant is pressed: done once, or shown again as it was typed."""

import secrets
from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.programme.paper import find
from madoguchi.rules.steps.grant import State, Verb
from madoguchi.rules.subsidy.year import counts_online
from madoguchi.tools.act.action import allowed, earlier_result, together
from madoguchi.tools.papers.engine import official
from madoguchi.tools.papers.engine import render as render_paper
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.alarms import forget_proposed
from madoguchi.web.desk.case.acts import against, second_look
from madoguchi.web.desk.frame import DeskRequest, go_on
from madoguchi.web.desk.grants import checks, letters, typing
from madoguchi.web.desk.grants.acts import ACTS
from madoguchi.web.desk.grants.forms import TO_SIGN, Press, in_words
from madoguchi.web.desk.grants.letters import WORDS
from madoguchi.web.desk.grants.opened import OnGrant, open_page, rules_today
from madoguchi.web.desk.grants.page import draw
from madoguchi.web.kit import downloads
from madoguchi.web.kit.act_page import ActPage, Submission, submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import texts_for
from madoguchi.work.issued.actions import MadePaper, copy, issue
from madoguchi.work.subsidy import second
from madoguchi.work.subsidy.acts.act import perform
from madoguchi.work.subsidy.acts.review import Receive
from madoguchi.work.subsidy.application import APPLICATION_VERBS, Applied
from madoguchi.work.subsidy.files import queries
from madoguchi.work.subsidy.files.queries import Found
from madoguchi.work.subsidy.grant_view import GrantView
from madoguchi.work.subsidy.history import last
from madoguchi.work.subsidy.reviewing import actions as reviewing
from madoguchi.work.subsidy.reviewing.findings import Verdict

FILE = "paper.pdf"  # no file names its person


class OnGrantPage(OnGrant):
    """What is pressed on the grant's own page."""

    def draw(self, opened: GrantView, submission: Submission) -> HttpResponse:
        return draw(self.request, opened, submission)


class GrantPage(OnGrantPage):
    """The grant as it is."""

    http_method_names = ("get", "head")


def ask_second(request: DeskRequest, grant_id: UUID, name: str) -> HttpResponse:
    """Ask for a signature to what oneself has drafted or fixed; asked for already, nothing.

    Of a change and of money to come back, whoever asks types the sum: that is what is signed.
    """
    row, here = queries.find(request.actor, grant_id), reverse("grant", args=[grant_id])
    if request.method != "POST" or name not in second.SECONDED:
        return SeeOther(here)
    verb, view = Verb(name), open_page(request, grant_id)
    new_yen = 0
    if typed := second.typed_sum(view.steps, verb):
        form = TO_SIGN[typed]
        filled = form.check(form.take(request.POST))
        if not filled.ok:
            return draw(request, view, Submission(name).refused(Reason("grant.sum_to_sign")))
        new_yen = filled.value("signed_yen")
    sums = second.sums_of(view.steps, verb, new_yen)
    try:
        second.ask(request.actor, row, verb, sums, now=request.now)
    except Refused:
        return SeeOther(here)
    forget_proposed(request.office.id)
    return go_on(request, here, "desk.done.asked")


class ActView(OnGrantPage):
    """An act of `ACTS`."""

    def get(self, *_: object, **__: object) -> HttpResponse:
        """Back to the grant, where its form is."""
        self.verb()
        return redirect("grant", self.kwargs["grant_id"])

    def verb(self) -> str:
        if self.kwargs["name"] not in ACTS:
            raise Absent
        return f"grant.{self.kwargs['name']}"

    def check(self, opened: GrantView) -> Submission:
        act, post = ACTS[self.kwargs["name"]], self.request.POST
        filled = act.submitted(opened, post, self.request.now.date())
        return Submission(self.kwargs["name"], filled, post=post)

    def perform(self, opened: GrantView, submission: Submission, key: str) -> UUID:
        return ACTS[submission.act].do(Press(self.request, opened, submission.filled, key))


class CheckView(OnGrantPage):
    """The verdicts that were chosen; on request also on all that the machine found met."""

    right = "grant.check"
    verdicts: tuple[Verdict, ...]

    def get(self, *_: object, **__: object) -> HttpResponse:
        """Back to the grant, where the conditions are."""
        return redirect("grant", self.kwargs["grant_id"])

    def about(self) -> str:
        return f"{self.request.path}{self.request.POST.get('do', '')}"

    def check(self, opened: GrantView) -> Submission:
        post, today = self.request.POST, self.request.now.date()
        codes = [finding.machine.code for finding in opened.findings.asked]
        forms = checks.check(checks.take(post, codes), today)
        submission = Submission("check", forms=forms, post=post)
        if not submission.ok:
            return submission
        self.verdicts = tuple(checks.verdict(code, form, today) for code, form in forms.items())
        if post.get("do") == "as_found":
            self.verdicts += checks.as_found(opened.findings, today, but=forms)
        if not self.verdicts:
            return Submission("check").refused(Reason("grant.check_nothing"))
        return submission

    def perform(self, opened: GrantView, submission: Submission, key: str) -> UUID:  # noqa: ARG002 - its verdicts are
        """All of them or none, each a verdict of its own with its own line."""
        row, now, actor = opened.row, self.request.now, self.request.actor
        with together(actor, "grant.check", row, now=now):
            first, *others = self.verdicts
            done: UUID = reviewing.check(actor, row, first, now=now, idempotency_key=key)
            for verdict in others:
                reviewing.check(actor, row, verdict, now=now)
        return done


class ReceiveAtCounter(ActPage[Found]):
    """Whoever is at the counter receives an application (収受), without opening its file."""

    right = "grant.receive"
    stale = ("grant.stale",)
    request: DeskRequest

    def setup(self, request: HttpRequest, *args: object, **kwargs: object) -> None:
        """Find the application; without the right to receive it there is no page of any kind."""
        super().setup(request, *args, **kwargs)
        self.row = queries.find(self.request.actor, self.kwargs["grant_id"])
        if not allowed(self.request.actor, "grant.receive", self.row):
            raise Absent

    def open(self) -> Found:
        return self.row

    def first(self, opened: Found) -> Submission:
        offered = Submission("receive", typing.arrival_form(None, self.request.now.date()))
        if opened.state == State.SENT:
            return offered
        return offered.refused(Reason("grant.receive"), stale=True)

    def check(self, opened: Found) -> Submission:  # noqa: ARG002 - the form asks nothing of it
        form = typing.arrival_form(self.request.POST, self.request.now.date())
        return Submission("receive", form)

    def revision(self, opened: Found) -> int:
        return opened.revision

    def perform(self, opened: Found, submission: Submission, key: str) -> UUID:
        filled = submission.filled
        act = Receive(
            received_on=filled.value("received_on"),
            received_number=filled.value("received_number"),
            online_counts=counts_online(rules_today(self.request)),
        )
        return perform(self.request.actor, opened, act, now=self.request.now, idempotency_key=key)

    def draw(self, opened: Found, submission: Submission) -> HttpResponse:
        cards = {
            "page": "inbox",
            "file": {"revision": opened.revision},
            "action": reverse("grant-receive", args=[opened.id]),
            "back": reverse("case", args=[opened.case_id]),
            "back_key": "desk.grant.to_case",
            "do": "desk.grant.do.receive",
            "what": "desk.grant.do.receive",
            "form": submission.form,
            "attempt": submission,
            "why_not": in_words(submission.reasons, texts_for(self.request)),
            "token": secrets.token_hex(16),
        }
        return render(self.request, "desk/grants/typing.html", cards, status=submission.status)

    def done(self, result: UUID) -> HttpResponse:  # noqa: ARG002 - the step's
        return go_on(
            self.request, reverse("case", args=[self.row.case_id]), "desk.done.grant.receive"
        )


def paper(request: DeskRequest, grant_id: UUID, name: str) -> HttpResponse:
    """The paper, kept as it is issued; pressed twice, what was kept the first time."""
    if request.method != "POST":
        return redirect("grant", grant_id)
    row = queries.find(request.actor, grant_id)
    key = submission_key(request, request.path)
    if earlier := earlier_result(request.actor, "paper.issue", key):
        _, content = copy(request.actor, row, earlier, now=request.now)
        return downloads.pdf(content, FILE)
    view = open_page(request, grant_id)
    if name not in (*letters.KNOWN, *letters.FORM_OF_VERB.values()):
        raise Absent
    if request.POST.get("revision") != str(view.card.revision):
        return draw(request, view, Submission(name).refused(Reason("grant.stale"), stale=True))
    if name not in (*letters.available(view), *letters.forms_available(view)):
        raise Absent
    filled = letters.HANDING.check(letters.HANDING.take(request.POST))
    pressed = Submission(f"{letters.ISSUING}{name}", filled)
    if not filled.ok:
        return draw(request, view, pressed)
    applied = view.applied
    if how := filled.value("how"):  # chosen for this one letter
        applied = replace(applied, delivery=replace(applied.delivery, how=how))
    if name in letters.GOING and view.home_is_closed and applied.delivery.how == "post":
        return draw(request, view, Submission(name).refused(Reason("grant.home_closed")))
    made, draft, first = _made(request, view, applied, name)
    if first and not draft:
        title = view.words.get(f"{WORDS}.paper.{first}").words
        code = "first" if letters.issuable(first, name, view) else "never"
        reason = Reason(f"grant.letter_{code}", values={"title": title})
        return draw(request, view, Submission(name).refused(reason))
    if draft or name in letters.FORM_OF_VERB.values():  # nothing is kept as issued
        return downloads.pdf(made.pdf, FILE)
    posted = name in letters.GOING and applied.delivery.how != "counter"
    sent = last(view.steps, *APPLICATION_VERBS) if applied == view.applied else None
    chosen_at = sent.at if sent else None  # their own choice, unless they wish otherwise since
    made = replace(made, posted=posted, against=against(filled), chosen_at=chosen_at)
    try:
        issue(request.actor, row, made, now=request.now, idempotency_key=key)
    except Refused as refused:
        pressed = replace(pressed, form=second_look(filled, refused))
        return draw(request, view, pressed.refused_by(refused, ()))
    return downloads.pdf(made.pdf, FILE)


def _made(
    request: DeskRequest, view: GrantView, applied: Applied, name: str
) -> tuple[MadePaper, bool, str]:
    """The paper as it is kept, whether it is a draft (下書き), and what is issued before it."""
    template = find(request.office.slug, f"grant_{name}")
    names = {staff.id: staff.name for staff in colleagues(request.office.id, request.now)}
    is_form = name in letters.FORM_OF_VERB.values()
    write = letters.write_form if is_form else letters.write
    context = letters.paper_context(request, view, names, applied)
    fields = write(name, context)
    printed = (official(template) if is_form else None) or render_paper(
        template, fields, enclosed=letters.enclosed(name, fields, context)
    )
    title = template.paper.title
    if name in letters.GOING:
        how = view.words.get(f"{WORDS}.delivery.{applied.delivery.how}").words
        title = view.words.get(f"{WORDS}.paper.going", "ja", title=title, how=how).words
    head = getattr(fields, "head", fields)
    number = str(getattr(head, "document_number", ""))
    person = getattr(head, "to", None) or getattr(getattr(fields, "top", None), "person", None)
    address = bool(getattr(person, "postal_code", "") or getattr(person, "address", ""))
    made = MadePaper(
        template.name, title, printed.content, printed.pages, printed.missing, number, address
    )
    first = "" if is_form else letters.waits_for(name, context)
    return made, getattr(head, "draft", False), first
