"""Everything that staff can do to a grant, one call a verb, for tests of who may not.

Each is done to a grant of the case that nobody wrote: who may not never comes so far as to miss it.
"""

import uuid
from collections.abc import Callable
from datetime import date, datetime

from madoguchi.rules.decision import Absent
from madoguchi.rules.steps.grant import Verb
from madoguchi.rules.subsidy.duplicates import Who
from madoguchi.tools.office.actor import Actor
from madoguchi.work.cases.models import Case
from madoguchi.work.subsidy import doubles, second
from madoguchi.work.subsidy.acts.act import perform
from madoguchi.work.subsidy.acts.afterwards import Reduce, Refund
from madoguchi.work.subsidy.acts.decision import Decide
from madoguchi.work.subsidy.acts.payment import ConfirmHolder, Fix, Pay
from madoguchi.work.subsidy.acts.review import Proceed, Receive
from madoguchi.work.subsidy.acts.undoing import Undo
from madoguchi.work.subsidy.bundle import actions as bundling
from madoguchi.work.subsidy.files import queries
from madoguchi.work.subsidy.granted import actions as granted
from madoguchi.work.subsidy.history import unprotect
from madoguchi.work.subsidy.models import Grant
from madoguchi.work.subsidy.reviewing import actions as reviewing
from madoguchi.work.subsidy.reviewing.findings import Verdict
from madoguchi.work.subsidy.typing import actions as typing
from madoguchi.work.subsidy.validation import Missing
from tests.work.subsidy.granting import (
    ACCOUNT,
    APPLIED,
    LIFE,
    filing,
    new_sum,
    repayment,
    revocation,
    terms,
)

type Act = Callable[[Actor, Case, datetime], object]
type OnGrant = Callable[[Actor, Grant, datetime], object]

GIVEN = reviewing.Proposal
MISSING = (Missing(12, "画面を印刷したもの"),)
ON_GRANT: dict[str, OnGrant] = {
    "grant.bundle": lambda who, grant, now: bundling.bundle(who, grant, "別封", now=now),
    "grant.read": lambda who, grant, now: queries._read(who, grant, (), now=now),
    "grant.compare": lambda who, grant, now: doubles._compare(who, grant, Who(), [grant], now=now),
    "grant.view": lambda who, grant, now: queries.original(who, grant, uuid.uuid4(), now=now),
    "grant.receive": lambda who, grant, now: perform(
        who, grant, Receive(received_on=now.date()), now=now
    ),
    "grant.check": lambda who, grant, now: reviewing.check(
        who, grant, Verdict("subsidy.resident", "met"), now=now
    ),
    "grant.return": lambda who, grant, now: reviewing.send_for_completion(
        who, grant, reviewing.CompletionRequest(MISSING, now.date()), now=now
    ),
    "grant.complete": lambda who, grant, now: typing.complete(who, grant, APPLIED, now=now),
    "grant.draft": lambda who, grant, now: reviewing.draft(
        who, grant, GIVEN("grant", filing(now), 1), terms(now.date()), now=now
    ),
    "grant.undraft": lambda who, grant, now: reviewing.undraft(who, grant, "理由", now=now),
    "grant.decide": lambda who, grant, now: perform(
        who, grant, Decide(filing=filing(now)), LIFE, terms(now.date()), now=now
    ),
    "grant.refuse": lambda who, grant, now: reviewing.refuse(
        who, grant, filing(now), LIFE, now=now
    ),
    "grant.contract": lambda who, grant, now: typing.report_contract(
        who, grant, typing.ContractReport(now.date(), "法務 一郎", 330_000), LIFE, now=now
    ),
    "grant.report": lambda who, grant, now: typing.report(
        who, grant, typing.CostReport(now.date(), 330_000), LIFE, now=now
    ),
    "grant.claim": lambda who, grant, now: typing.claim(
        who, grant, typing.Claim(ACCOUNT), LIFE, now=now
    ),
    "grant.change": lambda who, grant, now: perform(
        who, grant, new_sum(1, "理由", filing(now)), LIFE, terms(now.date()), now=now
    ),
    "grant.fix": lambda who, grant, now: perform(
        who, grant, Fix(amount_yen=1, filing=filing(now)), LIFE, terms(now.date()), now=now
    ),
    "grant.send_back": lambda who, grant, now: granted.send_back(
        who, grant, granted.SentBack("理由"), LIFE, now=now
    ),
    "grant.pay": lambda who, grant, now: perform(
        who, grant, Pay(paid_on=now.date(), amount_yen=1), LIFE, terms(now.date()), now=now
    ),
    "grant.ask_second": lambda who, grant, now: second.ask(
        who, grant, Verb.PAY, {"yen": 1}, now=now
    ),
    "grant.withdraw": lambda who, grant, now: granted.withdraw(who, grant, "理由", now=now),
    "grant.revoke": lambda who, grant, now: perform(
        who, grant, revocation("理由", filing(now)), LIFE, terms(now.date()), now=now
    ),
    "grant.refund": lambda who, grant, now: perform(
        who,
        grant,
        Refund(refunded_on=now.date(), refunded_yen=1),
        LIFE,
        terms(now.date()),
        now=now,
    ),
    "grant.reduce": lambda who, grant, now: perform(
        who,
        grant,
        Reduce(amount_yen=1, why="理由", filing=filing(now)),
        LIFE,
        terms(now.date()),
        now=now,
    ),
    "grant.repay": lambda who, grant, now: perform(
        who, grant, repayment(now.date(), 1), LIFE, terms(now.date()), now=now
    ),
    "grant.lapse": lambda who, grant, now: granted.lapse(who, grant, "理由", LIFE, now=now),
    "grant.proceed": lambda who, grant, now: perform(
        who,
        grant,
        Proceed(decided_on=now.date(), document_number="渋安第80号", why="理由"),
        LIFE,
        now=now,
    ),
    "grant.holder": lambda who, grant, now: perform(
        who, grant, ConfirmHolder(holder="same"), LIFE, now=now
    ),
    "grant.carry": lambda who, grant, now: granted.carry(who, grant, "理由", LIFE, now=now),
    "grant.undo": lambda who, grant, now: perform(
        who, grant, Undo(why="理由", sure=()), LIFE, now=now
    ),
    "grant.amend": lambda who, grant, now: granted.amend(
        who, grant, granted.Correction(1, {"kana": "ヨシダ"}, "理由"), now=now
    ),
    "grant.unprotect": lambda who, grant, now: unprotect(who, grant, now=now),
}
"""The acts on a grant itself."""


def told_status(who: Actor, case: Case) -> queries.StatusCard:
    """How far the case's grant is.

    Raises:
        Absent: there is nothing to say to this actor.
    """
    found = queries.status(who, case.id)
    if found is None:
        raise Absent
    return found


def _to(act: OnGrant) -> Act:
    return lambda who, case, now: act(
        who, Grant(office_id=case.office_id, case_id=case.id, state="received"), now
    )


GRANT_ACTS: dict[str, Act] = {
    "grant.status": lambda who, case, _now: told_status(who, case),
    "grant.type_in": lambda who, case, now: typing.type_in(
        who, typing.Applicant(case), typing.PaperApplication(APPLIED, date(2026, 11, 30)), now=now
    ),
    **{verb: _to(act) for verb, act in ON_GRANT.items()},
}
