"""A grant in every state, brought there by the acts themselves; every act to be tried on it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from madoguchi.rules.steps.grant import State, Verb
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.work.subsidy.acts.act import perform
from madoguchi.work.subsidy.acts.decision import Decide
from madoguchi.work.subsidy.acts.payment import Fix, Pay
from madoguchi.work.subsidy.acts.review import Receive
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.reviewing import actions as reviewing
from madoguchi.work.subsidy.reviewing.findings import Verdict
from madoguchi.work.subsidy.typing import actions as typing
from madoguchi.work.subsidy.validation import Missing
from tests.work.subsidy.granting import ACCOUNT, APPLIED, YEN, Desk, filing, sent, terms

type Act = Callable[[Desk, Actor, datetime], object]

WHY = "確かめた結果"
REASON = reviewing.RefusalReason(
    "subsidy.resident", "交付要領第3条", "申請の日に住民登録がなかった。"
)
WANTED = (Missing(12, "画面を印刷したもの"),)


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


def _done(desk: Desk, verb: Verb) -> Desk:
    TRIES[verb](desk, desk.officer, desk.now)
    return desk


COMES_TO: dict[State, Callable[[Desk], Desk]] = {
    **{
        state: lambda desk, state=state: desk.until(str(state))  # type: ignore[misc]
        for state in (
            *(State.SENT, State.DRAFTED, State.DECIDED, State.CONTRACTED),
            *(State.REPORTED, State.FIXED, State.CLAIMED, State.PAID),
        )
    },
    State.RECEIVED: lambda desk: _looked_at(desk.until("received")),
    State.RETURNED: returned,
    State.REFUSED: lambda desk: _done(to_refuse(desk), Verb.REFUSE),
    State.WITHDRAWN: lambda desk: _done(desk.until("received"), Verb.WITHDRAW),
    State.REVOKED: lambda desk: _done(desk.until("decided"), Verb.REVOKE),
    State.RECLAIMED: lambda desk: _done(desk.until("paid"), Verb.REVOKE),
    State.LAPSED: lambda desk: _done(_in_april(desk.until("reported")), Verb.LAPSE),
    State.REPAID: lambda desk: _done(_done(desk.until("paid"), Verb.REVOKE), Verb.REPAY),
}


def _in_april(desk: Desk) -> Desk:
    return replace(desk, now=desk.now.replace(year=desk.now.year + 1, month=4, day=5))


def in_state(office: OfficeCard, now: datetime, state: State) -> Desk:
    """A grant that came to a state."""
    desk = COMES_TO[state](sent(office, now))
    assert desk.state == state
    return desk


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
        terms(desk.now.date()),
        now=now,
    ),
    Verb.UNDRAFT: lambda desk, who, now: reviewing.undraft(who, desk.grant, WHY, now=now),
    Verb.DECIDE: lambda desk, who, now: perform(
        who,
        desk.grant,
        Decide(filing=filing(now), commitment_number="支負第8号"),
        desk.life,
        now=now,
    ),
    Verb.REFUSE: lambda desk, who, now: reviewing.refuse(
        who, desk.grant, filing(now), desk.life, now=now
    ),
    Verb.CONTRACT: lambda desk, who, now: typing.report_contract(
        who, desk.grant, typing.ContractReport(now.date(), "法務 一郎", 300_000), desk.life, now=now
    ),
    Verb.CHANGE: lambda desk, who, now: granted.change(
        who,
        desk.grant,
        granted.NewSum(YEN - 1_000, WHY, filing(now)),
        desk.life,
        terms(desk.now.date()),
        now=now,
    ),
    Verb.REPORT: lambda desk, who, now: typing.report(
        who, desk.grant, typing.CostReport(now.date(), 300_000), desk.life, now=now
    ),
    Verb.FIX: lambda desk, who, now: perform(
        who,
        desk.grant,
        Fix(amount_yen=YEN, filing=filing(now)),
        desk.life,
        terms(desk.now.date()),
        now=now,
    ),
    Verb.CLAIM: lambda desk, who, now: typing.claim(
        who, desk.grant, typing.Claim(ACCOUNT), desk.life, now=now
    ),
    Verb.SEND_BACK: lambda desk, who, now: granted.send_back(
        who, desk.grant, granted.SentBack(WHY), desk.life, now=now
    ),
    Verb.PAY: lambda desk, who, now: perform(
        who, desk.grant, Pay(paid_on=now.date(), amount_yen=YEN), desk.life, now=now
    ),
    Verb.WITHDRAW: lambda desk, who, now: granted.withdraw(who, desk.grant, WHY, now=now),
    Verb.REVOKE: lambda desk, who, now: granted.revoke(
        who,
        desk.grant,
        granted.Revocation(WHY, filing(now), YEN if desk.state == "paid" else 0),
        desk.life,
        now=now,
    ),
    Verb.REPAY: lambda desk, who, now: granted.repay(who, desk.grant, now.date(), YEN, now=now),
    Verb.LAPSE: lambda desk, who, now: granted.lapse(who, desk.grant, WHY, desk.life, now=now),
    Verb.CARRY: lambda desk, who, now: granted.carry(who, desk.grant, WHY, desk.life, now=now),
    Verb.AMEND: lambda desk, who, now: granted.amend(
        who, desk.grant, granted.Correction(1, {"kana": "ヨシダ ハナコ"}, WHY), now=now
    ),
}
"""Each verb of the desk, as it is done to a grant in whose state it is possible."""
