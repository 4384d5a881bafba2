"""Papers for everybody (配る書類): the guide and the empty form, made when first asked for.

A paper is made once for what it says: another day's hours, or a number that the desk changed, make
another one. Papers are Japanese in every column.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from threading import Lock

from madoguchi.rules.koyomi.hours import spans_from_text
from madoguchi.rules.programme.changes import DeskClosed, DeskClosedSpan, DeskHours
from madoguchi.rules.programme.paper import Template, find
from madoguchi.rules.programme.words import UNCONFIRMED
from madoguchi.rules.subsidy.judge import Judgement
from madoguchi.tools.papers.engine import Pdf, official, render
from madoguchi.web.kit import subsidy_year
from madoguchi.web.kit.column import speaking
from madoguchi.web.kit.formatting import Formatter, closing, texts_for
from madoguchi.web.kit.publications import recent_changes
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.work.subsidy import public as subsidy
from madoguchi.work.subsidy.application import Applied
from madoguchi.work.subsidy.applying.papers import filled_in
from madoguchi.work.subsidy.papers import Application, Contact, Guide

type Facts = Guide | Application

APPLICATION = "subsidy_application"
KEPT = 32
KB = 1024
AHEAD = timedelta(days=60)
CHANGE = "desk.subsidy_paper.change"


@dataclass(frozen=True)
class Handout:
    """One paper as bytes; `mark` is its ETag, by which a browser knows that it has it already."""

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
_rendering = Lock()


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
    rules = subsidy.published_under(request.programme, texts_for(request), terms) if terms else None
    if rules is None:
        return None
    confirmed = template.paper.source != UNCONFIRMED
    match template.paper.facts:
        case "subsidy.Guide":
            return subsidy.guide(rules, contact(request), confirmed=confirmed)
        case "subsidy.Application":
            return subsidy.application(rules, confirmed=confirmed)
        case _:
            return None


def application_form(
    request: OfficeRequest, application: Applied, judged: Judgement, receipt: str = ""
) -> Pdf | None:
    """The form filled with an application, made anew each time: nothing of it is kept here.

    None where the city has no such form. `receipt`: how the receipt is named on paper.
    """
    template = find(request.office.slug, APPLICATION)
    empty = facts_of(request, template)
    rules = subsidy.published(request.programme, texts_for(request), request.now.date())
    if rules is None or not isinstance(empty, Application):
        return None
    grant_yen = application.applied_yen or judged.amount_yen
    form = filled_in(
        empty, rules.version, rules.say, application, grant_yen=grant_yen, receipt=receipt
    )
    return render(template, form)


def contact(request: OfficeRequest) -> Contact:
    """The desk with its hours and those of its telephone, and other hours of the coming days."""
    desk, words = request.programme.desk, texts_for(request)
    with speaking("ja"):
        formatter = Formatter(words)
        hours = [formatter.hours(desk.hours, closed=closing(desk))]
        if desk.phone and desk.phone.hours and desk.phone.hours.lines != desk.hours.lines:
            by_phone = formatter.hours(desk.phone.hours, closed=closing(desk))
            hours.append(words.get(f"{CHANGE}.phone", hours=by_phone).words)
        changes = tuple(_coming_changes(request))
    return Contact(
        name=desk.name.ja,
        place=f"{desk.place.address.ja}　{desk.place.building.ja}".strip() if desk.place else "",
        hours=tuple(hours),
        phone=str(desk.phone.number) if desk.phone and desk.phone.number else "",
        email=(desk.email.address or "") if desk.email else "",
        changes=changes,
    )


def _coming_changes(request: OfficeRequest) -> Iterator[str]:
    """What is otherwise on the coming days, in their order."""
    words, today = texts_for(request), request.now.date()
    formatter, last = Formatter(words), today + AHEAD
    found: list[tuple[date, str, dict[str, str]]] = []
    for change in recent_changes(request):
        match change:
            case DeskClosed(on) if today <= on <= last:
                found.append((on, "closed", {"day": formatter.day(on)}))
            case DeskClosedSpan(first_on, last_on) if first_on <= last and last_on >= today:
                days = {"first": formatter.day(first_on), "last": formatter.day(last_on)}
                found.append((first_on, "closed_span", days))
            case DeskHours(on, hours) if today <= on <= last:
                spans = "、".join(formatter.span(span) for span in spans_from_text(hours))
                found.append((on, "hours", {"day": formatter.day(on), "hours": spans}))
    desk = request.programme.desk
    for since, week in desk.hours.then:
        values = {"day": formatter.day(since), "hours": formatter.hours(week, closed=closing(desk))}
        found.append((since, "from", values))
    for _, code, values in sorted(found, key=lambda item: item[0]):
        yield words.get(f"{CHANGE}.{code}", "ja", **values).words


def forget() -> None:
    """Drop what was made; for tests."""
    with _rendering:
        _made.clear()


def _known(template: Template, facts: Facts) -> Handout:
    """The paper from the cache, or made by one request while others wait: two would be slower."""
    key = template, facts
    if (found := _made.get(key)) is not None:
        return found
    with _rendering:
        if key not in _made:
            pdf = official(template) or render(template, facts)
            mark = sha256(pdf.content).hexdigest()[:32]
            title = template.paper.title
            _made[key] = Handout(title, pdf.content, pdf.pages, pdf.missing, mark)
            while len(_made) > KEPT:
                _made.popitem(last=False)
        return _made[key]
