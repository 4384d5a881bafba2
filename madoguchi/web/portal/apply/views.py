"""Writing an application (申請を書く): its tasks and each of them, sending it, its form as a PDF.

Every page saves what it sent before it is judged: nothing typed is lost.
"""

from django.http import Http404, HttpResponse
from django.urls import path

from madoguchi.rules.decision import Refused
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.programme.subsidy import Terms
from madoguchi.rules.subsidy.fields import TASKS, Task
from madoguchi.tools.forms.form import Form, Typed
from madoguchi.tools.vault.receipt import number_of
from madoguchi.web.kit import downloads
from madoguchi.web.kit.application import forms, has_ended
from madoguchi.web.kit.formatting import Formatter, words_for
from madoguchi.web.kit.handouts import application_form
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.kit.submitted import revision
from madoguchi.web.portal.apply import draft
from madoguchi.web.portal.apply.cards import (
    list_cards,
    lost_cards,
    sent_cards,
    task_cards,
    year_cards,
)
from madoguchi.web.portal.apply.draft import Begun, begun, terms_of
from madoguchi.web.portal.apply.draft import judged as judged_by
from madoguchi.web.portal.follow import session
from madoguchi.web.portal.page import help_with_cost
from madoguchi.web.portal.safety.visitor import MOST_FILES, draw, newcomer, private, see, welcome
from madoguchi.work.cases import public as cases
from madoguchi.work.intake.public import fitted
from madoguchi.work.subsidy.applying import public as applying
from madoguchi.work.subsidy.own import public as grants

CONFLICT = 409
FILE = "document.pdf"  # it may stay on the device: its name says nothing
SEEN_BY_OTHERS = "no"
PLACE = dict(enumerate(TASKS, 1))


@private
def tasks(request: OfficeRequest) -> HttpResponse:
    """The tasks and how far each is; without an open receipt, what is needed first."""
    terms = terms_of(request)
    if terms is None:
        return draw(request, "portal/apply/none.html", help_with_cost(request))
    at = begun(request, terms)
    if at is None:
        return draw(request, "portal/apply/first.html", year_cards(request, terms))
    if applying.running(at.held):
        return see("own-grant")
    return task_list(at)


@private
def task(request: OfficeRequest, number: int) -> HttpResponse:
    """Shows a task, or keeps what its page sent."""
    name, terms = PLACE.get(number), terms_of(request)
    if name is None:
        raise Http404
    if terms is None:
        return see("apply")
    if request.method == "POST":
        return _posted(request, terms, name)
    at = begun(request, terms)
    if at is None or applying.running(at.held):
        return see("apply")
    if at.status(name) == "later":
        return task_list(at, "apply.not_yet", CONFLICT)
    return page(at, name)


@private
def late(request: OfficeRequest) -> HttpResponse:
    """What to read where the day of the contract may stand in the way: nobody is refused here."""
    terms = terms_of(request)
    at = begun(request, terms) if terms else None
    if at is None or not at.late:
        return see("apply")
    cards = {"late": at.late, "number": TASKS.index("lawyer") + 1}
    return draw(request, "portal/apply/late.html", cards | help_with_cost(request))


@private
def sent(request: OfficeRequest) -> HttpResponse:
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
    cards = sent_cards(at, told) | help_with_cost(request)
    cards |= {"note": session.take_note(at.who, at.now), "sent_on": sent_on(at)}
    return draw(request, "portal/apply/sent.html", cards)


@private
def paper(request: OfficeRequest) -> HttpResponse:
    """The filled form, for somebody who says that nobody else looks at the device."""
    who = newcomer(request)
    terms = terms_of(request)
    held = session.meant(request, session.recall(who, request.now))
    at = begun(request, terms) if terms and held and request.method == "POST" else None
    if at is None or request.POST.get("others") != SEEN_BY_OTHERS:
        return see("apply")
    told = applying.told(at.held)
    judged = judged_by(told, at.terms) if told else at.judged
    made = application_form(request, told or at.applied, judged, number_of(at.held.drawer))
    return downloads.pdf(made.content, FILE) if made else see("apply")


def task_list(at: Begun, note: str = "", status: int = 200) -> HttpResponse:
    """The list; `note`: why somebody is led back to it."""
    note = note or session.take_note(at.who, at.now)
    return draw(at.request, "portal/apply/list.html", list_cards(at, note), status)


def page(
    at: Begun, name: Task, *, check: bool = False, unkept: dict[str, str] | None = None
) -> HttpResponse:
    """The page of a task; `check`: with what has to be changed."""
    filled = at.checked[name] if check else at.shown(name)
    for field, code in (unkept or {}).items():
        filled = filled.refuse(field, code, most=MOST_FILES.get(code, 0))
    changing = "change" in at.request.GET
    cards = task_cards(at, name, filled, changing=changing)
    template = "check" if name == "promise" else "task"
    return draw(at.request, f"portal/apply/{template}.html", cards, filled.status)


def send(at: Begun, token: str) -> HttpResponse:
    """Send what is complete; whatever repeats it finds the same grant."""
    if at.lacking:
        return task_list(at, "apply.not_yet", CONFLICT)
    actor = cases.consultee(at.who.office_id)
    key = applying.idempotency_key(at.held, at.draft["token"] or token)
    try:
        applying.apply(
            actor,
            at.held,
            at.applied,
            session.look_on(at.request),
            ended=has_ended(at.typed),
            now=at.now,
            idempotency_key=key,
        )
    except Refused as refused:
        if any(reason.code == "grant.attachment" for reason in refused.reasons):
            return page(at, "papers", check=True)
        session.note(at.who, "apply.already", at.now)
    return see("apply-sent")


def sent_on(at: Begun) -> str:
    """The day on which it was sent, in words."""
    on = applying.sent_at(at.held)
    return Formatter(words_for(at.request)).day(day_in_japan(on), era=True) if on else ""


def _posted(request: OfficeRequest, terms: Terms, name: Task) -> HttpResponse:
    who, now = newcomer(request), request.now
    held = session.meant(request, session.recall(who, now))
    at = begun(request, terms) if held else None
    if at is None or terms.version is None:
        return _closed(request, terms, name)
    if name == "promise" and applying.sent(
        cases.consultee(who.office_id), at.held, _token(request)
    ):
        return see("apply-sent")
    if applying.running(at.held):
        session.note(who, "apply.already", now)
        return see("apply-sent")
    return _kept(at, name)


def _kept(at: Begun, name: Task) -> HttpResponse:
    """Save first, judge afterwards: nothing typed is lost."""
    form = at.form(name)
    typed, unkept = draft.taken(at, name, _taken(at.request, form))
    seen = revision(at.request.POST.get("revision", ""))
    actor = cases.consultee(at.who.office_id)
    try:
        saved = applying.save(actor, at.held, name, fitted(typed), seen, now=at.now)
    except Refused:
        return see("apply-sent")
    session.take_back(at.who, at.held.drawer.mark, {one: [] for one in typed}, at.now)
    now = begun(at.request, at.terms) or at
    if saved.lost:
        return draw(at.request, "portal/apply/lost.html", lost_cards(now, name, saved), CONFLICT)
    if unkept or not now.checked[name].ok:
        return page(now, name, check=True, unkept=unkept)
    if name == "promise":
        return send(now, _token(at.request))
    if "more" in at.request.POST:  # files were added; the page goes on
        return see("apply-task", TASKS.index(name) + 1)
    return (
        see("apply-late") if name == "lawyer" and now.late else see("apply", mark=f"#task-{name}")
    )


def _closed(request: OfficeRequest, terms: Terms, name: Task) -> HttpResponse:
    """The receipt is not open any more: what was typed waits beside it."""
    who = newcomer(request)
    if terms.version is None:
        return see("apply")
    form = forms(terms.version)[name]
    session.keep(request, who, None, _taken(request, form), draft.all_sent(request))
    return welcome(see("follow"), who)


def _taken(request: OfficeRequest, form: Form) -> Typed:
    """What stood on the page; a line that it showed as known already is left as it was."""
    typed = form.take(request.POST)
    lines = {one.name for one in form.fields if one.kind in ("line", "day", "files")}
    return {
        name: words for name, words in typed.items() if name in request.POST or name not in lines
    }


def _token(request: OfficeRequest) -> str:
    return request.POST.get("token", "")[:64]


urlpatterns = [
    path("s/h/", tasks, name="apply"),
    path("s/h/<int:number>/", task, name="apply-task"),
    path("s/h/time/", late, name="apply-late"),
    path("s/h/sent/", sent, name="apply-sent"),
    path("s/h/paper/", paper, name="apply-paper"),
]
