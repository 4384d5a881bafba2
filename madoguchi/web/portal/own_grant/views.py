"""A person's own grant (申請のようす): its page, and the pages on which they do what is theirs.

What was typed is saved first and judged afterwards; a refusal is answered with what holds by now.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps

from django.http import HttpRequest, HttpResponse

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.steps.grant import Verb
from madoguchi.tools.vault.visit import Holder
from madoguchi.web.kit.form import Filled, Form, Typed
from madoguchi.web.portal.follow import opened
from madoguchi.web.portal.follow.pending import meant
from madoguchi.web.portal.own_grant import kept
from madoguchi.web.portal.own_grant.cards import grant_page
from madoguchi.web.portal.own_grant.press import Press
from madoguchi.web.portal.safety.visitor import draw, newcomer, private, see, uploads, welcome
from madoguchi.work.cases import public as cases
from madoguchi.work.subsidy.own import public as grants

NOTES = frozenset(
    ("complete", "contract", "contract_before", "report", "claim", "withdraw", "not_now", "retyped")
)
ALREADY = "apply.already"  # said where the application is written, also when the desk has it


@private
def own_grant(request: HttpRequest) -> HttpResponse:
    """Where the application is, what comes next and what the person does now."""
    who, now = newcomer(request), request.now  # type: ignore[attr-defined] # set on arrival
    held = opened.recall(who, now)
    own = grants.own(held) if held else None
    if held is None or own is None:
        return see("follow")
    cards = {"grant": grant_page(request, own), "note": _note(opened.take_note(who, now))}
    return draw(request, "portal/own_grant/page.html", cards)


def _note(code: str) -> str:
    """The key of the sentence that is left for this page; empty for one of another page."""
    mine = code.removeprefix("grant_")
    return code if code == ALREADY else f"own_grant.note.{mine}" if mine in NOTES else ""


@dataclass(frozen=True)
class Errand:
    """One thing that the person does: its page, its questions, how it is judged and done.

    `files`: the fields with which files come, by those in which they are ticked. `check` judges
    what was typed, `act` does it and says the note of what was done. `then`: the page that reads it
    back before anything is done.
    """

    verb: Verb
    page: str
    form: Callable[[Press], Form]
    check: Callable[[Press, Typed], Filled]
    act: Callable[[Press, Filled, str], str]
    files: Mapping[str, str]
    then: str = ""
    first: Callable[[Press], Typed] = lambda _: {}
    more: Callable[[Press, Filled], dict[str, object]] = lambda *_: {}


def errand(one: Errand) -> Callable[[HttpRequest], HttpResponse]:
    """The view of an errand."""

    @private
    @wraps(errand)
    def view(request: HttpRequest) -> HttpResponse:
        who = newcomer(request)
        held = opened.recall(who, request.now)  # type: ignore[attr-defined] # set on arrival
        if request.method == "POST":
            held = meant(request, held)
        if held is None:
            return closed(request, who, one)
        own = grants.own(held)
        if own is None:
            return see("follow")
        press = Press(request, who, held, own)
        return _sent(press, one) if request.method == "POST" else _asked(press, one)

    return view


def closed(request: HttpRequest, who: Holder, one: Errand) -> HttpResponse:
    """What was typed waits while the receipt is closed."""
    if request.method != "POST":
        return see("follow")
    known = {name: request.POST.getlist(name) for name in request.POST if name not in HIDDEN}
    sent = [file for name in one.files.values() for file in uploads(request, name)]
    kept.keep(request, who, None, known, sent)
    return welcome(draw(request, "portal/own_grant/closed.html"), who)


HIDDEN = ("token", "case", "grant", "revision")


def _asked(press: Press, one: Errand) -> HttpResponse:
    """The page; a step that is not the person's now is answered with where it stands."""
    if not press.own.may(one.verb, press.life.stages):
        opened.note(press.who, "grant_not_now", press.now)
        return see("own-grant")
    written = kept.written(press.who, press.mark, press.now)
    typed = {**one.first(press), **written}
    return page(press, one, one.form(press).show(typed))


def _sent(press: Press, one: Errand) -> HttpResponse:
    took = one.form(press).take(press.request.POST)
    once = press.once(one.verb, took)
    if grants.sent(press.actor, one.verb, once):
        return _done(press, one, str(one.verb))
    asked = {field.name for field in one.form(press).fields}
    came = press.attach({ticks: name for ticks, name in one.files.items() if name in asked}, took)
    kept.keep(press.request, press.who, press.held, came.typed)
    filled = one.check(press, came.typed)
    for name, code in came.unkept.items():
        filled = filled.refuse(name, code, most=kept.MOST.get(code, 0))
    if not filled.ok:
        return page(press, one, filled)
    if one.then:
        return see(one.then)
    try:
        note = one.act(press, filled, once)
    except Refused as refused:
        return page(press, one, filled, tuple(ground.code for ground in refused.grounds))
    except Absent:
        return page(press, one, filled, ("grant.stale",))
    return _done(press, one, note)


def _done(press: Press, one: Errand, note: str) -> HttpResponse:
    names = [field.name for field in one.form(press).fields]
    kept.done(press.who, press.mark, names, press.now)
    opened.note(press.who, f"grant_{note}", press.now)
    return see("own-grant")


def page(press: Press, one: Errand, filled: Filled, grounds: tuple[str, ...] = ()) -> HttpResponse:
    """The page of an errand; after a refusal with its grounds, and nothing that was typed lost.

    `open`: whether it can be done by now. What the grant is is read afresh after a refusal.
    """
    own = (grants.own(press.held) or press.own) if grounds else press.own
    press = Press(press.request, press.who, press.held, own)
    cards: dict[str, object] = {
        **press.hidden,
        **one.more(press, filled),
        "form": filled,
        "grant": grant_page(press.request, own),
        "open": own.may(one.verb, press.life.stages),
        "grounds": tuple(f"ground.{code}" for code in grounds),
    }
    return draw(press.request, one.page, cards, 409 if grounds else filled.status)


def held_of(request: HttpRequest) -> tuple[Holder, cases.Holding | None]:
    """Who visits, and the case whose receipt is open and, of a form, meant."""
    who = newcomer(request)
    held = opened.recall(who, request.now)  # type: ignore[attr-defined] # set on arrival
    return who, meant(request, held) if request.method == "POST" else held
