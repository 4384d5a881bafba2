"""What the person does with their own grant (届、報告、請求、取下げ), each on a page of its own."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from madoguchi.rules.decision import Absent, Refused
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.afterwards import BACK
from madoguchi.rules.subsidy.year import signed_before
from madoguchi.web.kit.form import Filled, Typed
from madoguchi.web.portal.follow import opened
from madoguchi.web.portal.own_grant import kept
from madoguchi.web.portal.own_grant.account import checked, understood
from madoguchi.web.portal.own_grant.cards import applied_day
from madoguchi.web.portal.own_grant.files import ticks
from madoguchi.web.portal.own_grant.forms import CLAIM, CONTRACT, REPORT, WITHDRAW, past
from madoguchi.web.portal.own_grant.press import Press
from madoguchi.web.portal.own_grant.views import Errand, errand, held_of
from madoguchi.web.portal.safety.visitor import draw, private, see
from madoguchi.work.subsidy.own import public as grants

FROM = "portal/own_grant/"


def _contract(press: Press, filled: Filled, once: str) -> str:
    done = grants.Contracted(
        contract_on=filled.value("signed_on"),
        lawyer=filled.value("contract_lawyer"),
        yen=filled.value("contract_yen"),
        before=before(press, filled.value("signed_on")),
        words=filled.value("contract_words"),
    )
    grants.report_contract(press.actor, press.seen(), done, press.course, now=press.now, once=once)
    return "contract_before" if done.before else "contract"


def before(press: Press, contract_on: date) -> Literal["", "application", "decision"]:
    """Before what a contract was signed, where the rules may want it after; a human looks at it."""
    decided = press.own.last(Verb.DECIDE)
    version, on = press.version, applied_day(press.request, press.own)
    if version is None or on is None:
        return ""
    return signed_before(version.timing, contract_on, on, decided.on if decided else None)


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


def _report(press: Press, filled: Filled, once: str) -> str:
    done = grants.Reported(
        paid_on=filled.value("receipt_on"),
        paid_yen=filled.value("paid_yen"),
        back={name: filled.value(name) for name in BACK if filled.value(name)},
        files=tuple(UUID(one) for one in filled.value("have")),
        bring="yes" in filled.value("receipt_bring"),
        words=filled.value("report_words"),
    )
    grants.report(press.actor, press.seen(), done, press.course, now=press.now, once=once)
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


def _withdraw(press: Press, filled: Filled, once: str) -> str:
    words = filled.value("withdraw_words")
    grants.withdraw(press.actor, press.seen(), words, press.course, now=press.now, once=once)
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


def _not_yet(_press: Press, _filled: Filled, _once: str) -> str:
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
def claim_check(request: HttpRequest) -> HttpResponse:
    """Reads the account back, and claims for it once the person says that it is theirs."""
    who, held = held_of(request)
    own = grants.own(held) if held else None
    if held is None or own is None:
        return see("follow")
    press = Press(request, who, held, own)
    if request.method == "POST" and grants.sent(
        press.actor, Verb.CLAIM, press.once(Verb.CLAIM, {})
    ):
        return _claimed(press)
    typed = kept.written(who, press.mark, press.now)
    filled = checked({field.name: typed.get(field.name, []) for field in CLAIM.fields})
    if not filled.ok or not own.may(Verb.CLAIM, press.life.stages):
        return see("own-grant-claim")  # nothing is written, or it was done on another page
    return _back(press, filled) if request.method != "POST" else _confirmed(press, filled)


def _confirmed(press: Press, filled: Filled) -> HttpResponse:
    """Claims for the account that the page read back, not for one that was written since."""
    told: dict[str, Any] = understood(filled)
    if press.request.POST.get("was") != _mark(press, told):
        return _back(press, filled, ("own_grant.account",))
    once = press.once(Verb.CLAIM, {})
    try:
        grants.claim(press.actor, press.seen(), told, press.course, now=press.now, once=once)
    except Refused as refused:
        return _back(press, filled, tuple(ground.code for ground in refused.grounds))
    except Absent:
        return _back(press, filled, ("grant.stale",))
    return _claimed(press)


def _claimed(press: Press) -> HttpResponse:
    kept.done(press.who, press.mark, [field.name for field in CLAIM.fields], press.now)
    opened.note(press.who, "grant_claim", press.now)
    return see("own-grant")


def _back(press: Press, filled: Filled, grounds: tuple[str, ...] = ()) -> HttpResponse:
    own = (grants.own(press.held) or press.own) if grounds else press.own
    press = Press(press.request, press.who, press.held, own)
    told = understood(filled)
    cards = {
        **press.hidden,
        "account": told,
        "kind": f"own_grant.account_kind.{told['kind']}",
        "was": _mark(press, told),
        "open": own.may(Verb.CLAIM, press.life.stages),
        "grounds": tuple(f"ground.{code}" for code in grounds),
    }
    return draw(press.request, f"{FROM}claim_check.html", cards, 409 if grounds else 200)


def _mark(press: Press, told: Mapping[str, Any]) -> str:
    """By what the page names the account that it read back; says nothing of it."""
    return press.who.bind(f"account/{json.dumps(told, sort_keys=True)}")
