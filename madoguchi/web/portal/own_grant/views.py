"""A person's own grant (申請のようす): its page, and the pages on which they do what is theirs.

What was typed is saved first and judged afterwards; a refusal is answered with what holds by now.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, Literal
from uuid import UUID

from django.http import HttpResponse

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.fields import BACK
from madoguchi.rules.subsidy.year import signed_before
from madoguchi.tools.forms.form import Filled, Form, Typed
from madoguchi.tools.vault.visit import Holder
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.follow import session
from madoguchi.web.portal.own_grant import draft
from madoguchi.web.portal.own_grant.cards import applied_day, grant_page
from madoguchi.web.portal.own_grant.draft import Press, ticks
from madoguchi.web.portal.own_grant.forms import (
    CLAIM,
    CONTRACT,
    REPORT,
    WITHDRAW,
    checked,
    past,
    understood,
)
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
from madoguchi.work.subsidy.own import public as grants

NOTES = frozenset(
    ("complete", "contract", "contract_before", "report", "claim", "withdraw", "not_now", "retyped")
)
ALREADY = "apply.already"  # said where the application is written, also when the desk has it
HIDDEN = ("token", "case", "grant", "revision")
FROM = "portal/own_grant/"


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


@private
def own_grant(request: OfficeRequest) -> HttpResponse:
    """Where the application is, what comes next and what the person does now."""
    who, now = newcomer(request), request.now
    held = session.recall(who, now)
    own = grants.own(held) if held else None
    if held is None or own is None:
        return see("follow")
    cards = {"grant": grant_page(request, own), "note": _note(session.take_note(who, now))}
    return draw(request, "portal/own_grant/page.html", cards)


def errand(one: Errand) -> Callable[[OfficeRequest], HttpResponse]:
    """The view of an errand."""

    @private
    @wraps(errand)
    def view(request: OfficeRequest) -> HttpResponse:
        who = newcomer(request)
        held = session.recall(who, request.now)
        if request.method == "POST":
            held = session.meant(request, held)
        if held is None:
            return closed(request, who, one)
        own = grants.own(held)
        if own is None:
            return see("follow")
        press = Press(request, who, held, own)
        return _sent(press, one) if request.method == "POST" else _asked(press, one)

    return view


def _contract(press: Press, filled: Filled, idempotency_key: str) -> str:
    done = grants.Contracted(
        contract_on=filled.value("signed_on"),
        lawyer=filled.value("contract_lawyer"),
        yen=filled.value("contract_yen"),
        before=before(press, filled.value("signed_on")),
        words=filled.value("contract_words"),
    )
    grants.report_contract(
        press.actor,
        press.seen(),
        done,
        press.course,
        now=press.now,
        idempotency_key=idempotency_key,
    )
    return "contract_before" if done.before else "contract"


contract = errand(
    Errand(
        Verb.CONTRACT,
        f"{FROM}contract.html",
        form=lambda _: CONTRACT,
        check=lambda press, typed: past(CONTRACT.check(typed), "signed_on", press.today),
        act=_contract,
        files={},
    )
)


def _report(press: Press, filled: Filled, idempotency_key: str) -> str:
    done = grants.Reported(
        paid_on=filled.value("receipt_on"),
        paid_yen=filled.value("paid_yen"),
        back={name: filled.value(name) for name in BACK if filled.value(name)},
        files=tuple(UUID(one) for one in filled.value("have")),
        bring="yes" in filled.value("receipt_bring"),
        words=filled.value("report_words"),
    )
    grants.report(
        press.actor,
        press.seen(),
        done,
        press.course,
        now=press.now,
        idempotency_key=idempotency_key,
    )
    return "report"


def _check_report(press: Press, typed: Typed) -> Filled:
    filled = past(REPORT.check(typed), "receipt_on", press.today)
    if not filled.value("have") and not filled.value("receipt_bring"):
        filled = filled.refuse("files", "grant_receipt")
    return filled


report = errand(
    Errand(
        Verb.REPORT,
        f"{FROM}report.html",
        form=lambda _: REPORT,
        check=_check_report,
        act=_report,
        files={"have": "files"},
        more=lambda press, filled: {"ticks": ticks(press, filled, "have")},
    )
)


def _withdraw(press: Press, filled: Filled, idempotency_key: str) -> str:
    words = filled.value("withdraw_words")
    grants.withdraw(
        press.actor,
        press.seen(),
        words,
        press.course,
        now=press.now,
        idempotency_key=idempotency_key,
    )
    return "withdraw"


withdraw = errand(
    Errand(
        Verb.WITHDRAW,
        f"{FROM}withdraw.html",
        form=lambda _: WITHDRAW,
        check=lambda _, typed: WITHDRAW.check(typed),
        act=_withdraw,
        files={},
    )
)


def _not_yet(_press: Press, _filled: Filled, _idempotency_key: str) -> str:
    """Nothing is done before the account was read back."""
    raise LookupError


claim = errand(
    Errand(
        Verb.CLAIM,
        f"{FROM}claim.html",
        form=lambda _: CLAIM,
        check=lambda _, typed: checked(typed),
        act=_not_yet,
        files={},
        then="own-grant-claim-check",
    )
)


@private
def claim_check(request: OfficeRequest) -> HttpResponse:
    """Reads the account back, and claims for it once the person says that it is theirs."""
    who, held = held_of(request)
    own = grants.own(held) if held else None
    if held is None or own is None:
        return see("follow")
    press = Press(request, who, held, own)
    if request.method == "POST" and grants.sent(
        press.actor, Verb.CLAIM, press.idempotency_key(Verb.CLAIM, {})
    ):
        return _claimed(press)
    typed = draft.written(who, press.mark, press.now)
    filled = checked({field.name: typed.get(field.name, []) for field in CLAIM.fields})
    if not filled.ok or not own.may(Verb.CLAIM, press.life.stages):
        return see("own-grant-claim")  # nothing is written, or it was done on another page
    return _back(press, filled) if request.method != "POST" else _confirmed(press, filled)


def _note(code: str) -> str:
    """The key of the sentence that is left for this page; empty for one of another page."""
    mine = code.removeprefix("grant_")
    return code if code == ALREADY else f"own_grant.note.{mine}" if mine in NOTES else ""


def closed(request: OfficeRequest, who: Holder, one: Errand) -> HttpResponse:
    """What was typed waits while the receipt is closed."""
    if request.method != "POST":
        return see("follow")
    known = {name: request.POST.getlist(name) for name in request.POST if name not in HIDDEN}
    sent = [file for name in one.files.values() for file in uploads(request, name)]
    draft.keep(request, who, None, known, sent)
    return welcome(draw(request, "portal/own_grant/closed.html"), who)


def _asked(press: Press, one: Errand) -> HttpResponse:
    """The page; a step that is not the person's now is answered with where it stands."""
    if not press.own.may(one.verb, press.life.stages):
        session.note(press.who, "grant_not_now", press.now)
        return see("own-grant")
    written = draft.written(press.who, press.mark, press.now)
    typed = {**one.first(press), **written}
    return page(press, one, one.form(press).show(typed))


def _sent(press: Press, one: Errand) -> HttpResponse:
    took = one.form(press).take(press.request.POST)
    idempotency_key = press.idempotency_key(one.verb, took)
    if grants.sent(press.actor, one.verb, idempotency_key):
        return _done(press, one, str(one.verb))
    asked = {field.name for field in one.form(press).fields}
    came = press.attach({ticks: name for ticks, name in one.files.items() if name in asked}, took)
    draft.keep(press.request, press.who, press.held, came.typed)
    filled = one.check(press, came.typed)
    for name, code in came.unkept.items():
        filled = filled.refuse(name, code, most=MOST_FILES.get(code, 0))
    if not filled.ok:
        return page(press, one, filled)
    if one.then:
        return see(one.then)
    try:
        note = one.act(press, filled, idempotency_key)
    except Refused as refused:
        return page(press, one, filled, tuple(reason.code for reason in refused.reasons))
    except Absent:
        return page(press, one, filled, ("grant.stale",))
    return _done(press, one, note)


def _done(press: Press, one: Errand, note: str) -> HttpResponse:
    names = [field.name for field in one.form(press).fields]
    draft.done(press.who, press.mark, names, press.now)
    session.note(press.who, f"grant_{note}", press.now)
    return see("own-grant")


def page(press: Press, one: Errand, filled: Filled, reasons: tuple[str, ...] = ()) -> HttpResponse:
    """The page of an errand; after a refusal with its reasons, and nothing that was typed lost.

    `open`: whether it can be done by now. What the grant is is read afresh after a refusal.
    """
    own = (grants.own(press.held) or press.own) if reasons else press.own
    press = Press(press.request, press.who, press.held, own)
    cards: dict[str, object] = {
        **press.hidden,
        **one.more(press, filled),
        "form": filled,
        "grant": grant_page(press.request, own),
        "open": own.may(one.verb, press.life.stages),
        "grounds": tuple(f"ground.{code}" for code in reasons),
    }
    return draw(press.request, one.page, cards, 409 if reasons else filled.status)


def held_of(request: OfficeRequest) -> tuple[Holder, cases.Holding | None]:
    """Who visits, and the case whose receipt is open and, of a form, meant."""
    who = newcomer(request)
    held = session.recall(who, request.now)
    return who, session.meant(request, held) if request.method == "POST" else held


def before(press: Press, contract_on: date) -> Literal["", "application", "decision"]:
    """Before what a contract was signed, where the rules may want it after; a human looks at it."""
    decided = press.own.last(Verb.DECIDE)
    version, on = press.version, applied_day(press.request, press.own)
    if version is None or on is None:
        return ""
    return signed_before(version.timing, contract_on, on, decided.on if decided else None)


def _confirmed(press: Press, filled: Filled) -> HttpResponse:
    """Claims for the account that the page read back, not for one that was written since."""
    told: dict[str, Any] = understood(filled)
    if press.request.POST.get("was") != _mark(press, told):
        return _back(press, filled, ("own_grant.account",))
    idempotency_key = press.idempotency_key(Verb.CLAIM, {})
    try:
        grants.claim(
            press.actor,
            press.seen(),
            told,
            press.course,
            now=press.now,
            idempotency_key=idempotency_key,
        )
    except Refused as refused:
        return _back(press, filled, tuple(reason.code for reason in refused.reasons))
    except Absent:
        return _back(press, filled, ("grant.stale",))
    return _claimed(press)


def _claimed(press: Press) -> HttpResponse:
    draft.done(press.who, press.mark, [field.name for field in CLAIM.fields], press.now)
    session.note(press.who, "grant_claim", press.now)
    return see("own-grant")


def _back(press: Press, filled: Filled, reasons: tuple[str, ...] = ()) -> HttpResponse:
    own = (grants.own(press.held) or press.own) if reasons else press.own
    press = Press(press.request, press.who, press.held, own)
    told = understood(filled)
    cards = {
        **press.hidden,
        "account": told,
        "kind": f"own_grant.account_kind.{told['kind']}",
        "was": _mark(press, told),
        "open": own.may(Verb.CLAIM, press.life.stages),
        "grounds": tuple(f"ground.{code}" for code in reasons),
    }
    return draw(press.request, f"{FROM}claim_check.html", cards, 409 if reasons else 200)


def _mark(press: Press, told: Mapping[str, Any]) -> str:
    """By what the page names the account that it read back; says nothing of it."""
    return press.who.bind(f"account/{json.dumps(told, sort_keys=True)}")
