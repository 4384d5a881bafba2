"""A person's own grant (申請のようす): its page, and the pages on which they do what is theirs.

What was typed is saved first and judged afterwards; a refusal is answered with what holds by now.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from typing import Literal
from uuid import UUID

from django.http import HttpResponse

from madoguchi.rules.bank import bears
from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.fields import BACK
from madoguchi.rules.subsidy.year import signed_before
from madoguchi.tools.forms.form import Filled, Form, Typed
from madoguchi.web.kit.display import SeeOther, as_pressed, stays
from madoguchi.web.kit.request import OfficeRequest
from madoguchi.web.portal.follow import session
from madoguchi.web.portal.own_grant import draft
from madoguchi.web.portal.own_grant.cards import applied_day, grant_page
from madoguchi.web.portal.own_grant.draft import Press, ticks
from madoguchi.web.portal.own_grant.forms import (
    CLAIM,
    CONTRACT,
    ONE_REPORT,
    REPORT,
    WITHDRAW,
    Account,
    agreed,
    asked,
    checked,
    claim_by_now,
    contract_by_now,
    estimate,
    paid_first,
    past,
    report_by_now,
    understood,
)
from madoguchi.web.portal.page import Calm, calm, heard, reception
from madoguchi.web.portal.safety.visitor import (
    MOST_FILES,
    draw,
    newcomer,
    private,
    see,
    uploads,
    welcome,
)
from madoguchi.work.subsidy import requests
from madoguchi.work.subsidy.history import written
from madoguchi.work.subsidy.money import beside, exceeded, total_yen
from madoguchi.work.subsidy.own import public as grants

NOTES = frozenset(("complete", "contract", "report", "claim", "withdraw", "not_now", "retyped"))
ALREADY = "apply.already"  # shown where the application is written, also when the desk has it
HIDDEN = ("token", "case", "grant", "revision")
TEMPLATES = "portal/own_grant/"


@dataclass(frozen=True)
class Errand:
    """Something that the person does: its page, its questions, how it is checked and done.

    `files`: the fields with which files come, by those in which they are ticked. `check` gives the
    form with its errors, `act` does it and gives the code of the note for the next page. `then`:
    the page that reads it back before anything is done. `first`: what the form holds at first.
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
    code = session.take_note(who, now)
    name = code.removeprefix("grant_")
    note = code if code == ALREADY else f"own_grant.note.{name}" if name in NOTES else ""
    cards = {
        "grant": grant_page(request, own),
        "note": note,
        "calm": _calm_after(request, own, name),
        "reception": reception(request),
    }
    return draw(request, "portal/own_grant/page.html", cards)


def _calm_after(request: OfficeRequest, own: grants.OwnGrant, note: str) -> Calm | None:
    """The lines for what the person has just sent, where its words mean danger."""
    step = own.last(Verb(note)) if note in grants.OWN_VERBS else None
    if step is None:
        return None
    before = (each.details for each in own.steps if each.number < step.number)
    return calm(request, heard(request, *written(step.details, before)))


def errand_view(errand: Errand) -> Callable[[OfficeRequest], HttpResponse]:
    """The view of an errand.

    What was typed waits while the receipt is closed. A step that is not the person's now leads to
    the page that shows where it stands.
    """

    @private
    @wraps(errand_view)
    def view(request: OfficeRequest) -> HttpResponse:
        who, posted = newcomer(request), request.method == "POST"
        held = session.recall(who, request.now)
        if posted:
            held = session.meant(request, held)
        if held is None:
            if not posted:
                return see("follow")
            names = [name for name in request.POST if name not in HIDDEN]
            typed = {name: request.POST.getlist(name) for name in names}
            files = [file for name in errand.files.values() for file in uploads(request, name)]
            lost = draft.keep(request, who, None, typed, files)
            return welcome(draw(request, "portal/own_grant/closed.html", {"unkept": lost}), who)
        own = grants.own(held)
        if own is None:
            return see("follow")
        press = Press(request, who, held, own)
        if posted:
            return as_pressed(request, _submit(press, errand))
        if not own.may(errand.verb, press.life.stages):
            session.note(who, "grant_not_now", request.now)
            return see("own-grant")
        typed = {**errand.first(press), **draft.written(who, press.mark, request.now)}
        return page(press, errand, errand.form(press).show(typed))

    return view


def _submit(press: Press, errand: Errand) -> HttpResponse:
    """Save what was submitted, then do it, or show what has to be changed."""
    form = errand.form(press)
    typed = form.take(press.request.POST)
    idempotency_key = press.idempotency_key(errand.verb, typed)
    if grants.result_of(press.actor, errand.verb, idempotency_key):
        return _finish(press, form, str(errand.verb))
    names = {field.name for field in form.fields}
    files = {ticks: name for ticks, name in errand.files.items() if name in names}
    attached = press.attach(files, typed)
    draft.keep(press.request, press.who, press.held, attached.typed)
    if stays(press.request) and not attached.unkept:
        return SeeOther(press.request.path)
    if press.request.POST.get("to") == "own-grant" and not attached.unkept:
        return see("own-grant")
    filled = errand.check(press, attached.typed)
    others = tuple(error for error in filled.errors if error.name not in attached.unkept)
    filled = replace(filled, errors=others)  # that a file is missing says less than why
    for name, code in attached.unkept.items():
        filled = filled.refuse(name, code, most=MOST_FILES.get(code, 0))
    if not filled.ok:
        return page(press, errand, filled)
    if errand.then:
        return see(errand.then)
    try:
        note = errand.act(press, filled, idempotency_key)
    except Refused as refused:
        return page(press, errand, filled, tuple(reason.code for reason in refused.reasons))
    except Absent:
        return page(press, errand, filled, ("grant.stale",))
    return _finish(press, form, note)


def _finish(press: Press, form: Form, note: str) -> HttpResponse:
    """Forget the draft of what was done, and say so on the grant's page."""
    names = [field.name for field in form.fields]
    session.take_back(press.who.papers, press.mark, names, press.request.now)
    session.note(press.who, f"grant_{note}", press.request.now)
    return see("own-grant")


def page(
    press: Press, errand: Errand, filled: Filled, reasons: tuple[str, ...] = ()
) -> HttpResponse:
    """The page of an errand; after a refusal with its reasons, and nothing that was typed lost.

    `open`: whether it can be done by now. What the grant is is read afresh after a refusal.
    """
    own = (grants.own(press.held) or press.own) if reasons else press.own
    press = Press(press.request, press.who, press.held, own)
    fields = filled.card
    cards: dict[str, object] = {
        **press.hidden,
        **errand.more(press, filled),
        "form": filled,
        "sums": {
            name: [fields[each] for each in requests.names(filled.form, name)]
            for name in requests.EACH
        },
        "grant": grant_page(press.request, own),
        "open": own.may(errand.verb, press.life.stages),
        "grounds": tuple(f"ground.{code}" for code in reasons),
        "calm": _calm_unsent(press, errand, filled) if reasons or not filled.ok else None,
    }
    return draw(press.request, errand.page, cards, 409 if reasons else filled.status)


def _calm_unsent(press: Press, errand: Errand, filled: Filled) -> Calm | None:
    """The lines for what was typed on a page that was refused, where its words mean danger."""
    first = errand.first(press)
    new = {name: words for name, words in filled.typed.items() if words != first.get(name)}
    return calm(press.request, heard(press.request, *filled.form.written(new)))


def _contracted(press: Press, filled: Filled, words: str) -> grants.ContractReport:
    """The contract as it was written; `words`: of the field for what the person adds."""
    signed_on, decided = filled.value("signed_on"), press.own.last(Verb.DECIDE)
    version, applied_on = press.version, applied_day(press.request, press.own)
    before: Literal["", "application", "decision"] = ""  # too early by the rules: a human looks
    if version and applied_on:
        decided_on = decided.on if decided else None
        before = signed_before(version.timing, signed_on, applied_on, decided_on)
    return grants.ContractReport(
        contract_on=signed_on,
        lawyer=filled.value("contract_lawyer"),
        yen=requests.read(filled, "contract_yen"),
        before=before,
        words=filled.value(words),
    )


def _contract(press: Press, filled: Filled, idempotency_key: str) -> str:
    done = _contracted(press, filled, "contract_words")
    grants.report_contract(
        press.actor,
        press.shown_grant(),
        done,
        press.course,
        now=press.request.now,
        idempotency_key=idempotency_key,
    )
    return "contract"


def _check_contract(press: Press, filled: Filled, words: str) -> Filled:
    """The form with errors for no sum, or without a word for one above the estimate."""
    filled = past(filled, "signed_on", press.request.now.date())
    cost, estimated = requests.read(filled, "contract_yen"), total_yen(estimate(press.own))
    name = requests.first("contract_yen", cost)
    if not total_yen(cost):
        return filled.refuse(name, "grant_none")
    if total_yen(cost) > estimated and not filled.value(words):
        return filled.refuse(name, "grant_above", most=f"{estimated:,}")
    return filled


contract = errand_view(
    Errand(
        Verb.CONTRACT,
        f"{TEMPLATES}contract.html",
        form=lambda press: asked(CONTRACT, press.own),
        check=lambda press, typed: _check_contract(
            press, asked(CONTRACT, press.own).check(typed), "contract_words"
        ),
        act=_contract,
        files={},
        first=lambda press: contract_by_now(press.own),
    )
)


def _report_form(press: Press) -> Form:
    return asked(ONE_REPORT if press.life.one_report else REPORT, press.own)


def _report(press: Press, filled: Filled, idempotency_key: str) -> str:
    one = press.life.one_report
    contract = _contracted(press, filled, "report_words") if one else None
    back = {name: requests.read(filled, name) for name in BACK}
    done = grants.CostReport(
        paid_on=filled.value("receipt_on"),
        paid_yen=requests.read(filled, "paid_yen"),
        back={name: yen for name, yen in back.items() if total_yen(yen)},
        files=tuple(UUID(file_id) for file_id in filled.value("have")),
        bring="yes" in filled.value("receipt_bring"),
        words=filled.value("report_words"),
        contract=contract,
    )
    grants.report(
        press.actor,
        press.shown_grant(),
        done,
        press.course,
        now=press.request.now,
        idempotency_key=idempotency_key,
    )
    return "report"


def _check_report(press: Press, typed: Typed) -> Filled:
    filled = past(_report_form(press).check(typed), "receipt_on", press.request.now.date())
    if press.life.one_report:
        filled = _check_contract(press, filled, "report_words")
    if paid_first(press.own, filled) and not filled.value("report_words"):
        filled = filled.refuse("receipt_on", "grant_paid_before")
    if not filled.value("have") and not filled.value("receipt_bring"):
        filled = filled.refuse("files", "grant_receipt")
    paid, back = (requests.read(filled, name) for name in ("paid_yen", "refunded_yen"))
    most = exceeded(paid, back)
    if not total_yen(paid):
        return filled.refuse(requests.first("paid_yen", paid), "grant_none")
    if not filled.value("report_words"):
        differing = (each for each in beside(agreed(press.own, filled), paid) if each.way)
        for each in differing:
            name, yen = requests.field("paid_yen", paid, each.act), f"{each.contract_yen:,}"
            filled = filled.refuse(name, f"grant_paid_{each.way}", yen=yen)
    if most is not None:
        name = requests.first("refunded_yen", back)
        return filled.refuse(name, "grant_refund_over", most=f"{most:,}")
    return filled


report = errand_view(
    Errand(
        Verb.REPORT,
        f"{TEMPLATES}report.html",
        form=_report_form,
        check=_check_report,
        act=_report,
        files={"have": "files"},
        first=lambda press: report_by_now(press.own),
        more=lambda press, filled: {
            "ticks": ticks(press, filled, "have"),
            "one": press.life.one_report,
        },
    )
)


def _withdraw(press: Press, filled: Filled, idempotency_key: str) -> str:
    words = filled.value("withdraw_words")
    grants.withdraw(
        press.actor,
        press.shown_grant(),
        words,
        press.course,
        now=press.request.now,
        idempotency_key=idempotency_key,
    )
    return "withdraw"


withdraw = errand_view(
    Errand(
        Verb.WITHDRAW,
        f"{TEMPLATES}withdraw.html",
        form=lambda _: WITHDRAW,
        check=lambda _, typed: WITHDRAW.check(typed),
        act=_withdraw,
        files={},
    )
)


def _after_check(_press: Press, _filled: Filled, _idempotency_key: str) -> str:
    """The claim is made on the page that reads the account back (`claim_check`)."""
    raise LookupError


claim = errand_view(
    Errand(
        Verb.CLAIM,
        f"{TEMPLATES}claim.html",
        form=lambda _: CLAIM,
        check=lambda _, typed: checked(typed),
        act=_after_check,
        files={},
        then="own-grant-claim-check",
        first=lambda press: claim_by_now(press.own),
    )
)


@private
def claim_check(request: OfficeRequest) -> HttpResponse:
    """Reads the account back, and claims for it once the person says that it is theirs."""
    who, posted = newcomer(request), request.method == "POST"
    held = session.recall(who, request.now)
    if posted:
        held = session.meant(request, held)
    own = grants.own(held) if held else None
    if held is None or own is None:
        return see("follow")
    press = Press(request, who, held, own)
    idempotency_key = press.idempotency_key(Verb.CLAIM, {})
    if posted and grants.result_of(press.actor, Verb.CLAIM, idempotency_key):
        return _finish(press, CLAIM, "claim")
    typed = draft.written(who, press.mark, press.request.now)
    filled = checked({field.name: typed.get(field.name, []) for field in CLAIM.fields})
    if not filled.ok or not own.may(Verb.CLAIM, press.life.stages):
        return see("own-grant-claim")  # nothing is written, or it was done on another page
    if not posted:
        return _read_back(press, filled)
    account = understood(filled)
    if request.POST.get("was") != _mark(press, account):  # another was written since
        return _read_back(press, filled, ("own_grant.account",))
    try:
        grants.claim(
            press.actor,
            press.shown_grant(),
            account,
            press.course,
            now=press.request.now,
            idempotency_key=idempotency_key,
        )
    except Refused as refused:
        return _read_back(press, filled, tuple(reason.code for reason in refused.reasons))
    except Absent:
        return _read_back(press, filled, ("grant.stale",))
    return _finish(press, CLAIM, "claim")


def _read_back(press: Press, filled: Filled, reasons: tuple[str, ...] = ()) -> HttpResponse:
    """The account to be read again, with a button to claim for it."""
    own = (grants.own(press.held) or press.own) if reasons else press.own
    press = Press(press.request, press.who, press.held, own)
    account = understood(filled)
    cards = {
        **press.hidden,
        "account": account,
        "kind": f"own_grant.account_kind.{account['kind']}",
        "was": _mark(press, account),
        "anothers": not bears(account["holder_kana"], own.kana),
        "open": own.may(Verb.CLAIM, press.life.stages),
        "grounds": tuple(f"ground.{code}" for code in reasons),
    }
    return draw(press.request, f"{TEMPLATES}claim_check.html", cards, 409 if reasons else 200)


def _mark(press: Press, account: Account) -> str:
    """A name for the account that a page read back, from which nothing of it can be known."""
    return press.who.bind(f"account/{json.dumps(account, sort_keys=True)}")
