"""Papers for everybody (配る書類): the guide and the empty form, made when first asked for.

A paper is made once for what it says: another day's hours, or a number that the desk changed, make
another one. Papers are Japanese in every column.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from threading import Lock

from madoguchi.rules.koyomi.hours import spans_from_text
from madoguchi.rules.programme.changes import DeskClosed, DeskClosedSpan, DeskHours
from madoguchi.rules.programme.desk import Desk
from madoguchi.rules.programme.paper import Template, find
from madoguchi.rules.programme.texts import Texts
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.subsidy.judge import Judgement
from madoguchi.tools.papers.engine import Pdf, render
from madoguchi.web.kit import subsidy_year
from madoguchi.web.kit.column import speaking
from madoguchi.web.kit.formatting import Formatter, words_for
from madoguchi.web.kit.publications import recent_changes
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.work.subsidy import public as subsidy
from madoguchi.work.subsidy.application import Applied
from madoguchi.work.subsidy.applying.papers import Filling, filled_in
from madoguchi.work.subsidy.papers import Application, Contact, Guide

type Facts = Guide | Application


APPLICATION = "subsidy_application"
KEPT = 32
KB = 1024
AHEAD = timedelta(days=60)
CHANGE = "desk.subsidy_paper.change"


@dataclass(frozen=True)
class Handout:
    """One paper as bytes, with the mark by which a browser knows that it has them already."""

    title: str
    content: bytes = field(repr=False)
    pages: int
    missing: tuple[str, ...]
    mark: str

    @property
    def size_kb(self) -> int:
        """Its size as a page says it."""
        return -(-len(self.content) // KB)


_made: OrderedDict[tuple[Template, Facts], Handout] = OrderedDict()
_turn = Lock()


def handout(request: OfficeRequest, name: str) -> Handout | None:
    """The paper of this name as it holds today; None where the city has nothing to say on it.

    Raises:
        ProgrammeError: there is no paper of that name.
    """
    template = find(request.office.slug, name)
    facts = facts_of(request, template)
    return _known(template, facts) if facts else None


def facts_of(request: OfficeRequest, template: Template) -> Facts | None:
    """What a paper says today; None where its city has no such subsidy, or it is another paper."""
    terms = subsidy_year.terms(request)
    of = subsidy.told(request.programme, words_for(request), terms) if terms else None
    match template.paper.facts:
        case _ if of is None:
            return None
        case "subsidy.Guide":
            return subsidy.guide(of, contact(request))
        case "subsidy.Application":
            return subsidy.application(of, confirmed=template.paper.source != UNCONFIRMED)
        case _:
            return None


def application_form(
    request: OfficeRequest, told: Applied, judged: Judgement, receipt: str = ""
) -> Pdf | None:
    """The form filled with what a person told, made anew each time: nothing of it is kept here.

    None where the city has no such form. `receipt`: how the receipt is named on paper.
    """
    template = find(request.office.slug, APPLICATION)
    empty = facts_of(request, template)
    of = subsidy.published(request.programme, words_for(request), request.now.date())
    if of is None or not isinstance(empty, Application):
        return None
    filling = Filling(of.version, of.say, told)
    form = filled_in(empty, filling, grant_yen=judged.amount_yen, receipt=receipt)
    return render(template, form)


def contact(request: OfficeRequest) -> Contact:
    """The desk with its hours, and those of the coming days that are others."""
    desk = request.programme.desk
    with speaking("ja"):
        hours = tuple(_hours(desk, words_for(request)))
        changes = tuple(_changes(request))
    return Contact(
        name=desk.name.ja,
        place=f"{desk.place.address.ja}　{desk.place.building.ja}",
        hours=hours,
        phone=str(desk.phone.number) if desk.phone and desk.phone.number else "",
        email=(desk.email.address or "") if desk.email else "",
        changes=changes,
    )


def _hours(desk: Desk, words: Texts) -> Iterator[str]:
    """The standing hours; those of the telephone where they are others."""
    reading = Formatter(words)
    yield reading.hours(desk.hours, closed=True)
    if desk.phone and desk.phone.hours and desk.phone.hours.lines != desk.hours.lines:
        yield words.get(f"{CHANGE}.phone", hours=reading.hours(desk.phone.hours, closed=True)).words


def _changes(request: OfficeRequest) -> Iterator[str]:
    """What is otherwise on the coming days, in their order."""
    words, today = words_for(request), request.now.date()
    last, said = today + AHEAD, []
    reading = Formatter(words)
    for each in recent_changes(request):
        match each:
            case DeskClosed(on) if today <= on <= last:
                said.append((on, "closed", {"day": reading.day(on)}))
            case DeskClosedSpan(first_on, last_on) if first_on <= last and last_on >= today:
                days = {"first": reading.day(first_on), "last": reading.day(last_on)}
                said.append((first_on, "closed_span", days))
            case DeskHours(on, hours) if today <= on <= last:
                spans = "、".join(reading.span(span) for span in spans_from_text(hours))
                said.append((on, "hours", {"day": reading.day(on), "hours": spans}))
    for since, week in request.programme.desk.hours.then:
        told = {"day": reading.day(since), "hours": reading.hours(week, closed=True)}
        said.append((since, "from", told))
    for _, code, values in sorted(said, key=lambda each: each[0]):
        yield words.get(f"{CHANGE}.{code}", "ja", **values).words


def forget() -> None:
    """Drop what was made; for tests."""
    with _turn:
        _made.clear()


def _known(template: Template, facts: Facts) -> Handout:
    """The paper, made by one request while others wait; two would only be slower."""
    key = template, facts
    if (found := _made.get(key)) is not None:
        return found
    with _turn:
        if key not in _made:
            pdf = render(template, facts)
            mark = sha256(pdf.content).hexdigest()[:32]
            title = template.paper.title
            _made[key] = Handout(title, pdf.content, pdf.pages, pdf.missing, mark)
            while len(_made) > KEPT:
                _made.popitem(last=False)
        return _made[key]
