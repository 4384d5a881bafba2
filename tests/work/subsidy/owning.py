"""A person with a receipt and a grant in any state, for the tests of what they may do with it."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from madoguchi.rules.koyomi.dates import fiscal_year
from madoguchi.rules.steps.grant import State, Verb
from madoguchi.tools.act.action import action
from madoguchi.tools.office.actor import Actor
from madoguchi.tools.office.public import OfficeCard
from madoguchi.tools.vault.seal import Drawer
from madoguchi.work.cases import jobs
from madoguchi.work.cases import public as cases
from madoguchi.work.cases.public import Holding
from madoguchi.work.subsidy import history
from madoguchi.work.subsidy.application import Applied, CostLine
from madoguchi.work.subsidy.fiscal_year import next_number
from madoguchi.work.subsidy.models import Grant
from madoguchi.work.subsidy.own import public
from madoguchi.work.subsidy.reviewing import findings
from madoguchi.work.subsidy.reviewing.findings import Verdict
from madoguchi.work.subsidy.validation import checked_filing, public_filing
from tests import looking
from tests.built import built
from tests.redteam.house import asked_with_file
from tests.web.portal.browsing import holding
from tests.work.subsidy.granting import ACCOUNT, Own, filing

DECIDED = (Verb.APPLY, Verb.RECEIVE, Verb.DRAFT, Verb.DECIDE)
PAID = (*DECIDED, Verb.CONTRACT, Verb.REPORT, Verb.FIX, Verb.CLAIM, Verb.PAY)
PATHS: dict[str, tuple[Verb, ...]] = {
    "sent": DECIDED[:1],
    "received": DECIDED[:2],
    "returned": (*DECIDED[:2], Verb.RETURN),
    "drafted": DECIDED[:3],
    "decided": DECIDED,
    "refused": (*DECIDED[:3], Verb.REFUSE),
    "contracted": (*DECIDED, Verb.CONTRACT),
    "reported": (*DECIDED, Verb.CONTRACT, Verb.REPORT),
    "fixed": (*DECIDED, Verb.CONTRACT, Verb.REPORT, Verb.FIX),
    "claimed": (*DECIDED, Verb.CONTRACT, Verb.REPORT, Verb.FIX, Verb.CLAIM),
    "paid": PAID,
    "withdrawn": (*DECIDED[:1], Verb.WITHDRAW),
    "revoked": (*DECIDED, Verb.REVOKE),
    "reclaimed": (*PAID, Verb.REVOKE),
    "lapsed": (*DECIDED, Verb.LAPSE),
    "repaid": (*PAID, Verb.REVOKE, Verb.REPAY),
}
"""By which verbs a grant comes to each state."""

APPLICATION = Applied(
    name="𠮷田 花子",
    kana="ヨシダ ハナコ",
    postal_code="377-8501",
    address="渋川市石原80番地",
    phone="0279-00-0000",
    acts=("deletion",),
    costs=(CostLine("deletion", "retainer", 300_000),),
    engaged="lawyer",
    lawyer="法務 一郎",
    contract="none",
    estimate_brought=True,
    register_consent="consent",
    other_aid="no",
).to_json()
SHOWN: dict[Verb, dict[str, Any]] = {
    Verb.RETURN: {
        "missing": [{"field": 11, "what": "画面を印刷したもの（URLと日時が見えるもの）"}],
        "by_on": "2026-12-14",
    },
    Verb.DECIDE: {"amount_yen": 150_000},
    Verb.REFUSE: {
        "grounds": [
            {
                "code": "subsidy.resident",
                "source": "交付要領第3条",
                "words": "申請の日に、市内に住民登録がありませんでした。",
            }
        ]
    },
    Verb.CHANGE: {"was_yen": 150_000, "amount_yen": 120_000},
    Verb.FIX: {"amount_yen": 150_000},
    Verb.PAY: {"paid_on": "2026-11-30", "amount_yen": 150_000},
    Verb.REVOKE: {"why": "契約がなくなったため", "repay_yen": 150_000, "repay_by_on": "2026-12-28"},
    Verb.REDUCE: {
        "was_yen": 150_000,
        "amount_yen": 60_000,
        "repay_yen": 90_000,
        "why": "着手金の返金",
    },
    Verb.REPAY: {"repaid_on": "2026-11-30", "yen": 150_000},
    Verb.LAPSE: {"why": "年度のうちに終わらなかったため"},
    Verb.SEND_BACK: {"why": "領収書の日が読めません。", "missing": []},
}
"""What the person reads of each step, beside the days and numbers of its moment."""
NOTE = "内部のメモ"
STAFF = UUID("5afe5afe-5afe-4afe-8afe-5afe5afe5afe")
FILED = (Verb.DRAFT, Verb.DECIDE, Verb.REFUSE, Verb.CHANGE, Verb.FIX, Verb.REVOKE)
NOTED: dict[Verb, dict[str, Any]] = {
    Verb.RETURN: {"note": NOTE},
    Verb.DRAFT: {"amount_yen": 150_000, "grounds": [], "working": [], "why": NOTE},
    Verb.UNDRAFT: {"why": NOTE},
    Verb.DECIDE: {"commitment_number": "支負第8号"},
    Verb.CHANGE: {"why": NOTE},
    Verb.PAY: {"order_number": "支命第5号", "creditor_number": "債12"},
    Verb.REPAY: {"into": "budget"},
    Verb.CARRY: {"why": NOTE},
    Verb.AMEND: {"step": 2, "fields": {"received_number": "渋安収第4号"}, "why": NOTE},
}
"""What the desk writes beside, for itself."""
OWN = (Verb.APPLY, *public.OWN_VERBS)
TOLD: dict[Verb, dict[str, Any]] = {
    Verb.APPLY: {"application": APPLICATION},
    Verb.COMPLETE: {"application": APPLICATION, "answers": [], "files": []},
    Verb.CONTRACT: {
        "contract_on": "2026-11-30",
        "lawyer": "法務 一郎",
        "yen": 300_000,
        "before": "",
        "words": "",
    },
    Verb.REPORT: {
        "paid_on": "2026-11-30",
        "paid_yen": 300_000,
        "files": [],
        "bring": True,
        "words": "",
    },
    Verb.CLAIM: {"account": asdict(ACCOUNT)},
    Verb.WITHDRAW: {"why": ""},
}
"""What the person says with each of their steps."""


@dataclass
class Owner:
    """Who holds the receipt of a case with a grant."""

    held: Holding
    grant: Grant
    now: datetime
    pair: tuple[str, str]

    @property
    def actor(self) -> Actor:
        """The person."""
        return cases.consultee(self.held.office_id)

    @property
    def own(self) -> public.OwnGrant:
        """The grant as the person's page has it now."""
        found = public.own(self.held)
        assert found is not None
        return found

    @property
    def seen(self) -> public.HeldGrant:
        """The grant as a page drawn now shows it."""
        return public.HeldGrant(self.held, self.own.id, self.own.turn)

    def goes(self, *verbs: Verb, **shown: Any) -> None:
        """The grant goes on by these verbs, whoever does them."""
        row = Grant.objects.get(pk=self.grant.pk)
        _go(self.actor, self.held, row, verbs, shown, now=self.now)
        self.grant = Grant.objects.get(pk=self.grant.pk)


def owner(office: OfficeCard, now: datetime, state: str = "sent") -> Owner:
    """A person whose grant has come to a state."""
    asked = asked_with_file(office, now)
    jobs.adopt(asked.case_id, now=now)
    pair = asked.number, asked.secret
    held = holding(office, pair)
    return own_of(held, now, pair, state)


@built
def own_of(held: Holding, now: datetime, pair: tuple[str, str], state: str) -> Owner:
    """The person of an opened case, with a new grant that has come to a state."""
    row = Grant(
        office_id=held.office_id, case_id=held.case_id, state="sent", channel="web", sent_at=now
    )
    one = Owner(held, row, now, pair)
    _go(one.actor, held, row, PATHS[state], {}, now=now)
    one.grant = Grant.objects.get(pk=row.pk)
    return one


def goes_to(held: Holding, now: datetime, state: str) -> None:
    """The sent grant of a case comes to a state, whoever brings it there."""
    jobs.adopt(held.case_id, now=now)
    row = Grant.objects.get(case_id=held.case_id)
    _go(cases.consultee(held.office_id), held, row, PATHS[state][1:], {}, now=now)


def _go(
    person: Actor,
    held: Holding,
    row: Grant,
    verbs: tuple[Verb, ...],
    shown: dict[str, Any],
    *,
    now: datetime,
) -> None:
    """Each step on its own line: the person's in their name, the desk's in an officer's."""
    officer = Actor(held.office_id, "subsidy_officer", uuid4())
    for verb in verbs:
        if verb in OWN:
            _by_person(person, held, row, verb, now=now)
        else:
            _by_desk(officer, AtTheDesk(held.office_id, held.case_id), row, verb, shown, now=now)


class AtTheDesk(Own):
    """The same case, to the officer of its grant."""

    def situation(self, _actor: Actor) -> str:
        return "applied"


@action("grant.apply")
def _by_person(_actor: Actor, held: Holding, row: Grant, verb: Verb, *, now: datetime) -> None:
    _say(row, verb, looking.drawers(held.office_id, held.case_id)[0], now)


@action("grant.receive")
def _by_desk(
    _actor: Actor, of: Own, row: Grant, verb: Verb, shown: dict[str, Any], *, now: datetime
) -> None:
    shared, staff = looking.drawers(of.office_id, of.case_id)
    if verb is Verb.CHECK:
        row.revision += 1
        row.save(update_fields=["revision"])
        findings.write(row, staff, Verdict("subsidy.resident", "met"), STAFF, now)
        return
    also = _received(row, now) if verb is Verb.RECEIVE else {}
    told, read = _written(verb, now, {**also, **shown})
    opens = verb is Verb.REFUND and row.state == State.PAID  # as of a sum that is lower by then
    reached = State.RECLAIMED if opens else None
    new = history.NewStep(verb, now.date(), staff, told, STAFF, shared, read, reached)
    history.write(row, new, now=now, **also)


def _say(row: Grant, verb: Verb, shared: Drawer, now: datetime) -> None:
    """The person's own step."""
    new = history.NewStep(verb, now.date(), shared, TOLD[verb])
    if verb is Verb.APPLY:
        history.begin(row, new, now=now)
    else:
        history.write(row, new, now=now)


def _received(row: Grant, now: datetime) -> dict[str, Any]:
    """The columns that come with the receipt."""
    year = fiscal_year(now.date())
    number = next_number(row.office_id, year)
    return {"received_on": now.date(), "fiscal_year": year, "number": number}


def _written(
    verb: Verb, now: datetime, more: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """What the act of a verb writes for the desk, and what of it the person reads, if anything."""
    if verb is Verb.RECEIVE:
        on = now.date().isoformat()
        numbered = {name: more[name] for name in ("fiscal_year", "number")}
        kept = {"received_number": "渋安収第3号", "applied_on": on, **numbered}
        return kept, {**more, "received_on": on}
    read: dict[str, Any] = {**SHOWN.get(verb, {}), **more}
    told: dict[str, Any] = {**read, **NOTED.get(verb, {})}
    if verb in FILED:
        told["filing"] = checked_filing((), replace(filing(now), binder=NOTE), verb, now)
    if verb is Verb.DRAFT:
        return {"outcome": "grant", **told}, None
    if verb in FILED:
        read |= public_filing(told["filing"])
    return told, read or None
