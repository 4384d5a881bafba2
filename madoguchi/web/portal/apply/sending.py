"""The application goes to the desk (申請を送る), once; and its form as a PDF, before and after."""

from django.http import HttpRequest, HttpResponse

from madoguchi.rules.decision import Refused
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.tools.vault.receipt import number_of
from madoguchi.web.kit import pdf
from madoguchi.web.kit.applied import has_ended
from madoguchi.web.kit.handouts import application_form
from madoguchi.web.kit.reading import Reading, words_for
from madoguchi.web.portal.apply.begun import Begun, begun, terms_of
from madoguchi.web.portal.apply.begun import judged as judged_by
from madoguchi.web.portal.apply.cards import help_cards, sent_cards
from madoguchi.web.portal.apply.pages import CONFLICT, page, task_list
from madoguchi.web.portal.follow import opened
from madoguchi.web.portal.follow.pending import look_on, meant
from madoguchi.web.portal.safety.visitor import draw, newcomer, private, see
from madoguchi.work.cases import public as cases
from madoguchi.work.subsidy.applying import public as applying
from madoguchi.work.subsidy.own import public as grants

FILE = "document.pdf"  # it may stay on the device: its name says nothing
SEEN_BY_OTHERS = "no"


def send(at: Begun, token: str) -> HttpResponse:
    """Send what is complete; whatever repeats it finds the same grant."""
    if at.lacking:
        return task_list(at, "apply.not_yet", CONFLICT)
    actor = cases.consultee(at.who.office_id)
    key = applying.once(at.held, at.draft["token"] or token)
    try:
        applying.apply(
            actor,
            at.held,
            at.applied,
            look_on(at.request),
            ended=has_ended(at.typed),
            now=at.now,
            once=key,
        )
    except Refused as refused:
        if any(ground.code == "grant.attachment" for ground in refused.grounds):
            return page(at, "papers", check=True)
        opened.note(at.who, "apply.already", at.now)
    return see("apply-sent")


@private
def sent(request: HttpRequest) -> HttpResponse:
    """What was sent, and what comes next; once the desk has it, where it stands."""
    terms = terms_of(request)
    at = begun(request, terms) if terms else None
    if at is None:
        return see("apply")
    told = applying.told(at.held)
    if told is None:
        return see("apply")
    own = grants.own(at.held)
    if own and own.state != "sent":
        return see("own-grant")
    cards = sent_cards(at, told) | help_cards(request)
    cards |= {"note": opened.take_note(at.who, at.now), "sent_on": sent_on(at)}
    return draw(request, "portal/apply/sent.html", cards)


def sent_on(at: Begun) -> str:
    """The day on which it was sent, in words."""
    on = applying.sent_at(at.held)
    return Reading(words_for(at.request)).day(day_in_japan(on), era=True) if on else ""


@private
def paper(request: HttpRequest) -> HttpResponse:
    """The filled form, for somebody who says that nobody else looks at the device."""
    who = newcomer(request)
    terms = terms_of(request)
    held = meant(request, opened.recall(who, request.now))  # type: ignore[attr-defined] # set on arrival
    at = begun(request, terms) if terms and held and request.method == "POST" else None
    if at is None or request.POST.get("others") != SEEN_BY_OTHERS:
        return see("apply")
    told = applying.told(at.held)
    judged = judged_by(told, at.terms) if told else at.judged
    made = application_form(request, told or at.applied, judged, number_of(at.held.drawer))
    return pdf.shown(made.content, FILE) if made else see("apply")
