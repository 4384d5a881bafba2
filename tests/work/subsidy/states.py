"""A grant in every state, brought there by the acts themselves; every act to be tried on it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from unittest.mock import patch

from madoguchi.rules.programme.subsidy import Terms
from madoguchi.rules.steps.grant import State, Verb
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.subsidy import order
from madoguchi.work.subsidy.acts import payment
from madoguchi.work.subsidy.acts.act import perform
from madoguchi.work.subsidy.acts.afterwards import Reduce, Refund
from madoguchi.work.subsidy.acts.decision import Decide
from madoguchi.work.subsidy.acts.payment import ConfirmHolder, Fix, Pay
from madoguchi.work.subsidy.acts.review import Proceed, Receive
from madoguchi.work.subsidy.acts.undoing import Undo
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.holder import Holder
from madoguchi.work.subsidy.order import Early
from madoguchi.work.subsidy.reviewing import actions as reviewing
from madoguchi.work.subsidy.reviewing.findings import Verdict
from madoguchi.work.subsidy.typing import actions as typing
from madoguchi.work.subsidy.validation import Missing
from tests.work.subsidy.granting import (
    ACCOUNT,
    APPLIED,
    YEN,
    Desk,
    filing,
    new_sum,
    repayment,
    revocation,
    sent,
    terms,
)

type Act = Callable[[Desk, Actor, datetime], object]

WHY = "確かめた結果"
PART = 1_000  # of YEN, demanded back
STILL_OUT = {State.PAID: YEN, State.RECLAIMED: YEN - PART, State.REPAID: YEN - PART}
REASON = reviewing.RefusalReason(
    "subsidy.resident", "交付要領第3条", "申請の日に住民登録がなかった。"
)
WANTED = (Missing(12, "画面を印刷したもの"),)


def rules(desk: Desk) -> Terms:
    """Those of the day of its application, whoever looks."""
    return terms(desk.grant.received_on or desk.now.date())


def to_refuse(desk: Desk) -> Desk:
    """The grant is drafted, to be refused."""
    desk.until("received")
    desk.check("resident", "unmet")
    desk.draft(outcome="refuse", amount_yen=None, grounds=(REASON,))
    return desk


def returned(desk: Desk) -> Desk:
    """Everything was looked at, and something is missing."""
    return _done(_looked_at(desk.until("received")), Verb.RETURN)


def _looked_at(desk: Desk) -> Desk:
    desk.check_all()
    return desk


def paid(desk: Desk) -> Desk:
    """Paid for a retainer of which a yen may come back without changing what may be granted."""
    desk.until("contracted").report(300_001)
    for step in (desk.fix, desk.claim, desk.pay):
        step()
    return desk


def reclaimed(desk: Desk) -> Desk:
    """Paid, and a part of it was demanded back."""
    perform(
        desk.officer,
        paid(desk).grant,
        Reduce(amount_yen=YEN - PART, why=WHY, filing=filing(desk.now)),
        desk.life,
        rules(desk),
        now=desk.now,
    )
    return desk


def _done(desk: Desk, verb: Verb) -> Desk:
    TRIES[verb](desk, desk.officer, desk.now)
    return desk


COMES_TO: dict[State, Callable[[Desk], Desk]] = {
    **{
        state: lambda desk, state=state: desk.until(str(state))  # type: ignore[misc]
        for state in (
            *(State.SENT, State.DRAFTED, State.DECIDED, State.CONTRACTED),
            *(State.REPORTED, State.FIXED, State.CLAIMED),
        )
    },
    State.PAID: paid,
    State.RECEIVED: lambda desk: _looked_at(desk.until("received")),
    State.RETURNED: returned,
    State.REFUSED: lambda desk: _done(to_refuse(desk), Verb.REFUSE),
    State.WITHDRAWN: lambda desk: _done(desk.until("received"), Verb.WITHDRAW),
    State.REVOKED: lambda desk: _done(desk.until("decided"), Verb.REVOKE),
    State.RECLAIMED: reclaimed,
    State.LAPSED: lambda desk: _done(_in_april(desk.until("reported")), Verb.LAPSE),
    State.REPAID: lambda desk: _done(reclaimed(desk), Verb.REPAY),
}


def _in_april(desk: Desk) -> Desk:
    return replace(desk, now=desk.now.replace(year=desk.now.year + 1, month=4, day=5))


def in_state(office: OfficeCard, now: datetime, state: State) -> Desk:
    """A grant that came to a state."""
    desk = COMES_TO[state](sent(office, now))
    assert desk.state == state
    return desk


def _proceed(desk: Desk, who: Actor, now: datetime) -> None:
    """It goes on, as if something had come before the application."""
    told = Proceed(decided_on=now.date(), document_number="渋安第80号", why=WHY)
    with patch.object(
        order, "came_first", lambda *_: (Early("contract", now.date(), "application"),)
    ):
        perform(who, desk.grant, told, desk.life, rules(desk), now=now)


def _holder(desk: Desk, who: Actor, now: datetime) -> None:
    """Why the account is in another name is found out, as if it were."""
    with patch.object(payment, "other_holder", lambda *_: Holder("ﾔﾏﾀﾞ ﾊﾅｺ", same_given_name=True)):
        perform(who, desk.grant, ConfirmHolder(holder="same"), desk.life, rules(desk), now=now)


TRIES: dict[Verb, Act] = {
    Verb.RECEIVE: lambda desk, who, now: perform(
        who, desk.grant, Receive(received_on=now.date(), received_number="渋安収第3号"), now=now
    ),
    Verb.CHECK: lambda desk, who, now: reviewing.check(
        who, desk.grant, Verdict("subsidy.no_tax_arrears", "met"), now=now
    ),
    Verb.RETURN: lambda desk, who, now: reviewing.send_for_completion(
        who, desk.grant, reviewing.CompletionRequest(WANTED, now.date(), "内部のメモ"), now=now
    ),
    Verb.COMPLETE: lambda desk, who, now: typing.complete(who, desk.grant, APPLIED, now=now),
    Verb.DRAFT: lambda desk, who, now: reviewing.draft(
        who,
        desk.grant,
        reviewing.Proposal("grant", filing(desk.now), YEN, why=WHY),
        rules(desk),
        now=now,
    ),
    Verb.UNDRAFT: lambda desk, who, now: reviewing.undraft(who, desk.grant, WHY, now=now),
    Verb.DECIDE: lambda desk, who, now: perform(
        who,
        desk.grant,
        Decide(filing=filing(now), commitment_number="支負第8号"),
        desk.life,
        rules(desk),
        now=now,
    ),
    Verb.REFUSE: lambda desk, who, now: reviewing.refuse(
        who, desk.grant, filing(now), desk.life, now=now
    ),
    Verb.CONTRACT: lambda desk, who, now: typing.report_contract(
        who, desk.grant, typing.ContractReport(now.date(), "法務 一郎", 330_000), desk.life, now=now
    ),
    Verb.CHANGE: lambda desk, who, now: perform(
        who,
        desk.grant,
        new_sum(YEN - 1_000, WHY, filing(now), 300_000),
        desk.life,
        rules(desk),
        now=now,
    ),
    Verb.REPORT: lambda desk, who, now: typing.report(
        who, desk.grant, typing.CostReport(now.date(), 330_000), desk.life, now=now
    ),
    Verb.FIX: lambda desk, who, now: perform(
        who,
        desk.grant,
        Fix(amount_yen=YEN, filing=filing(now)),
        desk.life,
        rules(desk),
        now=now,
    ),
    Verb.CLAIM: lambda desk, who, now: typing.claim(
        who, desk.grant, typing.Claim(ACCOUNT), desk.life, now=now
    ),
    Verb.SEND_BACK: lambda desk, who, now: granted.send_back(
        who, desk.grant, granted.SentBack(WHY), desk.life, now=now
    ),
    Verb.PAY: lambda desk, who, now: perform(
        who,
        desk.grant,
        Pay(paid_on=now.date(), amount_yen=YEN),
        desk.life,
        rules(desk),
        now=now,
    ),
    Verb.WITHDRAW: lambda desk, who, now: granted.withdraw(who, desk.grant, WHY, now=now),
    Verb.REVOKE: lambda desk, who, now: perform(
        who,
        desk.grant,
        revocation(WHY, filing(now), STILL_OUT.get(State(desk.state), 0)),
        desk.life,
        rules(desk),
        now=now,
    ),
    Verb.REFUND: lambda desk, who, now: perform(
        who,
        desk.grant,
        Refund(refunded_on=now.date(), refunded_yen=1),
        desk.life,
        rules(desk),
        now=now,
    ),
    Verb.REDUCE: lambda desk, who, now: perform(
        who,
        desk.grant,
        Reduce(amount_yen=YEN - 2 * PART, why=WHY, filing=filing(now)),
        desk.life,
        rules(desk),
        now=now,
    ),
    Verb.REPAY: lambda desk, who, now: perform(
        who, desk.grant, repayment(now.date(), PART), desk.life, rules(desk), now=now
    ),
    Verb.LAPSE: lambda desk, who, now: granted.lapse(who, desk.grant, WHY, desk.life, now=now),
    Verb.CARRY: lambda desk, who, now: granted.carry(who, desk.grant, WHY, desk.life, now=now),
    Verb.PROCEED: _proceed,
    Verb.HOLDER: _holder,
    Verb.UNDO: lambda desk, who, now: perform(
        who, desk.grant, Undo(why=WHY, sure=("unsent", "unpaid")), desk.life, now=now
    ),
    Verb.AMEND: lambda desk, who, now: granted.amend(
        who, desk.grant, granted.Correction(1, {"kana": "ヨシダ ハナコ"}, WHY), now=now
    ),
}
"""Each verb of the desk, as it is done to a grant in whose state it is possible."""
