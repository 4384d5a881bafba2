"""Referring a person (紹介): choose an agency, say what is passed on, write to it, follow it up.

No URL names the agency or what was looked for: which agency a case is referred to is sealed.
"""

import secrets
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from madoguchi.rules.decision import Absent, Reason, Refused
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.koyomi.wareki import wareki
from madoguchi.rules.programme.city import City
from madoguchi.rules.programme.paper import find
from madoguchi.rules.referral import Wanted, fits
from madoguchi.rules.steps.case import State as CaseState
from madoguchi.rules.steps.referral import State, Verb, after, look_again
from madoguchi.tools.act.action import done_before, earlier_result
from madoguchi.tools.forms.form import Filled, Typed
from madoguchi.tools.papers.engine import render as render_paper
from madoguchi.tools.signin.colleagues import colleagues
from madoguchi.web.desk.case import promises
from madoguchi.web.desk.case.acts import against, check_days
from madoguchi.web.desk.case.cards import PERSON, STORY, Planned, contact, facts
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.issued.views import papers
from madoguchi.web.desk.printed import printed
from madoguchi.web.desk.refer import cards
from madoguchi.web.desk.refer.cards import agency_name, following, offer, offer_of, opened, sheet
from madoguchi.web.kit import downloads
from madoguchi.web.kit.act_page import Submission, submission_key
from madoguchi.web.kit.display import SeeOther
from madoguchi.web.kit.formatting import texts_for
from madoguchi.web.kit.safe_contact import CONTACT as SAFE_CONTACT
from madoguchi.web.kit.safe_contact import safe_contact
from madoguchi.work.cases import queries as cases
from madoguchi.work.cases.queries import OpenedCase
from madoguchi.work.issued.actions import MadePaper, copy
from madoguchi.work.record import queries as record
from madoguchi.work.referrals import actions, queries
from madoguchi.work.referrals.papers import Letter, Passed, Sender
from madoguchi.work.referrals.public import Summary
from madoguchi.work.referrals.queries import ReferralCard

ADULT_YEARS = 18
type Details = dict[str, tuple[str, str]]
NOT_PASSED = ("danger", "who", "officer", "effects", "measures", "how", "visit_when")
CONTACT = "contact_rule"
OF_THE_PERSON = {SAFE_CONTACT: "referral.letter.contact"}  # what the letter asks in other words
PAPER, FILE = "referral", "paper.pdf"
STALE, CONTACT_CHANGED = "case.stale", "referral.contact_changed"


def choose(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The agencies that fit what is looked for; at first, what the person answered."""
    case = opened(request, case_id)
    if case.card.state == CaseState.CLOSED:
        return redirect("case", case_id)
    posted = request.method == "POST"
    find = cards.FIND.check(cards.FIND.take(request.POST) if posted else first_guess(case.about))
    found = fits(request.programme.directory, wanted(find, request.programme.city), request.now)
    values = {
        "page": "inbox",
        "case": case.card,
        "find": find,
        "offers": tuple(offer(request, fit) for fit in found),
        "unconfirmed": tuple(each for each in request.programme.agencies if not each.listed),
    }
    return render(request, "desk/refer/page.html", values)


def wanted(find: Filled, city: City) -> Wanted:
    """What the form asks for; elsewhere: none of the names of this city helps."""
    near = (city.prefecture,)
    places = {"here": (*near, city.name.ja), "near": near, "elsewhere": ()}
    return Wanted(
        need=find.value("need") or None,
        places=places.get(find.value("place")),
        audience=find.value("audience") or None,
        now=find.value("hour") == "now",
    )


def first_guess(about: Mapping[str, Any]) -> Typed:
    """The search form filled with the person's place, age and danger."""
    guess: dict[str, list[str]] = {}
    if about.get("danger") == "yes":
        guess["need"] = ["danger"]
    residence = {"inside": "here", "outside": "elsewhere"}.get(about.get("residence", ""))
    if residence:
        guess["place"] = [residence]
    age, band = about.get("age"), about.get("age_band", "")
    if isinstance(age, int):
        guess["audience"] = ["adult" if age >= ADULT_YEARS else "child"]
    elif band and band != "no_answer":
        guess["audience"] = ["child" if band == "under_18" else "adult"]
    return guess


def prepare(request: DeskRequest, case_id: UUID) -> HttpResponse:
    """The form for the chosen agency; a post of the form makes the referral."""
    if request.method != "POST":
        return redirect("refer", case_id)
    case = cards.opened(request, case_id)
    offer = offer_of(request, request.POST.get("agency", ""), Wanted())
    if offer is None:
        raise Absent
    details, dues = _details(request, case), promises.of(case)
    new_one = cards.new(tuple(details))
    if "token" not in request.POST:
        typed = {"agency": [offer.agency.id], "facts": [CONTACT]}
        return _page(request, case, Submission("refer", promises.first(new_one, dues, typed)))
    promised = promises.named(dues)
    form = promises.asking(new_one, promised)
    typed = form.take(request.POST)
    key = submission_key(request, case_id, typed)
    if earlier := earlier_result(request.actor, "case.refer", key):
        return SeeOther(reverse("referral", args=[case_id, earlier]))
    filled = promises.check(cards.check(form.check(typed), request), promised)
    submission = Submission("refer", filled)
    if request.POST.get("revision") != str(case.card.revision):
        submission = submission.refused(Reason(STALE), stale=True)
    if submission.failed:
        return _page(request, case, submission)
    row = cases.find(request.actor, case_id)
    until = filled.value("until")
    consent = filled.value("consent")
    days = (
        filled.value("days")
        or look_again(State.PREPARED if consent == "person" else State.GIVEN).days
    )
    names = set(filled.value("facts"))
    if "phone" in names:
        names |= {"phone_note"} & details.keys()  # who else answers is never left out
    passed = tuple(details[name] for name in details if name in names)
    summary = Summary(passed, filled.value("told"), filled.value("asks"))
    new = actions.NewReferral(
        filled.value("agency"),
        actions.Consent(consent, until.isoformat() if until else "", filled.value("reason")),
        cards.day_after(request, days),
        summary.safely(*details[CONTACT]),
    )
    try:
        said = promises.said(filled, promised)
        made = actions.refer(
            request.actor, row, new, said=said, now=request.now, idempotency_key=key
        )
    except Refused as refused:
        return _page(request, case, submission.refused_by(refused, {STALE}))
    return SeeOther(reverse("referral", args=[case_id, made]))


def _details(request: DeskRequest, case: OpenedCase) -> Details:
    """What the person answered, by name: the text key of the question and the words."""
    words = texts_for(request)
    names = [name for name in (*PERSON, *STORY) if name not in NOT_PASSED]
    found = {
        name: (fact.label, fact.said.words)
        for name, fact in zip(names, facts(names, _answers(case), words), strict=True)
        if fact.said.words
    }
    return {**found, CONTACT: (SAFE_CONTACT, safe_contact(case.wishes, words))}


def _answers(case: OpenedCase) -> dict[str, Any]:
    """What the person answered about themselves and what happened, with what was added later."""
    return {**case.about, **record.details(record.entries(case))}


def _page(request: DeskRequest, case: OpenedCase, submission: Submission) -> HttpResponse:
    values = {
        "page": "inbox",
        "case": case.card,
        "offer": offer_of(request, request.POST.get("agency", ""), Wanted()),
        "form": submission.form,
        "questions": promises.questions(submission.filled, promises.of(case), request.now.date()),
        "grounds": submission.grounds,
        "facts": facts((*PERSON, *STORY), _answers(case), texts_for(request)),
        "token": secrets.token_hex(16),
    }
    return render(request, "desk/refer/form.html", values, status=submission.status)


def referral(request: DeskRequest, case_id: UUID, referral_id: UUID) -> HttpResponse:
    """The referral; a post writes down its next step."""
    case = cards.opened(request, case_id)
    card = queries.one(case, referral_id)
    if request.method != "POST":
        return page(request, case, card, Submission())
    promised = promises.named(_promised(case))
    form = promises.asking(cards.step(card), promised)
    typed = form.take(request.POST)
    key = submission_key(request, referral_id, typed)
    again = SeeOther(reverse("referral", args=[case_id, referral_id]))
    if done_before(request.actor, "case.refer", key):
        return again
    filled = promises.check(check_days(form.check(typed), request), promised)
    submission = Submission("step", filled)
    if request.POST.get("revision") != str(case.card.revision):
        submission = submission.refused(Reason(STALE), stale=True)
    if submission.failed:
        return page(request, case, card, submission)
    row = cases.find(request.actor, case_id)
    step = filled.value("step")
    how = step.removeprefix(cards.APPROVE) if step.startswith(cards.APPROVE) else ""
    verb = Verb.APPROVE if how else Verb(step)
    days = filled.value("days") or look_again(after(card.state, verb)).days
    text, look_on = filled.value("text"), cards.day_after(request, days)
    move = actions.Move(verb, look_on, how, text, against(filled))
    try:
        actions.move(
            request.actor,
            row,
            referral_id,
            move,
            said=promises.said(filled, promised),
            now=request.now,
            idempotency_key=key,
        )
    except Refused as refused:
        return page(request, case, card, submission.refused_by(refused, {STALE}))
    return again


def _promised(case: OpenedCase) -> tuple[Planned, ...]:
    """The promises about which a step asks; what the person agreed to is kept by passing it on."""
    return tuple(due for due in promises.of(case) if due.card.kind != "approved")


def page(
    request: DeskRequest, case: OpenedCase, card: ReferralCard, submission: Submission
) -> HttpResponse:
    """The referral's page, with the one of its two forms (`step`, `issue`) that was submitted."""
    staff = colleagues(request.office.id, request.now)
    dues = _promised(case)
    forms = {
        "step": promises.first(cards.step(card), dues, {}),
        "issue": cards.LETTER.show(),
    }
    if submission.form is not None:
        forms[submission.act] = submission.form
    issued = papers(request.actor, case, staff)
    names = {colleague.id: colleague.name for colleague in staff}
    values = {
        "page": "inbox",
        "case": case.card,
        "one": following(request, case, card, names, Wanted()),
        "second_look": _second_look(submission),
        "contact": contact(case, texts_for(request)),
        "form": forms["step"],
        "questions": promises.questions(forms["step"], dues, request.now.date()),
        "letter": forms["issue"],
        "issued": tuple(each for each in issued if each.card.paper == "referral"),
        "grounds": submission.grounds,
        "token": secrets.token_hex(16),
    }
    return render(request, "desk/refer/referral.html", values, status=submission.status)


def _second_look(submission: Submission) -> str:
    """The form that asks why, since the person wishes to be reached otherwise; empty for none."""
    asked = any(reason.code == CONTACT_CHANGED for reason in submission.reasons)
    said = submission.form is not None and submission.form.words("against_rule")
    return submission.act if asked or said else ""


@require_safe
def show(request: DeskRequest, case_id: UUID, referral_id: UUID) -> HttpResponse:
    """The page that is passed on, alone: for a second screen."""
    case = cards.opened(request, case_id)
    card = queries.one(case, referral_id)
    name = agency_name(request.programme.agencies, card.agency)
    values = {
        "case": case.card,
        "card": card,
        "sheet": sheet(name, cards.now_passed(request, case, card)),
        "division": request.programme.city.division_on(request.now.date()),
    }
    return render(request, "desk/refer/show.html", values)


def draft(request: DeskRequest, case_id: UUID, referral_id: UUID) -> HttpResponse:
    """What would be passed on, on paper for the person; asked for otherwise, back to the page."""
    if request.method != "POST":
        return redirect("referral-show", case_id, referral_id)
    case = cards.opened(request, case_id)
    card = queries.one(case, referral_id)
    row = cases.find(request.actor, case_id)
    try:
        actions.print_draft(request.actor, row, referral_id, now=request.now)
    except Refused as refused:
        return page(request, case, card, Submission("draft").refused_by(refused, {STALE}))
    return printed(request, PAPER, letter(request, case, card, draft=True), "draft.pdf")


def issue(request: DeskRequest, case_id: UUID, referral_id: UUID) -> HttpResponse:
    """The paper for the agency, stored as it is issued; pressed twice, the same paper."""
    if request.method != "POST":
        return redirect("referral", case_id, referral_id)
    case = cards.opened(request, case_id)
    card = queries.one(case, referral_id)
    filled = cards.LETTER.check(cards.LETTER.take(request.POST))
    submission = Submission("issue", filled)
    if not filled.ok:
        return page(request, case, card, submission)
    agency = offer_of(request, card.agency, Wanted())
    if agency and not agency.agency.takes_letters:
        return page(request, case, card, submission.refused(Reason("referral.forms_only")))
    row = cases.find(request.actor, case_id)
    key = submission_key(request, referral_id, filled.typed)
    if earlier := earlier_result(request.actor, "case.refer", key):
        _, content = copy(request.actor, row, earlier, now=request.now)
        return downloads.pdf(content, FILE)
    template = find(request.office.slug, PAPER)
    facts = letter(request, case, card, filled.value("document_number"))
    done = render_paper(template, facts)
    title = f"{template.paper.title}（{facts.to}）"
    number = facts.document_number
    made = MadePaper(PAPER, title, done.content, done.pages, done.missing, number)
    try:
        actions.issue(
            request.actor,
            row,
            referral_id,
            made,
            against=against(filled),
            now=request.now,
            idempotency_key=key,
        )
    except Refused as refused:
        return page(request, case, card, submission.refused_by(refused, {STALE}))
    return downloads.pdf(made.pdf, FILE)


def letter(
    request: DeskRequest,
    case: OpenedCase,
    card: ReferralCard,
    document_number: str = "",
    *,
    draft: bool = False,
) -> Letter:
    """The referral in words: what the person read, or is about to read; contact as is safe now."""
    words, programme = texts_for(request), request.programme
    summary = cards.now_passed(request, case, card)
    contact, line = programme.city.contact, programme.desk.phone
    if draft:
        consent = words.get("referral.sheet.agree").words
    elif card.approved_at is None:
        consent = words.get("referral.letter.unasked").words
    else:
        on = wareki(day_in_japan(card.approved_at))
        consent = words.get(f"referral.letter.{card.approved_how}", on=on).words
    return Letter(
        to=agency_name(programme.agencies, card.agency),
        on=wareki(request.now.date()),
        sender=Sender(
            office=programme.city.name.ja,
            division=programme.city.division_on(request.now.date()).name,
            officer=request.frame.name,
            postal_code=contact.postal_code,
            address=contact.address,
            phone=str((line.number if line else None) or contact.phone or ""),
        ),
        consent=consent,
        passed=tuple(
            Passed(words.get(OF_THE_PERSON.get(label, label)).words, answer)
            for label, answer in summary.facts
        ),
        told=summary.told.strip(),
        asks=summary.asks.strip(),
        document_number=document_number.strip(),
        until=wareki(card.until_on) if card.until_on else "",
        draft=draft,
        sign=card.consent.kind == "person",
    )


urlpatterns = [
    path("refer/<uuid:case_id>/", choose, name="refer"),
    path("refer/<uuid:case_id>/new/", prepare, name="refer-new"),
    path("refer/<uuid:case_id>/<uuid:referral_id>/", referral, name="referral"),
    path("refer/<uuid:case_id>/<uuid:referral_id>/show/", show, name="referral-show"),
    path("refer/<uuid:case_id>/<uuid:referral_id>/draft/", draft, name="referral-draft"),
    path("refer/<uuid:case_id>/<uuid:referral_id>/issue/", issue, name="referral-issue"),
]
