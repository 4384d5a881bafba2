"""Writing an application (申請を書く): its tasks, one of them, what to read about its day."""

from django.http import Http404, HttpRequest, HttpResponse

from madoguchi.rules.decision import Refused
from madoguchi.rules.programme.subsidy import Terms
from madoguchi.rules.subsidy.fields import TASKS, Task
from madoguchi.web.kit.application import forms
from madoguchi.web.kit.form import Form, Typed
from madoguchi.web.kit.seen import revision
from madoguchi.web.portal.apply import files, sending
from madoguchi.web.portal.apply.begun import Begun, begun, terms_of
from madoguchi.web.portal.apply.cards import help_cards, lost_cards, year_cards
from madoguchi.web.portal.apply.pages import CONFLICT, page, task_list
from madoguchi.web.portal.follow import opened, reply
from madoguchi.web.portal.follow.pending import keep, meant
from madoguchi.web.portal.safety.visitor import draw, newcomer, private, see, welcome
from madoguchi.work.cases import public as cases
from madoguchi.work.intake.public import fitted
from madoguchi.work.subsidy.applying import public as applying

PLACE = dict(enumerate(TASKS, 1))


@private
def tasks(request: HttpRequest) -> HttpResponse:
    """The tasks and how far each is; without an open receipt, what is needed first."""
    terms = terms_of(request)
    if terms is None:
        return draw(request, "portal/apply/none.html", help_cards(request))
    at = begun(request, terms)
    if at is None:
        return draw(request, "portal/apply/first.html", year_cards(request, terms))
    if applying.running(at.held):
        return see("own-grant")
    return task_list(at)


@private
def task(request: HttpRequest, number: int) -> HttpResponse:
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


def _posted(request: HttpRequest, terms: Terms, name: Task) -> HttpResponse:
    who, now = newcomer(request), request.now  # type: ignore[attr-defined] # set on arrival
    held = meant(request, opened.recall(who, now))
    at = begun(request, terms) if held else None
    if at is None or terms.version is None:
        return _closed(request, terms, name)
    if name == "promise" and applying.sent(
        cases.consultee(who.office_id), at.held, _token(request)
    ):
        return see("apply-sent")
    if applying.running(at.held):
        opened.note(who, "apply.already", now)
        return see("apply-sent")
    return _kept(at, name)


def _kept(at: Begun, name: Task) -> HttpResponse:
    """Save first, judge afterwards: nothing typed is lost."""
    form = at.form(name)
    typed, unkept = files.taken(at, name, _taken(at.request, form))
    seen = revision(at.request.POST.get("revision", ""))
    actor = cases.consultee(at.who.office_id)
    try:
        saved = applying.save(actor, at.held, name, fitted(typed), seen, now=at.now)
    except Refused:
        return see("apply-sent")
    reply.take_back(at.who, at.held.drawer.mark, {one: [] for one in typed}, at.now)
    now = begun(at.request, at.terms) or at
    if saved.lost:
        return draw(at.request, "portal/apply/lost.html", lost_cards(now, name, saved), CONFLICT)
    if unkept or not now.checked[name].ok:
        return page(now, name, check=True, unkept=unkept)
    if name == "promise":
        return sending.send(now, _token(at.request))
    if "more" in at.request.POST:  # files were added; the page goes on
        return see("apply-task", TASKS.index(name) + 1)
    return (
        see("apply-late") if name == "lawyer" and now.late else see("apply", mark=f"#task-{name}")
    )


def _closed(request: HttpRequest, terms: Terms, name: Task) -> HttpResponse:
    """The receipt is not open any more: what was typed waits beside it."""
    who = newcomer(request)
    if terms.version is None:
        return see("apply")
    form = forms(terms.version)[name]
    keep(request, who, None, _taken(request, form), files.all_sent(request))
    return welcome(see("follow"), who)


def _taken(request: HttpRequest, form: Form) -> Typed:
    """What stood on the page; a line that it showed as known already is left as it was."""
    typed = form.take(request.POST)
    lines = {one.name for one in form.fields if one.kind in ("line", "day", "files")}
    return {
        name: words for name, words in typed.items() if name in request.POST or name not in lines
    }


def _token(request: HttpRequest) -> str:
    return request.POST.get("token", "")[:64]


@private
def late(request: HttpRequest) -> HttpResponse:
    """What to read where the day of the contract may stand in the way: nobody is refused here."""
    terms = terms_of(request)
    at = begun(request, terms) if terms else None
    if at is None or not at.late:
        return see("apply")
    cards = {"late": at.late, "number": TASKS.index("lawyer") + 1}
    return draw(request, "portal/apply/late.html", cards | help_cards(request))
