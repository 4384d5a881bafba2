"""A decision is made (変更の手順): the form, before and after, then it is published or proposed."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import wraps
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from madoguchi.rules import rights
from madoguchi.rules.decision import Absent, Reason
from madoguchi.rules.programme.as_of import reworded, whereabouts
from madoguchi.rules.programme.changes import Change, NumberHidden, NumberReplaced
from madoguchi.rules.programme.phone import Phone
from madoguchi.rules.programme.read import ProgrammeError
from madoguchi.rules.programme.texts import is_desk, paragraphs
from madoguchi.rules.programme.words import COLUMNS, Column
from madoguchi.rules.steps.proposal import HIDES, HOLD_NUMBERS, needs_two
from madoguchi.rules.validity import InForce, objections
from madoguchi.tools.forms.days import dated
from madoguchi.tools.forms.fields import showable
from madoguchi.tools.forms.form import Filled, Typed
from madoguchi.web.desk.alarms import forget_proposed
from madoguchi.web.desk.frame import DeskRequest, go_on
from madoguchi.web.desk.settings.in_force import current, programme_today, readable, rows
from madoguchi.web.desk.settings.kinds import KINDS, WORDS, Kind, as_typed, page_of
from madoguchi.web.desk.settings.preview import Back, Draft, public_page, stands
from madoguchi.web.kit.act_page import ActPage, Submission
from madoguchi.web.kit.display import SCHEMES
from madoguchi.web.kit.formatting import Formatter, texts_for
from madoguchi.work.cases.public import AtOffice
from madoguchi.work.notices import actions
from madoguchi.work.notices import public as notices

OWN = ("desk", "clinic", "contact")
type View = Callable[[DeskRequest, str], HttpResponse]
FIXED = frozenset({"number", "old_number", "agency", "key", "page", "column", "old_words"})
"""Fields that the link here filled already: they are shown and sent on, not typed."""


@dataclass(frozen=True)
class Place:
    """A place where a number is published; `href`: the words that an officer has to change."""

    name: str
    href: str = ""


def _posted(view: View) -> View:
    """The view of a form that is posted; any other request leads to the form."""

    @wraps(view)
    def posted(request: DeskRequest, name: str) -> HttpResponse:
        if request.method != "POST":
            return redirect("settings-change", name)
        return view(request, name)

    return posted


@require_safe
def form(request: DeskRequest, name: str) -> HttpResponse:
    """The form of a kind, filled with what is published now."""
    kind = _kind(request, name)
    return _form(request, kind, kind.form.show(prefilled(request, kind)))


@_posted
def back(request: DeskRequest, name: str) -> HttpResponse:
    """The form again, with what was typed."""
    kind = _kind(request, name)
    return _form(request, kind, kind.form.show(kind.form.take(request.POST)))


@_posted
def look(request: DeskRequest, name: str) -> HttpResponse:
    """Before and after, with a sample of the public page; the form again if there are errors."""
    kind = _kind(request, name)
    filled, change, reasons = _read(request, kind)
    if change is None or reasons:
        return _form(request, kind, filled, reasons)
    return _look(request, kind, filled, change)


@_posted
def sample(request: DeskRequest, name: str) -> HttpResponse:
    """The public page as the decision would make it."""
    kind = _kind(request, name)
    filled, change, reasons = _read(request, kind)
    if change is None or reasons:
        return _form(request, kind, filled, reasons)
    in_force = current(request)
    path = page_of(name, kind.details(filled))
    back = Back(reverse("settings-look", args=[name]), _typed(filled))
    first = first_day(change, in_force.today)
    return public_page(
        request,
        Draft((*in_force.changes, change), first, None, stands(request, change)),
        path,
        back,
    )


class DecisionPage(ActPage[Kind]):
    """Publish it, or propose what needs two; shown again where something was decided since."""

    stale = ("proposal.stale",)
    request: DeskRequest

    def get(self, *_: object, **__: object) -> HttpResponse:
        """To the form."""
        return redirect("settings-change", self.kwargs["name"])

    def verb(self) -> str:
        kind = self.open()
        return _verb(kind.name, kind.details(kind.form.show(kind.form.take(self.request.POST))))

    def open(self) -> Kind:
        return _kind(self.request, self.kwargs["name"])

    def check(self, opened: Kind) -> Submission:
        filled, _, reasons = _read(self.request, opened)
        return Submission(opened.name, filled, reasons)

    def revision(self, opened: Kind) -> str:  # noqa: ARG002 - of all that was decided
        return notices.version(self.request.office.id)

    def perform(self, opened: Kind, submission: Submission, key: str) -> UUID:
        request, filled = self.request, submission.filled
        at, details, now = AtOffice(request.office.id), opened.details(filled), request.now
        title = filled.words("title").strip() if opened.news else ""
        body = filled.value("body") if opened.news else ""
        made: UUID
        if needs_two(opened.name, details):
            decided = actions.NewDecision(opened.name, details, title, body)
            made = actions.propose(request.actor, at, decided, now=now, idempotency_key=key)
            forget_proposed(request.office.id)
        else:
            news = opened.name, title, body, now.date(), details
            made = actions.publish(request.actor, at, *news, now=now, idempotency_key=key)
        return made

    def draw(self, opened: Kind, submission: Submission) -> HttpResponse:
        if not submission.stale:
            return _form(self.request, opened, submission.filled, submission.reasons)
        filled, change, reasons = _read(self.request, opened)
        if change is None or reasons:
            return _form(self.request, opened, filled, reasons)
        return _look(self.request, opened, filled, change, stale=True)

    def done(self, result: UUID) -> HttpResponse:  # noqa: ARG002 - the notice's
        here = reverse("settings-subject", args=[KINDS[self.kwargs["name"]].subject])
        made = "proposed" if self.verb() == "notice.propose" else "published"
        return go_on(self.request, here, f"desk.done.{made}")


def first_day(change: Change, today: date) -> date:
    """The first day on which the decision can be seen."""
    return max(getattr(change, "from_on", today), today)


def may(request: DeskRequest, kind: str) -> bool:
    """Whether the colleague may decide or propose such a thing."""
    return rights.may(request.actor.role, _verb(kind, {}), "office")


def _verb(kind: str, details: Mapping[str, object]) -> str:
    return "notice.propose" if needs_two(kind, details) else "notice.publish"


def _kind(request: DeskRequest, name: str) -> Kind:
    if name not in KINDS or not may(request, name):
        raise Absent
    return KINDS[name]


def _read(request: DeskRequest, kind: Kind) -> tuple[Filled, Change | None, tuple[Reason, ...]]:
    """The submitted form, its decision, and why that may not be published."""
    filled = dated(kind.form.check(kind.form.take(request.POST)), request.now.date())
    if not filled.ok:
        return filled, None, ()
    try:
        change = kind.change(filled)
    except ProgrammeError:  # only days that do not follow each other come so far
        return filled.refuse(kind.fields[-1].name, "order"), None, ()
    return filled, change, objections(current(request), change)


def _typed(filled: Filled) -> tuple[tuple[str, str], ...]:
    """Everything that was typed, to be sent on."""
    return tuple((name, text) for name, texts in filled.typed.items() for text in texts)


def _form(
    request: DeskRequest, kind: Kind, filled: Filled, reasons: tuple[Reason, ...] = ()
) -> HttpResponse:
    fixed = [
        card
        for card in filled.cards
        if card.field.name in FIXED and card.words and card.error is None
    ]
    in_force = current(request)
    values = {
        "page": "settings",
        "kind": kind.name,
        "title": f"desk.settings.kind.{kind.name}",
        "subject": kind.subject,
        "lead": f"desk.settings.{_lead(kind.name)}_lead",
        "form": filled,
        "fixed": tuple(
            (card, readable(request, in_force, card.field.name, card.words)) for card in fixed
        ),
        "cards": tuple(card for card in filled.cards if card not in fixed),
        "grounds": reasons,
    }
    status = 422 if reasons else filled.status
    return render(request, "desk/settings/form.html", values, status=status)


def _lead(kind: str) -> str:
    """How many decide it; of texts, it depends on what is typed."""
    if kind in HOLD_NUMBERS:
        return "number"
    return "two" if needs_two(kind, {}) else "one"


def _look(
    request: DeskRequest, kind: Kind, filled: Filled, change: Change, *, stale: bool = False
) -> HttpResponse:
    in_force = current(request)
    values = {
        "page": "settings",
        "kind": kind.name,
        "title": f"desk.settings.kind.{kind.name}",
        "subject": kind.subject,
        "two": needs_two(kind.name, kind.details(filled)),
        "stale": stale,
        "rows": rows(request, in_force, kind.name, kind.details(filled)),
        "hides": kind.name in HIDES,
        "stands": stands(request, change),
        "places": places(request, in_force, change),
        "news": (filled.words("title").strip(), filled.value("body")) if kind.news else ("", ""),
        "typed": _typed(filled),
        "token": secrets.token_hex(16),
        "revision": notices.version(request.office.id),
        "schemes": tuple((scheme, f"kit.scheme_{scheme}") for scheme in SCHEMES),
        "columns": tuple((name, f"{WORDS}.in_{name}.label") for name in COLUMNS),
    }
    return render(request, "desk/settings/look.html", values, status=409 if stale else 200)


def prefilled(request: DeskRequest, kind: Kind) -> Typed:
    """What the fields hold at first."""
    fields = [field.name for field in kind.form.fields]
    linked = {name: showable(request.GET[name]) for name in fields if name in request.GET}
    in_force = current(request)
    if kind.name == "paragraph":
        linked |= _paragraph(in_force, linked, request.GET.get("n", ""))
    now = dict(_published(in_force, kind.name, linked))
    day = Formatter(texts_for(request)).day(in_force.today).partition("（")[0]
    first = {"from_on": day, **now, **linked}
    return {name: [first[name]] for name in fields if first.get(name)}


def _paragraph(in_force: InForce, linked: dict[str, str], number: str) -> dict[str, str]:
    """The paragraph with that number, counted from 0; nothing where there is none."""
    column: Column = next((each for each in COLUMNS if each == linked.get("column")), "ja")
    texts = reworded(in_force.texts, in_force.changes, in_force.today)
    try:
        page = texts.page(linked.get("page", ""), column)
        return {"old_words": paragraphs(page.words)[int(number)]}
    except (KeyError, ValueError, IndexError):
        return {}


def _published(in_force: InForce, kind: str, linked: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The fields of a kind as they are published today: name and words."""
    programme = programme_today(in_force)
    match kind:
        case "hours":
            channel = linked.get("channel", "desk")
            week = programme.desk.hours
            if channel in ("phone", "face", "email", "web"):
                week = programme.desk.hours_of(channel) or week  # type: ignore[arg-type] # of the four
            yield "hours", as_typed(week.text)
        case "division":
            yield "names", programme.city.division_on(in_force.today).name
        case "contact":
            contact = programme.city.contact
            for name in ("postal_code", "address", "phone", "fax"):
                yield name, str(getattr(contact, name) or "")
        case "words":
            texts = reworded(in_force.texts, in_force.changes, in_force.today)
            words = texts.words.get(linked.get("key", ""))
            for name in COLUMNS:
                yield f"in_{name}", getattr(words, name, None) or ""
        case "paragraph":
            yield "new_words", linked.get("old_words", "")
        case _:
            return


def places(request: DeskRequest, in_force: InForce, change: Change) -> tuple[Place, ...]:
    """Where the number of a decision is published; none for other decisions."""
    match change:
        case NumberHidden(number=number) | NumberReplaced(was=number):
            found, words = [], texts_for(request)
            for name in whereabouts(in_force.programme, in_force.changes, number):
                if name in OWN:
                    found.append(Place(words.get(f"desk.settings.place.{name}").words))
                else:
                    found.append(Place(in_force.programme.agency(name).name.ja))
            return (*found, *_in_words(request, in_force, number))
        case _:
            return ()


def _in_words(request: DeskRequest, in_force: InForce, number: Phone) -> Iterator[Place]:
    """The pages of prose and the groups of short words that contain the number."""
    texts = reworded(in_force.texts, in_force.changes, in_force.today)
    for page in texts.prose():
        if any(number.stands_in(texts.page(page, column).words) for column in COLUMNS):
            name = texts_for(request).get(f"desk.settings.prose.{page}").words
            yield Place(name, reverse("settings-prose", args=[page]))
    for key, row in texts.words.items():
        columns = " ".join(filter(None, (row.ja, row.easy, row.en)))
        if not is_desk(key) and number.stands_in(columns):
            yield Place(key, reverse("settings-words", args=[key.partition(".")[0]]))
