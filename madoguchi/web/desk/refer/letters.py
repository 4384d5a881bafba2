"""The paper of a referral (引き継ぎの書面): a draft to sign, and what is issued for the agency."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect

from madoguchi.rules.decision import Refused
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.koyomi.wareki import wareki
from madoguchi.rules.programme.paper import find
from madoguchi.rules.programme.texts import Texts
from madoguchi.tools.act.action import earlier_result
from madoguchi.tools.papers.engine import render
from madoguchi.web.desk.frame import DeskRequest
from madoguchi.web.desk.printed import printed
from madoguchi.web.desk.refer import acting, forms
from madoguchi.web.desk.refer.cards import agency_name
from madoguchi.web.desk.refer.follow import page
from madoguchi.web.kit import pdf
from madoguchi.web.kit.reading import words_for
from madoguchi.work.cases import queries as cases
from madoguchi.work.issued.actions import Made, copy
from madoguchi.work.referrals import actions, queries
from madoguchi.work.referrals.papers import Letter, Passed, Sender
from madoguchi.work.referrals.queries import ReferralCard

PAPER, FILE = "referral", "paper.pdf"


def draft(request: DeskRequest, case_id: UUID, referral_id: UUID) -> HttpResponse:
    """What would be passed on, on paper for the person; asked for otherwise, back to the page."""
    if request.method != "POST":
        return redirect("referral-show", case_id, referral_id)
    case = acting.opened(request, case_id)
    card = queries.one(case, referral_id)
    row = cases.find(request.actor, case_id)
    try:
        actions.print_draft(request.actor, row, referral_id, now=request.now)
    except Refused as refused:
        return page(request, case, card, grounds=_codes(refused))
    return printed(request, PAPER, letter(request, card, draft=True), "draft.pdf")


def issue(request: DeskRequest, case_id: UUID, referral_id: UUID) -> HttpResponse:
    """The paper for the agency, kept as it is issued; sent twice, what was kept the first time."""
    if request.method != "POST":
        return redirect("referral", case_id, referral_id)
    case = acting.opened(request, case_id)
    card = queries.one(case, referral_id)
    filled = forms.LETTER.check(forms.LETTER.take(request.POST))
    if not filled.ok:
        return page(request, case, card, letter=filled)
    row = cases.find(request.actor, case_id)
    once = acting.once(request, referral_id, filled.typed)
    if earlier := earlier_result(request.actor, "case.refer", once):
        _, content = copy(request.actor, row, earlier, now=request.now)
        return pdf.shown(content, FILE)
    made = _made(request, card, filled.value("document_number"))
    try:
        actions.issue(request.actor, row, referral_id, made, now=request.now, once=once)
    except Refused as refused:
        return page(request, case, card, letter=filled, grounds=_codes(refused))
    return pdf.shown(made.pdf, FILE)


def letter(
    request: DeskRequest, card: ReferralCard, document_number: str = "", *, draft: bool = False
) -> Letter:
    """The referral in words: exactly what the person read, or is about to read."""
    words, summary = words_for(request), card.summary
    return Letter(
        to=agency_name(request.programme.agencies, card.agency),
        on=wareki(request.now.date()),
        sender=_sender(request),
        consent=words.get("referral.sheet.agree").words if draft else _consent(card, words),
        passed=tuple(Passed(words.get(label).words, said) for label, said in summary.facts),
        told=summary.told.strip(),
        asks=summary.asks.strip(),
        document_number=document_number.strip(),
        until=wareki(card.until_on) if card.until_on else "",
        draft=draft,
        sign=card.consent.kind == "person",
    )


def _sender(request: DeskRequest) -> Sender:
    """The city with the division of today; the desk's telephone, or else the city's."""
    programme = request.programme
    contact, line = programme.city.contact, programme.desk.phone
    return Sender(
        office=programme.city.name.ja,
        division=programme.city.division_on(request.now.date()).name,
        officer=request.frame.name,
        postal_code=contact.postal_code,
        address=contact.address,
        phone=str((line.number if line else None) or contact.phone or ""),
    )


def _consent(card: ReferralCard, words: Texts) -> str:
    """How and when the person agreed; where nobody asked them, that."""
    if card.approved_at is None:
        return words.get("referral.letter.unasked").words
    on = wareki(day_in_japan(card.approved_at))
    return words.get(f"referral.letter.{card.approved_how}", on=on).words


def _made(request: DeskRequest, card: ReferralCard, document_number: str) -> Made:
    template = find(request.office.slug, PAPER)
    facts = letter(request, card, document_number)
    made = render(template, facts)
    title = f"{template.paper.title}（{facts.to}）"
    return Made(PAPER, title, made.content, made.pages, made.missing, facts.document_number)


def _codes(refused: Refused) -> tuple[str, ...]:
    return tuple(one.code for one in refused.grounds)
