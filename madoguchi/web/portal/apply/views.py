"""Writing an application (申請を書く): its tasks and each of them, sending it, its form as a PDF.

Every page saves what it sent before it is judged: nothing typed is lost.
"""

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.urls import path

from madoguchi.rules.decision import Refused
from madoguchi.rules.koyomi.dates import day_in_japan
from madoguchi.rules.programme.subsidy import Terms
from madoguchi.rules.subsidy.fields import TASKS, Task
from madoguchi.tools.forms.form import Form, Typed
from madoguchi.tools.vault.receipt import number_of
from madoguchi.web.kit import downloads
from madoguchi.web.kit.application import TICKED, forms, has_ended
from madoguchi.web.kit.display import as_pressed, stays
from madoguchi.web.kit.formatting import Formatter, texts_for
from madoguchi.web.kit.handouts import application_form
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.kit.submitted import revision
from madoguchi.web.portal.apply.cards import (
    list_cards,
    lost_cards,
    sent_cards,
    task_cards,
    year_cards,
)
from madoguchi.web.portal.apply.draft import OpenApplication, keep_files, open_application, terms_of
from madoguchi.web.portal.apply.draft import judged as judge
from madoguchi.web.portal.follow import session
from madoguchi.web.portal.own_grant.cards import grant_page
from madoguchi.web.portal.page import help_with_cost
from madoguchi.web.portal.safety.visitor import (
    MOST_FILES,
    draw,
    newcomer,
    private,
    see,
    uploads,
    welcome,
)
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
    application = open_application(request, terms)
    if application is None:
        return draw(request, "portal/apply/first.html", year_cards(request, terms))
    if applying.running(application.held):
        return see("own-grant")
    return task_list(application)


@private
def task(request: OfficeRequest, number: int) -> HttpResponse:
    """Shows a task, or keeps what its page sent."""
    name, terms = PLACE.get(number), terms_of(request)
    if name is None:
        raise Http404
    if terms is None:
        return see("apply")
    if request.method == "POST":
        return as_pressed(request, _save(request, terms, name))
    application = open_application(request, terms)
    if application is None or applying.running(application.held):
        return see("apply")
    if application.status(name) == "later":
        return task_list(application, "apply.not_yet", CONFLICT)
    return page(application, name)


@private
def late(request: OfficeRequest) -> HttpResponse:
    """What to read where the day of the contract may stand in the way: nobody is refused here."""
    terms = terms_of(request)
    application = open_application(request, terms) if terms else None
    if application is None or not application.late:
        return see("apply")
    cards = {"late": application.late, "number": TASKS.index("lawyer") + 1}
    return draw(request, "portal/apply/late.html", cards | help_with_cost(request))


@private
def sent(request: OfficeRequest) -> HttpResponse:
    """What was sent, and what comes next; once the desk has it, where it stands."""
    terms = terms_of(request)
    application = open_application(request, terms) if terms else None
    if application is None:
        return see("apply")
    running = applying.running_application(application.held)
    if running is None:
        return see("apply")
    own = grants.own(application.held)
    if own is None or own.state != "sent":
        return see("own-grant")
    sent_at = applying.sent_at(application.held)
    formatter = Formatter(texts_for(request))
    cards = sent_cards(application, running) | help_with_cost(request)
    cards |= {
        "grant": grant_page(request, own),
        "note": session.take_note(application.who, application.request.now),
        "sent_on": formatter.day(day_in_japan(sent_at), era=True) if sent_at else "",
    }
    return draw(request, "portal/apply/sent.html", cards)


@private
def paper(request: OfficeRequest) -> HttpResponse:
    """The filled form, for somebody who says that nobody else looks at the device."""
    who = newcomer(request)
    terms = terms_of(request)
    held = session.meant(request, session.recall(who, request.now))
    asked = held and request.method == "POST"
    application = open_application(request, terms) if terms and asked else None
    if application is None or request.POST.get("others") != SEEN_BY_OTHERS:
        return see("apply")
    content = applying.running_application(application.held) or application.applied
    judged = judge(content, application.terms)
    number = number_of(application.held.drawer)
    made = application_form(request, content, judged, number)
    return downloads.pdf(made.content, FILE) if made else see("apply")


def task_list(application: OpenApplication, note: str = "", status: int = 200) -> HttpResponse:
    """The list; `note`: why somebody is led back to it."""
    note = note or session.take_note(application.who, application.request.now)
    return draw(
        application.request, "portal/apply/list.html", list_cards(application, note), status
    )


def page(
    application: OpenApplication,
    name: Task,
    *,
    check: bool = False,
    unkept: dict[str, str] | None = None,
    moved: bool = False,
) -> HttpResponse:
    """The page of a task; `check`: with what has to be changed; `moved`: to another sum."""
    filled = application.checked[name] if check else application.shown(name)
    for field, code in (unkept or {}).items():
        filled = filled.refuse(field, code, most=MOST_FILES.get(code, 0))
    changing = "change" in application.request.GET
    cards = task_cards(application, name, filled, changing=changing, moved=moved)
    template = "check" if name == "promise" else "task"
    status = CONFLICT if moved else filled.status
    return draw(application.request, f"portal/apply/{template}.html", cards, status)


def send(application: OpenApplication, token: str) -> HttpResponse:
    """Send what is complete, with the sum that its page said; what repeats it finds the same."""
    if application.unfinished:
        return task_list(application, "apply.not_yet", CONFLICT)
    asks_yen = application.asks_yen
    if application.request.POST.get("asks", "") != str(asks_yen or ""):
        return page(application, "promise", moved=True)
    actor = cases.consultee(application.who.office_id)
    key = applying.idempotency_key(application.held, application.draft["token"] or token)
    try:
        applying.apply(
            actor,
            application.held,
            replace(application.applied, applied_yen=asks_yen),
            session.look_on(application.request),
            ended=has_ended(application.typed),
            now=application.request.now,
            idempotency_key=key,
        )
    except Refused as refused:
        if any(reason.code == "grant.attachment" for reason in refused.reasons):
            return page(application, "papers", check=True)
        session.note(application.who, "apply.already", application.request.now)
    return see("apply-sent")


def _save(request: OfficeRequest, terms: Terms, name: Task) -> HttpResponse:
    """Save what the page of a task sent, then say what has to be changed, or go on."""
    who, now = newcomer(request), request.now
    held = session.meant(request, session.recall(who, now))
    application = open_application(request, terms) if held else None
    if terms.version is None:
        return see("apply")
    if application is None:  # the receipt is not open any more: what was typed waits beside it
        typed = _typed(request, forms(terms.version)[name])
        files = [file for field in TICKED.values() for file in uploads(request, field)]
        session.keep(request, who.beside, None, typed, files)
        return welcome(see("follow"), who)
    actor, token = cases.consultee(who.office_id), request.POST.get("token", "")[:64]
    if name == "promise" and applying.result_of(actor, application.held, token):
        return see("apply-sent")
    if applying.running(application.held):
        session.note(who, "apply.already", now)
        return see("apply-sent")
    typed, unkept = keep_files(application, name, _typed(request, application.form(name)))
    shown = revision(request.POST.get("revision", ""))
    try:
        saved = applying.save(actor, application.held, name, fitted(typed), shown, now=now)
    except Refused:
        return see("apply-sent")
    session.take_back(who.beside, application.held.drawer.mark, typed, now)
    application = open_application(request, terms) or application
    if saved.lost:
        cards = lost_cards(application, name, saved)
        return draw(request, "portal/apply/lost.html", cards, CONFLICT)
    if "before" in request.POST and not unkept:  # kept, and judged another time
        return see("apply")
    if stays(request) and not unkept:
        return see("apply-task", TASKS.index(name) + 1)
    if unkept or not application.checked[name].ok:
        return page(application, name, check=True, unkept=unkept)
    if name == "promise":
        return send(application, token)
    if "more" in request.POST:  # files were added; the page goes on
        return see("apply-task", TASKS.index(name) + 1)
    if name == "lawyer" and application.late:
        return see("apply-late")
    return see("apply", mark=f"#task-{name}")


def _typed(request: OfficeRequest, form: Form) -> Typed:
    """What stood on the page; a line that it showed as known already is left as it was."""
    typed = form.take(request.POST)
    lines = {field.name for field in form.fields if field.kind in ("line", "day", "files")}
    return {
        name: values for name, values in typed.items() if name in request.POST or name not in lines
    }


urlpatterns = [
    path("s/h/", tasks, name="apply"),
    path("s/h/<int:number>/", task, name="apply-task"),
    path("s/h/time/", late, name="apply-late"),
    path("s/h/sent/", sent, name="apply-sent"),
    path("s/h/paper/", paper, name="apply-paper"),
]
